#include "agent/http_client.h"

#include "scratch.h"
#include "toy_server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TOKEN "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

static struct toy_server server;
static struct ic_clock steady;
static struct ic_http_client *client;
static struct ic_exchange_answer answer;
static char url[64];
static atomic_int requests;

/* What was asked last. */
static struct toy_request asked;
static pthread_mutex_t asked_mutex = PTHREAD_MUTEX_INITIALIZER;

static void echo(void *context, const struct toy_request *request, struct toy_response *response)
{
    (void)context;
    pthread_mutex_lock(&asked_mutex);
    free(asked.body);
    asked = *request;
    asked.body = strdup(request->body);
    pthread_mutex_unlock(&asked_mutex);
    atomic_fetch_add(&requests, 1);
    if (strcmp(request->path, "/problem") == 0) {
        response->status = 503;
        response->type = "application/problem+json; charset=utf-8";
        response->headers = "Retry-After: 7\r\n";
        response->body = strdup("{\"code\":\"busy\"}");
    } else if (strcmp(request->path, "/late") == 0) {
        response->status = 429;
        response->headers = "Retry-After: 99999999999\r\n";
    } else if (strcmp(request->path, "/redirect") == 0) {
        response->status = 307;
        response->headers = "Location: /other\r\n";
    } else if (strcmp(request->path, "/large") == 0) {
        response->body = calloc(1, IC_EXCHANGE_ANSWER_BYTES_MAX + 2);
        memset(response->body, 'x', IC_EXCHANGE_ANSWER_BYTES_MAX + 1);
    } else if (strcmp(request->path, "/silent") == 0) {
        response->silent = true;
    } else {
        response->body = strdup("{\"done\":true}");
    }
}

static int setup(void **state)
{
    (void)state;
    atomic_store(&requests, 0);
    toy_server_start(&server, 0, echo, NULL);
    toy_server_url(&server, url);
    ic_exchange_answer_init(&answer);
    steady = ic_clock_system();
    return ic_http_client_create(&steady, &client, NULL) == IC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ic_http_client_destroy(client);
    toy_server_stop(&server);
    ic_exchange_answer_release(&answer);
    free(asked.body);
    asked = (struct toy_request){.body = NULL};
    return 0;
}

static enum ic_rc ask(const char *path, const char *token, struct ic_str body, struct ic_err *err)
{
    struct ic_exchange exchange = ic_http_client_exchange(client);
    struct ic_exchange_request request = {.server_url = url, .path = path, .token = token, .body = body};
    *err = IC_ERR_NONE;
    ic_exchange_answer_release(&answer);
    ic_exchange_answer_init(&answer);
    enum ic_rc rc = exchange.run(exchange.context, &request, &answer, err);
    /* What the server's thread noted is from here on this thread's to read. */
    pthread_mutex_lock(&asked_mutex);
    pthread_mutex_unlock(&asked_mutex);
    return rc;
}

static void test_a_post_carries_body_and_token_and_brings_the_answer(void **state)
{
    (void)state;
    struct ic_err err;
    assert_int_equal(ask("/api/v1/sync/push", TOKEN, IC_STR("{\"a\":1}"), &err), IC_OK);
    assert_int_equal(answer.status, 200);
    assert_false(answer.is_problem);
    assert_true(ic_str_is(ic_buf_view(&answer.body), "{\"done\":true}"));
    assert_string_equal(asked.method, "POST");
    assert_string_equal(asked.path, "/api/v1/sync/push");
    assert_string_equal(asked.token, TOKEN);
    assert_string_equal(asked.body, "{\"a\":1}");
    /* What the next request does not have, it does not inherit. */
    assert_int_equal(ask("/healthz", NULL, (struct ic_str){0}, &err), IC_OK);
    assert_string_equal(asked.method, "GET");
    assert_string_equal(asked.token, "");
    assert_string_equal(asked.body, "");
}

static void test_a_problem_and_its_retry_after_are_told(void **state)
{
    (void)state;
    struct ic_err err;
    assert_int_equal(ask("/problem", NULL, (struct ic_str){0}, &err), IC_OK);
    assert_int_equal(answer.status, 503);
    assert_true(answer.is_problem);
    assert_int_equal(answer.retry_after_ms, 7000);
    assert_int_equal(ask("/late", NULL, (struct ic_str){0}, &err), IC_OK);
    assert_int_equal(answer.retry_after_ms, IC_EXCHANGE_RETRY_AFTER_MS_MAX);
}

static void test_a_redirect_is_an_answer_and_is_not_followed(void **state)
{
    (void)state;
    struct ic_err err;
    assert_int_equal(ask("/redirect", TOKEN, IC_STR("{}"), &err), IC_OK);
    assert_int_equal(answer.status, 307);
    assert_int_equal(atomic_load(&requests), 1);
}

static void test_an_answer_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct ic_err err;
    assert_int_equal(ask("/large", NULL, (struct ic_str){0}, &err), IC_UNAVAILABLE);
    assert_true(answer.body.size <= IC_EXCHANGE_ANSWER_BYTES_MAX);
}

static void test_nobody_there_is_unavailable_and_may_be_tried_again(void **state)
{
    (void)state;
    struct ic_err err;
    int port = server.port;
    toy_server_stop(&server);
    assert_int_equal(ask("/", NULL, (struct ic_str){0}, &err), IC_UNAVAILABLE);
    assert_true(err.retry);
    toy_server_start(&server, port, echo, NULL);
    assert_int_equal(ask("/", NULL, (struct ic_str){0}, &err), IC_OK);
}

static bool was_asked(void *context)
{
    (void)context;
    return atomic_load(&requests) > 0;
}

static void *interrupt_when_asked(void *context)
{
    bool *ret_asked = context;
    *ret_asked = scratch_wait(was_asked, NULL);
    ic_http_client_interrupt(client);
    return NULL;
}

static void test_an_exchange_under_way_can_be_ended(void **state)
{
    (void)state;
    pthread_t thread;
    bool was = false;
    struct ic_err err;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_when_asked, &was), 0);
    assert_int_equal(ask("/silent", NULL, (struct ic_str){0}, &err), IC_UNAVAILABLE);
    pthread_join(thread, NULL);
    assert_true(was);
    /* And none begins after that. */
    assert_int_equal(ask("/", NULL, (struct ic_str){0}, &err), IC_UNAVAILABLE);
    assert_int_equal(atomic_load(&requests), 1);
}

static void test_this_machine_is_not_asked_through_a_proxy(void **state)
{
    (void)state;
    struct ic_err err;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    assert_int_equal(ask("/", TOKEN, IC_STR("{}"), &err), IC_OK);
    unsetenv("http_proxy");
}

static void test_only_safe_addresses_of_servers_are_taken(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"https://crm.example.org", "https://crm.example.org"},
        {"https://crm.example.org/", "https://crm.example.org"},
        {"HTTPS://crm.example.org:8443", "https://crm.example.org:8443"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"http://127.1.2.3", "http://127.1.2.3"},
        {"http://localhost:8080/", "http://localhost:8080"},
        {"http://[::1]:8080", "http://[::1]:8080"},
    };
    static const char *const bad[] = {
        "",
        "crm.example.org",
        "http://crm.example.org",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://0177.0.0.1.evil.example",
        "http://128.0.0.1",
        "http://[::2]",
        "https://user@crm.example.org",
        "https://user:word@crm.example.org",
        "https://crm.example.org/path",
        "https://crm.example.org/?query",
        "https://crm.example.org/#fragment",
        "ftp://crm.example.org",
        "file:///etc/passwd",
        "https://crm.example.org\r\nX: y",
        "https://",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char checked[IC_SERVER_URL_SIZE];
        assert_int_equal(ic_http_client_url_check(good[i][0], checked, NULL), IC_OK);
        assert_string_equal(checked, good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char checked[IC_SERVER_URL_SIZE] = "untouched";
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(ic_http_client_url_check(bad[i], checked, &err), IC_INVALID);
        assert_string_equal(checked, "untouched");
    }
    char longest[IC_SERVER_URL_SIZE + 64], checked[IC_SERVER_URL_SIZE];
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "https://", 8);
    memcpy(longest + sizeof longest - 5, ".org", 5);
    assert_int_equal(ic_http_client_url_check(longest, checked, NULL), IC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_post_carries_body_and_token_and_brings_the_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_problem_and_its_retry_after_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_redirect_is_an_answer_and_is_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_answer_over_the_limit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nobody_there_is_unavailable_and_may_be_tried_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_exchange_under_way_can_be_ended, setup, teardown),
        cmocka_unit_test_setup_teardown(test_this_machine_is_not_asked_through_a_proxy, setup, teardown),
        cmocka_unit_test(test_only_safe_addresses_of_servers_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
