/* Actors: the Instagram accounts that operators send from.
 *
 * Promises: one actor per operator and handle. Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_ACTORS_H
#define IC_STORE_ACTORS_H

#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_actor {
    struct ic_id act_id;
    struct ic_handle act_username;
    struct ic_id opr_id;
    enum ic_actor_status act_status;
    int64_t created_at;
    int64_t last_activity;
};

/* Inserts with an id of its own making, drawn again on a collision; conflict when the operator has that handle. */
IC_NODISCARD enum ic_rc ic_store_actor_insert(struct ic_store_tx *tx, const struct ic_actor *actor,
                                              const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err);

/* Finds the operator's actor of that handle, or inserts it as active; its activity then reaches `at` at least. */
IC_NODISCARD enum ic_rc ic_store_actor_use(struct ic_store_tx *tx, const struct ic_handle *act_username,
                                           const struct ic_id *opr_id, int64_t at, const struct ic_rand *rand,
                                           struct ic_id *ret_id, struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_actor_get(struct ic_store_tx *tx, const struct ic_id *act_id,
                                           struct ic_actor *ret_actor, struct ic_err *err);

/* The operator's actor of that handle; an empty id: there is none. */
IC_NODISCARD enum ic_rc ic_store_actor_find(struct ic_store_tx *tx, const struct ic_handle *act_username,
                                            const struct ic_id *opr_id, struct ic_id *ret_id,
                                            int64_t *ret_last_activity, struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_actor_set_status(struct ic_store_tx *tx, const struct ic_id *act_id,
                                                  enum ic_actor_status act_status, struct ic_err *err);

#endif
