#include "service/logs.h"

#include <inttypes.h>
#include <stdio.h>

/* A cursor is the last entry's position as 16 hex digits. */
static void write_cursor(const struct ic_log_entry *entry, char ret_cursor[IC_LOG_CURSOR_SIZE + 1])
{
    snprintf(ret_cursor, IC_LOG_CURSOR_SIZE + 1, "%016" PRIx64, (uint64_t)entry->log_position);
}

static bool read_cursor(struct ic_str text, int64_t *ret_position)
{
    uint64_t position = 0;
    if (text.size != IC_LOG_CURSOR_SIZE) {
        return false;
    }
    for (size_t i = 0; i < IC_LOG_CURSOR_SIZE; i++) {
        char c = text.data[i];
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'f')) {
            return false;
        }
        position = position << 4 | (uint64_t)(is_digit ? c - '0' : c - 'a' + 10);
    }
    if (position == 0 || position > INT64_MAX) {
        return false;
    }
    *ret_position = (int64_t)position;
    return true;
}

struct list_read {
    struct ic_log_query query;
    struct ic_arena *arena;
    struct ic_log_list list;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    return ic_store_log_list(tx, &read->query, read->arena, &read->list, err);
}

enum ic_rc ic_logs_list(struct ic_service *service, struct ic_str after, size_t limit, struct ic_arena *arena,
                        struct ic_log_page *ret_page, struct ic_err *err)
{
    /* One more than asked for tells whether another page follows. */
    struct list_read read = {.query.limit = limit + 1, .arena = arena};
    if (after.size > 0 && !read_cursor(after, &read.query.behind)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, "service.logs.list", "after",
                                "This is not the 'next' of a page.");
    }
    enum ic_rc rc = ic_store_read(service->store, run_list, &read, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_log_page page = {.list = read.list};
    if (page.list.count > limit) {
        page.list.count = limit;
        write_cursor(&page.list.items[limit - 1], page.next);
    }
    *ret_page = page;
    return IC_OK;
}

struct entry_read {
    const struct ic_id *elg_id;
    struct ic_arena *arena;
    struct ic_log_entry entry;
    struct ic_str message_text;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_read *read = context;
    return ic_store_log_get(tx, read->elg_id, read->arena, &read->entry, &read->message_text, err);
}

enum ic_rc ic_logs_get(struct ic_service *service, const struct ic_id *elg_id, struct ic_arena *arena,
                       struct ic_log_entry *ret_entry, struct ic_str *ret_message_text, struct ic_err *err)
{
    struct entry_read read = {.elg_id = elg_id, .arena = arena};
    enum ic_rc rc = ic_store_read(service->store, run_get, &read, err);
    if (rc == IC_OK) {
        *ret_entry = read.entry;
        *ret_message_text = read.message_text;
    }
    return rc;
}
