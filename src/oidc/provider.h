/* One provider: what it says of itself and its keys, kept for a while, and the exchange of a code.
 *
 * Promises: what was fetched is kept as long as the provider says, between IC_OIDC_KEEP_S_MIN and IC_OIDC_KEEP_S_MAX.
 * It is fetched by one caller at a time and never under a lock; others go on with what is there, or are told `busy`.
 * After a failure nothing is fetched again for IC_OIDC_RETRY_MS; for a kid that is unknown the keys are fetched once
 * more, at most every IC_OIDC_REFRESH_MS. Memory: owns its caches. Threads: any; blocks on the network. */
#ifndef IC_OIDC_PROVIDER_H
#define IC_OIDC_PROVIDER_H

#include "base/clock.h"
#include "oidc/claims.h"
#include "oidc/journey.h"
#include "oidc/key.h"
#include "oidc/metadata.h"
#include "oidc/token.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    IC_OIDC_KEEP_S_MIN = 300,
    IC_OIDC_KEEP_S_MAX = 86400,
    IC_OIDC_KEEP_S_DEFAULT = 3600,
    IC_OIDC_RETRY_MS = 2000,
    IC_OIDC_REFRESH_MS = 10000,
};

/* How it was set up; the texts live as long as the provider. */
struct ic_oidc_settings {
    const char *name;  /* In addresses: "google". */
    const char *title; /* On the page. */
    const char *issuer;
    const char *client_id;
    const char *client_secret;
    const char *hosted_domain; /* Empty: any. */
};

/* When something was fetched, and when it may be again; monotonic milliseconds. */
struct ic_oidc_cache {
    bool is_fetching;
    bool was_fetched;
    int64_t fresh_until;
    int64_t tried_at;
    bool has_failed; /* The last time. */
    enum ic_oidc_reason failure;
};

struct ic_oidc_provider {
    struct ic_oidc_settings settings;
    const struct ic_clock *clock;
    const atomic_bool *stops;
    bool may_be_plain;
    pthread_mutex_t lock; /* Guards what follows; held for copies only. */
    struct ic_oidc_cache metadata_cache;
    struct ic_oidc_metadata metadata;
    struct ic_oidc_cache keys_cache;
    struct ic_oidc_keys *keys;
};

/* What a browser brought back, after it turned out to be the one that left. */
struct ic_oidc_return {
    struct ic_str code;
    bool has_issuer; /* `iss` was there. */
    struct ic_str issuer;
    struct ic_str redirect_address; /* The one that it was sent with. */
};

void ic_oidc_provider_init(struct ic_oidc_provider *provider, const struct ic_oidc_settings *settings,
                           const struct ic_clock *clock, const atomic_bool *stops);
void ic_oidc_provider_release(struct ic_oidc_provider *provider);

/* Writes the address that the browser is sent to; `proves` asks the provider to have them show again who they are. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_provider_begin(struct ic_oidc_provider *provider,
                                                        const struct ic_oidc_journey *journey, bool proves,
                                                        struct ic_str redirect_address, struct ic_arena *arena,
                                                        struct ic_str *ret_address);

/* Exchanges the code and checks what came for it. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_provider_finish(struct ic_oidc_provider *provider,
                                                         const struct ic_oidc_journey *journey, bool proves,
                                                         const struct ic_oidc_return *came, struct ic_arena *arena,
                                                         struct ic_oidc_person *ret_person);

#endif
