#include "sync/push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FIRST  "0190a5e0-7c00-7abc-8def-000000000001"
#define SECOND "0190a5e0-7c00-7abc-8def-000000000002"
#define ACCEPTED(op_id)                                                                                              \
    "{\"op_id\":\"" op_id "\",\"outcome\":\"accepted\",\"elg_id\":\"ELG-0123456789\",\"olg_id\":\"OLG-0123456789\"," \
    "\"act_id\":\"ACT-0123ABCD\",\"tar_id\":\"TAR-0123abcd\"}"
#define REJECTED(op_id)                                                                                             \
    "{\"op_id\":\"" op_id "\",\"outcome\":\"rejected\",\"problem\":{\"type\":\"t\",\"title\":\"T\",\"status\":409," \
    "\"code\":\"op_conflict\",\"request_id\":\"r\"}}"
#define ANSWER(results) "{\"results\":[" results "],\"server_time\":1}"

static const struct ic_op_id sent[] = {{.text = FIRST}, {.text = SECOND}};

static int setup(void **state)
{
    *state = ic_arena_create(1 << 20);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    ic_arena_destroy(*state);
    return 0;
}

static enum ic_rc decode(void **state, const char *text, struct ic_push_result **ret_results, struct ic_err *err)
{
    json_t *object;
    *err = IC_ERR_NONE;
    assert_int_equal(ic_json_parse(ic_str_from(text), "test", *state, &object, err), IC_OK);
    return ic_push_decode_results(object, sent, 2, *state, ret_results, err);
}

static const struct ic_str two_operations[] = {{"{\"op_id\":\"a\"}", 13}, {"{\"op_id\":\"b\"}", 13}};

static void assert_encoded(const struct ic_push_request *request, const char *expected)
{
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, 1024);
    ic_json_writer_init(&writer, &buf);
    ic_push_encode(request, &writer);
    assert_true(ic_str_is(ic_buf_view(&buf), expected));
    ic_buf_release(&buf);
}

static void test_a_push_is_the_contracts_body(void **state)
{
    (void)state;
    struct ic_push_request request = {
        .agent_version = IC_STR("0.1.0"), .operations = two_operations, .count = 2, .clock_ahead_ms = 7};
    assert_encoded(&request, "{\"protocol\":1,\"agent_version\":\"0.1.0\",\"operations\":["
                             "{\"op_id\":\"a\"},{\"op_id\":\"b\"}]}");
}

static void test_a_push_tells_ages_and_the_clock_where_they_are_wanted(void **state)
{
    (void)state;
    const int64_t ages_ms[] = {1500, -1};
    struct ic_push_request request = {.agent_version = IC_STR("0.1.0"),
                                      .operations = two_operations,
                                      .count = 2,
                                      .ages_ms = ages_ms,
                                      .has_clock = true,
                                      .clock_ahead_ms = -20};
    assert_encoded(&request, "{\"protocol\":1,\"agent_version\":\"0.1.0\",\"operations\":["
                             "{\"op_id\":\"a\"},{\"op_id\":\"b\"}],\"ages_ms\":[1500,null],\"clock_ahead_ms\":-20}");
}

static void read_news(void **state, const char *text, int64_t *ret_server_time, struct ic_features *ret_features)
{
    json_t *object;
    assert_int_equal(ic_json_parse(ic_str_from(text), "test", *state, &object, NULL), IC_OK);
    ic_push_decode_news(object, ret_server_time, ret_features);
}

static void test_an_answer_tells_the_servers_time_and_features_or_is_an_older_servers(void **state)
{
    int64_t server_time = 1;
    struct ic_features features = {.bits = 1};
    read_news(state, "{\"results\":[],\"server_time\":5,\"features\":[\"pull\",\"of_tomorrow\"]}", &server_time,
              &features);
    assert_int_equal(server_time, 5);
    assert_true(ic_features_have(features, IC_SYNC_FEATURE_PULL));
    assert_false(ic_features_have(features, IC_SYNC_FEATURE_LIVE));
    read_news(state, "{\"results\":[],\"server_time\":6}", &server_time, &features);
    assert_int_equal(server_time, 6);
    assert_int_equal(features.bits, 0);
    read_news(state, "{\"server_time\":\"noon\"}", &server_time, &features);
    assert_int_equal(server_time, 0);
}

static void test_results_are_read_in_the_order_that_was_sent(void **state)
{
    struct ic_push_result *results;
    struct ic_err err;
    assert_int_equal(decode(state, ANSWER(ACCEPTED(FIRST) "," REJECTED(SECOND)), &results, &err), IC_OK);
    assert_int_equal(results[0].outcome, IC_OPERATION_OUTCOME_ACCEPTED);
    assert_string_equal(results[0].op_id.text, FIRST);
    assert_string_equal(results[0].elg_id.text, "ELG-0123456789");
    assert_string_equal(results[0].tar_id.text, "TAR-0123abcd");
    assert_int_equal(results[1].outcome, IC_OPERATION_OUTCOME_REJECTED);
    assert_true(ic_problem_is(&results[1].problem, IC_CODE_OP_CONFLICT));
}

static void test_an_answer_that_does_not_fit_acknowledges_nothing(void **state)
{
    static const char *const misfits[] = {
        ANSWER(ACCEPTED(FIRST)),
        ANSWER(ACCEPTED(FIRST) "," ACCEPTED(SECOND) "," ACCEPTED(SECOND)),
        ANSWER(ACCEPTED(SECOND) "," ACCEPTED(FIRST)),
        ANSWER(ACCEPTED(FIRST) "," ACCEPTED(FIRST)),
        ANSWER(ACCEPTED(FIRST) ",{\"op_id\":\"" SECOND "\",\"outcome\":\"perhaps\"}"),
        ANSWER(ACCEPTED(FIRST) ",{\"op_id\":\"" SECOND "\",\"outcome\":\"rejected\"}"),
        ANSWER(ACCEPTED(FIRST) ",{\"op_id\":\"" SECOND "\",\"outcome\":\"accepted\",\"elg_id\":\"OLG-0123456789\"}"),
        ANSWER(ACCEPTED(FIRST) ",7"),
        "{\"results\":{},\"server_time\":1}",
        "{\"server_time\":1}",
    };
    for (size_t i = 0; i < sizeof misfits / sizeof misfits[0]; i++) {
        struct ic_push_result *results = NULL;
        struct ic_err err;
        assert_int_not_equal(decode(state, misfits[i], &results, &err), IC_OK);
        assert_null(results);
    }
}

static void test_what_a_newer_server_adds_is_passed_over(void **state)
{
    struct ic_push_result *results;
    struct ic_err err;
    assert_int_equal(decode(state,
                            "{\"results\":[" ACCEPTED(FIRST) ",{\"op_id\":\"" SECOND
                                                             "\",\"outcome\":\"duplicate\",\"new\":1}],\"new\":2}",
                            &results, &err),
                     IC_OK);
    assert_int_equal(results[1].outcome, IC_OPERATION_OUTCOME_DUPLICATE);
}

static void test_only_a_problem_with_an_operation_blames_it(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *code; /* NULL: the body is no problem. */
        const char *field;
        enum ic_push_verdict verdict;
    } cases[] = {
        {200, NULL, "", IC_PUSH_ANSWERED},
        {400, "invalid_field", "/operations/3/kind", IC_PUSH_REFUSED},
        {400, "unknown_field", "/operations/0/more", IC_PUSH_REFUSED},
        {400, "malformed_json", "", IC_PUSH_REFUSED},
        {409, "op_conflict", "", IC_PUSH_REFUSED},
        {413, "body_too_large", "", IC_PUSH_REFUSED},
        /* The agent's own fields: an older server that does not know them. */
        {400, "unknown_field", "/compressed", IC_PUSH_LATER},
        {400, "invalid_field", "/operationsX", IC_PUSH_LATER},
        {400, "unsupported_protocol", "", IC_PUSH_LATER},
        {400, "malformed_request", "", IC_PUSH_LATER},
        {401, "invalid_token", "", IC_PUSH_UNPAIRED},
        /* Somebody else's words: a proxy's, or a page to sign in to a hotel's network. */
        {400, NULL, "", IC_PUSH_LATER},
        {401, NULL, "", IC_PUSH_LATER},
        {413, NULL, "", IC_PUSH_LATER},
        {302, NULL, "", IC_PUSH_LATER},
        {403, "forbidden", "", IC_PUSH_LATER},
        {404, "not_found", "", IC_PUSH_LATER},
        {429, "too_many_requests", "", IC_PUSH_LATER},
        {500, "internal", "", IC_PUSH_LATER},
        {503, "busy", "", IC_PUSH_LATER},
        {500, "invalid_field", "/operations/0/kind", IC_PUSH_LATER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_problem problem = {.code = ic_str_from(cases[i].code), .field = ic_str_from(cases[i].field)};
        assert_int_equal(ic_push_judge(cases[i].status, cases[i].code ? &problem : NULL), cases[i].verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_push_is_the_contracts_body),
        cmocka_unit_test_setup_teardown(test_a_push_tells_ages_and_the_clock_where_they_are_wanted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_answer_tells_the_servers_time_and_features_or_is_an_older_servers,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_results_are_read_in_the_order_that_was_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_answer_that_does_not_fit_acknowledges_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_newer_server_adds_is_passed_over, setup, teardown),
        cmocka_unit_test(test_only_a_problem_with_an_operation_blames_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
