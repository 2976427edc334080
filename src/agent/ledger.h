/* The ledger: the agent's local SQLite file, and the only place that knows it. Here are its outbox and its link with
 * the server; agent/replica.h is what the server told, agent/look_up.h what a person asks.
 *
 * Promises: what ic_ledger_put has stored is on the disk (WAL, synchronous FULL) before it returns; an op_id stands for
 * one content for ever; operations leave the outbox in the order in which they came, and change their state only by the
 * moves of sync/moves.h. Several processes may have it open. Memory: create/destroy; results live in the caller's
 * arena. Threads: a ledger belongs to one thread; each opens its own. Calls wait for other writers up to
 * IC_LEDGER_BUSY_MS, then fail with busy. The file is touched by SQLite alone. */
#ifndef IC_AGENT_LEDGER_H
#define IC_AGENT_LEDGER_H

#include "agent/path.h"
#include "base/arena.h"
#include "base/clock.h"
#include "sync/features.h"
#include "sync/moves.h"
#include "sync/push.h"

enum {
    IC_LEDGER_SCHEMA_VERSION = 3,
    IC_LEDGER_BUSY_MS = 2000,
    IC_LEDGER_EXPIRE_MAX = 1000, /* Operations that one call forgets. */
    IC_LEDGER_SERVER_URL_SIZE = 256,
    IC_LEDGER_FILE_NAME_SIZE = 64,
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

/* What an answer of the server told beside its matter. */
struct ic_heard {
    int64_t server_time;    /* 0: nothing was told. */
    int64_t monotonic_ms;   /* When it came. */
    int64_t clock_ahead_ms; /* How far this machine's clock was ahead. */
    struct ic_features features;
};

/* What the ledger remembers of its exchanges with the server. */
struct ic_ledger_memory {
    struct ic_heard heard;
    bool is_of_this_boot; /* heard.monotonic_ms compares with the clock's. */
    int64_t hybrid_time;  /* The largest that was given or seen. */
    int64_t past;         /* How often the server was found to have lost its past. */
    int64_t settles;      /* How often results were noted. */
    int64_t echoed;       /* Up to which of them the replica has what they brought about. */
    struct ic_id seen;    /* The event of the operation that was acknowledged last; empty: a page has confirmed it. */
    int64_t asked;        /* How often a person asked to sync now; up to `answered` it was done. */
    int64_t answered;
    int64_t restored_at; /* When a backup took a damaged ledger's place; 0: never. */
    char damaged[IC_LEDGER_FILE_NAME_SIZE];
};

/* Where the replica stands (agent/replica.h). */
struct ic_replica_place {
    int64_t in_use;                                /* A generation; 0: none is complete. */
    int64_t filling;                               /* The one that is being filled; 0: none. */
    bool has_stale;                                /* Rows of older ones are still to be removed. */
    char place[IC_LIMIT_PLACE_CHARACTERS_MAX + 1]; /* Where to go on; empty: at the beginning. */
    char server_url[IC_LEDGER_SERVER_URL_SIZE];    /* Whose it is. */
    int64_t done;                                  /* Targets of the snapshot that came, of so many. */
    int64_t total;
    int64_t pulled_at; /* When it was last up to date; 0: never. */
};

struct ic_ledger_summary {
    int64_t pending;
    int64_t rejected;
    struct ic_link link;
    struct ic_ledger_memory memory;
    struct ic_replica_place replica;
};

/* The oldest pending operations, encoded. */
struct ic_ledger_batch {
    size_t count;
    struct ic_op_id *op_ids;
    struct ic_str *operations;
    int64_t *ages_ms; /* Since the capture; -1: nobody knows. */
};

struct ic_ledger_rejection {
    struct ic_op_id op_id;
    struct ic_str operation; /* Encoded. */
    struct ic_str code;
    struct ic_str detail;
    int64_t settled_at;
};

/* The server's word about operations. */
struct ic_ledger_settlement {
    const char *server_url; /* Whose word it is; NULL: nobody asks. */
    int64_t past;           /* memory.past when they were sent: an answer of a past that is lost is worth nothing. */
    const struct ic_push_result *results;
    size_t count;
    const struct ic_link *link;
    const struct ic_heard *heard; /* NULL: nothing beside. */
};

/* An operation with what became of it, as ic_ledger_each shows it. */
struct ic_ledger_entry {
    struct ic_op_id op_id;
    struct ic_str operation; /* Encoded. */
    enum ic_operation_state state;
    struct ic_str code;
    struct ic_str detail;
    struct ic_str elg_id;
    int64_t created_at;
    int64_t settled_at; /* 0: it is not. */
};

/* Opens the ledger at `path`, making or migrating it; `clock` must outlive it. Fails with ledger_full,
 * ledger_unwritable, busy or corrupt. */
IC_NODISCARD enum ic_rc ic_ledger_create(const struct ic_path *path, const struct ic_clock *clock,
                                         struct ic_ledger **ret_ledger, struct ic_err *err);
void ic_ledger_destroy(struct ic_ledger *ledger);

/* Whether another file stands at the ledger's path by now: what is written here is of no use. */
bool ic_ledger_has_moved(struct ic_ledger *ledger);

/* Puts an operation into the outbox and says whether the same one was there already; fails with op_conflict when its
 * op_id stands for something else. It is given a hybrid time when it has none and the server takes one. */
IC_NODISCARD enum ic_rc ic_ledger_put(struct ic_ledger *ledger, const struct ic_operation *operation,
                                      bool *ret_duplicate, struct ic_err *err);

IC_NODISCARD enum ic_rc ic_ledger_get_summary(struct ic_ledger *ledger, struct ic_ledger_summary *ret_summary,
                                              struct ic_err *err);

/* This machine's clock, corrected by what the server last told. */
int64_t ic_ledger_memory_now_ms(const struct ic_ledger_memory *memory, const struct ic_clock *clock);

/* Lists up to `count_max` pending operations of up to `bytes_max` bytes together, but at least one if there is one that
 * a server with these features understands. */
IC_NODISCARD enum ic_rc ic_ledger_list_pending(struct ic_ledger *ledger, struct ic_features features, size_t count_max,
                                               size_t bytes_max, struct ic_arena *arena,
                                               struct ic_ledger_batch *ret_batch, struct ic_err *err);

/* Notes the server's results and the state of the link, in one transaction. */
IC_NODISCARD enum ic_rc ic_ledger_settle(struct ic_ledger *ledger, const struct ic_ledger_settlement *settlement,
                                         struct ic_err *err);

/* Notes the state of the link alone. */
IC_NODISCARD enum ic_rc ic_ledger_put_link(struct ic_ledger *ledger, const struct ic_link *link, struct ic_err *err);

/* Lists the latest `count_max` rejected operations, newest first. */
IC_NODISCARD enum ic_rc ic_ledger_list_rejected(struct ic_ledger *ledger, size_t count_max, struct ic_arena *arena,
                                                struct ic_ledger_rejection **ret_rejections, size_t *ret_count,
                                                struct ic_err *err);

/* A person's move of a rejected operation, or of all (`op_id` is NULL): IC_MOVE_TRY_AGAIN or IC_MOVE_DISMISS. */
IC_NODISCARD enum ic_rc ic_ledger_move_rejected(struct ic_ledger *ledger, enum ic_operation_move move,
                                                const struct ic_op_id *op_id, int64_t *ret_count, struct ic_err *err);

/* Forgets operations that the server has had for longer than IC_LIMIT_ACKNOWLEDGED_LIFETIME_MS, a bounded number. */
IC_NODISCARD enum ic_rc ic_ledger_expire(struct ic_ledger *ledger, struct ic_err *err);

/* Shows every operation in the order of capture; a `visit` that gives false ends it. */
IC_NODISCARD enum ic_rc ic_ledger_each(struct ic_ledger *ledger,
                                       bool (*visit)(void *context, const struct ic_ledger_entry *entry), void *context,
                                       struct ic_err *err);

/* Notes that a person asks to sync now; `ret_number` is the question's. */
IC_NODISCARD enum ic_rc ic_ledger_ask(struct ic_ledger *ledger, int64_t *ret_number, struct ic_err *err);

/* Notes that what was asked up to `number` is done. */
IC_NODISCARD enum ic_rc ic_ledger_answer(struct ic_ledger *ledger, int64_t number, struct ic_err *err);

/* Has SQLite check the whole file; fails with corrupt. */
IC_NODISCARD enum ic_rc ic_ledger_check(struct ic_ledger *ledger, struct ic_err *err);

#endif
