/* The desktops that may push.
 *
 * Promises: a desktop belongs to one operator, has one token (256 random bits, kept as a hash) and stops being known
 * the moment it is revoked. Its token is replaced from time to time (docs/sync.md): the new one holds from its first
 * use on and ends the one before; whoever comes with that one IC_TOKEN_GRACE_MS later or more has a copy, and the
 * desktop is ended. Memory: texts of results live in the given arena; a token is the caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_DEVICES_H
#define IC_SERVICE_DEVICES_H

#include "base/secret.h"
#include "service/can.h"
#include "service/service.h"
#include "store/access.h"

enum { IC_TOKEN_GRACE_MS = 60000 }; /* For what was on its way when the token was replaced. */

/* The asker's desktops, newest first. */
IC_NODISCARD enum ic_rc ic_devices_list(struct ic_service *service, const struct ic_asker *asker,
                                        struct ic_arena *arena, struct ic_device_list *ret_list, struct ic_err *err);

/* Ends a desktop's access and logs it; not_found when it is not the asker's or was revoked before. */
IC_NODISCARD enum ic_rc ic_devices_revoke(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_id *device_id, struct ic_arena *arena, struct ic_err *err);

/* Gives the desktop the token that replaces its own when it is first used, instead of one that was given and not used.
 */
IC_NODISCARD enum ic_rc ic_devices_renew_token(struct ic_service *service, const struct ic_device *device,
                                               struct ic_str address, struct ic_secret *ret_token, struct ic_err *err);

/* Whose token this is; fails with invalid_token. A token that another has replaced is none; see above. */
IC_NODISCARD enum ic_rc ic_devices_get_by_token(struct ic_service *service, struct ic_str token, struct ic_arena *arena,
                                                struct ic_device *ret_device, struct ic_err *err);

#endif
