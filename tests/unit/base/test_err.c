#include "base/err.h"
#include "base/utf8.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_the_first_error_wins(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_err_set(&err, IC_CODE_NOT_FOUND, "first", "Row %d.", 7), IC_NOT_FOUND);
    assert_int_equal(ic_err_set(&err, IC_CODE_INTERNAL, "second", "Later."), IC_INTERNAL);
    assert_int_equal(err.code, IC_CODE_NOT_FOUND);
    assert_string_equal(err.operation, "first");
    assert_string_equal(err.detail, "Row 7.");
    assert_int_equal(ic_err_rc(&err), IC_NOT_FOUND);
}

static void test_an_error_may_have_nowhere_to_go(void **state)
{
    (void)state;
    assert_int_equal(ic_err_set(NULL, IC_CODE_BUSY, "test", "Busy."), IC_BUSY);
}

static void test_a_long_detail_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    char text[IC_ERR_DETAIL_SIZE * 2];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    /* A two-byte character lies across the cut. */
    memcpy(text + IC_ERR_DETAIL_SIZE - 2, "\xC3\xA9", 2);
    struct ic_err err = IC_ERR_NONE;
    ic_err_set(&err, IC_CODE_INTERNAL, "test", "%s", text);
    assert_int_equal(strlen(err.detail), IC_ERR_DETAIL_SIZE - 2);
    assert_true(ic_utf8_valid(ic_str_from(err.detail)));
}

static void test_a_field_is_prefixed_and_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    ic_err_set_field(&err, IC_CODE_INVALID_FIELD, "test", "/message_text", "Wrong.");
    ic_err_prefix_field(&err, "/operations/3");
    assert_string_equal(err.field, "/operations/3/message_text");

    char text[400];
    for (size_t i = 0; i + 2 < sizeof text; i += 2) {
        memcpy(text + i, "\xC3\xA9", 3);
    }
    struct ic_err long_err = IC_ERR_NONE;
    ic_err_set_field(&long_err, IC_CODE_UNKNOWN_FIELD, "test", text, "Wrong.");
    assert_true(strlen(long_err.field) >= IC_ERR_FIELD_SIZE - 2);
    assert_true(ic_utf8_valid(ic_str_from(long_err.field)));
    ic_err_prefix_field(&long_err, "/x");
    assert_true(ic_utf8_valid(ic_str_from(long_err.field)));
}

static void test_a_native_code_is_kept(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    ic_err_set_native(&err, IC_CODE_UNAVAILABLE, "test", 111, true, "Refused.");
    assert_int_equal(err.native, 111);
    assert_true(err.retry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_error_wins),
        cmocka_unit_test(test_an_error_may_have_nowhere_to_go),
        cmocka_unit_test(test_a_long_detail_is_cut_at_a_whole_character),
        cmocka_unit_test(test_a_field_is_prefixed_and_cut_at_a_whole_character),
        cmocka_unit_test(test_a_native_code_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
