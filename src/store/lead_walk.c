#include "store/lead_walk.h"

#include "store/query.h"
#include "store/search.h"

#include <string.h>

static const char operation[] = "store.lead.list";

/* Nothing of a handle's characters lies outside these. */
#define BELOW_ALL_HANDLES IC_STR(" ")
#define ABOVE_ALL_HANDLES IC_STR("~")

/* ---- The statements. ---- */

/* One stretch of an order: the statement that gives its keys, the one that gives its edge, newest (or ascending) first
 * and the other way, and their parameters; 0: they have none such. */
struct stretch {
    enum ic_statement keys[2];
    enum ic_statement edge[2];
    int tar_status;
    int above;
    int below;
    int sort_key;
    int tar_id;
    int looks;
    int email_state;
    int phone_num_state;
    int opr_id;
    int act_id;
    int contacted_above;
    int contacted_below;
    int pattern;
    int limit;
};

#define STRETCH(NAME, FIRST, SECOND)                                                                                  \
    .keys = {IC_STATEMENT_LEADS_##NAME##_##FIRST, IC_STATEMENT_LEADS_##NAME##_##SECOND},                              \
    .edge = {IC_STATEMENT_LEADS_EDGE_##NAME##_##FIRST, IC_STATEMENT_LEADS_EDGE_##NAME##_##SECOND},                    \
    .looks = IC_P_LEADS_##NAME##_##FIRST##_LOOKS, .email_state = IC_P_LEADS_##NAME##_##FIRST##_EMAIL_STATE,           \
    .phone_num_state = IC_P_LEADS_##NAME##_##FIRST##_PHONE_NUM_STATE, .opr_id = IC_P_LEADS_##NAME##_##FIRST##_OPR_ID, \
    .act_id = IC_P_LEADS_##NAME##_##FIRST##_ACT_ID, .contacted_above = IC_P_LEADS_##NAME##_##FIRST##_CONTACTED_ABOVE, \
    .contacted_below = IC_P_LEADS_##NAME##_##FIRST##_CONTACTED_BELOW,                                                 \
    .pattern = IC_P_LEADS_##NAME##_##FIRST##_PATTERN, .limit = IC_P_LEADS_##NAME##_##FIRST##_LIMIT

#define BEYOND(NAME, FIRST, SECOND)                                             \
    STRETCH(NAME, FIRST, SECOND), .above = IC_P_LEADS_##NAME##_##FIRST##_ABOVE, \
                                  .below = IC_P_LEADS_##NAME##_##FIRST##_BELOW

#define TIE(NAME)                                                                   \
    STRETCH(NAME, NEWEST, OLDEST), .sort_key = IC_P_LEADS_##NAME##_NEWEST_SORT_KEY, \
                                   .tar_id = IC_P_LEADS_##NAME##_NEWEST_TAR_ID

#define OF_STATUS(NAME, FIRST) .tar_status = IC_P_LEADS_OF_STATUS_##NAME##_##FIRST##_TAR_STATUS

/* An edge's parameters are the first ones of the keys. */
#define SAME(NAME, PARAMETER) \
    _Static_assert((int)IC_P_LEADS_EDGE_##NAME##_##PARAMETER == (int)IC_P_LEADS_##NAME##_##PARAMETER, #NAME)
SAME(UPDATED_NEWEST, BELOW);
SAME(UPDATED_NEWEST, LOOKS);
SAME(UPDATED_TIE_NEWEST, TAR_ID);
SAME(UPDATED_TIE_NEWEST, LOOKS);
SAME(HANDLE_ASCENDING, BELOW);
SAME(HANDLE_ASCENDING, LOOKS);
SAME(OF_STATUS_UPDATED_NEWEST, TAR_STATUS);
SAME(OF_STATUS_UPDATED_NEWEST, BELOW);
SAME(OF_STATUS_UPDATED_NEWEST, LOOKS);
SAME(OF_STATUS_UPDATED_TIE_NEWEST, TAR_ID);
SAME(OF_STATUS_UPDATED_TIE_NEWEST, LOOKS);
SAME(OF_STATUS_HANDLE_ASCENDING, LOOKS);

enum { BY_UPDATE, BY_CONTACT, BY_HANDLE, SORT_COUNT };

/* By sort, without and with a status. */
static const struct stretch beyond[SORT_COUNT][2] = {
    [BY_UPDATE] = {{BEYOND(UPDATED, NEWEST, OLDEST)},
                   {BEYOND(OF_STATUS_UPDATED, NEWEST, OLDEST), OF_STATUS(UPDATED, NEWEST)}},
    [BY_CONTACT] = {{BEYOND(CONTACTED, NEWEST, OLDEST)},
                    {BEYOND(OF_STATUS_CONTACTED, NEWEST, OLDEST), OF_STATUS(CONTACTED, NEWEST)}},
    [BY_HANDLE] = {{BEYOND(HANDLE, ASCENDING, DESCENDING)},
                   {BEYOND(OF_STATUS_HANDLE, ASCENDING, DESCENDING), OF_STATUS(HANDLE, ASCENDING)}},
};

static const struct stretch tie[SORT_COUNT][2] = {
    [BY_UPDATE] = {{TIE(UPDATED_TIE)}, {TIE(OF_STATUS_UPDATED_TIE), OF_STATUS(UPDATED_TIE, NEWEST)}},
    [BY_CONTACT] = {{TIE(CONTACTED_TIE)}, {TIE(OF_STATUS_CONTACTED_TIE), OF_STATUS(CONTACTED_TIE, NEWEST)}},
};

/* ---- The walk. ---- */

enum { ANY_STATUS = -1 };

struct walk {
    struct ic_store_tx *tx;
    const struct ic_lead_query *asked;
    const struct ic_lead_bounds *bounds;
    struct ic_arena *arena;
    int sort;
    bool is_ascending;
    int direction;          /* Which of a stretch's two. */
    bool is_filtered;       /* By more than the status. */
    struct ic_str pattern;  /* Of the term, looked at on the way; empty: none. */
    struct ic_str searched; /* Of the term, for the trigrams. */
    int64_t contacted_above;
    int64_t contacted_below;
    struct ic_err *err;
};

/* What one walk has found, in order. */
struct run {
    struct ic_list_place *keys;
    size_t count;
    size_t taken;
    bool is_cut; /* It stopped looking at the edge. */
    struct ic_list_place edge;
};

static int compare(const struct walk *walk, const struct ic_list_place *left, const struct ic_list_place *right)
{
    int order = walk->sort == BY_HANDLE ? strcmp(left->text, right->text)
                                        : (left->number > right->number) - (left->number < right->number);
    order = order ? order : strcmp(left->id.text, right->id.text);
    return walk->is_ascending ? order : -order;
}

/* Room for the keys of a page and one, which tells that there are more. */
static bool alloc_run(const struct walk *walk, struct run *ret_run)
{
    *ret_run = (struct run){.keys = ic_arena_alloc_array(walk->arena, walk->asked->limit + 1, sizeof *ret_run->keys)};
    return ret_run->keys != NULL;
}

static void put_state(struct ic_query *query, int position, bool is_asked, enum ic_contact_state state)
{
    if (is_asked) {
        ic_query_put_text(query, position, ic_str_from(ic_contact_state_name(state)));
    }
}

static void put_filters(struct ic_query *query, const struct walk *walk, const struct stretch *stretch)
{
    const struct ic_lead_query *asked = walk->asked;
    put_state(query, stretch->email_state, asked->has_email_state, asked->email_state);
    put_state(query, stretch->phone_num_state, asked->has_phone_num_state, asked->phone_num_state);
    ic_query_put_id(query, stretch->opr_id, &asked->first_opr_id);
    ic_query_put_id(query, stretch->act_id, &asked->first_act_id);
    ic_query_put_int64(query, stretch->contacted_above, walk->contacted_above);
    ic_query_put_int64(query, stretch->contacted_below, walk->contacted_below);
    if (stretch->pattern) {
        ic_query_put_text(query, stretch->pattern, walk->pattern);
    }
}

/* Binds the open interval of keys that lie behind the place. */
static void put_interval(struct ic_query *query, const struct walk *walk, const struct stretch *stretch)
{
    const struct ic_list_place *behind = walk->asked->behind;
    bool cuts_above = behind && walk->is_ascending;
    bool cuts_below = behind && !walk->is_ascending;
    if (walk->sort == BY_HANDLE) {
        ic_query_put_text(query, stretch->above, cuts_above ? ic_str_from(behind->text) : BELOW_ALL_HANDLES);
        ic_query_put_text(query, stretch->below, cuts_below ? ic_str_from(behind->text) : ABOVE_ALL_HANDLES);
        return;
    }
    int64_t above = walk->sort == BY_CONTACT ? walk->contacted_above : -1;
    int64_t below = walk->sort == BY_CONTACT ? walk->contacted_below : INT64_MAX;
    ic_query_put_int64(query, stretch->above, cuts_above && behind->number > above ? behind->number : above);
    ic_query_put_int64(query, stretch->below, cuts_below && behind->number < below ? behind->number : below);
}

/* Binds which part of the order the stretch is. */
static void put_part(struct ic_query *query, const struct walk *walk, const struct stretch *stretch, int status)
{
    if (stretch->tar_status) {
        ic_query_put_text(query, stretch->tar_status,
                          ic_str_from(ic_target_status_name((enum ic_target_status)status)));
    }
    if (stretch->sort_key) {
        ic_query_put_int64(query, stretch->sort_key, walk->asked->behind->number);
        ic_query_put_id(query, stretch->tar_id, &walk->asked->behind->id);
    } else {
        put_interval(query, walk, stretch);
    }
}

static void read_key(struct ic_query *query, const struct walk *walk, struct ic_list_place *ret_key)
{
    *ret_key = (struct ic_list_place){.id = ic_query_id(query, 1)};
    if (walk->sort != BY_HANDLE) {
        ret_key->number = ic_query_int64(query, 0);
        return;
    }
    struct ic_str handle = ic_query_peek_text(query, 0);
    if (handle.size > IC_LIMIT_HANDLE_CHARACTERS_MAX) {
        ic_query_corrupt(query, "a handle is too long");
    } else if (handle.size) {
        memcpy(ret_key->text, handle.data, handle.size);
    }
}

/* Adds the keys of the stretch; where that leaves room, and there may be more behind what was looked at, notes the
 * edge. */
static enum ic_rc look_along(const struct walk *walk, const struct stretch *stretch, int status, int64_t looks,
                             struct run *run)
{
    size_t room = walk->asked->limit + 1 - run->count;
    struct ic_query query;
    ic_query_begin(&query, walk->tx, stretch->keys[walk->direction], operation, walk->err);
    put_part(&query, walk, stretch, status);
    put_filters(&query, walk, stretch);
    ic_query_put_int64(&query, stretch->looks, walk->is_filtered ? looks : (int64_t)room);
    ic_query_put_int64(&query, stretch->limit, (int64_t)room);
    while (run->count <= walk->asked->limit && ic_query_next(&query)) {
        read_key(&query, walk, &run->keys[run->count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc || !walk->is_filtered || run->count > walk->asked->limit) {
        return rc;
    }
    ic_query_begin(&query, walk->tx, stretch->edge[walk->direction], operation, walk->err);
    put_part(&query, walk, stretch, status);
    ic_query_put_int64(&query, stretch->looks, looks - 1);
    run->is_cut = ic_query_next(&query);
    if (run->is_cut) {
        read_key(&query, walk, &run->edge);
    }
    return ic_query_end(&query);
}

/* Walks the order, or that of one status. */
static enum ic_rc walk_along(const struct walk *walk, int status, int64_t looks, struct run *run)
{
    bool of_status = status != ANY_STATUS;
    enum ic_rc rc = IC_OK;
    if (walk->asked->behind && walk->sort != BY_HANDLE) {
        rc = look_along(walk, &tie[walk->sort][of_status], status, looks, run);
    }
    if (!rc && !run->is_cut && run->count <= walk->asked->limit) {
        rc = look_along(walk, &beyond[walk->sort][of_status], status, looks, run);
    }
    return rc;
}

/* Merges the runs into the page. It ends where it is full, or at the nearest edge: nobody has looked behind that. */
static enum ic_rc merge(const struct walk *walk, struct run *runs, size_t run_count, struct ic_lead_keys *ret_keys)
{
    size_t limit = walk->asked->limit;
    const struct ic_list_place *edge = NULL;
    struct ic_lead_keys keys = {.items = ic_arena_alloc_array(walk->arena, limit, sizeof *keys.items)};
    if (!keys.items) {
        return ic_arena_failed(operation, walk->err);
    }
    for (size_t i = 0; i < run_count; i++) {
        if (runs[i].is_cut && (!edge || compare(walk, &runs[i].edge, edge) < 0)) {
            edge = &runs[i].edge;
        }
    }
    for (;;) {
        struct run *next = NULL;
        for (size_t i = 0; i < run_count; i++) {
            struct run *run = &runs[i];
            if (run->taken < run->count &&
                (!next || compare(walk, &run->keys[run->taken], &next->keys[next->taken]) < 0)) {
                next = run;
            }
        }
        if (!next || (edge && compare(walk, &next->keys[next->taken], edge) > 0)) {
            break;
        }
        if (keys.count == limit) {
            edge = &keys.items[limit - 1];
            break;
        }
        keys.items[keys.count++] = next->keys[next->taken++];
    }
    keys.has_next = edge != NULL;
    if (edge) {
        keys.next = *edge;
    }
    *ret_keys = keys;
    return IC_OK;
}

/* The statuses that are asked for; 0 where all are. */
static size_t list_statuses(const struct ic_lead_query *asked, int ret_statuses[IC_TARGET_STATUS_COUNT])
{
    size_t count = 0;
    for (int i = 0; i < IC_TARGET_STATUS_COUNT; i++) {
        if (asked->has_status[i]) {
            ret_statuses[count++] = i;
        }
    }
    return count == IC_TARGET_STATUS_COUNT ? 0 : count;
}

static enum ic_rc walk_page(const struct walk *walk, int64_t looks, struct ic_lead_keys *ret_keys)
{
    struct run runs[IC_TARGET_STATUS_COUNT];
    int statuses[IC_TARGET_STATUS_COUNT] = {ANY_STATUS};
    size_t status_count = list_statuses(walk->asked, statuses);
    size_t run_count = status_count ? status_count : 1;
    int64_t looks_each = status_count ? walk->bounds->looks_of_status / (int64_t)status_count : looks;
    if (!status_count) {
        statuses[0] = ANY_STATUS;
    }
    for (size_t i = 0; i < run_count; i++) {
        if (!alloc_run(walk, &runs[i])) {
            return ic_arena_failed(operation, walk->err);
        }
        enum ic_rc rc = walk_along(walk, statuses[i], looks_each > 0 ? looks_each : 1, &runs[i]);
        if (rc) {
            return rc;
        }
    }
    return merge(walk, runs, run_count, ret_keys);
}

/* ---- A rare term. ---- */

/* Puts a key into its place among the first ones of the run, which has room for one page and one. */
static void keep_first(const struct walk *walk, struct run *run, const struct ic_list_place *key)
{
    if (walk->asked->behind && compare(walk, key, walk->asked->behind) <= 0) {
        return;
    }
    size_t at = run->count;
    while (at > 0 && compare(walk, key, &run->keys[at - 1]) < 0) {
        at--;
    }
    if (at > walk->asked->limit) {
        return;
    }
    size_t moved = (run->count <= walk->asked->limit ? run->count : walk->asked->limit) - at;
    memmove(&run->keys[at + 1], &run->keys[at], moved * sizeof run->keys[0]);
    run->keys[at] = *key;
    run->count = at + moved + 1;
}

static void read_found(struct ic_query *query, const struct walk *walk, struct ic_list_place *ret_key)
{
    *ret_key = (struct ic_list_place){.id = ic_query_id(query, 3)};
    struct ic_str handle = ic_query_peek_text(query, 2);
    if (handle.size > IC_LIMIT_HANDLE_CHARACTERS_MAX) {
        ic_query_corrupt(query, "a handle is too long");
    } else if (walk->sort == BY_HANDLE && handle.size) {
        memcpy(ret_key->text, handle.data, handle.size);
    } else if (walk->sort != BY_HANDLE) {
        ret_key->number = ic_query_int64(query, walk->sort == BY_CONTACT);
    }
}

/* Binds the statuses that are asked for: all where none is. */
static void put_statuses(struct ic_query *query, const struct walk *walk)
{
    int statuses[IC_TARGET_STATUS_COUNT];
    size_t count = list_statuses(walk->asked, statuses);
    for (int i = 0; i < (count ? (int)count : IC_TARGET_STATUS_COUNT); i++) {
        enum ic_target_status status = (enum ic_target_status)(count ? statuses[i] : i);
        ic_query_put_text(query, IC_P_LEADS_FOUND_TAR_STATUS_1 + i, ic_str_from(ic_target_status_name(status)));
    }
}

/* Finds the page among all targets that have the term; `ret_is_rare` is false when those are too many to be sorted. */
static enum ic_rc find_page(const struct walk *walk, bool *ret_is_rare, struct ic_lead_keys *ret_keys)
{
    static const struct stretch found = {
        .email_state = IC_P_LEADS_FOUND_EMAIL_STATE,
        .phone_num_state = IC_P_LEADS_FOUND_PHONE_NUM_STATE,
        .opr_id = IC_P_LEADS_FOUND_OPR_ID,
        .act_id = IC_P_LEADS_FOUND_ACT_ID,
        .contacted_above = IC_P_LEADS_FOUND_CONTACTED_ABOVE,
        .contacted_below = IC_P_LEADS_FOUND_CONTACTED_BELOW,
    };
    struct run run;
    int64_t found_count = 0;
    struct ic_query query;
    if (!alloc_run(walk, &run)) {
        return ic_arena_failed(operation, walk->err);
    }
    ic_query_begin(&query, walk->tx, IC_STATEMENT_LEADS_FOUND, operation, walk->err);
    ic_query_put_text(&query, IC_P_LEADS_FOUND_PATTERN, walk->searched);
    ic_query_put_int64(&query, IC_P_LEADS_FOUND_FOUND_MAX, walk->bounds->found_max + 1);
    put_filters(&query, walk, &found);
    put_statuses(&query, walk);
    while (found_count <= walk->bounds->found_max && ic_query_next(&query)) {
        struct ic_list_place key;
        read_found(&query, walk, &key);
        if (!ic_id_is_empty(&key.id)) {
            keep_first(walk, &run, &key);
        }
        found_count++;
    }
    enum ic_rc rc = ic_query_end(&query);
    *ret_is_rare = found_count <= walk->bounds->found_max;
    return rc || !*ret_is_rare ? rc : merge(walk, &run, 1, ret_keys);
}

/* ---- Terms. ---- */

/* Whether a handle can have all of these characters. */
static bool is_of_handles(struct ic_str folded)
{
    for (size_t i = 0; i < folded.size; i++) {
        char c = folded.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_')) {
            return false;
        }
    }
    return folded.size <= IC_LIMIT_HANDLE_CHARACTERS_MAX;
}

/* Looks a little way first, which fills the page where the term is common; asks the trigrams then, which tell at once
 * where a rare one is; and looks the whole way where it is neither. The looks of statuses read rows: no first way. */
static enum ic_rc search_by_stages(const struct walk *walk, struct ic_lead_keys *ret_keys)
{
    int statuses[IC_TARGET_STATUS_COUNT];
    bool is_whole = false;
    enum ic_rc rc = IC_OK;
    if (list_statuses(walk->asked, statuses) == 0) {
        rc = walk_page(walk, walk->bounds->looks_first, ret_keys);
        is_whole = !rc && (ret_keys->count == walk->asked->limit || !ret_keys->has_next);
    }
    if (!rc && !is_whole) {
        rc = find_page(walk, &is_whole, ret_keys);
    }
    return rc || is_whole ? rc : walk_page(walk, walk->bounds->looks, ret_keys);
}

/* A term of two characters has no trigram: it is common, as a rule, and else it is looked for page by page. */
static enum ic_rc search_page(struct walk *walk, struct ic_str folded, struct ic_lead_keys *ret_keys)
{
    if (!is_of_handles(folded)) {
        *ret_keys = (struct ic_lead_keys){0};
        return IC_OK;
    }
    struct ic_buf pattern, searched;
    ic_buf_init(&pattern, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_buf_init(&searched, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_put_pattern(&pattern, IC_SEARCH_LIKE, folded);
    ic_search_put_pattern(&searched, walk->tx->connection->driver->search_form, folded);
    walk->pattern = ic_buf_view(&pattern);
    walk->searched = ic_buf_view(&searched);
    walk->is_filtered = true;
    enum ic_rc rc = ic_buf_check(&pattern, operation, walk->err);
    if (!rc) {
        rc = ic_buf_check(&searched, operation, walk->err);
    }
    if (!rc) {
        rc = folded.size < IC_SEARCH_CHARACTERS_MIN ? walk_page(walk, walk->bounds->looks, ret_keys)
                                                    : search_by_stages(walk, ret_keys);
    }
    ic_buf_release(&pattern);
    ic_buf_release(&searched);
    return rc;
}

static int sort_of(enum ic_lead_order order)
{
    switch (order) {
    case IC_LEAD_ORDER_UPDATED_NEWEST:
    case IC_LEAD_ORDER_UPDATED_OLDEST:
        return BY_UPDATE;
    case IC_LEAD_ORDER_CONTACTED_NEWEST:
    case IC_LEAD_ORDER_CONTACTED_OLDEST:
        return BY_CONTACT;
    case IC_LEAD_ORDER_HANDLE_ASCENDING:
    case IC_LEAD_ORDER_HANDLE_DESCENDING:
        break;
    }
    return BY_HANDLE;
}

enum ic_rc ic_lead_walk(struct ic_store_tx *tx, const struct ic_lead_query *asked, const struct ic_lead_bounds *bounds,
                        struct ic_arena *arena, struct ic_lead_keys *ret_keys, struct ic_err *err)
{
    bool has_window = asked->contacted_from || asked->contacted_until;
    int sort = sort_of(asked->order);
    bool is_ascending = asked->order == IC_LEAD_ORDER_UPDATED_OLDEST ||
                        asked->order == IC_LEAD_ORDER_CONTACTED_OLDEST ||
                        asked->order == IC_LEAD_ORDER_HANDLE_ASCENDING;
    struct walk walk = {
        .tx = tx,
        .asked = asked,
        .bounds = bounds,
        .arena = arena,
        .sort = sort,
        .is_ascending = is_ascending,
        .direction = sort == BY_HANDLE ? !is_ascending : is_ascending,
        /* The window of an order by contact is where the walk begins and ends. */
        .is_filtered = asked->has_email_state || asked->has_phone_num_state || !ic_id_is_empty(&asked->first_opr_id) ||
                       !ic_id_is_empty(&asked->first_act_id) || (has_window && sort != BY_CONTACT),
        .contacted_above = asked->contacted_from > 0 ? asked->contacted_from - 1 : -(int64_t)!has_window,
        .contacted_below = asked->contacted_until > 0 ? asked->contacted_until : INT64_MAX,
        .err = err,
    };
    if (asked->term.size == 0) {
        return walk_page(&walk, bounds->looks, ret_keys);
    }
    struct ic_buf folded;
    ic_buf_init(&folded, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_fold(&folded, asked->term);
    enum ic_rc rc = ic_buf_check(&folded, operation, err);
    if (!rc) {
        rc = search_page(&walk, ic_buf_view(&folded), ret_keys);
    }
    ic_buf_release(&folded);
    return rc;
}
