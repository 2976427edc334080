/* The ledger: the agent's local SQLite file, and the only place that knows it.
 *
 * Promises: what ic_ledger_put has stored is on the disk (WAL, synchronous FULL) before it returns; an op_id stands for
 * one content for ever; operations leave the outbox in the order in which they came. Several processes may have it
 * open. Of acknowledged operations the latest IC_LEDGER_HISTORY_MAX are kept, of pending and rejected ones all. Memory:
 * create/destroy; results live in the caller's arena. Threads: a ledger belongs to one thread; each opens its own.
 * Calls wait for other writers up to IC_LEDGER_BUSY_MS, then fail with busy. */
#ifndef IC_AGENT_LEDGER_H
#define IC_AGENT_LEDGER_H

#include "agent/path.h"
#include "base/arena.h"
#include "base/clock.h"
#include "sync/push.h"

enum {
    IC_LEDGER_SCHEMA_VERSION = 1,
    IC_LEDGER_BUSY_MS = 2000,
    IC_LEDGER_HISTORY_MAX = 1000,
};

struct ic_ledger;

/* How things stand between this desktop and the server. */
enum ic_link_state {
    IC_LINK_UNKNOWN, /* Nothing was exchanged yet. */
    IC_LINK_ONLINE,  /* The last exchange went well. */
    IC_LINK_OFFLINE, /* The last exchange failed; `code` and `detail` say why. */
    IC_LINK_REFUSED, /* The server does not know this desktop. */
};

struct ic_link {
    enum ic_link_state state;
    struct ic_id device_id; /* As which the exchange was made. */
    char code[IC_PROBLEM_CODE_BYTES_MAX + 1];
    char detail[IC_PROBLEM_DETAIL_BYTES_MAX + 1];
    int64_t changed_at;   /* When it began to be so. */
    int64_t last_push_at; /* 0: never. */
};

struct ic_ledger_summary {
    int64_t pending;
    int64_t rejected;
    struct ic_link link;
};

/* The oldest pending operations, encoded. */
struct ic_ledger_batch {
    size_t count;
    struct ic_op_id *op_ids;
    struct ic_str *operations;
};

struct ic_ledger_rejection {
    struct ic_op_id op_id;
    struct ic_str operation; /* Encoded. */
    struct ic_str code;
    struct ic_str detail;
    int64_t settled_at;
};

/* Opens the ledger at `path`, making or migrating it; `clock` must outlive it. Fails with ledger_full,
 * ledger_unwritable, busy or corrupt. */
IC_NODISCARD enum ic_rc ic_ledger_create(const struct ic_path *path, const struct ic_clock *clock,
                                         struct ic_ledger **ret_ledger, struct ic_err *err);
void ic_ledger_destroy(struct ic_ledger *ledger);

/* Puts an operation into the outbox and says whether the same one was there already; fails with op_conflict when its
 * op_id stands for something else. */
IC_NODISCARD enum ic_rc ic_ledger_put(struct ic_ledger *ledger, const struct ic_operation *operation,
                                      bool *ret_duplicate, struct ic_err *err);

IC_NODISCARD enum ic_rc ic_ledger_get_summary(struct ic_ledger *ledger, struct ic_ledger_summary *ret_summary,
                                              struct ic_err *err);

/* Lists up to `count_max` pending operations of up to `bytes_max` bytes together, but at least one if there is one. */
IC_NODISCARD enum ic_rc ic_ledger_list_pending(struct ic_ledger *ledger, size_t count_max, size_t bytes_max,
                                               struct ic_arena *arena, struct ic_ledger_batch *ret_batch,
                                               struct ic_err *err);

/* Notes the server's results and the state of the link, in one transaction. */
IC_NODISCARD enum ic_rc ic_ledger_settle(struct ic_ledger *ledger, const struct ic_push_result *results, size_t count,
                                         const struct ic_link *link, struct ic_err *err);

/* Notes the state of the link alone. */
IC_NODISCARD enum ic_rc ic_ledger_put_link(struct ic_ledger *ledger, const struct ic_link *link, struct ic_err *err);

/* Lists the latest `count_max` rejected operations, newest first. */
IC_NODISCARD enum ic_rc ic_ledger_list_rejected(struct ic_ledger *ledger, size_t count_max, struct ic_arena *arena,
                                                struct ic_ledger_rejection **ret_rejections, size_t *ret_count,
                                                struct ic_err *err);

/* Has SQLite check the whole file; fails with corrupt. */
IC_NODISCARD enum ic_rc ic_ledger_check(struct ic_ledger *ledger, struct ic_err *err);

#endif
