#include "app/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const known[] = {"listen", "data", NULL};

static enum ic_code parse(int count, const char *const *texts, struct ic_arguments *ret_arguments)
{
    struct ic_err err = IC_ERR_NONE;
    char *argv[8];
    for (int i = 0; i < count; i++) {
        argv[i] = (char *)(uintptr_t)texts[i];
    }
    (void)!ic_arguments_parse(count, argv, known, ret_arguments, &err);
    return err.code;
}

static void test_a_value_stands_behind_a_space_or_an_equals_sign(void **state)
{
    (void)state;
    struct ic_arguments arguments;
    const char *const texts[] = {"--listen", "127.0.0.1:80", "--data=/a=b"};
    assert_int_equal(parse(3, texts, &arguments), IC_CODE_OK);
    assert_string_equal(ic_arguments_find(&arguments, "listen"), "127.0.0.1:80");
    assert_string_equal(ic_arguments_find(&arguments, "data"), "/a=b");
    assert_null(ic_arguments_find(&arguments, "config"));
}

static void test_a_value_may_look_like_a_flag(void **state)
{
    (void)state;
    struct ic_arguments arguments;
    const char *const texts[] = {"--data", "--listen"};
    assert_int_equal(parse(2, texts, &arguments), IC_CODE_OK);
    assert_string_equal(ic_arguments_find(&arguments, "data"), "--listen");
}

static void test_what_a_command_does_not_know_is_refused(void **state)
{
    (void)state;
    struct ic_arguments arguments;
    static const char *const unknown[] = {"--lis", "--listen2", "-listen", "listen", "--", "--=x"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_int_equal(parse(1, &unknown[i], &arguments), IC_CODE_UNKNOWN_PARAMETER);
    }
}

static void test_a_flag_without_a_value_or_given_twice_is_refused(void **state)
{
    (void)state;
    struct ic_arguments arguments;
    const char *const none[] = {"--listen"};
    const char *const empty[] = {"--listen="};
    const char *const twice[] = {"--data", "/a", "--data=/b"};
    assert_int_equal(parse(1, none, &arguments), IC_CODE_INVALID_PARAMETER);
    assert_int_equal(parse(1, empty, &arguments), IC_CODE_INVALID_PARAMETER);
    assert_int_equal(parse(3, twice, &arguments), IC_CODE_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_value_stands_behind_a_space_or_an_equals_sign),
        cmocka_unit_test(test_a_value_may_look_like_a_flag),
        cmocka_unit_test(test_what_a_command_does_not_know_is_refused),
        cmocka_unit_test(test_a_flag_without_a_value_or_given_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
