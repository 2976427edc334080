/* A browser's way to a provider and back: what it left with, kept by itself, sealed.
 *
 * Promises: state, nonce and verifier are 256 random bits each. What the browser keeps can be neither read nor changed
 * by it, and opens only with the key it was sealed with, for IC_OIDC_JOURNEY_MS; nothing of it is kept here, so that
 * strangers who set out cost no memory. `errand` is whatever the caller wants to find again. Memory: fixed size, the
 * caller's to wipe. Threads: pure but for the random source. */
#ifndef IC_OIDC_JOURNEY_H
#define IC_OIDC_JOURNEY_H

#include "base/base64url.h"
#include "base/secret.h"
#include "oidc/reason.h"

enum {
    IC_OIDC_JOURNEY_MS = 600000,
    IC_OIDC_ERRAND_SIZE = 512,
    IC_OIDC_SEAL_KEY_SIZE = 32,
    IC_OIDC_SEAL_EXTRA_SIZE = 24 + 16, /* The seal's own nonce and its authenticator. */
};

struct ic_oidc_journey {
    int64_t began_at;
    int32_t provider_index;
    int32_t errand_size;
    struct ic_secret state;
    struct ic_secret nonce;
    struct ic_secret verifier; /* PKCE's. */
    char errand[IC_OIDC_ERRAND_SIZE];
};

enum { IC_OIDC_SEALED_TEXT_SIZE = IC_BASE64URL_SIZE(sizeof(struct ic_oidc_journey) + IC_OIDC_SEAL_EXTRA_SIZE) + 1 };

/* The key that a secret makes: the same for the same secret. */
void ic_oidc_seal_key_derive(struct ic_str secret, unsigned char ret_key[IC_OIDC_SEAL_KEY_SIZE]);

/* Makes the secrets of one. */
void ic_oidc_journey_init(struct ic_oidc_journey *journey, const struct ic_rand *rand, int provider_index, int64_t now);

/* The verifier's challenge by S256; with a NUL behind it. */
void ic_oidc_journey_challenge(const struct ic_oidc_journey *journey, char ret_text[IC_SECRET_SIZE + 1]);

/* Writes the sealed text, with a NUL behind it. */
void ic_oidc_journey_seal(const struct ic_oidc_journey *journey, const unsigned char key[IC_OIDC_SEAL_KEY_SIZE],
                          const struct ic_rand *rand, char ret_text[IC_OIDC_SEALED_TEXT_SIZE]);

/* Opens one; fails with journey_missing or journey_expired. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_journey_open(struct ic_str text,
                                                      const unsigned char key[IC_OIDC_SEAL_KEY_SIZE], int64_t now,
                                                      struct ic_oidc_journey *ret_journey);

/* Whether the state that came back is this journey's. */
bool ic_oidc_journey_has_state(const struct ic_oidc_journey *journey, struct ic_str state);

#endif
