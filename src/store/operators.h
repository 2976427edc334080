/* Operators: the team's people.
 *
 * Promises: opr_name and opr_email are unique, compared case-folded; a taken one is `name_taken`.
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_OPERATORS_H
#define IC_STORE_OPERATORS_H

#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_operator {
    struct ic_id opr_id;
    struct ic_str opr_name;
    struct ic_str opr_email;
    enum ic_operator_status opr_status;
    enum ic_role role;
    struct ic_str time_zone; /* IANA name. */
    int64_t created_at;
    int64_t last_activity;
    int64_t disabled_at; /* Since when they may not come in; 0: they may. */
};

/* Inserts with an id of its own making, drawn again on a collision; `ret_id` is untouched on failure. */
IC_NODISCARD enum ic_rc ic_store_operator_insert(struct ic_store_tx *tx, const struct ic_operator *operator_,
                                                 const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_operator_get(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                              struct ic_arena *arena, struct ic_operator *ret_operator,
                                              struct ic_err *err);

/* The one whose name or e-mail address is `text`, case-folded; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_operator_find(struct ic_store_tx *tx, struct ic_str text, struct ic_arena *arena,
                                               struct ic_operator *ret_operator, struct ic_err *err);

/* The team's owner, the oldest where there are several; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_owner_find(struct ic_store_tx *tx, struct ic_arena *arena,
                                            struct ic_operator *ret_operator, struct ic_err *err);

/* The role that they have now; fails with unauthenticated when they may not sign in. */
IC_NODISCARD enum ic_rc ic_store_operator_standing(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                   enum ic_role *ret_role, struct ic_err *err);

/* Gives the role to one who has the role `before`; fails with conflict when they have another. */
IC_NODISCARD enum ic_rc ic_store_operator_set_role(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                   enum ic_role before, enum ic_role role, struct ic_err *err);

/* They may not come in from now on; fails with conflict when that is so already. What lets them in, and what they gave
 * others to come in with, is their caller's to end. */
IC_NODISCARD enum ic_rc ic_store_operator_disable(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                                  struct ic_err *err);

/* They may come in again; fails with conflict when they may already. */
IC_NODISCARD enum ic_rc ic_store_operator_enable(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                 struct ic_err *err);

/* Whether an operator has the name or the e-mail address of this one. */
IC_NODISCARD enum ic_rc ic_store_operator_is_taken(struct ic_store_tx *tx, const struct ic_operator *operator_,
                                                   bool *ret_is_taken, struct ic_err *err);

/* Its activity reaches `at` at least. */
IC_NODISCARD enum ic_rc ic_store_operator_touch(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t at,
                                                struct ic_err *err);

#endif
