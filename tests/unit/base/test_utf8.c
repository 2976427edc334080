#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BYTES(literal) ((struct ic_str){literal, sizeof(literal) - 1})

static void test_well_formed_text_is_valid(void **state)
{
    (void)state;
    assert_true(ic_utf8_valid(BYTES("")));
    assert_true(ic_utf8_valid(BYTES("plain")));
    assert_true(ic_utf8_valid(BYTES("caf\xC3\xA9")));
    assert_true(ic_utf8_valid(BYTES("\xE2\x82\xAC")));
    assert_true(ic_utf8_valid(BYTES("\xF0\x9F\x98\x80")));
    assert_true(ic_utf8_valid(BYTES("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF")));
}

static void test_ill_formed_text_is_not_valid(void **state)
{
    (void)state;
    const struct ic_str cases[] = {
        BYTES("\x80"),             /* A continuation alone. */
        BYTES("\xC3"),             /* Cut. */
        BYTES("\xC0\xAF"),         /* Overlong, two bytes. */
        BYTES("\xE0\x80\xAF"),     /* Overlong, three. */
        BYTES("\xF0\x80\x80\xAF"), /* Overlong, four. */
        BYTES("\xED\xA0\x80"),     /* A surrogate. */
        BYTES("\xF4\x90\x80\x80"), /* Beyond U+10FFFF. */
        BYTES("\xF8\x88\x80\x80\x80"),
        BYTES("\xFF"),
        BYTES("\xE2\x82\x28"),
        BYTES("\xF0\x9F\x98"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(ic_utf8_valid(cases[i]));
    }
}

static void test_code_points_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(ic_utf8_count(BYTES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
    assert_int_equal(ic_utf8_count(BYTES("")), 0);
}

static void test_a_prefix_never_cuts_a_code_point(void **state)
{
    (void)state;
    struct ic_str text = BYTES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    static const size_t sizes[] = {0, 1, 3, 6, 10, 11, 11};
    for (size_t count = 0; count < sizeof sizes / sizeof sizes[0]; count++) {
        assert_int_equal(ic_utf8_prefix(text, count).size, sizes[count]);
    }
}

static void test_a_floor_steps_back_to_a_whole_code_point(void **state)
{
    (void)state;
    struct ic_str text = BYTES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    static const size_t floors[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t size = 0; size < sizeof floors / sizeof floors[0]; size++) {
        assert_int_equal(ic_utf8_floor(text, size), floors[size]);
    }
    /* The text itself ends inside a code point. */
    assert_int_equal(ic_utf8_floor(BYTES("ab\xF0\x9F"), 4), 2);
    assert_int_equal(ic_utf8_floor(BYTES("ab\xF0\x9F"), 3), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed_text_is_valid),
        cmocka_unit_test(test_ill_formed_text_is_not_valid),
        cmocka_unit_test(test_code_points_are_counted_not_bytes),
        cmocka_unit_test(test_a_prefix_never_cuts_a_code_point),
        cmocka_unit_test(test_a_floor_steps_back_to_a_whole_code_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
