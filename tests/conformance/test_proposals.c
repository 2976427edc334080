/* Goals and rules: what was written is read, their changes are the feed's, and desktops are told them whole; on every
 * engine the same. */
#include "claims.h"
#include "fixture.h"
#include "store/events.h"
#include "store/feed.h"
#include "store/goals.h"
#include "store/replica.h"
#include "store/rules.h"

#include <string.h>

enum { PROPOSALS_COUNT = 20, STEP = 7 };

/* A deed of the owner's on a goal or a rule, in a transaction of its own, and what came of it. */
struct deed {
    const struct fixture *fixture;
    struct ic_id owner;
    struct ic_goal goal;
    struct ic_rule rule;
    struct ic_id goal_id; /* Of a goal that is there. */
    struct ic_id rule_id;
    enum ic_proposal_status status;
    bool with_a_second; /* The event is to change two of a kind. */
    struct ic_id elg_id;
    struct ic_err err;
};

static struct deed deed_of(const struct fixture *fixture, const struct ic_id *owner)
{
    return (struct deed){
        .fixture = fixture,
        .owner = *owner,
        .goal = {.metric = IC_GOAL_METRIC_BOOKINGS_MADE,
                 .target_value = 7,
                 .frequency = IC_GOAL_FREQUENCY_MONTHLY,
                 .assigned_to_opr = *owner,
                 .status = IC_PROPOSAL_STATUS_PENDING_SUGGESTION,
                 .suggested_by = *owner,
                 .created_at = 1000,
                 .start_date = 2000,
                 .end_date = 3000},
        .rule = {.type = IC_RULE_TYPE_INTERVAL_SPACING,
                 .metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                 .limit_value = 0,
                 .time_window_sec = INT64_C(9007199254740991),
                 .severity = IC_STR("Soft Warning"),
                 .status = IC_PROPOSAL_STATUS_ACTIVE,
                 .suggested_by = *owner,
                 .created_at = 1500},
        .err = IC_ERR_NONE,
    };
}

static enum ic_rc write_event(struct ic_store_tx *tx, struct deed *deed, struct ic_err *err)
{
    const struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER,
                                       .created_at = 1000,
                                       .received_at = 1000,
                                       .opr_id = deed->owner,
                                       .details = IC_STR("proposes something")};
    return ic_store_event_insert(tx, &entry, &deed->fixture->rand, &deed->elg_id, err);
}

static enum ic_rc run_propose(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    const struct ic_rand *rand = &deed->fixture->rand;
    struct ic_id second;
    enum ic_rc rc = write_event(tx, deed, err);
    rc = rc ? rc : ic_store_goal_insert(tx, &deed->goal, &deed->elg_id, rand, &deed->goal_id, err);
    rc = rc ? rc : ic_store_rule_insert(tx, &deed->rule, &deed->elg_id, rand, &deed->rule_id, err);
    if (!rc && deed->with_a_second) {
        rc = ic_store_goal_insert(tx, &deed->goal, &deed->elg_id, rand, &second, err);
    }
    return rc;
}

static enum ic_rc run_goal_status(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    enum ic_rc rc = write_event(tx, deed, err);
    return rc ? rc : ic_store_goal_set_status(tx, &deed->goal_id, deed->status, &deed->elg_id, err);
}

static enum ic_rc run_rule_status(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    enum ic_rc rc = write_event(tx, deed, err);
    return rc ? rc : ic_store_rule_set_status(tx, &deed->rule_id, deed->status, &deed->elg_id, err);
}

static enum ic_rc run_read(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    enum ic_rc rc = ic_store_goal_get(tx, &deed->goal_id, &deed->goal, err);
    return rc ? rc : ic_store_rule_get(tx, &deed->rule_id, deed->fixture->arena, &deed->rule, err);
}

static void test_a_goal_and_a_rule_are_what_was_written(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct deed deed = deed_of(fixture, &owner);
    fixture_write(fixture->store, run_propose, &deed);
    struct deed read = {.fixture = fixture, .goal_id = deed.goal_id, .rule_id = deed.rule_id};
    fixture_read(fixture->store, run_read, &read);
    assert_true(ic_id_equal(&read.goal.goal_id, &deed.goal_id));
    assert_int_equal(read.goal.metric, IC_GOAL_METRIC_BOOKINGS_MADE);
    assert_int_equal(read.goal.target_value, 7);
    assert_int_equal(read.goal.frequency, IC_GOAL_FREQUENCY_MONTHLY);
    assert_true(ic_id_equal(&read.goal.assigned_to_opr, &owner));
    assert_true(ic_id_is_empty(&read.goal.assigned_to_act));
    assert_int_equal(read.goal.status, IC_PROPOSAL_STATUS_PENDING_SUGGESTION);
    assert_true(ic_id_equal(&read.goal.suggested_by, &owner));
    assert_int_equal(read.goal.created_at, 1000);
    assert_int_equal(read.goal.start_date, 2000);
    assert_int_equal(read.goal.end_date, 3000);
    assert_int_equal(read.rule.type, IC_RULE_TYPE_INTERVAL_SPACING);
    assert_int_equal(read.rule.metric, IC_GOAL_METRIC_TOTAL_MESSAGES_SENT);
    assert_int_equal(read.rule.limit_value, 0);
    assert_true(read.rule.time_window_sec == INT64_C(9007199254740991));
    assert_true(ic_str_is(read.rule.severity, "Soft Warning"));
    assert_true(ic_id_is_empty(&read.rule.assigned_to_opr) && ic_id_is_empty(&read.rule.assigned_to_act));
    assert_int_equal(read.rule.status, IC_PROPOSAL_STATUS_ACTIVE);
    assert_int_equal(read.rule.created_at, 1500);
}

/* ---- What desktops are told. ---- */

struct reading {
    struct ic_replica replica;
    struct ic_feed_changes changes;
    struct ic_id behind_goal;
    struct ic_id behind_rule;
    struct ic_id ids[3];
    size_t ids_count;
};

static void begin_reading(struct fixture *fixture, struct reading *reading)
{
    struct ic_err err = IC_ERR_NONE;
    *reading = (struct reading){0};
    assert_int_equal(ic_replica_init(&reading->replica, fixture->arena, &err), IC_OK);
}

static enum ic_rc read_feed(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_feed_behind(tx, 0, IC_REPLICA_ROWS_MAX, reading->replica.arena, &reading->changes, err);
}

static enum ic_rc read_touched(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    reading->replica.goals_count = reading->replica.rules_count = 0;
    enum ic_rc rc = ic_store_goals_of(tx, reading->ids, reading->ids_count, &reading->replica, err);
    return rc ? rc : ic_store_rules_of(tx, reading->ids, reading->ids_count, &reading->replica, err);
}

static void test_a_change_of_a_goal_or_a_rule_leads_to_it_until_the_next_one_does(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct deed deed = deed_of(fixture, &owner);
    struct reading reading;
    begin_reading(fixture, &reading);
    fixture_write(fixture->store, run_propose, &deed);
    reading.ids[reading.ids_count++] = deed.elg_id;
    fixture_read(fixture->store, read_touched, &reading);
    assert_int_equal(reading.replica.goals_count, 1);
    assert_int_equal(reading.replica.rules_count, 1);
    assert_true(ic_str_is(reading.replica.goals[0].status, "Pending Suggestion"));
    assert_true(ic_str_is(reading.replica.goals[0].metric, "Bookings Made"));
    assert_int_equal(reading.replica.goals[0].end_date, 3000);
    assert_true(ic_str_is(reading.replica.rules[0].type, "Interval Spacing"));
    deed.status = IC_PROPOSAL_STATUS_ACTIVE;
    fixture_write(fixture->store, run_goal_status, &deed);
    fixture_read(fixture->store, read_touched, &reading);
    assert_int_equal(reading.replica.goals_count, 0);
    assert_int_equal(reading.replica.rules_count, 1);
    reading.ids[reading.ids_count++] = deed.elg_id;
    deed.status = IC_PROPOSAL_STATUS_ARCHIVED;
    fixture_write(fixture->store, run_rule_status, &deed);
    reading.ids[reading.ids_count++] = deed.elg_id;
    fixture_read(fixture->store, read_touched, &reading);
    assert_int_equal(reading.replica.goals_count, 1);
    assert_int_equal(reading.replica.rules_count, 1);
    assert_true(ic_str_is(reading.replica.goals[0].status, "Active"));
    assert_true(ic_str_is(reading.replica.rules[0].status, "Archived"));
    fixture_read(fixture->store, read_feed, &reading);
    assert_int_equal(reading.changes.count, reading.ids_count);
    for (size_t i = 0; i < reading.ids_count; i++) {
        assert_true(ic_id_equal(&reading.changes.items[i].elg_id, &reading.ids[i]));
    }
}

static enum ic_rc read_parts(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    enum ic_rc rc = ic_store_goals_behind(tx, &reading->behind_goal, STEP, &reading->replica, err);
    return rc ? rc : ic_store_rules_behind(tx, &reading->behind_rule, STEP, &reading->replica, err);
}

static void test_goals_and_rules_come_step_by_step_in_the_order_of_their_ids_with_every_row_once(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct reading reading;
    struct ic_replica *replica = &reading.replica;
    begin_reading(fixture, &reading);
    for (int i = 0; i < PROPOSALS_COUNT; i++) {
        struct deed deed = deed_of(fixture, &owner);
        deed.goal.target_value = 1 + i;
        deed.rule.limit_value = i;
        fixture_write(fixture->store, run_propose, &deed);
    }
    for (size_t i = 0; i <= PROPOSALS_COUNT / STEP; i++) {
        fixture_read(fixture->store, read_parts, &reading);
        reading.behind_goal = replica->goals[replica->goals_count - 1].goal_id;
        reading.behind_rule = replica->rules[replica->rules_count - 1].rule_id;
    }
    assert_int_equal(replica->goals_count, PROPOSALS_COUNT);
    assert_int_equal(replica->rules_count, PROPOSALS_COUNT);
    int64_t goals_sum = 0, rules_sum = 0;
    for (size_t i = 0; i < PROPOSALS_COUNT; i++) {
        assert_true(i == 0 || strcmp(replica->goals[i - 1].goal_id.text, replica->goals[i].goal_id.text) < 0);
        assert_true(i == 0 || strcmp(replica->rules[i - 1].rule_id.text, replica->rules[i].rule_id.text) < 0);
        goals_sum += replica->goals[i].target_value;
        rules_sum += replica->rules[i].limit_value;
    }
    assert_int_equal(goals_sum, PROPOSALS_COUNT * (PROPOSALS_COUNT + 1) / 2);
    assert_int_equal(rules_sum, PROPOSALS_COUNT * (PROPOSALS_COUNT - 1) / 2);
}

/* ---- What is refused. ---- */

static void test_an_event_changes_one_goal_and_one_rule_or_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct deed deed = deed_of(fixture, &owner);
    deed.with_a_second = true;
    assert_int_equal(ic_store_write(fixture->store, run_propose, &deed, &deed.err), IC_CONFLICT);
    assert_int_equal(fixture_look(fixture->store).change_count, 0);
}

static void test_a_goal_or_a_rule_that_is_not_there_is_said_not_to_be(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct deed deed = deed_of(fixture, &owner);
    deed.goal_id = (struct ic_id){"GOL-00000000"};
    deed.rule_id = (struct ic_id){"RUL-00000000"};
    assert_int_equal(ic_store_write(fixture->store, run_goal_status, &deed, &deed.err), IC_NOT_FOUND);
    deed.err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(fixture->store, run_rule_status, &deed, &deed.err), IC_NOT_FOUND);
    deed.err = IC_ERR_NONE;
    assert_int_equal(ic_store_read(fixture->store, run_read, &deed, &deed.err), IC_NOT_FOUND);
    assert_int_equal(fixture_look(fixture->store).change_count, 0);
}

static void test_a_severity_is_a_word_or_two(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    static const char long_one[] = "abcdefghijklmnopqrstuvwxyz0123456";
    const struct ic_str refused[] = {IC_STR(""), {long_one, IC_LIMIT_SEVERITY_CHARACTERS_MAX + 1}};
    for (size_t i = 0; i < 2; i++) {
        struct deed deed = deed_of(fixture, &owner);
        deed.rule.severity = refused[i];
        assert_int_equal(ic_store_write(fixture->store, run_propose, &deed, &deed.err), IC_INVALID);
        assert_string_equal(deed.err.field, "severity");
    }
    struct deed deed = deed_of(fixture, &owner);
    deed.rule.severity = (struct ic_str){long_one, IC_LIMIT_SEVERITY_CHARACTERS_MAX};
    fixture_write(fixture->store, run_propose, &deed);
}

int run_proposals(void)
{
    const struct CMUnitTest proposals[] = {
        claim(test_a_goal_and_a_rule_are_what_was_written, fixture_one),
        claim(test_a_change_of_a_goal_or_a_rule_leads_to_it_until_the_next_one_does, fixture_one),
        claim(test_goals_and_rules_come_step_by_step_in_the_order_of_their_ids_with_every_row_once, fixture_one),
        claim(test_an_event_changes_one_goal_and_one_rule_or_nothing, fixture_one),
        claim(test_a_goal_or_a_rule_that_is_not_there_is_said_not_to_be, fixture_one),
        claim(test_a_severity_is_a_word_or_two, fixture_one),
    };
    return run_claims(proposals);
}
