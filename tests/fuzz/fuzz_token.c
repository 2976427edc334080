/* An ID token as a provider, or somebody in its place, might send it: bytes cut into a token and a set of keys.
 *
 * What stands before the first line's end is the token, the rest a key set (none: the token alone). Whatever they hold,
 * a token is taken apart or refused; one that was taken apart views the text it came from and is within its limits; a
 * key is found or not; and only what the key verifies is read. */
#include "oidc/claims.h"
#include "oidc/token.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The program is wrong if `holds` is not true. */
static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_claims(const struct ic_oidc_token *token, struct ic_arena *arena)
{
    json_t *claims = NULL;
    struct ic_oidc_person person = {.subject = {0}};
    const struct ic_oidc_expected expected = {
        .issuer = IC_STR("https://id.example.com"),
        .client_id = IC_STR("instacrm"),
        .nonce = IC_STR("nonce"),
        .algorithm = token->algorithm,
        .now_s = 1700000000,
    };
    if (ic_oidc_token_read_claims(token, arena, &claims) == IC_OIDC_OK &&
        ic_oidc_claims_check(claims, &expected, &person) == IC_OIDC_OK) {
        must(person.subject.size > 0 && person.subject.size <= IC_OIDC_SUBJECT_BYTES_MAX);
        must(ic_str_equal(person.issuer, expected.issuer));
        must(person.email.size <= IC_OIDC_EMAIL_BYTES_MAX && person.name.size <= IC_OIDC_NAME_BYTES_MAX);
    }
}

static void check_signature(const struct ic_oidc_token *token, struct ic_str text, struct ic_arena *arena)
{
    struct ic_oidc_keys *keys = NULL;
    if (ic_oidc_keys_create(text, arena, &keys) != IC_OIDC_OK) {
        return;
    }
    must(ic_oidc_keys_count(keys) <= IC_OIDC_KEYS_MAX);
    EVP_PKEY *pkey = ic_oidc_keys_find(keys, token->kid, token->algorithm);
    ic_oidc_keys_destroy(keys);
    if (pkey) {
        (void)!ic_oidc_token_verify(token, pkey);
    }
    EVP_PKEY_free(pkey);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ic_oidc_token token;
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    struct ic_str text = {(const char *)data, end ? (size_t)(end - data) : size};
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    must(arena != NULL);
    if (ic_oidc_token_parse(text, IC_OIDC_ALGORITHMS_ALL, arena, &token) == IC_OIDC_OK) {
        must(token.signed_text.data == text.data && token.signed_text.size < text.size);
        must(token.signature_size > 0 && token.signature_size <= sizeof token.signature);
        must(token.kid.size > 0 && token.kid.size <= IC_OIDC_KID_BYTES_MAX);
        /* Not verified: a fuzzer does not make signatures, and what reads the claims must hold whoever signed them. */
        check_claims(&token, arena);
        if (end) {
            check_signature(&token, (struct ic_str){(const char *)end + 1, size - text.size - 1}, arena);
        }
    }
    ic_arena_destroy(arena);
    return 0;
}
