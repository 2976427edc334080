#include "oidc/key.h"
#include "vectors.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TEXT_SIZE = 64 << 10, ARENA_SIZE = 4 << 20 };

static enum ic_oidc_reason create(const char *text, struct ic_oidc_keys **ret_keys)
{
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    assert_non_null(arena);
    enum ic_oidc_reason reason = ic_oidc_keys_create(ic_str_from(text), arena, ret_keys);
    ic_arena_destroy(arena);
    return reason;
}

static struct ic_oidc_keys *make(const char *keys)
{
    char text[TEXT_SIZE];
    struct ic_oidc_keys *made = NULL;
    int size = snprintf(text, sizeof text, "{\"keys\":[%s]}", keys);
    assert_in_range(size, 1, sizeof text - 1);
    assert_int_equal(create(text, &made), IC_OIDC_OK);
    return made;
}

static bool finds(const struct ic_oidc_keys *keys, const char *kid, enum ic_oidc_algorithm algorithm)
{
    EVP_PKEY *found = ic_oidc_keys_find(keys, ic_str_from(kid), algorithm);
    EVP_PKEY_free(found);
    return found != NULL;
}

static void test_a_key_is_found_by_kid_and_for_its_algorithms(void **state)
{
    (void)state;
    struct ic_oidc_keys *keys = make("{\"kid\":\"any\"," IC_VECTOR_RSA_KEY "},"
                                     "{\"kid\":\"ps\",\"alg\":\"PS256\",\"use\":\"sig\"," IC_VECTOR_RSA_KEY "},"
                                     "{\"kid\":\"es\",\"key_ops\":[\"verify\"]," IC_VECTOR_EC_KEY "},"
                                     "{\"kid\":\"ed\"," IC_VECTOR_ED_KEY "}");
    assert_int_equal(ic_oidc_keys_count(keys), 4);
    assert_true(finds(keys, "any", IC_OIDC_RS256));
    assert_true(finds(keys, "any", IC_OIDC_PS256));
    assert_false(finds(keys, "any", IC_OIDC_ES256));
    assert_false(finds(keys, "ps", IC_OIDC_RS256));
    assert_true(finds(keys, "ps", IC_OIDC_PS256));
    assert_true(finds(keys, "es", IC_OIDC_ES256));
    assert_false(finds(keys, "es", IC_OIDC_EDDSA));
    assert_true(finds(keys, "ed", IC_OIDC_EDDSA));
    assert_false(finds(keys, "e", IC_OIDC_ES256));
    assert_false(finds(keys, "", IC_OIDC_ES256));
    ic_oidc_keys_destroy(keys);
}

static void test_a_kid_that_two_keys_share_finds_none_unless_the_algorithm_tells_them_apart(void **state)
{
    (void)state;
    struct ic_oidc_keys *keys = make("{\"kid\":\"a\"," IC_VECTOR_RSA_KEY "},{\"kid\":\"a\"," IC_VECTOR_RSA_KEY "},"
                                     "{\"kid\":\"b\"," IC_VECTOR_RSA_KEY "},{\"kid\":\"b\"," IC_VECTOR_EC_KEY "}");
    assert_false(finds(keys, "a", IC_OIDC_RS256));
    assert_true(finds(keys, "b", IC_OIDC_RS256));
    assert_true(finds(keys, "b", IC_OIDC_ES256));
    ic_oidc_keys_destroy(keys);
}

static void test_a_key_outlives_its_set(void **state)
{
    (void)state;
    struct ic_oidc_keys *keys = make("{\"kid\":\"a\"," IC_VECTOR_RSA_KEY "}");
    EVP_PKEY *found = ic_oidc_keys_find(keys, IC_STR("a"), IC_OIDC_RS256);
    ic_oidc_keys_destroy(keys);
    assert_int_equal(EVP_PKEY_get_bits(found), 2048);
    EVP_PKEY_free(found);
}

static const char *const passed_over[] = {
    IC_VECTOR_RSA_KEY, /* No kid. */
    "\"kid\":\"\"," IC_VECTOR_RSA_KEY,
    "\"kid\":7," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"use\":\"enc\"," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"use\":7," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"key_ops\":[\"sign\"]," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"key_ops\":\"verify\"," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"alg\":\"RS512\"," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"alg\":\"HS256\"," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"alg\":\"none\"," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"alg\":\"ES256\"," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"alg\":7," IC_VECTOR_RSA_KEY,
    "\"kid\":\"a\",\"d\":\"AQAB\"," IC_VECTOR_RSA_KEY,                          /* Its private half. */
    "\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"" IC_VECTOR_RSA_N "\",\"e\":\"AQ\"", /* 1. */
    "\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"" IC_VECTOR_RSA_N "\",\"e\":\"Ag\"", /* 2. */
    "\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"" IC_VECTOR_RSA_N "\"",
    "\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"" IC_VECTOR_RSA_N "=\",\"e\":\"AQAB\"",
    "\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"", /* Too small. */
    "\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"",
    "\"kid\":\"a\",\"kty\":\"oct\",\"k\":\"AAAA\"",
    "\"kid\":\"a\",\"kty\":7",
    "\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"
    "\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"",
    "\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"
    "\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1\"", /* Not on the curve, and not canonical. */
    "\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"
    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", /* Not on the curve. */
    "\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"",
    "\"kid\":\"a\",\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"",
    "\"kid\":\"a\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qY\"",
};

static void test_keys_that_must_not_verify_are_passed_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "{%s}", passed_over[i]);
        struct ic_oidc_keys *keys = make(text);
        if (ic_oidc_keys_count(keys) != 0) {
            fail_msg("taken: %s", passed_over[i]);
        }
        ic_oidc_keys_destroy(keys);
    }
    char text[TEXT_SIZE];
    char long_n[1024];
    memset(long_n, 'A', sizeof long_n - 1);
    long_n[sizeof long_n - 1] = '\0';
    snprintf(text, sizeof text, "{\"kid\":\"a\",\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"},7,[],null,\"x\"", long_n);
    struct ic_oidc_keys *keys = make(text);
    assert_int_equal(ic_oidc_keys_count(keys), 0);
    ic_oidc_keys_destroy(keys);
}

static void test_a_document_that_is_none_of_keys_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"",
                                          "x",
                                          "[]",
                                          "{}",
                                          "{\"keys\":{}}",
                                          "{\"keys\":7}",
                                          "{\"keys\":[]",
                                          "{\"keys\":[],\"keys\":[]}",
                                          "{\"keys\":[{\"kid\":\"a\",\"kid\":\"a\"}]}"};
    struct ic_oidc_keys *keys = NULL;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(create(refused[i], &keys), IC_OIDC_KEYS_MALFORMED);
    }
    char many[1024] = "{\"keys\":[0";
    for (int i = 0; i < IC_OIDC_KEYS_MAX; i++) {
        size_t size = strlen(many);
        snprintf(many + size, sizeof many - size, ",0");
    }
    size_t size = strlen(many);
    snprintf(many + size, sizeof many - size, "]}");
    assert_int_equal(create(many, &keys), IC_OIDC_KEYS_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_is_found_by_kid_and_for_its_algorithms),
        cmocka_unit_test(test_a_kid_that_two_keys_share_finds_none_unless_the_algorithm_tells_them_apart),
        cmocka_unit_test(test_a_key_outlives_its_set),
        cmocka_unit_test(test_keys_that_must_not_verify_are_passed_over),
        cmocka_unit_test(test_a_document_that_is_none_of_keys_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
