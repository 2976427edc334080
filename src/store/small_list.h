/* A page of a list whose table is small: rows come in order from one statement, and the program looks at each.
 *
 * Promises: at most `looks_max` rows are looked at where there are filters or a term, and the page's rows and one where
 * there are none. Memory: the caller's; rows live where its functions put them. Threads: as the query's. */
#ifndef IC_STORE_SMALL_LIST_H
#define IC_STORE_SMALL_LIST_H

#include "store/list_place.h"
#include "store/query.h"

struct ic_small_list {
    bool is_filtered;   /* By more than the term. */
    struct ic_str term; /* Empty: none. */
    size_t limit;
    int64_t looks_max;
    int name_column;     /* What the term is looked for in. */
    const void *context; /* Of the next three, which see the row that the query is at. */
    /* Whether the filters leave it in; called where `is_filtered`. */
    bool (*is_asked_for)(struct ic_query *query, const void *context);
    /* Tells its keys. */
    void (*read_place)(struct ic_query *query, const void *context, struct ic_list_place *ret_place);
    /* Reads it as the page's `index`th. */
    void (*read_row)(struct ic_query *query, struct ic_arena *arena, void *rows, size_t index);
};

struct ic_small_page {
    size_t count;
    bool has_next;
    struct ic_list_place next;
};

/* Binds the keys that the page lies behind, or those that lie before every row; `id` is 0 where one key is enough. */
void ic_small_list_put_behind(struct ic_query *query, int sort_key, int id, const struct ic_list_place *behind,
                              bool is_text, bool is_ascending);

/* Reads a name as the place's key. */
void ic_small_list_read_name(struct ic_query *query, int column, struct ic_list_place *place);

/* How many rows the statement may give. */
int64_t ic_small_list_looks(const struct ic_small_list *list);

/* Reads the page from a query whose parameters are bound, and ends the query. */
IC_NODISCARD enum ic_rc ic_small_list_read(const struct ic_small_list *list, struct ic_query *query,
                                           struct ic_arena *arena, void *rows, struct ic_small_page *ret_page);

#endif
