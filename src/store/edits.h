/* Edits of targets as desktops push them and people make them in the Command Center: a field is given a value, a handle
 * is excluded or may be contacted again.
 *
 * Promises: an edit becomes one event, whether it wins or not, with its change of the field, its register, the target,
 * the suppression and the roll-ups in the same transaction; whatever order edits come in, the same value is held at the
 * end (domain/merge.h). A handle that was renamed or merged means the target that it has become; a field of a handle
 * that is no target yet makes it one. Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_EDITS_H
#define IC_STORE_EDITS_H

#include "domain/field_value.h"
#include "domain/merge.h"
#include "store/outreach.h"

struct ic_edit {
    enum ic_operation_kind kind; /* Any but outreach. */
    struct ic_id opr_id;
    struct ic_handle act_username; /* Empty: as no actor. */
    struct ic_handle tar_username;
    enum ic_target_field field; /* Of a set_field, as the next: one that the field may have. */
    struct ic_field_value value;
    bool is_restored;      /* The value was there before and is given again. */
    struct ic_str reason;  /* Of an exclude and a lift; may be empty. */
    struct ic_stamp stamp; /* As it counts. */
    int64_t created_at;
    int64_t received_at;
    const struct ic_operation_key *operation; /* NULL: no desktop's. */
};

/* Writes one; its operation's op_id must be new. `ret_ids` has no olg_id, no act_id without an actor, and no tar_id
 * where the handle is no target. */
IC_NODISCARD enum ic_rc ic_store_edit_insert(struct ic_store_tx *tx, const struct ic_edit *edit,
                                             const struct ic_rand *rand, struct ic_outreach_ids *ret_ids,
                                             struct ic_err *err);

#endif
