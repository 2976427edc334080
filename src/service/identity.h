/* Who may come in: the first owner by a one-time link, others by an invitation, everybody after that by a link that
 * the owner asks for or by their password (service/passwords.h).
 *
 * Promises: a link's secret is 256 random bits, kept as a hash, used once and not after IC_LIMIT_LINK_LIFETIME_MS.
 * There is one owner: joining ends every other owner link in the same transaction. Guessing is bounded
 * (service/guesses.h). Memory: texts of results live in the given arena. Secrets are the caller's to wipe. Threads:
 * any. */
#ifndef IC_SERVICE_IDENTITY_H
#define IC_SERVICE_IDENTITY_H

#include "service/sessions.h"
#include "store/access.h"

/* What somebody who joins says of themselves. */
struct ic_join {
    struct ic_str link; /* The first owner's, or an invitation's. */
    struct ic_str opr_name;
    struct ic_str opr_email;
    struct ic_str time_zone;
    struct ic_str password; /* Empty: none, which only the first owner may leave out. */
};

/* Whether the team has an owner. */
IC_NODISCARD enum ic_rc ic_identity_has_owner(struct ic_service *service, bool *ret_has_owner, struct ic_err *err);

/* Makes the one link that the first owner joins by, ending earlier ones; fails with owner_exists. */
IC_NODISCARD enum ic_rc ic_identity_create_owner_link(struct ic_service *service, struct ic_secret *ret_link,
                                                      struct ic_err *err);

/* Makes a link that signs the operator in whose name or e-mail address is `operator_text` (empty: the owner), or sets
 * them a new password; fails with not_found, or with conflict when they are disabled. */
IC_NODISCARD enum ic_rc ic_identity_create_link(struct ic_service *service, struct ic_str operator_text,
                                                struct ic_arena *arena, struct ic_secret *ret_link,
                                                struct ic_operator *ret_operator, struct ic_err *err);

/* Makes the operator and a session, and logs that they joined; fails with invalid_field, password_refused,
 * invalid_link, owner_exists or name_taken, and then the link can still be used; with too_many_requests or busy. */
IC_NODISCARD enum ic_rc ic_identity_join(struct ic_service *service, const struct ic_join *join,
                                         const struct ic_visitor *visitor, struct ic_arena *arena,
                                         struct ic_identity *ret_identity, struct ic_secret *ret_session,
                                         struct ic_err *err);

/* Trades an operator's link for a session; fails with invalid_link or too_many_requests. */
IC_NODISCARD enum ic_rc ic_identity_sign_in(struct ic_service *service, struct ic_str link,
                                            const struct ic_visitor *visitor, struct ic_arena *arena,
                                            struct ic_identity *ret_identity, struct ic_secret *ret_session,
                                            struct ic_err *err);

/* Fills in a link of that purpose that begins now. */
void ic_identity_make_link(const struct ic_service *service, enum ic_link_purpose purpose, struct ic_secret *ret_secret,
                           struct ic_link *ret_link);

#endif
