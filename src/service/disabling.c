#include "service/disabling.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"
#include "store/access.h"
#include "store/invitations.h"
#include "store/sessions.h"
#include "store/tokens.h"

struct disabling_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *opr_id;
    struct ic_arena *arena;
    int64_t now;
    struct ic_operator operator_;
    struct ic_device_list devices;
};

static enum ic_action disabling_of(enum ic_role role)
{
    if (role == IC_ROLE_OWNER) {
        return IC_ACTION_DISABLE_OWNER;
    }
    return role == IC_ROLE_ADMIN ? IC_ACTION_DISABLE_ADMIN : IC_ACTION_DISABLE_OPERATOR;
}

static enum ic_rc begin(struct ic_store_tx *tx, struct disabling_write *write, struct ic_err *err)
{
    enum ic_rc rc = ic_store_operator_get(tx, write->opr_id, write->arena, &write->operator_, err);
    return rc == IC_OK ? ic_asker_can(tx, write->asker, disabling_of(write->operator_.role),
                                      ic_whose_is(write->asker, write->opr_id), err)
                       : rc;
}

static enum ic_rc log_change(struct ic_store_tx *tx, const struct disabling_write *write, enum ic_audit_action action,
                             const char *deed_text, struct ic_err *err)
{
    const struct ic_audit_deed deed = {.action = action, .object_id = ic_id_text(write->opr_id)};
    enum ic_rc rc = ic_people_event_log(tx, write->service, &write->asker->opr_id, deed_text, write->operator_.opr_name,
                                        write->now, err);
    return rc == IC_OK ? ic_audit_record(tx, write->asker, &deed, write->now, err) : rc;
}

/* Everything by which they come in, and by which others would on their word. */
static enum ic_rc end_ways_in(struct ic_store_tx *tx, struct disabling_write *write, struct ic_err *err)
{
    const struct ic_id none = {0};
    enum ic_rc rc = ic_store_sessions_end_all(tx, write->opr_id, &none, err);
    if (rc == IC_OK) {
        rc = ic_store_device_list(tx, write->opr_id, write->arena, &write->devices, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_devices_revoke_all(tx, write->opr_id, write->now, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_tokens_revoke_all(tx, write->opr_id, write->now, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_links_delete(tx, write->opr_id, err);
    }
    return rc == IC_OK ? ic_store_invitations_delete_by(tx, write->opr_id, err) : rc;
}

static enum ic_rc run_disable(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct disabling_write *write = context;
    enum ic_rc rc = begin(tx, write, err);
    if (rc == IC_OK) {
        rc = ic_store_operator_disable(tx, write->opr_id, write->now, err);
    }
    if (rc == IC_OK) {
        rc = end_ways_in(tx, write, err);
    }
    return rc == IC_OK ? log_change(tx, write, IC_AUDIT_ACTION_OPERATOR_DISABLED, "disabled", err) : rc;
}

enum ic_rc ic_operators_disable(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *opr_id,
                                struct ic_arena *arena, struct ic_err *err)
{
    struct disabling_write write = {
        .service = service, .asker = asker, .opr_id = opr_id, .arena = arena, .now = ic_clock_now_ms(&service->clock)};
    const struct ic_id none = {0};
    enum ic_rc rc = ic_store_write(service->store, run_disable, &write, err);
    if (rc == IC_OK) {
        ic_stream_watch_end_all(&service->stream_watch, opr_id, &none);
        for (size_t i = 0; i < write.devices.count; i++) {
            ic_presence_end(service, &write.devices.items[i].device_id);
        }
    }
    return rc;
}

static enum ic_rc run_enable(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct disabling_write *write = context;
    enum ic_rc rc = begin(tx, write, err);
    if (rc == IC_OK) {
        rc = ic_store_operator_enable(tx, write->opr_id, err);
    }
    return rc == IC_OK ? log_change(tx, write, IC_AUDIT_ACTION_OPERATOR_ENABLED, "enabled", err) : rc;
}

enum ic_rc ic_operators_enable(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *opr_id,
                               struct ic_arena *arena, struct ic_err *err)
{
    struct disabling_write write = {
        .service = service, .asker = asker, .opr_id = opr_id, .arena = arena, .now = ic_clock_now_ms(&service->clock)};
    return ic_store_write(service->store, run_enable, &write, err);
}
