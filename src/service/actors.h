/* Actors, page by page, and handing one to another operator.
 *
 * Promises: a page begins behind an actor, not at a number, so that what is written meanwhile neither repeats nor hides
 * those that stay where they are in the order. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_ACTORS_H
#define IC_SERVICE_ACTORS_H

#include "service/can.h"
#include "service/list_cursor.h"
#include "service/service.h"
#include "store/actor_list.h"

struct ic_actor_page {
    struct ic_actor_list list;
    struct ic_list_cursor next; /* Where the next page begins; empty on the last. */
    int64_t total;              /* The team's actors, whatever the filters. */
};

/* The page of `asked` behind the cursor `after` (empty: the first; its `behind` and `looks_max` are set here). Fails
 * with invalid_parameter for a cursor of another question and for a term of too many characters. */
IC_NODISCARD enum ic_rc ic_actors_list(struct ic_service *service, const struct ic_asker *asker,
                                       const struct ic_actor_query *asked, struct ic_str after, struct ic_arena *arena,
                                       struct ic_actor_page *ret_page, struct ic_err *err);

/* What a transfer has made. */
struct ic_transferred {
    struct ic_id act_id; /* The new operator's actor. */
    struct ic_id elg_id; /* Its event. */
};

/* Hands an actor to the operator `to_opr_id`: an actor of that operator's, found or made, has its status from then on,
 * and the former one is discarded. History never moves. Each of the two actors gets an event. Fails
 * with not_found, or with conflict when it is that operator's or was discarded. */
IC_NODISCARD enum ic_rc ic_actors_transfer(struct ic_service *service, const struct ic_asker *asker,
                                           const struct ic_id *act_id, const struct ic_id *to_opr_id,
                                           struct ic_arena *arena, struct ic_transferred *ret_transferred,
                                           struct ic_err *err);

#endif
