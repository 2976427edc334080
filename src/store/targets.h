/* Targets: the prospects.
 *
 * Promises: one target per handle; its first contact is the earliest that is known. A contact field that is not found
 * or was not searched is a state without a text. Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_TARGETS_H
#define IC_STORE_TARGETS_H

#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_contact {
    enum ic_contact_state state;
    struct ic_str text; /* Given exactly when the state is found. */
};

struct ic_target {
    struct ic_id tar_id;
    struct ic_handle tar_username;
    enum ic_target_status tar_status;
    int64_t first_contacted;   /* 0: never. */
    struct ic_id first_opr_id; /* Who contacted it first, and as which actor; empty: not known. */
    struct ic_id first_act_id;
    struct ic_str notes;
    int64_t last_updated;
    struct ic_contact email;
    struct ic_contact phone_num;
    struct ic_contact cont_source;
};

/* Inserts with an id of its own making; conflict when the handle is there. */
IC_NODISCARD enum ic_rc ic_store_target_insert(struct ic_store_tx *tx, const struct ic_target *target,
                                               const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err);

/* Inserts many, whose handles must be new and different, in as few exchanges with the engine as it can; `ret_ids` has
 * room for `count`. */
IC_NODISCARD enum ic_rc ic_store_targets_insert(struct ic_store_tx *tx, const struct ic_target *targets, size_t count,
                                                const struct ic_rand *rand, struct ic_id *ret_ids, struct ic_err *err);

/* A message to a target. */
struct ic_contacted {
    struct ic_handle tar_username;
    int64_t at;
    struct ic_id opr_id; /* Whose message it is, as its actor. */
    struct ic_id act_id;
    struct ic_id tar_id; /* The answer. */
    bool is_first;       /* The answer: nobody is known to have contacted the target before `at`. */
};

/* Finds the targets of these handles, or inserts them as cold, and moves their first contact back where it must;
 * fills the answers in. The same handle may be there several times. */
IC_NODISCARD enum ic_rc ic_store_targets_contact(struct ic_store_tx *tx, struct ic_contacted *contacts, size_t count,
                                                 const struct ic_rand *rand, struct ic_err *err);

#endif
