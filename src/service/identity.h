/* Who may come in: the first owner by a one-time link, everybody after that by a link that the owner asks for.
 *
 * Promises: a link's secret is 256 random bits, kept as a hash, used once and not after IC_LIMIT_LINK_LIFETIME_MS; so
 * is a session's, but for being used once. There is one owner: joining ends every other owner link in the same
 * transaction. Memory: texts of results live in the given arena. Secrets are the caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_IDENTITY_H
#define IC_SERVICE_IDENTITY_H

#include "base/secret.h"
#include "service/service.h"
#include "store/operators.h"

enum { IC_SESSION_TOUCH_MS = 60000 }; /* A session's last use is written down at most this often. */

/* Somebody who is signed in. */
struct ic_identity {
    struct ic_operator operator_;
    int64_t expires_at; /* When the session ends at the latest. */
};

/* What the first owner says of themselves. */
struct ic_join {
    struct ic_str link;
    struct ic_str opr_name;
    struct ic_str opr_email;
    struct ic_str time_zone;
};

/* Whether the team has an owner. */
IC_NODISCARD enum ic_rc ic_identity_has_owner(struct ic_service *service, bool *ret_has_owner, struct ic_err *err);

/* Makes the one link that the first owner joins by, ending earlier ones; fails with owner_exists. */
IC_NODISCARD enum ic_rc ic_identity_create_owner_link(struct ic_service *service, struct ic_secret *ret_link,
                                                      struct ic_err *err);

/* Makes a link that signs the operator in whose name or e-mail address is `operator_text` (empty: the owner); fails
 * with not_found. */
IC_NODISCARD enum ic_rc ic_identity_create_link(struct ic_service *service, struct ic_str operator_text,
                                                struct ic_arena *arena, struct ic_secret *ret_link,
                                                struct ic_operator *ret_operator, struct ic_err *err);

/* Makes the owner and a session, and logs that they joined; fails with invalid_field, invalid_link or name_taken, and
 * then the link can still be used. */
IC_NODISCARD enum ic_rc ic_identity_join(struct ic_service *service, const struct ic_join *join, struct ic_arena *arena,
                                         struct ic_identity *ret_identity, struct ic_secret *ret_session,
                                         struct ic_err *err);

/* Trades an operator's link for a session; fails with invalid_link. */
IC_NODISCARD enum ic_rc ic_identity_sign_in(struct ic_service *service, struct ic_str link, struct ic_arena *arena,
                                            struct ic_identity *ret_identity, struct ic_secret *ret_session,
                                            struct ic_err *err);

/* Whose session this is; fails with unauthenticated when there is none or it has ended. */
IC_NODISCARD enum ic_rc ic_identity_get(struct ic_service *service, struct ic_str session, struct ic_arena *arena,
                                        struct ic_identity *ret_identity, struct ic_err *err);

/* Ends a session; ending what does not exist is fine. */
IC_NODISCARD enum ic_rc ic_identity_sign_out(struct ic_service *service, struct ic_str session, struct ic_err *err);

#endif
