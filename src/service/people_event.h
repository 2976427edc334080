/* Events of type User: what a person did in the Command Center, as the log tells it.
 *
 * Promises: written in the caller's transaction, so that the deed and its event stand or fall together.
 * Memory: nothing is kept. Threads: as the transaction's. */
#ifndef IC_SERVICE_PEOPLE_EVENT_H
#define IC_SERVICE_PEOPLE_EVENT_H

#include "service/service.h"
#include "store/events.h"

/* Logs "`deed` `name`", or the deed alone when `name` is empty, for the operator at `now`. */
IC_NODISCARD enum ic_rc ic_people_event_log(struct ic_store_tx *tx, const struct ic_service *service,
                                            const struct ic_id *opr_id, const char *deed, struct ic_str name,
                                            int64_t now, struct ic_err *err);

#endif
