/* The time zones of the world by their names (IANA), read from ICU and kept.
 *
 * Promises: a zone is read once and then never changes nor moves until the process ends; its offsets are known from
 * 1970 to IC_ZONES_YEAR_MAX. What is no name of a zone, and what ICU takes as one but the IANA does not know ("PST"
 * and the like are known to both), is refused. At most IC_ZONES_MAX are kept, more than there are.
 * Memory: the zones own their offsets. Threads: any; a lock guards the list, never held while ICU reads. */
#ifndef IC_SERVICE_ZONES_H
#define IC_SERVICE_ZONES_H

#include "base/err.h"
#include "base/str.h"
#include "domain/zone.h"

#include <pthread.h>

enum { IC_ZONES_MAX = 1024, IC_ZONES_YEAR_MAX = 2100 };

struct ic_zones {
    pthread_mutex_t lock; /* Guards what follows. */
    struct ic_named_zone *newest;
    size_t count;
};

void ic_zones_init(struct ic_zones *zones);
void ic_zones_release(struct ic_zones *zones);

/* Gives the zone of a name; fails with invalid_parameter or invalid_field, as `code` says, naming `field`. */
IC_NODISCARD enum ic_rc ic_zones_get(struct ic_zones *zones, struct ic_str name, enum ic_code code, const char *field,
                                     const struct ic_zone **ret_zone, struct ic_err *err);

/* The zone of a name, or UTC where there is none of that name (who joined with an older server may have any). */
const struct ic_zone *ic_zones_find(struct ic_zones *zones, struct ic_str name);

#endif
