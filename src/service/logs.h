/* The log, page by page.
 *
 * Promises: a page begins behind an entry, not at a number, so that events which arrive meanwhile neither repeat nor
 * hide any; every page costs the same, however deep. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_LOGS_H
#define IC_SERVICE_LOGS_H

#include "service/can.h"
#include "service/list_cursor.h"
#include "service/service.h"
#include "store/events.h"

struct ic_log_page {
    struct ic_log_list list;
    struct ic_list_cursor next; /* Where the next page begins; empty on the last. */
};

/* The page of `asked` behind the cursor `after` (empty: the first). Fails with invalid_parameter for a cursor of
 * another question, for a term of too few or too many characters, and for a window of time that ends before it begins.
 */
IC_NODISCARD enum ic_rc ic_logs_list(struct ic_service *service, const struct ic_asker *asker,
                                     const struct ic_log_query *asked, struct ic_str after, struct ic_arena *arena,
                                     struct ic_log_page *ret_page, struct ic_err *err);

/* One entry and its whole text (size 0: none); fails with not_found. */
IC_NODISCARD enum ic_rc ic_logs_get(struct ic_service *service, const struct ic_asker *asker,
                                    const struct ic_id *elg_id, struct ic_arena *arena, struct ic_log_entry *ret_entry,
                                    struct ic_str *ret_message_text, struct ic_err *err);

#endif
