/* Handles that were excluded, or lifted again, whether they are targets or not; and the former handles of targets.
 *
 * Promises: a target's row is there for its handle and for each of its aliases, kept equal by whoever writes them. An
 * alias leads to a target that was not merged. Memory: texts of results live in the given arena. Threads: as the
 * transaction's. */
#ifndef IC_STORE_SUPPRESSIONS_H
#define IC_STORE_SUPPRESSIONS_H

#include "domain/handle.h"
#include "domain/merge.h"
#include "store/store.h"

struct ic_suppression {
    struct ic_handle tar_username;
    bool is_there; /* There is a row. */
    struct ic_exclusion exclusion;
    struct ic_str reason; /* Empty: none was given. */
    struct ic_id opr_id;  /* Who said so. */
    struct ic_id elg_id;  /* The newest event that changed it. */
    int64_t changed_at;
};

/* Looks handles up; `ret_suppressions` has room for `count`. Without an arena no reasons are told. */
IC_NODISCARD enum ic_rc ic_store_suppressions_find(struct ic_store_tx *tx, const struct ic_handle *handles,
                                                   size_t count, struct ic_arena *arena,
                                                   struct ic_suppression *ret_suppressions, struct ic_err *err);

/* Writes the row of its handle, whether there was one or not. */
IC_NODISCARD enum ic_rc ic_store_suppression_put(struct ic_store_tx *tx, const struct ic_suppression *suppression,
                                                 struct ic_err *err);

/* As that, and writes the same for every alias of the target: however many they are, in little memory. */
IC_NODISCARD enum ic_rc ic_store_suppression_spread(struct ic_store_tx *tx, const struct ic_suppression *suppression,
                                                    const struct ic_id *tar_id, struct ic_err *err);

/* From now on the handle leads to the target. */
IC_NODISCARD enum ic_rc ic_store_alias_put(struct ic_store_tx *tx, const struct ic_handle *alias_username,
                                           const struct ic_id *tar_id, const struct ic_id *elg_id, int64_t now,
                                           struct ic_err *err);

/* What led to `tar_id` leads to `merged_into`. */
IC_NODISCARD enum ic_rc ic_store_aliases_move(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                              const struct ic_id *merged_into, const struct ic_id *elg_id,
                                              struct ic_err *err);

#endif
