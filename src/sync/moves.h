/* The states of an operation on a desktop, and every move between them (docs/sync.md, States of an operation).
 *
 * Promises: one table, the page's; what is not in it is refused. Memory: constants. Threads: pure. */
#ifndef IC_SYNC_MOVES_H
#define IC_SYNC_MOVES_H

#include "base/err.h"
#include "base/str.h"

enum ic_operation_state {
    IC_STATE_NONE, /* Not in the ledger: not yet, or not any more. */
    IC_STATE_PENDING,
    IC_STATE_ACKNOWLEDGED,
    IC_STATE_REJECTED,
};

/* What happens to an operation. */
enum ic_operation_move {
    IC_MOVE_CAPTURE,
    IC_MOVE_KEEP,
    IC_MOVE_ACKNOWLEDGE,
    IC_MOVE_REJECT,
    IC_MOVE_TRY_AGAIN,
    IC_MOVE_DISMISS,
    IC_MOVE_LOSE_PAST,
    IC_MOVE_RESTORE,
    IC_MOVE_EXPIRE,
    IC_MOVE_COUNT,
};

struct ic_move {
    enum ic_operation_state from;
    const char *by; /* As the page says it. */
    enum ic_operation_state to;
};

const struct ic_move *ic_move_get(enum ic_operation_move move);

/* Where the move leads from `from`; false when there is no such move. */
IC_NODISCARD bool ic_move_apply(enum ic_operation_state from, enum ic_operation_move move,
                                enum ic_operation_state *ret_to);

/* "-" for none. */
const char *ic_operation_state_name(enum ic_operation_state state);

/* False, leaving `ret_state` alone, when `name` is none. */
bool ic_operation_state_parse(struct ic_str name, enum ic_operation_state *ret_state);

#endif
