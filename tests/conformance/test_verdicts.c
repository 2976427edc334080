/* What the store answers to the questions of rules is what the history in memory answers: on random messages, replies
 * and stages of a few people, for rules of every kind, at random moments of the log. */
#include "claims.h"
#include "domain/history.h"
#include "domain/text_print.h"
#include "store/actors.h"
#include "store/rules.h"
#include "store/verdicts.h"
#include "story.h"

enum { QUESTIONS = 600 };

struct work {
    struct story story;
    /* A question, and what the store said. */
    struct ic_verdict_question question;
    int64_t before_position;
    struct ic_verdict_answer answer;
    int64_t looked_since_ms;
    struct ic_active_rules rules;
    struct ic_id rule_id;
};

static struct ic_rule_terms draw_rule(struct story *story)
{
    struct ic_rule_terms rule = {.type = (enum ic_rule_type)story_draw(story, IC_RULE_TYPE_COUNT),
                                 .limit_value = story_draw(story, 12),
                                 .time_window_sec = 1 + story_draw(story, STORY_SPAN_MS / 1000)};
    if (story_draw(story, 2)) {
        rule.assigned_to_opr = story->operators[story_draw(story, STORY_OPERATORS)];
    }
    if (story_draw(story, 2)) {
        rule.act_username = story_draw_actor(story);
    }
    if (ic_rule_type_has_metric(rule.type)) {
        rule.metric = (enum ic_goal_metric)story_draw(story, IC_GOAL_METRIC_COUNT);
    }
    return rule;
}

static struct ic_verdict_act draw_act(struct story *story)
{
    struct ic_verdict_act act = {.now_ms = story_draw_time(story) + 1000,
                                 .opr_id = story->operators[story_draw(story, STORY_OPERATORS)],
                                 .tar_id = story->targets[story_draw(story, STORY_HANDLES)],
                                 .text_print = ic_text_print(ic_str_from(story_texts[story_draw(story, STORY_TEXTS)])),
                                 .zone = &ic_zone_utc};
    act.act_username = story_draw_actor(story);
    return act;
}

static enum ic_rc ask(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_verdict_answer(tx, &work->question, work->before_position, &work->answer, &work->looked_since_ms,
                                   err);
}

/* What the history in memory says of the log up to there. */
static struct ic_verdict_answer remember(const struct work *work, const struct ic_rule_terms *rule)
{
    struct ic_history *history = ic_history_create(rule, 1);
    must(history, "memory");
    for (size_t i = 0; i < STORY_EVENTS; i++) {
        const struct story_event *event = &work->story.events[i];
        const struct ic_history_event told = {.at_ms = event->at_ms,
                                              .metric = event->metric,
                                              .opr_id = event->opr_id,
                                              .act_username = event->act_username,
                                              .tar_id = event->tar_id,
                                              .text_print = ic_text_print(event->message_text),
                                              .is_repeated = event->is_repeated};
        if (event->log_position < work->before_position) {
            must(ic_history_add(history, &told, NULL) == IC_OK, "room");
        }
    }
    struct ic_verdict_answer answer = ic_history_answer(history, &work->question);
    ic_history_destroy(history);
    return answer;
}

static void test_the_store_answers_as_the_history_in_memory_does(void **state)
{
    static struct work work;
    struct story *story = &work.story;
    story_tell(story, *state);
    int64_t counted[IC_RULE_TYPE_COUNT] = {0};
    for (int asked = 0; asked < QUESTIONS;) {
        struct ic_rule_terms rule = draw_rule(story);
        struct ic_verdict_act act = draw_act(story);
        if (!ic_verdict_ask(&rule, &act, &work.question)) {
            continue;
        }
        work.before_position =
            story_draw(story, 3) ? INT64_MAX : story->events[story_draw(story, STORY_EVENTS)].log_position;
        fixture_read(story->fixture->store, ask, &work);
        struct ic_verdict_answer wanted = remember(&work, &rule);
        if (work.answer.count != wanted.count || (wanted.count > 0 && work.answer.oldest_ms != wanted.oldest_ms) ||
            work.answer.counts_target != wanted.counts_target) {
            fail_msg("%s of %s: %d since %d, target %d; in memory %d since %d, target %d", ic_rule_type_name(rule.type),
                     ic_goal_metric_name(rule.metric), (int)work.answer.count, (int)work.answer.oldest_ms,
                     work.answer.counts_target, (int)wanted.count, (int)wanted.oldest_ms, wanted.counts_target);
        }
        assert_true(work.looked_since_ms == INT64_MIN);
        counted[rule.type] += wanted.count;
        asked++;
    }
    for (int type = 0; type < IC_RULE_TYPE_COUNT; type++) {
        assert_true(counted[type] > 0 || type == IC_RULE_TYPE_QUIET_HOURS);
    }
}

static enum ic_rc insert_rules(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    struct ic_id act_id;
    struct ic_handle shop;
    enum ic_rc rc = IC_OK;
    must(ic_handle_parse(IC_STR("shop"), &shop), "a handle");
    const struct ic_actor actor = {
        .act_username = shop, .opr_id = work->story.operators[0], .created_at = 1, .last_activity = 1};
    rc = ic_store_actor_insert(tx, &actor, &work->story.fixture->rand, &act_id, err);
    for (int i = 0; i < 3 && !rc; i++) {
        const struct ic_new_event event = {.event_type = IC_EVENT_TYPE_USER,
                                           .created_at = 10 + i,
                                           .received_at = 10,
                                           .opr_id = work->story.operators[0]};
        struct ic_event_ids ids;
        const struct ic_rule rule = {.type = IC_RULE_TYPE_QUIET_HOURS,
                                     .limit_value = 1,
                                     .time_window_sec = 1,
                                     .quiet_from_minute = 1320,
                                     .quiet_to_minute = i,
                                     .quiet_zone = i ? IC_STR("Europe/Lisbon") : IC_STR(""),
                                     .severity = IC_STR("Soft Warning"),
                                     .assigned_to_act = i ? act_id : (struct ic_id){.text = ""},
                                     .status = i == 1 ? IC_PROPOSAL_STATUS_ARCHIVED : IC_PROPOSAL_STATUS_ACTIVE,
                                     .suggested_by = work->story.operators[0],
                                     .created_at = 10 + i};
        rc = ic_store_events_insert(tx, &event, 1, &work->story.fixture->rand, &ids, err);
        if (!rc) {
            rc = ic_store_rule_insert(tx, &rule, &ids.elg_id, &work->story.fixture->rand, &work->rule_id, err);
        }
    }
    return rc;
}

static enum ic_rc read_rules(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_rules_active(tx, work->story.fixture->arena, &work->rules, err);
}

static void test_active_rules_are_told_whole_with_their_account(void **state)
{
    static struct work work;
    work = (struct work){.story = {.fixture = *state}};
    work.story.operators[0] = fixture_owner(work.story.fixture->store);
    fixture_write(work.story.fixture->store, insert_rules, &work);
    fixture_read(work.story.fixture->store, read_rules, &work);
    assert_int_equal(work.rules.count, 2);
    const struct ic_active_rule *first = &work.rules.items[0], *last = &work.rules.items[1];
    assert_int_equal(first->rule.quiet_from_minute, 1320);
    assert_int_equal(first->rule.quiet_to_minute, 0);
    assert_int_equal(first->rule.quiet_zone.size, 0);
    assert_string_equal(first->act_username.text, "");
    assert_true(ic_str_is(first->suggested_by_name, "Owner"));
    assert_int_equal(last->rule.quiet_to_minute, 2);
    assert_true(ic_str_is(last->rule.quiet_zone, "Europe/Lisbon"));
    assert_string_equal(last->act_username.text, "shop");
    assert_true(ic_id_equal(&last->rule.rule_id, &work.rule_id));
    assert_false(last->is_voted);
}

int run_verdicts(void)
{
    const struct CMUnitTest tests[] = {
        claim(test_the_store_answers_as_the_history_in_memory_does, fixture_one),
        claim(test_active_rules_are_told_whole_with_their_account, fixture_one),
    };
    return run_claims(tests);
}
