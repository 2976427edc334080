#include "store/events.h"

#include "base/utf8.h"
#include "domain/text_print.h"
#include "store/audit_seal.h"
#include "store/query.h"
#include "store/rollup.h"
#include "store/search.h"

#include <stdio.h>
#include <stdlib.h>

static const char operation[] = "store.event.insert";

enum { ROWS_MAX = 256, SEARCH_BYTES_MAX = 64 << 20 };

/* The rows of up to ROWS_MAX events, table by table. */
struct rows {
    struct ic_rows events;
    struct ic_rows outreach;
    struct ic_rows operations;
    struct ic_rows changes;
    struct ic_rows search;
    struct ic_buf search_text; /* One after the other; the rows are given their views when it no longer grows. */
    size_t search_ends[ROWS_MAX];
};

enum ic_rc ic_store_cursor_get(struct ic_store_tx *tx, int64_t *ret_cursor, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_CURSOR_GET, "store.cursor.get", err);
    int64_t cursor = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_cursor = cursor;
    }
    return rc;
}

/* ---- Rows of one event. ---- */

static void put_status(struct ic_rows *rows, int position, const char *name)
{
    ic_rows_put_text(rows, position, ic_str_from(name));
}

/* Where an event stands: in the log, and among the texts of the search. */
struct place {
    int64_t log_position;
    int64_t event_number;
};

static struct place place_of(const struct ic_new_event *event, int64_t cursor)
{
    int64_t tie = cursor & ((INT64_C(1) << IC_STORE_POSITION_BITS) - 1);
    int64_t number = cursor & ((INT64_C(1) << IC_STORE_NUMBER_BITS) - 1);
    return (struct place){
        .log_position = event->created_at << IC_STORE_POSITION_BITS | tie,
        .event_number = event->created_at >> IC_STORE_SPAN_BITS << IC_STORE_NUMBER_BITS | number,
    };
}

static void put_event(struct ic_rows *rows, const struct ic_new_event *event, const struct ic_event_ids *ids,
                      struct place place)
{
    ic_rows_add(rows);
    ic_rows_put_id(rows, IC_P_EVENT_INSERT_ELG_ID, &ids->elg_id);
    ic_rows_put_int64(rows, IC_P_EVENT_INSERT_LOG_POSITION, place.log_position);
    ic_rows_put_int64(rows, IC_P_EVENT_INSERT_EVENT_NUMBER, place.event_number);
    ic_rows_put_text(rows, IC_P_EVENT_INSERT_EVENT_TYPE, ic_str_from(ic_event_type_name(event->event_type)));
    ic_rows_put_id(rows, IC_P_EVENT_INSERT_ACT_ID, &event->act_id);
    ic_rows_put_id(rows, IC_P_EVENT_INSERT_OPR_ID, &event->opr_id);
    ic_rows_put_id(rows, IC_P_EVENT_INSERT_TAR_ID, &event->tar_id);
    put_status(rows, IC_P_EVENT_INSERT_STATUS_BEFORE, event->status_before);
    put_status(rows, IC_P_EVENT_INSERT_STATUS_AFTER, event->status_after);
    ic_rows_put_text(rows, IC_P_EVENT_INSERT_DETAILS, event->details);
    ic_rows_put_int64(rows, IC_P_EVENT_INSERT_CREATED_AT, event->created_at);
    ic_rows_put_int64(rows, IC_P_EVENT_INSERT_RECEIVED_AT, event->received_at);
}

/* A short text is its own preview: not stored twice. */
static struct ic_str preview_of(struct ic_str text)
{
    struct ic_str preview = ic_utf8_prefix(text, IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS);
    return preview.size == text.size ? IC_STR("") : preview;
}

static void put_outreach(struct ic_rows *rows, const struct ic_message *message, const struct ic_event_ids *ids,
                         int64_t log_position)
{
    struct ic_str text = message->message_text;
    ic_rows_add(rows);
    ic_rows_put_id(rows, IC_P_OUTREACH_INSERT_OLG_ID, &ids->olg_id);
    ic_rows_put_id(rows, IC_P_OUTREACH_INSERT_ELG_ID, &ids->elg_id);
    ic_rows_put_text(rows, IC_P_OUTREACH_INSERT_THREAD_ID, message->thread_id);
    ic_rows_put_int64(rows, IC_P_OUTREACH_INSERT_SENT_AT, message->sent_at);
    ic_rows_put_int64(rows, IC_P_OUTREACH_INSERT_MESSAGE_CHARACTERS, (int64_t)ic_utf8_count(text));
    ic_rows_put_text(rows, IC_P_OUTREACH_INSERT_MESSAGE_PREVIEW, preview_of(text));
    ic_rows_put_text(rows, IC_P_OUTREACH_INSERT_MESSAGE_TEXT, text);
    uint64_t text_print = ic_text_print(text);
    if (text_print > 0) {
        ic_rows_put_int64(rows, IC_P_OUTREACH_INSERT_TEXT_PRINT, (int64_t)text_print);
        ic_rows_put_int64(rows, IC_P_OUTREACH_INSERT_LOG_POSITION, log_position);
    }
}

static void put_operation(struct ic_rows *rows, const struct ic_new_event *event, const struct ic_event_ids *ids)
{
    const struct ic_operation_key *key = event->operation;
    ic_rows_add(rows);
    ic_rows_put_text(rows, IC_P_OPERATION_INSERT_OP_ID, ic_str_from(key->op_id.text));
    ic_rows_put_text(rows, IC_P_OPERATION_INSERT_OP_HASH, ic_str_from(key->op_hash.text));
    ic_rows_put_id(rows, IC_P_OPERATION_INSERT_ELG_ID, &ids->elg_id);
    ic_rows_put_id(rows, IC_P_OPERATION_INSERT_DEVICE_ID, &key->device_id);
    ic_rows_put_int64(rows, IC_P_OPERATION_INSERT_RECEIVED_AT, event->received_at);
    ic_rows_put_text(rows, IC_P_OPERATION_INSERT_KIND, ic_str_from(ic_operation_kind_name(key->kind)));
    ic_rows_put_int64(rows, IC_P_OPERATION_INSERT_SENT_AT, key->sent_at);
    if (key->told.has_age) {
        ic_rows_put_int64(rows, IC_P_OPERATION_INSERT_AGE_MS, key->told.age_ms);
    }
    if (key->told.has_clock_ahead) {
        ic_rows_put_int64(rows, IC_P_OPERATION_INSERT_CLOCK_AHEAD_MS, key->told.clock_ahead_ms);
    }
    if (key->told.hybrid_time > 0) {
        ic_rows_put_int64(rows, IC_P_OPERATION_INSERT_HYBRID_TIME, key->told.hybrid_time);
    }
}

/* What the event is found by: the target's handle and the message. An event without a target is not searched. */
static void put_search(struct rows *rows, const struct ic_new_event *event, int64_t place)
{
    if (event->tar_username.size == 0) {
        return;
    }
    ic_search_fold(&rows->search_text, event->tar_username);
    if (event->message && event->message->message_text.size > 0) {
        ic_buf_put_char(&rows->search_text, '\n');
        ic_search_fold(&rows->search_text, event->message->message_text);
    }
    ic_rows_add(&rows->search);
    ic_rows_put_int64(&rows->search, IC_P_EVENT_SEARCH_INSERT_PLACE, place);
    rows->search_ends[rows->search.count - 1] = rows->search_text.size;
}

static enum ic_rc run_search(struct rows *rows, struct ic_store_tx *tx, struct ic_err *err)
{
    enum ic_rc rc = ic_buf_check(&rows->search_text, operation, err);
    if (rc) {
        return rc;
    }
    struct ic_str all = ic_buf_view(&rows->search_text);
    size_t begin = 0;
    for (size_t i = 0; i < rows->search.count; i++) {
        rows->search.values[i * rows->search.width + IC_P_EVENT_SEARCH_INSERT_SEARCH_TEXT - 1] =
            (struct ic_value){.kind = IC_VALUE_TEXT, .text = {all.data + begin, rows->search_ends[i] - begin}};
        begin = rows->search_ends[i];
    }
    rc = ic_rows_run(&rows->search, tx, NULL, operation, err);
    ic_buf_reset(&rows->search_text);
    return rc;
}

/* The event as it will be read again, for the audit. */
static enum ic_rc seal(struct ic_store_tx *tx, const struct ic_new_event *event, const struct ic_event_ids *ids,
                       int64_t log_position, struct ic_err *err)
{
    const struct ic_message *message = event->message;
    struct ic_audit_event sealed = {
        .elg_id = ids->elg_id,
        .log_position = log_position,
        .event_type = ic_str_from(ic_event_type_name(event->event_type)),
        .act_id = event->act_id,
        .opr_id = event->opr_id,
        .tar_id = event->tar_id,
        .status_before = ic_str_from(event->status_before),
        .status_after = ic_str_from(event->status_after),
        .details = event->details,
        .created_at = event->created_at,
        .received_at = event->received_at,
        .olg_id = ids->olg_id,
    };
    if (message) {
        sealed.thread_id = message->thread_id;
        sealed.sent_at = message->sent_at;
        sealed.message_characters = (int64_t)ic_utf8_count(message->message_text);
        sealed.message_preview = preview_of(message->message_text);
        sealed.message_text = message->message_text;
    }
    return ic_audit_seal_add(tx, &sealed, err);
}

/* What of the event a roll-up counts. */
static enum ic_rc add_rollup(struct ic_store_tx *tx, const struct ic_new_event *event, const struct ic_event_ids *ids,
                             int64_t log_position, struct ic_err *err)
{
    struct ic_rollup_event counted = {
        .event_type = event->event_type,
        .created_at = event->created_at,
        .log_position = log_position,
        .elg_id = ids->elg_id,
        .opr_id = event->opr_id,
        .act_id = event->act_id,
        .tar_id = event->tar_id,
        .milestone = event->is_first_contact ? ic_rollup_first_contact : event->status_after,
    };
    if (event->is_first_contact && event->message) {
        counted.opener_print = ic_opener_print(event->message->message_text);
    }
    return ic_rollup_add(tx, &counted, err);
}

/* ---- Many events. ---- */

static enum ic_rc put_one(struct ic_store_tx *tx, struct rows *rows, const struct ic_new_event *event,
                          const struct ic_rand *rand, struct ic_event_ids *ret_ids, struct ic_err *err)
{
    if (event->created_at < 0 || event->created_at >= IC_STORE_TIME_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The event's time is out of range.");
    }
    *ret_ids = (struct ic_event_ids){.elg_id = ic_id_create(IC_ID_EVENT, rand)};
    /* The writer's turn lasts from the transaction's begin to its commit, so that counting on from the newest cursor
     * gives the order of commits; and two events of one millisecond differ in their cursors. */
    tx->cursor++;
    struct place place = place_of(event, tx->cursor);
    ret_ids->log_position = place.log_position;
    put_event(&rows->events, event, ret_ids, place);
    if (event->message) {
        ret_ids->olg_id = ic_id_create(IC_ID_OUTREACH, rand);
        put_outreach(&rows->outreach, event->message, ret_ids, place.log_position);
    }
    if (event->operation) {
        put_operation(&rows->operations, event, ret_ids);
    }
    ic_rows_add(&rows->changes);
    ic_rows_put_int64(&rows->changes, IC_P_CHANGE_INSERT_CURSOR, tx->cursor);
    ic_rows_put_id(&rows->changes, IC_P_CHANGE_INSERT_ELG_ID, &ret_ids->elg_id);
    bool is_numbered = tx->connection->driver->search_form == IC_SEARCH_PHRASE;
    put_search(rows, event, is_numbered ? place.event_number : place.log_position);
    enum ic_rc rc = seal(tx, event, ret_ids, place.log_position, err);
    return rc ? rc : add_rollup(tx, event, ret_ids, place.log_position, err);
}

static enum ic_rc run_rows(struct ic_store_tx *tx, struct rows *rows, struct ic_err *err)
{
    enum ic_rc rc = ic_rows_run(&rows->events, tx, NULL, operation, err);
    if (!rc) {
        rc = ic_rows_run(&rows->outreach, tx, NULL, operation, err);
    }
    if (!rc) {
        rc = ic_rows_run(&rows->operations, tx, NULL, operation, err);
    }
    if (!rc) {
        rc = ic_rows_run(&rows->changes, tx, NULL, operation, err);
    }
    return rc ? rc : run_search(rows, tx, err);
}

static enum ic_rc init_rows(struct ic_store_tx *tx, struct rows *rows, size_t count, struct ic_err *err)
{
    *rows = (struct rows){0};
    ic_buf_init(&rows->search_text, SEARCH_BYTES_MAX);
    enum ic_rc rc = ic_rows_init(&rows->events, tx, IC_STATEMENT_EVENT_INSERT, count, err);
    if (!rc) {
        rc = ic_rows_init(&rows->outreach, tx, IC_STATEMENT_OUTREACH_INSERT, count, err);
    }
    if (!rc) {
        rc = ic_rows_init(&rows->operations, tx, IC_STATEMENT_OPERATION_INSERT, count, err);
    }
    if (!rc) {
        rc = ic_rows_init(&rows->changes, tx, IC_STATEMENT_CHANGE_INSERT, count, err);
    }
    return rc ? rc : ic_rows_init(&rows->search, tx, IC_STATEMENT_EVENT_SEARCH_INSERT, count, err);
}

static void release_rows(struct rows *rows)
{
    ic_rows_release(&rows->events);
    ic_rows_release(&rows->outreach);
    ic_rows_release(&rows->operations);
    ic_rows_release(&rows->changes);
    ic_rows_release(&rows->search);
    ic_buf_release(&rows->search_text);
}

enum ic_rc ic_store_events_insert(struct ic_store_tx *tx, const struct ic_new_event *events, size_t count,
                                  const struct ic_rand *rand, struct ic_event_ids *ret_ids, struct ic_err *err)
{
    if (count == 0) {
        return IC_OK;
    }
    enum ic_rc rc = tx->cursor ? IC_OK : ic_store_cursor_get(tx, &tx->cursor, err);
    if (rc) {
        return rc;
    }
    struct rows rows;
    rc = init_rows(tx, &rows, count < ROWS_MAX ? count : ROWS_MAX, err);
    for (size_t i = 0; i < count && !rc; i++) {
        rc = put_one(tx, &rows, &events[i], rand, &ret_ids[i], err);
        if (!rc && (rows.events.count == ROWS_MAX || i + 1 == count)) {
            rc = run_rows(tx, &rows, err);
        }
    }
    release_rows(&rows);
    if (!rc) {
        tx->added.logs += (int64_t)count;
    }
    return rc;
}

enum ic_rc ic_store_event_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry, const struct ic_rand *rand,
                                 struct ic_id *ret_elg_id, struct ic_err *err)
{
    struct ic_new_event event = {
        .event_type = entry->event_type,
        .created_at = entry->created_at,
        .received_at = entry->received_at,
        .opr_id = entry->opr_id,
        .act_id = entry->act_id,
        .tar_id = entry->tar_id,
        .tar_username = entry->tar_username,
        .details = entry->details,
    };
    struct ic_event_ids ids;
    enum ic_rc rc = ic_store_events_insert(tx, &event, 1, rand, &ids, err);
    if (!rc) {
        *ret_elg_id = ids.elg_id;
    }
    return rc;
}

enum ic_rc ic_store_events_find_by(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                   const struct ic_handle *tar_username, struct ic_err *err)
{
    char line[sizeof tar_username->text + 1];
    int size = snprintf(line, sizeof line, "%s\n", tar_username->text);
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_EVENT_SEARCH_ADD, "store.event.find_by", err);
    ic_query_put_id(&query, IC_P_EVENT_SEARCH_ADD_TAR_ID, tar_id);
    ic_query_put_text(&query, IC_P_EVENT_SEARCH_ADD_SEARCH_TEXT, (struct ic_str){line, (size_t)size});
    return ic_query_run(&query);
}

enum ic_rc ic_store_totals_get(struct ic_store_tx *tx, struct ic_totals *ret_totals, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOTALS_GET, "store.totals.get", err);
    /* What this transaction has added so far is written at its end only. */
    struct ic_totals totals = tx->added;
    while (ic_query_next(&query)) {
        struct ic_str name = ic_query_peek_text(&query, 0);
        int64_t value = ic_query_int64(&query, 1);
        if (ic_str_is(name, "targets")) {
            totals.targets += value;
        } else if (ic_str_is(name, "logs")) {
            totals.logs += value;
        } else if (ic_str_is(name, "actors")) {
            totals.actors += value;
        } else if (ic_str_is(name, "operators")) {
            totals.operators += value;
        }
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_totals = totals;
    }
    return rc;
}
