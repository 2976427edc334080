#include "store/targets.h"

#include "store/query.h"

#include <stdlib.h>

static const char insert_operation[] = "store.target.insert";
static const char update_operation[] = "store.target.update";

enum { ROWS_MAX = 256, FIND_COUNT = 16 };

static void put_target(struct ic_rows *rows, const struct ic_target *target, const struct ic_id *id, int64_t number)
{
    ic_rows_add(rows);
    ic_rows_put_id(rows, IC_P_TARGET_INSERT_TAR_ID, id);
    ic_rows_put_int64(rows, IC_P_TARGET_INSERT_TAR_NUMBER, number);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_TAR_USERNAME, ic_handle_text(&target->tar_username));
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_TAR_STATUS, ic_str_from(ic_target_status_name(target->tar_status)));
    if (target->tar_status == IC_TARGET_STATUS_EXCLUDED) {
        ic_rows_put_text(rows, IC_P_TARGET_INSERT_STAGE, ic_str_from(ic_target_status_name(target->stage)));
    }
    if (target->first_contacted) {
        ic_rows_put_int64(rows, IC_P_TARGET_INSERT_FIRST_CONTACTED, target->first_contacted);
    }
    ic_rows_put_id(rows, IC_P_TARGET_INSERT_FIRST_OPR_ID, &target->first_opr_id);
    ic_rows_put_id(rows, IC_P_TARGET_INSERT_FIRST_ACT_ID, &target->first_act_id);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_NOTES, target->notes);
    ic_rows_put_int64(rows, IC_P_TARGET_INSERT_LAST_UPDATED, target->last_updated);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_EMAIL, target->email.text);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_EMAIL_STATE, ic_str_from(ic_contact_state_name(target->email.state)));
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_PHONE_NUM, target->phone_num.text);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_PHONE_NUM_STATE,
                     ic_str_from(ic_contact_state_name(target->phone_num.state)));
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_CONT_SOURCE, target->cont_source.text);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_CONT_SOURCE_STATE,
                     ic_str_from(ic_contact_state_name(target->cont_source.state)));
}

static void put_search(struct ic_rows *rows, const struct ic_target *target, int64_t number)
{
    ic_rows_add(rows);
    ic_rows_put_int64(rows, IC_P_TARGET_SEARCH_INSERT_TAR_NUMBER, number);
    ic_rows_put_text(rows, IC_P_TARGET_SEARCH_INSERT_SEARCH_TEXT, ic_handle_text(&target->tar_username));
}

/* Writing transactions are serial: nobody else takes the next number before this one commits. */
static enum ic_rc next_number(struct ic_store_tx *tx, int64_t *ret_number, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGET_NUMBER_LAST, insert_operation, err);
    int64_t last = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_number = last + 1;
    }
    return rc;
}

enum ic_rc ic_store_targets_insert(struct ic_store_tx *tx, const struct ic_target *targets, size_t count,
                                   const struct ic_rand *rand, struct ic_id *ret_ids, struct ic_err *err)
{
    if (count == 0) {
        return IC_OK;
    }
    struct ic_rows rows = {0};
    struct ic_rows search = {0};
    size_t rows_max = count < ROWS_MAX ? count : ROWS_MAX;
    int64_t number = 0;
    enum ic_rc rc = next_number(tx, &number, err);
    if (!rc) {
        rc = ic_rows_init(&rows, tx, IC_STATEMENT_TARGET_INSERT, rows_max, err);
    }
    if (!rc) {
        rc = ic_rows_init(&search, tx, IC_STATEMENT_TARGET_SEARCH_INSERT, rows_max, err);
    }
    for (size_t i = 0; i < count && !rc; i++, number++) {
        ret_ids[i] = ic_id_create(IC_ID_TARGET, rand);
        put_target(&rows, &targets[i], &ret_ids[i], number);
        put_search(&search, &targets[i], number);
        if (rows.count == rows_max || i + 1 == count) {
            rc = ic_rows_run(&rows, tx, NULL, insert_operation, err);
            if (!rc) {
                rc = ic_rows_run(&search, tx, NULL, insert_operation, err);
            }
        }
    }
    ic_rows_release(&rows);
    ic_rows_release(&search);
    if (!rc) {
        tx->added.targets += (int64_t)count;
    }
    return rc;
}

/* ---- What handles mean. ---- */

static struct ic_handle read_handle(struct ic_query *query, int column)
{
    struct ic_handle handle = {{0}};
    if (!ic_handle_parse(ic_query_peek_text(query, column), &handle)) {
        ic_query_corrupt(query, "a handle is none");
    }
    return handle;
}

static enum ic_rc find_some(struct ic_store_tx *tx, const struct ic_handle *handles, size_t count,
                            struct ic_named_target *targets, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGETS_FIND, "store.target.find", err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_text(&query, IC_P_TARGETS_FIND_TAR_USERNAME_1 + (int)i, ic_handle_text(&handles[i]));
    }
    while (ic_query_next(&query)) {
        const struct ic_named_target found = {
            .is_there = true,
            .tar_id = ic_query_id(&query, 1),
            .tar_username = read_handle(&query, 2),
            .first_contacted = ic_query_int64(&query, 3),
            .has_aliases = ic_query_int64(&query, 4) != 0,
        };
        struct ic_str asked = ic_query_peek_text(&query, 0);
        bool was_asked = false;
        for (size_t i = 0; i < count; i++) {
            if (ic_str_equal(ic_handle_text(&handles[i]), asked)) {
                targets[i] = found;
                was_asked = true;
            }
        }
        if (!was_asked) {
            ic_query_corrupt(&query, "a target is not the one that was asked for");
            break;
        }
    }
    return ic_query_end(&query);
}

enum ic_rc ic_store_targets_find(struct ic_store_tx *tx, const struct ic_handle *handles, size_t count,
                                 struct ic_named_target *ret_targets, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < count; i++) {
        ret_targets[i] = (struct ic_named_target){.is_there = false};
    }
    for (size_t i = 0; i < count && !rc; i += FIND_COUNT) {
        rc = find_some(tx, handles + i, count - i < FIND_COUNT ? count - i : FIND_COUNT, ret_targets + i, err);
    }
    return rc;
}

enum ic_rc ic_store_target_insert(struct ic_store_tx *tx, const struct ic_target *target, const struct ic_rand *rand,
                                  struct ic_id *ret_id, struct ic_err *err)
{
    struct ic_named_target named;
    enum ic_rc rc = ic_store_targets_find(tx, &target->tar_username, 1, &named, err);
    if (!rc && named.is_there) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, insert_operation, "There is a target of this handle already.");
    }
    struct ic_id id;
    if (!rc) {
        rc = ic_store_targets_insert(tx, target, 1, rand, &id, err);
    }
    if (!rc) {
        *ret_id = id;
    }
    return rc;
}

/* ---- One row. ---- */

enum {
    COLUMN_TAR_ID,
    COLUMN_TAR_NUMBER,
    COLUMN_TAR_USERNAME,
    COLUMN_TAR_STATUS,
    COLUMN_STAGE,
    COLUMN_MERGED_INTO,
    COLUMN_HYBRID_TIME,
    COLUMN_FIRST_CONTACTED,
    COLUMN_FIRST_OPR_ID,
    COLUMN_FIRST_ACT_ID,
    COLUMN_LAST_UPDATED,
    COLUMN_NOTES,
    COLUMN_EMAIL_STATE, /* And behind each state its text. */
    COLUMN_PHONE_NUM_STATE = COLUMN_EMAIL_STATE + 2,
    COLUMN_CONT_SOURCE_STATE = COLUMN_PHONE_NUM_STATE + 2,
};

static enum ic_target_status read_status(struct ic_query *query, int column)
{
    enum ic_target_status status = IC_TARGET_STATUS_COLD_NO_REPLY;
    struct ic_str text = ic_query_peek_text(query, column);
    if (!ic_target_status_parse(text.data, text.size, &status)) {
        ic_query_corrupt(query, "a target's status is none");
    }
    return status;
}

static struct ic_contact read_contact(struct ic_query *query, int column, struct ic_arena *arena)
{
    struct ic_contact contact = {.text = ic_query_text(query, column + 1, arena)};
    struct ic_str state = ic_query_peek_text(query, column);
    if (!ic_contact_state_parse(state.data, state.size, &contact.state)) {
        ic_query_corrupt(query, "a contact's state is none");
    }
    return contact;
}

static void read_target(struct ic_query *query, struct ic_arena *arena, struct ic_target *target)
{
    target->tar_id = ic_query_id(query, COLUMN_TAR_ID);
    target->tar_number = ic_query_int64(query, COLUMN_TAR_NUMBER);
    target->tar_username = read_handle(query, COLUMN_TAR_USERNAME);
    target->tar_status = read_status(query, COLUMN_TAR_STATUS);
    bool has_stage = target->tar_status == IC_TARGET_STATUS_EXCLUDED;
    target->stage = has_stage ? read_status(query, COLUMN_STAGE) : target->tar_status;
    target->merged_into = ic_query_id(query, COLUMN_MERGED_INTO);
    target->hybrid_time = ic_query_int64(query, COLUMN_HYBRID_TIME);
    target->first_contacted = ic_query_int64(query, COLUMN_FIRST_CONTACTED);
    target->first_opr_id = ic_query_id(query, COLUMN_FIRST_OPR_ID);
    target->first_act_id = ic_query_id(query, COLUMN_FIRST_ACT_ID);
    target->last_updated = ic_query_int64(query, COLUMN_LAST_UPDATED);
    target->notes = ic_query_text(query, COLUMN_NOTES, arena);
    target->email = read_contact(query, COLUMN_EMAIL_STATE, arena);
    target->phone_num = read_contact(query, COLUMN_PHONE_NUM_STATE, arena);
    target->cont_source = read_contact(query, COLUMN_CONT_SOURCE_STATE, arena);
}

enum ic_rc ic_store_target_get(struct ic_store_tx *tx, const struct ic_id *tar_id, struct ic_arena *arena,
                               struct ic_target *ret_target, struct ic_err *err)
{
    struct ic_target target = {.tar_number = 0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGET_GET, "store.target.get", err);
    ic_query_put_id(&query, IC_P_TARGET_GET_TAR_ID, tar_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_target(&query, arena, &target);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "There is no such target.");
    }
    if (!rc) {
        *ret_target = target;
    }
    return rc;
}

static void put_name(struct ic_query *query, int position, const char *name)
{
    ic_query_put_text(query, position, ic_str_from(name));
}

enum ic_rc ic_store_target_update(struct ic_store_tx *tx, const struct ic_target *target, struct ic_err *err)
{
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGET_UPDATE, update_operation, err);
    ic_query_put_id(&query, IC_P_TARGET_UPDATE_TAR_ID, &target->tar_id);
    ic_query_put_text(&query, IC_P_TARGET_UPDATE_TAR_USERNAME, ic_handle_text(&target->tar_username));
    put_name(&query, IC_P_TARGET_UPDATE_TAR_STATUS, ic_target_status_name(target->tar_status));
    if (target->tar_status == IC_TARGET_STATUS_EXCLUDED) {
        put_name(&query, IC_P_TARGET_UPDATE_STAGE, ic_target_status_name(target->stage));
    }
    ic_query_put_id(&query, IC_P_TARGET_UPDATE_MERGED_INTO, &target->merged_into);
    if (target->hybrid_time > 0) {
        ic_query_put_int64(&query, IC_P_TARGET_UPDATE_HYBRID_TIME, target->hybrid_time);
    }
    ic_query_put_optional_time(&query, IC_P_TARGET_UPDATE_FIRST_CONTACTED, target->first_contacted);
    ic_query_put_id(&query, IC_P_TARGET_UPDATE_FIRST_OPR_ID, &target->first_opr_id);
    ic_query_put_id(&query, IC_P_TARGET_UPDATE_FIRST_ACT_ID, &target->first_act_id);
    ic_query_put_text(&query, IC_P_TARGET_UPDATE_NOTES, target->notes);
    ic_query_put_int64(&query, IC_P_TARGET_UPDATE_LAST_UPDATED, target->last_updated);
    ic_query_put_text(&query, IC_P_TARGET_UPDATE_EMAIL, target->email.text);
    put_name(&query, IC_P_TARGET_UPDATE_EMAIL_STATE, ic_contact_state_name(target->email.state));
    ic_query_put_text(&query, IC_P_TARGET_UPDATE_PHONE_NUM, target->phone_num.text);
    put_name(&query, IC_P_TARGET_UPDATE_PHONE_NUM_STATE, ic_contact_state_name(target->phone_num.state));
    ic_query_put_text(&query, IC_P_TARGET_UPDATE_CONT_SOURCE, target->cont_source.text);
    put_name(&query, IC_P_TARGET_UPDATE_CONT_SOURCE_STATE, ic_contact_state_name(target->cont_source.state));
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, update_operation, "There is no such target.");
    }
    return rc;
}

enum ic_rc ic_store_target_search_move(struct ic_store_tx *tx, int64_t tar_number, const struct ic_handle *from,
                                       const struct ic_handle *to, struct ic_err *err)
{
    struct ic_query query;
    enum ic_rc rc = IC_OK;
    if (from->text[0] != '\0') {
        ic_query_begin(&query, tx, IC_STATEMENT_TARGET_SEARCH_DELETE, update_operation, err);
        ic_query_put_int64(&query, IC_P_TARGET_SEARCH_DELETE_TAR_NUMBER, tar_number);
        ic_query_put_text(&query, IC_P_TARGET_SEARCH_DELETE_SEARCH_TEXT, ic_handle_text(from));
        rc = ic_query_run(&query);
    }
    if (!rc && to->text[0] != '\0') {
        ic_query_begin(&query, tx, IC_STATEMENT_TARGET_SEARCH_INSERT, update_operation, err);
        ic_query_put_int64(&query, IC_P_TARGET_SEARCH_INSERT_TAR_NUMBER, tar_number);
        ic_query_put_text(&query, IC_P_TARGET_SEARCH_INSERT_SEARCH_TEXT, ic_handle_text(to));
        rc = ic_query_run(&query);
    }
    return rc;
}

/* ---- Fields. ---- */

/* The contact of that field; NULL: it is none. */
static struct ic_contact *contact_of(struct ic_target *target, enum ic_target_field field)
{
    switch (field) {
    case IC_TARGET_FIELD_EMAIL:
        return &target->email;
    case IC_TARGET_FIELD_PHONE_NUM:
        return &target->phone_num;
    case IC_TARGET_FIELD_CONT_SOURCE:
        return &target->cont_source;
    case IC_TARGET_FIELD_TAR_STATUS:
    case IC_TARGET_FIELD_NOTES:
        break;
    }
    return NULL;
}

struct ic_field_value ic_target_value(const struct ic_target *target, enum ic_target_field field)
{
    struct ic_target copy = *target;
    const struct ic_contact *contact = contact_of(&copy, field);
    if (contact) {
        return (struct ic_field_value){.state = contact->state, .text = contact->text};
    }
    return (struct ic_field_value){
        .text = field == IC_TARGET_FIELD_NOTES ? target->notes : ic_str_from(ic_target_status_name(target->stage))};
}

void ic_target_set_value(struct ic_target *target, enum ic_target_field field, const struct ic_field_value *value)
{
    struct ic_contact *contact = contact_of(target, field);
    if (contact) {
        *contact = (struct ic_contact){.state = value->state, .text = value->text};
    } else if (field == IC_TARGET_FIELD_NOTES) {
        target->notes = value->text;
    } else {
        (void)ic_target_status_parse(value->text.data, value->text.size, &target->stage);
        ic_target_set_excluded(target, target->tar_status == IC_TARGET_STATUS_EXCLUDED);
    }
}

void ic_target_set_excluded(struct ic_target *target, bool is_excluded)
{
    target->tar_status = is_excluded ? IC_TARGET_STATUS_EXCLUDED : target->stage;
}
