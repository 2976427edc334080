#include "domain/text_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_case_and_space_make_no_difference(void **state)
{
    (void)state;
    uint64_t print = ic_text_print(IC_STR("Hi Ana, how are you?"));
    assert_true(print == ic_text_print(IC_STR("  hi ana,\r\n\thow are  YOU? ")));
    assert_true(print != ic_text_print(IC_STR("hi ana, how are you")));
    assert_true(print != ic_text_print(IC_STR("hiana, how are you?")));
    assert_true(ic_text_print(IC_STR("Ol\xC3\xA1")) != ic_text_print(IC_STR("Ol\xC3\x81")));
}

static void test_nothing_but_space_has_no_print_and_all_else_has_one(void **state)
{
    (void)state;
    assert_true(ic_text_print(IC_STR("")) == 0);
    assert_true(ic_text_print(IC_STR(" \t\r\n")) == 0);
    assert_true(ic_text_print(IC_STR("a")) > 0);
    for (uint32_t i = 0; i < 100000; i++) {
        char text[4] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676 % 26),
                        (char)('0' + i % 10)};
        uint64_t print = ic_text_print((struct ic_str){text, sizeof text});
        assert_true(print > 0 && print <= INT64_MAX);
    }
}

/* Prints are kept in databases: they must never become others. */
static void test_prints_stay_what_they_are(void **state)
{
    (void)state;
    assert_true(ic_text_print(IC_STR("a")) == 3384403655233400689);
    assert_true(ic_text_print(IC_STR("Hi Ana, how are you?")) == 8723687886428027830);
    assert_true(ic_text_print(IC_STR("Ol\xC3\xA1 Maria")) == 757773459879951317);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_and_space_make_no_difference),
        cmocka_unit_test(test_nothing_but_space_has_no_print_and_all_else_has_one),
        cmocka_unit_test(test_prints_stay_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
