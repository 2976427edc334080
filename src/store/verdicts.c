#include "store/verdicts.h"

#include "store/events.h"
#include "store/query.h"
#include "store/rollup.h"

#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.verdict.answer";

/* A walk from the newest backwards. */
struct walk {
    struct ic_store_tx *tx;
    const struct ic_verdict_question *question;
    int64_t after_position; /* Neither this nor the next is walked to. */
    int64_t before_position;
    struct ic_verdict_answer answer;
    int64_t looked_since_ms;
    struct ic_err *err;
};

static int64_t time_of(int64_t position)
{
    return position >> IC_STORE_POSITION_BITS;
}

/* The last position of an instant, or the edge of what has one. */
static int64_t last_position_of(int64_t instant_ms)
{
    if (instant_ms < 0) {
        return -1;
    }
    return instant_ms >= IC_STORE_TIME_MAX ? INT64_MAX : ((instant_ms + 1) << IC_STORE_POSITION_BITS) - 1;
}

static void count(struct walk *walk, int64_t position)
{
    walk->answer.count++;
    walk->answer.oldest_ms = time_of(position);
}

static bool is_full(const struct walk *walk)
{
    return walk->answer.count == walk->question->count_max;
}

/* The rows ended by their number: what lies behind the last one was not looked at. */
static void end_of_looks(struct walk *walk, int64_t rows, int64_t rows_max, int64_t last_position)
{
    if (rows == rows_max && !is_full(walk)) {
        walk->looked_since_ms = time_of(last_position);
    }
}

/* ---- Messages of the team, an operator or an actor. ---- */

static void begin_messages(struct walk *walk, struct ic_query *query, int64_t limit)
{
    const struct ic_verdict_question *question = walk->question;
    if (question->act_username.text[0] != '\0') {
        ic_query_begin(query, walk->tx, IC_STATEMENT_VERDICT_MESSAGES_OF_ACTOR, operation, walk->err);
        ic_query_put_text(query, IC_P_VERDICT_MESSAGES_OF_ACTOR_ACT_USERNAME, ic_handle_text(&question->act_username));
        ic_query_put_id(query, IC_P_VERDICT_MESSAGES_OF_ACTOR_OPR_ID, &question->opr_id);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_OF_ACTOR_AFTER_POSITION, walk->after_position);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_OF_ACTOR_BEFORE_POSITION, walk->before_position);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_OF_ACTOR_LIMIT, limit);
    } else if (!ic_id_is_empty(&question->opr_id)) {
        ic_query_begin(query, walk->tx, IC_STATEMENT_VERDICT_MESSAGES_OF_OPERATOR, operation, walk->err);
        ic_query_put_id(query, IC_P_VERDICT_MESSAGES_OF_OPERATOR_OPR_ID, &question->opr_id);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_OF_OPERATOR_AFTER_POSITION, walk->after_position);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_OF_OPERATOR_BEFORE_POSITION, walk->before_position);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_OF_OPERATOR_LIMIT, limit);
    } else {
        ic_query_begin(query, walk->tx, IC_STATEMENT_VERDICT_MESSAGES, operation, walk->err);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_AFTER_POSITION, walk->after_position);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_BEFORE_POSITION, walk->before_position);
        ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_LIMIT, limit);
    }
}

static enum ic_rc count_messages(struct walk *walk)
{
    struct ic_query query;
    begin_messages(walk, &query, walk->question->count_max);
    while (ic_query_next(&query)) {
        count(walk, ic_query_int64(&query, 0));
    }
    return ic_query_end(&query);
}

/* Targets that were passed, by open addressing; there are at most IC_RULE_LIMIT_MAX. */
struct profiles {
    struct ic_id slots[4096];
};
_Static_assert(IC_RULE_LIMIT_MAX * 2 < sizeof((struct profiles *)NULL)->slots / sizeof(struct ic_id),
               "Slots are free.");

static bool put_profile(struct profiles *profiles, const struct ic_id *tar_id)
{
    const size_t room = sizeof profiles->slots / sizeof profiles->slots[0];
    size_t slot = 0;
    for (const char *at = tar_id->text; *at; at++) {
        slot = slot * 31 + (unsigned char)*at;
    }
    for (slot %= room; !ic_id_is_empty(&profiles->slots[slot]); slot = (slot + 1) % room) {
        if (ic_id_equal(&profiles->slots[slot], tar_id)) {
            return false;
        }
    }
    profiles->slots[slot] = *tar_id;
    return true;
}

/* Whether the intended target was written to within the window. */
static enum ic_rc find_target(struct walk *walk);

static enum ic_rc count_profiles(struct walk *walk)
{
    struct profiles *profiles = calloc(1, sizeof *profiles);
    if (!profiles) {
        return ic_err_set(walk->err, IC_CODE_OUT_OF_MEMORY, operation, "No memory for the profiles.");
    }
    struct ic_query query;
    int64_t rows = 0, position = 0;
    begin_messages(walk, &query, IC_STORE_VERDICT_LOOKS_MAX);
    while (!is_full(walk) && ic_query_next(&query)) {
        struct ic_id tar_id = ic_query_id(&query, 1);
        position = ic_query_int64(&query, 0);
        rows++;
        if (put_profile(profiles, &tar_id)) {
            count(walk, position);
        }
    }
    enum ic_rc rc = ic_query_end(&query);
    free(profiles);
    end_of_looks(walk, rows, IC_STORE_VERDICT_LOOKS_MAX, position);
    return rc == IC_OK && !ic_id_is_empty(&walk->question->tar_id) ? find_target(walk) : rc;
}

/* ---- What the team waits for. ---- */

static enum ic_rc count_reaches(struct walk *walk)
{
    const struct ic_verdict_question *question = walk->question;
    static const enum ic_target_status milestones[IC_GOAL_METRIC_COUNT] = {
        [IC_GOAL_METRIC_REPLIES_RECEIVED] = IC_TARGET_STATUS_REPLIED,
        [IC_GOAL_METRIC_WARM_LEADS_GENERATED] = IC_TARGET_STATUS_WARM,
        [IC_GOAL_METRIC_BOOKINGS_MADE] = IC_TARGET_STATUS_BOOKED,
        [IC_GOAL_METRIC_PAYMENTS_RECEIVED] = IC_TARGET_STATUS_PAID,
    };
    struct ic_query query;
    ic_query_begin(&query, walk->tx, IC_STATEMENT_VERDICT_REACHES, operation, walk->err);
    ic_query_put_text(&query, IC_P_VERDICT_REACHES_MILESTONE,
                      ic_str_from(ic_target_status_name(milestones[question->metric])));
    ic_query_put_int64(&query, IC_P_VERDICT_REACHES_AFTER_POSITION, walk->after_position);
    ic_query_put_id(&query, IC_P_VERDICT_REACHES_OPR_ID, &question->opr_id);
    ic_query_put_text(&query, IC_P_VERDICT_REACHES_ACT_USERNAME, ic_handle_text(&question->act_username));
    ic_query_put_int64(&query, IC_P_VERDICT_REACHES_BEFORE_POSITION, walk->before_position);
    ic_query_put_int64(&query, IC_P_VERDICT_REACHES_LIMIT, question->count_max);
    while (ic_query_next(&query)) {
        count(walk, ic_query_int64(&query, 0));
    }
    return ic_query_end(&query);
}

/* ---- Messages to a target, or of a text. ---- */

/* Whether the row of an operator (1) and a handle (2) is one that is counted. */
static bool is_counted(struct walk *walk, struct ic_query *query)
{
    const struct ic_verdict_question *question = walk->question;
    struct ic_id opr_id = ic_query_id(query, 1);
    bool is_same_actor = ic_str_equal(ic_query_peek_text(query, 2), ic_handle_text(&question->act_username));
    if (question->subject == IC_VERDICT_SUBJECT_OTHER_ACTORS) {
        return !is_same_actor;
    }
    return (ic_id_is_empty(&question->opr_id) || ic_id_equal(&question->opr_id, &opr_id)) &&
           (question->act_username.text[0] == '\0' || is_same_actor);
}

static enum ic_rc count_counted(struct walk *walk, struct ic_query *query)
{
    int64_t rows = 0, position = 0;
    while (!is_full(walk) && ic_query_next(query)) {
        position = ic_query_int64(query, 0);
        rows++;
        if (is_counted(walk, query)) {
            count(walk, position);
        }
    }
    end_of_looks(walk, rows, IC_STORE_VERDICT_LOOKS_MAX, position);
    return ic_query_end(query);
}

static void begin_to_target(struct walk *walk, struct ic_query *query)
{
    ic_query_begin(query, walk->tx, IC_STATEMENT_VERDICT_MESSAGES_TO_TARGET, operation, walk->err);
    ic_query_put_id(query, IC_P_VERDICT_MESSAGES_TO_TARGET_TAR_ID, &walk->question->tar_id);
    ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_TO_TARGET_AFTER_POSITION, walk->after_position);
    ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_TO_TARGET_BEFORE_POSITION, walk->before_position);
    ic_query_put_int64(query, IC_P_VERDICT_MESSAGES_TO_TARGET_LIMIT, IC_STORE_VERDICT_LOOKS_MAX);
}

static enum ic_rc find_target(struct walk *walk)
{
    struct ic_query query;
    begin_to_target(walk, &query);
    while (!walk->answer.counts_target && ic_query_next(&query)) {
        walk->answer.counts_target = is_counted(walk, &query);
    }
    return ic_query_end(&query);
}

static enum ic_rc count_to_target(struct walk *walk)
{
    struct ic_query query;
    begin_to_target(walk, &query);
    return count_counted(walk, &query);
}

static enum ic_rc count_unanswered(struct walk *walk)
{
    struct ic_query query;
    ic_query_begin(&query, walk->tx, IC_STATEMENT_VERDICT_REPLY_OF_TARGET, operation, walk->err);
    ic_query_put_id(&query, IC_P_VERDICT_REPLY_OF_TARGET_TAR_ID, &walk->question->tar_id);
    ic_query_put_int64(&query, IC_P_VERDICT_REPLY_OF_TARGET_BEFORE_POSITION, walk->before_position);
    int64_t replied = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    /* A message of the reply's very millisecond lies before it. */
    int64_t behind = replied > 0 ? last_position_of(time_of(replied)) : walk->after_position;
    walk->after_position = behind > walk->after_position ? behind : walk->after_position;
    return rc ? rc : count_to_target(walk);
}

static enum ic_rc count_texts(struct walk *walk)
{
    struct ic_query query;
    ic_query_begin(&query, walk->tx, IC_STATEMENT_VERDICT_MESSAGES_OF_TEXT, operation, walk->err);
    ic_query_put_int64(&query, IC_P_VERDICT_MESSAGES_OF_TEXT_TEXT_PRINT, (int64_t)walk->question->text_print);
    ic_query_put_int64(&query, IC_P_VERDICT_MESSAGES_OF_TEXT_AFTER_POSITION, walk->after_position);
    ic_query_put_int64(&query, IC_P_VERDICT_MESSAGES_OF_TEXT_BEFORE_POSITION, walk->before_position);
    ic_query_put_int64(&query, IC_P_VERDICT_MESSAGES_OF_TEXT_LIMIT, IC_STORE_VERDICT_LOOKS_MAX);
    return count_counted(walk, &query);
}

static enum ic_rc answer(struct walk *walk)
{
    switch (walk->question->subject) {
    case IC_VERDICT_SUBJECT_NOTHING:
        return IC_OK;
    case IC_VERDICT_SUBJECT_EVENTS:
        return walk->question->metric == IC_GOAL_METRIC_TOTAL_MESSAGES_SENT ? count_messages(walk)
                                                                            : count_reaches(walk);
    case IC_VERDICT_SUBJECT_PROFILES:
        return count_profiles(walk);
    case IC_VERDICT_SUBJECT_TARGET:
    case IC_VERDICT_SUBJECT_OTHER_ACTORS:
        return count_to_target(walk);
    case IC_VERDICT_SUBJECT_UNANSWERED:
        return count_unanswered(walk);
    case IC_VERDICT_SUBJECT_TEXT:
        return count_texts(walk);
    }
    return ic_err_set(walk->err, IC_CODE_INTERNAL, operation, "A question has no subject.");
}

enum ic_rc ic_store_verdict_answer(struct ic_store_tx *tx, const struct ic_verdict_question *question,
                                   int64_t before_position, struct ic_verdict_answer *ret_answer,
                                   int64_t *ret_looked_since_ms, struct ic_err *err)
{
    struct walk walk = {.tx = tx,
                        .question = question,
                        .after_position = last_position_of(question->after_ms),
                        .before_position = before_position,
                        .looked_since_ms = INT64_MIN,
                        .err = err};
    enum ic_rc rc = answer(&walk);
    if (rc == IC_OK) {
        *ret_answer = walk.answer;
        *ret_looked_since_ms = walk.looked_since_ms;
    }
    return rc;
}
