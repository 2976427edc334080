/* What the store answers to the questions of rules is what the history in memory answers: on random messages, replies
 * and stages of a few people, for rules of every kind, at random moments of the log. */
#include "claims.h"
#include "domain/history.h"
#include "domain/text_print.h"
#include "fixture.h"
#include "store/actors.h"
#include "store/rules.h"
#include "store/verdicts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 160, STAGES = 60, EVENTS = MESSAGES + STAGES, QUESTIONS = 600, SPAN_MS = 400000, BATCH = 16 };

static const char *const handles[] = {"bistro", "cafe_norte", "taberna", "osteria"};
static const char *const actors[] = {"shop", "studio"};
static const char *const texts[] = {"Hello there", "  hello   THERE", "Good day", ""};
enum { HANDLES = 4, ACTORS = 2, TEXTS = 4, OPERATORS = 2 };

struct kept {
    struct ic_history_event event;
    int64_t log_position;
};

struct world {
    struct fixture *fixture;
    struct ic_id operators[OPERATORS];
    struct ic_outreach outreach[MESSAGES];
    struct ic_new_event stages[STAGES];
    char details[STAGES][32];
    struct ic_id targets[HANDLES];
    struct kept kept[EVENTS];
    size_t kept_count;
    /* A question, and what the store said. */
    struct ic_verdict_question question;
    int64_t before_position;
    struct ic_verdict_answer answer;
    int64_t looked_since_ms;
    struct ic_active_rules rules;
    struct ic_id rule_id;
};

static uint32_t draw(struct world *world, uint32_t bound)
{
    return ic_rand_below(&world->fixture->rand, bound);
}

static int64_t draw_time(struct world *world)
{
    return 5000000 + draw(world, SPAN_MS / 1000) * 1000; /* Some fall together. */
}

static void draw_messages(struct world *world)
{
    for (int i = 0; i < MESSAGES; i++) {
        const char *handle = handles[i < HANDLES ? (uint32_t)i : draw(world, HANDLES)];
        const struct ic_id *opr_id = &world->operators[draw(world, OPERATORS)];
        world->outreach[i] = fixture_outreach(opr_id, handle, draw_time(world));
        must(ic_handle_parse(ic_str_from(actors[draw(world, ACTORS)]), &world->outreach[i].act_username), "a handle");
        world->outreach[i].message_text = ic_str_from(texts[draw(world, TEXTS)]);
    }
}

/* Targets are moved by people: without an actor or with one, to any status. */
static void draw_stages(struct world *world, const struct ic_outreach_ids *ids)
{
    static const enum ic_target_status statuses[] = {IC_TARGET_STATUS_REPLIED, IC_TARGET_STATUS_WARM,
                                                     IC_TARGET_STATUS_BOOKED, IC_TARGET_STATUS_PAID};
    for (int i = 0; i < STAGES; i++) {
        uint32_t message = draw(world, MESSAGES), handle = draw(world, HANDLES);
        (void)snprintf(world->details[i], sizeof world->details[i], "move %d", i);
        world->stages[i] = (struct ic_new_event){
            .event_type = IC_EVENT_TYPE_CHANGE_IN_TAR_INFO,
            .created_at = draw_time(world),
            .received_at = 9000000,
            .opr_id = world->outreach[message].opr_id,
            .tar_id = world->targets[handle],
            .tar_username = ic_str_from(handles[handle]),
            .details = ic_str_from(world->details[i]),
            .status_before = ic_target_status_name(IC_TARGET_STATUS_COLD_NO_REPLY),
            .status_after = ic_target_status_name(statuses[draw(world, 4)]),
        };
        if (draw(world, 2)) {
            world->stages[i].act_id = ids[message].act_id;
        }
    }
}

static enum ic_rc insert_world(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct world *world = context;
    struct ic_outreach_ids ids[MESSAGES];
    struct ic_event_ids stage_ids[STAGES];
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Second"), &world->fixture->rand, &world->operators[1], err);
    draw_messages(world);
    for (int i = 0; i < MESSAGES && !rc; i += BATCH) {
        rc = ic_store_outreach_insert(tx, world->outreach + i, BATCH, &world->fixture->rand, ids + i, err);
    }
    for (int i = 0; i < HANDLES; i++) {
        world->targets[i] = ids[i].tar_id;
    }
    if (!rc) {
        draw_stages(world, ids);
        rc = ic_store_events_insert(tx, world->stages, STAGES, &world->fixture->rand, stage_ids, err);
    }
    return rc;
}

struct reading {
    struct ic_log_query query;
    struct ic_arena *arena;
    struct ic_log_list list;
};

static enum ic_rc read_log(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_log_list(tx, &reading->query, reading->arena, &reading->list, err);
}

/* The metric that a move counts for, by what the test has written. */
static enum ic_goal_metric metric_of(const struct world *world, const struct ic_log_entry *entry)
{
    static const struct {
        enum ic_target_status status;
        enum ic_goal_metric metric;
    } metrics[] = {{IC_TARGET_STATUS_REPLIED, IC_GOAL_METRIC_REPLIES_RECEIVED},
                   {IC_TARGET_STATUS_WARM, IC_GOAL_METRIC_WARM_LEADS_GENERATED},
                   {IC_TARGET_STATUS_BOOKED, IC_GOAL_METRIC_BOOKINGS_MADE},
                   {IC_TARGET_STATUS_PAID, IC_GOAL_METRIC_PAYMENTS_RECEIVED}};
    int move = (int)strtol(entry->details.data + strlen("move "), NULL, 10);
    size_t i = 0;
    while (strcmp(ic_target_status_name(metrics[i].status), world->stages[move].status_after) != 0) {
        i++;
    }
    return metrics[i].metric;
}

static bool had_come_so_far(const struct world *world, const struct ic_history_event *event)
{
    for (size_t i = 0; i < world->kept_count; i++) {
        const struct ic_history_event *earlier = &world->kept[i].event;
        if (earlier->metric == event->metric && ic_id_equal(&earlier->tar_id, &event->tar_id)) {
            return true;
        }
    }
    return false;
}

/* The log as it is read, oldest first, is what the history is given. */
static void keep_log(struct world *world)
{
    struct reading reading = {.query = {.limit = EVENTS + 1, .is_oldest_first = true}, .arena = world->fixture->arena};
    fixture_read(world->fixture->store, read_log, &reading);
    assert_int_equal(reading.list.count, EVENTS);
    for (size_t i = 0; i < EVENTS; i++) {
        const struct ic_log_entry *entry = &reading.list.items[i];
        struct kept *kept = &world->kept[i];
        bool is_message = entry->event_type == IC_EVENT_TYPE_OUTREACH;
        kept->log_position = entry->log_position;
        kept->event = (struct ic_history_event){.at_ms = entry->created_at,
                                                .metric = is_message ? IC_GOAL_METRIC_TOTAL_MESSAGES_SENT
                                                                     : metric_of(world, entry),
                                                .opr_id = entry->opr_id,
                                                .tar_id = entry->tar_id,
                                                .text_print = ic_text_print(entry->message_preview)};
        if (entry->act_username.size > 0) {
            must(ic_handle_parse(entry->act_username, &kept->event.act_username), "a handle");
        }
        kept->event.is_repeated = !is_message && had_come_so_far(world, &kept->event);
        world->kept_count++;
    }
}

static struct ic_rule_terms draw_rule(struct world *world)
{
    struct ic_rule_terms rule = {.type = (enum ic_rule_type)draw(world, IC_RULE_TYPE_COUNT),
                                 .limit_value = draw(world, 12),
                                 .time_window_sec = 1 + draw(world, SPAN_MS / 1000)};
    if (draw(world, 2)) {
        rule.assigned_to_opr = world->operators[draw(world, OPERATORS)];
    }
    if (draw(world, 2)) {
        must(ic_handle_parse(ic_str_from(actors[draw(world, ACTORS)]), &rule.act_username), "a handle");
    }
    if (ic_rule_type_has_metric(rule.type)) {
        rule.metric = (enum ic_goal_metric)draw(world, IC_GOAL_METRIC_COUNT);
    }
    return rule;
}

static struct ic_verdict_act draw_act(struct world *world)
{
    struct ic_verdict_act act = {.now_ms = draw_time(world) + 1000,
                                 .opr_id = world->operators[draw(world, OPERATORS)],
                                 .tar_id = world->targets[draw(world, HANDLES)],
                                 .text_print = ic_text_print(ic_str_from(texts[draw(world, TEXTS)])),
                                 .zone = &ic_zone_utc};
    must(ic_handle_parse(ic_str_from(actors[draw(world, ACTORS)]), &act.act_username), "a handle");
    return act;
}

static enum ic_rc ask(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct world *world = context;
    return ic_store_verdict_answer(tx, &world->question, world->before_position, &world->answer,
                                   &world->looked_since_ms, err);
}

/* What the history in memory says of the log up to there. */
static struct ic_verdict_answer remember(const struct world *world, const struct ic_rule_terms *rule)
{
    struct ic_history *history = ic_history_create(rule, 1);
    must(history, "memory");
    for (size_t i = 0; i < world->kept_count; i++) {
        if (world->kept[i].log_position < world->before_position) {
            must(ic_history_add(history, &world->kept[i].event, NULL) == IC_OK, "room");
        }
    }
    struct ic_verdict_answer answer = ic_history_answer(history, &world->question);
    ic_history_destroy(history);
    return answer;
}

static void test_the_store_answers_as_the_history_in_memory_does(void **state)
{
    static struct world world;
    world = (struct world){.fixture = *state};
    world.operators[0] = fixture_owner(world.fixture->store);
    fixture_write(world.fixture->store, insert_world, &world);
    keep_log(&world);
    int64_t counted[IC_RULE_TYPE_COUNT] = {0};
    for (int asked = 0; asked < QUESTIONS;) {
        struct ic_rule_terms rule = draw_rule(&world);
        struct ic_verdict_act act = draw_act(&world);
        if (!ic_verdict_ask(&rule, &act, &world.question)) {
            continue;
        }
        world.before_position = draw(&world, 3) ? INT64_MAX : world.kept[draw(&world, EVENTS)].log_position;
        fixture_read(world.fixture->store, ask, &world);
        struct ic_verdict_answer wanted = remember(&world, &rule);
        if (world.answer.count != wanted.count || (wanted.count > 0 && world.answer.oldest_ms != wanted.oldest_ms) ||
            world.answer.counts_target != wanted.counts_target) {
            fail_msg("%s of %s: %d since %d, target %d; in memory %d since %d, target %d", ic_rule_type_name(rule.type),
                     ic_goal_metric_name(rule.metric), (int)world.answer.count, (int)world.answer.oldest_ms,
                     world.answer.counts_target, (int)wanted.count, (int)wanted.oldest_ms, wanted.counts_target);
        }
        assert_true(world.looked_since_ms == INT64_MIN);
        counted[rule.type] += wanted.count;
        asked++;
    }
    for (int type = 0; type < IC_RULE_TYPE_COUNT; type++) {
        assert_true(counted[type] > 0 || type == IC_RULE_TYPE_QUIET_HOURS);
    }
}

static enum ic_rc insert_rules(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct world *world = context;
    struct ic_id act_id;
    struct ic_handle shop;
    enum ic_rc rc = IC_OK;
    must(ic_handle_parse(IC_STR("shop"), &shop), "a handle");
    const struct ic_actor actor = {
        .act_username = shop, .opr_id = world->operators[0], .created_at = 1, .last_activity = 1};
    rc = ic_store_actor_insert(tx, &actor, &world->fixture->rand, &act_id, err);
    for (int i = 0; i < 3 && !rc; i++) {
        const struct ic_new_event event = {
            .event_type = IC_EVENT_TYPE_USER, .created_at = 10 + i, .received_at = 10, .opr_id = world->operators[0]};
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
                                     .suggested_by = world->operators[0],
                                     .created_at = 10 + i};
        rc = ic_store_events_insert(tx, &event, 1, &world->fixture->rand, &ids, err);
        if (!rc) {
            rc = ic_store_rule_insert(tx, &rule, &ids.elg_id, &world->fixture->rand, &world->rule_id, err);
        }
    }
    return rc;
}

static enum ic_rc read_rules(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct world *world = context;
    return ic_store_rules_active(tx, world->fixture->arena, &world->rules, err);
}

static void test_active_rules_are_told_whole_with_their_account(void **state)
{
    static struct world world;
    world = (struct world){.fixture = *state};
    world.operators[0] = fixture_owner(world.fixture->store);
    fixture_write(world.fixture->store, insert_rules, &world);
    fixture_read(world.fixture->store, read_rules, &world);
    assert_int_equal(world.rules.count, 2);
    const struct ic_active_rule *first = &world.rules.items[0], *last = &world.rules.items[1];
    assert_int_equal(first->rule.quiet_from_minute, 1320);
    assert_int_equal(first->rule.quiet_to_minute, 0);
    assert_int_equal(first->rule.quiet_zone.size, 0);
    assert_string_equal(first->act_username.text, "");
    assert_true(ic_str_is(first->suggested_by_name, "Owner"));
    assert_int_equal(last->rule.quiet_to_minute, 2);
    assert_true(ic_str_is(last->rule.quiet_zone, "Europe/Lisbon"));
    assert_string_equal(last->act_username.text, "shop");
    assert_true(ic_id_equal(&last->rule.rule_id, &world.rule_id));
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
