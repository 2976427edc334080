#include "service/home.h"

#include "contract/limits.h"
#include "store/access.h"
#include "store/rollup.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

struct home_read {
    const struct ic_id *opr_id;
    int64_t now;
    struct ic_arena *arena;
    struct ic_home home;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct home_read *read = context;
    struct ic_home *home = &read->home;
    const struct ic_log_query newest = {.limit = IC_LIMIT_HOME_ACTIVITY_COUNT};
    struct ic_device_list devices = {0};
    enum ic_rc rc = ic_store_cursor_get(tx, &home->cursor, err);
    if (rc == IC_OK) {
        rc = ic_store_totals_get(tx, &home->totals, err);
    }
    if (rc == IC_OK) {
        /* Up to the end of the running quarter, so that an unchanged team has unchanged data for as long. */
        int64_t until = read->now - read->now % IC_ROLLUP_QUARTER_MS + IC_ROLLUP_QUARTER_MS;
        rc = ic_store_window_get(tx, until - IC_LIMIT_HOME_WINDOW_DAYS * DAY_MS, until, &home->window, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_log_list(tx, &newest, read->arena, &home->activity, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_device_list(tx, read->opr_id, read->arena, &devices, err);
    }
    home->devices = devices.count;
    return rc;
}

enum ic_rc ic_home_get(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                       struct ic_home *ret_home, struct ic_err *err)
{
    struct home_read read = {.opr_id = &asker->opr_id, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_HOME, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &read, err);
    }
    if (rc == IC_OK) {
        *ret_home = read.home;
    }
    return rc;
}
