/* Roles: giving one to an operator, and handing the whole team over.
 *
 * Promises: there is one owner, always: no change of a role makes or unmakes one, only handing over does, and it does
 * both in one transaction. Nobody changes their own role. Every change is an event.
 * Memory: nothing is kept. Threads: any. */
#ifndef IC_SERVICE_ROLES_H
#define IC_SERVICE_ROLES_H

#include "service/can.h"
#include "service/service.h"

/* Gives the operator the role; fails with not_found, with conflict when they have it, and as ic_can_check does. `arena`
 * is for what is read on the way. */
IC_NODISCARD enum ic_rc ic_roles_change(struct ic_service *service, const struct ic_asker *asker,
                                        const struct ic_id *opr_id, enum ic_role role, struct ic_arena *arena,
                                        struct ic_err *err);

/* Makes the operator the owner and the asker, who was it, an admin; fails with not_found, with conflict when the
 * operator may not sign in, and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_roles_hand_over(struct ic_service *service, const struct ic_asker *asker,
                                           const struct ic_id *opr_id, struct ic_arena *arena, struct ic_err *err);

#endif
