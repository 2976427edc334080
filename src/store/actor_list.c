#include "store/actor_list.h"

#include "store/small_list.h"

static const char operation[] = "store.actor.list";

enum {
    COLUMN_ACT_ID,
    COLUMN_ACT_USERNAME,
    COLUMN_OPR_ID,
    COLUMN_OPR_NAME,
    COLUMN_ACT_STATUS,
    COLUMN_CREATED_AT,
    COLUMN_LAST_ACTIVITY,
};

/* An order's statement and its parameters, and which columns are its keys. */
struct walk {
    enum ic_statement statement;
    bool is_ascending;
    int key_column;
    int tie_column;
    int sort_key;
    int id;
    int looks;
};

#define WALK(NAME, KEY, TIE)                                                                         \
    .statement = IC_STATEMENT_ACTORS_##NAME, .key_column = COLUMN_##KEY, .tie_column = COLUMN_##TIE, \
    .sort_key = IC_P_ACTORS_##NAME##_SORT_KEY, .id = IC_P_ACTORS_##NAME##_ID, .looks = IC_P_ACTORS_##NAME##_LOOKS

/* No operator has a handle twice: in the order of handles the operator is the second key. */
static const struct walk walks[IC_ACTOR_ORDER_COUNT] = {
    [IC_ACTOR_ORDER_HANDLE_ASCENDING] = {WALK(HANDLE_ASCENDING, ACT_USERNAME, OPR_ID), .is_ascending = true},
    [IC_ACTOR_ORDER_HANDLE_DESCENDING] = {WALK(HANDLE_DESCENDING, ACT_USERNAME, OPR_ID)},
    [IC_ACTOR_ORDER_ACTIVE_NEWEST] = {WALK(ACTIVE_NEWEST, LAST_ACTIVITY, ACT_ID)},
    [IC_ACTOR_ORDER_ACTIVE_OLDEST] = {WALK(ACTIVE_OLDEST, LAST_ACTIVITY, ACT_ID), .is_ascending = true},
    [IC_ACTOR_ORDER_CREATED_NEWEST] = {WALK(CREATED_NEWEST, CREATED_AT, ACT_ID)},
    [IC_ACTOR_ORDER_CREATED_OLDEST] = {WALK(CREATED_OLDEST, CREATED_AT, ACT_ID), .is_ascending = true},
};

/* What a row is held against. */
struct listing {
    const struct walk *walk;
    const struct ic_actor_query *asked;
};

static bool is_any(const struct ic_actor_query *asked)
{
    for (int i = 0; i < IC_ACTOR_STATUS_COUNT; i++) {
        if (asked->has_status[i]) {
            return false;
        }
    }
    return true;
}

static enum ic_actor_status read_status(struct ic_query *query)
{
    enum ic_actor_status act_status = IC_ACTOR_STATUS_ACTIVE;
    struct ic_str text = ic_query_peek_text(query, COLUMN_ACT_STATUS);
    if (!ic_actor_status_parse(text.data, text.size, &act_status)) {
        ic_query_corrupt(query, "an actor's status is none");
    }
    return act_status;
}

static bool is_asked_for(struct ic_query *query, const void *context)
{
    const struct ic_actor_query *asked = ((const struct listing *)context)->asked;
    struct ic_id opr_id = ic_query_id(query, COLUMN_OPR_ID);
    return (is_any(asked) || asked->has_status[read_status(query)]) &&
           (ic_id_is_empty(&asked->opr_id) || ic_id_equal(&asked->opr_id, &opr_id));
}

static void read_place(struct ic_query *query, const void *context, struct ic_list_place *ret_place)
{
    const struct walk *walk = ((const struct listing *)context)->walk;
    *ret_place = (struct ic_list_place){.id = ic_query_id(query, walk->tie_column)};
    if (walk->key_column == COLUMN_ACT_USERNAME) {
        ic_small_list_read_name(query, walk->key_column, ret_place);
    } else {
        ret_place->number = ic_query_int64(query, walk->key_column);
    }
}

static void read_row(struct ic_query *query, struct ic_arena *arena, void *rows, size_t index)
{
    struct ic_actor_entry *entry = (struct ic_actor_entry *)rows + index;
    *entry = (struct ic_actor_entry){
        .act_id = ic_query_id(query, COLUMN_ACT_ID),
        .act_username = ic_query_text(query, COLUMN_ACT_USERNAME, arena),
        .opr_id = ic_query_id(query, COLUMN_OPR_ID),
        .opr_name = ic_query_text(query, COLUMN_OPR_NAME, arena),
        .act_status = read_status(query),
        .created_at = ic_query_int64(query, COLUMN_CREATED_AT),
        .last_activity = ic_query_int64(query, COLUMN_LAST_ACTIVITY),
    };
}

enum ic_rc ic_store_actor_list(struct ic_store_tx *tx, const struct ic_actor_query *asked, struct ic_arena *arena,
                               struct ic_actor_list *ret_list, struct ic_err *err)
{
    const struct walk *walk = &walks[asked->order];
    const struct listing listing = {walk, asked};
    const struct ic_small_list small = {
        .is_filtered = !is_any(asked) || !ic_id_is_empty(&asked->opr_id),
        .term = asked->term,
        .limit = asked->limit,
        .looks_max = asked->looks_max,
        .name_column = COLUMN_ACT_USERNAME,
        .context = &listing,
        .is_asked_for = is_asked_for,
        .read_place = read_place,
        .read_row = read_row,
    };
    struct ic_actor_list list = {.items = ic_arena_alloc_array(arena, asked->limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    struct ic_small_page page;
    ic_query_begin(&query, tx, walk->statement, operation, err);
    ic_small_list_put_behind(&query, walk->sort_key, walk->id, asked->behind, walk->key_column == COLUMN_ACT_USERNAME,
                             walk->is_ascending);
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
