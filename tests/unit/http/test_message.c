#include "http/message.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Cookies and headers. ---- */

static struct ic_str cookie(const char *header)
{
    static struct ic_http_header headers[2];
    headers[0] = (struct ic_http_header){IC_STR("Host"), IC_STR("localhost")};
    headers[1] = (struct ic_http_header){IC_STR("cookie"), ic_str_from(header)};
    const struct ic_http_request request = {.headers = headers, .headers_count = 2};
    return ic_http_cookie_find(&request, "sid");
}

static void test_a_cookie_is_found_among_others(void **state)
{
    (void)state;
    assert_true(ic_str_is(cookie("sid=abc"), "abc"));
    assert_true(ic_str_is(cookie("a=1; sid=abc; b=2"), "abc"));
    assert_true(ic_str_is(cookie("a=1;sid=abc;b=2"), "abc"));
    assert_true(ic_str_is(cookie("sid=a=b"), "a=b"));
}

static void test_a_cookie_of_another_name_is_another(void **state)
{
    (void)state;
    assert_int_equal(cookie("").size, 0);
    assert_int_equal(cookie("side=abc").size, 0);
    assert_int_equal(cookie("xsid=abc").size, 0);
    assert_int_equal(cookie("SID=abc").size, 0);
    assert_int_equal(cookie("a=sid=abc").size, 0);
    assert_int_equal(cookie("sid").size, 0);
    assert_int_equal(cookie("; ;;=; =sid").size, 0);
}

static void test_a_cookie_that_is_given_twice_is_believed_neither_way(void **state)
{
    (void)state;
    assert_int_equal(cookie("sid=abc; sid=def").size, 0);
    assert_int_equal(cookie("sid=; sid=def").size, 0);
    assert_int_equal(cookie("sid=abc; a=1; sid=abc").size, 0);
}

static void test_a_header_is_found_in_any_case_and_the_first_one_wins(void **state)
{
    (void)state;
    const struct ic_http_header headers[] = {{IC_STR("X-A"), IC_STR("1")}, {IC_STR("x-a"), IC_STR("2")}};
    const struct ic_http_request request = {.headers = headers, .headers_count = 2};
    assert_true(ic_str_is(ic_http_header_find(&request, "x-A"), "1"));
    assert_int_equal(ic_http_header_find(&request, "X").size, 0);
}

/* ---- Queries. ---- */

static enum ic_code parse(struct ic_arena *arena, const char *text, struct ic_http_query *ret_query,
                          struct ic_err *ret_err)
{
    const struct ic_http_request request = {.query = ic_str_from(text), .arena = arena};
    *ret_err = IC_ERR_NONE;
    return ic_http_query_parse(&request, ret_query, ret_err) == IC_OK ? IC_CODE_OK : ret_err->code;
}

static void test_a_query_gives_its_parameters_unescaped(void **state)
{
    struct ic_http_query query;
    struct ic_err err;
    struct ic_str value;
    assert_int_equal(parse(*state, "a=1&name=%C3%A4%20b%26%3d+&empty=&bare", &query, &err), IC_CODE_OK);
    assert_true(ic_http_query_find(&query, "name", &value));
    assert_true(ic_str_is(value, "\xc3\xa4 b&=+"));
    assert_true(ic_http_query_find(&query, "empty", &value));
    assert_int_equal(value.size, 0);
    assert_true(ic_http_query_find(&query, "bare", &value));
    assert_false(ic_http_query_find(&query, "nam", &value));
    assert_true(ic_http_query_find(&query, "a", &value));
    assert_int_equal(ic_http_query_finish(&query, &err), IC_OK);
}

static void test_a_parameter_that_nobody_asked_for_is_refused_by_name(void **state)
{
    struct ic_http_query query;
    struct ic_err err;
    struct ic_str value;
    assert_int_equal(parse(*state, "a=1&%62=2", &query, &err), IC_CODE_OK);
    assert_true(ic_http_query_find(&query, "a", &value));
    assert_int_equal(ic_http_query_finish(&query, &err), IC_INVALID);
    assert_int_equal(err.code, IC_CODE_UNKNOWN_PARAMETER);
    assert_string_equal(err.field, "b");
}

/* It may be a secret that was put in a name's place. */
static void test_a_parameter_that_is_no_name_of_ours_is_refused_without_repeating_it(void **state)
{
    static const char *const queries[] = {"b%21=2", "B=2",  "Zm9vYmFy-_=2",
                                          "=2",     "b2=2", "abcdefghijklmnopqrstuvwxyzabcdefg=2"};
    struct ic_http_query query;
    struct ic_err err;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        assert_int_equal(parse(*state, queries[i], &query, &err), IC_CODE_OK);
        assert_int_equal(ic_http_query_finish(&query, &err), IC_INVALID);
        assert_string_equal(err.field, "?");
    }
}

static void test_a_parameter_given_twice_is_refused(void **state)
{
    struct ic_http_query query;
    struct ic_err err;
    assert_int_equal(parse(*state, "a=1&b=2&%61=3", &query, &err), IC_CODE_INVALID_PARAMETER);
    assert_string_equal(err.field, "a");
}

static void test_a_query_that_is_not_text_is_refused(void **state)
{
    static const char *const queries[] = {"a=%",   "a=%4",  "a=%zz", "a=%00", "a=%0a",
                                          "a=%7f", "a=%ff", "a=%c3", "%=1",   "%ed%a0%80=1"};
    struct ic_http_query query;
    struct ic_err err;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        assert_int_equal(parse(*state, queries[i], &query, &err), IC_CODE_INVALID_PARAMETER);
    }
}

static void test_an_empty_query_has_no_parameters(void **state)
{
    struct ic_http_query query;
    struct ic_err err;
    assert_int_equal(parse(*state, "", &query, &err), IC_CODE_OK);
    assert_int_equal(query.count, 0);
    assert_int_equal(ic_http_query_finish(&query, &err), IC_OK);
}

static void test_a_query_of_too_many_parameters_is_refused(void **state)
{
    struct ic_http_query query;
    struct ic_err err;
    char text[4 * (IC_HTTP_QUERY_PARAMETERS_MAX + 1)];
    size_t size = 0;
    for (int i = 0; i < IC_HTTP_QUERY_PARAMETERS_MAX; i++) {
        text[size++] = (char)('A' + i % 26);
        text[size++] = (char)('a' + i / 26);
        text[size++] = i + 1 < IC_HTTP_QUERY_PARAMETERS_MAX ? '&' : '\0';
    }
    assert_int_equal(parse(*state, text, &query, &err), IC_CODE_OK);
    assert_int_equal(query.count, IC_HTTP_QUERY_PARAMETERS_MAX);
    memcpy(text + size - 1, "&z", 3);
    assert_int_equal(parse(*state, text, &query, &err), IC_CODE_INVALID_PARAMETER);
}

static int begin(void **state)
{
    *state = ic_arena_create(1 << 20);
    return *state ? 0 : -1;
}

static int end(void **state)
{
    ic_arena_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cookie_is_found_among_others),
        cmocka_unit_test(test_a_cookie_of_another_name_is_another),
        cmocka_unit_test(test_a_cookie_that_is_given_twice_is_believed_neither_way),
        cmocka_unit_test(test_a_header_is_found_in_any_case_and_the_first_one_wins),
        cmocka_unit_test(test_a_query_gives_its_parameters_unescaped),
        cmocka_unit_test(test_a_parameter_that_nobody_asked_for_is_refused_by_name),
        cmocka_unit_test(test_a_parameter_given_twice_is_refused),
        cmocka_unit_test(test_a_parameter_that_is_no_name_of_ours_is_refused_without_repeating_it),
        cmocka_unit_test(test_a_parameter_given_twice_is_refused),
        cmocka_unit_test(test_a_query_that_is_not_text_is_refused),
        cmocka_unit_test(test_an_empty_query_has_no_parameters),
        cmocka_unit_test(test_a_query_of_too_many_parameters_is_refused),
    };
    return cmocka_run_group_tests_name("message", tests, begin, end);
}
