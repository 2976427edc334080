/* Searching the log for a term.
 *
 * Promises: a page looks at a bounded number of events, whatever the term and the filters, and says where it stopped.
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_LOG_SEARCH_H
#define IC_STORE_LOG_SEARCH_H

#include "store/log_entry.h"

/* How much a page may look at. */
struct ic_log_search_bounds {
    /* Where the engine reads the texts one after the other: in rounds, each of a longer piece of the log. */
    int64_t looks_first;
    int64_t looks_last;
    int64_t looks_last_of_target;
    int64_t found_max; /* Events with a rare term that are sorted; with more of them it is not rare. */
    /* Where an index of trigrams tells which events may have the term: of those, and of texts that are read. */
    int64_t candidates_max;
    int64_t texts_max;
};

enum { IC_LOG_SEARCH_GROWTH = 4 }; /* Each round is this many times as long as the one before. */

/* What pages of the product may look at. */
extern const struct ic_log_search_bounds ic_log_search_bounds;

/* Fills `list`, which is empty and has room for one entry more than asked for. */
IC_NODISCARD enum ic_rc ic_log_search(struct ic_store_tx *tx, const struct ic_log_query *asked,
                                      const struct ic_log_search_bounds *bounds, struct ic_arena *arena,
                                      struct ic_log_list *list, struct ic_err *err);

#endif
