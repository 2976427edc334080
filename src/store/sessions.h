/* Sessions: browsers in which somebody is signed in. Their secrets are kept as hashes only.
 *
 * Promises: what has ended at `now`, was unseen for IC_LIMIT_SESSION_IDLE_MS or is a disabled operator's does not
 * exist. Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_SESSIONS_H
#define IC_STORE_SESSIONS_H

#include "base/hash.h"
#include "domain/id.h"
#include "store/store.h"

enum { IC_SESSION_LIST_COUNT_MAX = 100, IC_CREDENTIAL_IDS_COUNT_MAX = 1000 };

struct ic_session {
    struct ic_id session_id;
    struct ic_hash secret_hash; /* Only of one that is inserted, or was got by it. */
    struct ic_id opr_id;
    struct ic_str address;    /* Where its last request came from, as far as that was written down. */
    struct ic_str user_agent; /* What the browser called itself when it signed in. */
    int64_t created_at;
    int64_t proven_at; /* When the person last showed who they are. */
    int64_t last_seen_at;
    int64_t expires_at; /* At the latest, however busy. */
};

struct ic_session_list {
    struct ic_session *items;
    size_t count;
};

/* Deletes what has expired, then inserts with an id of its own making, drawn again on a collision. */
IC_NODISCARD enum ic_rc ic_store_session_insert(struct ic_store_tx *tx, const struct ic_session *session,
                                                const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err);

/* Fails with unauthenticated. */
IC_NODISCARD enum ic_rc ic_store_session_get(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                                             struct ic_arena *arena, struct ic_session *ret_session,
                                             struct ic_err *err);

/* Does nothing when the session was seen later already, or is gone; an empty address leaves what is known. */
IC_NODISCARD enum ic_rc ic_store_session_touch(struct ic_store_tx *tx, const struct ic_hash *secret_hash,
                                               struct ic_str address, int64_t last_seen_at, struct ic_err *err);

/* The person has shown who they are: the session goes on under another secret. Fails with unauthenticated when it is
 * gone. */
IC_NODISCARD enum ic_rc ic_store_session_prove(struct ic_store_tx *tx, const struct ic_id *session_id,
                                               const struct ic_hash *secret_hash, int64_t proven_at,
                                               struct ic_err *err);

/* Deleting what does not exist is fine. */
IC_NODISCARD enum ic_rc ic_store_session_delete(struct ic_store_tx *tx, const struct ic_hash *secret_hash,
                                                struct ic_err *err);

/* Ends one of the operator's; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_session_end(struct ic_store_tx *tx, const struct ic_id *session_id,
                                             const struct ic_id *opr_id, struct ic_err *err);

/* Ends all of an operator's but one (empty: all). */
IC_NODISCARD enum ic_rc ic_store_sessions_end_all(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                                  const struct ic_id *but_session_id, struct ic_err *err);

/* An operator's, newest first, at most IC_SESSION_LIST_COUNT_MAX. */
IC_NODISCARD enum ic_rc ic_store_session_list(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                              struct ic_arena *arena, struct ic_session_list *ret_list,
                                              struct ic_err *err);

/* The ids of all sessions and API tokens that are alive, behind `behind` (empty: all), in their order, at most
 * IC_CREDENTIAL_IDS_COUNT_MAX, which is the room that `ret_ids` has. */
IC_NODISCARD enum ic_rc ic_store_credential_ids(struct ic_store_tx *tx, const struct ic_id *behind, int64_t now,
                                                struct ic_id *ret_ids, size_t *ret_count, struct ic_err *err);

#endif
