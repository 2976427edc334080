/* A push, from the desktop's side: the request's body, the answer's results, and what an answer means for what was
 * sent.
 *
 * Promises: results belong one by one to what was sent, or the whole answer is refused, so that nothing can be taken
 * for acknowledged by mistake; an operation is blamed only by a problem body that names an operation's own fault: a
 * proxy's error page or a server's bad day never rejects a message. Memory: texts view the decoded document; arrays
 * live in the given arena. Threads: pure. */
#ifndef IC_SYNC_PUSH_H
#define IC_SYNC_PUSH_H

#include "sync/features.h"
#include "sync/operation.h"
#include "sync/problem.h"

/* What a desktop hands over. */
struct ic_push_request {
    struct ic_str agent_version;
    const struct ic_str *operations; /* Each already encoded. */
    size_t count;
    const int64_t *ages_ms; /* Since each one's capture, -1: nobody knows; NULL: the server does not want them. */
    bool has_clock;         /* There was an exchange before, which told how far this machine's clock is ahead. */
    int64_t clock_ahead_ms;
};

/* What the server says of one operation. */
struct ic_push_result {
    struct ic_op_id op_id;
    enum ic_operation_outcome outcome;
    struct ic_id elg_id; /* The ids that it has on the server; empty when rejected. */
    struct ic_id olg_id;
    struct ic_id act_id;
    struct ic_id tar_id;
    struct ic_problem problem; /* Only when rejected. */
};

/* What an answer means for the operations that were sent. */
enum ic_push_verdict {
    IC_PUSH_ANSWERED, /* There is a result for each. */
    IC_PUSH_REFUSED,  /* One of them is to blame for the refusal of all. */
    IC_PUSH_UNPAIRED, /* The server does not know this desktop. */
    IC_PUSH_LATER,    /* None is to blame; send them again later. */
};

/* Writes the body of a push. */
void ic_push_encode(const struct ic_push_request *request, struct ic_json_writer *writer);

/* Reads the results of what was sent as `op_ids`, in that order; an answer that does not fit is invalid. */
IC_NODISCARD enum ic_rc ic_push_decode_results(json_t *object, const struct ic_op_id *op_ids, size_t count,
                                               struct ic_arena *arena, struct ic_push_result **ret_results,
                                               struct ic_err *err);

/* Reads what the answer tells beside the results; an older server tells nothing: 0, and no features. */
void ic_push_decode_news(json_t *object, int64_t *ret_server_time, struct ic_features *ret_features);

/* Judges an answer by its status and, when its body is one, its problem (or NULL). */
enum ic_push_verdict ic_push_judge(int status, const struct ic_problem *problem);

#endif
