/* Searching the log where an index of trigrams gives candidates: events that may have the term, whose texts are then
 * looked at.
 *
 * Promises: as log_search.h. Memory, threads: as there. */
#ifndef IC_STORE_LOG_CANDIDATES_H
#define IC_STORE_LOG_CANDIDATES_H

#include "store/log_search.h"

/* Whether the transaction's engine has such an index. */
bool ic_log_has_candidates(const struct ic_store_tx *tx);

/* As ic_log_search. */
IC_NODISCARD enum ic_rc ic_log_search_candidates(struct ic_store_tx *tx, const struct ic_log_query *asked,
                                                 const struct ic_log_search_bounds *bounds, struct ic_arena *arena,
                                                 struct ic_log_list *list, struct ic_err *err);

#endif
