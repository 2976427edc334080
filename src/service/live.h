/* What live streams tell: the changes behind a cursor, with the totals as they are now.
 *
 * Promises: changes come in the feed's order, none twice and none left out; a cursor that cannot be followed (from
 * another database, or more than IC_STORE_FOLLOW_CHANGES_MAX behind) is said to be so instead of being guessed at.
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_LIVE_H
#define IC_SERVICE_LIVE_H

#include "service/can.h"
#include "service/service.h"
#include "store/events.h"

struct ic_live {
    bool is_reset;  /* The cursor cannot be followed; `changes` is empty. */
    int64_t newest; /* The feed's newest cursor. */
    struct ic_change_list changes;
    struct ic_totals totals;
};

/* Whether a stream of the log may begin for the asker; what it tells then is the same for everybody. */
IC_NODISCARD enum ic_rc ic_live_check(const struct ic_asker *asker, struct ic_err *err);

/* The same of a desktop's stream, which tells no more than that there is something to pull. */
IC_NODISCARD enum ic_rc ic_live_check_desktop(const struct ic_asker *asker, struct ic_err *err);

/* At most `limit` changes behind `cursor`. */
IC_NODISCARD enum ic_rc ic_live_read(struct ic_service *service, int64_t cursor, size_t limit, struct ic_arena *arena,
                                     struct ic_live *ret_live, struct ic_err *err);

/* The newest cursor. */
IC_NODISCARD enum ic_rc ic_live_newest(struct ic_service *service, int64_t *ret_cursor, struct ic_err *err);

#endif
