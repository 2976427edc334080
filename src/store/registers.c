#include "store/registers.h"

#include "store/audit_seal.h"
#include "store/query.h"

enum { FIND_COUNT = 16 };

static enum ic_target_field read_field(struct ic_query *query, int column)
{
    enum ic_target_field field = IC_TARGET_FIELD_TAR_STATUS;
    struct ic_str name = ic_query_peek_text(query, column);
    if (!ic_target_field_parse(name.data, name.size, &field)) {
        ic_query_corrupt(query, "a target's field is none");
    }
    return field;
}

enum ic_rc ic_store_registers_get(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                  struct ic_registers *ret_registers, struct ic_err *err)
{
    struct ic_registers registers = {{{0}}};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_REGISTERS_GET, "store.registers.get", err);
    ic_query_put_id(&query, IC_P_REGISTERS_GET_TAR_ID, tar_id);
    while (ic_query_next(&query)) {
        struct ic_stamp *stamp = &registers.stamps[read_field(&query, 0)];
        stamp->hybrid_time = ic_query_int64(&query, 1);
        stamp->device_id = ic_query_id(&query, 2);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_registers = registers;
    }
    return rc;
}

enum ic_rc ic_store_register_put(struct ic_store_tx *tx, const struct ic_id *tar_id, enum ic_target_field field,
                                 const struct ic_stamp *stamp, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_REGISTER_PUT, "store.register.put", err);
    ic_query_put_id(&query, IC_P_REGISTER_PUT_TAR_ID, tar_id);
    ic_query_put_text(&query, IC_P_REGISTER_PUT_FIELD, ic_str_from(ic_target_field_name(field)));
    ic_query_put_int64(&query, IC_P_REGISTER_PUT_HYBRID_TIME, stamp->hybrid_time);
    ic_query_put_id(&query, IC_P_REGISTER_PUT_DEVICE_ID, &stamp->device_id);
    return ic_query_run(&query);
}

/* ---- The history. ---- */

enum {
    COLUMN_ELG_ID,
    COLUMN_FIELD,
    COLUMN_TAR_ID,
    COLUMN_HYBRID_TIME,
    COLUMN_DEVICE_ID,
    COLUMN_STATE_BEFORE, /* And behind each state its text. */
    COLUMN_STATE_AFTER = COLUMN_STATE_BEFORE + 2,
    COLUMN_HAS_WON = COLUMN_STATE_AFTER + 2,
};

/* The name of a contact's state; empty: the field is no contact. */
static struct ic_str state_name(enum ic_target_field field, const struct ic_field_value *value)
{
    return ic_field_is_contact(field) ? ic_str_from(ic_contact_state_name(value->state)) : IC_STR("");
}

static enum ic_rc seal(struct ic_store_tx *tx, const struct ic_field_change *change, struct ic_err *err)
{
    const struct ic_audit_field sealed = {
        .elg_id = change->elg_id,
        .field = ic_str_from(ic_target_field_name(change->field)),
        .tar_id = change->tar_id,
        .hybrid_time = change->stamp.hybrid_time,
        .device_id = change->stamp.device_id,
        .state_before = state_name(change->field, &change->before),
        .value_before = change->before.text,
        .state_after = state_name(change->field, &change->after),
        .value_after = change->after.text,
        .has_won = change->has_won,
    };
    return ic_audit_seal_add_field(tx, &sealed, err);
}

enum ic_rc ic_store_field_change_insert(struct ic_store_tx *tx, const struct ic_field_change *change,
                                        struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_FIELD_CHANGE_INSERT, "store.field_change.insert", err);
    ic_query_put_id(&query, IC_P_FIELD_CHANGE_INSERT_ELG_ID, &change->elg_id);
    ic_query_put_text(&query, IC_P_FIELD_CHANGE_INSERT_FIELD, ic_str_from(ic_target_field_name(change->field)));
    ic_query_put_id(&query, IC_P_FIELD_CHANGE_INSERT_TAR_ID, &change->tar_id);
    ic_query_put_int64(&query, IC_P_FIELD_CHANGE_INSERT_HYBRID_TIME, change->stamp.hybrid_time);
    ic_query_put_id(&query, IC_P_FIELD_CHANGE_INSERT_DEVICE_ID, &change->stamp.device_id);
    ic_query_put_text(&query, IC_P_FIELD_CHANGE_INSERT_STATE_BEFORE, state_name(change->field, &change->before));
    ic_query_put_text(&query, IC_P_FIELD_CHANGE_INSERT_VALUE_BEFORE, change->before.text);
    ic_query_put_text(&query, IC_P_FIELD_CHANGE_INSERT_STATE_AFTER, state_name(change->field, &change->after));
    ic_query_put_text(&query, IC_P_FIELD_CHANGE_INSERT_VALUE_AFTER, change->after.text);
    ic_query_put_int64(&query, IC_P_FIELD_CHANGE_INSERT_HAS_WON, change->has_won);
    enum ic_rc rc = ic_query_run(&query);
    return rc ? rc : seal(tx, change, err);
}

static struct ic_field_value read_value(struct ic_query *query, int column, struct ic_arena *arena)
{
    struct ic_field_value value = {.text = ic_query_text(query, column + 1, arena)};
    struct ic_str state = ic_query_peek_text(query, column);
    if (state.size > 0 && !ic_contact_state_parse(state.data, state.size, &value.state)) {
        ic_query_corrupt(query, "a contact's state is none");
    }
    return value;
}

static void read_change(struct ic_query *query, struct ic_arena *arena, struct ic_field_change *change)
{
    change->elg_id = ic_query_id(query, COLUMN_ELG_ID);
    change->field = read_field(query, COLUMN_FIELD);
    change->tar_id = ic_query_id(query, COLUMN_TAR_ID);
    change->stamp.hybrid_time = ic_query_int64(query, COLUMN_HYBRID_TIME);
    change->stamp.device_id = ic_query_id(query, COLUMN_DEVICE_ID);
    change->before = read_value(query, COLUMN_STATE_BEFORE, arena);
    change->after = read_value(query, COLUMN_STATE_AFTER, arena);
    change->has_won = ic_query_int64(query, COLUMN_HAS_WON) != 0;
}

enum ic_rc ic_store_field_changes_list(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                                       struct ic_arena *arena, struct ic_field_change_list *ret_list,
                                       struct ic_err *err)
{
    static const char operation[] = "store.field_changes.list";
    /* An event has at most one change of each field. */
    size_t count_max = count * IC_TARGET_FIELD_COUNT;
    struct ic_field_change_list list = {.items = ic_arena_alloc_array(arena, count_max, sizeof *list.items)};
    enum ic_rc rc = list.items ? IC_OK : ic_arena_failed(operation, err);
    for (size_t i = 0; i < count && !rc; i += FIND_COUNT) {
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_FIELD_CHANGES_LIST, operation, err);
        for (size_t k = i; k < count && k < i + FIND_COUNT; k++) {
            ic_query_put_id(&query, IC_P_FIELD_CHANGES_LIST_ELG_ID_1 + (int)(k - i), &elg_ids[k]);
        }
        while (list.count < count_max && ic_query_next(&query)) {
            read_change(&query, arena, &list.items[list.count++]);
        }
        rc = ic_query_end(&query);
    }
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}
