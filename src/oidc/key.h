/* A provider's public keys (RFC 7517).
 *
 * Promises: keys that are not for verifying signatures, too small, too large, off their curve, without a kid, or that
 * come with a private part, are passed over, as if they were not there; a document that is none of keys, or of more
 * than IC_OIDC_KEYS_MAX, is refused. A key is found when exactly one fits. Memory: a set is created and destroyed; a
 * key that was found is its finder's to free (EVP_PKEY_free), and outlives the set. Threads: a set is constant. */
#ifndef IC_OIDC_KEY_H
#define IC_OIDC_KEY_H

#include "base/arena.h"
#include "oidc/algorithm.h"
#include "oidc/reason.h"

#include <openssl/evp.h>

enum {
    IC_OIDC_KEYS_MAX = 32,
    IC_OIDC_KID_BYTES_MAX = 128,
    IC_OIDC_RSA_BITS_MIN = 2048,
    IC_OIDC_RSA_BITS_MAX = 4096,
};

struct ic_oidc_keys;

/* Reads a key set; `arena` is for what is needed on the way. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_keys_create(struct ic_str text, struct ic_arena *arena,
                                                     struct ic_oidc_keys **ret_keys);

/* NULL is accepted. */
void ic_oidc_keys_destroy(struct ic_oidc_keys *keys);

size_t ic_oidc_keys_count(const struct ic_oidc_keys *keys);

/* The one key of that kid that may sign with the algorithm; NULL when there is none, or more than one. */
EVP_PKEY *ic_oidc_keys_find(const struct ic_oidc_keys *keys, struct ic_str kid, enum ic_oidc_algorithm algorithm);

#endif
