#include "store/feed.h"

#include "store/query.h"

#include <assert.h>

static struct ic_feed_mark read_mark(struct ic_query *query)
{
    return (struct ic_feed_mark){
        .cursor = ic_query_int64(query, 0),
        .elg_id = ic_query_id(query, 1),
        .changed_at = ic_query_int64(query, 2),
    };
}

enum ic_rc ic_store_feed_end(struct ic_store_tx *tx, struct ic_feed_mark *ret_mark, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_FEED_END, "store.feed.end", err);
    struct ic_feed_mark mark = ic_query_next(&query) ? read_mark(&query) : (struct ic_feed_mark){0};
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_mark = mark;
    }
    return rc;
}

enum ic_rc ic_store_feed_begin(struct ic_store_tx *tx, int64_t *ret_cursor, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_FEED_BEGIN, "store.feed.begin", err);
    int64_t cursor = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_cursor = cursor;
    }
    return rc;
}

enum ic_rc ic_store_feed_find(struct ic_store_tx *tx, int64_t cursor, struct ic_feed_mark *ret_mark, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_FEED_GET, "store.feed.find", err);
    ic_query_put_int64(&query, IC_P_FEED_GET_CURSOR, cursor);
    struct ic_feed_mark mark = ic_query_next(&query) ? read_mark(&query) : (struct ic_feed_mark){0};
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_mark = mark;
    }
    return rc;
}

enum ic_rc ic_store_event_is_known(struct ic_store_tx *tx, const struct ic_id *elg_id, bool *ret_is_known,
                                   struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_EVENT_FIND, "store.event.is_known", err);
    ic_query_put_id(&query, IC_P_EVENT_FIND_ELG_ID, elg_id);
    bool is_known = ic_query_next(&query);
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_is_known = is_known;
    }
    return rc;
}

static void read_change(struct ic_query *query, struct ic_feed_change *change)
{
    struct ic_id opr_id = ic_query_id(query, 1);
    *change = (struct ic_feed_change){.cursor = ic_query_int64(query, 0), .is_event = ic_id_is_empty(&opr_id)};
    if (!change->is_event) {
        change->opr_id = opr_id;
        return;
    }
    change->elg_id = ic_query_id(query, 2);
    change->opr_id = ic_query_id(query, 4);
    change->act_id = ic_query_id(query, 5);
    change->tar_id = ic_query_id(query, 6);
    change->created_at = ic_query_int64(query, 7);
    struct ic_str type = ic_query_peek_text(query, 3);
    if (!ic_event_type_parse(type.data, type.size, &change->event_type) && !query->rc) {
        ic_query_corrupt(query, "an event's type is none");
    }
}

enum ic_rc ic_store_feed_behind(struct ic_store_tx *tx, int64_t cursor, size_t limit, struct ic_arena *arena,
                                struct ic_feed_changes *ret_changes, struct ic_err *err)
{
    static const char operation[] = "store.feed.behind";
    struct ic_feed_changes changes = {.items = ic_arena_alloc_array(arena, limit, sizeof *changes.items)};
    if (!changes.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_FEED_BEHIND, operation, err);
    ic_query_put_int64(&query, IC_P_FEED_BEHIND_CURSOR, cursor);
    ic_query_put_int64(&query, IC_P_FEED_BEHIND_LIMIT, (int64_t)limit);
    while (changes.count < limit && ic_query_next(&query)) {
        read_change(&query, &changes.items[changes.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_changes = changes;
    }
    return rc;
}

/* ---- The far end. ---- */

/* The last of the oldest changes that may go, at most `limit`, and how many they are. */
static enum ic_rc find_cut(struct ic_store_tx *tx, int64_t horizon, size_t limit, int64_t newest, int64_t *ret_cursor,
                           size_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_FEED_OLDEST, "store.feed.cut", err);
    ic_query_put_int64(&query, IC_P_FEED_OLDEST_LIMIT, (int64_t)limit);
    bool is_old = true;
    size_t count = 0;
    while (is_old && ic_query_next(&query)) {
        int64_t cursor = ic_query_int64(&query, 0);
        is_old = cursor < newest && ic_query_int64(&query, 1) < horizon;
        if (is_old) {
            *ret_cursor = cursor;
            count++;
        }
    }
    *ret_count = count;
    return ic_query_end(&query);
}

enum ic_rc ic_store_feed_has_old(struct ic_store_tx *tx, int64_t horizon, bool *ret_has_old, struct ic_err *err)
{
    struct ic_feed_mark end;
    int64_t cursor;
    size_t count = 0;
    enum ic_rc rc = ic_store_feed_end(tx, &end, err);
    if (!rc) {
        rc = find_cut(tx, horizon, 1, end.cursor, &cursor, &count, err);
    }
    if (!rc) {
        *ret_has_old = count > 0;
    }
    return rc;
}

enum ic_rc ic_store_feed_cut(struct ic_store_tx *tx, int64_t horizon, size_t limit, size_t *ret_count,
                             struct ic_err *err)
{
    struct ic_feed_mark end;
    int64_t cursor = 0;
    size_t count = 0;
    enum ic_rc rc = ic_store_feed_end(tx, &end, err);
    if (!rc) {
        rc = find_cut(tx, horizon, limit, end.cursor, &cursor, &count, err);
    }
    if (!rc && count > 0) {
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_FEED_CUT, "store.feed.cut", err);
        ic_query_put_int64(&query, IC_P_FEED_CUT_CURSOR, cursor);
        rc = ic_query_run(&query);
    }
    if (!rc) {
        *ret_count = count;
    }
    return rc;
}

/* ---- Presence. ---- */

enum ic_rc ic_store_operator_set_status(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                        enum ic_operator_status opr_status, int64_t now, struct ic_err *err)
{
    static const char operation[] = "store.operator.set_status";
    struct ic_query query;
    struct ic_feed_mark end;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_SET_STATUS, operation, err);
    ic_query_put_id(&query, IC_P_OPERATOR_SET_STATUS_OPR_ID, opr_id);
    ic_query_put_text(&query, IC_P_OPERATOR_SET_STATUS_OPR_STATUS, ic_str_from(ic_operator_status_name(opr_status)));
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (rc || changed_count == 0) {
        return rc;
    }
    rc = ic_store_feed_end(tx, &end, err);
    if (rc || end.cursor == 0) {
        return rc; /* Nothing has ever happened: there is nobody to be told. */
    }
    /* The writer's turn is this transaction's: nobody else takes the next cursor. */
    tx->cursor = end.cursor + 1;
    ic_query_begin(&query, tx, IC_STATEMENT_PRESENCE_INSERT, operation, err);
    ic_query_put_int64(&query, IC_P_PRESENCE_INSERT_CURSOR, tx->cursor);
    ic_query_put_id(&query, IC_P_PRESENCE_INSERT_ELG_ID, &end.elg_id);
    ic_query_put_id(&query, IC_P_PRESENCE_INSERT_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_PRESENCE_INSERT_CHANGED_AT, now);
    return ic_query_run(&query);
}
