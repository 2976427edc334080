#include "domain/text_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static bool are_near(const char *left, const char *right)
{
    return ic_opener_print(ic_str_from(left)) == ic_opener_print(ic_str_from(right));
}

static void test_openers_that_differ_in_whom_they_greet_are_near_copies(void **state)
{
    (void)state;
    const char *opener = "Hi Ana, I saw your tables. How long does one take?";
    assert_true(are_near(opener, "Hi Bob, I saw your tables. How long does one take?"));
    assert_true(are_near(opener, "hi ana,  I saw your tables!! How long does one take? \xF0\x9F\x98\x80"));
    assert_true(are_near(opener, "Hi @ana_1 I saw your 3 tables \xE2\x80\x93 how long does one take?"));
    assert_true(are_near(opener, "Hi Ana, I saw your tables https://example.com/x. How long does one take?"));
    assert_false(are_near(opener, "Hi Ana, I saw your chairs. How long does one take?"));
    assert_false(are_near(opener, "Hi Ana, I saw your tables. How long does one last?"));
    assert_false(are_near("ol\xC3\xA1 maria", "ol\xC3\xA9 maria"));
    /* What has no other words is known by its text. */
    assert_true(are_near("Ana,", "ana,"));
    assert_false(are_near("Ana,", "Bob,"));
    assert_false(are_near("@ana", "@bob"));
    assert_true(ic_opener_print(IC_STR(" \n")) == 0);
}

static void test_cut_off_letters_are_not_read_beyond_the_end(void **state)
{
    (void)state;
    static const char text[] = "caf\xC3\xA9 \xE2\x80\x93 \xF0\x9F\x98\x80 \xEF\xB8\x8F";
    for (size_t size = 0; size < sizeof text; size++) {
        char *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, text, size);
        assert_true(ic_opener_print((struct ic_str){copy, size}) <= INT64_MAX);
        free(copy);
    }
}

/* Prints are kept in databases: they must never become others. */
static void test_prints_stay_what_they_are(void **state)
{
    (void)state;
    assert_true(ic_text_print(IC_STR("a")) == 3384403655233400689);
    assert_true(ic_opener_print(IC_STR("Hi Ana, how are 2 you? \xF0\x9F\x98\x80")) ==
                ic_text_print(IC_STR("hi how are you")));
    assert_true(ic_text_print(IC_STR("Hi Ana, how are you?")) == 8723687886428027830);
    assert_true(ic_text_print(IC_STR("Ol\xC3\xA1 Maria")) == 757773459879951317);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_and_space_make_no_difference),
        cmocka_unit_test(test_nothing_but_space_has_no_print_and_all_else_has_one),
        cmocka_unit_test(test_openers_that_differ_in_whom_they_greet_are_near_copies),
        cmocka_unit_test(test_cut_off_letters_are_not_read_beyond_the_end),
        cmocka_unit_test(test_prints_stay_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
