/* Invitations: how anybody but the first owner joins.
 *
 * Promises: an invitation is used once, ends IC_LIMIT_INVITATION_LIFETIME_MS after it was given, can be taken back, and
 * ends with whoever gave it when they are disabled. Its secret is 256 random bits, told once and kept as a hash. It
 * gives no more than its role, and nobody invites an owner. Memory: texts of results live in the given arena. Secrets
 * are the caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_INVITATIONS_H
#define IC_SERVICE_INVITATIONS_H

#include "base/secret.h"
#include "service/can.h"
#include "service/service.h"
#include "store/invitations.h"

/* Gives one, for `opr_email` (empty: for whoever holds it), and logs it; fails with invalid_field, with conflict when
 * there are too many, and as ic_can_check. */
IC_NODISCARD enum ic_rc ic_invitations_create(struct ic_service *service, const struct ic_asker *asker,
                                              enum ic_role role, struct ic_str opr_email,
                                              struct ic_invitation *ret_invitation, struct ic_secret *ret_secret,
                                              struct ic_err *err);

/* All that can be used, newest first. */
IC_NODISCARD enum ic_rc ic_invitations_list(struct ic_service *service, const struct ic_asker *asker,
                                            struct ic_arena *arena, struct ic_invitation_list *ret_list,
                                            struct ic_err *err);

/* Takes one back and logs it; fails with not_found. */
IC_NODISCARD enum ic_rc ic_invitations_revoke(struct ic_service *service, const struct ic_asker *asker,
                                              const struct ic_id *invitation_id, struct ic_arena *arena,
                                              struct ic_err *err);

/* What the holder of an invitation is invited to; fails with invalid_link or too_many_requests. */
IC_NODISCARD enum ic_rc ic_invitations_look(struct ic_service *service, struct ic_str secret, struct ic_str address,
                                            struct ic_arena *arena, struct ic_invitation *ret_invitation,
                                            struct ic_err *err);

#endif
