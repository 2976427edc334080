/* A desktop hands over operations; each becomes an event once.
 *
 * Promises: a batch is applied in one transaction, in its order: when ic_push_apply returns IC_OK all its results are
 * durable, otherwise nothing of it is kept. An op_id that is known with the same content gives the same ids again; with
 * other content it is rejected alone. A desktop whose clock is wrong neither dates an event into the future nor wins by
 * it; what it said is kept (docs/sync.md, Clocks). Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_PUSH_H
#define IC_SERVICE_PUSH_H

#include "service/service.h"
#include "store/access.h"
#include "store/outreach.h"
#include "sync/operation.h"

enum { IC_PUSH_AGE_UNKNOWN = -1 };

struct ic_push_batch {
    const struct ic_device *device; /* Who pushes. */
    struct ic_str agent_version;    /* Empty: not told. */
    struct ic_str address;          /* Where it comes from. */
    const struct ic_operation *operations;
    size_t count;
    /* How long ago each was captured, by a clock that does not jump, or IC_PUSH_AGE_UNKNOWN; NULL: of none is known. */
    const int64_t *ages_ms;
    bool has_clock_ahead;
    int64_t clock_ahead_ms; /* How far the desktop's clock was ahead of the server's at the last exchange. */
};

struct ic_push_outcome {
    struct ic_op_id op_id;
    enum ic_operation_outcome outcome;
    struct ic_outreach_ids ids; /* Empty when rejected. */
    enum ic_code code;          /* Why it was rejected; otherwise IC_CODE_OK. */
};

/* Applies the batch; `ret_outcomes` has one outcome per operation, in order. Fails with invalid_token when the device
 * was revoked meanwhile. */
IC_NODISCARD enum ic_rc ic_push_apply(struct ic_service *service, const struct ic_push_batch *batch,
                                      struct ic_arena *arena, struct ic_push_outcome **ret_outcomes,
                                      int64_t *ret_server_time, struct ic_err *err);

#endif
