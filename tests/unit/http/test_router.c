#include "http/router.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ic_rc handle(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                         struct ic_err *err)
{
    (void)context, (void)request, (void)response, (void)err;
    return IC_OK;
}

static const struct ic_http_route routes[] = {
    {IC_HTTP_GET, "/healthz", handle, 0, false},
    {IC_HTTP_GET, "/api/logs", handle, 0, true},
    {IC_HTTP_POST, "/api/logs", handle, 100, false},
    {IC_HTTP_GET, "/api/logs/{elg_id}", handle, 0, false},
    {IC_HTTP_GET, "/api/logs/newest", handle, 0, false},
    {IC_HTTP_DELETE, "/api/logs/{elg_id}", handle, 0, false},
    {IC_HTTP_GET, "/api/rules/first", handle, 0, false},
    {IC_HTTP_GET, "/api/rules/{rule_id}", handle, 0, false},
    {IC_HTTP_GET, "/api/{a}/{b}/{c}/{d}", handle, 0, false},
};
static const struct ic_http_router router = {.routes = routes, .routes_count = sizeof routes / sizeof routes[0]};

/* What the router says of a path: the pattern, or the code of the failure. */
static const char *find(enum ic_http_method method, const char *path, struct ic_http_request *ret_request, char *allow)
{
    const struct ic_http_route *route = NULL;
    struct ic_err err = IC_ERR_NONE;
    *ret_request = (struct ic_http_request){.method = method, .path = ic_str_from(path)};
    enum ic_rc rc = ic_http_router_find(&router, ret_request, &route, allow, &err);
    return rc == IC_OK ? route->pattern : ic_code_name(err.code);
}

static void test_a_path_finds_its_route(void **state)
{
    (void)state;
    struct ic_http_request request;
    char allow[IC_HTTP_ALLOW_SIZE];
    assert_string_equal(find(IC_HTTP_GET, "/healthz", &request, allow), "/healthz");
    assert_string_equal(find(IC_HTTP_POST, "/api/logs", &request, allow), "/api/logs");
    assert_string_equal(find(IC_HTTP_GET, "/api/logs/ELG-1", &request, allow), "/api/logs/{elg_id}");
    assert_true(ic_str_is(request.parameters[0], "ELG-1"));
}

static enum ic_code ask(const char *path, const char *query)
{
    const struct ic_http_route *route = NULL;
    struct ic_err err = IC_ERR_NONE;
    char allow[IC_HTTP_ALLOW_SIZE];
    struct ic_http_request request = {.method = IC_HTTP_GET, .path = ic_str_from(path), .query = ic_str_from(query)};
    (void)!ic_http_router_find(&router, &request, &route, allow, &err);
    return err.code;
}

static void test_a_route_without_parameters_takes_no_query(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/logs", "limit=1"), IC_CODE_OK);
    assert_int_equal(ask("/healthz", ""), IC_CODE_OK);
    assert_int_equal(ask("/healthz", "limit=1"), IC_CODE_UNKNOWN_PARAMETER);
    assert_int_equal(ask("/api/logs/newest", "x"), IC_CODE_UNKNOWN_PARAMETER);
}

static void test_a_literal_wins_over_a_parameter(void **state)
{
    (void)state;
    struct ic_http_request request;
    char allow[IC_HTTP_ALLOW_SIZE];
    assert_string_equal(find(IC_HTTP_GET, "/api/logs/newest", &request, allow), "/api/logs/newest");
    assert_int_equal(request.parameters[0].size, 0);
    assert_string_equal(find(IC_HTTP_GET, "/api/rules/first", &request, allow), "/api/rules/first");
    assert_string_equal(find(IC_HTTP_DELETE, "/api/logs/newest", &request, allow), "/api/logs/{elg_id}");
}

static void test_parameters_come_in_their_order(void **state)
{
    (void)state;
    struct ic_http_request request;
    char allow[IC_HTTP_ALLOW_SIZE];
    assert_string_equal(find(IC_HTTP_GET, "/api/1/2/3/4", &request, allow), "/api/{a}/{b}/{c}/{d}");
    for (int i = 0; i < IC_HTTP_PARAMETERS_MAX; i++) {
        assert_int_equal(request.parameters[i].data[0], '1' + i);
    }
}

static void test_a_path_must_match_whole(void **state)
{
    static const char *const paths[] = {"/",         "/healthz/",   "/healthzz",   "/health",
                                        "//healthz", "/api/logs/",  "/api",        "/api/logs/1/2/3/4",
                                        "/HEALTHZ",  "/api/logs//", "/api/logs/a/"};
    (void)state;
    struct ic_http_request request;
    char allow[IC_HTTP_ALLOW_SIZE];
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_string_equal(find(IC_HTTP_GET, paths[i], &request, allow), "not_found");
        assert_string_equal(allow, "");
    }
}

static void test_a_method_that_the_path_lacks_is_told_the_others(void **state)
{
    (void)state;
    struct ic_http_request request;
    char allow[IC_HTTP_ALLOW_SIZE];
    assert_string_equal(find(IC_HTTP_PUT, "/api/logs", &request, allow), "method_not_allowed");
    assert_string_equal(allow, "GET, HEAD, POST");
    assert_string_equal(find(IC_HTTP_OTHER, "/healthz", &request, allow), "method_not_allowed");
    assert_string_equal(allow, "GET, HEAD");
}

static void test_head_is_answered_by_gets_route(void **state)
{
    (void)state;
    struct ic_http_request request;
    char allow[IC_HTTP_ALLOW_SIZE];
    assert_string_equal(find(IC_HTTP_HEAD, "/healthz", &request, allow), "/healthz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_finds_its_route),
        cmocka_unit_test(test_a_route_without_parameters_takes_no_query),
        cmocka_unit_test(test_a_literal_wins_over_a_parameter),
        cmocka_unit_test(test_parameters_come_in_their_order),
        cmocka_unit_test(test_a_path_must_match_whole),
        cmocka_unit_test(test_a_method_that_the_path_lacks_is_told_the_others),
        cmocka_unit_test(test_head_is_answered_by_gets_route),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
