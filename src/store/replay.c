#include "store/replay.h"

#include "store/events.h"
#include "store/query.h"

#include <assert.h>

static int64_t time_of(int64_t position)
{
    return position >> IC_STORE_POSITION_BITS;
}

static struct ic_handle read_handle(struct ic_query *query, int column)
{
    struct ic_handle handle = {0};
    struct ic_str text = ic_query_peek_text(query, column);
    if (text.size > 0 && !ic_handle_parse(text, &handle)) {
        ic_query_corrupt(query, "an actor's handle is none");
    }
    return handle;
}

enum ic_rc ic_store_replay_messages(struct ic_store_tx *tx, const struct ic_replay_range *range,
                                    enum ic_replay_need need, size_t limit, struct ic_replay_event *ret_events,
                                    size_t *ret_count, struct ic_err *err)
{
    static const enum ic_statement statements[] = {
        [IC_REPLAY_NEEDS_TARGET] = IC_STATEMENT_REPLAY_MESSAGES_PLAIN,
        [IC_REPLAY_NEEDS_TEXT] = IC_STATEMENT_REPLAY_MESSAGES_WITH_TEXT,
        [IC_REPLAY_NEEDS_PERSON] = IC_STATEMENT_REPLAY_MESSAGES_TO_PERSONS,
    };
    _Static_assert((int)IC_P_REPLAY_MESSAGES_PLAIN_LIMIT == (int)IC_P_REPLAY_MESSAGES_WITH_TEXT_LIMIT &&
                       (int)IC_P_REPLAY_MESSAGES_PLAIN_LIMIT == (int)IC_P_REPLAY_MESSAGES_TO_PERSONS_LIMIT,
                   "one order");
    struct ic_query query;
    size_t count = 0;
    ic_query_begin(&query, tx, statements[need], "store.replay.messages", err);
    ic_query_put_int64(&query, IC_P_REPLAY_MESSAGES_PLAIN_AFTER_POSITION, range->after_position);
    ic_query_put_int64(&query, IC_P_REPLAY_MESSAGES_PLAIN_BEFORE_POSITION, range->before_position);
    ic_query_put_int64(&query, IC_P_REPLAY_MESSAGES_PLAIN_LIMIT, (int64_t)limit);
    while (count < limit && ic_query_next(&query)) {
        int64_t position = ic_query_int64(&query, 0);
        ret_events[count++] = (struct ic_replay_event){
            .log_position = position,
            .elg_id = ic_query_id(&query, 1),
            .event = {.at_ms = time_of(position),
                      .metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                      .opr_id = ic_query_id(&query, 2),
                      .act_username = read_handle(&query, 3),
                      .tar_id = ic_query_id(&query, 4),
                      .text_print = (uint64_t)ic_query_int64(&query, 5)},
        };
    }
    enum ic_rc rc = ic_query_end(&query);
    *ret_count = rc ? 0 : count;
    return rc;
}

enum ic_rc ic_store_replay_replies(struct ic_store_tx *tx, const struct ic_replay_range *range, size_t limit,
                                   struct ic_replay_event *ret_events, size_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    size_t count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_REPLAY_REPLIES, "store.replay.replies", err);
    ic_query_put_int64(&query, IC_P_REPLAY_REPLIES_AFTER_POSITION, range->after_position);
    ic_query_put_int64(&query, IC_P_REPLAY_REPLIES_BEFORE_POSITION, range->before_position);
    ic_query_put_int64(&query, IC_P_REPLAY_REPLIES_LIMIT, (int64_t)limit);
    while (count < limit && ic_query_next(&query)) {
        int64_t position = ic_query_int64(&query, 0);
        ret_events[count++] = (struct ic_replay_event){
            .log_position = position,
            .event = {.at_ms = time_of(position),
                      .metric = IC_GOAL_METRIC_REPLIES_RECEIVED,
                      .opr_id = ic_query_id(&query, 1),
                      .tar_id = ic_query_id(&query, 3)},
        };
    }
    enum ic_rc rc = ic_query_end(&query);
    *ret_count = rc ? 0 : count;
    return rc;
}

/* The milestone whose first reaches a metric counts. */
static enum ic_target_status milestone_of(enum ic_goal_metric metric)
{
    switch (metric) {
    case IC_GOAL_METRIC_WARM_LEADS_GENERATED:
        return IC_TARGET_STATUS_WARM;
    case IC_GOAL_METRIC_BOOKINGS_MADE:
        return IC_TARGET_STATUS_BOOKED;
    case IC_GOAL_METRIC_PAYMENTS_RECEIVED:
        return IC_TARGET_STATUS_PAID;
    case IC_GOAL_METRIC_REPLIES_RECEIVED:
    case IC_GOAL_METRIC_TOTAL_MESSAGES_SENT:
    case IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED:
        break;
    }
    assert(metric == IC_GOAL_METRIC_REPLIES_RECEIVED);
    return IC_TARGET_STATUS_REPLIED;
}

enum ic_rc ic_store_replay_reaches(struct ic_store_tx *tx, const struct ic_replay_range *range,
                                   enum ic_goal_metric metric, size_t limit, struct ic_replay_event *ret_events,
                                   size_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    size_t count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_REPLAY_REACHES, "store.replay.reaches", err);
    ic_query_put_text(&query, IC_P_REPLAY_REACHES_MILESTONE, ic_str_from(ic_target_status_name(milestone_of(metric))));
    ic_query_put_int64(&query, IC_P_REPLAY_REACHES_AFTER_POSITION, range->after_position);
    ic_query_put_int64(&query, IC_P_REPLAY_REACHES_BEFORE_POSITION, range->before_position);
    ic_query_put_int64(&query, IC_P_REPLAY_REACHES_LIMIT, (int64_t)limit);
    while (count < limit && ic_query_next(&query)) {
        int64_t position = ic_query_int64(&query, 0);
        ret_events[count++] = (struct ic_replay_event){
            .log_position = position,
            .event = {.at_ms = time_of(position),
                      .metric = metric,
                      .opr_id = ic_query_id(&query, 1),
                      .act_username = read_handle(&query, 2),
                      .tar_id = ic_query_id(&query, 3)},
        };
    }
    enum ic_rc rc = ic_query_end(&query);
    *ret_count = rc ? 0 : count;
    return rc;
}

enum ic_rc ic_store_replay_shorten(struct ic_store_tx *tx, struct ic_replay_range *range, int64_t count,
                                   bool *ret_is_shorter, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_REPLAY_START, "store.replay.shorten", err);
    ic_query_put_int64(&query, IC_P_REPLAY_START_AFTER_POSITION, range->after_position);
    ic_query_put_int64(&query, IC_P_REPLAY_START_BEFORE_POSITION, range->before_position);
    ic_query_put_int64(&query, IC_P_REPLAY_START_COUNT, count);
    bool is_shorter = ic_query_next(&query);
    int64_t position = is_shorter ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_is_shorter = is_shorter;
        range->after_position = is_shorter ? position : range->after_position;
    }
    return rc;
}

enum ic_rc ic_store_replay_people(struct ic_store_tx *tx, size_t limit, struct ic_arena *arena,
                                  struct ic_replay_people *ret_people, struct ic_err *err)
{
    static const char operation[] = "store.replay.people";
    struct ic_replay_people people = {.items = ic_arena_alloc_array(arena, limit, sizeof *people.items)};
    if (!people.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_REPLAY_PEOPLE, operation, err);
    while (people.count < limit && ic_query_next(&query)) {
        people.items[people.count++] = (struct ic_replay_person){
            ic_query_id(&query, 0), ic_query_text(&query, 1, arena), ic_query_text(&query, 2, arena)};
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_people = people;
    }
    return rc;
}
