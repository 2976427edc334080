/* Who may join: whoever holds an invitation, and whoever has an e-mail address of an allowed domain.
 *
 * Promises: an invitation's secret is kept as a hash; an invitation that has expired at `now` does not exist, and using
 * one up happens once, also when two try at the same time. There are at most IC_LIMIT_INVITATIONS_MAX and
 * IC_LIMIT_EMAIL_DOMAINS_MAX. Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_INVITATIONS_H
#define IC_STORE_INVITATIONS_H

#include "base/hash.h"
#include "contract/limits.h"
#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_invitation {
    struct ic_id invitation_id;
    enum ic_role role;
    struct ic_str opr_email; /* Whom it is for; empty: whoever holds it. */
    struct ic_id invited_by;
    struct ic_str invited_by_name;
    int64_t created_at;
    int64_t expires_at;
};

struct ic_invitation_list {
    struct ic_invitation *items;
    size_t count;
};

/* Deletes what has expired, then inserts with an id of its own making, drawn again on a collision; fails with conflict
 * when there are as many as there may be. */
IC_NODISCARD enum ic_rc ic_store_invitation_insert(struct ic_store_tx *tx, const struct ic_invitation *invitation,
                                                   const struct ic_hash *secret_hash, const struct ic_rand *rand,
                                                   struct ic_id *ret_id, struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_invitation_get(struct ic_store_tx *tx, const struct ic_id *invitation_id, int64_t now,
                                                struct ic_arena *arena, struct ic_invitation *ret_invitation,
                                                struct ic_err *err);

/* Fails with invalid_link. */
IC_NODISCARD enum ic_rc ic_store_invitation_find_by_secret(struct ic_store_tx *tx, const struct ic_hash *secret_hash,
                                                           int64_t now, struct ic_arena *arena,
                                                           struct ic_invitation *ret_invitation, struct ic_err *err);

/* Newest first. */
IC_NODISCARD enum ic_rc ic_store_invitation_list(struct ic_store_tx *tx, int64_t now, struct ic_arena *arena,
                                                 struct ic_invitation_list *ret_list, struct ic_err *err);

/* Ends one, used or revoked; fails with invalid_link when it is gone. */
IC_NODISCARD enum ic_rc ic_store_invitation_delete(struct ic_store_tx *tx, const struct ic_id *invitation_id,
                                                   struct ic_err *err);

/* Ends all that the operator has given. */
IC_NODISCARD enum ic_rc ic_store_invitations_delete_by(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                       struct ic_err *err);

/* A domain whose people may join by a provider that has verified their address. */
struct ic_email_domain {
    struct ic_str email_domain; /* Lower case. */
    enum ic_role role;
    struct ic_id opr_id; /* Who allowed it. */
    struct ic_str opr_name;
    int64_t created_at;
};

struct ic_email_domain_list {
    struct ic_email_domain *items;
    size_t count;
};

/* Fails with conflict when it is allowed already, or when there are as many as there may be. */
IC_NODISCARD enum ic_rc ic_store_email_domain_insert(struct ic_store_tx *tx, const struct ic_email_domain *email_domain,
                                                     struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_email_domain_find(struct ic_store_tx *tx, struct ic_str email_domain,
                                                   struct ic_arena *arena, struct ic_email_domain *ret_email_domain,
                                                   struct ic_err *err);

/* In their alphabet's order. */
IC_NODISCARD enum ic_rc ic_store_email_domain_list(struct ic_store_tx *tx, struct ic_arena *arena,
                                                   struct ic_email_domain_list *ret_list, struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_email_domain_delete(struct ic_store_tx *tx, struct ic_str email_domain,
                                                     struct ic_err *err);

#endif
