/* API tokens: what operators give to other programs.
 *
 * Promises: kept as hashes only; one that was revoked or has ended at `now` does not exist. An operator has at most
 * IC_LIMIT_TOKENS_MAX. Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_TOKENS_H
#define IC_STORE_TOKENS_H

#include "base/hash.h"
#include "contract/limits.h"
#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

struct ic_token {
    struct ic_id token_id;
    struct ic_id opr_id;
    enum ic_role role; /* Its operator's, as it is now; only of one that was got by its hash. */
    struct ic_str token_name;
    bool has_scope[IC_TOKEN_SCOPE_COUNT];
    int64_t created_at;
    int64_t last_used_at; /* 0: never. */
    int64_t expires_at;
};

struct ic_token_list {
    struct ic_token *items;
    size_t count;
};

/* Inserts with an id of its own making, drawn again on a collision; fails with conflict when the operator has as many
 * as they may. `token->created_at` is now. */
IC_NODISCARD enum ic_rc ic_store_token_insert(struct ic_store_tx *tx, const struct ic_token *token,
                                              const struct ic_hash *token_hash, const struct ic_rand *rand,
                                              struct ic_id *ret_id, struct ic_err *err);

/* Fails with invalid_token. */
IC_NODISCARD enum ic_rc ic_store_token_get_by_hash(struct ic_store_tx *tx, const struct ic_hash *token_hash,
                                                   int64_t now, struct ic_arena *arena, struct ic_token *ret_token,
                                                   struct ic_err *err);

/* Does nothing when the token was used later already. */
IC_NODISCARD enum ic_rc ic_store_token_touch(struct ic_store_tx *tx, const struct ic_id *token_id, int64_t last_used_at,
                                             struct ic_err *err);

/* An operator's, newest first. */
IC_NODISCARD enum ic_rc ic_store_token_list(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                            struct ic_arena *arena, struct ic_token_list *ret_list, struct ic_err *err);

/* Whoever's it is, also one that has ended by itself; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_token_get(struct ic_store_tx *tx, const struct ic_id *token_id, struct ic_arena *arena,
                                           struct ic_token *ret_token, struct ic_err *err);

/* Ends it; fails with not_found when it was revoked before. */
IC_NODISCARD enum ic_rc ic_store_token_revoke(struct ic_store_tx *tx, const struct ic_id *token_id, int64_t now,
                                              struct ic_err *err);

/* Ends all of an operator's. */
IC_NODISCARD enum ic_rc ic_store_tokens_revoke_all(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                                   struct ic_err *err);

#endif
