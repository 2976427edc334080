/* The log, page by page, newest first.
 *
 * Promises: a page begins behind an entry, not at a number, so that events which arrive meanwhile neither repeat nor
 * hide any; every page costs the same, however deep. A cursor is text that only this file understands. Memory: results
 * live in the given arena. Threads: any. */
#ifndef IC_SERVICE_LOGS_H
#define IC_SERVICE_LOGS_H

#include "service/service.h"
#include "store/events.h"

enum { IC_LOG_CURSOR_SIZE = 16 };

struct ic_log_page {
    struct ic_log_list list;
    char next[IC_LOG_CURSOR_SIZE + 1]; /* Where the next page begins; empty on the last. */
};

/* At most `limit` entries behind the cursor `after` (empty: from the newest); invalid_parameter for one that is none of
 * ours. */
IC_NODISCARD enum ic_rc ic_logs_list(struct ic_service *service, struct ic_str after, size_t limit,
                                     struct ic_arena *arena, struct ic_log_page *ret_page, struct ic_err *err);

/* One entry and its whole text (size 0: none); fails with not_found. */
IC_NODISCARD enum ic_rc ic_logs_get(struct ic_service *service, const struct ic_id *elg_id, struct ic_arena *arena,
                                    struct ic_log_entry *ret_entry, struct ic_str *ret_message_text,
                                    struct ic_err *err);

#endif
