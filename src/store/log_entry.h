/* Rows of the log's statements, and the part of the log that a page lies in.
 *
 * Memory: texts are copied into the given arena. Threads: as the query's. */
#ifndef IC_STORE_LOG_ENTRY_H
#define IC_STORE_LOG_ENTRY_H

#include "store/query.h"

/* Columns that the statements share. */
enum {
    IC_LOG_COLUMN_ELG_ID,
    IC_LOG_COLUMN_EVENT_TYPE,
    IC_LOG_COLUMN_CREATED_AT,
    IC_LOG_COLUMN_RECEIVED_AT,
    IC_LOG_COLUMN_OPR_ID,
    IC_LOG_COLUMN_OPR_NAME,
    IC_LOG_COLUMN_ACT_ID,
    IC_LOG_COLUMN_ACT_USERNAME,
    IC_LOG_COLUMN_TAR_ID,
    IC_LOG_COLUMN_TAR_USERNAME,
    IC_LOG_COLUMN_TAR_STATUS,
    IC_LOG_COLUMN_DETAILS,
    IC_LOG_COLUMN_OLG_ID,
    IC_LOG_COLUMN_SENT_AT,
    IC_LOG_COLUMN_MESSAGE_CHARACTERS,
    IC_LOG_COLUMN_MESSAGE_PREVIEW,
    IC_LOG_COLUMN_MESSAGE_TEXT,
    IC_LOG_COLUMN_LOG_POSITION,
    IC_LOG_COLUMN_COUNT,
};

/* Reads the query's row; a value that cannot be is the query's failure. */
void ic_log_entry_read(struct ic_query *query, struct ic_arena *arena, struct ic_log_entry *entry);

/* Positions between two, neither of them included. */
struct ic_log_interval {
    int64_t above;
    int64_t below;
};

/* What is left of the log behind the page before, in the window of time that is asked for. */
struct ic_log_interval ic_log_interval_of(const struct ic_log_query *asked);

/* Leaves what lies behind `position`. */
void ic_log_interval_cut(struct ic_log_interval *interval, const struct ic_log_query *asked, int64_t position);

/* Ends a page that was read with one entry more than asked for, if there are so many. */
void ic_log_list_finish(struct ic_log_list *list, const struct ic_log_query *asked);

#endif
