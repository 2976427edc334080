/* The replica: what the desktop keeps of the server's state, filled page by page.
 *
 * Promises: a page is stored whole or not at all, with the place behind it, suppressions first; a page that was asked
 * for at another place than the replica has reached is passed over. While a replica begins anew, the one before stays
 * in use until the new one is complete and up to date. Nothing but pages changes it. Memory: the caller's. Threads: the
 * ledger's. */
#ifndef IC_AGENT_REPLICA_H
#define IC_AGENT_REPLICA_H

#include "agent/ledger.h"
#include "sync/pull_page.h"

enum {
    IC_REPLICA_SWEEP_MAX = 1000,                  /* Rows of each table that one call removes. */
    IC_REPLICA_UNCHANGED_MS_MAX = 10 * 60 * 1000, /* How long news of nothing new cost the disk nothing. */
};

/* What was asked, and what the answer told beside the page. */
struct ic_replica_pull {
    const char *server_url;
    struct ic_replica_place asked_at; /* Where the replica stood. */
    bool from_the_beginning;          /* No place was named. */
    int64_t settles;                  /* memory.settles when it was asked: the server has applied so much. */
    const struct ic_link *link;
    const struct ic_heard *heard;
};

/* Stores a page. When the server has lost its past, what it had acknowledged is pending again. */
IC_NODISCARD enum ic_rc ic_replica_take(struct ic_ledger *ledger, const struct ic_replica_pull *pull,
                                        const struct ic_pull_page *page, struct ic_err *err);

/* Removes a bounded number of rows that are in no use any more; says whether there may be more. */
IC_NODISCARD enum ic_rc ic_replica_sweep(struct ic_ledger *ledger, bool *ret_has_more, struct ic_err *err);

/* What the team has agreed on, and is yet to decide, as far as the replica tells. */
struct ic_replica_agreed {
    int64_t goals; /* Active. */
    int64_t rules;
    int64_t suggestions; /* Of both, pending. */
};

IC_NODISCARD enum ic_rc ic_replica_count_agreed(struct ic_ledger *ledger, struct ic_replica_agreed *ret_agreed,
                                                struct ic_err *err);

/* Forgets who wrote to whom longer than IC_LIMIT_RECENT_OUTREACH_MS ago. */
IC_NODISCARD enum ic_rc ic_replica_expire(struct ic_ledger *ledger, struct ic_err *err);

#endif
