#include "store/leads.h"

#include "base/utf8.h"
#include "store/lead_walk.h"
#include "store/query.h"

#include <string.h>

/* Places in the list of the statement that reads rows. */
enum { GET_COUNT = 25 };

const struct ic_lead_bounds ic_lead_bounds = {
    .looks = IC_LIMIT_LIST_LOOKS_MAX,
    .looks_of_status = IC_LIMIT_LIST_LOOKS_OF_STATUS_MAX,
    .looks_first = 2000,
    .found_max = 500,
};

enum {
    COLUMN_TAR_ID,
    COLUMN_TAR_USERNAME,
    COLUMN_TAR_STATUS,
    COLUMN_FIRST_CONTACTED,
    COLUMN_LAST_UPDATED,
    COLUMN_EMAIL_STATE, /* And behind each state its text. */
    COLUMN_PHONE_NUM_STATE = COLUMN_EMAIL_STATE + 2,
    COLUMN_CONT_SOURCE_STATE = COLUMN_PHONE_NUM_STATE + 2,
    COLUMN_FIRST_OPR_ID = COLUMN_CONT_SOURCE_STATE + 2,
    COLUMN_FIRST_OPR_NAME,
    COLUMN_FIRST_ACT_ID,
    COLUMN_FIRST_ACT_USERNAME,
    COLUMN_NOTES,
    COLUMN_MERGED_INTO,
};

static struct ic_contact read_contact(struct ic_query *query, int column, struct ic_arena *arena)
{
    struct ic_contact contact = {.text = ic_query_text(query, column + 1, arena)};
    struct ic_str state = ic_query_peek_text(query, column);
    if (!ic_contact_state_parse(state.data, state.size, &contact.state)) {
        ic_query_corrupt(query, "a contact's state is none");
    }
    return contact;
}

static void read_lead(struct ic_query *query, struct ic_arena *arena, struct ic_lead *lead)
{
    lead->tar_id = ic_query_id(query, COLUMN_TAR_ID);
    lead->tar_username = ic_query_text(query, COLUMN_TAR_USERNAME, arena);
    lead->first_contacted = ic_query_int64(query, COLUMN_FIRST_CONTACTED);
    lead->last_updated = ic_query_int64(query, COLUMN_LAST_UPDATED);
    lead->email = read_contact(query, COLUMN_EMAIL_STATE, arena);
    lead->phone_num = read_contact(query, COLUMN_PHONE_NUM_STATE, arena);
    lead->cont_source = read_contact(query, COLUMN_CONT_SOURCE_STATE, arena);
    lead->first_opr_id = ic_query_id(query, COLUMN_FIRST_OPR_ID);
    lead->first_opr_name = ic_query_text(query, COLUMN_FIRST_OPR_NAME, arena);
    lead->first_act_id = ic_query_id(query, COLUMN_FIRST_ACT_ID);
    lead->first_act_username = ic_query_text(query, COLUMN_FIRST_ACT_USERNAME, arena);
    lead->merged_into = ic_query_id(query, COLUMN_MERGED_INTO);
    struct ic_str notes = ic_query_text(query, COLUMN_NOTES, arena);
    lead->notes_preview = ic_utf8_prefix(notes, IC_LIMIT_NOTES_PREVIEW_CHARACTERS);
    lead->has_more_notes = lead->notes_preview.size < notes.size;
    struct ic_str status = ic_query_peek_text(query, COLUMN_TAR_STATUS);
    if (!ic_target_status_parse(status.data, status.size, &lead->tar_status)) {
        ic_query_corrupt(query, "a target's status is none");
    }
}

/* Reads the rows of up to GET_COUNT keys, each into its key's place. */
static enum ic_rc get_some(struct ic_store_tx *tx, const struct ic_list_place *keys, size_t count,
                           struct ic_arena *arena, struct ic_lead *leads, struct ic_err *err)
{
    struct ic_query query;
    size_t found_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_LEADS_GET, "store.lead.get", err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_id(&query, IC_P_LEADS_GET_TAR_ID_1 + (int)i, &keys[i].id);
    }
    while (ic_query_next(&query)) {
        struct ic_id tar_id = ic_query_id(&query, COLUMN_TAR_ID);
        size_t i = 0;
        while (i < count && !ic_id_equal(&keys[i].id, &tar_id)) {
            i++;
        }
        if (i == count) {
            ic_query_corrupt(&query, "a target is not the one that was asked for");
            break;
        }
        read_lead(&query, arena, &leads[i]);
        found_count++;
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && found_count < count) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "There is no such target.");
    }
    return rc;
}

/* A target that was merged is in no list: it is another one now. They are few, so that no index leaves them out. */
static void drop_merged(struct ic_lead_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (ic_id_is_empty(&list->items[i].merged_into)) {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
}

enum ic_rc ic_store_lead_list(struct ic_store_tx *tx, const struct ic_lead_query *query,
                              const struct ic_lead_bounds *bounds, struct ic_arena *arena,
                              struct ic_lead_list *ret_list, struct ic_err *err)
{
    struct ic_lead_keys keys;
    enum ic_rc rc = ic_lead_walk(tx, query, bounds, arena, &keys, err);
    if (rc) {
        return rc;
    }
    struct ic_lead_list list = {
        .items = ic_arena_alloc_array(arena, keys.count, sizeof *list.items),
        .count = keys.count,
        .has_next = keys.has_next,
        .next = keys.next,
    };
    if (!list.items) {
        return ic_arena_failed("store.lead.list", err);
    }
    for (size_t i = 0; i < keys.count && !rc; i += GET_COUNT) {
        size_t some = keys.count - i < GET_COUNT ? keys.count - i : GET_COUNT;
        rc = get_some(tx, keys.items + i, some, arena, list.items + i, err);
    }
    if (!rc) {
        drop_merged(&list);
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_lead_get(struct ic_store_tx *tx, const struct ic_id *tar_id, struct ic_arena *arena,
                             struct ic_lead *ret_lead, struct ic_str *ret_notes, struct ic_err *err)
{
    const struct ic_list_place key = {.id = *tar_id};
    struct ic_lead lead = {0};
    enum ic_rc rc = get_some(tx, &key, 1, arena, &lead, err);
    struct ic_str notes = lead.notes_preview;
    if (!rc && lead.has_more_notes) {
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_LEAD_NOTES, "store.lead.notes", err);
        ic_query_put_id(&query, IC_P_LEAD_NOTES_TAR_ID, tar_id);
        if (ic_query_next(&query)) {
            notes = ic_query_text(&query, 0, arena);
        }
        rc = ic_query_end(&query);
    }
    if (!rc) {
        *ret_lead = lead;
        *ret_notes = notes;
    }
    return rc;
}
