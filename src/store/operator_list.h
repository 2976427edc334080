/* Operators as lists show them, page by page.
 *
 * Promises: a page lies behind a place, not at a number. With filters or a term it looks at `looks_max`
 * operators and says where it stopped: then it may have fewer than the limit, or none, and still a next one. Memory:
 * texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_OPERATOR_LIST_H
#define IC_STORE_OPERATOR_LIST_H

#include "store/list_place.h"
#include "store/operators.h"

enum { IC_STORE_OPERATOR_LOOKS_MAX = 2000 };

/* Which operators, and in which order. */
struct ic_operator_query {
    enum ic_operator_order order;
    bool has_status[IC_OPERATOR_STATUS_COUNT]; /* One of these; none: any. */
    bool has_role[IC_ROLE_COUNT];              /* The same. */
    struct ic_str term;                        /* Found in the name, in whatever case; empty: not asked. */
    const struct ic_list_place *behind;        /* NULL: the first page. */
    size_t limit;
    int64_t looks_max; /* Rows that the page looks at, where there are filters or a term; at least 1. */
};

struct ic_operator_list {
    struct ic_operator *items;
    size_t count;
    bool has_next;
    struct ic_list_place next; /* Where the next page begins. */
};

/* One page. */
IC_NODISCARD enum ic_rc ic_store_operator_list(struct ic_store_tx *tx, const struct ic_operator_query *query,
                                               struct ic_arena *arena, struct ic_operator_list *ret_list,
                                               struct ic_err *err);

#endif
