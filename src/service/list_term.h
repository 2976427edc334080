/* The term that a list of leads, actors or operators is searched for.
 *
 * Memory: none. Threads: pure. */
#ifndef IC_SERVICE_LIST_TERM_H
#define IC_SERVICE_LIST_TERM_H

#include "base/err.h"
#include "base/str.h"

/* Refuses a term (size 0: none) of more than search_characters_max characters with invalid_parameter. */
IC_NODISCARD enum ic_rc ic_list_term_check(struct ic_str term, const char *operation, struct ic_err *err);

#endif
