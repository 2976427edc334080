#include "base/password_hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct ic_password_hash hash_of(const char *password)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_password_hash hash;
    assert_int_equal(ic_password_hash_create(ic_str_from(password), &hash, &err), IC_OK);
    return hash;
}

static void test_a_hash_names_its_costs_and_matches_its_password_alone(void **state)
{
    (void)state;
    struct ic_password_hash hash = hash_of("a good long secret");
    assert_non_null(strstr(hash.text, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_null(strstr(hash.text, "good"));
    assert_true(ic_password_hash_matches(&hash, IC_STR("a good long secret")));
    assert_false(ic_password_hash_matches(&hash, IC_STR("a good long secreT")));
    assert_false(ic_password_hash_matches(&hash, IC_STR("a good long secret ")));
    assert_false(ic_password_hash_matches(&hash, IC_STR("")));
    assert_false(ic_password_hash_is_outdated(&hash));
}

static void test_the_same_password_has_another_hash_each_time(void **state)
{
    (void)state;
    struct ic_password_hash one = hash_of("a good long secret"), two = hash_of("a good long secret");
    assert_string_not_equal(one.text, two.text);
}

static void test_who_has_no_password_matches_none(void **state)
{
    (void)state;
    const struct ic_password_hash none = {0};
    assert_false(ic_password_hash_matches(&none, IC_STR("")));
    assert_false(ic_password_hash_matches(&none, (struct ic_str){0}));
    assert_false(ic_password_hash_matches(&none, IC_STR("a good long secret")));
}

static void test_a_hash_of_lower_costs_still_matches_and_is_outdated(void **state)
{
    (void)state;
    const struct ic_password_hash cheap = {
        "$argon2id$v=19$m=8192,t=1,p=1$Jcw08GQEH6jK+kFPD/BVOA$LTsvOOYE4ExzMjI/EzAUB9lQ4g/tpA+uetj+RP0zQQs"};
    assert_true(ic_password_hash_matches(&cheap, IC_STR("a good long secret")));
    assert_false(ic_password_hash_matches(&cheap, IC_STR("another")));
    assert_true(ic_password_hash_is_outdated(&cheap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hash_names_its_costs_and_matches_its_password_alone),
        cmocka_unit_test(test_the_same_password_has_another_hash_each_time),
        cmocka_unit_test(test_who_has_no_password_matches_none),
        cmocka_unit_test(test_a_hash_of_lower_costs_still_matches_and_is_outdated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
