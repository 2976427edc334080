#include "oidc/journey.h"

#include <sodium.h>
#include <string.h>

enum { SEALED_SIZE = sizeof(struct ic_oidc_journey) + IC_OIDC_SEAL_EXTRA_SIZE };

_Static_assert(IC_OIDC_SEAL_KEY_SIZE == crypto_secretbox_KEYBYTES, "the seal's key");
_Static_assert((int)IC_OIDC_SEAL_EXTRA_SIZE == (int)(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES),
               "the seal");

void ic_oidc_seal_key_derive(struct ic_str secret, unsigned char ret_key[IC_OIDC_SEAL_KEY_SIZE])
{
    static const char purpose[] = "instacrm oidc journey 1"; /* Another layout of a journey is another number. */
    crypto_generichash(ret_key, IC_OIDC_SEAL_KEY_SIZE, (const unsigned char *)secret.data, secret.size,
                       (const unsigned char *)purpose, sizeof purpose - 1);
}

void ic_oidc_journey_init(struct ic_oidc_journey *journey, const struct ic_rand *rand, int provider_index, int64_t now)
{
    memset(journey, 0, sizeof *journey); /* Padding, too: all of it is sealed. */
    journey->began_at = now;
    journey->provider_index = provider_index;
    ic_secret_create(rand, &journey->state);
    ic_secret_create(rand, &journey->nonce);
    ic_secret_create(rand, &journey->verifier);
}

void ic_oidc_journey_challenge(const struct ic_oidc_journey *journey, char ret_text[IC_SECRET_SIZE + 1])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)journey->verifier.text, IC_SECRET_SIZE);
    ic_base64url_write((struct ic_str){(const char *)digest, sizeof digest}, ret_text);
}

void ic_oidc_journey_seal(const struct ic_oidc_journey *journey, const unsigned char key[IC_OIDC_SEAL_KEY_SIZE],
                          const struct ic_rand *rand, char ret_text[IC_OIDC_SEALED_TEXT_SIZE])
{
    unsigned char sealed[SEALED_SIZE];
    ic_rand_fill(rand, sealed, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, (const unsigned char *)journey, sizeof *journey, sealed,
                          key);
    ic_base64url_write((struct ic_str){(const char *)sealed, sizeof sealed}, ret_text);
}

enum ic_oidc_reason ic_oidc_journey_open(struct ic_str text, const unsigned char key[IC_OIDC_SEAL_KEY_SIZE],
                                         int64_t now, struct ic_oidc_journey *ret_journey)
{
    unsigned char sealed[SEALED_SIZE];
    struct ic_oidc_journey journey;
    size_t size;
    if (!ic_base64url_read(text, (char *)sealed, sizeof sealed, &size) || size != sizeof sealed ||
        crypto_secretbox_open_easy((unsigned char *)&journey, sealed + crypto_secretbox_NONCEBYTES,
                                   sizeof sealed - crypto_secretbox_NONCEBYTES, sealed, key) != 0) {
        return IC_OIDC_JOURNEY_MISSING;
    }
    bool is_fresh = now >= journey.began_at && now - journey.began_at < IC_OIDC_JOURNEY_MS;
    if (is_fresh) {
        *ret_journey = journey;
    }
    ic_secret_wipe(&journey, sizeof journey);
    return is_fresh ? IC_OIDC_OK : IC_OIDC_JOURNEY_EXPIRED;
}

bool ic_oidc_journey_has_state(const struct ic_oidc_journey *journey, struct ic_str state)
{
    return state.size == IC_SECRET_SIZE && sodium_memcmp(state.data, journey->state.text, IC_SECRET_SIZE) == 0;
}
