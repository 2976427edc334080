#include "store/query.h"
#include "store/suppressions.h"
#include "store/targets.h"

#include <stdlib.h>

static const char operation[] = "store.target.contact";

/* The different handles of a batch, and what they mean. */
struct handles {
    struct ic_handle *items;
    struct ic_named_target *targets;
    size_t *firsts; /* The first contact of the batch that has the handle ... */
    bool *are_new;
    size_t count;
    size_t *places; /* ... and of each contact, which handle it has. */
};

static bool alloc_handles(struct handles *handles, size_t count)
{
    handles->items = calloc(count, sizeof *handles->items);
    handles->targets = calloc(count, sizeof *handles->targets);
    handles->firsts = calloc(count, sizeof *handles->firsts);
    handles->are_new = calloc(count, sizeof *handles->are_new);
    handles->places = calloc(count, sizeof *handles->places);
    return handles->items && handles->targets && handles->firsts && handles->are_new && handles->places;
}

static void free_handles(struct handles *handles)
{
    free(handles->items);
    free(handles->targets);
    free(handles->firsts);
    free(handles->are_new);
    free(handles->places);
}

static enum ic_rc out_of_memory(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the targets.");
}

static void distinguish(const struct ic_contacted *contacts, size_t count, struct handles *handles)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < handles->count &&
               !ic_str_equal(ic_handle_text(&handles->items[at]), ic_handle_text(&contacts[i].tar_username))) {
            at++;
        }
        if (at == handles->count) {
            handles->items[at] = contacts[i].tar_username;
            handles->firsts[at] = i;
            handles->count++;
        }
        handles->places[i] = at;
    }
}

/* Inserts the targets that are not there, Excluded where the handle is suppressed. Their first contact is set with
 * everybody's. */
static enum ic_rc insert_missing(struct ic_store_tx *tx, const struct ic_contacted *contacts, struct handles *handles,
                                 const struct ic_rand *rand, struct ic_err *err)
{
    struct ic_target *targets = calloc(handles->count, sizeof *targets);
    struct ic_suppression *suppressions = calloc(handles->count, sizeof *suppressions);
    struct ic_id *ids = calloc(handles->count, sizeof *ids);
    size_t count = 0;
    enum ic_rc rc = targets && suppressions && ids ? IC_OK : out_of_memory(err);
    if (!rc) {
        rc = ic_store_suppressions_find(tx, handles->items, handles->count, NULL, suppressions, err);
    }
    for (size_t i = 0; i < handles->count && !rc; i++) {
        if (!handles->targets[i].is_there) {
            const struct ic_contacted *contact = &contacts[handles->firsts[i]];
            targets[count] = (struct ic_target){
                .tar_username = contact->tar_username,
                .first_contacted = contact->at,
                .first_opr_id = contact->opr_id,
                .first_act_id = contact->act_id,
                .last_updated = contact->at,
            };
            ic_target_set_excluded(&targets[count++], suppressions[i].exclusion.is_excluded);
        }
    }
    if (!rc) {
        rc = ic_store_targets_insert(tx, targets, count, rand, ids, err);
    }
    for (size_t i = 0, from = 0; i < handles->count && !rc; i++) {
        if (!handles->targets[i].is_there) {
            handles->are_new[i] = true;
            handles->targets[i] =
                (struct ic_named_target){.is_there = true, .tar_id = ids[from++], .tar_username = handles->items[i]};
        }
    }
    free(targets);
    free(suppressions);
    free(ids);
    return rc;
}

/* Tells each contact its target, and moves first contacts back. What was merged into a target has brought a first
 * contact that is not of the target's own events: there every message may be the first. */
static enum ic_rc answer(struct ic_store_tx *tx, struct ic_contacted *contacts, size_t count, struct handles *handles,
                         struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_TARGET_CONTACTED, count, err);
    for (size_t i = 0; i < count && !rc; i++) {
        size_t place = handles->places[i];
        struct ic_named_target *target = &handles->targets[place];
        bool is_earliest = target->first_contacted == 0 || contacts[i].at < target->first_contacted;
        bool is_inserted = handles->are_new[place] && handles->firsts[place] == i;
        contacts[i].tar_id = target->tar_id;
        contacts[i].tar_username = target->tar_username;
        contacts[i].is_first = is_earliest || target->has_aliases;
        if (is_earliest && !is_inserted) {
            ic_rows_add(&rows);
            ic_rows_put_id(&rows, IC_P_TARGET_CONTACTED_TAR_ID, &target->tar_id);
            ic_rows_put_int64(&rows, IC_P_TARGET_CONTACTED_FIRST_CONTACTED, contacts[i].at);
            ic_rows_put_id(&rows, IC_P_TARGET_CONTACTED_FIRST_OPR_ID, &contacts[i].opr_id);
            ic_rows_put_id(&rows, IC_P_TARGET_CONTACTED_FIRST_ACT_ID, &contacts[i].act_id);
        }
        if (is_earliest) {
            target->first_contacted = contacts[i].at;
        }
    }
    if (!rc) {
        rc = ic_rows_run(&rows, tx, NULL, operation, err);
    }
    ic_rows_release(&rows);
    return rc;
}

enum ic_rc ic_store_targets_contact(struct ic_store_tx *tx, struct ic_contacted *contacts, size_t count,
                                    const struct ic_rand *rand, struct ic_err *err)
{
    struct handles handles = {.count = 0};
    enum ic_rc rc = alloc_handles(&handles, count) ? IC_OK : out_of_memory(err);
    if (!rc) {
        distinguish(contacts, count, &handles);
        rc = ic_store_targets_find(tx, handles.items, handles.count, handles.targets, err);
    }
    if (!rc) {
        rc = insert_missing(tx, contacts, &handles, rand, err);
    }
    if (!rc) {
        rc = answer(tx, contacts, count, &handles, err);
    }
    free_handles(&handles);
    return rc;
}
