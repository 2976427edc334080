/* The exact rows behind a figure of analytics, page by page, newest first (docs/metrics.md).
 *
 * Promises: asked with the same parameters, there are as many rows as the figure says; pages go on behind a row, so
 * that what happens meanwhile neither repeats nor hides any. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_FIGURE_ROWS_H
#define IC_SERVICE_FIGURE_ROWS_H

#include "service/analytics_range.h"
#include "service/list_cursor.h"
#include "store/figure_rows.h"

struct ic_figure_rows_question {
    struct ic_analytics_question analytics;
    enum ic_figure figure;
    struct ic_contacts_filter filter; /* Only with contacted and answered. */
    int hour_of_week;                 /* From Monday, 0 h; -1: every hour. */
    size_t limit;
    struct ic_str after; /* The cursor; empty: the first page. */
};

struct ic_figure_rows_page {
    struct ic_analytics_range range;
    struct ic_log_list list;
    struct ic_list_cursor next; /* Empty on the last page. */
};

/* Fails as ic_analytics_range_find, and with invalid_parameter for a cursor of another question. */
IC_NODISCARD enum ic_rc ic_figure_rows_list(struct ic_service *service, const struct ic_asker *asker,
                                            const struct ic_figure_rows_question *question, struct ic_arena *arena,
                                            struct ic_figure_rows_page *ret_page, struct ic_err *err);

#endif
