/* Searching the log for a term.
 *
 * Promises: a page looks at a bounded number of events, whatever the term and the filters, and says where it stopped.
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_LOG_SEARCH_H
#define IC_STORE_LOG_SEARCH_H

#include "store/log_entry.h"

/* How much a page may look at. It is looked for in rounds, each of a longer piece of the log, until it is full or the
 * last round is over. */
struct ic_log_search_bounds {
    int64_t looks_first;
    int64_t looks_last;           /* Where the engine reads the texts one after the other. */
    int64_t looks_last_of_term;   /* Where its index tells which events have the term. */
    int64_t looks_last_of_target; /* Where a target's events are looked up one by one. */
    int64_t found_max;            /* Events with a rare term that are sorted; with more of them it is not rare. */
};

enum { IC_LOG_SEARCH_GROWTH = 4 }; /* Each round is this many times as long as the one before. */

/* What pages of the product may look at. */
extern const struct ic_log_search_bounds ic_log_search_bounds;

/* Fills `list`, which is empty and has room for one entry more than asked for. */
IC_NODISCARD enum ic_rc ic_log_search(struct ic_store_tx *tx, const struct ic_log_query *asked,
                                      const struct ic_log_search_bounds *bounds, struct ic_arena *arena,
                                      struct ic_log_list *list, struct ic_err *err);

#endif
