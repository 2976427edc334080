#include "service/live.h"

enum ic_rc ic_live_check(const struct ic_asker *asker, struct ic_err *err)
{
    return ic_can_check(asker, IC_ACTION_FOLLOW_LIVE, IC_WHOSE_THEIRS, err);
}

enum ic_rc ic_live_check_desktop(const struct ic_asker *asker, struct ic_err *err)
{
    return ic_can_check(asker, IC_ACTION_PULL, IC_WHOSE_THEIRS, err);
}

struct live_read {
    int64_t cursor;
    size_t limit;
    struct ic_arena *arena;
    struct ic_live live;
};

static enum ic_rc run_read(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct live_read *read = context;
    struct ic_live *live = &read->live;
    enum ic_rc rc = ic_store_cursor_get(tx, &live->newest, err);
    if (rc != IC_OK) {
        return rc;
    }
    live->is_reset = read->cursor > live->newest || live->newest - read->cursor > IC_STORE_FOLLOW_CHANGES_MAX;
    if (live->is_reset || read->cursor == live->newest) {
        return IC_OK;
    }
    rc = ic_store_change_list(tx, read->cursor, read->limit, read->arena, &live->changes, err);
    return rc == IC_OK ? ic_store_totals_get(tx, &live->totals, err) : rc;
}

enum ic_rc ic_live_read(struct ic_service *service, int64_t cursor, size_t limit, struct ic_arena *arena,
                        struct ic_live *ret_live, struct ic_err *err)
{
    struct live_read read = {.cursor = cursor, .limit = limit, .arena = arena};
    enum ic_rc rc = ic_store_read(service->store, run_read, &read, err);
    if (rc == IC_OK) {
        *ret_live = read.live;
    }
    return rc;
}

static enum ic_rc run_newest(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_cursor_get(tx, context, err);
}

enum ic_rc ic_live_newest(struct ic_service *service, int64_t *ret_cursor, struct ic_err *err)
{
    int64_t cursor = 0;
    enum ic_rc rc = ic_store_read(service->store, run_newest, &cursor, err);
    if (rc == IC_OK) {
        *ret_cursor = cursor;
    }
    return rc;
}
