#include "oidc/metadata.h"

#include <jansson.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ARENA_SIZE = 4 << 20 };

static const char good[] = "{\"issuer\":\"https://e.example\",\"authorization_endpoint\":\"https://e.example/a\","
                           "\"token_endpoint\":\"https://e.example/t\",\"jwks_uri\":\"https://keys.example/k\"}";

static enum ic_oidc_reason read_changed(const char *changes, const char *issuer, struct ic_oidc_metadata *ret_metadata)
{
    json_t *document = json_loads(good, 0, NULL);
    json_t *changed = json_loads(changes, 0, NULL);
    assert_int_equal(json_object_update(document, changed), 0);
    char *text = json_dumps(document, 0);
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    enum ic_oidc_reason reason = ic_oidc_metadata_read(ic_str_from(text), ic_str_from(issuer), arena, ret_metadata);
    ic_arena_destroy(arena);
    free(text);
    json_decref(changed);
    json_decref(document);
    return reason;
}

static void test_what_is_left_out_has_the_standards_defaults(void **state)
{
    (void)state;
    struct ic_oidc_metadata metadata;
    assert_int_equal(read_changed("{}", "https://e.example", &metadata), IC_OIDC_OK);
    assert_string_equal(metadata.token_endpoint, "https://e.example/t");
    assert_string_equal(metadata.keys_address, "https://keys.example/k");
    assert_int_equal(metadata.algorithms, 1 << IC_OIDC_RS256);
    assert_true(metadata.takes_basic);
    assert_false(metadata.tells_issuer);
    assert_int_equal(read_changed("{\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],"
                                  "\"id_token_signing_alg_values_supported\":[\"none\",\"ES256\",\"EdDSA\"],"
                                  "\"authorization_response_iss_parameter_supported\":true}",
                                  "https://e.example", &metadata),
                     IC_OIDC_OK);
    assert_int_equal(metadata.algorithms, 1 << IC_OIDC_ES256 | 1 << IC_OIDC_EDDSA);
    assert_false(metadata.takes_basic);
    assert_true(metadata.tells_issuer);
}

static const struct {
    const char *changes;
    enum ic_oidc_reason reason;
} refused[] = {
    {"{\"issuer\":\"https://evil.example\"}", IC_OIDC_METADATA_ISSUER},
    {"{\"issuer\":\"https://e.example/\"}", IC_OIDC_METADATA_ISSUER},
    {"{\"issuer\":null}", IC_OIDC_METADATA_ISSUER},
    {"{\"token_endpoint\":null}", IC_OIDC_METADATA_ENDPOINT},
    {"{\"token_endpoint\":\"http://localhost/t\"}", IC_OIDC_METADATA_ENDPOINT}, /* The provider is far away. */
    {"{\"jwks_uri\":\"file:///etc/passwd\"}", IC_OIDC_METADATA_ENDPOINT},
    {"{\"jwks_uri\":[\"https://keys.example/k\"]}", IC_OIDC_METADATA_ENDPOINT},
    {"{\"authorization_endpoint\":\"javascript:alert(1)\"}", IC_OIDC_METADATA_ENDPOINT},
    {"{\"authorization_endpoint\":\"https://e.example/#a\"}", IC_OIDC_METADATA_ENDPOINT},
    {"{\"id_token_signing_alg_values_supported\":[]}", IC_OIDC_METADATA_UNSUPPORTED},
    {"{\"id_token_signing_alg_values_supported\":[\"HS256\",\"none\"]}", IC_OIDC_METADATA_UNSUPPORTED},
    {"{\"id_token_signing_alg_values_supported\":\"RS256\"}", IC_OIDC_METADATA_UNSUPPORTED},
    {"{\"code_challenge_methods_supported\":[\"plain\"]}", IC_OIDC_METADATA_UNSUPPORTED},
    {"{\"response_types_supported\":[\"id_token\"]}", IC_OIDC_METADATA_UNSUPPORTED},
    {"{\"token_endpoint_auth_methods_supported\":[\"none\"]}", IC_OIDC_METADATA_UNSUPPORTED},
};

static void test_what_is_not_safe_is_refused_for_its_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct ic_oidc_metadata metadata;
        enum ic_oidc_reason reason = read_changed(refused[i].changes, "https://e.example", &metadata);
        if (reason != refused[i].reason) {
            fail_msg("%s: %s", refused[i].changes, ic_oidc_reason_name(reason));
        }
    }
}

static void test_an_answer_needs_a_token(void **state)
{
    (void)state;
    static const char *const malformed[] = {"",
                                            "[]",
                                            "{}",
                                            "{\"id_token\":7}",
                                            "{\"id_token\":\"\"}",
                                            "{\"id_token\":\"a\",\"id_token\":\"b\"}",
                                            "{\"id_token\":\"a\"}x"};
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    struct ic_oidc_answer answer;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        assert_int_equal(ic_oidc_answer_read(ic_str_from(malformed[i]), arena, &answer), IC_OIDC_ANSWER_MALFORMED);
    }
    assert_int_equal(ic_oidc_answer_read(IC_STR("{\"id_token\":\"a\",\"access_token\":7}"), arena, &answer),
                     IC_OIDC_OK);
    assert_int_equal(answer.access_token.size, 0);
    ic_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_left_out_has_the_standards_defaults),
        cmocka_unit_test(test_what_is_not_safe_is_refused_for_its_reason),
        cmocka_unit_test(test_an_answer_needs_a_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
