#include "http/problem.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void write(struct ic_http_response *response, enum ic_code code)
{
    struct ic_err err = IC_ERR_NONE;
    (void)ic_err_set_field(&err, code, "test.problem", "/name", "The name is \"%s\".", "Jane");
    ic_http_problem_write(response, &err, IC_STR("0123456789abcdef"));
}

static struct ic_http_response half_made(void)
{
    struct ic_http_response response = {.status = 200, .content_type = "text/plain", .is_stream = true};
    ic_buf_init(&response.body, 4096);
    ic_buf_put(&response.body, IC_STR("half an answer"));
    ic_http_header_set(&response, "Set-Cookie", IC_STR("sid=secret"));
    ic_http_header_set(&response, "Allow", IC_STR("GET, HEAD"));
    return response;
}

static bool body_holds(const struct ic_http_response *response, const char *text)
{
    return memmem(response->body.data, response->body.size, text, strlen(text)) != NULL;
}

static bool has_header(const struct ic_http_response *response, const char *name, const char *value)
{
    for (size_t i = 0; i < response->headers_count; i++) {
        if (ic_str_is(response->headers[i].name, name)) {
            return ic_str_is(response->headers[i].value, value);
        }
    }
    return false;
}

static void test_a_problem_says_what_is_wrong_and_where(void **state)
{
    (void)state;
    struct ic_http_response response = half_made();
    write(&response, IC_CODE_INVALID_FIELD);
    assert_int_equal(response.status, 400);
    assert_string_equal(response.content_type, "application/problem+json");
    assert_true(ic_str_is(ic_buf_view(&response.body),
                          "{\"type\":\"urn:instacrm:problem:invalid_field\",\"title\":\"A field has a value it cannot "
                          "have\",\"status\":400,\"code\":\"invalid_field\",\"detail\":\"The name is \\\"Jane\\\".\","
                          "\"field\":\"/name\",\"request_id\":\"0123456789abcdef\"}"));
    ic_buf_release(&response.body);
}

static void test_a_problem_drops_what_was_half_made(void **state)
{
    (void)state;
    struct ic_http_response response = half_made();
    write(&response, IC_CODE_INVALID_FIELD);
    assert_int_equal(response.headers_count, 0);
    assert_false(response.is_stream);
    assert_false(body_holds(&response, "half"));
    ic_buf_release(&response.body);
}

static void test_inner_failures_tell_nothing(void **state)
{
    static const enum ic_code codes[] = {IC_CODE_INTERNAL, IC_CODE_CORRUPT};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct ic_http_response response = half_made();
        write(&response, codes[i]);
        assert_int_equal(response.status, 500);
        assert_false(body_holds(&response, "Jane"));
        assert_false(body_holds(&response, "/name"));
        assert_true(body_holds(&response, "0123456789abcdef"));
        ic_buf_release(&response.body);
    }
}

static void test_some_statuses_ask_for_a_header(void **state)
{
    (void)state;
    struct ic_http_response response = half_made();
    write(&response, IC_CODE_METHOD_NOT_ALLOWED);
    assert_true(has_header(&response, "Allow", "GET, HEAD"));
    assert_int_equal(response.headers_count, 1);
    write(&response, IC_CODE_UNAUTHENTICATED);
    assert_true(has_header(&response, "WWW-Authenticate", "Bearer"));
    assert_int_equal(response.retry_after_s, 0);
    write(&response, IC_CODE_BUSY);
    assert_int_equal(response.retry_after_s, 1);
    response.retry_after_s = 30;
    write(&response, IC_CODE_TOO_MANY_REQUESTS);
    assert_int_equal(response.retry_after_s, 30);
    write(&response, IC_CODE_NOT_FOUND);
    assert_int_equal(response.retry_after_s, 0);
    ic_buf_release(&response.body);
}

static void test_every_code_has_a_status_of_an_error(void **state)
{
    (void)state;
    for (int code = IC_CODE_OK + 1; code <= IC_CODE_LEDGER_UNWRITABLE; code++) {
        struct ic_http_response response = half_made();
        write(&response, (enum ic_code)code);
        assert_true(response.status >= 400 && response.status < 600);
        assert_int_equal(response.body.failed, IC_CODE_OK);
        ic_buf_release(&response.body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_problem_says_what_is_wrong_and_where),
        cmocka_unit_test(test_a_problem_drops_what_was_half_made),
        cmocka_unit_test(test_inner_failures_tell_nothing),
        cmocka_unit_test(test_some_statuses_ask_for_a_header),
        cmocka_unit_test(test_every_code_has_a_status_of_an_error),
    };
    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
