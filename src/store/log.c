#include "store/events.h"
#include "store/query.h"
#include "store/search.h"

/* Columns that the statements of the log share. */
enum {
    COLUMN_ELG_ID,
    COLUMN_EVENT_TYPE,
    COLUMN_CREATED_AT,
    COLUMN_RECEIVED_AT,
    COLUMN_OPR_ID,
    COLUMN_OPR_NAME,
    COLUMN_ACT_ID,
    COLUMN_ACT_USERNAME,
    COLUMN_TAR_ID,
    COLUMN_TAR_USERNAME,
    COLUMN_TAR_STATUS,
    COLUMN_DETAILS,
    COLUMN_OLG_ID,
    COLUMN_SENT_AT,
    COLUMN_MESSAGE_CHARACTERS,
    COLUMN_MESSAGE_PREVIEW,
    COLUMN_MESSAGE_TEXT,
    COLUMN_LOG_POSITION,
    COLUMN_CURSOR,
};

static void read_entry(struct ic_query *query, struct ic_arena *arena, struct ic_log_entry *entry)
{
    entry->elg_id = ic_query_id(query, COLUMN_ELG_ID);
    entry->log_position = ic_query_int64(query, COLUMN_LOG_POSITION);
    entry->created_at = ic_query_int64(query, COLUMN_CREATED_AT);
    entry->received_at = ic_query_int64(query, COLUMN_RECEIVED_AT);
    entry->opr_id = ic_query_id(query, COLUMN_OPR_ID);
    entry->opr_name = ic_query_text(query, COLUMN_OPR_NAME, arena);
    entry->act_id = ic_query_id(query, COLUMN_ACT_ID);
    entry->act_username = ic_query_text(query, COLUMN_ACT_USERNAME, arena);
    entry->tar_id = ic_query_id(query, COLUMN_TAR_ID);
    entry->tar_username = ic_query_text(query, COLUMN_TAR_USERNAME, arena);
    entry->details = ic_query_text(query, COLUMN_DETAILS, arena);
    entry->olg_id = ic_query_id(query, COLUMN_OLG_ID);
    entry->sent_at = ic_query_int64(query, COLUMN_SENT_AT);
    entry->message_characters = ic_query_int64(query, COLUMN_MESSAGE_CHARACTERS);
    entry->message_preview = ic_query_text(query, COLUMN_MESSAGE_PREVIEW, arena);
    if (entry->message_preview.size == 0) {
        entry->message_preview = ic_query_text(query, COLUMN_MESSAGE_TEXT, arena);
    }
    struct ic_str type = ic_query_peek_text(query, COLUMN_EVENT_TYPE);
    if (!ic_event_type_parse(type.data, type.size, &entry->event_type)) {
        ic_query_corrupt(query, "an event's type is none");
    }
    struct ic_str status = ic_query_peek_text(query, COLUMN_TAR_STATUS);
    if (status.size && !ic_target_status_parse(status.data, status.size, &entry->tar_status)) {
        ic_query_corrupt(query, "a target's status is none");
    }
}

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
    int pattern;
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
static const struct walk walk_actor = {
    WALK(LOG_LIST_BY_ACTOR),
    .opr_id = IC_P_LOG_LIST_BY_ACTOR_NEWEST_OPR_ID,
    .act_id = IC_P_LOG_LIST_BY_ACTOR_NEWEST_ACT_ID,
    .event_type = IC_P_LOG_LIST_BY_ACTOR_NEWEST_EVENT_TYPE,
};
static const struct walk walk_operator = {
    WALK(LOG_LIST_BY_OPERATOR),
    .opr_id = IC_P_LOG_LIST_BY_OPERATOR_NEWEST_OPR_ID,
    .event_type = IC_P_LOG_LIST_BY_OPERATOR_NEWEST_EVENT_TYPE,
};
static const struct walk walk_type = {
    WALK(LOG_LIST_BY_TYPE),
    .event_type = IC_P_LOG_LIST_BY_TYPE_NEWEST_EVENT_TYPE,
};
static const struct walk walk_search = {
    WALK(LOG_SEARCH),
    .opr_id = IC_P_LOG_SEARCH_NEWEST_OPR_ID,
    .act_id = IC_P_LOG_SEARCH_NEWEST_ACT_ID,
    .tar_id = IC_P_LOG_SEARCH_NEWEST_TAR_ID,
    .event_type = IC_P_LOG_SEARCH_NEWEST_EVENT_TYPE,
    .pattern = IC_P_LOG_SEARCH_NEWEST_PATTERN,
};

/* The narrowest filter leads. */
static const struct walk *choose_walk(const struct ic_log_query *query)
{
    if (query->term.size > 0) {
        return &walk_search;
    }
    if (!ic_id_is_empty(&query->tar_id)) {
        return &walk_target;
    }
    if (!ic_id_is_empty(&query->act_id)) {
        return &walk_actor;
    }
    if (!ic_id_is_empty(&query->opr_id)) {
        return &walk_operator;
    }
    return query->has_event_type ? &walk_type : &walk_all;
}

static void put_id(struct ic_query *query, int position, const struct ic_id *id)
{
    if (position) {
        ic_query_put_id(query, position, id);
    }
}

/* The first position of an instant. */
static int64_t position_of(int64_t time)
{
    return time >= IC_STORE_TIME_MAX ? INT64_MAX : time << IC_STORE_POSITION_BITS;
}

/* Binds the open interval of positions that the page lies in. */
static void put_interval(struct ic_query *query, const struct walk *walk, const struct ic_log_query *asked)
{
    int64_t above = asked->from > 0 ? position_of(asked->from) - 1 : -1;
    int64_t below = asked->until > 0 ? position_of(asked->until) : INT64_MAX;
    if (asked->behind && asked->is_oldest_first && asked->behind > above) {
        above = asked->behind;
    }
    if (asked->behind && !asked->is_oldest_first && asked->behind < below) {
        below = asked->behind;
    }
    ic_query_put_int64(query, walk->above, above);
    ic_query_put_int64(query, walk->below, below);
}

static enum ic_rc run_walk(struct ic_store_tx *tx, const struct ic_log_query *asked, struct ic_str pattern,
                           struct ic_arena *arena, struct ic_log_list *list, struct ic_err *err)
{
    const struct walk *walk = choose_walk(asked);
    struct ic_query query;
    ic_query_begin(&query, tx, walk->statement[asked->is_oldest_first], "store.log.list", err);
    put_interval(&query, walk, asked);
    put_id(&query, walk->opr_id, &asked->opr_id);
    put_id(&query, walk->act_id, &asked->act_id);
    put_id(&query, walk->tar_id, &asked->tar_id);
    if (walk->event_type && asked->has_event_type) {
        ic_query_put_text(&query, walk->event_type, ic_str_from(ic_event_type_name(asked->event_type)));
    }
    if (walk->pattern) {
        ic_query_put_text(&query, walk->pattern, pattern);
    }
    ic_query_put_int64(&query, walk->limit, (int64_t)asked->limit);
    while (list->count < asked->limit && ic_query_next(&query)) {
        read_entry(&query, arena, &list->items[list->count++]);
    }
    return ic_query_end(&query);
}

enum ic_rc ic_store_log_list(struct ic_store_tx *tx, const struct ic_log_query *query, struct ic_arena *arena,
                             struct ic_log_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.log.list";
    struct ic_log_list list = {.items = ic_arena_alloc_array(arena, query->limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_buf pattern;
    ic_buf_init(&pattern, IC_SEARCH_PATTERN_BYTES_MAX);
    if (query->term.size > 0) {
        ic_search_put_pattern(&pattern, tx->connection->driver->search_form, query->term);
    }
    enum ic_rc rc = ic_buf_check(&pattern, operation, err);
    if (!rc) {
        rc = run_walk(tx, query, ic_buf_view(&pattern), arena, &list, err);
    }
    ic_buf_release(&pattern);
    if (!rc) {
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
        read_entry(&query, arena, &entry);
        /* A text without a stored preview is its own preview and has been copied already. */
        message_text = ic_query_peek_text(&query, COLUMN_MESSAGE_PREVIEW).size
                           ? ic_query_text(&query, COLUMN_MESSAGE_TEXT, arena)
                           : entry.message_preview;
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc) {
        return rc;
    }
    if (!is_there) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "There is no such event.");
    }
    *ret_entry = entry;
    *ret_message_text = message_text;
    return IC_OK;
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
        struct ic_change *change = &list.items[list.count++];
        change->cursor = ic_query_int64(&query, COLUMN_CURSOR);
        read_entry(&query, arena, &change->entry);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}
