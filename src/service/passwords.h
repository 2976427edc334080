/* Passwords: signing in by one, setting and changing it, and links for those who forgot theirs.
 *
 * Promises: a password is kept as its Argon2id hash alone (base/password_hash.h), made again when the costs have risen;
 * nobody reads or sets another's: an admin gives a link by which its operator sets a new one. Whether an account exists
 * does not show: a wrong name and a wrong password get the same answer for the same work. Guessing is bounded per
 * account and per address (service/guesses.h), the work at once by the gate (service/password_gate.h). A changed
 * password ends every other session and every link of its operator. Memory: texts of results live in the given arena.
 * Secrets are the caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_PASSWORDS_H
#define IC_SERVICE_PASSWORDS_H

#include "service/sessions.h"

/* Signs in whoever has this name or e-mail address and password; fails with wrong_password, too_many_requests or busy.
 */
IC_NODISCARD enum ic_rc ic_passwords_sign_in(struct ic_service *service, struct ic_str account, struct ic_str password,
                                             const struct ic_visitor *visitor, struct ic_arena *arena,
                                             struct ic_identity *ret_identity, struct ic_secret *ret_session,
                                             struct ic_err *err);

/* The asker shows once more who they are; their session goes on under a new secret. Fails as ic_passwords_sign_in. */
IC_NODISCARD enum ic_rc ic_passwords_prove(struct ic_service *service, const struct ic_asker *asker,
                                           struct ic_str password, struct ic_arena *arena,
                                           struct ic_secret *ret_session, struct ic_err *err);

/* Sets the asker's password; `present` is the one that they have (empty: they have none, and must have signed in
 * lately). Their session goes on under a new secret, all others end. Fails with password_refused, as
 * ic_passwords_sign_in, and as ic_can_check. */
IC_NODISCARD enum ic_rc ic_passwords_change(struct ic_service *service, const struct ic_asker *asker,
                                            struct ic_str present, struct ic_str password, struct ic_arena *arena,
                                            struct ic_secret *ret_session, struct ic_err *err);

/* Whether the asker has a password. */
IC_NODISCARD enum ic_rc ic_passwords_has(struct ic_service *service, const struct ic_asker *asker, bool *ret_has,
                                         struct ic_err *err);

/* Makes a link by which the operator sets a new password, ending earlier ones; fails with not_found, with conflict when
 * they are disabled, and as ic_can_check. */
IC_NODISCARD enum ic_rc ic_passwords_give_link(struct ic_service *service, const struct ic_asker *asker,
                                               const struct ic_id *opr_id, struct ic_arena *arena,
                                               struct ic_secret *ret_link, int64_t *ret_expires_at, struct ic_err *err);

/* Uses an operator's link up: sets the password, ends all of their sessions and signs in. Fails with invalid_link,
 * password_refused, too_many_requests or busy; after password_refused the link can still be used. */
IC_NODISCARD enum ic_rc ic_passwords_reset(struct ic_service *service, struct ic_str link, struct ic_str password,
                                           const struct ic_visitor *visitor, struct ic_arena *arena,
                                           struct ic_identity *ret_identity, struct ic_secret *ret_session,
                                           struct ic_err *err);

#endif
