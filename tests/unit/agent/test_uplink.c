#include "agent/replica.h"
#include "agent/uplink.h"

#include "base/gzip.h"
#include "base/log.h"
#include "scratch.h"
#include "toy_center.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What stands between the agent and the model of the server. */
enum weather { FAIR, UNREACHABLE, ANSWER_LOST, ANSWER_SHUFFLED, HOTEL_PAGE, BUSY, RATE_LIMITED, PROBLEM };

static struct ic_path folder, path;
static struct ic_ledger *ledger;
static struct ic_uplink uplink;
static struct toy_center center;
static enum weather weather;
static int weather_status;        /* Of PROBLEM. */
static const char *weather_code;  /* Of PROBLEM. */
static const char *weather_field; /* Of PROBLEM. */
static int changes;
static int packed;         /* Requests whose body was packed. */
static struct ic_buf sent; /* The last body. */
static int64_t now_ms;
static struct ic_rand_seed seed;
static struct ic_rand source;
static struct ic_clock still_clock;

static int64_t read_now(void *context)
{
    (void)context;
    return now_ms;
}

static enum ic_rc answer_with(struct ic_exchange_answer *answer, int status, bool is_problem, char *body)
{
    answer->status = status;
    answer->is_problem = is_problem;
    ic_buf_put(&answer->body, ic_str_from(body));
    free(body);
    return IC_OK;
}

static enum ic_rc exchange(void *context, const struct ic_exchange_request *request,
                           struct ic_exchange_answer *ret_answer, struct ic_err *err)
{
    (void)context;
    char *body = NULL;
    switch (weather) {
    case UNREACHABLE:
        return ic_err_set(err, IC_CODE_UNAVAILABLE, "test", "The server cannot be reached.");
    case HOTEL_PAGE:
        return answer_with(ret_answer, 400, false, strdup("<html>Sign in to the hotel's network.</html>"));
    case BUSY:
        return answer_with(ret_answer, 503, true, toy_problem(503, "busy", ""));
    case RATE_LIMITED:
        ret_answer->retry_after_ms = 30000;
        return answer_with(ret_answer, 429, true, toy_problem(429, "too_many_requests", ""));
    case PROBLEM:
        return answer_with(ret_answer, weather_status, true, toy_problem(weather_status, weather_code, weather_field));
    case FAIR:
    case ANSWER_LOST:
    case ANSWER_SHUFFLED:
        break;
    }
    ic_buf_reset(&sent);
    if (request->is_packed) {
        packed++;
        assert_int_equal(ic_gzip_unpack(request->body, &sent, err), IC_OK);
    } else {
        ic_buf_put(&sent, request->body);
    }
    int status = toy_center_take(&center, request->path, request->token, sent.data, sent.size, &body);
    if (weather == ANSWER_LOST) {
        free(body);
        return ic_err_set(err, IC_CODE_TIMEOUT, "test", "The server took too long.");
    }
    if (weather == ANSWER_SHUFFLED) {
        free(body);
        return answer_with(ret_answer, 200, false, strdup("{\"results\":[],\"server_time\":1}"));
    }
    return answer_with(ret_answer, status, status != 200, body);
}

static const struct ic_exchange carrier = {.run = exchange};

static void count_change(void *context)
{
    (void)context;
    changes++;
}

static void pair(const char *device_id)
{
    struct ic_device device = {.server_url = "http://127.0.0.1:1",
                               .device_token = {.text = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"},
                               .opr_name = "Ada"};
    snprintf(device.device_id.text, sizeof device.device_id.text, "%s", device_id);
    assert_int_equal(ic_device_write(&folder, &device, NULL), IC_OK);
}

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    path = scratch_join(&folder, "ledger.db");
    now_ms = INT64_C(1800000000000);
    still_clock = (struct ic_clock){.now_ms = read_now, .monotonic_ms = read_now};
    source = ic_rand_seeded(&seed, 1);
    weather = FAIR;
    changes = 0;
    packed = 0;
    ic_buf_init(&sent, IC_LIMIT_BODY_BYTES_MAX);
    toy_center_init(&center);
    if (ic_ledger_create(&path, &still_clock, &ledger, NULL) != IC_OK) {
        return -1;
    }
    ic_uplink_init(&uplink, &folder, ledger, &still_clock, &source);
    uplink.changed = count_change;
    pair("DEV-0000000A");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ic_buf_release(&sent);
    ic_ledger_destroy(ledger);
    toy_center_release(&center);
    scratch_remove(&folder);
    return 0;
}

static void capture(unsigned number, const char *text)
{
    struct ic_operation operation = scratch_operation(number, text);
    bool duplicate;
    assert_int_equal(ic_ledger_put(ledger, &operation, &duplicate, NULL), IC_OK);
}

static struct ic_ledger_summary summary(void)
{
    struct ic_ledger_summary found;
    assert_int_equal(ic_ledger_get_summary(ledger, &found, NULL), IC_OK);
    return found;
}

/* Steps for as long as there is something to do at once. */
static struct ic_uplink_rest run(void)
{
    struct ic_uplink_rest rest = {.wait_ms = 0};
    for (int i = 0; rest.wait_ms == 0; i++) {
        assert_true(i < 1000);
        rest = ic_uplink_step(&uplink, &carrier);
    }
    return rest;
}

static void assert_asleep_until_capture(struct ic_uplink_rest rest)
{
    /* Without a stream the feed is looked at now and then. */
    assert_int_equal(rest.wait_ms, IC_LIMIT_SYNC_POLL_MS);
    assert_true(rest.until_capture);
}

static void test_the_outbox_is_handed_over_in_its_order_and_once(void **state)
{
    (void)state;
    enum { COUNT = 450 };
    for (unsigned i = 0; i < COUNT; i++) {
        capture(COUNT - i, "hello");
    }
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, COUNT);
    assert_int_equal(center.largest_push, IC_LIMIT_PUSH_OPERATIONS_MAX);
    assert_int_equal(center.pushes, 3);
    for (unsigned i = 0; i < COUNT; i++) {
        struct ic_operation expected = scratch_operation(COUNT - i, "");
        assert_string_equal(center.op_ids[i], expected.op_id.text);
    }
    struct ic_ledger_summary after = summary();
    assert_int_equal(after.pending, 0);
    assert_int_equal(after.link.state, IC_LINK_ONLINE);
    assert_int_equal(after.link.last_push_at, now_ms);
}

static void test_with_nothing_to_hand_over_nothing_is_pushed(void **state)
{
    (void)state;
    assert_asleep_until_capture(run());
    assert_int_equal(center.pushes, 0);
    assert_int_equal(center.pulls, 1);
    assert_int_equal(changes, 1); /* The link is up. */
}

static void test_an_unpaired_desktop_keeps_all_and_waits_for_the_pairing(void **state)
{
    (void)state;
    struct ic_path file = scratch_join(&folder, "device.json");
    assert_int_equal(remove(file.text), 0);
    capture(1, "hello");
    struct ic_uplink_rest rest = run();
    assert_int_equal(rest.wait_ms, IC_UPLINK_FOREVER);
    assert_false(rest.until_capture);
    assert_int_equal(center.pushes, 0);
    assert_int_equal(summary().pending, 1);
    pair("DEV-0000000B");
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, 1);
}

static void test_while_nobody_answers_all_is_kept_and_told_once(void **state)
{
    (void)state;
    capture(1, "hello");
    weather = UNREACHABLE;
    for (int i = 0; i < 50; i++) {
        struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
        assert_in_range(rest.wait_ms, IC_UPLINK_UNREACHED_LEAST_MS, IC_UPLINK_UNREACHED_LONGEST_MS);
        assert_true(rest.until_capture);
    }
    assert_int_equal(changes, 1);
    struct ic_ledger_summary during = summary();
    assert_int_equal(during.pending, 1);
    assert_int_equal(during.link.state, IC_LINK_OFFLINE);
    assert_string_equal(during.link.code, "unavailable");
    weather = FAIR;
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, 1);
    assert_int_equal(summary().link.state, IC_LINK_ONLINE);
    assert_string_equal(summary().link.code, "");
    assert_int_equal(uplink.unreached.failures, 0);
}

static void test_one_bad_operation_does_not_hold_up_the_others(void **state)
{
    (void)state;
    enum { COUNT = 300, BAD = 137 };
    for (unsigned i = 0; i < COUNT; i++) {
        capture(i, i == BAD ? "poison" : "hello");
    }
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, COUNT - 1);
    struct ic_ledger_summary after = summary();
    assert_int_equal(after.pending, 0);
    assert_int_equal(after.rejected, 1);
    /* Halving finds it in a number of pushes that grows with the logarithm, and large batches come back. */
    assert_in_range(center.pushes, 1, 30);
    assert_int_equal(uplink.batch_max, IC_LIMIT_PUSH_OPERATIONS_MAX);
    struct ic_arena *arena = ic_arena_create(1 << 20);
    struct ic_ledger_rejection *rejections;
    size_t count;
    assert_int_equal(ic_ledger_list_rejected(ledger, 10, arena, &rejections, &count, NULL), IC_OK);
    struct ic_operation bad = scratch_operation(BAD, "");
    assert_string_equal(rejections[0].op_id.text, bad.op_id.text);
    assert_true(ic_str_is(rejections[0].code, "invalid_field"));
    assert_true(ic_str_is(rejections[0].detail, "The toy says so."));
    ic_arena_destroy(arena);
}

static void test_what_the_server_rejects_is_rejected_with_its_reason(void **state)
{
    (void)state;
    capture(1, "hello");
    capture(2, "please reject");
    capture(3, "hello");
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, 2);
    assert_int_equal(center.pushes, 1);
    assert_int_equal(summary().rejected, 1);
    assert_int_equal(summary().pending, 0);
}

static void test_a_lost_answer_is_asked_for_again_and_nothing_is_doubled(void **state)
{
    (void)state;
    capture(1, "hello");
    capture(2, "hello");
    weather = ANSWER_LOST;
    (void)ic_uplink_step(&uplink, &carrier);
    assert_int_equal(center.count, 2);
    assert_int_equal(summary().pending, 2);
    weather = FAIR;
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, 2);
    assert_int_equal(summary().pending, 0);
}

static void test_a_request_stays_in_the_air_until_its_answer_is_taken(void **state)
{
    (void)state;
    capture(1, "hello");
    struct ic_uplink_flight *early, *pull, *late, *none;
    struct ic_exchange_answer answer;
    struct ic_err err = IC_ERR_NONE;
    ic_exchange_answer_init(&answer);
    (void)ic_uplink_next(&uplink, &early);
    (void)ic_uplink_next(&uplink, &pull);
    (void)ic_uplink_next(&uplink, &late);
    assert_non_null(early);
    assert_non_null(late);
    assert_int_equal(exchange(NULL, ic_uplink_flight_request(early), &answer, &err), IC_OK);
    assert_int_equal(summary().pending, 1);
    assert_int_equal(ic_uplink_take(&uplink, late, &answer, &err).wait_ms, 0);
    assert_int_equal(summary().pending, 0);
    /* The same answer once more, to the request before. */
    assert_int_equal(ic_uplink_take(&uplink, early, &answer, &err).wait_ms, 0);
    assert_int_equal(summary().pending, 0);
    ic_exchange_answer_release(&answer);
    ic_exchange_answer_init(&answer);
    assert_int_equal(exchange(NULL, ic_uplink_flight_request(pull), &answer, &err), IC_OK);
    assert_int_equal(ic_uplink_take(&uplink, pull, &answer, &err).wait_ms, 0);
    assert_asleep_until_capture(ic_uplink_next(&uplink, &none));
    assert_null(none);
    ic_exchange_answer_release(&answer);
}

static void test_an_answer_that_does_not_fit_acknowledges_nothing(void **state)
{
    (void)state;
    capture(1, "hello");
    weather = ANSWER_SHUFFLED;
    struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
    assert_in_range(rest.wait_ms, IC_UPLINK_TROUBLE_LEAST_MS, IC_UPLINK_TROUBLE_LONGEST_MS);
    assert_int_equal(summary().pending, 1);
    assert_int_equal(summary().link.state, IC_LINK_OFFLINE);
}

static void test_a_stranger_on_the_way_rejects_nothing(void **state)
{
    (void)state;
    capture(1, "hello");
    weather = HOTEL_PAGE;
    for (int i = 0; i < 5; i++) {
        struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
        assert_true(rest.wait_ms > 0);
    }
    assert_int_equal(summary().pending, 1);
    assert_int_equal(summary().rejected, 0);
}

static void test_a_server_that_lacks_a_field_of_ours_rejects_nothing(void **state)
{
    (void)state;
    capture(1, "hello");
    weather = PROBLEM;
    weather_status = 400;
    weather_code = "unknown_field";
    weather_field = "/agent_version";
    struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
    assert_true(rest.wait_ms > 0);
    assert_int_equal(summary().pending, 1);
    assert_int_equal(summary().rejected, 0);
    assert_string_equal(summary().link.code, "unknown_field");
}

static void test_a_busy_server_is_given_room_and_its_retry_after_is_honoured(void **state)
{
    (void)state;
    capture(1, "hello");
    weather = BUSY;
    struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
    assert_in_range(rest.wait_ms, IC_UPLINK_TROUBLE_LEAST_MS, IC_UPLINK_TROUBLE_LONGEST_MS);
    weather = RATE_LIMITED;
    rest = ic_uplink_step(&uplink, &carrier);
    assert_int_equal(rest.wait_ms, 30000);
    assert_false(rest.until_capture);
    assert_int_equal(summary().pending, 1);
}

static void test_a_server_that_does_not_know_us_is_told_of_and_nothing_is_lost(void **state)
{
    (void)state;
    capture(1, "hello");
    center.token = "another";
    struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
    assert_int_equal(rest.wait_ms, IC_UPLINK_REFUSED_MS);
    assert_false(rest.until_capture);
    assert_int_equal(summary().pending, 1);
    assert_int_equal(summary().link.state, IC_LINK_REFUSED);
    assert_string_equal(summary().link.device_id.text, "DEV-0000000A");
    assert_int_equal(changes, 1);
    center.token = NULL;
    pair("DEV-0000000B");
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, 1);
    assert_string_equal(summary().link.device_id.text, "DEV-0000000B");
}

static void test_large_messages_go_in_bodies_that_the_server_takes(void **state)
{
    (void)state;
    enum { COUNT = 12 };
    char *text = malloc(IC_LIMIT_MESSAGE_BYTES_MAX + 1);
    assert_non_null(text);
    memset(text, 0x01, IC_LIMIT_MESSAGE_BYTES_MAX); /* The widest: six bytes of JSON each. */
    text[IC_LIMIT_MESSAGE_BYTES_MAX] = '\0';
    for (unsigned i = 0; i < COUNT; i++) {
        capture(i, text);
    }
    free(text);
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, COUNT);
    assert_true(center.largest_body < IC_LIMIT_BODY_BYTES_MAX);
    assert_true(center.largest_body > 6 * IC_LIMIT_MESSAGE_BYTES_MAX);
}

static bool was_sent(const char *text)
{
    ic_buf_put_char(&sent, '\0');
    return strstr(sent.data, text) != NULL;
}

static void test_what_is_new_is_sent_only_to_a_server_that_names_it(void **state)
{
    (void)state;
    char text[2 * IC_UPLINK_PACKED_BYTES_MIN];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_asleep_until_capture(run());
    capture(1, text);
    (void)ic_uplink_step(&uplink, &carrier);
    assert_int_equal(packed, 0);
    assert_false(was_sent("ages_ms"));
    assert_false(was_sent("hybrid_time"));
    center.features = "[\"gzip\",\"ages_ms\",\"hybrid_time\"]";
    ic_uplink_heard(&uplink);
    assert_asleep_until_capture(run());
    capture(2, text);
    (void)ic_uplink_step(&uplink, &carrier);
    assert_int_equal(packed, 1);
    assert_int_equal(center.count, 2);
    assert_true(was_sent("\"ages_ms\":["));
    assert_true(was_sent("\"hybrid_time\":"));
    assert_true(was_sent("\"clock_ahead_ms\":"));
}

static struct ic_replica_agreed agreed(void)
{
    struct ic_replica_agreed found;
    assert_int_equal(ic_replica_count_agreed(ledger, &found, NULL), IC_OK);
    return found;
}

static void test_goals_and_rules_are_asked_for_as_soon_as_a_server_names_them(void **state)
{
    (void)state;
    center.features = "[\"pull\",\"goals_and_rules\"]";
    assert_asleep_until_capture(run());
    /* The first request to a server cannot know, and the second follows at once. */
    assert_int_equal(center.pulls, 2);
    assert_int_equal(center.goals_and_rules, 1);
    assert_int_equal(agreed().goals, 1);
    assert_int_equal(agreed().rules, 0);
    assert_int_equal(agreed().suggestions, 1);
    ic_uplink_heard(&uplink);
    assert_asleep_until_capture(run());
    assert_int_equal(center.pulls, 3);
    assert_int_equal(center.goals_and_rules, 2);
}

static void test_a_server_of_the_version_before_is_asked_for_nothing_that_it_does_not_know(void **state)
{
    (void)state;
    center.features = "[\"pull\",\"hybrid_time\"]";
    capture(1, "hello");
    assert_asleep_until_capture(run());
    assert_int_equal(center.pulls, 1);
    assert_int_equal(center.refusals, 0);
    assert_int_equal(center.count, 1);
    assert_int_equal(agreed().goals + agreed().suggestions, 0);
    /* It is updated. */
    center.features = "[\"pull\",\"hybrid_time\",\"goals_and_rules\"]";
    ic_uplink_heard(&uplink);
    assert_asleep_until_capture(run());
    assert_int_equal(center.pulls, 3);
    assert_int_equal(agreed().goals, 1);
}

static void test_a_server_that_went_back_to_the_version_before_is_done_without(void **state)
{
    (void)state;
    center.features = "[\"pull\",\"goals_and_rules\"]";
    assert_asleep_until_capture(run());
    center.features = "[\"pull\"]";
    capture(1, "hello");
    ic_uplink_heard(&uplink);
    for (int i = 0; i < 10 && (center.refusals == 0 || summary().link.state != IC_LINK_ONLINE); i++) {
        struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
        now_ms += rest.wait_ms;
    }
    assert_asleep_until_capture(run());
    assert_int_equal(center.refusals, 1);
    assert_int_equal(center.count, 1);
    assert_int_equal(summary().pending + summary().rejected, 0);
    assert_int_equal(summary().link.state, IC_LINK_ONLINE);
}

static void test_another_server_is_not_asked_for_what_the_last_one_named(void **state)
{
    (void)state;
    center.features = "[\"pull\",\"goals_and_rules\"]";
    assert_asleep_until_capture(run());
    struct ic_device device = {.server_url = "http://127.0.0.1:2",
                               .device_id = {.text = "DEV-0000000B"},
                               .device_token = {.text = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"},
                               .opr_name = "Ada"};
    assert_int_equal(ic_device_write(&folder, &device, NULL), IC_OK);
    center.features = "[\"pull\"]";
    ic_uplink_heard(&uplink);
    assert_asleep_until_capture(run());
    assert_int_equal(center.refusals, 0);
}

static void test_with_a_stream_nothing_is_asked_until_it_tells(void **state)
{
    (void)state;
    ic_uplink_live(&uplink, true);
    struct ic_uplink_rest rest = run();
    assert_int_equal(rest.wait_ms, IC_UPLINK_FOREVER);
    assert_true(rest.until_capture);
    assert_int_equal(center.pulls, 1);
    now_ms += 10 * IC_LIMIT_SYNC_POLL_MS;
    assert_int_equal(run().wait_ms, IC_UPLINK_FOREVER);
    assert_int_equal(center.pulls, 1);
    ic_uplink_heard(&uplink);
    (void)run();
    assert_int_equal(center.pulls, 2);
    /* What happened while it was away is asked for. */
    ic_uplink_live(&uplink, false);
    assert_asleep_until_capture(run());
    assert_int_equal(center.pulls, 3);
    now_ms += IC_LIMIT_SYNC_POLL_MS;
    assert_asleep_until_capture(run());
    assert_int_equal(center.pulls, 4);
}

static void test_with_a_stream_a_pull_that_nobody_answered_is_made_again(void **state)
{
    (void)state;
    ic_uplink_live(&uplink, true);
    weather = UNREACHABLE;
    struct ic_uplink_rest rest = run();
    assert_in_range(rest.wait_ms, IC_UPLINK_UNREACHED_LEAST_MS, IC_UPLINK_UNREACHED_LONGEST_MS);
    weather = FAIR;
    /* The stream has stood all the time, and tells nothing more. */
    assert_int_equal(run().wait_ms, IC_UPLINK_FOREVER);
    assert_int_equal(center.pulls, 1);
}

static void test_a_protocol_that_is_not_spoken_is_told_and_asked_again_after_minutes(void **state)
{
    (void)state;
    capture(1, "hello");
    weather = PROBLEM;
    weather_status = 400;
    weather_code = "unsupported_protocol";
    weather_field = "/protocol";
    for (int i = 0; i < 2; i++) {
        struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
        assert_int_equal(rest.wait_ms, IC_UPLINK_OUTDATED_MS);
        assert_false(rest.until_capture);
    }
    assert_int_equal(summary().pending, 1);
    assert_int_equal(summary().rejected, 0);
    assert_string_equal(summary().link.code, "unsupported_protocol");
}

static void test_a_server_without_pull_is_pushed_to_all_the_same(void **state)
{
    (void)state;
    weather = PROBLEM;
    weather_status = 404;
    weather_code = "not_found";
    weather_field = "";
    int64_t number = 0;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_ledger_ask(uplink.ledger, &number, &err), IC_OK);
    struct ic_uplink_rest rest = run();
    assert_int_equal(rest.wait_ms, IC_UPLINK_OUTDATED_MS);
    /* Whoever asked for a sync waits no longer: nothing more can be had. */
    assert_int_equal(summary().memory.answered, number);
    assert_int_equal(summary().link.state, IC_LINK_ONLINE);
    weather = FAIR;
    capture(1, "hello");
    (void)run();
    assert_int_equal(center.count, 1);
    assert_int_equal(center.pulls, 0);
}

static void test_an_answer_that_the_ledger_cannot_note_is_asked_for_again(void **state)
{
    (void)state;
    capture(1, "hello");
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(path.text, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct ic_uplink_rest rest = ic_uplink_step(&uplink, &carrier);
    assert_in_range(rest.wait_ms, IC_UPLINK_TROUBLE_LEAST_MS, IC_UPLINK_TROUBLE_LONGEST_MS);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(summary().pending, 1);
    assert_int_equal(center.count, 1);
    assert_asleep_until_capture(run());
    assert_int_equal(center.count, 1);
    assert_int_equal(summary().pending, 0);
    sqlite3_close(other);
}

int main(void)
{
    ic_log_set_level(IC_LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_outbox_is_handed_over_in_its_order_and_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_with_nothing_to_hand_over_nothing_is_pushed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_unpaired_desktop_keeps_all_and_waits_for_the_pairing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_while_nobody_answers_all_is_kept_and_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_bad_operation_does_not_hold_up_the_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_the_server_rejects_is_rejected_with_its_reason, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_lost_answer_is_asked_for_again_and_nothing_is_doubled, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_request_stays_in_the_air_until_its_answer_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_answer_that_does_not_fit_acknowledges_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_stranger_on_the_way_rejects_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_server_that_lacks_a_field_of_ours_rejects_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_busy_server_is_given_room_and_its_retry_after_is_honoured, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_server_that_does_not_know_us_is_told_of_and_nothing_is_lost, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_large_messages_go_in_bodies_that_the_server_takes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_new_is_sent_only_to_a_server_that_names_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_goals_and_rules_are_asked_for_as_soon_as_a_server_names_them, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_server_of_the_version_before_is_asked_for_nothing_that_it_does_not_know,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_server_that_went_back_to_the_version_before_is_done_without, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_another_server_is_not_asked_for_what_the_last_one_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_with_a_stream_nothing_is_asked_until_it_tells, setup, teardown),
        cmocka_unit_test_setup_teardown(test_with_a_stream_a_pull_that_nobody_answered_is_made_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_protocol_that_is_not_spoken_is_told_and_asked_again_after_minutes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_server_without_pull_is_pushed_to_all_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_answer_that_the_ledger_cannot_note_is_asked_for_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
