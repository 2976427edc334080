#include "oidc/claims.h"

#include "base/base64url.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

static struct ic_str text_of(const json_t *value)
{
    return json_is_string(value) ? (struct ic_str){json_string_value(value), json_string_length(value)}
                                 : (struct ic_str){0};
}

static struct ic_str claim(const json_t *claims, const char *name)
{
    return text_of(json_object_get(claims, name));
}

/* Takes the same time wherever the first difference is. */
static bool is_same_secret(struct ic_str left, struct ic_str right)
{
    return left.size == right.size && left.size > 0 && sodium_memcmp(left.data, right.data, left.size) == 0;
}

static enum ic_oidc_reason check_parties(const json_t *claims, const struct ic_oidc_expected *expected)
{
    const json_t *audience = json_object_get(claims, "aud");
    const json_t *party = json_object_get(claims, "azp");
    if (!ic_str_equal(claim(claims, "iss"), expected->issuer)) {
        return IC_OIDC_ISSUER;
    }
    if (json_is_array(audience)) {
        audience = json_array_size(audience) == 1 ? json_array_get(audience, 0) : NULL;
    }
    if (!json_is_string(audience) || !ic_str_equal(text_of(audience), expected->client_id)) {
        return IC_OIDC_AUDIENCE;
    }
    return !party || ic_str_equal(text_of(party), expected->client_id) ? IC_OIDC_OK : IC_OIDC_AUTHORIZED_PARTY;
}

/* A time that may stand in a token: false when it is none, or so far off that sums with it could overflow. */
static bool read_time(const json_t *claims, const char *name, int64_t *ret_time_s)
{
    const json_t *value = json_object_get(claims, name);
    const int64_t time_max_s = 253402300799; /* The end of the year 9999. */
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > time_max_s) {
        return false;
    }
    *ret_time_s = json_integer_value(value);
    return true;
}

static enum ic_oidc_reason check_times(const json_t *claims, const struct ic_oidc_expected *expected)
{
    int64_t expires_s, issued_s, not_before_s, authenticated_s;
    if (!read_time(claims, "exp", &expires_s) || expires_s + IC_OIDC_SKEW_S <= expected->now_s) {
        return IC_OIDC_EXPIRED;
    }
    if (!read_time(claims, "iat", &issued_s) || issued_s > expected->now_s + IC_OIDC_SKEW_S ||
        issued_s < expected->now_s - IC_OIDC_TOKEN_AGE_S_MAX) {
        return IC_OIDC_ISSUED_AT;
    }
    if (json_object_get(claims, "nbf") &&
        (!read_time(claims, "nbf", &not_before_s) || not_before_s > expected->now_s + IC_OIDC_SKEW_S)) {
        return IC_OIDC_NOT_BEFORE;
    }
    if (json_object_get(claims, "auth_time") &&
        (!read_time(claims, "auth_time", &authenticated_s) || authenticated_s > expected->now_s + IC_OIDC_SKEW_S ||
         authenticated_s < expected->authenticated_from_s - IC_OIDC_SKEW_S)) {
        return IC_OIDC_AUTH_TIME;
    }
    return IC_OIDC_OK;
}

/* at_hash is the left half of the access token's hash, by the signature's hash function; Ed25519's is SHA-512. */
static enum ic_oidc_reason check_access_token(const json_t *claims, const struct ic_oidc_expected *expected)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    char text[IC_BASE64URL_SIZE(EVP_MAX_MD_SIZE) + 1];
    const EVP_MD *function = expected->algorithm == IC_OIDC_EDDSA ? EVP_sha512() : EVP_sha256();
    if (!json_object_get(claims, "at_hash")) {
        return IC_OIDC_OK;
    }
    if (expected->access_token.size == 0 ||
        EVP_Digest(expected->access_token.data, expected->access_token.size, digest, &size, function, NULL) != 1) {
        return IC_OIDC_ACCESS_TOKEN_HASH;
    }
    ic_base64url_write((struct ic_str){(const char *)digest, size / 2}, text);
    return is_same_secret(claim(claims, "at_hash"), ic_str_from(text)) ? IC_OIDC_OK : IC_OIDC_ACCESS_TOKEN_HASH;
}

/* No control characters: what becomes a key of the store, or a name, is one line. */
static bool is_plain(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return true;
}

static enum ic_oidc_reason read_person(const json_t *claims, const struct ic_oidc_expected *expected,
                                       struct ic_oidc_person *ret_person)
{
    struct ic_oidc_person person = {
        .issuer = expected->issuer,
        .subject = claim(claims, "sub"),
        .email = claim(claims, "email"),
        .name = claim(claims, "name"),
    };
    if (person.subject.size == 0 || person.subject.size > IC_OIDC_SUBJECT_BYTES_MAX || !is_plain(person.subject)) {
        return IC_OIDC_SUBJECT;
    }
    if (json_object_get(claims, "email") &&
        (person.email.size == 0 || person.email.size > IC_OIDC_EMAIL_BYTES_MAX || !is_plain(person.email) ||
         !json_is_true(json_object_get(claims, "email_verified")))) {
        return IC_OIDC_EMAIL_UNVERIFIED;
    }
    if (expected->hosted_domain.size > 0 && !ic_str_equal_folded(claim(claims, "hd"), expected->hosted_domain)) {
        return IC_OIDC_HOSTED_DOMAIN;
    }
    if (person.name.size > IC_OIDC_NAME_BYTES_MAX || !is_plain(person.name)) {
        person.name = (struct ic_str){0}; /* Not told, rather than told so. */
    }
    *ret_person = person;
    return IC_OIDC_OK;
}

enum ic_oidc_reason ic_oidc_claims_check(const json_t *claims, const struct ic_oidc_expected *expected,
                                         struct ic_oidc_person *ret_person)
{
    enum ic_oidc_reason reason = check_parties(claims, expected);
    if (reason == IC_OIDC_OK) {
        reason = check_times(claims, expected);
    }
    if (reason == IC_OIDC_OK && !is_same_secret(claim(claims, "nonce"), expected->nonce)) {
        reason = IC_OIDC_NONCE;
    }
    if (reason == IC_OIDC_OK) {
        reason = check_access_token(claims, expected);
    }
    return reason == IC_OIDC_OK ? read_person(claims, expected, ret_person) : reason;
}
