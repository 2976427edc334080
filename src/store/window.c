#include "store/window.h"

#include "store/query.h"
#include "store/rollup.h"
#include "store/rollup_counts.h"

enum ic_rc ic_store_window_get(struct ic_store_tx *tx, int64_t from, int64_t until, struct ic_window *ret_window,
                               struct ic_err *err)
{
    struct ic_window window = {.from = from - from % IC_ROLLUP_QUARTER_MS, .until = until};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_WINDOW_FIGURES, "store.window.get", err);
    ic_query_put_int64(&query, IC_P_WINDOW_FIGURES_FROM_TIME, window.from);
    ic_query_put_int64(&query, IC_P_WINDOW_FIGURES_UNTIL_TIME, window.until);
    if (ic_query_next(&query)) {
        window.messages = ic_query_int64(&query, IC_ROLLUP_FIGURES + IC_FIGURE_MESSAGES);
        window.contacted = ic_query_int64(&query, IC_ROLLUP_FIGURES + IC_FIGURE_CONTACTED);
        window.replied = ic_query_int64(&query, IC_ROLLUP_FIGURES + IC_FIGURE_REPLIED);
        window.warm = ic_query_int64(&query, IC_ROLLUP_FIGURES + IC_FIGURE_WARM);
        window.booked = ic_query_int64(&query, IC_ROLLUP_FIGURES + IC_FIGURE_BOOKED);
        window.paid = ic_query_int64(&query, IC_ROLLUP_FIGURES + IC_FIGURE_PAID);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_window = window;
    }
    return rc;
}
