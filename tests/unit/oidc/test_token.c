#include "base/base64url.h"
#include "oidc/token.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ARENA_SIZE = 8 << 20, TEXT_SIZE = 64 << 10, HALF = 32 };

static struct ic_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = ic_arena_create(ARENA_SIZE);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ic_arena_destroy(arena);
    return 0;
}

static void encode(const char *bytes, size_t size, char *text)
{
    ic_base64url_write((struct ic_str){bytes, size}, text);
}

static EVP_PKEY *make_key(enum ic_oidc_algorithm algorithm)
{
    switch (algorithm) {
    case IC_OIDC_ES256:
        return EVP_EC_gen("P-256");
    case IC_OIDC_EDDSA:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    default:
        return EVP_RSA_gen(2048);
    }
}

/* Signs as a provider would: another way than the code under test goes. */
static size_t sign(enum ic_oidc_algorithm algorithm, EVP_PKEY *pkey, const char *text, unsigned char *signature,
                   size_t size)
{
    EVP_PKEY_CTX *options = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *digest = algorithm == IC_OIDC_EDDSA ? NULL : EVP_sha256();
    assert_int_equal(EVP_DigestSignInit(context, &options, digest, NULL, pkey), 1);
    if (algorithm == IC_OIDC_PS256) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, HALF), 1);
    }
    assert_int_equal(EVP_DigestSign(context, signature, &size, (const unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(context);
    if (algorithm == IC_OIDC_ES256) {
        const unsigned char *der = signature;
        ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &der, (long)size);
        assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, HALF), HALF);
        assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + HALF, HALF), HALF);
        ECDSA_SIG_free(parts);
        size = (size_t)2 * HALF;
    }
    return size;
}

static void make_token(enum ic_oidc_algorithm algorithm, EVP_PKEY *pkey, const char *header, const char *payload,
                       char text[TEXT_SIZE])
{
    char head[TEXT_SIZE / 4], body[TEXT_SIZE / 4], tail[TEXT_SIZE / 4];
    unsigned char signature[IC_OIDC_SIGNATURE_BYTES_MAX];
    encode(header, strlen(header), head);
    encode(payload, strlen(payload), body);
    snprintf(text, TEXT_SIZE, "%s.%s", head, body);
    size_t size = sign(algorithm, pkey, text, signature, sizeof signature);
    encode((const char *)signature, size, tail);
    snprintf(text, TEXT_SIZE, "%s.%s.%s", head, body, tail);
}

static enum ic_oidc_reason verify(const char *text, EVP_PKEY *pkey)
{
    struct ic_oidc_token token;
    enum ic_oidc_reason reason = ic_oidc_token_parse(ic_str_from(text), IC_OIDC_ALGORITHMS_ALL, arena, &token);
    return reason == IC_OIDC_OK ? ic_oidc_token_verify(&token, pkey) : reason;
}

static const char *const headers[IC_OIDC_ALGORITHM_COUNT] = {
    [IC_OIDC_RS256] = "{\"alg\":\"RS256\",\"kid\":\"a\"}",
    [IC_OIDC_PS256] = "{\"alg\":\"PS256\",\"kid\":\"a\"}",
    [IC_OIDC_ES256] = "{\"alg\":\"ES256\",\"kid\":\"a\"}",
    [IC_OIDC_EDDSA] = "{\"alg\":\"EdDSA\",\"kid\":\"a\"}",
};

static void test_a_signature_holds_for_its_text_its_key_and_its_algorithm(void **state)
{
    (void)state;
    for (int i = 0; i < IC_OIDC_ALGORITHM_COUNT; i++) {
        enum ic_oidc_algorithm algorithm = (enum ic_oidc_algorithm)i;
        static char text[TEXT_SIZE];
        EVP_PKEY *pkey = make_key(algorithm), *other = make_key(algorithm);
        make_token(algorithm, pkey, headers[i], "{\"sub\":\"anna\"}", text);
        assert_int_equal(verify(text, pkey), IC_OIDC_OK);
        assert_int_equal(verify(text, other), IC_OIDC_SIGNATURE);
        size_t changed_count = 0;
        for (size_t at = 0, size = strlen(text); at < size; at += 7) {
            char kept = text[at];
            text[at] = kept == 'B' ? 'C' : 'B';
            if (verify(text, pkey) == IC_OIDC_OK) {
                fail_msg("algorithm %d, byte %zu: '%c' for '%c' is taken: %s", i, at, text[at], kept, text);
            }
            text[at] = kept;
            changed_count++;
        }
        assert_true(changed_count > 10);
        assert_int_equal(verify(text, pkey), IC_OIDC_OK);
        EVP_PKEY_free(other);
        EVP_PKEY_free(pkey);
    }
}

static void test_one_padding_of_rsa_is_not_the_other(void **state)
{
    (void)state;
    static char text[TEXT_SIZE];
    EVP_PKEY *pkey = make_key(IC_OIDC_RS256);
    make_token(IC_OIDC_PS256, pkey, headers[IC_OIDC_RS256], "{}", text);
    assert_int_equal(verify(text, pkey), IC_OIDC_SIGNATURE);
    make_token(IC_OIDC_RS256, pkey, headers[IC_OIDC_PS256], "{}", text);
    assert_int_equal(verify(text, pkey), IC_OIDC_SIGNATURE);
    EVP_PKEY_free(pkey);
}

static void test_a_signature_of_es256_is_two_numbers_and_not_der(void **state)
{
    (void)state;
    static char text[TEXT_SIZE];
    EVP_PKEY *pkey = make_key(IC_OIDC_ES256);
    struct ic_oidc_token token;
    make_token(IC_OIDC_ES256, pkey, headers[IC_OIDC_ES256], "{}", text);
    assert_int_equal(ic_oidc_token_parse(ic_str_from(text), IC_OIDC_ALGORITHMS_ALL, arena, &token), IC_OIDC_OK);
    assert_int_equal(token.signature_size, 64);
    assert_int_equal(ic_oidc_token_verify(&token, pkey), IC_OIDC_OK);
    token.signature_size = 63;
    assert_int_equal(ic_oidc_token_verify(&token, pkey), IC_OIDC_SIGNATURE);
    token.signature_size = 65;
    assert_int_equal(ic_oidc_token_verify(&token, pkey), IC_OIDC_SIGNATURE);
    token.signature_size = 64;
    memset(token.signature, 0, 64); /* Zeros once passed for a signature elsewhere (CVE-2022-21449). */
    assert_int_equal(ic_oidc_token_verify(&token, pkey), IC_OIDC_SIGNATURE);
    memset(token.signature, 0xff, 64);
    assert_int_equal(ic_oidc_token_verify(&token, pkey), IC_OIDC_SIGNATURE);
    EVP_PKEY_free(pkey);
}

static const struct {
    const char *header;
    enum ic_oidc_reason reason;
} refused_headers[] = {
    {"{\"alg\":\"none\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"NONE\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"HS256\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"HS512\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"RS1\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"RS384\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"ES256K\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"rs256\",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"RS256 \",\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":null,\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":[\"RS256\"],\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"kid\":\"a\"}", IC_OIDC_ALGORITHM},
    {"{\"alg\":\"RS256\"}", IC_OIDC_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"\"}", IC_OIDC_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":7}", IC_OIDC_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"jwk\":{}}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"jku\":\"https://e.example\"}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"x5u\":\"https://e.example\"}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"x5c\":[]}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"crit\":[]}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"b64\":true}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"zip\":\"DEF\"}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"RS256\",\"kid\":\"a\",\"enc\":\"A128GCM\"}", IC_OIDC_TOKEN_HEADER},
    {"{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"a\"}", IC_OIDC_TOKEN_MALFORMED},
    {"[]", IC_OIDC_TOKEN_MALFORMED},
    {"null", IC_OIDC_TOKEN_MALFORMED},
    {"{", IC_OIDC_TOKEN_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"a\"}x", IC_OIDC_TOKEN_MALFORMED},
};

static void test_a_header_that_asks_for_more_is_refused_even_when_the_signature_holds(void **state)
{
    (void)state;
    static char text[TEXT_SIZE];
    EVP_PKEY *pkey = make_key(IC_OIDC_RS256);
    for (size_t i = 0; i < sizeof refused_headers / sizeof refused_headers[0]; i++) {
        make_token(IC_OIDC_RS256, pkey, refused_headers[i].header, "{}", text);
        enum ic_oidc_reason reason = verify(text, pkey);
        if (reason != refused_headers[i].reason) {
            fail_msg("%s: %s", refused_headers[i].header, ic_oidc_reason_name(reason));
        }
    }
    make_token(IC_OIDC_RS256, pkey, headers[IC_OIDC_RS256], "{}", text);
    struct ic_oidc_token token;
    assert_int_equal(ic_oidc_token_parse(ic_str_from(text), 1 << IC_OIDC_ES256, arena, &token), IC_OIDC_ALGORITHM);
    EVP_PKEY_free(pkey);
}

static void test_a_text_of_another_shape_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        ".",
                                        "..",
                                        "a",
                                        "a.b",
                                        ".b.c",
                                        "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ..c",
                                        "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30",
                                        "%%%.e30.AAAA",
                                        "e30=.e30.AAAA"};
    static const char *const tails[] = {"", "A", "AA==", "AAA.", "AAAA.AAAA", "A A A", "AB"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(verify(texts[i], NULL), IC_OIDC_TOKEN_MALFORMED);
    }
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.%s", tails[i]);
        assert_int_equal(verify(text, NULL), IC_OIDC_SIGNATURE);
    }
    static char large[IC_OIDC_TOKEN_BYTES_MAX + 2];
    memset(large, 'A', sizeof large - 1);
    assert_int_equal(verify(large, NULL), IC_OIDC_TOKEN_TOO_LARGE);
}

static void test_claims_are_one_object_without_doubles(void **state)
{
    (void)state;
    static char text[TEXT_SIZE];
    static const char *const payloads[] = {
        "[]", "7", "", "{", "{\"sub\":\"a\",\"sub\":\"b\"}", "{}{}", "{\"a\":\"\xff\"}"};
    EVP_PKEY *pkey = make_key(IC_OIDC_EDDSA);
    struct ic_oidc_token token;
    json_t *claims;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        make_token(IC_OIDC_EDDSA, pkey, headers[IC_OIDC_EDDSA], payloads[i], text);
        enum ic_oidc_reason reason = ic_oidc_token_parse(ic_str_from(text), IC_OIDC_ALGORITHMS_ALL, arena, &token);
        if (reason == IC_OIDC_OK) {
            reason = ic_oidc_token_read_claims(&token, arena, &claims);
        }
        assert_int_equal(reason, payloads[i][0] ? IC_OIDC_CLAIMS_MALFORMED : IC_OIDC_TOKEN_MALFORMED);
    }
    make_token(IC_OIDC_EDDSA, pkey, headers[IC_OIDC_EDDSA], "{\"sub\":\"anna\"}", text);
    assert_int_equal(ic_oidc_token_parse(ic_str_from(text), IC_OIDC_ALGORITHMS_ALL, arena, &token), IC_OIDC_OK);
    assert_int_equal(ic_oidc_token_read_claims(&token, arena, &claims), IC_OIDC_OK);
    assert_string_equal(json_string_value(json_object_get(claims, "sub")), "anna");
    EVP_PKEY_free(pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_signature_holds_for_its_text_its_key_and_its_algorithm, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_one_padding_of_rsa_is_not_the_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_signature_of_es256_is_two_numbers_and_not_der, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_header_that_asks_for_more_is_refused_even_when_the_signature_holds,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_text_of_another_shape_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_claims_are_one_object_without_doubles, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
