#include "service/roles.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"

#include <stdio.h>

struct role_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *opr_id;
    enum ic_role role; /* The new one. */
    struct ic_arena *arena;
    int64_t now;
};

static enum ic_rc log_change(struct ic_store_tx *tx, const struct role_write *write, enum ic_audit_action action,
                             const struct ic_operator *changed, struct ic_err *err)
{
    char deed[64];
    (void)snprintf(deed, sizeof deed, "changed the role from %s to %s of", ic_role_name(changed->role),
                   ic_role_name(write->role));
    enum ic_rc rc =
        ic_people_event_log(tx, write->service, &write->asker->opr_id, deed, changed->opr_name, write->now, err);
    return rc ? rc
              : ic_audit_record_change(tx, write->asker, action, write->opr_id, "role",
                                       ic_str_from(ic_role_name(changed->role)), ic_str_from(ic_role_name(write->role)),
                                       write->now, err);
}

static enum ic_rc run_change(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct role_write *write = context;
    struct ic_operator changed;
    enum ic_rc rc = ic_store_operator_get(tx, write->opr_id, write->arena, &changed, err);
    if (rc == IC_OK) {
        rc = ic_asker_can(tx, write->asker, ic_role_change_action(changed.role, write->role),
                          ic_whose_is(write->asker, write->opr_id), err);
    }
    if (rc == IC_OK && changed.role == write->role) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, "service.roles.change", "They have this role already.");
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_set_role(tx, write->opr_id, changed.role, write->role, err);
    }
    return rc == IC_OK ? log_change(tx, write, IC_AUDIT_ACTION_ROLE_CHANGED, &changed, err) : rc;
}

enum ic_rc ic_roles_change(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *opr_id,
                           enum ic_role role, struct ic_arena *arena, struct ic_err *err)
{
    struct role_write write = {service, asker, opr_id, role, arena, ic_clock_now_ms(&service->clock)};
    return ic_store_write(service->store, run_change, &write, err);
}

/* Who is to own the team must be able to come in. */
static enum ic_rc check_successor(struct ic_store_tx *tx, const struct role_write *write, struct ic_err *err)
{
    enum ic_role role;
    struct ic_err away = IC_ERR_NONE;
    enum ic_rc rc = ic_store_operator_standing(tx, write->opr_id, &role, &away);
    if (rc == IC_UNAUTHENTICATED) {
        return ic_err_set(err, IC_CODE_CONFLICT, "service.roles.hand_over", "They may not sign in.");
    }
    if (rc != IC_OK) {
        *err = away;
    }
    return rc;
}

static enum ic_rc run_hand_over(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct role_write *write = context;
    const struct ic_id *former = &write->asker->opr_id;
    struct ic_operator successor;
    enum ic_rc rc = ic_store_operator_get(tx, write->opr_id, write->arena, &successor, err);
    if (rc == IC_OK) {
        rc = ic_asker_can(tx, write->asker, IC_ACTION_HAND_OVER_TEAM, ic_whose_is(write->asker, write->opr_id), err);
    }
    if (rc == IC_OK) {
        rc = check_successor(tx, write, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_set_role(tx, former, IC_ROLE_OWNER, IC_ROLE_ADMIN, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_set_role(tx, write->opr_id, successor.role, IC_ROLE_OWNER, err);
    }
    return rc == IC_OK ? log_change(tx, write, IC_AUDIT_ACTION_TEAM_HANDED_OVER, &successor, err) : rc;
}

enum ic_rc ic_roles_hand_over(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *opr_id,
                              struct ic_arena *arena, struct ic_err *err)
{
    struct role_write write = {service, asker, opr_id, IC_ROLE_OWNER, arena, ic_clock_now_ms(&service->clock)};
    return ic_store_write(service->store, run_hand_over, &write, err);
}
