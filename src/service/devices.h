/* The desktops that may push.
 *
 * Promises: a desktop belongs to one operator, has one token (256 random bits, kept as a hash) and stops being known
 * the moment it is revoked. Memory: texts of results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_DEVICES_H
#define IC_SERVICE_DEVICES_H

#include "service/can.h"
#include "service/service.h"
#include "store/access.h"

/* The asker's desktops, newest first. */
IC_NODISCARD enum ic_rc ic_devices_list(struct ic_service *service, const struct ic_asker *asker,
                                        struct ic_arena *arena, struct ic_device_list *ret_list, struct ic_err *err);

/* Ends a desktop's access and logs it; not_found when it is not the asker's or was revoked before. */
IC_NODISCARD enum ic_rc ic_devices_revoke(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_id *device_id, struct ic_arena *arena, struct ic_err *err);

/* Whose token this is; fails with invalid_token. */
IC_NODISCARD enum ic_rc ic_devices_get_by_token(struct ic_service *service, struct ic_str token, struct ic_arena *arena,
                                                struct ic_device *ret_device, struct ic_err *err);

#endif
