/* Outreach as desktops push it: messages whose actors and targets are found or made on the way.
 *
 * Promises: an op_id stands for one event for ever; a batch costs a fixed number of exchanges with the engine for every
 * sixteen of its messages, not one for each statement.
 * Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_OUTREACH_H
#define IC_STORE_OUTREACH_H

#include "store/events.h"

/* A sent message to be written. */
struct ic_outreach {
    struct ic_id opr_id;
    struct ic_id device_id; /* Empty: not from a desktop. */
    struct ic_handle act_username;
    struct ic_handle tar_username;
    struct ic_str thread_id;
    struct ic_str message_text; /* Empty: without text. */
    int64_t sent_at;
    int64_t created_at;
    int64_t received_at;
    struct ic_op_id op_id;
    struct ic_hash op_hash; /* Of the operation's content. */
    struct ic_told_times told;
};

/* What an operation became. */
struct ic_outreach_ids {
    struct ic_id elg_id;
    struct ic_id olg_id; /* Empty, as the next two: it has none. */
    struct ic_id act_id;
    struct ic_id tar_id;
};

/* What an op_id stands for already. */
struct ic_known_operation {
    bool is_known;
    struct ic_hash op_hash;
    struct ic_outreach_ids ids;
};

/* Looks op_ids up; `ret_known` has room for `count`. */
IC_NODISCARD enum ic_rc ic_store_operations_find(struct ic_store_tx *tx, const struct ic_op_id *op_ids, size_t count,
                                                 struct ic_known_operation *ret_known, struct ic_err *err);

/* Writes events, outreach, operations and changes; finds or makes the actors (per operator and handle) and the targets,
 * and moves their activity and first contact. The op_ids must be new and different: look first. `ret_ids` has room for
 * `count`. */
IC_NODISCARD enum ic_rc ic_store_outreach_insert(struct ic_store_tx *tx, const struct ic_outreach *outreach,
                                                 size_t count, const struct ic_rand *rand,
                                                 struct ic_outreach_ids *ret_ids, struct ic_err *err);

/* As that, and tells where each lies in the log. */
IC_NODISCARD enum ic_rc ic_store_outreach_insert_placed(struct ic_store_tx *tx, const struct ic_outreach *outreach,
                                                        size_t count, const struct ic_rand *rand,
                                                        struct ic_outreach_ids *ret_ids, int64_t *ret_positions,
                                                        struct ic_err *err);

#endif
