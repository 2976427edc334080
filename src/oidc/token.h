/* An ID token as a signed text (RFC 7515, compact): its parts and its signature.
 *
 * Promises: nothing of the payload is read before the signature was verified with a key of the provider's own. A header
 * that brings keys or addresses of keys (jwk, jku, x5c, x5u), that wants something understood (crit), that names
 * another algorithm than those that are taken, or no key, is refused; so are members given twice, base64url that is not
 * canonical, and a token of more than IC_OIDC_TOKEN_BYTES_MAX. Memory: views the text and the arena. Threads: pure. */
#ifndef IC_OIDC_TOKEN_H
#define IC_OIDC_TOKEN_H

#include "oidc/key.h"

#include <jansson.h>

enum { IC_OIDC_TOKEN_BYTES_MAX = 16384, IC_OIDC_SIGNATURE_BYTES_MAX = IC_OIDC_RSA_BITS_MAX / 8 };

struct ic_oidc_token {
    enum ic_oidc_algorithm algorithm;
    struct ic_str kid;
    struct ic_str signed_text; /* Header, dot, payload. */
    struct ic_str payload;     /* Encoded. */
    char signature[IC_OIDC_SIGNATURE_BYTES_MAX];
    size_t signature_size;
};

/* Takes the text apart; `algorithms` is the set of those that are taken. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_token_parse(struct ic_str text, int algorithms, struct ic_arena *arena,
                                                     struct ic_oidc_token *ret_token);

/* Whether `pkey` made the signature. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_token_verify(const struct ic_oidc_token *token, EVP_PKEY *pkey);

/* The payload of a token that was verified, as an object. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_token_read_claims(const struct ic_oidc_token *token, struct ic_arena *arena,
                                                           json_t **ret_claims);

#endif
