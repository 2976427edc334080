#include "store/small_list.h"

#include "store/search.h"

#include <string.h>

/* Beyond every name: the control characters below and the last code point above are in none. */
#define BEFORE_ALL_NAMES IC_STR("\x01")
#define BEHIND_ALL_NAMES IC_STR("\xF4\x8F\xBF\xBF")

void ic_small_list_put_behind(struct ic_query *query, int sort_key, int id, const struct ic_list_place *behind,
                              bool is_text, bool is_ascending)
{
    if (is_text) {
        struct ic_str beyond = is_ascending ? BEFORE_ALL_NAMES : BEHIND_ALL_NAMES;
        ic_query_put_text(query, sort_key, behind ? ic_str_from(behind->text) : beyond);
    } else {
        int64_t beyond = is_ascending ? -1 : INT64_MAX;
        ic_query_put_int64(query, sort_key, behind ? behind->number : beyond);
    }
    if (behind && id) {
        ic_query_put_id(query, id, &behind->id);
    }
}

void ic_small_list_read_name(struct ic_query *query, int column, struct ic_list_place *place)
{
    struct ic_str name = ic_query_peek_text(query, column);
    if (name.size > IC_LIST_KEY_BYTES_MAX) {
        ic_query_corrupt(query, "a name is too long");
    } else if (name.size) {
        memcpy(place->text, name.data, name.size);
    }
}

int64_t ic_small_list_looks(const struct ic_small_list *list)
{
    return list->is_filtered || list->term.size > 0 ? list->looks_max : (int64_t)list->limit + 1;
}

enum ic_rc ic_small_list_read(const struct ic_small_list *list, struct ic_query *query, struct ic_arena *arena,
                              void *rows, struct ic_small_page *ret_page)
{
    struct ic_small_page page = {0};
    struct ic_list_place looked = {0};
    int64_t look_count = 0;
    struct ic_buf folded;
    ic_buf_init(&folded, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_fold(&folded, list->term);
    enum ic_rc rc = ic_buf_check(&folded, query->operation, query->err);
    while (!rc && !page.has_next && ic_query_next(query)) {
        look_count++;
        if ((!list->is_filtered || list->is_asked_for(query, list->context)) &&
            ic_search_is_in(ic_buf_view(&folded), ic_query_peek_text(query, list->name_column))) {
            if (page.count == list->limit) {
                page.has_next = true; /* Behind the last row of the page, not behind this one. */
                break;
            }
            list->read_row(query, arena, rows, page.count++);
            list->read_place(query, list->context, &page.next);
        }
        list->read_place(query, list->context, &looked);
    }
    if (!page.has_next && look_count == ic_small_list_looks(list)) {
        page.has_next = true;
        page.next = looked;
    }
    ic_buf_release(&folded);
    enum ic_rc query_rc = ic_query_end(query);
    if (!rc && !query_rc) {
        *ret_page = page;
    }
    return rc ? rc : query_rc;
}
