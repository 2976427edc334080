#include "oidc/key.h"

#include "base/base64url.h"
#include "base/json_read.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

enum {
    RSA_BYTES_MAX = IC_OIDC_RSA_BITS_MAX / 8,
    EXPONENT_BYTES_MAX = 8,
    COORDINATE_SIZE = 32,
    POINT_SIZE = 1 + 2 * COORDINATE_SIZE, /* 4, x, y: a point that is not compressed. */
    MEMBER_BYTES_MAX = IC_BASE64URL_SIZE(RSA_BYTES_MAX),
};

struct key {
    char kid[IC_OIDC_KID_BYTES_MAX];
    size_t kid_size;
    int algorithms; /* A set: those it may sign with. */
    EVP_PKEY *pkey;
};

struct ic_oidc_keys {
    struct key items[IC_OIDC_KEYS_MAX];
    size_t count;
};

/* ---- One key, from its members to OpenSSL's. ---- */

static struct ic_str text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (struct ic_str){json_string_value(value), json_string_length(value)}
                                 : (struct ic_str){0};
}

static bool has(const json_t *object, const char *name)
{
    return json_object_get(object, name) != NULL;
}

static BIGNUM *read_number(const json_t *jwk, const char *name, size_t size_max)
{
    char bytes[RSA_BYTES_MAX];
    size_t size;
    if (!ic_base64url_read(text_of(jwk, name), bytes, size_max, &size) || size == 0) {
        return NULL;
    }
    return BN_bin2bn((const unsigned char *)bytes, (int)size, NULL);
}

static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (!parameters || !context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return pkey;
}

static EVP_PKEY *read_rsa(const json_t *jwk)
{
    EVP_PKEY *pkey = NULL;
    BIGNUM *modulus = read_number(jwk, "n", RSA_BYTES_MAX);
    BIGNUM *exponent = read_number(jwk, "e", EXPONENT_BYTES_MAX);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder && modulus && exponent && BN_num_bits(modulus) >= IC_OIDC_RSA_BITS_MIN && BN_is_odd(exponent) &&
        !BN_is_one(exponent) && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1) {
        pkey = make_key("RSA", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    BN_free(exponent);
    BN_free(modulus);
    return pkey;
}

static bool read_exactly(const json_t *jwk, const char *name, unsigned char *bytes, size_t size)
{
    size_t read;
    return ic_base64url_read(text_of(jwk, name), (char *)bytes, size, &read) && read == size;
}

static EVP_PKEY *read_p256(const json_t *jwk)
{
    EVP_PKEY *pkey = NULL;
    unsigned char point[POINT_SIZE] = {4};
    if (!ic_str_is(text_of(jwk, "crv"), "P-256") || !read_exactly(jwk, "x", point + 1, COORDINATE_SIZE) ||
        !read_exactly(jwk, "y", point + 1 + COORDINATE_SIZE, COORDINATE_SIZE)) {
        return NULL;
    }
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1) {
        pkey = make_key("EC", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    return pkey;
}

static EVP_PKEY *read_ed25519(const json_t *jwk)
{
    unsigned char bytes[COORDINATE_SIZE];
    if (!ic_str_is(text_of(jwk, "crv"), "Ed25519") || !read_exactly(jwk, "x", bytes, sizeof bytes)) {
        return NULL;
    }
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, sizeof bytes);
}

/* That a point is on its curve, and the like. */
static bool is_sound(EVP_PKEY *pkey)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    bool sound = context && EVP_PKEY_public_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return sound;
}

/* ---- What a key is for. ---- */

static bool may_verify(const json_t *jwk)
{
    const json_t *operations = json_object_get(jwk, "key_ops");
    if (has(jwk, "use") && !ic_str_is(text_of(jwk, "use"), "sig")) {
        return false;
    }
    if (!operations) {
        return true;
    }
    for (size_t i = 0; i < json_array_size(operations); i++) {
        const char *name = json_string_value(json_array_get(operations, i));
        if (name && strcmp(name, "verify") == 0) {
            return true;
        }
    }
    return false;
}

/* The algorithms that fit its kind, or of these the one that it names. */
static int algorithms_of(const json_t *jwk, enum ic_oidc_key_kind kind)
{
    int algorithms = 0;
    enum ic_oidc_algorithm named;
    for (int i = 0; i < IC_OIDC_ALGORITHM_COUNT; i++) {
        algorithms |= ic_oidc_algorithm_key_kind((enum ic_oidc_algorithm)i) == kind ? 1 << i : 0;
    }
    if (!has(jwk, "alg")) {
        return algorithms;
    }
    return ic_oidc_algorithm_parse(text_of(jwk, "alg"), &named) ? algorithms & (1 << named) : 0;
}

/* False when the key is to be passed over. */
static bool read_key(const json_t *jwk, struct key *ret_key)
{
    struct ic_str kid = text_of(jwk, "kid");
    struct ic_str type = text_of(jwk, "kty");
    struct key key = {.kid_size = kid.size};
    if (kid.size == 0 || kid.size > sizeof key.kid || has(jwk, "d") || has(jwk, "k") || !may_verify(jwk)) {
        return false;
    }
    if (ic_str_is(type, "RSA")) {
        key.algorithms = algorithms_of(jwk, IC_OIDC_KEY_RSA);
        key.pkey = key.algorithms ? read_rsa(jwk) : NULL;
    } else if (ic_str_is(type, "EC")) {
        key.algorithms = algorithms_of(jwk, IC_OIDC_KEY_P256);
        key.pkey = key.algorithms ? read_p256(jwk) : NULL;
    } else if (ic_str_is(type, "OKP")) {
        key.algorithms = algorithms_of(jwk, IC_OIDC_KEY_ED25519);
        key.pkey = key.algorithms ? read_ed25519(jwk) : NULL;
    }
    if (!key.pkey || !is_sound(key.pkey)) {
        EVP_PKEY_free(key.pkey);
        return false;
    }
    memcpy(key.kid, kid.data, kid.size);
    *ret_key = key;
    return true;
}

/* ---- The set. ---- */

enum ic_oidc_reason ic_oidc_keys_create(struct ic_str text, struct ic_arena *arena, struct ic_oidc_keys **ret_keys)
{
    json_t *document;
    if (ic_json_parse(text, "oidc.keys", arena, &document, NULL) != IC_OK) {
        return IC_OIDC_KEYS_MALFORMED;
    }
    const json_t *list = json_object_get(document, "keys");
    if (!json_is_array(list) || json_array_size(list) > IC_OIDC_KEYS_MAX) {
        return IC_OIDC_KEYS_MALFORMED;
    }
    struct ic_oidc_keys *keys = calloc(1, sizeof *keys);
    if (!keys) {
        return IC_OIDC_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        keys->count += read_key(json_array_get(list, i), &keys->items[keys->count]) ? 1 : 0;
    }
    *ret_keys = keys;
    return IC_OIDC_OK;
}

void ic_oidc_keys_destroy(struct ic_oidc_keys *keys)
{
    for (size_t i = 0; keys && i < keys->count; i++) {
        EVP_PKEY_free(keys->items[i].pkey);
    }
    free(keys);
}

size_t ic_oidc_keys_count(const struct ic_oidc_keys *keys)
{
    return keys->count;
}

EVP_PKEY *ic_oidc_keys_find(const struct ic_oidc_keys *keys, struct ic_str kid, enum ic_oidc_algorithm algorithm)
{
    EVP_PKEY *found = NULL;
    for (size_t i = 0; i < keys->count; i++) {
        const struct key *key = &keys->items[i];
        if (!(key->algorithms & (1 << algorithm)) || !ic_str_equal((struct ic_str){key->kid, key->kid_size}, kid)) {
            continue;
        }
        if (found) {
            return NULL;
        }
        found = key->pkey;
    }
    return found && EVP_PKEY_up_ref(found) == 1 ? found : NULL;
}
