/* Actors as lists show them, page by page.
 *
 * Promises: a page lies behind a place, not at a number. With filters or a term it looks at `looks_max`
 * actors and says where it stopped: then it may have fewer than the limit, or none, and still a next one. Memory: texts
 * of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_ACTOR_LIST_H
#define IC_STORE_ACTOR_LIST_H

#include "contract/vocabulary.h"
#include "store/list_place.h"
#include "store/store.h"

enum { IC_STORE_ACTOR_LOOKS_MAX = 2000 };

struct ic_actor_entry {
    struct ic_id act_id;
    struct ic_str act_username;
    struct ic_id opr_id;
    struct ic_str opr_name;
    enum ic_actor_status act_status;
    int64_t created_at;
    int64_t last_activity;
};

/* Which actors, and in which order. */
struct ic_actor_query {
    enum ic_actor_order order;
    bool has_status[IC_ACTOR_STATUS_COUNT]; /* One of these; none: any. */
    struct ic_id opr_id;                    /* Empty: any. */
    struct ic_str term;                     /* Found in the handle, in whatever case; empty: not asked. */
    const struct ic_list_place *behind;     /* NULL: the first page. */
    size_t limit;
    int64_t looks_max; /* Rows that the page looks at, where there are filters or a term; at least 1. */
};

struct ic_actor_list {
    struct ic_actor_entry *items;
    size_t count;
    bool has_next;
    struct ic_list_place next; /* Where the next page begins. */
};

/* One page. */
IC_NODISCARD enum ic_rc ic_store_actor_list(struct ic_store_tx *tx, const struct ic_actor_query *query,
                                            struct ic_arena *arena, struct ic_actor_list *ret_list, struct ic_err *err);

#endif
