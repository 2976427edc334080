/* Signing in by OpenID Connect: the providers that are set up, and browsers on their way to them and back.
 *
 * Promises: authorization code with PKCE; a callback counts only in the browser that set out, once, within
 * IC_OIDC_JOURNEY_MS, with its state. At most IC_OIDC_WAITING_MAX callers wait for providers at once; one more is told
 * `busy`. Nothing is written to disk. The key that seals journeys is derived from the secret that servers on one
 * database share; without one it is made at start and dies with the process, and journeys with it. That a journey
 * counts once is known to the process that it came back to; for another one the provider sees to it, whose code counts
 * once, too. Memory: created and destroyed; borrows the settings' texts. Threads: any; blocks on the network. */
#ifndef IC_OIDC_OIDC_H
#define IC_OIDC_OIDC_H

#include "oidc/provider.h"

enum { IC_OIDC_PROVIDERS_MAX = 2, IC_OIDC_WAITING_MAX = 2 };

struct ic_oidc;

struct ic_oidc_options {
    struct ic_oidc_settings providers[IC_OIDC_PROVIDERS_MAX];
    size_t providers_count;
    const char *secret; /* Of which the key for journeys is made; empty: one is made at random. */
    struct ic_clock clock;
    struct ic_rand rand;
};

/* Fails with invalid_parameter for an issuer that is not safe. */
IC_NODISCARD enum ic_rc ic_oidc_create(const struct ic_oidc_options *options, struct ic_oidc **ret_oidc,
                                       struct ic_err *err);

/* Ends whatever waits for a provider, soon, and has nobody wait again. NULL is accepted. */
void ic_oidc_stop(struct ic_oidc *oidc);

/* Nobody may be in it. NULL is accepted. */
void ic_oidc_destroy(struct ic_oidc *oidc);

/* How many there are; none of NULL. */
size_t ic_oidc_count(const struct ic_oidc *oidc);
const struct ic_oidc_settings *ic_oidc_settings_of(const struct ic_oidc *oidc, size_t index);

/* The provider of that name; false when there is none. */
bool ic_oidc_find(const struct ic_oidc *oidc, struct ic_str name, size_t *ret_index);

/* Where a browser goes, and what it keeps. */
struct ic_oidc_departure {
    struct ic_str address;
    char kept[IC_OIDC_SEALED_TEXT_SIZE]; /* With a NUL behind it. */
};

/* Sends a browser to a provider; `errand` of at most IC_OIDC_ERRAND_SIZE bytes is given back when it returns. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_begin(struct ic_oidc *oidc, size_t index, bool proves,
                                               struct ic_str redirect_address, struct ic_str errand,
                                               struct ic_arena *arena, struct ic_oidc_departure *ret_departure);

/* What came with a callback. */
struct ic_oidc_callback {
    size_t index;       /* The provider by whose address it came. */
    struct ic_str kept; /* Empty: none. */
    struct ic_str state;
};

/* Opens what the browser kept, and gives back the errand. Before anything else is done with a callback. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_open(struct ic_oidc *oidc, const struct ic_oidc_callback *callback,
                                              struct ic_oidc_journey *ret_journey);

/* Who the provider says came back with the code. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_finish(struct ic_oidc *oidc, const struct ic_oidc_journey *journey,
                                                bool proves, const struct ic_oidc_return *came, struct ic_arena *arena,
                                                struct ic_oidc_person *ret_person);

#endif
