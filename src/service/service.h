/* What every service stands on: the store, time, randomness, and the memory of who has asked too often.
 *
 * Promises: services say what the product does; they know nothing of HTTP or JSON. A service that writes does so in one
 * transaction, and after a failure nothing is left behind.
 * Memory: the context is its maker's and outlives every call; results live in the arena that a call is given.
 * Threads: any number may call at once; a call may block on the store. */
#ifndef IC_SERVICE_SERVICE_H
#define IC_SERVICE_SERVICE_H

#include "base/clock.h"
#include "base/pace.h"
#include "base/rand.h"
#include "service/cache.h"
#include "service/own_address.h"
#include "service/password_gate.h"
#include "service/presence.h"
#include "service/refusals.h"
#include "service/stream_watch.h"
#include "service/throttle.h"
#include "service/zones.h"
#include "store/store.h"

#include <stdatomic.h>

enum {
    IC_CODE_GUESSES_MAX = 20,            /* Pairing codes that nobody waits with, asked for by one operator ... */
    IC_CODE_GUESS_WINDOW_MS = 600000,    /* ... in this time. */
    IC_PAIRING_STARTS_MAX = 40,          /* Pairings started from one address ... */
    IC_PAIRING_START_WINDOW_MS = 600000, /* ... in this time. */
    IC_ACCOUNT_FAILURES_MAX = 20,        /* Wrong passwords for one account ... */
    IC_ADDRESS_FAILURES_MAX = 60,        /* ... and wrong passwords and links from one address ... */
    IC_FAILURE_WINDOW_MS = 900000,       /* ... in this time. */
};

struct ic_oidc;

struct ic_service {
    struct ic_store *store;
    struct ic_oidc *oidc; /* Borrowed; NULL: nobody signs in by a provider. */
    struct ic_clock clock;
    struct ic_rand rand;
    struct ic_own_address own_address; /* Borrowed; none unless the settings name one. */
    struct ic_pace requests;           /* Of each person, desktop and API token. */
    struct ic_throttle code_guesses;
    struct ic_throttle pairing_starts;
    struct ic_throttle account_failures;
    struct ic_throttle address_failures;
    struct ic_password_gate password_gate;
    struct ic_stream_watch stream_watch;
    struct ic_presence presence;
    struct ic_refusals refusals;
    atomic_int replays; /* That run now. */
    struct ic_zones zones;
    struct ic_cache cache;            /* Of pages. */
    atomic_llong goals_looked_cursor; /* The feed's end when it was last looked which goals are reached. */
};

/* Makes a context; it borrows the store. */
void ic_service_init(struct ic_service *service, struct ic_store *store, const struct ic_clock *clock,
                     const struct ic_rand *rand);

/* Gives back what the context itself holds; the store stays open. */
void ic_service_release(struct ic_service *service);

#endif
