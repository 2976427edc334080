/* What an operator is known by when they sign in: a password, kept as its hash, and accounts with providers.
 *
 * Promises: an account with a provider is known by issuer and subject, never by its e-mail address, and belongs to one
 * operator. Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_CREDENTIALS_H
#define IC_STORE_CREDENTIALS_H

#include "base/password_hash.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_password {
    struct ic_password_hash hash; /* Empty text: they have none. */
    int64_t changed_at;
};

/* The operator's password; that they have none is no failure. */
IC_NODISCARD enum ic_rc ic_store_password_find(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                               struct ic_password *ret_password, struct ic_err *err);

/* Sets it, whether they had one or not. */
IC_NODISCARD enum ic_rc ic_store_password_put(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                              const struct ic_password *password, struct ic_err *err);

/* Keeps the same password by another hash; does nothing when it was changed meanwhile. */
IC_NODISCARD enum ic_rc ic_store_password_rehash(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                 const struct ic_password_hash *before,
                                                 const struct ic_password_hash *after, struct ic_err *err);

enum { IC_PROVIDER_ACCOUNTS_MAX = 20 }; /* Of an operator. */

/* An account with a provider. */
struct ic_provider_account {
    struct ic_str issuer;
    struct ic_str subject;
    struct ic_id opr_id;
    struct ic_str email; /* What the provider said last; shown, and a key to nothing. */
    int64_t created_at;
    int64_t last_used_at; /* 0: never. */
};

struct ic_provider_account_list {
    struct ic_provider_account *items;
    size_t count;
};

/* Whose it is; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_provider_account_get(struct ic_store_tx *tx, struct ic_str issuer,
                                                      struct ic_str subject, struct ic_arena *arena,
                                                      struct ic_provider_account *ret_account, struct ic_err *err);

/* Fails with conflict when it is an operator's already. */
IC_NODISCARD enum ic_rc ic_store_provider_account_insert(struct ic_store_tx *tx,
                                                         const struct ic_provider_account *account, struct ic_err *err);

/* It was used to sign in; an empty e-mail address leaves what is known. */
IC_NODISCARD enum ic_rc ic_store_provider_account_touch(struct ic_store_tx *tx,
                                                        const struct ic_provider_account *account, struct ic_err *err);

/* An operator's, at most IC_PROVIDER_ACCOUNTS_MAX. */
IC_NODISCARD enum ic_rc ic_store_provider_account_list(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                       struct ic_arena *arena,
                                                       struct ic_provider_account_list *ret_list, struct ic_err *err);

/* Fails with not_found when it is not this operator's. */
IC_NODISCARD enum ic_rc ic_store_provider_account_delete(struct ic_store_tx *tx, struct ic_str issuer,
                                                         struct ic_str subject, const struct ic_id *opr_id,
                                                         struct ic_err *err);

#endif
