/* Roll-ups: the figures of each quarter of an hour and of each day in UTC by operator and actor, those of the team by
 * quarter, and who first brought a target how far. They are gathered while a transaction runs and written with it.
 *
 * Promises: what is kept equals what can be counted from the events, whatever order they came in; `ic_rollup_check`
 * compares the two. A dashboard reads these, so that it costs the width of its window.
 * Memory: a transaction's share is freed with it; bounded by IC_ROLLUP_COUNTS_MAX and IC_ROLLUP_REACHES_MAX, beyond
 * which it is written early. Threads: as the transaction's. */
#ifndef IC_STORE_ROLLUP_H
#define IC_STORE_ROLLUP_H

#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

enum {
    IC_ROLLUP_QUARTER_MS = 900000,
    IC_ROLLUP_COUNTS_MAX = 4096,
    IC_ROLLUP_REACHES_MAX = 512,
    /* Within how long after a first contact a reply answers it: 14 days. The statements have the number, too. */
    IC_ROLLUP_ANSWER_MS = 1209600000,
};

/* What a roll-up takes of an event. */
struct ic_rollup_event {
    enum ic_event_type event_type;
    int64_t created_at;
    int64_t log_position;
    struct ic_id elg_id;
    struct ic_id opr_id;
    struct ic_id act_id;   /* Empty: none. */
    struct ic_id tar_id;   /* Empty: none. */
    const char *milestone; /* A literal: what the target may have reached for the first time; NULL: nothing. */
    uint64_t opener_print; /* Of what may be a first contact; 0: none (domain/text_print.h). */
};

/* The milestone that a target's first message is; the others have the name of a status. */
extern const char ic_rollup_first_contact[];

/* What the check found. */
struct ic_rollup_report {
    int64_t row_count;        /* Rows of the three roll-ups, as they should be. */
    int64_t mismatch_count;   /* Rows that are missing, too many, or have another value. */
    char first_mismatch[160]; /* Empty when there is none. */
};

/* Adds an event that is written in this transaction. */
IC_NODISCARD enum ic_rc ic_rollup_add(struct ic_store_tx *tx, const struct ic_rollup_event *event, struct ic_err *err);

/* Writes what was gathered; the engine does so at the end of a transaction. */
IC_NODISCARD enum ic_rc ic_rollup_flush(struct ic_store_tx *tx, struct ic_err *err);

struct ic_rollup;

/* Frees what was gathered; NULL is accepted. */
void ic_rollup_destroy(struct ic_rollup *rollup);

/* Compares every row with the events; reads them all. */
IC_NODISCARD enum ic_rc ic_rollup_check(struct ic_store_tx *tx, struct ic_rollup_report *ret_report,
                                        struct ic_err *err);

/* Makes them anew from the events. */
IC_NODISCARD enum ic_rc ic_rollup_rebuild(struct ic_store_tx *tx, struct ic_err *err);

#endif
