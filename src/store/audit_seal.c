#include "store/audit_seal.h"

#include "store/query.h"

#include <stdlib.h>

static const char operation[] = "store.audit.seal";

enum { LINE_SIZE = IC_ID_SIZE + 1 + IC_HASH_SIZE + 1, TEXT_BYTES_MAX = (IC_AUDIT_SEALED_MAX + 1) * LINE_SIZE };

struct sealed {
    struct ic_id elg_id;
    struct ic_hash digest;
};

struct ic_audit_seal {
    bool is_left_out;
    int64_t unsealed_count;
    size_t count;
    size_t count_max; /* Of which there is room. */
    struct sealed *items;
    int64_t recorded_at; /* Of the newest event, for an entry that nobody has asked for. */
    struct ic_id opr_id;
    struct ic_buf scratch;
    struct ic_buf text;
};

static enum ic_rc out_of_memory(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the seal.");
}

static enum ic_rc get_seal(struct ic_store_tx *tx, struct ic_audit_seal **ret_seal, struct ic_err *err)
{
    if (!tx->seal) {
        tx->seal = calloc(1, sizeof *tx->seal);
        if (!tx->seal) {
            return out_of_memory(err);
        }
        ic_buf_init(&tx->seal->scratch, IC_AUDIT_ENCODING_BYTES_MAX);
        ic_buf_init(&tx->seal->text, TEXT_BYTES_MAX);
    }
    *ret_seal = tx->seal;
    return IC_OK;
}

static bool grow(struct ic_audit_seal *seal)
{
    if (seal->count < seal->count_max) {
        return true;
    }
    size_t count_max = seal->count_max ? 2 * seal->count_max : 8;
    struct sealed *items = realloc(seal->items, count_max * sizeof *items);
    if (items) {
        seal->items = items;
        seal->count_max = count_max;
    }
    return items != NULL;
}

enum ic_rc ic_audit_seal_add(struct ic_store_tx *tx, const struct ic_audit_event *event, struct ic_err *err)
{
    struct ic_audit_seal *seal = NULL;
    enum ic_rc rc = get_seal(tx, &seal, err);
    if (rc == IC_OK && seal->is_left_out) {
        seal->unsealed_count++;
        return IC_OK;
    }
    if (rc == IC_OK && seal->count == IC_AUDIT_SEALED_MAX) {
        rc = ic_audit_seal_finish(tx, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    if (!grow(seal)) {
        return out_of_memory(err);
    }
    struct sealed *item = &seal->items[seal->count];
    item->elg_id = event->elg_id;
    rc = ic_audit_digest_event(event, &seal->scratch, &item->digest, err);
    if (rc == IC_OK) {
        seal->count++;
        seal->recorded_at = event->received_at;
        seal->opr_id = event->opr_id;
    }
    return rc;
}

enum ic_rc ic_audit_seal_add_field(struct ic_store_tx *tx, const struct ic_audit_field *field, struct ic_err *err)
{
    struct ic_audit_seal *seal = tx->seal;
    if (seal && seal->is_left_out) {
        return IC_OK;
    }
    /* The event of a change was written just before it. */
    for (size_t i = seal ? seal->count : 0; i > 0; i--) {
        struct sealed *item = &seal->items[i - 1];
        if (ic_id_equal(&item->elg_id, &field->elg_id)) {
            return ic_audit_digest_add_field(&item->digest, field, &seal->scratch, err);
        }
    }
    return ic_err_set(err, IC_CODE_INTERNAL, operation, "A field was changed by an event that is sealed already.");
}

enum ic_rc ic_audit_seal_leave_out(struct ic_store_tx *tx, struct ic_err *err)
{
    struct ic_audit_seal *seal = NULL;
    enum ic_rc rc = ic_audit_seal_finish(tx, err);
    if (rc == IC_OK) {
        rc = get_seal(tx, &seal, err);
    }
    if (rc == IC_OK) {
        seal->is_left_out = true;
    }
    return rc;
}

enum ic_rc ic_audit_seal_take(struct ic_store_tx *tx, struct ic_str *ret_sealed_events, int64_t *ret_unsealed_count,
                              struct ic_err *err)
{
    struct ic_audit_seal *seal = tx->seal;
    if (!seal) {
        *ret_sealed_events = IC_STR("");
        *ret_unsealed_count = 0;
        return IC_OK;
    }
    ic_buf_reset(&seal->text);
    for (size_t i = 0; i < seal->count; i++) {
        ic_buf_put_format(&seal->text, "%s %s\n", seal->items[i].elg_id.text, seal->items[i].digest.text);
    }
    enum ic_rc rc = ic_buf_check(&seal->text, operation, err);
    if (rc == IC_OK) {
        *ret_sealed_events = ic_buf_view(&seal->text);
        *ret_unsealed_count = seal->unsealed_count;
        seal->count = 0;
        seal->unsealed_count = 0;
    }
    return rc;
}

enum ic_rc ic_audit_seal_finish(struct ic_store_tx *tx, struct ic_err *err)
{
    const struct ic_audit_seal *seal = tx->seal;
    if (!seal || (seal->count == 0 && seal->unsealed_count == 0)) {
        return IC_OK;
    }
    const struct ic_audit_entry entry = {
        .recorded_at = seal->recorded_at,
        .action = ic_str_from(ic_audit_action_name(IC_AUDIT_ACTION_EVENTS_ADDED)),
        .known_by = ic_str_from(ic_audit_known_by_name(IC_AUDIT_KNOWN_BY_SERVER)),
        .opr_id = seal->opr_id,
    };
    return ic_store_audit_append(tx, &entry, err);
}

void ic_audit_seal_destroy(struct ic_audit_seal *seal)
{
    if (seal) {
        ic_buf_release(&seal->scratch);
        ic_buf_release(&seal->text);
        free(seal->items);
        free(seal);
    }
}
