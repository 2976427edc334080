#include "peer.h"
#include "scratch.h"

#include "contract/limits.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ic_path data;
static struct peer peer;

static int setup(void **state)
{
    (void)state;
    struct ic_path scratch;
    scratch_create(&scratch);
    data = scratch;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&data);
    return 0;
}

static void greet(void)
{
    json_t *status = peer_start_greeted(&peer, &data);
    assert_false(json_is_true(json_object_get(status, "paired")));
    assert_int_equal(json_integer_value(json_object_get(status, "protocol")), 1);
    assert_string_equal(json_string_value(json_object_get(status, "agent_version")), IC_VERSION);
    json_decref(status);
}

/* A capture whose op_id ends in `number`, with more members at the end of its operation. */
static void capture(unsigned number, const char *text, const char *more)
{
    char json[1024];
    struct ic_operation operation = scratch_operation(number, text);
    snprintf(json, sizeof json,
             "{\"type\":\"capture\",\"operation\":{\"op_id\":\"%s\",\"kind\":\"outreach\",\"act_username\":\"a\","
             "\"tar_username\":\"b\",\"thread_id\":\"1\",\"message_text\":\"%s\",\"sent_at\":5%s}}",
             operation.op_id.text, text, more);
    peer_send(&peer, json);
}

static void expect(const char *type, const char *key, const char *value, unsigned number)
{
    json_t *message = peer_receive_type(&peer, type);
    assert_string_equal(json_string_value(json_object_get(message, key)), value);
    const char *op_id = json_string_value(json_object_get(message, "op_id"));
    if (number > 0) {
        struct ic_operation operation = scratch_operation(number, "");
        assert_non_null(op_id);
        assert_string_equal(op_id, operation.op_id.text);
    } else {
        assert_null(op_id);
    }
    json_decref(message);
}

static void test_a_capture_is_acknowledged_and_counted(void **state)
{
    (void)state;
    greet();
    capture(1, "hello", "");
    expect("ack", "outcome", "stored", 1);
    peer_await_status(&peer, "pending", 1);
    capture(1, "hello", "");
    expect("ack", "outcome", "duplicate", 1);
    capture(1, "another", "");
    expect("error", "code", "op_conflict", 1);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_what_was_acknowledged_survives_the_hosts_violent_death(void **state)
{
    (void)state;
    greet();
    for (unsigned i = 1; i <= 20; i++) {
        capture(i, "hello", "");
        expect("ack", "outcome", "stored", i);
    }
    peer_kill(&peer);
    json_t *status = peer_start_greeted(&peer, &data);
    assert_int_equal(json_integer_value(json_object_get(status, "pending")), 20);
    json_decref(status);
    capture(20, "hello", "");
    expect("ack", "outcome", "duplicate", 20);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_a_burst_is_acknowledged_one_by_one(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    greet();
    for (unsigned i = 1; i <= COUNT; i++) {
        capture(i, "hello", "");
    }
    for (unsigned i = 1; i <= COUNT; i++) {
        expect("ack", "outcome", "stored", i);
    }
    peer_await_status(&peer, "pending", COUNT);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_nothing_is_taken_before_the_hello(void **state)
{
    (void)state;
    peer_start(&peer, &data, PEER_ORIGIN);
    capture(1, "hello", "");
    expect("error", "code", "malformed_frame", 1);
    peer_send(&peer, "{\"type\":\"status_request\"}");
    expect("error", "code", "malformed_frame", 0);
    peer_send(&peer, "{\"type\":\"hello\",\"protocol\":2,\"extension_version\":\"9\"}");
    expect("error", "code", "unsupported_protocol", 0);
    capture(1, "hello", "");
    expect("error", "code", "malformed_frame", 1);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_bad_messages_are_refused_and_the_next_good_one_is_taken(void **state)
{
    (void)state;
    static const uint32_t nothing = 0;
    greet();
    peer_send(&peer, "{");
    expect("error", "code", "malformed_json", 0);
    peer_send(&peer, "\x01\x02\xFF garbage \xF0\x28");
    expect("error", "code", "malformed_json", 0);
    peer_send(&peer, "{\"type\":\"launch\"}");
    expect("error", "code", "malformed_frame", 0);
    peer_send_bytes(&peer, &nothing, sizeof nothing);
    expect("error", "code", "malformed_frame", 0);
    capture(1, "hello", ",\"more\":1");
    expect("error", "code", "unknown_field", 1);
    capture(1, "", "");
    expect("error", "code", "invalid_field", 1);
    peer_send(&peer, "{\"type\":\"status_request\"}");
    peer_await_status(&peer, "pending", 0);
    capture(1, "hello", "");
    expect("ack", "outcome", "stored", 1);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_a_length_over_the_limit_is_answered_and_ends_the_host(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {IC_LIMIT_NATIVE_FRAME_BYTES_MAX + 1, 0xFFFFFFFF, 0x7B226E6F};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        greet();
        peer_send_bytes(&peer, &lengths[i], sizeof lengths[i]);
        expect("error", "code", "frame_too_large", 0);
        assert_null(peer_receive(&peer));
        assert_int_equal(peer_finish(&peer), 1);
    }
}

static void test_a_stream_that_ends_within_a_frame_is_not_a_clean_end(void **state)
{
    (void)state;
    static const uint32_t length = 100;
    for (size_t cut = 1; cut <= sizeof length + 2; cut++) {
        char bytes[sizeof length + 2] = {0};
        memcpy(bytes, &length, sizeof length);
        greet();
        peer_send_bytes(&peer, bytes, cut);
        close(peer.to_agent);
        peer.to_agent = -1;
        expect("error", "code", "malformed_frame", 0);
        assert_int_equal(peer_finish(&peer), 1);
    }
}

static void test_another_extension_is_not_served(void **state)
{
    (void)state;
    peer_start(&peer, &data, "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/");
    expect("error", "code", "forbidden", 0);
    assert_null(peer_receive(&peer));
    assert_int_equal(peer_finish(&peer), 1);
}

static void test_a_wish_to_end_is_followed(void **state)
{
    (void)state;
    greet();
    assert_int_equal(kill(peer.pid, SIGTERM), 0);
    assert_null(peer_receive(&peer));
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_a_folder_that_cannot_be_used_is_said_and_taken_up_when_it_can(void **state)
{
    (void)state;
    struct ic_path blocked = scratch_join(&data, "blocked");
    struct ic_path agent = scratch_join(&data, "blocked/agent");
    scratch_write(&blocked, "This is no folder.");
    peer_start(&peer, &agent, PEER_ORIGIN);
    peer_send(&peer, "{\"type\":\"hello\",\"protocol\":1,\"extension_version\":\"0.1.0\"}");
    expect("error", "code", "ledger_unwritable", 0);
    capture(1, "hello", "");
    expect("error", "code", "ledger_unwritable", 1);
    assert_int_equal(remove(blocked.text), 0);
    capture(1, "hello", "");
    expect("ack", "outcome", "stored", 1);
    peer_await_status(&peer, "pending", 1);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_the_data_is_for_this_user_only(void **state)
{
    (void)state;
    struct ic_path agent = scratch_join(&data, "agent"), ledger = scratch_join(&data, "agent/ledger.db");
    peer_start(&peer, &agent, PEER_ORIGIN);
    peer_send(&peer, "{\"type\":\"hello\",\"protocol\":1,\"extension_version\":\"0.1.0\"}");
    json_decref(peer_receive_type(&peer, "status"));
    assert_int_equal(scratch_mode(&agent), 0700);
    assert_int_equal(scratch_mode(&ledger), 0600);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_two_hosts_share_one_ledger_and_tell_each_other(void **state)
{
    (void)state;
    struct peer first, second;
    greet();
    first = peer;
    greet();
    second = peer;
    peer = first;
    capture(1, "hello", "");
    expect("ack", "outcome", "stored", 1);
    peer_await_status(&second, "pending", 1);
    peer = second;
    capture(1, "hello", "");
    expect("ack", "outcome", "duplicate", 1);
    capture(2, "hello", "");
    expect("ack", "outcome", "stored", 2);
    peer_await_status(&first, "pending", 2);
    assert_int_equal(peer_finish(&first), 0);
    assert_int_equal(peer_finish(&second), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_capture_is_acknowledged_and_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_was_acknowledged_survives_the_hosts_violent_death, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_burst_is_acknowledged_one_by_one, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_taken_before_the_hello, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_messages_are_refused_and_the_next_good_one_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_length_over_the_limit_is_answered_and_ends_the_host, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_stream_that_ends_within_a_frame_is_not_a_clean_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_extension_is_not_served, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_wish_to_end_is_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_used_is_said_and_taken_up_when_it_can, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_data_is_for_this_user_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_hosts_share_one_ledger_and_tell_each_other, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
