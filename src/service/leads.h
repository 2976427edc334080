/* Leads, page by page.
 *
 * Promises: a page begins behind a lead, not at a number, so that what is written meanwhile neither repeats nor hides
 * those that stay where they are in the order; every page costs the same, however deep and whatever the filters.
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_LEADS_H
#define IC_SERVICE_LEADS_H

#include "service/can.h"
#include "service/list_cursor.h"
#include "service/service.h"
#include "store/leads.h"

struct ic_lead_page {
    struct ic_lead_list list;
    struct ic_list_cursor next; /* Where the next page begins; empty on the last. */
    int64_t total;              /* The team's targets, whatever the filters. */
};

/* The page of `asked` behind the cursor `after` (empty: the first; `asked->behind` is not looked at). Fails with
 * invalid_parameter for a cursor of another question, for a term of too many characters, and for a window of time that
 * ends before it begins. */
IC_NODISCARD enum ic_rc ic_leads_list(struct ic_service *service, const struct ic_asker *asker,
                                      const struct ic_lead_query *asked, struct ic_str after, struct ic_arena *arena,
                                      struct ic_lead_page *ret_page, struct ic_err *err);

/* One lead with its whole notes (size 0: none); fails with not_found. */
IC_NODISCARD enum ic_rc ic_leads_get(struct ic_service *service, const struct ic_asker *asker,
                                     const struct ic_id *tar_id, struct ic_arena *arena, struct ic_lead *ret_lead,
                                     struct ic_str *ret_notes, struct ic_err *err);

#endif
