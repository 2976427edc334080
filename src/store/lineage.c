#include "store/lineage.h"

#include "store/engine.h"
#include "store/operators.h"
#include "store/registers.h"
#include "store/suppressions.h"
#include "store/targets.h"

#include <stdio.h>

static const char rename_operation[] = "store.target.rename";
static const char merge_operation[] = "store.target.merge";

/* Two targets' texts and aliases. */
enum { LINEAGE_ARENA_BYTES_MAX = 1 << 19, DETAILS_SIZE = 128 };

static enum ic_rc conflict(const char *operation, const char *detail, struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_CONFLICT, operation, "%s", detail);
}

/* Reads a target that was not merged. */
static enum ic_rc get_living(struct ic_store_tx *tx, const struct ic_id *tar_id, struct ic_arena *arena,
                             struct ic_target *ret_target, const char *operation, struct ic_err *err)
{
    enum ic_rc rc = ic_store_target_get(tx, tar_id, arena, ret_target, err);
    if (!rc && !ic_id_is_empty(&ret_target->merged_into)) {
        rc = conflict(operation, "It was merged into another target.", err);
    }
    return rc;
}

/* Writes the event of a target that has become what it is now. */
static enum ic_rc log_change(struct ic_store_tx *tx, const struct ic_target *target,
                             enum ic_target_status status_before, const char *details, const struct ic_doer *doer,
                             const struct ic_rand *rand, struct ic_id *ret_elg_id, struct ic_err *err)
{
    struct ic_event_ids ids;
    struct ic_new_event event = {
        .event_type = IC_EVENT_TYPE_CHANGE_IN_TAR_INFO,
        .created_at = doer->now,
        .received_at = doer->now,
        .opr_id = doer->opr_id,
        .tar_id = target->tar_id,
        .tar_username = ic_handle_text(&target->tar_username),
        .details = ic_str_from(details),
    };
    if (target->tar_status != status_before) {
        event.status_before = ic_target_status_name(status_before);
        event.status_after = ic_target_status_name(target->tar_status);
    }
    enum ic_rc rc = ic_store_operator_touch(tx, &doer->opr_id, doer->now, err);
    if (!rc) {
        rc = ic_store_events_insert(tx, &event, 1, rand, &ids, err);
    }
    if (!rc) {
        *ret_elg_id = ids.elg_id;
    }
    return rc;
}

/* ---- The exclusion of what has several handles. ---- */

/* The exclusion that holds of two handles: `ret_joined` is not there when nobody has said anything of either. */
static enum ic_rc join_suppressions(struct ic_store_tx *tx, const struct ic_handle handles[2], struct ic_arena *arena,
                                    struct ic_suppression *ret_joined, struct ic_err *err)
{
    struct ic_suppression both[2];
    enum ic_rc rc = ic_store_suppressions_find(tx, handles, 2, arena, both, err);
    if (!rc) {
        bool takes =
            both[1].is_there && (!both[0].is_there || ic_merge_takes_exclusion(&both[0].exclusion, &both[1].exclusion));
        *ret_joined = both[takes];
    }
    return rc;
}

/* Writes the exclusion for the target's handle and its aliases. */
static enum ic_rc spread_suppression(struct ic_store_tx *tx, const struct ic_target *target,
                                     const struct ic_suppression *joined, const struct ic_id *elg_id,
                                     struct ic_err *err)
{
    if (!joined->is_there) {
        return IC_OK;
    }
    struct ic_suppression suppression = *joined;
    suppression.elg_id = *elg_id;
    suppression.tar_username = target->tar_username;
    return ic_store_suppression_spread(tx, &suppression, &target->tar_id, err);
}

/* ---- Renaming. ---- */

static enum ic_rc check_name(struct ic_store_tx *tx, const struct ic_target *target,
                             const struct ic_handle *tar_username, struct ic_err *err)
{
    struct ic_named_target named;
    if (ic_str_equal(ic_handle_text(tar_username), ic_handle_text(&target->tar_username))) {
        return conflict(rename_operation, "It has this handle already.", err);
    }
    enum ic_rc rc = ic_store_targets_find(tx, tar_username, 1, &named, err);
    if (!rc && named.is_there && !ic_id_equal(&named.tar_id, &target->tar_id)) {
        rc = conflict(rename_operation, "Another target is or was called so: merge the two.", err);
    }
    return rc;
}

static enum ic_rc rename_in(struct ic_store_tx *tx, const struct ic_id *tar_id, const struct ic_handle *tar_username,
                            const struct ic_doer *doer, const struct ic_rand *rand, struct ic_arena *arena,
                            struct ic_id *ret_elg_id, struct ic_err *err)
{
    struct ic_target target;
    struct ic_suppression joined;
    enum ic_rc rc = get_living(tx, tar_id, arena, &target, rename_operation, err);
    if (!rc) {
        rc = check_name(tx, &target, tar_username, err);
    }
    const struct ic_handle handles[2] = {target.tar_username, *tar_username};
    if (!rc) {
        rc = join_suppressions(tx, handles, arena, &joined, err);
    }
    if (rc) {
        return rc;
    }
    char details[DETAILS_SIZE];
    enum ic_target_status status_before = target.tar_status;
    (void)snprintf(details, sizeof details, "tar_username: %s -> %s", handles[0].text, handles[1].text);
    target.tar_username = *tar_username;
    target.last_updated = doer->now > target.last_updated ? doer->now : target.last_updated;
    ic_target_set_excluded(&target,
                           joined.is_there ? joined.exclusion.is_excluded : status_before == IC_TARGET_STATUS_EXCLUDED);
    rc = ic_store_target_update(tx, &target, err);
    if (!rc) {
        rc = ic_store_target_search_move(tx, target.tar_number, &handles[0], &handles[1], err);
    }
    if (!rc) {
        rc = ic_store_events_find_by(tx, tar_id, &handles[1], err);
    }
    if (!rc) {
        rc = log_change(tx, &target, status_before, details, doer, rand, ret_elg_id, err);
    }
    if (!rc) {
        rc = ic_store_alias_put(tx, &handles[0], tar_id, ret_elg_id, doer->now, err);
    }
    return rc ? rc : spread_suppression(tx, &target, &joined, ret_elg_id, err);
}

enum ic_rc ic_store_target_rename(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                  const struct ic_handle *tar_username, const struct ic_doer *doer,
                                  const struct ic_rand *rand, struct ic_id *ret_elg_id, struct ic_err *err)
{
    struct ic_arena *arena = ic_arena_create(LINEAGE_ARENA_BYTES_MAX);
    struct ic_id elg_id;
    enum ic_rc rc = arena ? rename_in(tx, tar_id, tar_username, doer, rand, arena, &elg_id, err)
                          : ic_arena_failed(rename_operation, err);
    if (!rc) {
        *ret_elg_id = elg_id;
    }
    ic_arena_destroy(arena);
    return rc;
}

/* ---- Merging. ---- */

/* A merge on its way. */
struct merge {
    struct ic_store_tx *tx;
    const struct ic_doer *doer;
    struct ic_arena *arena;
    struct ic_target from; /* What is merged ... */
    struct ic_target into; /* ... and what is left, as it becomes. */
    enum ic_target_status status_before;
    struct ic_suppression joined;
    struct ic_field_change absorbed[IC_TARGET_FIELD_COUNT]; /* Values that are taken. */
    size_t absorbed_count;
};

static enum ic_rc read_both(struct merge *merge, const struct ic_id *tar_id, const struct ic_id *merged_into,
                            struct ic_err *err)
{
    if (ic_id_equal(tar_id, merged_into)) {
        return conflict(merge_operation, "A target cannot be merged into itself.", err);
    }
    enum ic_rc rc = get_living(merge->tx, tar_id, merge->arena, &merge->from, merge_operation, err);
    if (!rc) {
        rc = get_living(merge->tx, merged_into, merge->arena, &merge->into, merge_operation, err);
    }
    if (!rc) {
        const struct ic_handle handles[2] = {merge->into.tar_username, merge->from.tar_username};
        merge->status_before = merge->into.tar_status;
        rc = join_suppressions(merge->tx, handles, merge->arena, &merge->joined, err);
    }
    return rc;
}

static enum ic_rc absorb_fields(struct merge *merge, struct ic_err *err)
{
    const struct ic_target initial = {.tar_number = 0};
    struct ic_registers from;
    struct ic_registers into;
    enum ic_rc rc = ic_store_registers_get(merge->tx, &merge->from.tar_id, &from, err);
    if (!rc) {
        rc = ic_store_registers_get(merge->tx, &merge->into.tar_id, &into, err);
    }
    for (int i = 0; i < IC_TARGET_FIELD_COUNT && !rc; i++) {
        enum ic_target_field field = (enum ic_target_field)i;
        struct ic_field_value before = ic_target_value(&merge->into, field);
        struct ic_field_value after = ic_target_value(&merge->from, field);
        struct ic_field_value nothing = ic_target_value(&initial, field);
        bool is_initial = ic_field_value_equal(&before, &nothing);
        if (ic_merge_absorbs(&into.stamps[i], is_initial, &from.stamps[i]) &&
            (from.stamps[i].hybrid_time > 0 || !ic_field_value_equal(&after, &nothing))) {
            merge->absorbed[merge->absorbed_count++] = (struct ic_field_change){
                .field = field,
                .tar_id = merge->into.tar_id,
                .stamp = from.stamps[i],
                .before = before,
                .after = after,
                .has_won = true,
            };
            ic_target_set_value(&merge->into, field, &after);
        }
    }
    return rc;
}

/* The rest of what the one that is left takes over. */
static void absorb_rest(struct merge *merge)
{
    struct ic_target *into = &merge->into;
    const struct ic_target *from = &merge->from;
    bool is_earlier =
        from->first_contacted > 0 && (into->first_contacted == 0 || from->first_contacted < into->first_contacted);
    if (is_earlier) {
        into->first_contacted = from->first_contacted;
        into->first_opr_id = from->first_opr_id;
        into->first_act_id = from->first_act_id;
    }
    if (from->hybrid_time > into->hybrid_time) {
        into->hybrid_time = from->hybrid_time;
    }
    into->last_updated = merge->doer->now > into->last_updated ? merge->doer->now : into->last_updated;
    bool is_excluded = merge->joined.is_there ? merge->joined.exclusion.is_excluded
                                              : into->tar_status == IC_TARGET_STATUS_EXCLUDED ||
                                                    from->tar_status == IC_TARGET_STATUS_EXCLUDED;
    ic_target_set_excluded(into, is_excluded);
}

/* Writes what was absorbed; `elg_id` is the event of the one that is left. */
static enum ic_rc write_fields(struct merge *merge, const struct ic_id *elg_id, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < merge->absorbed_count && !rc; i++) {
        struct ic_field_change *change = &merge->absorbed[i];
        change->elg_id = *elg_id;
        rc = ic_store_field_change_insert(merge->tx, change, err);
        if (!rc && change->stamp.hybrid_time > 0) {
            rc = ic_store_register_put(merge->tx, &change->tar_id, change->field, &change->stamp, err);
        }
    }
    return rc;
}

/* Writes both rows, and has every handle lead to the one that is left. */
static enum ic_rc write_targets(struct merge *merge, const struct ic_id *elg_id, struct ic_err *err)
{
    const struct ic_handle none = {{0}};
    struct ic_target *from = &merge->from;
    const struct ic_id *into_id = &merge->into.tar_id;
    from->merged_into = *into_id;
    enum ic_rc rc = ic_store_target_update(merge->tx, &merge->into, err);
    if (!rc) {
        rc = ic_store_target_update(merge->tx, from, err);
    }
    if (!rc) {
        rc = ic_store_target_search_move(merge->tx, from->tar_number, &from->tar_username, &none, err);
    }
    if (!rc) {
        rc = ic_store_aliases_move(merge->tx, &from->tar_id, into_id, elg_id, err);
    }
    if (!rc) {
        rc = ic_store_alias_put(merge->tx, &from->tar_username, into_id, elg_id, merge->doer->now, err);
    }
    return rc ? rc : spread_suppression(merge->tx, &merge->into, &merge->joined, elg_id, err);
}

static enum ic_rc merge_in(struct merge *merge, const struct ic_id *tar_id, const struct ic_id *merged_into,
                           const struct ic_rand *rand, struct ic_id *ret_elg_id, struct ic_err *err)
{
    char details[DETAILS_SIZE];
    struct ic_id from_elg_id;
    enum ic_rc rc = read_both(merge, tar_id, merged_into, err);
    if (!rc) {
        rc = absorb_fields(merge, err);
    }
    if (rc) {
        return rc;
    }
    absorb_rest(merge);
    (void)snprintf(details, sizeof details, "merged: %s -> %s", merge->from.tar_username.text,
                   merge->into.tar_username.text);
    rc = log_change(merge->tx, &merge->into, merge->status_before, details, merge->doer, rand, ret_elg_id, err);
    if (!rc) {
        rc = log_change(merge->tx, &merge->from, merge->from.tar_status, details, merge->doer, rand, &from_elg_id, err);
    }
    if (!rc) {
        rc = write_fields(merge, ret_elg_id, err);
    }
    if (!rc) {
        rc = write_targets(merge, ret_elg_id, err);
    }
    if (!rc) {
        merge->tx->added.targets--;
    }
    return rc;
}

enum ic_rc ic_store_target_merge(struct ic_store_tx *tx, const struct ic_id *tar_id, const struct ic_id *merged_into,
                                 const struct ic_doer *doer, const struct ic_rand *rand, struct ic_id *ret_elg_id,
                                 struct ic_err *err)
{
    struct merge merge = {.tx = tx, .doer = doer, .arena = ic_arena_create(LINEAGE_ARENA_BYTES_MAX)};
    struct ic_id elg_id;
    enum ic_rc rc =
        merge.arena ? merge_in(&merge, tar_id, merged_into, rand, &elg_id, err) : ic_arena_failed(merge_operation, err);
    if (!rc) {
        *ret_elg_id = elg_id;
    }
    ic_arena_destroy(merge.arena);
    return rc;
}
