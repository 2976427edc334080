#include "agent/look_up.h"

#include "agent/ledger_db.h"

#include <string.h>

static const char operation_name[] = "agent.look_up";

/* A look-up under way: the first failure stays, and what follows does nothing. */
struct looking {
    struct ic_ledger *ledger;
    struct ic_arena *arena;
    struct ic_look_up found;
    bool is_excluded;    /* By the replica. */
    bool is_own_decided; /* A newer own operation has said whether it is excluded. */
    int64_t generation;  /* Of the target. */
    struct ic_err err;
};

static sqlite3_stmt *begin(struct looking *looking, enum ic_ledger_sql index)
{
    if (looking->err.code != IC_CODE_OK) {
        return NULL;
    }
    return ic_ledger_db_prepare(looking->ledger, index, operation_name, &looking->err);
}

static bool next(struct looking *looking, sqlite3_stmt *row)
{
    return looking->err.code == IC_CODE_OK && ic_ledger_db_row(looking->ledger, row, operation_name, &looking->err);
}

static struct ic_str keep(struct looking *looking, sqlite3_stmt *row, int index)
{
    struct ic_str copy = {NULL, 0};
    if (!ic_arena_copy(looking->arena, ic_ledger_db_text(row, index), &copy)) {
        (void)ic_arena_failed(operation_name, &looking->err);
    }
    return copy;
}

static void find_suppression(struct looking *looking, const struct ic_handle *handle)
{
    sqlite3_stmt *row = begin(looking, IC_LEDGER_SQL_FIND_SUPPRESSION);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 1, ic_handle_text(handle));
    if (next(looking, row)) {
        looking->is_excluded = true;
        looking->found.reason = keep(looking, row, 0);
    }
    ic_ledger_db_done(row);
}

static struct ic_pulled_contact read_contact(struct looking *looking, sqlite3_stmt *row, int index)
{
    struct ic_pulled_contact contact = {.text = keep(looking, row, index)};
    struct ic_str state = ic_ledger_db_text(row, index + 1);
    (void)ic_contact_state_parse(state.data, state.size, &contact.state);
    return contact;
}

static void read_target(struct looking *looking, sqlite3_stmt *row)
{
    struct ic_pulled_target target = {.first_contacted = sqlite3_column_int64(row, 5),
                                      .last_updated = sqlite3_column_int64(row, 6)};
    struct ic_str status = ic_ledger_db_text(row, 2), stage = ic_ledger_db_text(row, 3);
    ic_ledger_db_copy(row, 0, target.tar_id.text, sizeof target.tar_id.text);
    ic_ledger_db_copy(row, 1, target.tar_username.text, sizeof target.tar_username.text);
    ic_ledger_db_copy(row, 4, target.merged_into.text, sizeof target.merged_into.text);
    (void)ic_target_status_parse(status.data, status.size, &target.tar_status);
    target.has_stage = ic_target_status_parse(stage.data, stage.size, &target.stage);
    target.notes = keep(looking, row, 7);
    target.email = read_contact(looking, row, 8);
    target.phone_num = read_contact(looking, row, 10);
    target.cont_source = read_contact(looking, row, 12);
    looking->generation = sqlite3_column_int64(row, 14);
    looking->found.target = target;
    looking->found.is_target = true;
}

static void find_target(struct looking *looking, const struct ic_id *tar_id)
{
    sqlite3_stmt *row = begin(looking, IC_LEDGER_SQL_FIND_TARGET);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 1, ic_id_text(tar_id));
    sqlite3_bind_int64(row, 2, looking->generation);
    if (next(looking, row)) {
        read_target(looking, row);
    }
    ic_ledger_db_done(row);
}

static void find_alias(struct looking *looking, const struct ic_handle *handle)
{
    struct ic_id tar_id = {.text = ""};
    sqlite3_stmt *row = begin(looking, IC_LEDGER_SQL_FIND_TARGET_BY_ALIAS);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 1, ic_handle_text(handle));
    if (next(looking, row)) {
        ic_ledger_db_copy(row, 0, tar_id.text, sizeof tar_id.text);
        looking->generation = sqlite3_column_int64(row, 1);
    }
    ic_ledger_db_done(row);
    if (!ic_id_is_empty(&tar_id)) {
        find_target(looking, &tar_id);
    }
}

static void find_by_handle(struct looking *looking, const struct ic_handle *handle)
{
    sqlite3_stmt *row = begin(looking, IC_LEDGER_SQL_FIND_TARGET_BY_HANDLE);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 1, ic_handle_text(handle));
    if (next(looking, row)) {
        read_target(looking, row);
    }
    ic_ledger_db_done(row);
}

/* The target of that handle as it is now: renamed, or become another one. An alias tells more than a target's own
 * handle, as on the server. */
static void find_handle(struct looking *looking, const struct ic_handle *handle)
{
    find_alias(looking, handle);
    if (!looking->found.is_target) {
        find_by_handle(looking, handle);
    }
    for (int i = 0; i < IC_LOOK_UP_MERGES_MAX && !ic_id_is_empty(&looking->found.target.merged_into); i++) {
        struct ic_id into = looking->found.target.merged_into;
        find_target(looking, &into);
    }
}

static bool may_add_contact(const struct looking *looking)
{
    return looking->found.contacts_count < IC_LOOK_UP_CONTACTS_MAX;
}

static void add_contact(struct looking *looking, const struct ic_look_up_contact *contact)
{
    looking->found.contacts[looking->found.contacts_count++] = *contact;
}

static void set_field(struct looking *looking, const struct ic_operation *operation)
{
    struct ic_pulled_target *target = &looking->found.target;
    struct ic_pulled_contact contact = {.state = operation->value.state, .text = operation->value.text};
    switch (operation->field) {
    case IC_TARGET_FIELD_TAR_STATUS:
        (void)ic_target_status_parse(operation->value.text.data, operation->value.text.size,
                                     target->has_stage ? &target->stage : &target->tar_status);
        break;
    case IC_TARGET_FIELD_NOTES:
        target->notes = operation->value.text;
        break;
    case IC_TARGET_FIELD_EMAIL:
        target->email = contact;
        break;
    case IC_TARGET_FIELD_PHONE_NUM:
        target->phone_num = contact;
        break;
    case IC_TARGET_FIELD_CONT_SOURCE:
        target->cont_source = contact;
        break;
    }
}

/* Puts one own operation on top; they come newest first, so that the first one of a field decides. */
static void put_on_top(struct looking *looking, const struct ic_operation *operation, unsigned *fields)
{
    struct ic_look_up_contact contact = {
        .created_at = operation->sent_at, .act_username = operation->act_username, .is_pending = true};
    switch (operation->kind) {
    case IC_OPERATION_KIND_OUTREACH:
        if (may_add_contact(looking)) {
            add_contact(looking, &contact);
        }
        break;
    case IC_OPERATION_KIND_SET_FIELD:
        if (!(*fields & 1u << operation->field)) {
            *fields |= 1u << operation->field;
            set_field(looking, operation);
        }
        break;
    case IC_OPERATION_KIND_EXCLUDE:
        if (!looking->is_own_decided) {
            looking->is_own_decided = looking->is_excluded = true;
            looking->found.reason = operation->reason;
        }
        break;
    case IC_OPERATION_KIND_LIFT:
        looking->is_own_decided = true;
        break;
    }
}

static void list_own(struct looking *looking, const struct ic_handle *handle, unsigned *fields)
{
    sqlite3_stmt *row = begin(looking, IC_LEDGER_SQL_LIST_OWN);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 1, ic_handle_text(handle));
    sqlite3_bind_int(row, 2, IC_LOOK_UP_OWN_MAX);
    while (next(looking, row)) {
        struct ic_operation operation;
        json_t *object;
        if (ic_json_parse(keep(looking, row, 0), operation_name, looking->arena, &object, &looking->err) == IC_OK &&
            ic_operation_decode(object, &operation, &looking->err) == IC_OK) {
            put_on_top(looking, &operation, fields);
        }
    }
    ic_ledger_db_done(row);
}

static void list_outreach(struct looking *looking)
{
    sqlite3_stmt *row = looking->found.is_target ? begin(looking, IC_LEDGER_SQL_LIST_OUTREACH) : NULL;
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 1, ic_id_text(&looking->found.target.tar_id));
    sqlite3_bind_int64(row, 2, looking->generation);
    sqlite3_bind_int(row, 3, IC_LOOK_UP_CONTACTS_MAX);
    while (may_add_contact(looking) && next(looking, row)) {
        struct ic_look_up_contact contact = {.created_at = sqlite3_column_int64(row, 1),
                                             .opr_name = keep(looking, row, 4)};
        ic_ledger_db_copy(row, 5, contact.act_username.text, sizeof contact.act_username.text);
        add_contact(looking, &contact);
    }
    ic_ledger_db_done(row);
}

static void find_freshness(struct looking *looking)
{
    struct ic_ledger_summary summary;
    if (looking->err.code == IC_CODE_OK &&
        ic_ledger_db_get_uncounted(looking->ledger, &summary, &looking->err) == IC_OK) {
        looking->found.pulled_at = summary.replica.pulled_at;
    }
}

static enum ic_look_up_state judge(const struct looking *looking)
{
    const struct ic_look_up *found = &looking->found;
    if (looking->is_excluded || (found->is_target && found->target.tar_status == IC_TARGET_STATUS_EXCLUDED)) {
        return IC_LOOK_UP_EXCLUDED;
    }
    if (found->contacts_count > 0 || (found->is_target && found->target.first_contacted > 0)) {
        return IC_LOOK_UP_CONTACTED;
    }
    return found->pulled_at > 0 ? IC_LOOK_UP_FREE : IC_LOOK_UP_UNKNOWN;
}

enum ic_rc ic_look_up(struct ic_ledger *ledger, const struct ic_handle *tar_username, struct ic_arena *arena,
                      struct ic_look_up *ret_found, struct ic_err *err)
{
    unsigned fields = 0;
    struct looking looking = {.ledger = ledger, .arena = arena, .err = IC_ERR_NONE};
    looking.found.contacts = ic_arena_alloc_array(arena, IC_LOOK_UP_CONTACTS_MAX, sizeof *looking.found.contacts);
    if (!looking.found.contacts) {
        return ic_arena_failed(operation_name, err);
    }
    find_freshness(&looking);
    find_suppression(&looking, tar_username);
    find_handle(&looking, tar_username);
    struct ic_handle now = looking.found.is_target ? looking.found.target.tar_username : *tar_username;
    bool is_renamed = strcmp(now.text, tar_username->text) != 0;
    if (is_renamed) {
        find_suppression(&looking, &now);
        list_own(&looking, &now, &fields);
    }
    list_own(&looking, tar_username, &fields);
    list_outreach(&looking);
    looking.found.state = judge(&looking);
    if (looking.err.code != IC_CODE_OK) {
        if (err) {
            *err = looking.err;
        }
        return ic_err_rc(&looking.err);
    }
    *ret_found = looking.found;
    return IC_OK;
}
