#include "agent/path.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_a_relative_path_is_refused(void **state)
{
    (void)state;
    struct ic_path path;
    assert_int_equal(ic_path_parse("data", &path, NULL), IC_INVALID);
    assert_int_equal(ic_path_parse("", &path, NULL), IC_INVALID);
    assert_int_equal(ic_path_parse("/data//", &path, NULL), IC_OK);
    assert_string_equal(path.text, "/data");
}

static void test_a_path_that_does_not_fit_is_refused_not_cut(void **state)
{
    (void)state;
    char text[IC_PATH_SIZE + 1];
    struct ic_path path = {.text = "/kept"}, joined;
    memset(text, 'x', sizeof text);
    text[0] = '/';
    text[IC_PATH_SIZE] = '\0';
    assert_int_equal(ic_path_parse(text, &path, NULL), IC_INVALID);
    assert_string_equal(path.text, "/kept");
    text[IC_PATH_SIZE - 1] = '\0';
    assert_int_equal(ic_path_parse(text, &path, NULL), IC_OK);
    assert_int_equal(ic_path_join(&path, "y", &joined, NULL), IC_INVALID);
}

static void test_joining_and_the_parent_are_each_others_reverse(void **state)
{
    (void)state;
    struct ic_path path, parent;
    assert_int_equal(ic_path_parse("/", &path, NULL), IC_OK);
    assert_false(ic_path_parent(&path, &parent));
    assert_int_equal(ic_path_join(&path, "a", &path, NULL), IC_OK);
    assert_string_equal(path.text, "/a");
    assert_int_equal(ic_path_join(&path, "b c", &path, NULL), IC_OK);
    assert_string_equal(path.text, "/a/b c");
    assert_true(ic_path_parent(&path, &parent));
    assert_string_equal(parent.text, "/a");
    assert_true(ic_path_parent(&parent, &parent));
    assert_string_equal(parent.text, "/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_relative_path_is_refused),
        cmocka_unit_test(test_a_path_that_does_not_fit_is_refused_not_cut),
        cmocka_unit_test(test_joining_and_the_parent_are_each_others_reverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
