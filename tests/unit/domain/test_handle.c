#include "domain/handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_a_handle_is_kept_in_lower_case(void **state)
{
    (void)state;
    struct ic_handle handle;
    assert_true(ic_handle_parse(IC_STR("Tasca.do_Miradouro9"), &handle));
    assert_true(ic_str_is(ic_handle_text(&handle), "tasca.do_miradouro9"));
    struct ic_handle other;
    assert_true(ic_handle_parse(IC_STR("TASCA.DO_MIRADOURO9"), &other));
    assert_memory_equal(&handle, &other, sizeof handle);
}

static void test_the_longest_handle_fits_and_one_more_is_refused(void **state)
{
    (void)state;
    char text[IC_LIMIT_HANDLE_CHARACTERS_MAX + 1];
    memset(text, 'z', sizeof text);
    struct ic_handle handle;
    assert_true(ic_handle_parse((struct ic_str){text, sizeof text - 1}, &handle));
    assert_int_equal(ic_handle_text(&handle).size, IC_LIMIT_HANDLE_CHARACTERS_MAX);
    assert_false(ic_handle_parse((struct ic_str){text, sizeof text}, &handle));
}

static void test_what_is_no_handle_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const struct ic_str refused[] = {
        {"", 0},   {"@bar", 4}, {"a b", 3}, {"a-b", 3}, {"a/b", 3}, {"a\0b", 3}, {"caf\xC3\xA9", 5},
        {" a", 2}, {"a\n", 2},  {"a[", 2},  {"`", 1},   {"{", 1},   {":", 1},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct ic_handle handle = {"kept"};
        assert_false(ic_handle_parse(refused[i], &handle));
        assert_string_equal(handle.text, "kept");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_handle_is_kept_in_lower_case),
        cmocka_unit_test(test_the_longest_handle_fits_and_one_more_is_refused),
        cmocka_unit_test(test_what_is_no_handle_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
