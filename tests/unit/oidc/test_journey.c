#include "oidc/journey.h"
#include "oidc/spent.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const unsigned char key[IC_OIDC_SEAL_KEY_SIZE] = "the key that seals the journeys";
static const unsigned char other_key[IC_OIDC_SEAL_KEY_SIZE] = "a key that another server made.";

enum { BEGAN_AT = 1000000 };

static struct ic_oidc_journey make_journey(void)
{
    struct ic_oidc_journey journey;
    struct ic_rand rand = ic_rand_system();
    ic_oidc_journey_init(&journey, &rand, 1, BEGAN_AT);
    return journey;
}

static void test_what_was_sealed_opens_as_it_was_until_it_is_too_late(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_oidc_journey journey = make_journey(), opened;
    char text[IC_OIDC_SEALED_TEXT_SIZE], again[IC_OIDC_SEALED_TEXT_SIZE];
    memcpy(journey.errand, "errand", 6);
    journey.errand_size = 6;
    ic_oidc_journey_seal(&journey, key, &rand, text);
    ic_oidc_journey_seal(&journey, key, &rand, again);
    assert_string_not_equal(text, again);
    assert_int_equal(ic_oidc_journey_open(ic_str_from(text), key, BEGAN_AT + IC_OIDC_JOURNEY_MS - 1, &opened),
                     IC_OIDC_OK);
    assert_memory_equal(&opened, &journey, sizeof journey);
    assert_int_equal(ic_oidc_journey_open(ic_str_from(text), key, BEGAN_AT + IC_OIDC_JOURNEY_MS, &opened),
                     IC_OIDC_JOURNEY_EXPIRED);
    assert_int_equal(ic_oidc_journey_open(ic_str_from(text), key, BEGAN_AT - 1, &opened), IC_OIDC_JOURNEY_EXPIRED);
}

static void test_what_was_changed_or_sealed_elsewhere_does_not_open(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_oidc_journey journey = make_journey(), opened;
    char text[IC_OIDC_SEALED_TEXT_SIZE];
    ic_oidc_journey_seal(&journey, key, &rand, text);
    struct ic_str whole = ic_str_from(text);
    assert_int_equal(ic_oidc_journey_open(whole, other_key, BEGAN_AT, &opened), IC_OIDC_JOURNEY_MISSING);
    assert_int_equal(ic_oidc_journey_open((struct ic_str){0}, key, BEGAN_AT, &opened), IC_OIDC_JOURNEY_MISSING);
    assert_int_equal(ic_oidc_journey_open((struct ic_str){whole.data, whole.size - 4}, key, BEGAN_AT, &opened),
                     IC_OIDC_JOURNEY_MISSING);
    for (size_t i = 0; i < whole.size; i++) {
        char kept = text[i];
        text[i] = kept == 'A' ? 'B' : 'A';
        assert_int_equal(ic_oidc_journey_open(whole, key, BEGAN_AT, &opened), IC_OIDC_JOURNEY_MISSING);
        text[i] = kept;
    }
    assert_int_equal(ic_oidc_journey_open(whole, key, BEGAN_AT, &opened), IC_OIDC_OK);
}

static void test_only_its_own_state_is_its_own(void **state)
{
    (void)state;
    struct ic_oidc_journey journey = make_journey(), other = make_journey();
    assert_true(ic_oidc_journey_has_state(&journey, ic_str_from(journey.state.text)));
    assert_false(ic_oidc_journey_has_state(&journey, ic_str_from(other.state.text)));
    assert_false(ic_oidc_journey_has_state(&journey, ic_str_from(journey.nonce.text)));
    assert_false(ic_oidc_journey_has_state(&journey, (struct ic_str){journey.state.text, IC_SECRET_SIZE - 1}));
    assert_false(ic_oidc_journey_has_state(&journey, (struct ic_str){0}));
}

/* RFC 7636, appendix B. */
static void test_the_challenge_is_by_s256(void **state)
{
    (void)state;
    struct ic_oidc_journey journey = make_journey();
    char challenge[IC_SECRET_SIZE + 1];
    memcpy(journey.verifier.text, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", IC_SECRET_SIZE);
    ic_oidc_journey_challenge(&journey, challenge);
    assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void test_a_journey_is_spent_once_and_the_oldest_is_forgotten_first(void **state)
{
    (void)state;
    static struct ic_oidc_spent spent;
    struct ic_rand rand = ic_rand_system();
    struct ic_secret first, other;
    ic_secret_create(&rand, &first);
    ic_oidc_spent_init(&spent);
    assert_true(ic_oidc_spent_put(&spent, &first));
    for (int i = 1; i < IC_OIDC_SPENT_MAX; i++) {
        ic_secret_create(&rand, &other);
        assert_true(ic_oidc_spent_put(&spent, &other));
    }
    assert_false(ic_oidc_spent_put(&spent, &first));
    assert_false(ic_oidc_spent_put(&spent, &other));
    ic_secret_create(&rand, &other);
    assert_true(ic_oidc_spent_put(&spent, &other));
    assert_true(ic_oidc_spent_put(&spent, &first));
    ic_oidc_spent_release(&spent);
}

static void test_the_same_secret_makes_the_same_key_and_another_one_another(void **state)
{
    (void)state;
    unsigned char first[IC_OIDC_SEAL_KEY_SIZE], again[IC_OIDC_SEAL_KEY_SIZE], other[IC_OIDC_SEAL_KEY_SIZE];
    const struct ic_str secret = IC_STR("a secret that two servers share, on one database");
    ic_oidc_seal_key_derive(secret, first);
    ic_oidc_seal_key_derive(secret, again);
    ic_oidc_seal_key_derive((struct ic_str){secret.data, secret.size - 1}, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_sealed_opens_as_it_was_until_it_is_too_late),
        cmocka_unit_test(test_what_was_changed_or_sealed_elsewhere_does_not_open),
        cmocka_unit_test(test_only_its_own_state_is_its_own),
        cmocka_unit_test(test_the_challenge_is_by_s256),
        cmocka_unit_test(test_the_same_secret_makes_the_same_key_and_another_one_another),
        cmocka_unit_test(test_a_journey_is_spent_once_and_the_oldest_is_forgotten_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
