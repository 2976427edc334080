/* Operators, page by page.
 *
 * Promises: a page begins behind an operator, not at a number, so that what is written meanwhile neither repeats nor
 * hides those that stay where they are in the order. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_OPERATORS_H
#define IC_SERVICE_OPERATORS_H

#include "service/can.h"
#include "service/list_cursor.h"
#include "service/service.h"
#include "store/operator_list.h"

struct ic_operator_page {
    struct ic_operator_list list;
    struct ic_list_cursor next; /* Where the next page begins; empty on the last. */
    int64_t total;              /* The team's operators, whatever the filters. */
};

/* The page of `asked` behind the cursor `after` (empty: the first; its `behind` and `looks_max` are set here). Fails
 * with invalid_parameter for a cursor of another question and for a term of too many characters. */
IC_NODISCARD enum ic_rc ic_operators_list(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_operator_query *asked, struct ic_str after,
                                          struct ic_arena *arena, struct ic_operator_page *ret_page,
                                          struct ic_err *err);

#endif
