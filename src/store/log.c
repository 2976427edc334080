#include "store/log_entry.h"
#include "store/log_search.h"
#include "store/warnings.h"

/* The change feed's statement has one more column. */
enum {
    COLUMN_CURSOR = IC_LOG_COLUMN_COUNT,
    COLUMN_CHANGED_OPR_ID,
    COLUMN_CHANGED_OPR_STATUS,
    COLUMN_CHANGED_LAST_ACTIVITY,
};

/* The parameters of the statements that walk the log; 0: the statement has none such. */
struct walk {
    enum ic_statement statement[2]; /* Newest first, oldest first. */
    int above;
    int below;
    int limit;
    int opr_id;
    int act_id;
    int tar_id;
    int event_type;
};

#define WALK(NAME)                                                                                                  \
    .statement = {IC_STATEMENT_##NAME##_NEWEST, IC_STATEMENT_##NAME##_OLDEST}, .above = IC_P_##NAME##_NEWEST_ABOVE, \
    .below = IC_P_##NAME##_NEWEST_BELOW, .limit = IC_P_##NAME##_NEWEST_LIMIT

static const struct walk walk_all = {WALK(LOG_LIST)};
static const struct walk walk_target = {
    WALK(LOG_LIST_BY_TARGET),
    .opr_id = IC_P_LOG_LIST_BY_TARGET_NEWEST_OPR_ID,
    .act_id = IC_P_LOG_LIST_BY_TARGET_NEWEST_ACT_ID,
    .tar_id = IC_P_LOG_LIST_BY_TARGET_NEWEST_TAR_ID,
    .event_type = IC_P_LOG_LIST_BY_TARGET_NEWEST_EVENT_TYPE,
};
static const struct walk walk_actor = {WALK(LOG_LIST_BY_ACTOR), .opr_id = IC_P_LOG_LIST_BY_ACTOR_NEWEST_OPR_ID,
                                       .act_id = IC_P_LOG_LIST_BY_ACTOR_NEWEST_ACT_ID};
static const struct walk walk_actor_type = {
    WALK(LOG_LIST_BY_ACTOR_TYPE),
    .opr_id = IC_P_LOG_LIST_BY_ACTOR_TYPE_NEWEST_OPR_ID,
    .act_id = IC_P_LOG_LIST_BY_ACTOR_TYPE_NEWEST_ACT_ID,
    .event_type = IC_P_LOG_LIST_BY_ACTOR_TYPE_NEWEST_EVENT_TYPE,
};
static const struct walk walk_operator = {WALK(LOG_LIST_BY_OPERATOR),
                                          .opr_id = IC_P_LOG_LIST_BY_OPERATOR_NEWEST_OPR_ID};
static const struct walk walk_operator_type = {
    WALK(LOG_LIST_BY_OPERATOR_TYPE),
    .opr_id = IC_P_LOG_LIST_BY_OPERATOR_TYPE_NEWEST_OPR_ID,
    .event_type = IC_P_LOG_LIST_BY_OPERATOR_TYPE_NEWEST_EVENT_TYPE,
};
static const struct walk walk_type = {
    WALK(LOG_LIST_BY_TYPE),
    .opr_id = IC_P_LOG_LIST_BY_TYPE_NEWEST_OPR_ID,
    .act_id = IC_P_LOG_LIST_BY_TYPE_NEWEST_ACT_ID,
    .event_type = IC_P_LOG_LIST_BY_TYPE_NEWEST_EVENT_TYPE,
};

/* What a person or the server does to the team is rare beside what is done with targets. */
static bool is_rare(const struct ic_log_query *query)
{
    return query->has_event_type &&
           (query->event_type == IC_EVENT_TYPE_USER || query->event_type == IC_EVENT_TYPE_SYSTEM);
}

/* The narrowest filter leads. */
static const struct walk *choose_walk(const struct ic_log_query *query)
{
    if (!ic_id_is_empty(&query->tar_id)) {
        return &walk_target;
    }
    if (is_rare(query)) {
        return &walk_type;
    }
    if (!ic_id_is_empty(&query->act_id)) {
        return query->has_event_type ? &walk_actor_type : &walk_actor;
    }
    if (!ic_id_is_empty(&query->opr_id)) {
        return query->has_event_type ? &walk_operator_type : &walk_operator;
    }
    return query->has_event_type ? &walk_type : &walk_all;
}

static void put_id(struct ic_query *query, int position, const struct ic_id *id)
{
    if (position) {
        ic_query_put_id(query, position, id);
    }
}

static enum ic_rc run_walk(struct ic_store_tx *tx, const struct ic_log_query *asked, struct ic_arena *arena,
                           struct ic_log_list *list, struct ic_err *err)
{
    const struct walk *walk = choose_walk(asked);
    struct ic_log_interval interval = ic_log_interval_of(asked);
    struct ic_query query;
    ic_query_begin(&query, tx, walk->statement[asked->is_oldest_first], "store.log.list", err);
    ic_query_put_int64(&query, walk->above, interval.above);
    ic_query_put_int64(&query, walk->below, interval.below);
    put_id(&query, walk->opr_id, &asked->opr_id);
    put_id(&query, walk->act_id, &asked->act_id);
    put_id(&query, walk->tar_id, &asked->tar_id);
    if (walk->event_type && asked->has_event_type) {
        ic_query_put_text(&query, walk->event_type, ic_str_from(ic_event_type_name(asked->event_type)));
    }
    ic_query_put_int64(&query, walk->limit, (int64_t)asked->limit + 1);
    while (list->count <= asked->limit && ic_query_next(&query)) {
        ic_log_entry_read(&query, arena, &list->items[list->count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    ic_log_list_finish(list, asked);
    return rc;
}

enum ic_rc ic_store_log_list(struct ic_store_tx *tx, const struct ic_log_query *query, struct ic_arena *arena,
                             struct ic_log_list *ret_list, struct ic_err *err)
{
    /* One more than asked for tells whether another page follows. */
    struct ic_log_list list = {.items = ic_arena_alloc_array(arena, query->limit + 1, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed("store.log.list", err);
    }
    enum ic_rc rc = query->term.size > 0 ? ic_log_search(tx, query, &ic_log_search_bounds, arena, &list, err)
                                         : run_walk(tx, query, arena, &list, err);
    if (!rc) {
        rc = ic_store_warnings_read(tx, list.items, list.count, sizeof *list.items, arena, err);
    }
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_log_at(struct ic_store_tx *tx, const int64_t *positions, size_t count, struct ic_arena *arena,
                           struct ic_log_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.log.at";
    struct ic_log_list list = {.items = ic_arena_alloc_array(arena, count > 0 ? count : 1, sizeof *list.items)};
    enum ic_rc rc = list.items ? IC_OK : ic_arena_failed(operation, err);
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_LOG_LIST_NEWEST, operation, err);
        ic_query_put_int64(&query, IC_P_LOG_LIST_NEWEST_ABOVE, positions[i] - 1);
        ic_query_put_int64(&query, IC_P_LOG_LIST_NEWEST_BELOW, positions[i] + 1);
        ic_query_put_int64(&query, IC_P_LOG_LIST_NEWEST_LIMIT, 1);
        if (ic_query_next(&query)) {
            ic_log_entry_read(&query, arena, &list.items[list.count++]);
        }
        rc = ic_query_end(&query);
    }
    if (rc == IC_OK && list.count > 0) {
        rc = ic_store_warnings_read(tx, list.items, list.count, sizeof *list.items, arena, err);
    }
    if (rc == IC_OK) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_log_get(struct ic_store_tx *tx, const struct ic_id *elg_id, struct ic_arena *arena,
                            struct ic_log_entry *ret_entry, struct ic_str *ret_message_text, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_LOG_GET, "store.log.get", err);
    ic_query_put_id(&query, IC_P_LOG_GET_ELG_ID, elg_id);
    bool is_there = ic_query_next(&query);
    struct ic_log_entry entry = {0};
    struct ic_str message_text = IC_STR("");
    if (is_there) {
        ic_log_entry_read(&query, arena, &entry);
        /* A text without a stored preview is its own preview and has been copied already. */
        message_text = ic_query_peek_text(&query, IC_LOG_COLUMN_MESSAGE_PREVIEW).size
                           ? ic_query_text(&query, IC_LOG_COLUMN_MESSAGE_TEXT, arena)
                           : entry.message_preview;
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc) {
        return rc;
    }
    if (!is_there) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "There is no such event.");
    }
    rc = ic_store_warnings_read(tx, &entry, 1, sizeof entry, arena, err);
    if (!rc) {
        *ret_entry = entry;
        *ret_message_text = message_text;
    }
    return rc;
}

static void read_change(struct ic_query *query, struct ic_arena *arena, struct ic_change *change)
{
    change->cursor = ic_query_int64(query, COLUMN_CURSOR);
    change->opr_id = ic_query_id(query, COLUMN_CHANGED_OPR_ID);
    change->is_event = ic_id_is_empty(&change->opr_id);
    if (change->is_event) {
        ic_log_entry_read(query, arena, &change->entry);
        return;
    }
    change->last_activity = ic_query_int64(query, COLUMN_CHANGED_LAST_ACTIVITY);
    struct ic_str status = ic_query_peek_text(query, COLUMN_CHANGED_OPR_STATUS);
    if (!ic_operator_status_parse(status.data, status.size, &change->opr_status)) {
        ic_query_corrupt(query, "an operator's status is none");
    }
}

enum ic_rc ic_store_change_list(struct ic_store_tx *tx, int64_t cursor, size_t limit, struct ic_arena *arena,
                                struct ic_change_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.change.list";
    struct ic_change_list list = {.items = ic_arena_alloc_array(arena, limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_CHANGE_LIST, operation, err);
    ic_query_put_int64(&query, IC_P_CHANGE_LIST_CURSOR, cursor);
    ic_query_put_int64(&query, IC_P_CHANGE_LIST_LIMIT, (int64_t)limit);
    while (list.count < limit && ic_query_next(&query)) {
        read_change(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && list.count > 0) {
        rc = ic_store_warnings_read(tx, &list.items[0].entry, list.count, sizeof *list.items, arena, err);
    }
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}
