#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_equality_is_of_bytes(void **state)
{
    (void)state;
    assert_true(ic_str_equal(IC_STR("abc"), IC_STR("abc")));
    assert_false(ic_str_equal(IC_STR("abc"), IC_STR("abC")));
    assert_false(ic_str_equal(IC_STR("abc"), IC_STR("ab")));
    assert_true(ic_str_equal(ic_str_from(NULL), IC_STR("")));
    assert_true(ic_str_equal_folded(IC_STR("Content-LENGTH"), IC_STR("content-length")));
    assert_false(ic_str_equal_folded(IC_STR("\xC3\x84"), IC_STR("\xC3\xA4")));
    assert_false(ic_str_equal_folded(IC_STR("[@"), IC_STR("{`")));
    assert_true(ic_str_starts_with(IC_STR("/api/v1"), IC_STR("/api/")));
    assert_false(ic_str_starts_with(IC_STR("/ap"), IC_STR("/api/")));
}

static void test_only_whole_plain_numbers_are_read(void **state)
{
    (void)state;
    int64_t value = -1;
    assert_true(ic_str_to_int64(IC_STR("0"), &value));
    assert_int_equal(value, 0);
    assert_true(ic_str_to_int64(IC_STR("9223372036854775807"), &value));
    assert_true(value == INT64_MAX);
    static const char *const refused[] = {
        "", "-1", "+1", " 1", "1 ", "01", "1x", "0x1", "9223372036854775808", "99999999999999999999"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        value = 42;
        assert_false(ic_str_to_int64(ic_str_from(refused[i]), &value));
        assert_int_equal(value, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equality_is_of_bytes),
        cmocka_unit_test(test_only_whole_plain_numbers_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
