#include "store/audit.h"

#include "store/audit_seal.h"
#include "store/query.h"

static const char operation[] = "store.audit";

/* What stands before the first entry's hash. */
static const struct ic_hash no_hash = {"0000000000000000000000000000000000000000000000000000000000000000"};

/* ---- Appending. ---- */

enum ic_rc ic_store_audit_head(struct ic_store_tx *tx, struct ic_audit_head *ret_head, struct ic_err *err)
{
    struct ic_audit_head head = {.entry_hash = no_hash};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_AUDIT_LAST, operation, err);
    if (ic_query_next(&query)) {
        head.audit_number = ic_query_int64(&query, 0);
        head.entry_hash = ic_query_hash(&query, 1);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc == IC_OK) {
        *ret_head = head;
    }
    return rc;
}

static enum ic_rc insert(struct ic_store_tx *tx, const struct ic_audit_entry *entry, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_AUDIT_INSERT, operation, err);
    ic_query_put_int64(&query, IC_P_AUDIT_INSERT_AUDIT_NUMBER, entry->audit_number);
    ic_query_put_int64(&query, IC_P_AUDIT_INSERT_RECORDED_AT, entry->recorded_at);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_ACTION, entry->action);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_KNOWN_BY, entry->known_by);
    ic_query_put_id(&query, IC_P_AUDIT_INSERT_OPR_ID, &entry->opr_id);
    ic_query_put_id(&query, IC_P_AUDIT_INSERT_DEVICE_ID, &entry->device_id);
    ic_query_put_id(&query, IC_P_AUDIT_INSERT_TOKEN_ID, &entry->token_id);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_ADDRESS, entry->address);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_OBJECT_ID, entry->object_id);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_VALUE_BEFORE, entry->value_before);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_VALUE_AFTER, entry->value_after);
    ic_query_put_text(&query, IC_P_AUDIT_INSERT_SEALED_EVENTS, entry->sealed_events);
    ic_query_put_int64(&query, IC_P_AUDIT_INSERT_UNSEALED_COUNT, entry->unsealed_count);
    ic_query_put_hash(&query, IC_P_AUDIT_INSERT_PREVIOUS_HASH, &entry->previous_hash);
    ic_query_put_hash(&query, IC_P_AUDIT_INSERT_ENTRY_HASH, &entry->entry_hash);
    return ic_query_run(&query);
}

/* Writes the entry behind the head. */
static enum ic_rc chain(struct ic_store_tx *tx, struct ic_audit_entry *entry, struct ic_err *err)
{
    struct ic_buf scratch;
    entry->audit_number = tx->audit_head.audit_number + 1;
    entry->previous_hash = tx->audit_head.entry_hash;
    ic_buf_init(&scratch, IC_AUDIT_ENCODING_BYTES_MAX);
    enum ic_rc rc = ic_audit_hash_entry(entry, &scratch, &entry->entry_hash, err);
    ic_buf_release(&scratch);
    if (rc == IC_OK) {
        rc = insert(tx, entry, err);
    }
    if (rc == IC_OK) {
        tx->audit_head = (struct ic_audit_head){entry->audit_number, entry->entry_hash};
    }
    return rc;
}

/* The first entry says how many events were there before it: nothing can be said of them. The events of this very
 * transaction are not in the totals yet. */
static enum ic_rc begin_chain(struct ic_store_tx *tx, int64_t recorded_at, struct ic_err *err)
{
    const struct ic_totals added = tx->added;
    struct ic_totals totals;
    enum ic_rc rc = ic_store_totals_get(tx, &totals, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_audit_entry entry = {
        .recorded_at = recorded_at,
        .action = ic_str_from(ic_audit_action_name(IC_AUDIT_ACTION_CHAIN_BEGAN)),
        .known_by = ic_str_from(ic_audit_known_by_name(IC_AUDIT_KNOWN_BY_SERVER)),
        .unsealed_count = totals.logs - added.logs,
    };
    return chain(tx, &entry, err);
}

enum ic_rc ic_store_audit_append(struct ic_store_tx *tx, const struct ic_audit_entry *entry, struct ic_err *err)
{
    enum ic_rc rc = tx->audit_head.audit_number > 0 ? IC_OK : ic_store_audit_head(tx, &tx->audit_head, err);
    if (rc == IC_OK && tx->audit_head.audit_number == 0) {
        rc = begin_chain(tx, entry->recorded_at, err);
    }
    struct ic_audit_entry chained = *entry;
    if (rc == IC_OK) {
        rc = ic_audit_seal_take(tx, &chained.sealed_events, &chained.unsealed_count, err);
    }
    return rc == IC_OK ? chain(tx, &chained, err) : rc;
}

/* ---- Listing. ---- */

enum {
    COLUMN_AUDIT_NUMBER,
    COLUMN_RECORDED_AT,
    COLUMN_ACTION,
    COLUMN_KNOWN_BY,
    COLUMN_OPR_ID,
    COLUMN_DEVICE_ID,
    COLUMN_TOKEN_ID,
    COLUMN_ADDRESS,
    COLUMN_OBJECT_ID,
    COLUMN_VALUE_BEFORE,
    COLUMN_VALUE_AFTER,
    COLUMN_SEALED_EVENTS,
    COLUMN_UNSEALED_COUNT,
    COLUMN_PREVIOUS_HASH,
    COLUMN_ENTRY_HASH,
};

/* A statement of the list, and where its parameters stand; 0: it has none of that name. */
struct walk {
    enum ic_statement statement;
    int above;
    int below;
    int limit;
    int opr_id;
    int action;
    int object_id;
};

#define WALK(NAME)                                                                        \
    .statement = IC_STATEMENT_AUDIT_LIST_##NAME, .above = IC_P_AUDIT_LIST_##NAME##_ABOVE, \
    .below = IC_P_AUDIT_LIST_##NAME##_BELOW, .limit = IC_P_AUDIT_LIST_##NAME##_LIMIT

enum filter { FILTER_NONE, FILTER_OPERATOR, FILTER_ACTION, FILTER_OBJECT, FILTER_COUNT };

/* By the filter that leaves the least, and whether the oldest come first. */
static const struct walk walks[FILTER_COUNT][2] = {
    [FILTER_NONE] = {{WALK(NEWEST)}, {WALK(OLDEST)}},
    [FILTER_OPERATOR] = {{WALK(BY_OPERATOR_NEWEST), .opr_id = IC_P_AUDIT_LIST_BY_OPERATOR_NEWEST_OPR_ID},
                         {WALK(BY_OPERATOR_OLDEST), .opr_id = IC_P_AUDIT_LIST_BY_OPERATOR_OLDEST_OPR_ID}},
    [FILTER_ACTION] = {{WALK(BY_ACTION_NEWEST), .opr_id = IC_P_AUDIT_LIST_BY_ACTION_NEWEST_OPR_ID,
                        .action = IC_P_AUDIT_LIST_BY_ACTION_NEWEST_ACTION},
                       {WALK(BY_ACTION_OLDEST), .opr_id = IC_P_AUDIT_LIST_BY_ACTION_OLDEST_OPR_ID,
                        .action = IC_P_AUDIT_LIST_BY_ACTION_OLDEST_ACTION}},
    [FILTER_OBJECT] = {{WALK(BY_OBJECT_NEWEST), .opr_id = IC_P_AUDIT_LIST_BY_OBJECT_NEWEST_OPR_ID,
                        .action = IC_P_AUDIT_LIST_BY_OBJECT_NEWEST_ACTION,
                        .object_id = IC_P_AUDIT_LIST_BY_OBJECT_NEWEST_OBJECT_ID},
                       {WALK(BY_OBJECT_OLDEST), .opr_id = IC_P_AUDIT_LIST_BY_OBJECT_OLDEST_OPR_ID,
                        .action = IC_P_AUDIT_LIST_BY_OBJECT_OLDEST_ACTION,
                        .object_id = IC_P_AUDIT_LIST_BY_OBJECT_OLDEST_OBJECT_ID}},
};

static enum filter filter_of(const struct ic_audit_query *asked)
{
    if (asked->object_id.size > 0) {
        return FILTER_OBJECT;
    }
    if (asked->action.size > 0) {
        return FILTER_ACTION;
    }
    return ic_id_is_empty(&asked->opr_id) ? FILTER_NONE : FILTER_OPERATOR;
}

static void bind(struct ic_query *query, const struct walk *walk, const struct ic_audit_query *asked)
{
    int64_t behind = asked->behind;
    ic_query_put_int64(query, walk->above, asked->is_oldest_first ? behind : 0);
    ic_query_put_int64(query, walk->below, !asked->is_oldest_first && behind > 0 ? behind : INT64_MAX);
    ic_query_put_int64(query, walk->limit, (int64_t)asked->limit);
    if (walk->opr_id > 0) {
        ic_query_put_id(query, walk->opr_id, &asked->opr_id);
    }
    if (walk->action > 0) {
        ic_query_put_text(query, walk->action, asked->action);
    }
    if (walk->object_id > 0) {
        ic_query_put_text(query, walk->object_id, asked->object_id);
    }
}

static void read_entry(struct ic_query *query, struct ic_arena *arena, struct ic_audit_entry *entry)
{
    *entry = (struct ic_audit_entry){
        .audit_number = ic_query_int64(query, COLUMN_AUDIT_NUMBER),
        .recorded_at = ic_query_int64(query, COLUMN_RECORDED_AT),
        .action = ic_query_text(query, COLUMN_ACTION, arena),
        .known_by = ic_query_text(query, COLUMN_KNOWN_BY, arena),
        .opr_id = ic_query_id(query, COLUMN_OPR_ID),
        .device_id = ic_query_id(query, COLUMN_DEVICE_ID),
        .token_id = ic_query_id(query, COLUMN_TOKEN_ID),
        .address = ic_query_text(query, COLUMN_ADDRESS, arena),
        .object_id = ic_query_text(query, COLUMN_OBJECT_ID, arena),
        .value_before = ic_query_text(query, COLUMN_VALUE_BEFORE, arena),
        .value_after = ic_query_text(query, COLUMN_VALUE_AFTER, arena),
        .sealed_events = ic_query_text(query, COLUMN_SEALED_EVENTS, arena),
        .unsealed_count = ic_query_int64(query, COLUMN_UNSEALED_COUNT),
        .previous_hash = ic_query_hash(query, COLUMN_PREVIOUS_HASH),
        .entry_hash = ic_query_hash(query, COLUMN_ENTRY_HASH),
    };
}

enum ic_rc ic_store_audit_list(struct ic_store_tx *tx, const struct ic_audit_query *asked, struct ic_arena *arena,
                               struct ic_audit_list *ret_list, struct ic_err *err)
{
    struct ic_audit_list list = {.items = ic_arena_alloc_array(arena, asked->limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    const struct walk *walk = &walks[filter_of(asked)][asked->is_oldest_first];
    struct ic_query query;
    ic_query_begin(&query, tx, walk->statement, operation, err);
    bind(&query, walk, asked);
    while (list.count < asked->limit && ic_query_next(&query)) {
        read_entry(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc == IC_OK) {
        *ret_list = list;
    }
    return rc;
}
