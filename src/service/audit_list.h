/* The audit as people read it: a page at a time, newest or oldest first.
 *
 * Memory: results live in the given arena. Threads: any; a call blocks on the store. */
#ifndef IC_SERVICE_AUDIT_LIST_H
#define IC_SERVICE_AUDIT_LIST_H

#include "service/can.h"
#include "service/list_cursor.h"
#include "service/service.h"
#include "store/audit.h"

struct ic_audit_page {
    struct ic_audit_list list;
    struct ic_audit_head head;  /* Of the chain; to be kept where nobody who could alter the chain can. */
    struct ic_list_cursor next; /* Empty: it ends here. */
};

/* One page of what is asked, its `behind` aside, behind `after` (empty: the first); fails with invalid_parameter and as
 * ic_can_check does. */
IC_NODISCARD enum ic_rc ic_audit_list(struct ic_service *service, const struct ic_asker *asker,
                                      const struct ic_audit_query *asked, struct ic_str after, struct ic_arena *arena,
                                      struct ic_audit_page *ret_page, struct ic_err *err);

#endif
