/* What was refused, counted in memory and told to the audit now and then.
 *
 * Promises: a refusal writes nothing to the store: nobody can fill the database by being refused. Refusals of one
 * person (or of visitors without one), of the same thing and for the same reason, are one entry with a count: the first
 * is written with the next step of the upkeep, what follows at most once in IC_REFUSAL_WINDOW_MS. At most
 * IC_REFUSALS_MAX kinds are told apart at a time; what comes beyond is counted together. A server that is killed
 * forgets what it has not written; the log has each refusal. Memory: fixed size, the caller's. Threads: any. */
#ifndef IC_SERVICE_REFUSALS_H
#define IC_SERVICE_REFUSALS_H

#include "base/clock.h"
#include "base/err.h"
#include "domain/id.h"
#include "store/store.h"

#include <pthread.h>

struct ic_asker;

enum { IC_REFUSALS_MAX = 128, IC_REFUSAL_WINDOW_MS = 3600000, IC_REFUSAL_ADDRESS_SIZE = 48 };

/* Refusals of a kind. */
struct ic_refusal {
    const char *asked_for; /* A literal, such as "change_role"; NULL: the place is free. */
    enum ic_code code;     /* Why. */
    int credential;        /* enum ic_credential: by what they were known. */
    struct ic_id opr_id;   /* Empty: a visitor without a name. */
    struct ic_id device_id;
    struct ic_id token_id;
    char address[IC_REFUSAL_ADDRESS_SIZE]; /* The last one's. */
    int64_t count;                         /* That were not written yet. */
    int64_t first_at;
    int64_t last_at;
    int64_t written_at; /* 0: never. */
};

struct ic_refusals {
    struct ic_clock clock;
    pthread_mutex_t lock; /* Guards what follows; never held while anything is written. */
    struct ic_refusal kinds[IC_REFUSALS_MAX];
    struct ic_refusal others; /* For which there was no room. */
};

void ic_refusals_init(struct ic_refusals *refusals, const struct ic_clock *clock);
void ic_refusals_release(struct ic_refusals *refusals);

/* Counts one: `asked_for` is a literal. An asker that is all zero but for the address is a visitor without a name. */
void ic_refusals_count(struct ic_refusals *refusals, const struct ic_asker *asker, const char *asked_for,
                       enum ic_code code);

/* Writes what is due, or with `is_last` everything; what could not be written is kept. */
IC_NODISCARD enum ic_rc ic_refusals_write(struct ic_refusals *refusals, struct ic_store *store, bool is_last,
                                          struct ic_err *err);

#endif
