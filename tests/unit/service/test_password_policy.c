#include "service/common_passwords.h"
#include "service/password_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum ic_code check(const char *password)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_password_check(ic_str_from(password), IC_STR("Anna Becker"), IC_STR("anna.becker@example.com"), &err);
    return err.code;
}

static void expect_all(const char *const *passwords, size_t count, enum ic_code code)
{
    for (size_t i = 0; i < count; i++) {
        enum ic_code got = check(passwords[i]);
        if (got != code) {
            print_error("%s\n", passwords[i]);
        }
        assert_int_equal(got, code);
    }
}

static void test_length_alone_is_asked_for_and_any_character_is_taken(void **state)
{
    (void)state;
    char longest[129 + 1];
    static const char *const taken[] = {
        "korbwalz", "a good long secret", "ÄÖÜäöüßé", "🐟🐠🐡🦈🐙🦑🦐🦞", "k9 wq!zp", "        x"};
    static const char *const refused[] = {"", "korbwal", "ÄÖÜäöüß"};
    expect_all(taken, sizeof taken / sizeof taken[0], IC_CODE_OK);
    expect_all(refused, sizeof refused / sizeof refused[0], IC_CODE_PASSWORD_REFUSED);
    for (size_t i = 0; i < 129; i++) {
        longest[i] = "kqzwvx"[i * i % 6];
    }
    longest[129] = '\0';
    assert_int_equal(check(longest), IC_CODE_PASSWORD_REFUSED);
    longest[128] = '\0';
    assert_int_equal(check(longest), IC_CODE_OK);
}

static void test_what_many_people_have_is_refused_also_with_little_around_it(void **state)
{
    (void)state;
    static const char *const refused[] = {"password",   "PassWord",   "password1", "!password1!",
                                          "iloveyou",   "qwertyuiop", "sunshine7", "Monkey123",
                                          "passwort12", "trustno1",   "1q2w3e4r",  "summer2024"};
    static const char *const taken[] = {"password of the west wind", "monkey-83726-x"};
    expect_all(refused, sizeof refused / sizeof refused[0], IC_CODE_PASSWORD_REFUSED);
    expect_all(taken, sizeof taken / sizeof taken[0], IC_CODE_OK);
}

static void test_rows_and_repetitions_are_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"zzzzzzzzzz", "23456789", "jihgfedcba", "xyxyxyxyxy", "kqzkqzkqzkq"};
    expect_all(refused, sizeof refused / sizeof refused[0], IC_CODE_PASSWORD_REFUSED);
}

static void test_one_s_own_name_and_the_product_s_are_refused(void **state)
{
    (void)state;
    assert_int_equal(check("Anna Becker"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("anna becker1!"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("anna.becker12"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("ANNA.BECKER@example.com"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("InstaCRM"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("instacrm123"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("CommandCenter1"), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(check("anna becker likes long walks"), IC_CODE_OK);
}

static void test_the_list_is_in_order_and_each_of_it_is_found(void **state)
{
    (void)state;
    size_t count = ic_common_password_count();
    assert_in_range(count, 2000, 5000);
    for (size_t i = 0; i < count; i++) {
        const char *password = ic_common_password_at(i);
        assert_true(i == 0 || strcmp(ic_common_password_at(i - 1), password) < 0);
        assert_true(ic_common_password_is_one(ic_str_from(password)));
    }
    assert_false(ic_common_password_is_one(IC_STR("korbwalz")));
    assert_false(ic_common_password_is_one(IC_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_length_alone_is_asked_for_and_any_character_is_taken),
        cmocka_unit_test(test_what_many_people_have_is_refused_also_with_little_around_it),
        cmocka_unit_test(test_rows_and_repetitions_are_refused),
        cmocka_unit_test(test_one_s_own_name_and_the_product_s_are_refused),
        cmocka_unit_test(test_the_list_is_in_order_and_each_of_it_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
