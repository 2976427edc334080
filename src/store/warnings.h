/* Warnings: what the team's rules said of messages that were sent all the same.
 *
 * Promises: a warning is written in the transaction of its message and never changes. The warnings of a page of the log
 * are read together, one exchange with the engine for every IC_STORE_WARNED_EVENTS messages. Memory: what is read lives
 * in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_WARNINGS_H
#define IC_STORE_WARNINGS_H

#include "store/events.h"

enum { IC_STORE_WARNED_EVENTS = 32 };

/* A warning to be written. */
struct ic_warning {
    struct ic_id elg_id; /* The message's event, as the next four. */
    struct ic_id opr_id;
    struct ic_id act_id;
    int64_t created_at;
    int64_t log_position;
    struct ic_id rule_id;
    int64_t counted;
    int64_t wait_sec; /* -1: no wait helps. */
    bool was_shown;
    struct ic_str reason; /* Empty: none was given. */
};

IC_NODISCARD enum ic_rc ic_store_warnings_insert(struct ic_store_tx *tx, const struct ic_warning *warnings,
                                                 size_t count, struct ic_err *err);

/* Gives entries of the log their warnings; each lies `stride` bytes behind the one before. */
IC_NODISCARD enum ic_rc ic_store_warnings_read(struct ic_store_tx *tx, struct ic_log_entry *entries, size_t count,
                                               size_t stride, struct ic_arena *arena, struct ic_err *err);

#endif
