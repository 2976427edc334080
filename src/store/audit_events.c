#include "store/audit_events.h"

#include "store/query.h"

#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.audit.events";

enum { FIELDS_MAX = IC_AUDIT_GROUP_COUNT * 2 * IC_TARGET_FIELD_COUNT, WALK_COUNT = 1000 };

/* ---- Reading. ---- */

enum {
    COLUMN_ELG_ID,
    COLUMN_LOG_POSITION,
    COLUMN_EVENT_TYPE,
    COLUMN_ACT_ID,
    COLUMN_OPR_ID,
    COLUMN_TAR_ID,
    COLUMN_STATUS_BEFORE,
    COLUMN_STATUS_AFTER,
    COLUMN_DETAILS,
    COLUMN_CREATED_AT,
    COLUMN_RECEIVED_AT,
    COLUMN_OLG_ID,
    COLUMN_THREAD_ID,
    COLUMN_SENT_AT,
    COLUMN_MESSAGE_CHARACTERS,
    COLUMN_MESSAGE_PREVIEW,
    COLUMN_MESSAGE_TEXT,
};

static void read_event(struct ic_query *query, struct ic_arena *arena, struct ic_audit_event *ret_event)
{
    *ret_event = (struct ic_audit_event){
        .elg_id = ic_query_id(query, COLUMN_ELG_ID),
        .log_position = ic_query_int64(query, COLUMN_LOG_POSITION),
        .event_type = ic_query_text(query, COLUMN_EVENT_TYPE, arena),
        .act_id = ic_query_id(query, COLUMN_ACT_ID),
        .opr_id = ic_query_id(query, COLUMN_OPR_ID),
        .tar_id = ic_query_id(query, COLUMN_TAR_ID),
        .status_before = ic_query_text(query, COLUMN_STATUS_BEFORE, arena),
        .status_after = ic_query_text(query, COLUMN_STATUS_AFTER, arena),
        .details = ic_query_text(query, COLUMN_DETAILS, arena),
        .created_at = ic_query_int64(query, COLUMN_CREATED_AT),
        .received_at = ic_query_int64(query, COLUMN_RECEIVED_AT),
        .olg_id = ic_query_id(query, COLUMN_OLG_ID),
        .thread_id = ic_query_text(query, COLUMN_THREAD_ID, arena),
        .sent_at = ic_query_int64(query, COLUMN_SENT_AT),
        .message_characters = ic_query_int64(query, COLUMN_MESSAGE_CHARACTERS),
        .message_preview = ic_query_text(query, COLUMN_MESSAGE_PREVIEW, arena),
        .message_text = ic_query_text(query, COLUMN_MESSAGE_TEXT, arena),
    };
}

enum {
    FIELD_COLUMN_ELG_ID,
    FIELD_COLUMN_FIELD,
    FIELD_COLUMN_TAR_ID,
    FIELD_COLUMN_HYBRID_TIME,
    FIELD_COLUMN_DEVICE_ID,
    FIELD_COLUMN_STATE_BEFORE,
    FIELD_COLUMN_VALUE_BEFORE,
    FIELD_COLUMN_STATE_AFTER,
    FIELD_COLUMN_VALUE_AFTER,
    FIELD_COLUMN_HAS_WON,
};

static void read_field(struct ic_query *query, struct ic_arena *arena, struct ic_audit_field *ret_field)
{
    *ret_field = (struct ic_audit_field){
        .elg_id = ic_query_id(query, FIELD_COLUMN_ELG_ID),
        .field = ic_query_text(query, FIELD_COLUMN_FIELD, arena),
        .tar_id = ic_query_id(query, FIELD_COLUMN_TAR_ID),
        .hybrid_time = ic_query_int64(query, FIELD_COLUMN_HYBRID_TIME),
        .device_id = ic_query_id(query, FIELD_COLUMN_DEVICE_ID),
        .state_before = ic_query_text(query, FIELD_COLUMN_STATE_BEFORE, arena),
        .value_before = ic_query_text(query, FIELD_COLUMN_VALUE_BEFORE, arena),
        .state_after = ic_query_text(query, FIELD_COLUMN_STATE_AFTER, arena),
        .value_after = ic_query_text(query, FIELD_COLUMN_VALUE_AFTER, arena),
        .has_won = ic_query_int64(query, FIELD_COLUMN_HAS_WON),
    };
}

/* ---- Comparing. ---- */

/* The changes of fields of a group. */
struct fields {
    struct ic_audit_field items[FIELDS_MAX];
    size_t count;
};

static enum ic_rc read_fields(struct ic_store_tx *tx, const struct ic_audit_sealed *group, size_t count,
                              struct ic_arena *arena, struct fields *fields, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SEALED_FIELDS_GET, operation, err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_id(&query, IC_P_SEALED_FIELDS_GET_ELG_ID_1 + (int)i, &group[i].elg_id);
    }
    while (fields->count < FIELDS_MAX && ic_query_next(&query)) {
        read_field(&query, arena, &fields->items[fields->count++]);
    }
    return ic_query_end(&query);
}

/* Where a field stands in the order of changes; behind all others when it is none. */
static int place_of(struct ic_str name)
{
    enum ic_target_field field;
    return ic_target_field_parse(name.data, name.size, &field) ? (int)field : IC_TARGET_FIELD_COUNT;
}

static enum ic_rc add_fields(const struct fields *fields, const struct ic_id *elg_id, struct ic_hash *digest,
                             struct ic_buf *scratch, struct ic_err *err)
{
    /* In the order in which they were written; what is called otherwise is none of ours and makes a difference, too. */
    enum ic_rc rc = IC_OK;
    for (int name = 0; name <= IC_TARGET_FIELD_COUNT; name++) {
        for (size_t i = 0; i < fields->count && rc == IC_OK; i++) {
            const struct ic_audit_field *field = &fields->items[i];
            if (place_of(field->field) == name && ic_id_equal(&field->elg_id, elg_id)) {
                rc = ic_audit_digest_add_field(digest, field, scratch, err);
            }
        }
    }
    return rc;
}

static struct ic_audit_sealed *find_sealed(struct ic_audit_sealed *group, size_t count, const struct ic_id *elg_id)
{
    for (size_t i = 0; i < count; i++) {
        if (ic_id_equal(&group[i].elg_id, elg_id)) {
            return &group[i];
        }
    }
    return NULL;
}

static enum ic_rc compare_one(const struct ic_audit_event *event, const struct fields *fields,
                              struct ic_audit_sealed *sealed, struct ic_buf *scratch, struct ic_err *err)
{
    struct ic_hash digest;
    enum ic_rc rc = ic_audit_digest_event(event, scratch, &digest, err);
    if (rc == IC_OK) {
        rc = add_fields(fields, &event->elg_id, &digest, scratch, err);
    }
    if (rc == IC_OK) {
        /* Two messages of one event are one too many. */
        sealed->is_same = !sealed->is_there && ic_hash_equal(&digest, &sealed->digest);
        sealed->is_there = true;
    }
    return rc;
}

static enum ic_rc remember(struct ic_audit_events *events, const struct ic_id *elg_id, struct ic_err *err)
{
    if (events->count == events->count_max) {
        size_t count_max = events->count_max ? 2 * events->count_max : 1024;
        struct ic_id *elg_ids = realloc(events->elg_ids, count_max * sizeof *elg_ids);
        if (!elg_ids) {
            return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the events' ids.");
        }
        events->elg_ids = elg_ids;
        events->count_max = count_max;
    }
    events->elg_ids[events->count++] = *elg_id;
    return IC_OK;
}

enum ic_rc ic_audit_events_compare(struct ic_audit_events *events, struct ic_store_tx *tx,
                                   struct ic_audit_sealed *group, size_t count, struct ic_arena *arena,
                                   struct ic_buf *scratch, struct ic_err *err)
{
    struct fields fields = {.count = 0};
    enum ic_rc rc = read_fields(tx, group, count, arena, &fields, err);
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        rc = remember(events, &group[i].elg_id, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SEALED_EVENTS_GET, operation, err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_id(&query, IC_P_SEALED_EVENTS_GET_ELG_ID_1 + (int)i, &group[i].elg_id);
    }
    while (rc == IC_OK && ic_query_next(&query)) {
        struct ic_audit_event event;
        read_event(&query, arena, &event);
        struct ic_audit_sealed *sealed = query.rc ? NULL : find_sealed(group, count, &event.elg_id);
        if (sealed) {
            rc = compare_one(&event, &fields, sealed, scratch, err);
        }
    }
    enum ic_rc ended = ic_query_end(&query);
    return rc == IC_OK ? ended : rc;
}

/* ---- Events that no entry tells of. ---- */

static int order(const void *left, const void *right)
{
    return strcmp(((const struct ic_id *)left)->text, ((const struct ic_id *)right)->text);
}

static bool is_sealed(const struct ic_audit_events *events, const struct ic_id *elg_id)
{
    return events->count > 0 && bsearch(elg_id, events->elg_ids, events->count, sizeof *elg_id, order);
}

enum ic_rc ic_audit_events_strangers(struct ic_audit_events *events, struct ic_store_tx *tx,
                                     void (*tell)(void *context, const struct ic_id *elg_id), void *context,
                                     int64_t *ret_count, struct ic_err *err)
{
    int64_t count = 0;
    int64_t position = -1;
    size_t row_count = WALK_COUNT;
    if (events->count > 0) {
        qsort(events->elg_ids, events->count, sizeof *events->elg_ids, order);
    }
    while (row_count == WALK_COUNT) {
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_EVENT_IDS_BEHIND, operation, err);
        ic_query_put_int64(&query, IC_P_EVENT_IDS_BEHIND_LOG_POSITION, position);
        ic_query_put_int64(&query, IC_P_EVENT_IDS_BEHIND_LIMIT, WALK_COUNT);
        for (row_count = 0; ic_query_next(&query); row_count++) {
            struct ic_id elg_id = ic_query_id(&query, 0);
            position = ic_query_int64(&query, 1);
            if (!is_sealed(events, &elg_id)) {
                count++;
                if (tell) {
                    tell(context, &elg_id);
                }
            }
        }
        enum ic_rc rc = ic_query_end(&query);
        if (rc != IC_OK) {
            return rc;
        }
    }
    *ret_count = count;
    return IC_OK;
}

void ic_audit_events_release(struct ic_audit_events *events)
{
    free(events->elg_ids);
    *events = (struct ic_audit_events){0};
}
