/* Targets: the prospects.
 *
 * Promises: one target per handle, which is found by its former handles, too; its first contact is the earliest that is
 * known. A contact field that is not found or was not searched is a state without a text. A handle that is suppressed
 * becomes a target that is Excluded. Memory: texts of results live in the given arena. Threads: as the transaction's.
 */
#ifndef IC_STORE_TARGETS_H
#define IC_STORE_TARGETS_H

#include "contract/vocabulary.h"
#include "domain/field_value.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_contact {
    enum ic_contact_state state;
    struct ic_str text; /* Given exactly when the state is found. */
};

struct ic_target {
    struct ic_id tar_id;
    int64_t tar_number; /* Given by the store. */
    struct ic_handle tar_username;
    enum ic_target_status tar_status;
    enum ic_target_status stage; /* Beneath an exclusion; otherwise the status. */
    struct ic_id merged_into;    /* Empty: it is itself. */
    int64_t hybrid_time;         /* The largest of its registers; 0: it has none. */
    int64_t first_contacted;     /* 0: never. */
    struct ic_id first_opr_id;   /* Who contacted it first, and as which actor; empty: not known. */
    struct ic_id first_act_id;
    struct ic_str notes;
    int64_t last_updated;
    struct ic_contact email;
    struct ic_contact phone_num;
    struct ic_contact cont_source;
};

/* Inserts with an id of its own making; conflict when the handle means a target already. */
IC_NODISCARD enum ic_rc ic_store_target_insert(struct ic_store_tx *tx, const struct ic_target *target,
                                               const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err);

/* Inserts many, whose handles must be new and different, in as few exchanges with the engine as it can; `ret_ids` has
 * room for `count`. */
IC_NODISCARD enum ic_rc ic_store_targets_insert(struct ic_store_tx *tx, const struct ic_target *targets, size_t count,
                                                const struct ic_rand *rand, struct ic_id *ret_ids, struct ic_err *err);

/* What a handle means. */
struct ic_named_target {
    bool is_there;
    struct ic_id tar_id;
    struct ic_handle tar_username; /* The target's own, which may be another one now. */
    int64_t first_contacted;       /* 0: never. */
    bool has_aliases;              /* It was renamed, or others were merged into it. */
};

/* Finds the targets that handles mean, by their own and their former ones; `ret_targets` has room for `count`. */
IC_NODISCARD enum ic_rc ic_store_targets_find(struct ic_store_tx *tx, const struct ic_handle *handles, size_t count,
                                              struct ic_named_target *ret_targets, struct ic_err *err);

/* Fails with not_found. One that was merged is told as it was. */
IC_NODISCARD enum ic_rc ic_store_target_get(struct ic_store_tx *tx, const struct ic_id *tar_id, struct ic_arena *arena,
                                            struct ic_target *ret_target, struct ic_err *err);

/* Writes the row, whose stage counts while the status is Excluded, anew, but for its number. */
IC_NODISCARD enum ic_rc ic_store_target_update(struct ic_store_tx *tx, const struct ic_target *target,
                                               struct ic_err *err);

/* A field's value; the status's is the stage. */
struct ic_field_value ic_target_value(const struct ic_target *target, enum ic_target_field field);

/* Sets it; an exclusion stays. The value must be one that the field may have. */
void ic_target_set_value(struct ic_target *target, enum ic_target_field field, const struct ic_field_value *value);

/* Sets whether it is Excluded; the stage stays. */
void ic_target_set_excluded(struct ic_target *target, bool is_excluded);

/* A message to a target. */
struct ic_contacted {
    struct ic_handle tar_username; /* The answer is the target's own. */
    int64_t at;
    struct ic_id opr_id; /* Whose message it is, as its actor. */
    struct ic_id act_id;
    struct ic_id tar_id; /* The answer. */
    bool is_first;       /* The answer: it may be that nobody contacted the target before `at`. */
};

/* Finds the targets of these handles, or inserts them as cold, and moves their first contact back where it must;
 * fills the answers in. The same handle may be there several times. */
IC_NODISCARD enum ic_rc ic_store_targets_contact(struct ic_store_tx *tx, struct ic_contacted *contacts, size_t count,
                                                 const struct ic_rand *rand, struct ic_err *err);

/* Fits the search to a handle that is found no more (empty: none) and one that is found from now on (empty: none). */
IC_NODISCARD enum ic_rc ic_store_target_search_move(struct ic_store_tx *tx, int64_t tar_number,
                                                    const struct ic_handle *from, const struct ic_handle *to,
                                                    struct ic_err *err);

#endif
