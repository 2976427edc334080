/* The home page's data: totals, what the last days brought, the latest activity and the feed's cursor, out of one
 * snapshot, for who may see it.
 *
 * Promises: what lies behind the cursor is exactly what the activity and the totals do not show yet.
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_HOME_H
#define IC_SERVICE_HOME_H

#include "service/can.h"
#include "service/service.h"
#include "store/events.h"
#include "store/window.h"

struct ic_home {
    int64_t cursor;
    struct ic_totals totals;
    struct ic_window window; /* The last IC_LIMIT_HOME_WINDOW_DAYS days. */
    struct ic_log_list activity;
    size_t devices; /* The operator's desktops that may push. */
};

IC_NODISCARD enum ic_rc ic_home_get(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                                    struct ic_home *ret_home, struct ic_err *err);

#endif
