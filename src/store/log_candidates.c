#include "store/log_candidates.h"

#include "store/search.h"

#include <stdlib.h>
#include <string.h>

/* Candidates come in the order of their numbers, span by span. Within a span that is not the order of the log, so a
 * span is gathered and sorted before any of it is shown, and a page that has looked at enough ends between two spans.
 */

enum {
    COLUMN_EVENT_NUMBER,
    COLUMN_POSITION,
    COLUMN_ELG_ID,
    COLUMN_OPR_ID,
    COLUMN_ACT_ID,
    COLUMN_EVENT_TYPE,
};

enum { TEXT_BYTES_MAX = 16 << 20, SPAN_BYTES_MAX = 64 << 20 };

static const char operation[] = "store.log.candidates";

struct candidate {
    int64_t log_position;
    struct ic_id elg_id;
};

struct search {
    struct ic_store_tx *tx;
    const struct ic_log_query *asked;
    struct ic_log_interval interval;
    struct ic_arena *arena;
    struct ic_log_list *list;
    struct ic_buf pattern;    /* Of trigrams. */
    struct ic_buf term;       /* Folded. */
    struct ic_buf text;       /* Folded, of the event that is looked at. */
    struct ic_buf candidates; /* Of the span that is being gathered. */
    int64_t span;             /* Which that is; -1: none. */
    int64_t candidates_left;
    int64_t texts_left;
};

bool ic_log_has_candidates(const struct ic_store_tx *tx)
{
    return tx->connection->driver->statements[IC_STATEMENT_LOG_CANDIDATES_NEWEST].sql != NULL;
}

static bool is_full(const struct search *search)
{
    return search->list->count > search->asked->limit;
}

/* ---- Looking at a text. ---- */

/* Folds the row's handle and message as they were folded for the index, and looks for the term. */
static bool has_term(struct search *search, struct ic_query *query)
{
    struct ic_str term = ic_buf_view(&search->term);
    ic_buf_reset(&search->text);
    ic_search_fold(&search->text, ic_query_peek_text(query, IC_LOG_COLUMN_TAR_USERNAME));
    ic_buf_put_char(&search->text, '\n');
    ic_search_fold(&search->text, ic_query_peek_text(query, IC_LOG_COLUMN_MESSAGE_TEXT));
    struct ic_str text = ic_buf_view(&search->text);
    return memmem(text.data, text.size, term.data, term.size) != NULL;
}

/* Looks for the term in the handles that the row's target had: the trigrams of those of the event's time are in the
 * index. */
static bool is_former_handle(struct search *search, struct ic_query *query)
{
    struct ic_id tar_id = ic_query_id(query, IC_LOG_COLUMN_TAR_ID);
    struct ic_query former;
    ic_query_begin(&former, search->tx, IC_STATEMENT_LOG_FORMER_HANDLE, operation, query->err);
    ic_query_put_id(&former, IC_P_LOG_FORMER_HANDLE_TAR_ID, &tar_id);
    ic_query_put_text(&former, IC_P_LOG_FORMER_HANDLE_TERM, ic_buf_view(&search->term));
    bool is_found = ic_query_next(&former);
    enum ic_rc rc = ic_query_end(&former);
    query->rc = query->rc ? query->rc : rc;
    return is_found;
}

static enum ic_rc look_at(struct search *search, const struct candidate *candidate, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, search->tx, IC_STATEMENT_LOG_GET, operation, err);
    ic_query_put_id(&query, IC_P_LOG_GET_ELG_ID, &candidate->elg_id);
    if (ic_query_next(&query) && (has_term(search, &query) || is_former_handle(search, &query))) {
        ic_log_entry_read(&query, search->arena, &search->list->items[search->list->count++]);
    }
    search->texts_left--;
    enum ic_rc rc = ic_query_end(&query);
    return rc ? rc : ic_buf_check(&search->text, operation, err);
}

/* ---- A span. ---- */

static int compare_newest(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    return (a->log_position < b->log_position) - (a->log_position > b->log_position);
}

static int compare_oldest(const void *left, const void *right)
{
    return compare_newest(right, left);
}

/* Shows what the gathered span has, as far as there is room. */
static enum ic_rc end_span(struct search *search, struct ic_err *err)
{
    enum ic_rc rc = ic_buf_check(&search->candidates, operation, err);
    if (rc) {
        return rc;
    }
    struct candidate *candidates = (struct candidate *)(void *)search->candidates.data;
    size_t count = search->candidates.size / sizeof *candidates;
    if (count > 1) {
        qsort(candidates, count, sizeof *candidates, search->asked->is_oldest_first ? compare_oldest : compare_newest);
    }
    for (size_t i = 0; i < count && !rc && !is_full(search); i++) {
        rc = look_at(search, &candidates[i], err);
    }
    ic_buf_reset(&search->candidates);
    return rc;
}

/* The position behind which the spans lie that come after this one. */
static int64_t behind_span(const struct search *search, int64_t span)
{
    int bits = IC_STORE_SPAN_BITS + IC_STORE_POSITION_BITS;
    return search->asked->is_oldest_first ? ((span + 1) << bits) - 1 : span << bits;
}

/* ---- Candidates. ---- */

static bool is_id(const struct ic_id *wanted, struct ic_query *query, int column)
{
    struct ic_id id = ic_query_id(query, column);
    return ic_id_is_empty(wanted) || ic_id_equal(wanted, &id);
}

/* What can be told without the text. */
static bool is_wanted(const struct search *search, struct ic_query *query)
{
    const struct ic_log_query *asked = search->asked;
    int64_t position = ic_query_int64(query, COLUMN_POSITION);
    return position > search->interval.above && position < search->interval.below &&
           is_id(&asked->opr_id, query, COLUMN_OPR_ID) && is_id(&asked->act_id, query, COLUMN_ACT_ID) &&
           (!asked->has_event_type ||
            ic_str_is(ic_query_peek_text(query, COLUMN_EVENT_TYPE), ic_event_type_name(asked->event_type)));
}

/* Takes the query's candidates until the page is full, enough was looked at or there are no more. Those of a target
 * come in the order of the log and are a span each. */
static enum ic_rc take_candidates(struct search *search, struct ic_query *query, bool is_of_target, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    while (!rc && ic_query_next(query)) {
        int64_t span = ic_query_int64(query, COLUMN_EVENT_NUMBER) >> IC_STORE_NUMBER_BITS;
        if (is_of_target || span != search->span) {
            rc = end_span(search, err);
            if (rc || is_full(search)) {
                return rc;
            }
            if (search->candidates_left <= 0 || search->texts_left <= 0) {
                search->list->next = is_of_target ? search->list->next : behind_span(search, search->span);
                return IC_OK;
            }
        }
        search->span = span;
        search->candidates_left--;
        if (is_of_target) {
            search->list->next = ic_query_int64(query, COLUMN_POSITION);
        }
        if (is_wanted(search, query)) {
            struct candidate candidate = {.log_position = ic_query_int64(query, COLUMN_POSITION),
                                          .elg_id = ic_query_id(query, COLUMN_ELG_ID)};
            ic_buf_put(&search->candidates, (struct ic_str){(const char *)&candidate, sizeof candidate});
        }
    }
    search->list->next = 0;
    return rc ? rc : end_span(search, err);
}

/* The number that no event before this position's span has. */
static int64_t first_number(int64_t position)
{
    return position >> (IC_STORE_POSITION_BITS + IC_STORE_SPAN_BITS) << IC_STORE_NUMBER_BITS;
}

static enum ic_rc run(struct search *search, struct ic_err *err)
{
    const struct ic_log_query *asked = search->asked;
    const struct ic_log_interval *interval = &search->interval;
    bool is_of_target = !ic_id_is_empty(&asked->tar_id);
    struct ic_query query;
    if (is_of_target) {
        ic_query_begin(&query, search->tx,
                       asked->is_oldest_first ? IC_STATEMENT_LOG_CANDIDATES_OF_TARGET_OLDEST
                                              : IC_STATEMENT_LOG_CANDIDATES_OF_TARGET_NEWEST,
                       operation, err);
        ic_query_put_id(&query, IC_P_LOG_CANDIDATES_OF_TARGET_NEWEST_TAR_ID, &asked->tar_id);
        ic_query_put_int64(&query, IC_P_LOG_CANDIDATES_OF_TARGET_NEWEST_ABOVE, interval->above);
        ic_query_put_int64(&query, IC_P_LOG_CANDIDATES_OF_TARGET_NEWEST_BELOW, interval->below);
    } else {
        ic_query_begin(&query, search->tx,
                       asked->is_oldest_first ? IC_STATEMENT_LOG_CANDIDATES_OLDEST : IC_STATEMENT_LOG_CANDIDATES_NEWEST,
                       operation, err);
        int64_t next_span = INT64_C(1) << IC_STORE_NUMBER_BITS;
        ic_query_put_text(&query, IC_P_LOG_CANDIDATES_NEWEST_PATTERN, ic_buf_view(&search->pattern));
        ic_query_put_int64(&query, IC_P_LOG_CANDIDATES_NEWEST_ABOVE, first_number(interval->above + 1) - 1);
        ic_query_put_int64(&query, IC_P_LOG_CANDIDATES_NEWEST_BELOW, first_number(interval->below - 1) + next_span);
    }
    enum ic_rc rc = take_candidates(search, &query, is_of_target, err);
    enum ic_rc ended = ic_query_end(&query);
    int64_t next = search->list->next;
    ic_log_list_finish(search->list, asked);
    if (!search->list->next) {
        search->list->next = next;
    }
    return rc ? rc : ended;
}

enum ic_rc ic_log_search_candidates(struct ic_store_tx *tx, const struct ic_log_query *asked,
                                    const struct ic_log_search_bounds *bounds, struct ic_arena *arena,
                                    struct ic_log_list *list, struct ic_err *err)
{
    struct search search = {
        .tx = tx,
        .asked = asked,
        .interval = ic_log_interval_of(asked),
        .arena = arena,
        .list = list,
        .span = -1,
        .candidates_left = bounds->candidates_max,
        .texts_left = bounds->texts_max,
    };
    ic_buf_init(&search.pattern, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_buf_init(&search.term, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_buf_init(&search.text, TEXT_BYTES_MAX);
    ic_buf_init(&search.candidates, SPAN_BYTES_MAX);
    ic_search_fold(&search.term, asked->term);
    ic_search_put_trigrams(&search.pattern, ic_buf_view(&search.term));
    enum ic_rc rc = ic_buf_check(&search.term, operation, err);
    if (!rc) {
        rc = ic_buf_check(&search.pattern, operation, err);
    }
    if (!rc) {
        rc = run(&search, err);
    }
    ic_buf_release(&search.candidates);
    ic_buf_release(&search.text);
    ic_buf_release(&search.term);
    ic_buf_release(&search.pattern);
    return rc;
}
