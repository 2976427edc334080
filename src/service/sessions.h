/* Sessions: opening one, whose it is, seeing one's own and ending them.
 *
 * Promises: a session's secret is 256 random bits, kept as a hash, and new with every sign-in, also with one that shows
 * again who somebody is; the session that a browser had before ends when it signs in. A session ends
 * IC_LIMIT_SESSION_IDLE_MS after it was last seen and IC_LIMIT_SESSION_LIFETIME_MS after it began, and with whoever was
 * disabled. Its last use is written down once in IC_SESSION_TOUCH_MS at most. What a browser calls itself is bounded
 * and made printable. Live streams of what was ended end, too (service/stream_watch.h). Memory: texts of results live
 * in the given arena. Secrets are the caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_SESSIONS_H
#define IC_SERVICE_SESSIONS_H

#include "base/secret.h"
#include "service/can.h"
#include "service/service.h"
#include "store/operators.h"
#include "store/sessions.h"

enum { IC_SESSION_TOUCH_MS = 60000 }; /* A session's last use is written down at most this often. */

/* Whose browser it is that asks to be let in. */
struct ic_visitor {
    struct ic_str address;
    struct ic_str user_agent; /* As it came. */
    struct ic_str session;    /* The session that it has, which ends when it signs in; empty: none. */
};

/* Somebody who is signed in. */
struct ic_identity {
    struct ic_operator operator_;
    struct ic_id session_id;
    int64_t proven_at;  /* When they last showed who they are. */
    int64_t expires_at; /* When the session ends at the latest. */
};

/* What a session is opened with: made before the transaction, so that one that is run again does the same. */
struct ic_session_opening {
    struct ic_secret secret;
    struct ic_session session; /* Without an operator or an id. */
    bool has_former;
    struct ic_hash former_hash;
    char user_agent[IC_LIMIT_USER_AGENT_CHARACTERS_MAX];
    char address[64];
};

/* Makes one for a visitor; wipe it when it was used. */
void ic_session_opening_init(struct ic_session_opening *opening, const struct ic_service *service,
                             const struct ic_visitor *visitor);

/* Opens the session for the operator, in the caller's transaction, and records that they signed in `how` ("link",
 * "password", ...); fails with unauthenticated when they may not come in. Call it last. */
IC_NODISCARD enum ic_rc ic_session_open(struct ic_store_tx *tx, const struct ic_service *service,
                                        const struct ic_id *opr_id, const struct ic_session_opening *opening,
                                        const char *how, struct ic_arena *arena, struct ic_identity *ret_identity,
                                        struct ic_err *err);

/* The asker has shown again who they are: their session goes on with the opening's secret, in the caller's transaction.
 */
IC_NODISCARD enum ic_rc ic_session_prove(struct ic_store_tx *tx, const struct ic_asker *asker,
                                         const struct ic_session_opening *opening, struct ic_err *err);

/* Whose session this is; fails with unauthenticated. `address` is where it was used from now. */
IC_NODISCARD enum ic_rc ic_sessions_get(struct ic_service *service, struct ic_str session, struct ic_str address,
                                        struct ic_arena *arena, struct ic_identity *ret_identity, struct ic_err *err);

/* The asker of a session, as of `now`. */
struct ic_asker ic_session_asker(const struct ic_identity *identity, struct ic_str address, int64_t now);

/* Ends the session that somebody has; ending what does not exist is fine. */
IC_NODISCARD enum ic_rc ic_sessions_sign_out(struct ic_service *service, const struct ic_asker *asker,
                                             struct ic_err *err);

/* The asker's, newest first. */
IC_NODISCARD enum ic_rc ic_sessions_list(struct ic_service *service, const struct ic_asker *asker,
                                         struct ic_arena *arena, struct ic_session_list *ret_list, struct ic_err *err);

/* Ends one of the asker's; fails with not_found. */
IC_NODISCARD enum ic_rc ic_sessions_end(struct ic_service *service, const struct ic_asker *asker,
                                        const struct ic_id *session_id, struct ic_err *err);

/* Ends all of the asker's but the one that asks, and revokes all of their desktops; `arena` is for what is read on the
 * way. */
IC_NODISCARD enum ic_rc ic_sessions_end_all(struct ic_service *service, const struct ic_asker *asker,
                                            struct ic_arena *arena, struct ic_err *err);

#endif
