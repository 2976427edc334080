#include "store/events.h"

#include "base/utf8.h"
#include "store/actors.h"
#include "store/query.h"
#include "store/targets.h"

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

/* The writer's lock is held from the transaction's begin to its commit, so that counting on from the newest cursor
 * gives the order of commits. */
static enum ic_rc change_append(struct ic_store_tx *tx, const struct ic_id *elg_id, struct ic_err *err)
{
    if (tx->cursor == 0) {
        enum ic_rc rc = ic_store_cursor_get(tx, &tx->cursor, err);
        if (rc) {
            return rc;
        }
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_CHANGE_INSERT, "store.change.insert", err);
    ic_query_put_int64(&query, IC_P_CHANGE_INSERT_CURSOR, tx->cursor + 1);
    ic_query_put_id(&query, IC_P_CHANGE_INSERT_ELG_ID, elg_id);
    enum ic_rc rc = ic_query_run(&query);
    if (!rc) {
        tx->cursor++;
    }
    return rc;
}

static enum ic_rc event_row_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry, const struct ic_rand *rand,
                                   struct ic_id *ret_elg_id, struct ic_err *err)
{
    static const char operation[] = "store.event.insert";
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_EVENT, rand);
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_EVENT_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_EVENT_INSERT_ELG_ID, &id);
        ic_query_put_text(&query, IC_P_EVENT_INSERT_EVENT_TYPE, ic_str_from(ic_event_type_name(entry->event_type)));
        ic_query_put_id(&query, IC_P_EVENT_INSERT_ACT_ID, &entry->act_id);
        ic_query_put_id(&query, IC_P_EVENT_INSERT_OPR_ID, &entry->opr_id);
        ic_query_put_id(&query, IC_P_EVENT_INSERT_TAR_ID, &entry->tar_id);
        ic_query_put_text(&query, IC_P_EVENT_INSERT_DETAILS, entry->details);
        ic_query_put_int64(&query, IC_P_EVENT_INSERT_CREATED_AT, entry->created_at);
        ic_query_put_int64(&query, IC_P_EVENT_INSERT_RECEIVED_AT, entry->received_at);
        enum ic_driver_rc outcome;
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_OK) {
            tx->added.logs++;
            *ret_elg_id = id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

enum ic_rc ic_store_event_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry, const struct ic_rand *rand,
                                 struct ic_id *ret_elg_id, struct ic_err *err)
{
    struct ic_id elg_id;
    enum ic_rc rc = event_row_insert(tx, entry, rand, &elg_id, err);
    if (!rc) {
        rc = change_append(tx, &elg_id, err);
    }
    if (!rc) {
        *ret_elg_id = elg_id;
    }
    return rc;
}

static enum ic_rc outreach_row_insert(struct ic_store_tx *tx, const struct ic_message *message,
                                      const struct ic_id *elg_id, const struct ic_rand *rand, struct ic_id *ret_olg_id,
                                      struct ic_err *err)
{
    static const char operation[] = "store.outreach.insert";
    struct ic_str text = message->message_text;
    struct ic_str preview = ic_utf8_prefix(text, IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS);
    if (preview.size == text.size) {
        /* A short text is its own preview: not stored twice. */
        preview = IC_STR("");
    }
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_OUTREACH, rand);
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_OUTREACH_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_OUTREACH_INSERT_OLG_ID, &id);
        ic_query_put_id(&query, IC_P_OUTREACH_INSERT_ELG_ID, elg_id);
        ic_query_put_text(&query, IC_P_OUTREACH_INSERT_THREAD_ID, message->thread_id);
        ic_query_put_int64(&query, IC_P_OUTREACH_INSERT_SENT_AT, message->sent_at);
        ic_query_put_int64(&query, IC_P_OUTREACH_INSERT_MESSAGE_CHARACTERS, (int64_t)ic_utf8_count(text));
        ic_query_put_text(&query, IC_P_OUTREACH_INSERT_MESSAGE_PREVIEW, preview);
        ic_query_put_text(&query, IC_P_OUTREACH_INSERT_MESSAGE_TEXT, text);
        enum ic_driver_rc outcome;
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_OK) {
            *ret_olg_id = id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

enum ic_rc ic_store_message_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry,
                                   const struct ic_message *message, const struct ic_rand *rand,
                                   struct ic_id *ret_elg_id, struct ic_id *ret_olg_id, struct ic_err *err)
{
    struct ic_id elg_id;
    struct ic_id olg_id;
    enum ic_rc rc = event_row_insert(tx, entry, rand, &elg_id, err);
    if (!rc) {
        rc = outreach_row_insert(tx, message, &elg_id, rand, &olg_id, err);
    }
    if (!rc) {
        rc = change_append(tx, &elg_id, err);
    }
    if (!rc) {
        *ret_elg_id = elg_id;
        *ret_olg_id = olg_id;
    }
    return rc;
}

static enum ic_rc operator_touch(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t at, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_TOUCH, "store.operator.touch", err);
    ic_query_put_id(&query, IC_P_OPERATOR_TOUCH_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_OPERATOR_TOUCH_LAST_ACTIVITY, at);
    return ic_query_run(&query);
}

static enum ic_rc operation_insert(struct ic_store_tx *tx, const struct ic_outreach *outreach,
                                   const struct ic_id *elg_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATION_INSERT, "store.operation.insert", err);
    ic_query_put_text(&query, IC_P_OPERATION_INSERT_OP_ID, ic_str_from(outreach->op_id.text));
    ic_query_put_hash(&query, IC_P_OPERATION_INSERT_OP_HASH, &outreach->op_hash);
    ic_query_put_id(&query, IC_P_OPERATION_INSERT_ELG_ID, elg_id);
    ic_query_put_id(&query, IC_P_OPERATION_INSERT_DEVICE_ID, &outreach->device_id);
    ic_query_put_int64(&query, IC_P_OPERATION_INSERT_RECEIVED_AT, outreach->received_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_outreach_insert(struct ic_store_tx *tx, const struct ic_outreach *outreach,
                                    const struct ic_rand *rand, struct ic_outreach_ids *ret_ids, struct ic_err *err)
{
    struct ic_outreach_ids ids;
    enum ic_rc rc = ic_store_actor_use(tx, &outreach->act_username, &outreach->opr_id, outreach->created_at, rand,
                                       &ids.act_id, err);
    if (!rc) {
        rc = ic_store_target_contact(tx, &outreach->tar_username, outreach->created_at, rand, &ids.tar_id, err);
    }
    if (!rc) {
        rc = operator_touch(tx, &outreach->opr_id, outreach->created_at, err);
    }
    if (rc) {
        return rc;
    }
    struct ic_log_entry entry = {
        .event_type = IC_EVENT_TYPE_OUTREACH,
        .created_at = outreach->created_at,
        .received_at = outreach->received_at,
        .opr_id = outreach->opr_id,
        .act_id = ids.act_id,
        .tar_id = ids.tar_id,
    };
    struct ic_message message = {
        .thread_id = outreach->thread_id,
        .message_text = outreach->message_text,
        .sent_at = outreach->sent_at,
    };
    rc = ic_store_message_insert(tx, &entry, &message, rand, &ids.elg_id, &ids.olg_id, err);
    if (!rc) {
        rc = operation_insert(tx, outreach, &ids.elg_id, err);
    }
    if (!rc) {
        *ret_ids = ids;
    }
    return rc;
}

enum ic_rc ic_store_operation_find(struct ic_store_tx *tx, const struct ic_op_id *op_id, struct ic_hash *ret_op_hash,
                                   struct ic_outreach_ids *ret_ids, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATION_FIND, "store.operation.find", err);
    ic_query_put_text(&query, IC_P_OPERATION_FIND_OP_ID, ic_str_from(op_id->text));
    bool is_there = ic_query_next(&query);
    struct ic_hash op_hash = {0};
    struct ic_outreach_ids ids = {0};
    if (is_there) {
        op_hash = ic_query_hash(&query, 0);
        ids.elg_id = ic_query_id(&query, 1);
        ids.olg_id = ic_query_id(&query, 2);
        ids.act_id = ic_query_id(&query, 3);
        ids.tar_id = ic_query_id(&query, 4);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc) {
        return rc;
    }
    if (!is_there) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "The op_id stands for nothing yet.");
    }
    *ret_op_hash = op_hash;
    *ret_ids = ids;
    return IC_OK;
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
