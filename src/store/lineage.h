/* What a target is called, and which one it is: renaming one, merging one into another.
 *
 * Promises: history never moves: events, messages and the history of fields stay the target's whose they were. Former
 * handles lead to the target for ever. A target that was excluded under one handle is excluded under all of them.
 * Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_LINEAGE_H
#define IC_STORE_LINEAGE_H

#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

/* Who does it, and when. */
struct ic_doer {
    struct ic_id opr_id;
    int64_t now;
};

/* Gives the target another handle; the event is the target's. Fails with not_found, or with conflict when it was merged
 * into another, has the handle already, or another target is or was called so. */
IC_NODISCARD enum ic_rc ic_store_target_rename(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                               const struct ic_handle *tar_username, const struct ic_doer *doer,
                                               const struct ic_rand *rand, struct ic_id *ret_elg_id,
                                               struct ic_err *err);

/* Merges `tar_id` into `merged_into`, which takes the later value of each field, the exclusion that holds, the earlier
 * first contact, and all handles. Each of the two gets an event; `ret_elg_id` is that of the one that is left. Fails
 * with not_found, or with conflict when they are one or one of them was merged before. */
IC_NODISCARD enum ic_rc ic_store_target_merge(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                              const struct ic_id *merged_into, const struct ic_doer *doer,
                                              const struct ic_rand *rand, struct ic_id *ret_elg_id, struct ic_err *err);

#endif
