/* Disabling a person, and letting them come in again.
 *
 * Promises: in the transaction that disables somebody end their sessions, desktops, API tokens, links and the
 * invitations that they gave; their live streams end at once (service/stream_watch.h, service/presence.h). What they
 * did stays theirs. Who is enabled again signs in and pairs anew. Nobody disables themselves, and nobody the owner.
 * Memory: nothing is kept. Threads: any. */
#ifndef IC_SERVICE_DISABLING_H
#define IC_SERVICE_DISABLING_H

#include "service/can.h"
#include "service/service.h"

/* Fails with not_found, with conflict when they are disabled already, and as ic_can_check. `arena` is for what is read
 * on the way. */
IC_NODISCARD enum ic_rc ic_operators_disable(struct ic_service *service, const struct ic_asker *asker,
                                             const struct ic_id *opr_id, struct ic_arena *arena, struct ic_err *err);

/* Fails with not_found, with conflict when they are not disabled, and as ic_can_check. */
IC_NODISCARD enum ic_rc ic_operators_enable(struct ic_service *service, const struct ic_asker *asker,
                                            const struct ic_id *opr_id, struct ic_arena *arena, struct ic_err *err);

#endif
