#include "team.h"

#include "contract/limits.h"
#include "service/devices.h"
#include "service/home.h"
#include "service/live.h"
#include "service/logs.h"
#include "service/targets.h"
#include "sync/hybrid_time.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A team whose owner has a paired desktop. */
struct desk {
    struct team *team;
    struct ic_identity anna;
    struct ic_device device;
};

static struct desk begin(void **state)
{
    struct desk desk = {.team = *state};
    desk.anna = team_join(desk.team, NULL);
    desk.device = team_pair(desk.team, &desk.anna.operator_.opr_id);
    return desk;
}

static struct ic_push_outcome *push(const struct desk *desk, const struct ic_operation *operations, size_t count)
{
    struct ic_err err = IC_ERR_NONE;
    const struct ic_push_batch batch = {
        .device = &desk->device, .agent_version = IC_STR("1.2"), .operations = operations, .count = count};
    struct ic_push_outcome *outcomes = NULL;
    int64_t server_time = 0;
    assert_int_equal(ic_push_apply(&desk->team->service, &batch, desk->team->arena, &outcomes, &server_time, &err),
                     IC_OK);
    assert_int_equal(server_time, desk->team->now);
    return outcomes;
}

static struct ic_log_entry get_entry(const struct desk *desk, const struct ic_id *elg_id, struct ic_str *ret_text)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_log_entry entry;
    assert_int_equal(
        ic_logs_get(&desk->team->service, &desk->team->owner, elg_id, desk->team->arena, &entry, ret_text, &err),
        IC_OK);
    return entry;
}

static void test_an_operation_becomes_one_event_with_its_exact_text(void **state)
{
    struct desk desk = begin(state);
    const char *message = "He said \"<b>ciao</b>\" & left \xF0\x9F\x91\x8B\xF0\x9F\x8F\xBD\n\tso.";
    struct ic_operation operation = team_operation(desk.team, message);
    struct ic_push_outcome *outcomes = push(&desk, &operation, 1);
    struct ic_str text;
    assert_int_equal(outcomes[0].outcome, IC_OPERATION_OUTCOME_ACCEPTED);
    struct ic_log_entry entry = get_entry(&desk, &outcomes[0].ids.elg_id, &text);
    assert_true(ic_str_is(text, message));
    assert_int_equal(entry.event_type, IC_EVENT_TYPE_OUTREACH);
    assert_true(ic_id_equal(&entry.olg_id, &outcomes[0].ids.olg_id));
    assert_true(ic_str_is(entry.act_username, "studio.north"));
    assert_true(ic_str_is(entry.tar_username, "mono.pizza"));
    assert_int_equal(entry.message_characters, 36);
}

static void test_a_repeated_op_id_gives_the_same_ids_and_no_second_event(void **state)
{
    struct desk desk = begin(state);
    struct ic_operation operation = team_operation(desk.team, "Hello.");
    struct ic_push_outcome first = push(&desk, &operation, 1)[0];
    struct ic_totals before = team_totals(desk.team);
    struct ic_push_outcome second = push(&desk, &operation, 1)[0];
    assert_int_equal(second.outcome, IC_OPERATION_OUTCOME_DUPLICATE);
    assert_memory_equal(&first.ids, &second.ids, sizeof first.ids);
    struct ic_totals after = team_totals(desk.team);
    assert_memory_equal(&before, &after, sizeof before);
}

static void test_an_op_id_with_other_content_is_rejected_alone(void **state)
{
    struct desk desk = begin(state);
    struct ic_operation operations[3];
    for (size_t i = 0; i < 3; i++) {
        operations[i] = team_operation(desk.team, "Hello.");
    }
    (void)push(&desk, &operations[1], 1);
    operations[1].message_text = IC_STR("Something else.");
    struct ic_push_outcome *outcomes = push(&desk, operations, 3);
    assert_int_equal(outcomes[0].outcome, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_int_equal(outcomes[1].outcome, IC_OPERATION_OUTCOME_REJECTED);
    assert_int_equal(outcomes[1].code, IC_CODE_OP_CONFLICT);
    assert_int_equal(outcomes[2].outcome, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_true(ic_id_is_empty(&outcomes[1].ids.elg_id));
}

static void test_one_batch_may_hold_the_same_operation_twice(void **state)
{
    struct desk desk = begin(state);
    struct ic_operation operations[2];
    operations[0] = operations[1] = team_operation(desk.team, "Hello.");
    int64_t logs = team_totals(desk.team).logs;
    struct ic_push_outcome *outcomes = push(&desk, operations, 2);
    assert_int_equal(outcomes[0].outcome, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_int_equal(outcomes[1].outcome, IC_OPERATION_OUTCOME_DUPLICATE);
    assert_memory_equal(&outcomes[0].ids, &outcomes[1].ids, sizeof outcomes[0].ids);
    assert_int_equal(team_totals(desk.team).logs, logs + 1);
}

static void test_a_clock_that_runs_ahead_cannot_date_an_event_into_the_future(void **state)
{
    struct desk desk = begin(state);
    int64_t now = desk.team->now;
    const int64_t sent[] = {now - INT64_C(90) * 86400000, now + 1, now + 86400000};
    const int64_t believed[] = {sent[0], now, now};
    for (size_t i = 0; i < 3; i++) {
        struct ic_str text;
        struct ic_operation operation = team_operation(desk.team, "Hello.");
        operation.sent_at = sent[i];
        struct ic_push_outcome outcome = push(&desk, &operation, 1)[0];
        struct ic_log_entry entry = get_entry(&desk, &outcome.ids.elg_id, &text);
        assert_int_equal(entry.created_at, believed[i]);
        assert_int_equal(entry.sent_at, sent[i]);
        assert_int_equal(entry.received_at, now);
    }
}

static void test_a_push_tells_when_the_desktop_was_seen_and_its_version(void **state)
{
    struct desk desk = begin(state);
    struct ic_err err = IC_ERR_NONE;
    struct ic_device_list list;
    struct ic_operation operation = team_operation(desk.team, "Hello.");
    assert_int_equal(desk.device.last_seen_at, 0);
    desk.team->now += 5000;
    (void)push(&desk, &operation, 1);
    assert_int_equal(ic_devices_list(&desk.team->service, &desk.team->owner, desk.team->arena, &list, &err), IC_OK);
    assert_int_equal(list.items[0].last_seen_at, desk.team->now);
    assert_true(ic_str_is(list.items[0].agent_version, "1.2"));
}

static void test_the_home_page_and_its_cursor_are_of_one_moment(void **state)
{
    struct desk desk = begin(state);
    struct ic_err err = IC_ERR_NONE;
    struct ic_home home;
    struct ic_live live;
    assert_int_equal(ic_home_get(&desk.team->service, &desk.team->owner, desk.team->arena, &home, &err), IC_OK);
    assert_int_equal(home.devices, 1);
    struct ic_operation operation = team_operation(desk.team, "Hello.");
    struct ic_push_outcome outcome = push(&desk, &operation, 1)[0];
    assert_int_equal(ic_live_read(&desk.team->service, home.cursor, 10, desk.team->arena, &live, &err), IC_OK);
    assert_false(live.is_reset);
    assert_int_equal(live.changes.count, 1);
    assert_true(ic_id_equal(&live.changes.items[0].entry.elg_id, &outcome.ids.elg_id));
    assert_int_equal(live.totals.logs, home.totals.logs + 1);
    assert_int_equal(live.totals.targets, 1);
}

static void test_a_cursor_that_cannot_be_followed_is_a_reset(void **state)
{
    struct desk desk = begin(state);
    struct ic_err err = IC_ERR_NONE;
    struct ic_live live;
    int64_t newest;
    assert_int_equal(ic_live_newest(&desk.team->service, &newest, &err), IC_OK);
    assert_int_equal(ic_live_read(&desk.team->service, newest, 10, desk.team->arena, &live, &err), IC_OK);
    assert_false(live.is_reset);
    assert_int_equal(live.changes.count, 0);
    assert_int_equal(ic_live_read(&desk.team->service, newest + 1, 10, desk.team->arena, &live, &err), IC_OK);
    assert_true(live.is_reset);
    assert_int_equal(live.newest, newest);
    struct ic_operation operations[IC_LIMIT_PUSH_OPERATIONS_MAX];
    for (int batch = 0; batch * IC_LIMIT_PUSH_OPERATIONS_MAX <= IC_STORE_FOLLOW_CHANGES_MAX; batch++) {
        for (size_t i = 0; i < IC_LIMIT_PUSH_OPERATIONS_MAX; i++) {
            operations[i] = team_operation(desk.team, "Hello.");
        }
        (void)push(&desk, operations, IC_LIMIT_PUSH_OPERATIONS_MAX);
    }
    assert_int_equal(ic_live_read(&desk.team->service, newest, 10, desk.team->arena, &live, &err), IC_OK);
    assert_true(live.is_reset);
}

static void test_pages_of_the_log_show_every_event_once_also_while_more_arrive(void **state)
{
    struct desk desk = begin(state);
    enum { EVENTS = 23, PAGE = 5 };
    struct ic_err err = IC_ERR_NONE;
    struct ic_log_page page = {0};
    const struct ic_log_query asked = {.limit = PAGE};
    int64_t last = INT64_MAX;
    int seen = 0;
    for (int i = 0; i < EVENTS; i++) {
        struct ic_operation operation = team_operation(desk.team, "Hello.");
        operation.sent_at = desk.team->now - (i / 4) * 1000; /* Several events share an instant. */
        (void)push(&desk, &operation, 1);
    }
    do {
        struct ic_list_cursor after = page.next;
        assert_int_equal(ic_logs_list(&desk.team->service, &desk.team->owner, &asked, ic_str_from(after.text),
                                      desk.team->arena, &page, &err),
                         IC_OK);
        for (size_t i = 0; i < page.list.count; i++) {
            assert_true(page.list.items[i].log_position < last);
            last = page.list.items[i].log_position;
            seen++;
        }
        desk.team->now += 1000;
        struct ic_operation late = team_operation(desk.team, "While somebody reads.");
        (void)push(&desk, &late, 1);
    } while (page.next.text[0] != '\0');
    assert_int_equal(seen, EVENTS + 2); /* And the two of joining and pairing. */
}

static enum ic_code list_logs(struct team *team, const struct ic_log_query *asked, struct ic_str after,
                              struct ic_log_page *ret_page)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_logs_list(&team->service, &team->owner, asked, after, team->arena, ret_page, &err);
    assert_int_equal(rc, ic_err_rc(&err));
    return err.code;
}

static void test_a_cursor_is_good_for_the_question_that_gave_it(void **state)
{
    struct desk desk = begin(state);
    struct ic_log_page page;
    for (int i = 0; i < 3; i++) {
        struct ic_operation operation = team_operation(desk.team, "Hello.");
        (void)push(&desk, &operation, 1);
    }
    const struct ic_log_query asked = {.limit = 1, .has_event_type = true, .term = IC_STR("hello")};
    assert_int_equal(list_logs(desk.team, &asked, IC_STR(""), &page), IC_CODE_OK);
    struct ic_list_cursor next = page.next;
    struct ic_str after = ic_str_from(next.text);
    assert_int_equal(list_logs(desk.team,
                               &(struct ic_log_query){.limit = 2, .has_event_type = true, .term = asked.term}, after,
                               &page),
                     IC_CODE_OK); /* A page of another size is the same list. */
    const struct ic_log_query others[] = {
        {.limit = 1, .term = asked.term},
        {.limit = 1, .has_event_type = true, .event_type = IC_EVENT_TYPE_USER, .term = asked.term},
        {.limit = 1, .has_event_type = true, .term = IC_STR("hello.")},
        {.limit = 1, .has_event_type = true, .term = asked.term, .is_oldest_first = true},
        {.limit = 1, .has_event_type = true, .term = asked.term, .from = 1},
        {.limit = 1, .has_event_type = true, .term = asked.term, .until = IC_STORE_TIME_MAX - 1},
        {.limit = 1, .has_event_type = true, .term = asked.term, .opr_id = {"OPR-00000000"}},
        {.limit = 1, .has_event_type = true, .term = asked.term, .act_id = {"ACT-00000000"}},
        {.limit = 1, .has_event_type = true, .term = asked.term, .tar_id = {"TAR-00000000"}},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(list_logs(desk.team, &others[i], after, &page), IC_CODE_INVALID_PARAMETER);
    }
}

static void test_a_question_that_makes_no_sense_is_refused(void **state)
{
    struct team *team = *state;
    struct ic_log_page page;
    char long_term[IC_LIMIT_SEARCH_CHARACTERS_MAX + 2];
    memset(long_term, 'a', sizeof long_term - 1);
    long_term[sizeof long_term - 1] = '\0';
    const struct ic_log_query bad[] = {
        {.limit = 1, .term = IC_STR("ab")},
        {.limit = 1, .term = IC_STR("\xc3\xa4\xc3\xb6")}, /* Two characters, four bytes. */
        {.limit = 1, .term = IC_STR("e\xcc\x81x")},       /* Three, which are two when they are composed. */
        {.limit = 1, .term = ic_str_from(long_term)},
        {.limit = 1, .from = 10, .until = 10},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(list_logs(team, &bad[i], IC_STR(""), &page), IC_CODE_INVALID_PARAMETER);
    }
    const struct ic_log_query longest = {.limit = 1, .term = {long_term, IC_LIMIT_SEARCH_CHARACTERS_MAX}};
    assert_int_equal(list_logs(team, &longest, IC_STR(""), &page), IC_CODE_OK);
}

/* ---- Times and edits. ---- */

static struct ic_push_outcome *push_batch(const struct desk *desk, struct ic_push_batch batch)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_push_outcome *outcomes = NULL;
    int64_t server_time = 0;
    batch.device = &desk->device;
    assert_int_equal(ic_push_apply(&desk->team->service, &batch, desk->team->arena, &outcomes, &server_time, &err),
                     IC_OK);
    return outcomes;
}

static void test_an_event_is_dated_by_its_age_else_by_the_clock_and_never_later_than_now(void **state)
{
    struct desk desk = begin(state);
    int64_t now = desk.team->now;
    const struct {
        int64_t sent_at;
        int64_t age_ms;
        bool has_clock_ahead;
        int64_t clock_ahead_ms;
        int64_t created_at;
    } cases[] = {
        {now + 86400000, 5000, true, 1, now - 5000},
        {3, 0, false, 0, now},
        {now - 7000, IC_LIMIT_AGE_MS_MAX, false, 0, now - IC_LIMIT_AGE_MS_MAX},
        {now - 7000, IC_LIMIT_AGE_MS_MAX + 1, true, -2000, now - 5000},
        {now - 7000, IC_PUSH_AGE_UNKNOWN, true, 2000, now - 9000},
        {now - 7000, IC_PUSH_AGE_UNKNOWN, true, -9000, now},
        {now - 7000, IC_PUSH_AGE_UNKNOWN, false, 0, now - 7000},
        {now + 1, IC_PUSH_AGE_UNKNOWN, false, 0, now},
        {5, IC_PUSH_AGE_UNKNOWN, true, 9, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_operation operation = team_operation(desk.team, "Hello.");
        struct ic_str text;
        operation.sent_at = cases[i].sent_at;
        struct ic_push_outcome *outcomes = push_batch(&desk, (struct ic_push_batch){
                                                                 .operations = &operation,
                                                                 .count = 1,
                                                                 .ages_ms = &cases[i].age_ms,
                                                                 .has_clock_ahead = cases[i].has_clock_ahead,
                                                                 .clock_ahead_ms = cases[i].clock_ahead_ms,
                                                             });
        struct ic_log_entry entry = get_entry(&desk, &outcomes[0].ids.elg_id, &text);
        assert_int_equal(entry.created_at, cases[i].created_at);
        assert_int_equal(entry.sent_at, cases[i].sent_at);
    }
}

static struct ic_operation set_status(const struct desk *desk, const char *status, int64_t hybrid_time)
{
    struct ic_operation operation = team_operation(desk->team, "");
    operation.kind = IC_OPERATION_KIND_SET_FIELD;
    operation.field = IC_TARGET_FIELD_TAR_STATUS;
    operation.value = (struct ic_field_value){.text = ic_str_from(status)};
    operation.hybrid_time = hybrid_time;
    return operation;
}

static struct ic_history_page history_of(const struct desk *desk, const struct ic_id *tar_id)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_history_page page;
    assert_int_equal(ic_targets_history(&desk->team->service, &desk->team->owner, tar_id, true, 10, IC_STR(""),
                                        desk->team->arena, &page, &err),
                     IC_OK);
    return page;
}

static void test_times_too_far_ahead_count_as_the_servers_in_the_order_of_the_push(void **state)
{
    struct desk desk = begin(state);
    int64_t now = desk.team->now;
    int64_t allowed = ic_hybrid_time_at(now + IC_LIMIT_CLOCK_AHEAD_MS_MAX);
    const struct ic_operation operations[] = {
        set_status(&desk, "Replied", ic_hybrid_time_at(now + 86400000) + 5),
        set_status(&desk, "Warm", ic_hybrid_time_at(now + 86400000) + 6),
        set_status(&desk, "Booked", allowed),
    };
    struct ic_push_outcome *outcomes = push(&desk, operations, 3);
    struct ic_history_page page = history_of(&desk, &outcomes[0].ids.tar_id);
    const int64_t counted[] = {ic_hybrid_time_at(now), ic_hybrid_time_at(now) + 1, allowed};
    assert_int_equal(page.changes.count, 3);
    for (size_t i = 0; i < 3; i++) {
        size_t at = 0;
        while (!ic_id_equal(&page.changes.items[at].elg_id, &outcomes[i].ids.elg_id)) {
            at++;
        }
        assert_int_equal(page.changes.items[at].stamp.hybrid_time, counted[i]);
        assert_true(page.changes.items[at].has_won);
    }
}

static void test_messages_and_edits_of_a_push_are_applied_in_its_order(void **state)
{
    struct desk desk = begin(state);
    struct ic_operation exclude = set_status(&desk, "", 10);
    exclude.kind = IC_OPERATION_KIND_EXCLUDE;
    const struct ic_operation operations[] = {
        exclude,
        team_operation(desk.team, "To somebody who was excluded."),
        set_status(&desk, "Warm", 11),
        team_operation(desk.team, "Another."),
    };
    struct ic_push_outcome *outcomes = push(&desk, operations, 4);
    assert_true(ic_id_is_empty(&outcomes[0].ids.tar_id));
    struct ic_history_page page = history_of(&desk, &outcomes[1].ids.tar_id);
    assert_int_equal(page.page.list.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(ic_id_equal(&page.page.list.items[i].elg_id, &outcomes[i + 1].ids.elg_id));
        assert_int_equal(page.page.list.items[i].tar_status, IC_TARGET_STATUS_EXCLUDED);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_operation_becomes_one_event_with_its_exact_text),
        TEST(test_a_repeated_op_id_gives_the_same_ids_and_no_second_event),
        TEST(test_an_op_id_with_other_content_is_rejected_alone),
        TEST(test_one_batch_may_hold_the_same_operation_twice),
        TEST(test_a_clock_that_runs_ahead_cannot_date_an_event_into_the_future),
        TEST(test_an_event_is_dated_by_its_age_else_by_the_clock_and_never_later_than_now),
        TEST(test_times_too_far_ahead_count_as_the_servers_in_the_order_of_the_push),
        TEST(test_messages_and_edits_of_a_push_are_applied_in_its_order),
        TEST(test_a_push_tells_when_the_desktop_was_seen_and_its_version),
        TEST(test_the_home_page_and_its_cursor_are_of_one_moment),
        TEST(test_a_cursor_that_cannot_be_followed_is_a_reset),
        TEST(test_pages_of_the_log_show_every_event_once_also_while_more_arrive),
        TEST(test_a_cursor_is_good_for_the_question_that_gave_it),
        TEST(test_a_question_that_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
