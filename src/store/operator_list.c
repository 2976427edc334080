#include "store/operator_list.h"

#include "store/small_list.h"

static const char operation[] = "store.operator.list";

enum {
    COLUMN_OPR_ID,
    COLUMN_OPR_NAME,
    COLUMN_OPR_EMAIL,
    COLUMN_OPR_STATUS,
    COLUMN_ROLE,
    COLUMN_TIME_ZONE,
    COLUMN_CREATED_AT,
    COLUMN_LAST_ACTIVITY,
    COLUMN_OPR_NAME_FOLDED,
    COLUMN_DISABLED_AT,
};

/* An order's statement and its parameters, and which column is its first key. */
struct walk {
    enum ic_statement statement;
    bool is_ascending;
    int key_column;
    int sort_key;
    int id; /* The second key's; 0: names are unique. */
    int looks;
};

#define WALK(NAME, KEY)                                                     \
    .statement = IC_STATEMENT_OPERATORS_##NAME, .key_column = COLUMN_##KEY, \
    .sort_key = IC_P_OPERATORS_##NAME##_SORT_KEY, .looks = IC_P_OPERATORS_##NAME##_LOOKS

static const struct walk walks[IC_OPERATOR_ORDER_COUNT] = {
    [IC_OPERATOR_ORDER_NAME_ASCENDING] = {WALK(NAME_ASCENDING, OPR_NAME_FOLDED), .is_ascending = true},
    [IC_OPERATOR_ORDER_NAME_DESCENDING] = {WALK(NAME_DESCENDING, OPR_NAME_FOLDED)},
    [IC_OPERATOR_ORDER_ACTIVE_NEWEST] = {WALK(ACTIVE_NEWEST, LAST_ACTIVITY), .id = IC_P_OPERATORS_ACTIVE_NEWEST_ID},
    [IC_OPERATOR_ORDER_ACTIVE_OLDEST] = {WALK(ACTIVE_OLDEST, LAST_ACTIVITY), .id = IC_P_OPERATORS_ACTIVE_OLDEST_ID,
                                         .is_ascending = true},
    [IC_OPERATOR_ORDER_CREATED_NEWEST] = {WALK(CREATED_NEWEST, CREATED_AT), .id = IC_P_OPERATORS_CREATED_NEWEST_ID},
    [IC_OPERATOR_ORDER_CREATED_OLDEST] = {WALK(CREATED_OLDEST, CREATED_AT), .id = IC_P_OPERATORS_CREATED_OLDEST_ID,
                                          .is_ascending = true},
};

/* What a row is held against. */
struct listing {
    const struct walk *walk;
    const struct ic_operator_query *asked;
};

static bool is_none(const bool *has, int count)
{
    for (int i = 0; i < count; i++) {
        if (has[i]) {
            return false;
        }
    }
    return true;
}

static bool is_any_status(const struct ic_operator_query *asked)
{
    return is_none(asked->has_status, IC_OPERATOR_STATUS_COUNT);
}

static bool is_any_role(const struct ic_operator_query *asked)
{
    return is_none(asked->has_role, IC_ROLE_COUNT);
}

static enum ic_operator_status read_status(struct ic_query *query)
{
    enum ic_operator_status opr_status = IC_OPERATOR_STATUS_OFFLINE;
    struct ic_str text = ic_query_peek_text(query, COLUMN_OPR_STATUS);
    if (!ic_operator_status_parse(text.data, text.size, &opr_status)) {
        ic_query_corrupt(query, "an operator's status is none");
    }
    return opr_status;
}

static enum ic_role read_role(struct ic_query *query)
{
    enum ic_role role = IC_ROLE_VIEWER;
    struct ic_str text = ic_query_peek_text(query, COLUMN_ROLE);
    if (!ic_role_parse(text.data, text.size, &role)) {
        ic_query_corrupt(query, "an operator's role is none");
    }
    return role;
}

static bool is_asked_for(struct ic_query *query, const void *context)
{
    const struct ic_operator_query *asked = ((const struct listing *)context)->asked;
    return (is_any_status(asked) || asked->has_status[read_status(query)]) &&
           (is_any_role(asked) || asked->has_role[read_role(query)]);
}

static void read_place(struct ic_query *query, const void *context, struct ic_list_place *ret_place)
{
    const struct walk *walk = ((const struct listing *)context)->walk;
    *ret_place = (struct ic_list_place){.id = ic_query_id(query, COLUMN_OPR_ID)};
    if (walk->key_column == COLUMN_OPR_NAME_FOLDED) {
        ic_small_list_read_name(query, walk->key_column, ret_place);
    } else {
        ret_place->number = ic_query_int64(query, walk->key_column);
    }
}

static void read_row(struct ic_query *query, struct ic_arena *arena, void *rows, size_t index)
{
    struct ic_operator *entry = (struct ic_operator *)rows + index;
    *entry = (struct ic_operator){
        .opr_id = ic_query_id(query, COLUMN_OPR_ID),
        .opr_name = ic_query_text(query, COLUMN_OPR_NAME, arena),
        .opr_email = ic_query_text(query, COLUMN_OPR_EMAIL, arena),
        .opr_status = read_status(query),
        .role = read_role(query),
        .time_zone = ic_query_text(query, COLUMN_TIME_ZONE, arena),
        .created_at = ic_query_int64(query, COLUMN_CREATED_AT),
        .last_activity = ic_query_int64(query, COLUMN_LAST_ACTIVITY),
        .disabled_at = ic_query_int64(query, COLUMN_DISABLED_AT),
    };
}

enum ic_rc ic_store_operator_list(struct ic_store_tx *tx, const struct ic_operator_query *asked, struct ic_arena *arena,
                                  struct ic_operator_list *ret_list, struct ic_err *err)
{
    const struct walk *walk = &walks[asked->order];
    const struct listing listing = {walk, asked};
    const struct ic_small_list small = {
        .is_filtered = !is_any_status(asked) || !is_any_role(asked),
        .term = asked->term,
        .limit = asked->limit,
        .looks_max = asked->looks_max,
        .name_column = COLUMN_OPR_NAME,
        .context = &listing,
        .is_asked_for = is_asked_for,
        .read_place = read_place,
        .read_row = read_row,
    };
    struct ic_operator_list list = {.items = ic_arena_alloc_array(arena, asked->limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    struct ic_small_page page;
    ic_query_begin(&query, tx, walk->statement, operation, err);
    ic_small_list_put_behind(&query, walk->sort_key, walk->id, asked->behind,
                             walk->key_column == COLUMN_OPR_NAME_FOLDED, walk->is_ascending);
    ic_query_put_int64(&query, walk->looks, ic_small_list_looks(&small));
    enum ic_rc rc = ic_small_list_read(&small, &query, arena, list.items, &page);
    if (!rc) {
        list.count = page.count;
        list.has_next = page.has_next;
        list.next = page.next;
        *ret_list = list;
    }
    return rc;
}
