#include "base/hash.h"
#include "base/secret.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_a_secret_has_its_form_and_is_never_the_same(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_secret one, two;
    ic_secret_create(&rand, &one);
    ic_secret_create(&rand, &two);
    assert_int_equal(strlen(one.text), IC_SECRET_SIZE);
    assert_true(ic_secret_has_form(ic_str_from(one.text)));
    assert_string_not_equal(one.text, two.text);
    assert_false(ic_secret_has_form(IC_STR("short")));
    one.text[5] = '+';
    assert_false(ic_secret_has_form(ic_str_from(one.text)));
    ic_secret_wipe(&two, sizeof two);
    assert_int_equal(two.text[0], 0);
}

static void test_the_hash_is_sha_256(void **state)
{
    (void)state;
    struct ic_hash abc, empty, again;
    ic_hash_of(IC_STR("abc"), &abc);
    assert_string_equal(abc.text,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-2, B.1 */
    ic_hash_of(IC_STR(""), &empty);
    assert_string_equal(empty.text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ic_hash_of(IC_STR("abc"), &again);
    assert_true(ic_hash_equal(&abc, &again));
    assert_false(ic_hash_equal(&abc, &empty));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_secret_has_its_form_and_is_never_the_same),
        cmocka_unit_test(test_the_hash_is_sha_256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
