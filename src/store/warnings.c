#include "store/warnings.h"

#include "store/query.h"

enum { ROWS_MAX = 200 };

/* ---- Writing. ---- */

static void put_warning(struct ic_rows *rows, const struct ic_warning *warning)
{
    ic_rows_add(rows);
    ic_rows_put_id(rows, IC_P_WARNING_INSERT_ELG_ID, &warning->elg_id);
    ic_rows_put_id(rows, IC_P_WARNING_INSERT_RULE_ID, &warning->rule_id);
    ic_rows_put_id(rows, IC_P_WARNING_INSERT_OPR_ID, &warning->opr_id);
    ic_rows_put_id(rows, IC_P_WARNING_INSERT_ACT_ID, &warning->act_id);
    ic_rows_put_int64(rows, IC_P_WARNING_INSERT_CREATED_AT, warning->created_at);
    ic_rows_put_int64(rows, IC_P_WARNING_INSERT_LOG_POSITION, warning->log_position);
    ic_rows_put_int64(rows, IC_P_WARNING_INSERT_COUNTED, warning->counted);
    ic_rows_put_int64(rows, IC_P_WARNING_INSERT_WAIT_SEC, warning->wait_sec);
    ic_rows_put_int64(rows, IC_P_WARNING_INSERT_WAS_SHOWN, warning->was_shown);
    ic_rows_put_text(rows, IC_P_WARNING_INSERT_REASON, warning->reason);
}

enum ic_rc ic_store_warnings_insert(struct ic_store_tx *tx, const struct ic_warning *warnings, size_t count,
                                    struct ic_err *err)
{
    struct ic_rows rows = {.count = 0};
    if (count == 0) {
        return IC_OK;
    }
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_WARNING_INSERT, count < ROWS_MAX ? count : ROWS_MAX, err);
    for (size_t i = 0; i < count && !rc; i++) {
        put_warning(&rows, &warnings[i]);
        if (rows.count == ROWS_MAX || i + 1 == count) {
            rc = ic_rows_run(&rows, tx, NULL, "store.warnings.insert", err);
        }
    }
    ic_rows_release(&rows);
    return rc;
}

/* ---- Reading. ---- */

/* Messages that are asked for together. */
struct asked {
    struct ic_log_entry *entries[IC_STORE_WARNED_EVENTS];
    size_t count;
};

static struct ic_log_entry *entry_of(const struct asked *asked, const struct ic_id *elg_id)
{
    for (size_t i = 0; i < asked->count; i++) {
        if (ic_id_equal(&asked->entries[i]->elg_id, elg_id)) {
            return asked->entries[i];
        }
    }
    return NULL;
}

/* Puts the row's warning behind those that the entry has. */
static void read_row(struct ic_query *query, const struct asked *asked, struct ic_arena *arena)
{
    struct ic_id elg_id = ic_query_id(query, 0);
    struct ic_str type = ic_query_peek_text(query, 2);
    struct ic_log_entry *entry = entry_of(asked, &elg_id);
    struct ic_log_warning *warning = ic_arena_alloc_array(arena, 1, sizeof *warning);
    if (!entry) {
        ic_query_corrupt(query, "a warning is of an event that was not asked for");
        return;
    }
    if (!warning) {
        query->rc = ic_arena_failed(query->operation, query->err);
        return;
    }
    *warning = (struct ic_log_warning){
        .rule_id = ic_query_id(query, 1),
        .counted = ic_query_int64(query, 3),
        .wait_sec = ic_query_int64(query, 4),
        .was_shown = ic_query_int64(query, 5) != 0,
    };
    if (!ic_rule_type_parse(type.data, type.size, &warning->type)) {
        ic_query_corrupt(query, "a rule's type is none");
    }
    warning->reason = ic_query_text(query, 6, arena);
    struct ic_log_warning **place = &entry->warnings;
    while (*place) {
        place = &(*place)->next;
    }
    *place = warning;
}

static enum ic_rc read_asked(struct ic_store_tx *tx, struct asked *asked, struct ic_arena *arena, struct ic_err *err)
{
    struct ic_query query;
    if (asked->count == 0) {
        return IC_OK;
    }
    ic_query_begin(&query, tx, IC_STATEMENT_WARNINGS_OF_EVENTS, "store.warnings.read", err);
    for (size_t i = 0; i < asked->count; i++) {
        ic_query_put_id(&query, IC_P_WARNINGS_OF_EVENTS_ELG_ID_1 + (int)i, &asked->entries[i]->elg_id);
    }
    while (ic_query_next(&query)) {
        read_row(&query, asked, arena);
    }
    asked->count = 0;
    return ic_query_end(&query);
}

enum ic_rc ic_store_warnings_read(struct ic_store_tx *tx, struct ic_log_entry *entries, size_t count, size_t stride,
                                  struct ic_arena *arena, struct ic_err *err)
{
    struct asked asked = {.count = 0};
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < count && !rc; i++) {
        struct ic_log_entry *entry = (struct ic_log_entry *)((char *)entries + i * stride);
        entry->warnings = NULL;
        if (entry->event_type == IC_EVENT_TYPE_OUTREACH && !ic_id_is_empty(&entry->elg_id)) {
            asked.entries[asked.count++] = entry;
        }
        if (asked.count == IC_STORE_WARNED_EVENTS) {
            rc = read_asked(tx, &asked, arena, err);
        }
    }
    return rc ? rc : read_asked(tx, &asked, arena, err);
}
