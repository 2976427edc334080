/* How somebody becomes an operator: as the first owner, by an invitation, or with an e-mail address of an allowed
 * domain that a provider has verified.
 *
 * Promises: nobody joins by anything else. A link or an invitation is used up in the transaction that makes the
 * operator, so that a refused one can be used again; whom an invitation is for is held against the e-mail address. A
 * taken name or address is refused, never given to whoever comes later. Joining is an event. Memory: texts of results
 * live in the given arena. Threads: as the transaction's. */
#ifndef IC_SERVICE_JOINING_H
#define IC_SERVICE_JOINING_H

#include "base/hash.h"
#include "service/service.h"
#include "store/operators.h"

/* Who joins, and by what. */
struct ic_joining {
    struct ic_operator operator_; /* But for its id and role. */
    bool has_link;                /* By this link's or invitation's secret ... */
    struct ic_hash link_hash;
    struct ic_str verified_email; /* ... or by this address, of which a provider says that it is theirs. */
    struct ic_str address;        /* Where the request came from. */
};

/* Checks and trims what somebody says of themselves, who joins at `now`; fails with invalid_field. */
IC_NODISCARD enum ic_rc ic_joining_check(struct ic_str opr_name, struct ic_str opr_email, struct ic_str time_zone,
                                         int64_t now, struct ic_operator *ret_operator, struct ic_err *err);

/* Makes the operator; fails with invalid_link, owner_exists, not_invited or name_taken. */
IC_NODISCARD enum ic_rc ic_joining_run(struct ic_store_tx *tx, const struct ic_service *service,
                                       const struct ic_joining *joining, struct ic_arena *arena,
                                       struct ic_id *ret_opr_id, struct ic_err *err);

/* Whether the team has an owner. */
IC_NODISCARD enum ic_rc ic_joining_has_owner(struct ic_store_tx *tx, struct ic_arena *arena, bool *ret_has_owner,
                                             struct ic_err *err);

#endif
