/* Connections: what takes too long, what is too many, who goes away and who only stops sending; starting and stopping.
 */
#include "script.h"
#include "site.h"
#include "wire.h"

#include "http/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MANY = 500 };

/* Opens a connection and sends a request without the end of its head. */
static void ask(struct wire *wire, const struct site *site, const char *request_line)
{
    char request[256];
    wire_open(wire, site->port);
    int size = snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: %s\r\n", request_line, site->host);
    assert_true(wire_send(wire, (struct ic_str){request, (size_t)size}));
}

static void get(struct wire *wire, const struct site *site, const char *path)
{
    char line[128];
    snprintf(line, sizeof line, "GET %s", path);
    ask(wire, site, line);
    assert_true(wire_send(wire, IC_STR("\r\n")));
}

static void expect_problem(struct wire *wire, int status, const char *code)
{
    struct wire_reply reply = wire_read_reply(wire, false);
    assert_int_equal(reply.status, status);
    assert_true(wire_holds(reply.body, code));
}

static void expect_end(struct wire *wire)
{
    assert_int_equal(wire_read_reply(wire, false).status, 0);
    wire_close(wire);
}

/* ---- Time. ---- */

static void test_half_a_head_is_told_that_it_took_too_long(void **state)
{
    struct site *site = *state;
    struct wire wire;
    ask(&wire, site, "GET /healthz");
    site_assert_alive(site); /* So the one loop has seen the half. */
    site_pass(site, IC_GUARD_HEAD_MS);
    expect_problem(&wire, 408, "request_timeout");
    expect_end(&wire);
    site_assert_alive(site);
}

static void test_a_head_that_drips_is_not_given_more_time(void **state)
{
    struct site *site = *state;
    struct wire wire;
    ask(&wire, site, "GET /healthz");
    for (int i = 0; i < 4; i++) {
        wire_send(&wire, IC_STR("X-Drip: 1\r\n"));
        site_assert_alive(site);
        site_pass(site, IC_GUARD_HEAD_MS / 4);
    }
    expect_problem(&wire, 408, "request_timeout");
    expect_end(&wire);
}

static void test_a_later_head_has_no_more_time_than_the_first(void **state)
{
    struct site *site = *state;
    struct wire wire;
    get(&wire, site, "/healthz");
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    assert_true(wire_send(&wire, IC_STR("GET ")));
    site_assert_alive(site);
    site_pass(site, IC_GUARD_HEAD_MS);
    expect_problem(&wire, 408, "request_timeout");
    expect_end(&wire);
}

static void test_a_refused_client_that_goes_on_sending_is_ended(void **state)
{
    struct site *site = *state;
    struct wire wire;
    wire_open(&wire, site->port);
    assert_true(wire_send(&wire, IC_STR("nonsense\r\n\r\n")));
    expect_problem(&wire, 400, "malformed_request");
    site_pass(site, IC_HTTP_LINGER_MS);
    struct ic_clock machine = ic_clock_system();
    int64_t deadline = ic_clock_monotonic_ms(&machine) + WIRE_DEADLINE_MS;
    while (wire_send(&wire, IC_STR("and on"))) {
        assert_true(ic_clock_monotonic_ms(&machine) < deadline);
        sched_yield();
    }
    wire_close(&wire);
}

static void test_half_a_body_is_told_that_it_took_too_long(void **state)
{
    struct site *site = *state;
    struct wire wire;
    ask(&wire, site, "POST /api/echo");
    assert_true(wire_send(&wire, IC_STR("Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")));
    site_assert_alive(site);
    site_pass(site, IC_GUARD_BODY_MS);
    expect_problem(&wire, 408, "request_timeout");
    expect_end(&wire);
    site_assert_alive(site);
}

static void test_a_connection_that_says_nothing_is_closed_without_a_word(void **state)
{
    struct site *site = *state;
    struct wire wire;
    wire_open(&wire, site->port);
    site_assert_alive(site);
    site_pass(site, IC_GUARD_HEAD_MS);
    expect_end(&wire);
}

static void test_a_connection_waits_a_minute_for_the_next_request(void **state)
{
    struct site *site = *state;
    struct wire wire, witness;
    get(&wire, site, "/healthz");
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    /* The witness shows that the clock was looked at. */
    wire_open(&witness, site->port);
    site_assert_alive(site);
    site_pass(site, IC_HTTP_IDLE_MS - 10000);
    expect_end(&witness);
    char request[128];
    int size = snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", site->host);
    assert_true(wire_send(&wire, (struct ic_str){request, (size_t)size}));
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    site_assert_alive(site); /* So the one loop knows that the answer was sent. */
    site_pass(site, IC_HTTP_IDLE_MS);
    expect_end(&wire);
}

static void test_a_handler_may_take_longer_than_a_head(void **state)
{
    struct site *site = *state;
    struct wire wire, witness;
    get(&wire, site, "/api/wait");
    site_await_waiting(site, 1);
    wire_open(&witness, site->port);
    site_assert_alive(site);
    site_pass(site, 10 * IC_HTTP_IDLE_MS);
    expect_end(&witness);
    site_release(site, 1);
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    wire_close(&wire);
}

/* ---- Pieces. ---- */

static void test_a_request_may_come_byte_by_byte(void **state)
{
    struct site *site = *state;
    struct wire wire;
    char request[256];
    wire_open(&wire, site->port);
    int size = snprintf(request, sizeof request,
                        "POST /api/echo HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                        "Content-Length: 2\r\n\r\n{}GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n",
                        site->host, site->host);
    for (int i = 0; i < size; i++) {
        assert_true(wire_send(&wire, (struct ic_str){request + i, 1}));
        /* The server has looked at the byte before the next one comes. */
        if (i % 16 == 0) {
            site_assert_alive(site);
        }
    }
    assert_true(wire_holds(wire_read_reply(&wire, false).body, "body=2"));
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    wire_close(&wire);
}

static void test_half_a_request_behind_a_whole_one_waits_for_its_rest(void **state)
{
    struct site *site = *state;
    struct wire wire;
    char request[256];
    wire_open(&wire, site->port);
    int size = snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\nnonsense", site->host);
    assert_true(wire_send(&wire, (struct ic_str){request, (size_t)size}));
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    site_assert_alive(site);
    assert_true(wire_send(&wire, IC_STR(" line\r\n\r\n")));
    expect_problem(&wire, 400, "malformed_request");
    expect_end(&wire);
}

static void test_a_body_is_asked_for_when_its_head_is_fine(void **state)
{
    struct site *site = *state;
    struct wire wire;
    ask(&wire, site, "POST /api/echo");
    assert_true(wire_send(
        &wire, IC_STR("Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")));
    assert_int_equal(wire_read_reply(&wire, false).status, 100);
    assert_true(wire_send(&wire, IC_STR("{}")));
    assert_true(wire_holds(wire_read_reply(&wire, false).body, "body=2"));
    wire_close(&wire);
}

/* The server's end of a wire: it lives in this process as well. */
static int server_end(const struct wire *wire)
{
    struct sockaddr_in own, peer;
    socklen_t size = sizeof own;
    assert_int_equal(getsockname(wire->descriptor, (struct sockaddr *)&own, &size), 0);
    for (int descriptor = 0; descriptor < 20000; descriptor++) {
        size = sizeof peer;
        if (descriptor != wire->descriptor && getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0 &&
            peer.sin_family == AF_INET && peer.sin_port == own.sin_port) {
            return descriptor;
        }
    }
    return -1;
}

static void test_an_answer_does_not_wait_for_the_last_ones_acknowledgement(void **state)
{
    struct site *site = *state;
    struct wire wire;
    int is_on = 0;
    socklen_t size = sizeof is_on;
    get(&wire, site, "/healthz");
    assert_int_equal(wire_read_reply(&wire, false).status, 200);
    assert_int_equal(getsockopt(server_end(&wire), IPPROTO_TCP, TCP_NODELAY, &is_on, &size), 0);
    assert_true(is_on);
    wire_close(&wire);
}

/* ---- Clients that go. ---- */

static void test_a_client_that_stops_sending_gets_its_answer(void **state)
{
    struct site *site = *state;
    struct wire wire;
    get(&wire, site, "/api/wait");
    wire_half_close(&wire);
    site_await_waiting(site, 1);
    site_release(site, 1);
    assert_true(wire_holds(wire_read_reply(&wire, false).body, "waited"));
    expect_end(&wire);
}

static void test_a_client_that_stops_sending_gets_a_large_answer_whole(void **state)
{
    struct site *site = *state;
    struct wire wire;
    get(&wire, site, "/api/big");
    wire_half_close(&wire);
    assert_true(wire_read_reply(&wire, false).body.size >= SITE_BIG_BYTES);
    expect_end(&wire);
}

static void test_a_client_that_stops_sending_within_a_body_is_let_go(void **state)
{
    struct site *site = *state;
    struct wire wire;
    ask(&wire, site, "POST /api/echo");
    assert_true(wire_send(&wire, IC_STR("Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")));
    wire_half_close(&wire);
    expect_end(&wire);
    site_assert_alive(site);
}

static void test_a_client_that_stops_sending_and_then_reading_is_let_go(void **state)
{
    struct site *site = *state;
    struct wire wires[20];
    for (int i = 0; i < 20; i++) {
        get(&wires[i], site, "/api/big");
        wire_half_close(&wires[i]);
        assert_true(wire_read(&wires[i]));
    }
    /* What is written to them now is answered with a reset, and then with a broken pipe. */
    for (int i = 0; i < 20; i++) {
        wire_close(&wires[i]);
    }
    site_assert_alive(site);
}

static void test_clients_may_vanish_at_any_moment(void **state)
{
    struct site *site = *state;
    struct wire wires[5];
    for (int round = 0; round < 20; round++) {
        wire_open(&wires[0], site->port);
        ask(&wires[1], site, "GET /healthz");
        ask(&wires[2], site, "POST /api/echo");
        assert_true(wire_send(&wires[2], IC_STR("Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{")));
        get(&wires[3], site, "/api/wait");
        get(&wires[4], site, "/api/big");
        wire_read(&wires[4]);
        site_await_waiting(site, 1);
        for (int i = 0; i < 5; i++) {
            wire_reset(&wires[i]);
        }
        site_release(site, 1);
        site_assert_alive(site);
    }
}

static void test_a_client_that_reads_nothing_delays_nobody(void **state)
{
    struct site *site = *state;
    struct wire wires[8];
    char request[128];
    int size = snprintf(request, sizeof request, "GET /api/big HTTP/1.1\r\nHost: %s\r\n\r\n", site->host);
    for (int i = 0; i < 8; i++) {
        wire_open_narrow(&wires[i], site->port);
        for (int j = 0; j < 20; j++) {
            assert_true(wire_send(&wires[i], (struct ic_str){request, (size_t)size}));
        }
    }
    for (int i = 0; i < 20; i++) {
        site_assert_alive(site);
    }
    for (int i = 0; i < 8; i++) {
        wire_close(&wires[i]);
    }
    site_assert_alive(site);
}

/* ---- Limits. ---- */

static void test_many_connections_are_answered(void **state)
{
    struct site *site = *state;
    static struct wire wires[MANY];
    for (int i = 0; i < MANY; i++) {
        get(&wires[i], site, "/healthz");
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(wire_read_reply(&wires[i], false).status, 200);
    }
    site_assert_alive(site);
    for (int i = 0; i < MANY; i++) {
        wire_close(&wires[i]);
    }
}

static void test_a_connection_too_many_is_told_so(void **state)
{
    enum { LIMIT = 10 };
    struct ic_http_server_options options = {.loops = 2, .workers = 1, .limits = {.connections = LIMIT}};
    struct site site;
    struct wire wires[LIMIT], extra;
    (void)state;
    site_init(&site, &options);
    for (int i = 0; i < LIMIT; i++) {
        get(&wires[i], &site, "/healthz");
        assert_int_equal(wire_read_reply(&wires[i], false).status, 200);
    }
    wire_open(&extra, site.port);
    struct wire_reply reply = wire_read_reply(&extra, false);
    assert_int_equal(reply.status, 503);
    assert_true(wire_holds(reply.body, "\"busy\""));
    assert_true(ic_str_is(wire_header(&reply, "Retry-After"), "1"));
    expect_end(&extra);
    wire_close(&wires[0]);
    /* The server notices that when it notices. */
    int status;
    do {
        get(&extra, &site, "/healthz");
        status = wire_read_reply(&extra, false).status;
        wire_close(&extra);
    } while (status == 503);
    assert_int_equal(status, 200);
    for (int i = 1; i < LIMIT; i++) {
        wire_close(&wires[i]);
    }
    site_destroy(&site);
}

static void test_a_request_too_many_is_told_to_come_back(void **state)
{
    enum { QUEUE = 3 };
    struct ic_http_server_options options = {.loops = 1, .workers = 1, .limits = {.queue = QUEUE}};
    struct site site;
    struct wire wires[QUEUE + 1], extra;
    (void)state;
    site_init(&site, &options);
    get(&wires[0], &site, "/api/wait");
    site_await_waiting(&site, 1);
    for (int i = 1; i <= QUEUE; i++) {
        get(&wires[i], &site, "/api/wait");
    }
    /* One loop takes them in their order: files are answered without a worker. */
    get(&extra, &site, "/favicon.png");
    assert_int_equal(wire_read_reply(&extra, false).status, 200);
    wire_close(&extra);
    get(&extra, &site, "/healthz");
    struct wire_reply reply = wire_read_reply(&extra, false);
    assert_int_equal(reply.status, 503);
    assert_true(ic_str_is(wire_header(&reply, "Retry-After"), "1"));
    site_release(&site, QUEUE + 1);
    for (int i = 0; i <= QUEUE; i++) {
        assert_int_equal(wire_read_reply(&wires[i], false).status, 200);
        wire_close(&wires[i]);
    }
    assert_true(wire_send(&extra, IC_STR("GET /healthz HTTP/1.1\r\n")));
    wire_close(&extra);
    site_assert_alive(&site);
    site_destroy(&site);
}

/* ---- Starting and stopping. ---- */

static void test_a_taken_port_is_told_in_one_sentence(void **state)
{
    struct site *site = *state;
    struct ic_http_server_options options = {.listen = site->host, .loops = 1, .workers = 1};
    struct ic_http_server *server = NULL;
    struct ic_err err = IC_ERR_NONE;
    char wanted[128];
    assert_int_equal(ic_http_server_create(&options, &server, &err), IC_CONFLICT);
    snprintf(wanted, sizeof wanted, "%s is taken by another program; choose another with --listen or INSTACRM_LISTEN.",
             site->host);
    assert_string_equal(err.detail, wanted);
    assert_null(server);
}

static void test_an_address_that_is_none_is_refused(void **state)
{
    static const char *const addresses[] = {"",       "nonsense", "127.0.0.1",     "127.0.0.1:", "127.0.0.1:99999",
                                            ":8080x", "[::1]",    "localhost:http"};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct ic_http_server_options options = {.listen = addresses[i], .loops = 1, .workers = 1};
        struct ic_http_server *server = NULL;
        struct ic_err err = IC_ERR_NONE;
        if (ic_http_server_create(&options, &server, &err) != IC_INVALID) {
            fail_msg("\"%s\" is taken for an address: %s", addresses[i], err.detail);
        }
    }
}

static void *destroy(void *site)
{
    site_destroy_waiting(site);
    return NULL;
}

static void test_stopping_lets_a_running_request_finish(void **state)
{
    const struct ic_http_server_options options = {.loops = 1, .workers = 1};
    struct site site;
    struct wire running, silent, half;
    pthread_t thread;
    (void)state;
    site_init(&site, &options);
    get(&running, &site, "/api/wait");
    site_await_waiting(&site, 1);
    wire_open(&silent, site.port);
    ask(&half, &site, "GET /healthz");
    assert_int_equal(pthread_create(&thread, NULL, destroy, &site), 0);
    /* Whoever has nothing running is let go first. */
    expect_end(&silent);
    expect_end(&half);
    /* Nobody is let in, and nobody is left waiting to be. */
    assert_false(wire_try_open(&silent, site.port));
    wire_close(&silent);
    site_release(&site, 1);
    struct wire_reply reply = wire_read_reply(&running, false);
    assert_int_equal(reply.status, 200);
    assert_true(ic_str_is(wire_header(&reply, "Connection"), "close"));
    expect_end(&running);
    pthread_join(thread, NULL);
}

static void test_stopping_answers_nothing_that_was_only_sent_ahead(void **state)
{
    struct site site;
    struct wire wire, silent;
    pthread_t thread;
    char request[256];
    (void)state;
    site_init(&site, NULL);
    int size = snprintf(request, sizeof request,
                        "GET /api/big HTTP/1.1\r\nHost: %s\r\n\r\nGET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", site.host,
                        site.host);
    wire_open_narrow(&wire, site.port);
    assert_true(wire_send(&wire, (struct ic_str){request, (size_t)size}));
    assert_true(wire_read(&wire));
    wire_open(&silent, site.port);
    assert_int_equal(pthread_create(&thread, NULL, destroy, &site), 0);
    expect_end(&silent);
    assert_true(wire_read_reply(&wire, false).body.size >= SITE_BIG_BYTES);
    expect_end(&wire);
    pthread_join(thread, NULL);
}

static void test_stopping_does_not_wait_for_who_does_not_read(void **state)
{
    struct site site;
    struct wire wire;
    pthread_t thread;
    (void)state;
    site_init(&site, NULL);
    wire_open_narrow(&wire, site.port);
    char request[128];
    int size = snprintf(request, sizeof request, "GET /api/big HTTP/1.1\r\nHost: %s\r\n\r\n", site.host);
    assert_true(wire_send(&wire, (struct ic_str){request, (size_t)size}));
    assert_true(wire_read(&wire));
    assert_int_equal(pthread_create(&thread, NULL, destroy, &site), 0);
    while (pthread_tryjoin_np(thread, NULL) != 0) {
        site_pass(&site, IC_HTTP_DRAIN_MS / 100);
        sched_yield();
    }
    wire_read_end(&wire);
    assert_true(wire.received.size < SITE_BIG_BYTES);
    wire_close(&wire);
}

static void test_a_server_that_nobody_asked_anything_stops(void **state)
{
    struct site site;
    (void)state;
    for (int i = 0; i < 10; i++) {
        site_init(&site, NULL);
        site_destroy(&site);
    }
}

/* One loop and its clock for all tests that need no site of their own. */
static int begin(void **state)
{
    static struct site site;
    const struct ic_http_server_options options = {.loops = 1, .workers = 4};
    site_init(&site, &options);
    *state = &site;
    return 0;
}

static int end(void **state)
{
    site_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_a_head_is_told_that_it_took_too_long),
        cmocka_unit_test(test_a_head_that_drips_is_not_given_more_time),
        cmocka_unit_test(test_a_later_head_has_no_more_time_than_the_first),
        cmocka_unit_test(test_a_refused_client_that_goes_on_sending_is_ended),
        cmocka_unit_test(test_half_a_body_is_told_that_it_took_too_long),
        cmocka_unit_test(test_a_connection_that_says_nothing_is_closed_without_a_word),
        cmocka_unit_test(test_a_connection_waits_a_minute_for_the_next_request),
        cmocka_unit_test(test_a_handler_may_take_longer_than_a_head),
        cmocka_unit_test(test_a_request_may_come_byte_by_byte),
        cmocka_unit_test(test_half_a_request_behind_a_whole_one_waits_for_its_rest),
        cmocka_unit_test(test_a_body_is_asked_for_when_its_head_is_fine),
        cmocka_unit_test(test_an_answer_does_not_wait_for_the_last_ones_acknowledgement),
        cmocka_unit_test(test_a_client_that_stops_sending_gets_its_answer),
        cmocka_unit_test(test_a_client_that_stops_sending_gets_a_large_answer_whole),
        cmocka_unit_test(test_a_client_that_stops_sending_within_a_body_is_let_go),
        cmocka_unit_test(test_a_client_that_stops_sending_and_then_reading_is_let_go),
        cmocka_unit_test(test_clients_may_vanish_at_any_moment),
        cmocka_unit_test(test_a_client_that_reads_nothing_delays_nobody),
        cmocka_unit_test(test_many_connections_are_answered),
        cmocka_unit_test(test_a_connection_too_many_is_told_so),
        cmocka_unit_test(test_a_request_too_many_is_told_to_come_back),
        cmocka_unit_test(test_a_taken_port_is_told_in_one_sentence),
        cmocka_unit_test(test_an_address_that_is_none_is_refused),
        cmocka_unit_test(test_stopping_lets_a_running_request_finish),
        cmocka_unit_test(test_stopping_answers_nothing_that_was_only_sent_ahead),
        cmocka_unit_test(test_stopping_does_not_wait_for_who_does_not_read),
        cmocka_unit_test(test_a_server_that_nobody_asked_anything_stops),
    };
    return cmocka_run_group_tests_name("connections", tests, begin, end);
}
