#include "service/people_event.h"

#include <stdio.h>

enum { DETAILS_SIZE = 512 }; /* The longest deed and the longest name fit. */

enum ic_rc ic_people_event_log(struct ic_store_tx *tx, const struct ic_service *service, const struct ic_id *opr_id,
                               const char *deed, struct ic_str name, int64_t now, struct ic_err *err)
{
    char details[DETAILS_SIZE];
    int written = snprintf(details, sizeof details, "%s%s%.*s", deed, name.size > 0 ? " " : "", (int)name.size,
                           name.size > 0 ? name.data : "");
    if (written < 0 || (size_t)written >= sizeof details) {
        return ic_err_set(err, IC_CODE_INTERNAL, "service.people_event.log", "The details are too long.");
    }
    struct ic_id elg_id;
    struct ic_log_entry entry = {
        .event_type = IC_EVENT_TYPE_USER,
        .created_at = now,
        .received_at = now,
        .opr_id = *opr_id,
        .details = {details, (size_t)written},
    };
    return ic_store_event_insert(tx, &entry, &service->rand, &elg_id, err);
}
