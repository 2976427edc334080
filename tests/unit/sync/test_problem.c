#include "sync/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = ic_arena_create(1 << 16);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    ic_arena_destroy(*state);
    return 0;
}

static enum ic_rc decode(void **state, const char *text, struct ic_problem *ret_problem, struct ic_err *err)
{
    json_t *object;
    *err = IC_ERR_NONE;
    assert_int_equal(ic_json_parse(ic_str_from(text), "test", *state, &object, err), IC_OK);
    return ic_problem_decode(object, ret_problem, err);
}

static void test_a_problem_tells_code_detail_and_field(void **state)
{
    struct ic_problem problem;
    struct ic_err err;
    assert_int_equal(decode(state,
                            "{\"type\":\"about:blank\",\"title\":\"A field\",\"status\":400,\"code\":\"invalid_field\","
                            "\"detail\":\"It is wrong.\",\"field\":\"/operations/3/kind\",\"request_id\":\"r\"}",
                            &problem, &err),
                     IC_OK);
    assert_true(ic_problem_is(&problem, IC_CODE_INVALID_FIELD));
    assert_false(ic_problem_is(&problem, IC_CODE_UNKNOWN_FIELD));
    assert_true(ic_str_is(problem.detail, "It is wrong."));
    assert_true(ic_str_is(problem.field, "/operations/3/kind"));
}

static void test_without_a_detail_the_title_speaks(void **state)
{
    struct ic_problem problem;
    struct ic_err err;
    assert_int_equal(decode(state, "{\"title\":\"Busy\",\"code\":\"busy\"}", &problem, &err), IC_OK);
    assert_true(ic_str_is(problem.detail, "Busy"));
    assert_int_equal(problem.field.size, 0);
}

static void test_what_a_newer_server_adds_is_passed_over(void **state)
{
    struct ic_problem problem;
    struct ic_err err;
    assert_int_equal(decode(state, "{\"title\":\"T\",\"code\":\"of_tomorrow\",\"more\":[1]}", &problem, &err), IC_OK);
    assert_true(ic_str_is(problem.code, "of_tomorrow"));
}

static void test_a_body_without_a_code_is_no_problem_body(void **state)
{
    struct ic_problem problem;
    struct ic_err err;
    assert_int_equal(decode(state, "{\"title\":\"T\"}", &problem, &err), IC_INVALID);
    assert_int_equal(decode(state, "{\"title\":\"T\",\"code\":7}", &problem, &err), IC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_problem_tells_code_detail_and_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_a_detail_the_title_speaks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_newer_server_adds_is_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_body_without_a_code_is_no_problem_body, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
