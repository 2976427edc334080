#include "store/window.h"

#include "store/query.h"
#include "store/rollup.h"

static const char operation[] = "store.window.get";

static enum ic_rc count_events(struct ic_store_tx *tx, const struct ic_window *window, enum ic_event_type event_type,
                               int64_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_WINDOW_EVENTS, operation, err);
    ic_query_put_int64(&query, IC_P_WINDOW_EVENTS_FROM_TIME, window->from);
    ic_query_put_int64(&query, IC_P_WINDOW_EVENTS_UNTIL_TIME, window->until);
    ic_query_put_text(&query, IC_P_WINDOW_EVENTS_EVENT_TYPE, ic_str_from(ic_event_type_name(event_type)));
    int64_t count = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_count = count;
    }
    return rc;
}

static enum ic_rc count_reaches(struct ic_store_tx *tx, const struct ic_window *window, const char *milestone,
                                int64_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_WINDOW_REACHES, operation, err);
    ic_query_put_text(&query, IC_P_WINDOW_REACHES_MILESTONE, ic_str_from(milestone));
    ic_query_put_int64(&query, IC_P_WINDOW_REACHES_FROM_TIME, window->from);
    ic_query_put_int64(&query, IC_P_WINDOW_REACHES_UNTIL_TIME, window->until);
    int64_t count = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_count = count;
    }
    return rc;
}

enum ic_rc ic_store_window_get(struct ic_store_tx *tx, int64_t from, int64_t until, struct ic_window *ret_window,
                               struct ic_err *err)
{
    struct ic_window window = {.from = from - from % IC_ROLLUP_QUARTER_MS, .until = until};
    const struct {
        const char *milestone;
        int64_t *count;
    } reaches[] = {
        {ic_rollup_first_contact, &window.contacted},
        {ic_target_status_name(IC_TARGET_STATUS_REPLIED), &window.replied},
        {ic_target_status_name(IC_TARGET_STATUS_WARM), &window.warm},
        {ic_target_status_name(IC_TARGET_STATUS_BOOKED), &window.booked},
        {ic_target_status_name(IC_TARGET_STATUS_PAID), &window.paid},
    };
    enum ic_rc rc = count_events(tx, &window, IC_EVENT_TYPE_OUTREACH, &window.messages, err);
    for (size_t i = 0; i < sizeof reaches / sizeof reaches[0] && !rc; i++) {
        rc = count_reaches(tx, &window, reaches[i].milestone, reaches[i].count, err);
    }
    if (!rc) {
        *ret_window = window;
    }
    return rc;
}
