/* Who asks, made out of what they are known by; and whether they still may when it is done.
 *
 * Promises: what was true when a request came in is asked again in the transaction that writes: a role that was taken
 * away before the commit does not act with it.
 * Memory: values. Threads: as the transaction's. */
#ifndef IC_SERVICE_ASKER_H
#define IC_SERVICE_ASKER_H

#include "service/can.h"
#include "store/access.h"
#include "store/operators.h"
#include "store/tokens.h"

/* An operator by a session; `is_recent` as in struct ic_asker. */
struct ic_asker ic_asker_by_session(const struct ic_operator *operator_, bool is_recent);

/* The operator of a desktop, by its token. */
struct ic_asker ic_asker_by_device(const struct ic_device *device);

/* The operator of an API token, with its scopes. */
struct ic_asker ic_asker_by_token(const struct ic_token *token);

/* As ic_can_check, with the role that the asker has in this transaction; fails with unauthenticated when they may not
 * sign in any more. */
IC_NODISCARD enum ic_rc ic_asker_can(struct ic_store_tx *tx, const struct ic_asker *asker, enum ic_action action,
                                     enum ic_whose whose, struct ic_err *err);

#endif
