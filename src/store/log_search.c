#include "store/log_search.h"

#include "store/log_candidates.h"
#include "store/search.h"

const struct ic_log_search_bounds ic_log_search_bounds = {
    .looks_first = 256,
    .looks_last = 4096,
    .looks_last_of_target = 1024,
    .found_max = 4000,
    .candidates_max = 4096,
    .texts_max = 512,
};

static const char operation[] = "store.log.search";

struct search {
    struct ic_store_tx *tx;
    const struct ic_log_query *asked;
    const struct ic_log_search_bounds *bounds;
    struct ic_arena *arena;
    struct ic_str pattern;
    struct ic_log_interval interval; /* What is still to be looked at. */
    struct ic_log_list *list;
};

/* The next piece of the log: how many there are of what is looked at, and where the last one lies. */
struct piece {
    int64_t count;
    int64_t end;
};

/* The parameters of the statements that find; 0: the statement has none such. */
struct finder {
    enum ic_statement statement[2]; /* Newest first, oldest first. */
    int above;
    int below;
    int limit;
    int pattern;
    int opr_id;
    int act_id;
    int event_type;
    int tar_id;
    int found_max;
};

#define FINDER(NAME)                                                                                                   \
    .statement = {IC_STATEMENT_##NAME##_NEWEST, IC_STATEMENT_##NAME##_OLDEST}, .above = IC_P_##NAME##_NEWEST_ABOVE,    \
    .below = IC_P_##NAME##_NEWEST_BELOW, .limit = IC_P_##NAME##_NEWEST_LIMIT, .pattern = IC_P_##NAME##_NEWEST_PATTERN, \
    .opr_id = IC_P_##NAME##_NEWEST_OPR_ID, .act_id = IC_P_##NAME##_NEWEST_ACT_ID,                                      \
    .event_type = IC_P_##NAME##_NEWEST_EVENT_TYPE

static const struct finder in_piece = {FINDER(LOG_SEARCH), .tar_id = IC_P_LOG_SEARCH_NEWEST_TAR_ID};
static const struct finder of_target = {FINDER(LOG_SEARCH_OF_TARGET),
                                        .tar_id = IC_P_LOG_SEARCH_OF_TARGET_NEWEST_TAR_ID};
static const struct finder far = {FINDER(LOG_SEARCH_FAR), .found_max = IC_P_LOG_SEARCH_FAR_NEWEST_FOUND_MAX};

static bool is_of_target(const struct search *search)
{
    return !ic_id_is_empty(&search->asked->tar_id);
}

static bool has_statement(const struct search *search, enum ic_statement statement)
{
    return search->tx->connection->driver->statements[statement].sql != NULL;
}

static void put_id(struct ic_query *query, int position, const struct ic_id *id)
{
    if (position) {
        ic_query_put_id(query, position, id);
    }
}

/* Begins a run of the finder for as many entries as the page has room for, and one. */
static void begin(struct ic_query *query, const struct search *search, const struct finder *finder,
                  const struct ic_log_interval *interval, struct ic_err *err)
{
    const struct ic_log_query *asked = search->asked;
    ic_query_begin(query, search->tx, finder->statement[asked->is_oldest_first], operation, err);
    ic_query_put_int64(query, finder->above, interval->above);
    ic_query_put_int64(query, finder->below, interval->below);
    ic_query_put_text(query, finder->pattern, search->pattern);
    put_id(query, finder->opr_id, &asked->opr_id);
    put_id(query, finder->act_id, &asked->act_id);
    put_id(query, finder->tar_id, &asked->tar_id);
    if (asked->has_event_type) {
        ic_query_put_text(query, finder->event_type, ic_str_from(ic_event_type_name(asked->event_type)));
    }
    ic_query_put_int64(query, finder->limit, (int64_t)(asked->limit + 1 - search->list->count));
}

static bool has_room(const struct search *search)
{
    return search->list->count <= search->asked->limit;
}

/* Adds what the interval has of the term. */
static enum ic_rc find(struct search *search, const struct finder *finder, const struct ic_log_interval *interval,
                       struct ic_err *err)
{
    struct ic_query query;
    begin(&query, search, finder, interval, err);
    while (has_room(search) && ic_query_next(&query)) {
        ic_log_entry_read(&query, search->arena, &search->list->items[search->list->count++]);
    }
    return ic_query_end(&query);
}

/* Adds what the whole rest has of a rare term; `ret_is_whole` is false when it is not rare, and nothing is added. */
static enum ic_rc find_far(struct search *search, bool *ret_is_whole, struct ic_err *err)
{
    struct ic_log_list *list = search->list;
    size_t count_before = list->count;
    int64_t found_count = 0;
    struct ic_query query;
    begin(&query, search, &far, &search->interval, err);
    ic_query_put_int64(&query, far.found_max, search->bounds->found_max + 1);
    while (has_room(search) && ic_query_next(&query)) {
        found_count = ic_query_int64(&query, IC_LOG_COLUMN_COUNT);
        if (ic_query_peek_text(&query, IC_LOG_COLUMN_ELG_ID).size) {
            ic_log_entry_read(&query, search->arena, &list->items[list->count++]);
        }
    }
    *ret_is_whole = found_count <= search->bounds->found_max;
    if (!*ret_is_whole) {
        list->count = count_before;
    }
    return ic_query_end(&query);
}

static enum ic_rc measure_piece(const struct search *search, int64_t looks, struct piece *ret_piece, struct ic_err *err)
{
    static const enum ic_statement of_log[] = {IC_STATEMENT_LOG_EDGE_NEWEST, IC_STATEMENT_LOG_EDGE_OLDEST};
    static const enum ic_statement of_one[] = {IC_STATEMENT_LOG_EDGE_BY_TARGET_NEWEST,
                                               IC_STATEMENT_LOG_EDGE_BY_TARGET_OLDEST};
    bool direction = search->asked->is_oldest_first;
    struct ic_query query;
    if (is_of_target(search)) {
        ic_query_begin(&query, search->tx, of_one[direction], operation, err);
        ic_query_put_id(&query, IC_P_LOG_EDGE_BY_TARGET_NEWEST_TAR_ID, &search->asked->tar_id);
        ic_query_put_int64(&query, IC_P_LOG_EDGE_BY_TARGET_NEWEST_ABOVE, search->interval.above);
        ic_query_put_int64(&query, IC_P_LOG_EDGE_BY_TARGET_NEWEST_BELOW, search->interval.below);
        ic_query_put_int64(&query, IC_P_LOG_EDGE_BY_TARGET_NEWEST_LOOKS, looks);
    } else {
        ic_query_begin(&query, search->tx, of_log[direction], operation, err);
        ic_query_put_int64(&query, IC_P_LOG_EDGE_NEWEST_ABOVE, search->interval.above);
        ic_query_put_int64(&query, IC_P_LOG_EDGE_NEWEST_BELOW, search->interval.below);
        ic_query_put_int64(&query, IC_P_LOG_EDGE_NEWEST_LOOKS, looks);
    }
    if (ic_query_next(&query)) {
        *ret_piece = (struct piece){ic_query_int64(&query, 0), ic_query_int64(&query, 1)};
    }
    return ic_query_end(&query);
}

/* Looks through the next piece and leaves the rest. */
static enum ic_rc look_through(struct search *search, const struct piece *piece, struct ic_err *err)
{
    bool is_oldest_first = search->asked->is_oldest_first;
    struct ic_log_interval looked = {
        .above = is_oldest_first ? search->interval.above : piece->end - 1,
        .below = is_oldest_first ? piece->end + 1 : search->interval.below,
    };
    ic_log_interval_cut(&search->interval, search->asked, piece->end);
    enum ic_rc rc = find(search, is_of_target(search) ? &of_target : &in_piece, &looked, err);
    ic_log_list_finish(search->list, search->asked);
    return rc;
}

/* Looks for the page, piece by piece. */
static enum ic_rc run(struct search *search, struct ic_err *err)
{
    struct piece piece = {0};
    int64_t last = is_of_target(search) ? search->bounds->looks_last_of_target : search->bounds->looks_last;
    for (int64_t looks = search->bounds->looks_first; looks <= last; looks *= IC_LOG_SEARCH_GROWTH) {
        enum ic_rc rc = measure_piece(search, looks, &piece, err);
        if (rc || piece.count == 0) {
            return rc;
        }
        rc = look_through(search, &piece, err);
        if (rc || search->list->next || piece.count < looks) {
            return rc;
        }
    }
    if (!is_of_target(search) && has_statement(search, far.statement[0])) {
        bool is_whole = false;
        enum ic_rc rc = find_far(search, &is_whole, err);
        ic_log_list_finish(search->list, search->asked);
        if (rc || is_whole) {
            return rc;
        }
    }
    search->list->next = piece.end;
    return IC_OK;
}

enum ic_rc ic_log_search(struct ic_store_tx *tx, const struct ic_log_query *asked,
                         const struct ic_log_search_bounds *bounds, struct ic_arena *arena, struct ic_log_list *list,
                         struct ic_err *err)
{
    if (ic_log_has_candidates(tx)) {
        return ic_log_search_candidates(tx, asked, bounds, arena, list, err);
    }
    struct ic_buf pattern;
    ic_buf_init(&pattern, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_put_pattern(&pattern, tx->connection->driver->search_form, asked->term);
    enum ic_rc rc = ic_buf_check(&pattern, operation, err);
    if (!rc) {
        struct search search = {.tx = tx,
                                .asked = asked,
                                .bounds = bounds,
                                .arena = arena,
                                .pattern = ic_buf_view(&pattern),
                                .interval = ic_log_interval_of(asked),
                                .list = list};
        rc = run(&search, err);
    }
    ic_buf_release(&pattern);
    return rc;
}
