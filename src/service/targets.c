#include "service/targets.h"

#include "service/asker.h"
#include "service/audit.h"
#include "store/edits.h"
#include "store/lineage.h"
#include "store/targets.h"
#include "sync/hybrid_time.h"

static const char operation[] = "service.targets";
static const char restore_operation[] = "service.targets.restore";

/* What the targets of a deed and their values take. */
enum { DEED_ARENA_BYTES_MAX = 1 << 18 };

/* A deed on its way. */
struct deed {
    struct ic_service *service;
    const struct ic_asker *asker;
    ic_store_run function;
    struct ic_doer doer;
    const struct ic_id *tar_id;
    const struct ic_handle *tar_username; /* Of a renaming. */
    const struct ic_id *merged_into;      /* Of a merge. */
    const struct ic_id *elg_id;           /* Of a restoring, as the next two. */
    enum ic_target_field field;
    struct ic_arena *arena;
    struct ic_target_changed changed;
};

static struct deed begin(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *tar_id)
{
    return (struct deed){
        .service = service,
        .asker = asker,
        .doer = {asker->opr_id, ic_clock_now_ms(&service->clock)},
        .tar_id = tar_id,
    };
}

static enum ic_rc run_deed(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    enum ic_rc rc = ic_asker_can(tx, deed->asker, IC_ACTION_CHANGE_TARGET, IC_WHOSE_THEIRS, err);
    if (rc) {
        return rc;
    }
    deed->arena = ic_arena_create(DEED_ARENA_BYTES_MAX);
    rc = deed->arena ? deed->function(tx, deed, err) : ic_arena_failed(operation, err);
    ic_arena_destroy(deed->arena);
    deed->arena = NULL;
    return rc;
}

/* Records a deed that gave its target's `key` another value. */
static enum ic_rc record(struct ic_store_tx *tx, const struct deed *deed, enum ic_audit_action action, const char *key,
                         struct ic_str before, struct ic_str after, struct ic_err *err)
{
    return ic_audit_record_change(tx, deed->asker, action, deed->tar_id, key, before, after, deed->doer.now, err);
}

static enum ic_rc run(struct deed *deed, ic_store_run function, struct ic_target_changed *ret_changed,
                      struct ic_err *err)
{
    deed->function = function;
    enum ic_rc rc = ic_store_write(deed->service->store, run_deed, deed, err);
    if (rc == IC_OK) {
        *ret_changed = deed->changed;
    }
    return rc;
}

static enum ic_rc run_rename(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    struct ic_target target;
    deed->changed.tar_id = *deed->tar_id;
    enum ic_rc rc = ic_store_target_get(tx, deed->tar_id, deed->arena, &target, err);
    if (!rc) {
        rc = ic_store_target_rename(tx, deed->tar_id, deed->tar_username, &deed->doer, &deed->service->rand,
                                    &deed->changed.elg_id, err);
    }
    return rc ? rc
              : record(tx, deed, IC_AUDIT_ACTION_TARGET_RENAMED, "tar_username", ic_handle_text(&target.tar_username),
                       ic_handle_text(deed->tar_username), err);
}

enum ic_rc ic_targets_rename(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *tar_id,
                             const struct ic_handle *tar_username, struct ic_target_changed *ret_changed,
                             struct ic_err *err)
{
    struct deed deed = begin(service, asker, tar_id);
    deed.tar_username = tar_username;
    return run(&deed, run_rename, ret_changed, err);
}

static enum ic_rc run_merge(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    deed->changed.tar_id = *deed->merged_into;
    enum ic_rc rc = ic_store_target_merge(tx, deed->tar_id, deed->merged_into, &deed->doer, &deed->service->rand,
                                          &deed->changed.elg_id, err);
    return rc ? rc
              : record(tx, deed, IC_AUDIT_ACTION_TARGETS_MERGED, "tar_id", ic_id_text(deed->tar_id),
                       ic_id_text(deed->merged_into), err);
}

enum ic_rc ic_targets_merge(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *tar_id,
                            const struct ic_id *merged_into, struct ic_target_changed *ret_changed, struct ic_err *err)
{
    struct deed deed = begin(service, asker, tar_id);
    deed.merged_into = merged_into;
    return run(&deed, run_merge, ret_changed, err);
}

/* ---- Restoring. ---- */

/* The value that the event gave the target's field. */
static enum ic_rc find_value(struct ic_store_tx *tx, const struct deed *deed, struct ic_field_value *ret_value,
                             struct ic_err *err)
{
    struct ic_field_change_list list = {.count = 0};
    enum ic_rc rc = ic_store_field_changes_list(tx, deed->elg_id, 1, deed->arena, &list, err);
    for (size_t i = 0; i < list.count && !rc; i++) {
        if (list.items[i].field == deed->field && ic_id_equal(&list.items[i].tar_id, deed->tar_id)) {
            *ret_value = list.items[i].after;
            return IC_OK;
        }
    }
    return rc ? rc : ic_err_set(err, IC_CODE_NOT_FOUND, restore_operation, "That event gave this field no value.");
}

/* The target that is given the value: itself, or what it has become. */
static enum ic_rc find_living(struct ic_store_tx *tx, const struct deed *deed, struct ic_target *ret_target,
                              struct ic_err *err)
{
    struct ic_target asked;
    struct ic_named_target named;
    enum ic_rc rc = ic_store_target_get(tx, deed->tar_id, deed->arena, &asked, err);
    if (!rc) {
        rc = ic_store_targets_find(tx, &asked.tar_username, 1, &named, err);
    }
    if (!rc && !named.is_there) {
        rc = ic_err_set(err, IC_CODE_CORRUPT, restore_operation, "A target's own handle does not mean it.");
    }
    return rc ? rc : ic_store_target_get(tx, &named.tar_id, deed->arena, ret_target, err);
}

/* The value as people write it: a contact that was not found has a state and no text. */
static struct ic_str shown(enum ic_target_field field, const struct ic_field_value *value)
{
    bool is_state = ic_field_is_contact(field) && value->text.size == 0;
    return is_state ? ic_str_from(ic_contact_state_name(value->state)) : value->text;
}

static enum ic_rc run_restore(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct deed *deed = context;
    struct ic_target target;
    struct ic_outreach_ids ids;
    struct ic_edit edit = {
        .kind = IC_OPERATION_KIND_SET_FIELD,
        .opr_id = deed->doer.opr_id,
        .field = deed->field,
        .is_restored = true,
        .created_at = deed->doer.now,
        .received_at = deed->doer.now,
    };
    enum ic_rc rc = find_value(tx, deed, &edit.value, err);
    if (!rc) {
        rc = find_living(tx, deed, &target, err);
    }
    if (rc) {
        return rc;
    }
    /* Later than everything that anybody has said of the target. */
    struct ic_hybrid_clock clock = {.last = target.hybrid_time};
    edit.stamp.hybrid_time = ic_hybrid_clock_next(&clock, deed->doer.now);
    edit.tar_username = target.tar_username;
    rc = ic_store_edit_insert(tx, &edit, &deed->service->rand, &ids, err);
    if (rc) {
        return rc;
    }
    deed->changed = (struct ic_target_changed){ids.tar_id, ids.elg_id};
    const struct ic_field_value before = ic_target_value(&target, deed->field);
    return record(tx, deed, IC_AUDIT_ACTION_FIELD_RESTORED, ic_target_field_name(deed->field),
                  shown(deed->field, &before), shown(deed->field, &edit.value), err);
}

enum ic_rc ic_targets_restore(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *tar_id,
                              const struct ic_id *elg_id, enum ic_target_field field,
                              struct ic_target_changed *ret_changed, struct ic_err *err)
{
    struct deed deed = begin(service, asker, tar_id);
    deed.elg_id = elg_id;
    deed.field = field;
    return run(&deed, run_restore, ret_changed, err);
}

/* ---- The history. ---- */

struct history_read {
    struct ic_log_query query;
    struct ic_arena *arena;
    struct ic_log_list list;
    struct ic_field_change_list changes;
};

static enum ic_rc list_changes(struct ic_store_tx *tx, struct history_read *read, struct ic_err *err)
{
    struct ic_id *elg_ids = ic_arena_alloc_array(read->arena, read->list.count, sizeof *elg_ids);
    if (!elg_ids) {
        return ic_arena_failed("service.targets.history", err);
    }
    for (size_t i = 0; i < read->list.count; i++) {
        elg_ids[i] = read->list.items[i].elg_id;
    }
    return ic_store_field_changes_list(tx, elg_ids, read->list.count, read->arena, &read->changes, err);
}

static enum ic_rc run_history(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct history_read *read = context;
    struct ic_target target;
    enum ic_rc rc = ic_store_target_get(tx, &read->query.tar_id, read->arena, &target, err);
    if (!rc) {
        rc = ic_store_log_list(tx, &read->query, read->arena, &read->list, err);
    }
    return rc ? rc : list_changes(tx, read, err);
}

static enum ic_rc hash_question(const struct ic_log_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "history");
    ic_list_question_put_text(&question, ic_str_from(asked->tar_id.text));
    ic_list_question_put_int64(&question, asked->is_oldest_first);
    return ic_list_question_end(&question, ret_hash, err);
}

enum ic_rc ic_targets_history(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *tar_id,
                              bool is_oldest_first, size_t limit, struct ic_str after, struct ic_arena *arena,
                              struct ic_history_page *ret_page, struct ic_err *err)
{
    struct history_read read = {.query = {.tar_id = *tar_id, .is_oldest_first = is_oldest_first, .limit = limit},
                                .arena = arena};
    struct ic_list_place place = {0};
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LEADS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = hash_question(&read.query, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
        read.query.behind = place.number;
    }
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_history, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = (struct ic_history_page){.page = {.list = read.list}, .changes = read.changes};
    if (read.list.next) {
        place.number = read.list.next;
        ic_list_cursor_write(&question, &place, &ret_page->page.next);
    }
    return IC_OK;
}
