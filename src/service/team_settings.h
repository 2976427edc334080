/* The team's settings: reading them, and changing them, which is an event.
 *
 * Promises: values are checked here, whoever gives them. Memory: texts live in the given arena. Threads: any. */
#ifndef IC_SERVICE_TEAM_SETTINGS_H
#define IC_SERVICE_TEAM_SETTINGS_H

#include "service/can.h"
#include "service/service.h"
#include "store/team_settings.h"

IC_NODISCARD enum ic_rc ic_team_settings_get(struct ic_service *service, const struct ic_asker *asker,
                                             struct ic_arena *arena, struct ic_team_settings *ret_settings,
                                             struct ic_err *err);

/* All of them; what is as it was is no change, and where nothing changes nothing is written. Fails with invalid_field
 * and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_team_settings_change(struct ic_service *service, const struct ic_asker *asker,
                                                const struct ic_team_settings *settings, struct ic_arena *arena,
                                                struct ic_err *err);

#endif
