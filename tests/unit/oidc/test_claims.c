#include "oidc/claims.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW_S = 1700000000 };

#define NONCE "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

/* Claims that are good; a case replaces members of them, or takes them away with null. */
static const char good[] = "{\"iss\":\"https://e.example\",\"aud\":\"us\",\"sub\":\"anna\",\"exp\":1700000300,"
                           "\"iat\":1700000000,\"nonce\":\"" NONCE "\",\"email\":\"anna@example.com\","
                           "\"email_verified\":true,\"hd\":\"example.com\"}";

static const struct ic_oidc_expected expected = {
    .issuer = {"https://e.example", 17},
    .client_id = {"us", 2},
    .hosted_domain = {"example.com", 11},
    .nonce = {NONCE, 43},
    .access_token = {"access", 6},
    .algorithm = IC_OIDC_RS256,
    .now_s = NOW_S,
    .authenticated_from_s = NOW_S - 10,
};

struct claims_case {
    const char *changes;
    enum ic_oidc_reason reason;
};

static enum ic_oidc_reason check(const char *changes, struct ic_oidc_person *ret_person)
{
    json_t *claims = json_loads(good, 0, NULL);
    json_t *changed = json_loads(changes, JSON_ALLOW_NUL, NULL);
    const char *name;
    json_t *value;
    assert_non_null(claims);
    assert_non_null(changed);
    json_object_foreach (changed, name, value) {
        assert_int_equal(json_is_null(value) ? json_object_del(claims, name) : json_object_set(claims, name, value), 0);
    }
    enum ic_oidc_reason reason = ic_oidc_claims_check(claims, &expected, ret_person);
    json_decref(changed);
    json_decref(claims);
    return reason;
}

static const struct claims_case cases[] = {
    {"{}", IC_OIDC_OK},
    {"{\"aud\":[\"us\"]}", IC_OIDC_OK},
    {"{\"azp\":\"us\"}", IC_OIDC_OK},
    {"{\"email\":null,\"email_verified\":null}", IC_OIDC_OK},
    {"{\"hd\":\"EXAMPLE.com\"}", IC_OIDC_OK},
    {"{\"exp\":1699999941}", IC_OIDC_OK},      /* A minute of patience ... */
    {"{\"exp\":1699999940}", IC_OIDC_EXPIRED}, /* ... and not a second more. */
    {"{\"iat\":1700000060}", IC_OIDC_OK},
    {"{\"iat\":1700000061}", IC_OIDC_ISSUED_AT},
    {"{\"iat\":1699999400}", IC_OIDC_OK},
    {"{\"iat\":1699999399}", IC_OIDC_ISSUED_AT},
    {"{\"nbf\":1700000060}", IC_OIDC_OK},
    {"{\"nbf\":1700000061}", IC_OIDC_NOT_BEFORE},
    {"{\"auth_time\":1699999930}", IC_OIDC_OK},
    {"{\"auth_time\":1699999929}", IC_OIDC_AUTH_TIME},
    {"{\"auth_time\":1700000061}", IC_OIDC_AUTH_TIME},
    {"{\"auth_time\":true}", IC_OIDC_AUTH_TIME},
    {"{\"at_hash\":\"1JECW4hcoRbvi7wd6lvy3Q\"}", IC_OIDC_ACCESS_TOKEN_HASH},
    {"{\"at_hash\":7}", IC_OIDC_ACCESS_TOKEN_HASH},
    {"{\"iss\":null}", IC_OIDC_ISSUER},
    {"{\"iss\":\"https://e.example/\"}", IC_OIDC_ISSUER},
    {"{\"iss\":\"HTTPS://e.example\"}", IC_OIDC_ISSUER},
    {"{\"iss\":[\"https://e.example\"]}", IC_OIDC_ISSUER},
    {"{\"aud\":null}", IC_OIDC_AUDIENCE},
    {"{\"aud\":\"them\"}", IC_OIDC_AUDIENCE},
    {"{\"aud\":\"us\\u0000\"}", IC_OIDC_AUDIENCE},
    {"{\"aud\":[]}", IC_OIDC_AUDIENCE},
    {"{\"aud\":[\"us\",\"us\"]}", IC_OIDC_AUDIENCE},
    {"{\"aud\":[\"us\",\"them\"],\"azp\":\"us\"}", IC_OIDC_AUDIENCE},
    {"{\"aud\":{\"us\":1}}", IC_OIDC_AUDIENCE},
    {"{\"azp\":\"them\"}", IC_OIDC_AUTHORIZED_PARTY},
    {"{\"azp\":\"\"}", IC_OIDC_AUTHORIZED_PARTY},
    {"{\"exp\":null}", IC_OIDC_EXPIRED},
    {"{\"exp\":\"1700000300\"}", IC_OIDC_EXPIRED},
    {"{\"exp\":1700000300.0}", IC_OIDC_EXPIRED},
    {"{\"exp\":9223372036854775807}", IC_OIDC_EXPIRED},
    {"{\"exp\":-9223372036854775807}", IC_OIDC_EXPIRED},
    {"{\"iat\":null}", IC_OIDC_ISSUED_AT},
    {"{\"iat\":0}", IC_OIDC_ISSUED_AT},
    {"{\"nonce\":null}", IC_OIDC_NONCE},
    {"{\"nonce\":\"\"}", IC_OIDC_NONCE},
    {"{\"nonce\":\"nnn\"}", IC_OIDC_NONCE},
    {"{\"nonce\":true}", IC_OIDC_NONCE},
    {"{\"sub\":null}", IC_OIDC_SUBJECT},
    {"{\"sub\":\"\"}", IC_OIDC_SUBJECT},
    {"{\"sub\":7}", IC_OIDC_SUBJECT},
    {"{\"sub\":\"anna\\u0000\"}", IC_OIDC_SUBJECT},
    {"{\"sub\":\"anna\\n\"}", IC_OIDC_SUBJECT},
    {"{\"email_verified\":false}", IC_OIDC_EMAIL_UNVERIFIED},
    {"{\"email_verified\":\"true\"}", IC_OIDC_EMAIL_UNVERIFIED},
    {"{\"email_verified\":null}", IC_OIDC_EMAIL_UNVERIFIED},
    {"{\"email\":\"\"}", IC_OIDC_EMAIL_UNVERIFIED},
    {"{\"email\":7}", IC_OIDC_EMAIL_UNVERIFIED},
    {"{\"hd\":null}", IC_OIDC_HOSTED_DOMAIN},
    {"{\"hd\":\"\"}", IC_OIDC_HOSTED_DOMAIN},
    {"{\"hd\":\"evil-example.com\"}", IC_OIDC_HOSTED_DOMAIN},
    {"{\"hd\":true}", IC_OIDC_HOSTED_DOMAIN},
};

static void test_each_claim_is_taken_or_refused_for_its_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_oidc_person person;
        enum ic_oidc_reason reason = check(cases[i].changes, &person);
        if (reason != cases[i].reason) {
            fail_msg("%s: %s instead of %s", cases[i].changes, ic_oidc_reason_name(reason),
                     ic_oidc_reason_name(cases[i].reason));
        }
    }
}

/* The example of OpenID Connect Core, A.3. */
static void test_an_at_hash_is_the_left_half_of_the_access_tokens(void **state)
{
    (void)state;
    struct ic_oidc_person person;
    struct ic_oidc_expected other = expected;
    other.access_token = IC_STR("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    json_t *claims = json_loads(good, 0, NULL);
    json_object_set_new(claims, "at_hash", json_string("77QmUPtjPfzWtF2AnpK9RQ"));
    assert_int_equal(ic_oidc_claims_check(claims, &other, &person), IC_OIDC_OK);
    other.algorithm = IC_OIDC_EDDSA; /* Which hashes by SHA-512. */
    assert_int_equal(ic_oidc_claims_check(claims, &other, &person), IC_OIDC_ACCESS_TOKEN_HASH);
    other.access_token = (struct ic_str){0};
    assert_int_equal(ic_oidc_claims_check(claims, &other, &person), IC_OIDC_ACCESS_TOKEN_HASH);
    json_decref(claims);
}

static void test_every_reason_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < IC_OIDC_REASON_COUNT; i++) {
        assert_non_null(ic_oidc_reason_name((enum ic_oidc_reason)i));
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(ic_oidc_reason_name((enum ic_oidc_reason)i),
                                    ic_oidc_reason_name((enum ic_oidc_reason)k));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_claim_is_taken_or_refused_for_its_reason),
        cmocka_unit_test(test_an_at_hash_is_the_left_half_of_the_access_tokens),
        cmocka_unit_test(test_every_reason_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
