/* The real program with a real server: what is captured arrives, once, whatever happens to either. */
#include "agent/bell.h"
#include "agent/device.h"

#include "peer.h"
#include "scratch.h"
#include "toy_center.h"
#include "toy_server.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ic_path data;
static struct toy_server server;
static int port; /* The same for every start, as a server's is. */
static struct toy_center center;
static pthread_mutex_t center_mutex = PTHREAD_MUTEX_INITIALIZER;
static bool silent; /* Under the mutex. */
static int silenced;

static void answer(void *context, const struct toy_request *request, struct toy_response *response)
{
    (void)context;
    pthread_mutex_lock(&center_mutex);
    if (silent) {
        silenced++;
        response->silent = true;
    } else {
        response->status =
            toy_center_take(&center, request->path, request->token, request->body, request->body_size, &response->body);
        response->type = response->status == 200 ? NULL : "application/problem+json";
    }
    pthread_mutex_unlock(&center_mutex);
}

static void pair(const char *device_id, char token_end)
{
    struct ic_device device = {.opr_name = "Ada",
                               .token_created_at = INT64_MAX, /* It is never old. */
                               .device_token = {.text = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF?"}};
    device.device_token.text[IC_SECRET_SIZE - 1] = token_end;
    snprintf(device.device_id.text, sizeof device.device_id.text, "%s", device_id);
    snprintf(device.server_url, sizeof device.server_url, "http://127.0.0.1:%d", port);
    assert_int_equal(ic_device_write(&data, &device, NULL), IC_OK);
}

static int setup(void **state)
{
    (void)state;
    scratch_create(&data);
    toy_center_init(&center);
    silent = false;
    silenced = 0;
    toy_server_start(&server, 0, answer, NULL);
    port = server.port;
    pair("DEV-0000000A", 'a');
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    toy_server_stop(&server);
    toy_center_release(&center);
    scratch_remove(&data);
    return 0;
}

static void start(struct peer *peer)
{
    json_decref(peer_start_greeted(peer, &data));
}

/* Sends a capture and waits for its acknowledgement. */
static void capture(struct peer *peer, unsigned number)
{
    char json[512];
    struct ic_operation operation = scratch_operation(number, "");
    snprintf(json, sizeof json,
             "{\"type\":\"capture\",\"operation\":{\"op_id\":\"%s\",\"kind\":\"outreach\",\"act_username\":\"a\","
             "\"tar_username\":\"b\",\"thread_id\":\"1\",\"message_text\":\"hello\",\"sent_at\":5}}",
             operation.op_id.text);
    peer_send(peer, json);
    json_decref(peer_receive_type(peer, "ack"));
}

static size_t arrived(void)
{
    pthread_mutex_lock(&center_mutex);
    size_t count = center.count;
    pthread_mutex_unlock(&center_mutex);
    return count;
}

static bool has_arrived(void *context)
{
    return arrived() >= *(size_t *)context;
}

static void await_arrived(size_t count)
{
    assert_true(scratch_wait(has_arrived, &count));
    assert_int_equal(arrived(), count);
}

static void test_a_capture_arrives_and_the_extension_is_told(void **state)
{
    (void)state;
    struct peer peer;
    start(&peer);
    capture(&peer, 1);
    await_arrived(1);
    peer_await_status(&peer, "online", 1);
    capture(&peer, 2);
    await_arrived(2);
    peer_await_status(&peer, "pending", 0);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_what_was_captured_while_the_server_was_away_arrives_when_it_is_back(void **state)
{
    (void)state;
    struct peer peer;
    toy_server_stop(&server);
    start(&peer);
    capture(&peer, 1);
    capture(&peer, 2);
    peer_await_status(&peer, "pending", 2);
    toy_server_start(&server, port, answer, NULL);
    await_arrived(2);
    peer_await_status(&peer, "pending", 0);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_what_one_process_left_the_next_hands_over(void **state)
{
    (void)state;
    struct peer peer;
    toy_server_stop(&server);
    start(&peer);
    capture(&peer, 1);
    peer_kill(&peer);
    toy_server_start(&server, port, answer, NULL);
    start(&peer);
    await_arrived(1);
    assert_int_equal(peer_finish(&peer), 0);
}

static bool is_silenced(void *context)
{
    (void)context;
    pthread_mutex_lock(&center_mutex);
    bool is = silenced > 0;
    pthread_mutex_unlock(&center_mutex);
    return is;
}

static void set_silent(bool is)
{
    pthread_mutex_lock(&center_mutex);
    silent = is;
    pthread_mutex_unlock(&center_mutex);
}

/* peer_finish gives up before the exchange's own time limit would end it. */
static void test_a_host_ends_although_the_server_is_silent(void **state)
{
    (void)state;
    struct peer peer;
    set_silent(true);
    start(&peer);
    capture(&peer, 1);
    assert_true(scratch_wait(is_silenced, NULL));
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_of_two_hosts_one_pushes_for_both_and_the_other_takes_over_when_it_is_killed(void **state)
{
    (void)state;
    struct peer first, second;
    start(&first);
    capture(&first, 1);
    await_arrived(1);
    start(&second);
    capture(&second, 2);
    await_arrived(2);
    peer_await_status(&second, "pending", 0);
    /* The first one has the lock: it is in an exchange that the server does not answer. */
    set_silent(true);
    capture(&first, 3);
    assert_true(scratch_wait(is_silenced, NULL));
    set_silent(false);
    peer_kill(&first);
    toy_server_stop(&server);
    toy_server_start(&server, port, answer, NULL);
    await_arrived(3);
    capture(&second, 4);
    await_arrived(4);
    assert_int_equal(peer_finish(&second), 0);
}

static void test_a_desktop_that_the_server_does_not_know_says_so_and_a_new_pairing_is_taken_up(void **state)
{
    (void)state;
    struct peer peer;
    pthread_mutex_lock(&center_mutex);
    center.token = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFb";
    pthread_mutex_unlock(&center_mutex);
    start(&peer);
    capture(&peer, 1);
    peer_await_status(&peer, "paired", 0);
    assert_int_equal(arrived(), 0);
    struct ic_folder folder;
    scratch_folder(&data, &folder);
    pair("DEV-0000000B", 'b');
    ic_bell_ring(&folder.bells);
    await_arrived(1);
    peer_await_status(&peer, "paired", 1);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_killed_hosts_and_a_killed_server_neither_lose_nor_double(void **state)
{
    (void)state;
    enum { ROUNDS = 12, EACH = 4 };
    struct peer peer;
    unsigned number = 0;
    for (int round = 0; round < ROUNDS; round++) {
        start(&peer);
        for (int i = 0; i < EACH; i++) {
            capture(&peer, ++number);
        }
        if (round % 3 == 1) {
            toy_server_stop(&server);
        }
        peer_kill(&peer);
        if (round % 3 == 1) {
            toy_server_start(&server, port, answer, NULL);
        }
    }
    start(&peer);
    await_arrived(ROUNDS * EACH);
    assert_int_equal(peer_finish(&peer), 0);
    for (unsigned i = 1; i <= number; i++) {
        struct ic_operation operation = scratch_operation(i, "");
        assert_true(toy_center_has(&center, operation.op_id.text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_capture_arrives_and_the_extension_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_was_captured_while_the_server_was_away_arrives_when_it_is_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_one_process_left_the_next_hands_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_host_ends_although_the_server_is_silent, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_of_two_hosts_one_pushes_for_both_and_the_other_takes_over_when_it_is_killed, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_desktop_that_the_server_does_not_know_says_so_and_a_new_pairing_is_taken_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killed_hosts_and_a_killed_server_neither_lose_nor_double, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
