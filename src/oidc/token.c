#include "oidc/token.h"

#include "base/base64url.h"
#include "base/json_read.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <string.h>

enum { ES256_HALF = 32, ES256_DER_MAX = 80 };

/* ---- Taking it apart. ---- */

static bool cut_at_dot(struct ic_str *rest, struct ic_str *ret_part)
{
    const char *dot = rest->size > 0 ? memchr(rest->data, '.', rest->size) : NULL;
    if (!dot) {
        return false;
    }
    size_t size = (size_t)(dot - rest->data);
    *ret_part = (struct ic_str){rest->data, size};
    *rest = (struct ic_str){dot + 1, rest->size - size - 1};
    return true;
}

static enum ic_oidc_reason read_object(struct ic_str encoded, enum ic_oidc_reason otherwise, struct ic_arena *arena,
                                       json_t **ret_object)
{
    size_t size;
    char *bytes = ic_arena_alloc(arena, encoded.size);
    if (!bytes) {
        return IC_OIDC_OUT_OF_MEMORY;
    }
    if (!ic_base64url_read(encoded, bytes, encoded.size, &size) ||
        ic_json_parse((struct ic_str){bytes, size}, "oidc.token", arena, ret_object, NULL) != IC_OK) {
        return otherwise;
    }
    return IC_OIDC_OK;
}

/* A header says which key and algorithm; whatever else could make a difference is refused. */
static enum ic_oidc_reason read_header(const json_t *header, int algorithms, struct ic_oidc_token *token)
{
    static const char *const refused[] = {"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"};
    const json_t *algorithm = json_object_get(header, "alg");
    const json_t *kid = json_object_get(header, "kid");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (json_object_get(header, refused[i])) {
            return IC_OIDC_TOKEN_HEADER;
        }
    }
    if (!json_is_string(algorithm) ||
        !ic_oidc_algorithm_parse((struct ic_str){json_string_value(algorithm), json_string_length(algorithm)},
                                 &token->algorithm) ||
        !(algorithms & (1 << token->algorithm))) {
        return IC_OIDC_ALGORITHM;
    }
    if (!json_is_string(kid) || json_string_length(kid) == 0 || json_string_length(kid) > IC_OIDC_KID_BYTES_MAX) {
        return IC_OIDC_KEY_UNKNOWN;
    }
    token->kid = (struct ic_str){json_string_value(kid), json_string_length(kid)};
    return IC_OIDC_OK;
}

enum ic_oidc_reason ic_oidc_token_parse(struct ic_str text, int algorithms, struct ic_arena *arena,
                                        struct ic_oidc_token *ret_token)
{
    struct ic_oidc_token token = {0};
    struct ic_str rest = text;
    struct ic_str head;
    json_t *header;
    if (text.size > IC_OIDC_TOKEN_BYTES_MAX) {
        return IC_OIDC_TOKEN_TOO_LARGE;
    }
    if (!cut_at_dot(&rest, &head) || !cut_at_dot(&rest, &token.payload) || head.size == 0 || token.payload.size == 0) {
        return IC_OIDC_TOKEN_MALFORMED;
    }
    enum ic_oidc_reason reason = read_object(head, IC_OIDC_TOKEN_MALFORMED, arena, &header);
    if (reason == IC_OIDC_OK) {
        reason = read_header(header, algorithms, &token);
    }
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    /* A third dot is no base64url, either. */
    if (!ic_base64url_read(rest, token.signature, sizeof token.signature, &token.signature_size) ||
        token.signature_size == 0) {
        return IC_OIDC_SIGNATURE;
    }
    token.signed_text = (struct ic_str){text.data, head.size + 1 + token.payload.size};
    *ret_token = token;
    return IC_OIDC_OK;
}

/* ---- The signature. ---- */

/* ES256's are two numbers behind each other; OpenSSL wants them in DER. */
static size_t write_der(const struct ic_oidc_token *token, unsigned char *der)
{
    const unsigned char *bytes = (const unsigned char *)token->signature;
    if (token->signature_size != (size_t)2 * ES256_HALF) {
        return 0;
    }
    int size = 0;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes, ES256_HALF, NULL);
    BIGNUM *s = BN_bin2bn(bytes + ES256_HALF, ES256_HALF, NULL);
    if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1) {
        size = i2d_ECDSA_SIG(signature, &der);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(signature);
    return size > 0 ? (size_t)size : 0;
}

static bool begin_verifying(EVP_MD_CTX *context, enum ic_oidc_algorithm algorithm, EVP_PKEY *pkey)
{
    EVP_PKEY_CTX *options = NULL;
    const char *digest = algorithm == IC_OIDC_EDDSA ? NULL : "SHA256"; /* Ed25519 hashes by itself. */
    if (EVP_DigestVerifyInit_ex(context, &options, digest, NULL, NULL, pkey, NULL) != 1) {
        return false;
    }
    switch (algorithm) {
    case IC_OIDC_RS256:
        return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1;
    case IC_OIDC_PS256:
        return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
    default:
        return true;
    }
}

enum ic_oidc_reason ic_oidc_token_verify(const struct ic_oidc_token *token, EVP_PKEY *pkey)
{
    unsigned char der[ES256_DER_MAX];
    const unsigned char *signature = (const unsigned char *)token->signature;
    size_t size = token->signature_size;
    if (token->algorithm == IC_OIDC_ES256) {
        size = write_der(token, der);
        signature = der;
    }
    EVP_MD_CTX *context = size > 0 ? EVP_MD_CTX_new() : NULL;
    bool is_good = context && begin_verifying(context, token->algorithm, pkey) &&
                   EVP_DigestVerify(context, signature, size, (const unsigned char *)token->signed_text.data,
                                    token->signed_text.size) == 1;
    EVP_MD_CTX_free(context);
    return is_good ? IC_OIDC_OK : IC_OIDC_SIGNATURE;
}

enum ic_oidc_reason ic_oidc_token_read_claims(const struct ic_oidc_token *token, struct ic_arena *arena,
                                              json_t **ret_claims)
{
    return read_object(token->payload, IC_OIDC_CLAIMS_MALFORMED, arena, ret_claims);
}
