#include "store/edits.h"

#include "store/actors.h"
#include "store/operators.h"
#include "store/registers.h"
#include "store/suppressions.h"
#include "store/targets.h"

#include <stdio.h>

static const char operation[] = "store.edit.insert";

/* A target's texts, its aliases and what is said of the edit. */
enum { EDIT_ARENA_BYTES_MAX = 1 << 18, DETAILS_SIZE = 4 * IC_LIMIT_REASON_CHARACTERS_MAX + 256 };

/* One edit on its way. */
struct run {
    struct ic_store_tx *tx;
    const struct ic_edit *edit;
    const struct ic_rand *rand;
    struct ic_arena *arena;
    bool has_target;
    struct ic_target target; /* As it becomes. */
    enum ic_target_status status_before;
    bool has_won;
    char details[DETAILS_SIZE];
    struct ic_outreach_ids ids;
};

static bool is_status_moved(const struct run *run)
{
    return run->has_target && run->target.tar_status != run->status_before;
}

/* Writes the event, and touches who did it. */
static enum ic_rc log_event(struct run *run, enum ic_event_type event_type, struct ic_err *err)
{
    const struct ic_edit *edit = run->edit;
    struct ic_event_ids ids;
    enum ic_rc rc = ic_store_operator_touch(run->tx, &edit->opr_id, edit->created_at, err);
    if (!rc && edit->act_username.text[0] != '\0') {
        rc = ic_store_actor_use(run->tx, &edit->act_username, &edit->opr_id, edit->created_at, run->rand,
                                &run->ids.act_id, err);
    }
    if (rc) {
        return rc;
    }
    struct ic_new_event event = {
        .event_type = event_type,
        .created_at = edit->created_at,
        .received_at = edit->received_at,
        .opr_id = edit->opr_id,
        .act_id = run->ids.act_id,
        .details = ic_str_from(run->details),
        .operation = edit->operation,
    };
    if (run->has_target) {
        event.tar_id = run->target.tar_id;
        event.tar_username = ic_handle_text(&run->target.tar_username);
    }
    if (is_status_moved(run)) {
        event.status_before = ic_target_status_name(run->status_before);
        event.status_after = ic_target_status_name(run->target.tar_status);
    }
    rc = ic_store_events_insert(run->tx, &event, 1, run->rand, &ids, err);
    if (!rc) {
        run->ids.elg_id = ids.elg_id;
        run->ids.tar_id = event.tar_id;
    }
    return rc;
}

static enum ic_rc find_target(struct run *run, struct ic_err *err)
{
    struct ic_named_target named;
    enum ic_rc rc = ic_store_targets_find(run->tx, &run->edit->tar_username, 1, &named, err);
    if (!rc && named.is_there) {
        rc = ic_store_target_get(run->tx, &named.tar_id, run->arena, &run->target, err);
        run->has_target = true;
        run->status_before = run->target.tar_status;
    }
    return rc;
}

/* Moves on when the target was last changed. */
static void touch(struct ic_target *target, int64_t at)
{
    target->last_updated = at > target->last_updated ? at : target->last_updated;
}

/* ---- A field. ---- */

/* Makes the handle a target, which nobody has contacted. */
static enum ic_rc make_target(struct run *run, struct ic_err *err)
{
    struct ic_suppression suppression;
    struct ic_id tar_id;
    enum ic_rc rc = ic_store_suppressions_find(run->tx, &run->edit->tar_username, 1, NULL, &suppression, err);
    if (rc) {
        return rc;
    }
    run->target = (struct ic_target){.tar_username = run->edit->tar_username, .last_updated = run->edit->created_at};
    ic_target_set_excluded(&run->target, suppression.exclusion.is_excluded);
    rc = ic_store_targets_insert(run->tx, &run->target, 1, run->rand, &tar_id, err);
    return rc ? rc : find_target(run, err);
}

/* What a value is called in a sentence; notes and contacts are too long for one. */
static const char *label(enum ic_target_field field, const struct ic_field_value *value)
{
    if (ic_field_is_contact(field)) {
        return ic_contact_state_name(value->state);
    }
    if (field == IC_TARGET_FIELD_NOTES) {
        return value->text.size > 0 ? "changed" : "cleared";
    }
    enum ic_target_status status = IC_TARGET_STATUS_COLD_NO_REPLY;
    (void)ic_target_status_parse(value->text.data, value->text.size, &status);
    return ic_target_status_name(status);
}

static void describe_field(struct run *run, const struct ic_field_value *before, const struct ic_field_value *after)
{
    enum ic_target_field field = run->edit->field;
    const char *name = ic_target_field_name(field);
    const char *from = label(field, before);
    const char *to = label(field, after);
    const char *restored = run->edit->is_restored ? " (restored)" : "";
    if (!run->has_won) {
        (void)snprintf(run->details, DETAILS_SIZE, "%s: %s (a later value holds)%s", name, to, restored);
    } else if (ic_field_value_equal(before, after)) {
        (void)snprintf(run->details, DETAILS_SIZE, "%s: unchanged%s", name, restored);
    } else if (is_status_moved(run)) {
        (void)snprintf(run->details, DETAILS_SIZE, "%s -> %s%s", from, to, restored);
    } else if (field == IC_TARGET_FIELD_NOTES) {
        (void)snprintf(run->details, DETAILS_SIZE, "%s: %s%s", name, to, restored);
    } else if (before->state == after->state && ic_field_is_contact(field)) {
        (void)snprintf(run->details, DETAILS_SIZE, "%s: changed%s", name, restored);
    } else {
        (void)snprintf(run->details, DETAILS_SIZE, "%s: %s -> %s%s", name, from, to, restored);
    }
}

static enum ic_rc set_field(struct run *run, struct ic_err *err)
{
    const struct ic_edit *edit = run->edit;
    struct ic_registers registers;
    enum ic_rc rc = run->has_target ? IC_OK : make_target(run, err);
    if (!rc) {
        rc = ic_store_registers_get(run->tx, &run->target.tar_id, &registers, err);
    }
    if (rc) {
        return rc;
    }
    struct ic_field_change change = {
        .field = edit->field,
        .stamp = edit->stamp,
        .before = ic_target_value(&run->target, edit->field),
        .after = edit->value,
        .has_won = ic_merge_takes(&registers.stamps[edit->field], &edit->stamp),
    };
    run->has_won = change.has_won;
    if (change.has_won) {
        struct ic_target *target = &run->target;
        ic_target_set_value(target, edit->field, &edit->value);
        if (!ic_field_value_equal(&change.before, &change.after)) {
            touch(target, edit->created_at);
        }
        target->hybrid_time =
            edit->stamp.hybrid_time > target->hybrid_time ? edit->stamp.hybrid_time : target->hybrid_time;
    }
    describe_field(run, &change.before, &change.after);
    rc = log_event(run, IC_EVENT_TYPE_CHANGE_IN_TAR_INFO, err);
    change.elg_id = run->ids.elg_id;
    change.tar_id = run->target.tar_id;
    if (!rc) {
        rc = ic_store_field_change_insert(run->tx, &change, err);
    }
    if (!rc && change.has_won) {
        rc = ic_store_target_update(run->tx, &run->target, err);
    }
    if (!rc && change.has_won) {
        rc = ic_store_register_put(run->tx, &run->target.tar_id, edit->field, &edit->stamp, err);
    }
    return rc;
}

/* ---- An exclusion. ---- */

static void describe_exclusion(struct run *run)
{
    const struct ic_edit *edit = run->edit;
    const char *excluded = ic_target_status_name(IC_TARGET_STATUS_EXCLUDED);
    const char *deed = edit->kind == IC_OPERATION_KIND_EXCLUDE ? excluded : "lifted";
    const char *overtaken = run->has_won ? "" : " (a later one holds)";
    int size;
    if (is_status_moved(run)) {
        size = snprintf(run->details, DETAILS_SIZE, "%s -> %s", ic_target_status_name(run->status_before),
                        ic_target_status_name(run->target.tar_status));
    } else if (run->has_target) {
        size = snprintf(run->details, DETAILS_SIZE, "%s%s", deed, overtaken);
    } else {
        size = snprintf(run->details, DETAILS_SIZE, "%s: %s%s", edit->tar_username.text, deed, overtaken);
    }
    if (edit->reason.size > 0) {
        (void)snprintf(run->details + size, DETAILS_SIZE - (size_t)size, ": %.*s", (int)edit->reason.size,
                       edit->reason.data);
    }
}

/* Writes the suppression for the handle and, where it is a target's, for everything that the target was called. */
static enum ic_rc suppress(const struct run *run, const struct ic_suppression *suppression, struct ic_err *err)
{
    return run->has_target ? ic_store_suppression_spread(run->tx, suppression, &run->target.tar_id, err)
                           : ic_store_suppression_put(run->tx, suppression, err);
}

static enum ic_rc toggle(struct run *run, struct ic_err *err)
{
    const struct ic_edit *edit = run->edit;
    const struct ic_exclusion given = {edit->kind == IC_OPERATION_KIND_EXCLUDE, edit->stamp};
    const struct ic_handle *handle = run->has_target ? &run->target.tar_username : &edit->tar_username;
    struct ic_suppression held;
    enum ic_rc rc = ic_store_suppressions_find(run->tx, handle, 1, NULL, &held, err);
    if (rc) {
        return rc;
    }
    run->has_won = ic_merge_takes_exclusion(&held.exclusion, &given);
    if (run->has_won && run->has_target) {
        ic_target_set_excluded(&run->target, given.is_excluded);
    }
    if (is_status_moved(run)) {
        touch(&run->target, edit->created_at);
    }
    describe_exclusion(run);
    rc = log_event(run, IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE, err);
    if (!rc && is_status_moved(run)) {
        rc = ic_store_target_update(run->tx, &run->target, err);
    }
    if (!rc && run->has_won) {
        struct ic_suppression suppression = {
            .tar_username = *handle,
            .exclusion = given,
            .reason = edit->reason,
            .opr_id = edit->opr_id,
            .elg_id = run->ids.elg_id,
            .changed_at = edit->created_at,
        };
        rc = suppress(run, &suppression, err);
    }
    return rc;
}

enum ic_rc ic_store_edit_insert(struct ic_store_tx *tx, const struct ic_edit *edit, const struct ic_rand *rand,
                                struct ic_outreach_ids *ret_ids, struct ic_err *err)
{
    struct run run = {.tx = tx, .edit = edit, .rand = rand, .arena = ic_arena_create(EDIT_ARENA_BYTES_MAX)};
    if (!run.arena) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = find_target(&run, err);
    if (!rc) {
        rc = edit->kind == IC_OPERATION_KIND_SET_FIELD ? set_field(&run, err) : toggle(&run, err);
    }
    if (!rc) {
        *ret_ids = run.ids;
    }
    ic_arena_destroy(run.arena);
    return rc;
}
