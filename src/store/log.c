#include "store/events.h"
#include "store/query.h"

/* Columns that log_list, log_get and change_list share. */
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
    COLUMN_CURSOR,
};

static void read_entry(struct ic_query *query, struct ic_arena *arena, struct ic_log_entry *entry)
{
    entry->elg_id = ic_query_id(query, COLUMN_ELG_ID);
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

enum ic_rc ic_store_log_list(struct ic_store_tx *tx, const struct ic_log_position *position, size_t limit,
                             struct ic_arena *arena, struct ic_log_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.log.list";
    struct ic_log_list list = {.items = ic_arena_alloc_array(arena, limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_LOG_LIST, operation, err);
    ic_query_put_int64(&query, IC_P_LOG_LIST_CREATED_AT, position->created_at);
    ic_query_put_id(&query, IC_P_LOG_LIST_ELG_ID, &position->elg_id);
    ic_query_put_int64(&query, IC_P_LOG_LIST_LIMIT, (int64_t)limit);
    while (list.count < limit && ic_query_next(&query)) {
        read_entry(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
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
