#include "service/devices.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"

struct list_read {
    const struct ic_id *opr_id;
    struct ic_arena *arena;
    struct ic_device_list list;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    return ic_store_device_list(tx, read->opr_id, read->arena, &read->list, err);
}

enum ic_rc ic_devices_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                           struct ic_device_list *ret_list, struct ic_err *err)
{
    struct list_read read = {.opr_id = &asker->opr_id, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_DEVICES, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc == IC_OK) {
        *ret_list = read.list;
    }
    return rc;
}

struct revoke_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *device_id;
    int64_t now;
    struct ic_arena *arena;
};

/* The event tells the desktop's name, which is gone from every list once it is revoked. */
static enum ic_rc log_revoked(struct ic_store_tx *tx, const struct revoke_write *write,
                              const struct ic_device_list *list, struct ic_err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct ic_device *device = &list->items[i];
        if (ic_id_equal(&device->device_id, write->device_id)) {
            enum ic_rc rc = ic_people_event_log(tx, write->service, &device->opr_id, "revoked desktop",
                                                device->device_name, write->now, err);
            return rc ? rc
                      : ic_audit_record_change(tx, write->asker, IC_AUDIT_ACTION_DEVICE_REVOKED, &device->device_id,
                                               "device_name", device->device_name, IC_STR(""), write->now, err);
        }
    }
    const struct ic_audit_deed unlisted = {.action = IC_AUDIT_ACTION_DEVICE_REVOKED,
                                           .object_id = ic_id_text(write->device_id)};
    return ic_audit_record(tx, write->asker, &unlisted, write->now, err);
}

static enum ic_rc run_revoke(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct revoke_write *write = context;
    struct ic_device_list list = {0};
    const struct ic_id *opr_id = &write->asker->opr_id;
    enum ic_rc rc = ic_asker_can(tx, write->asker, IC_ACTION_REVOKE_DEVICE, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_device_list(tx, opr_id, write->arena, &list, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_device_revoke(tx, write->device_id, opr_id, write->now, err);
    }
    return rc == IC_OK ? log_revoked(tx, write, &list, err) : rc;
}

enum ic_rc ic_devices_revoke(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *device_id,
                             struct ic_arena *arena, struct ic_err *err)
{
    struct revoke_write write = {service, asker, device_id, ic_clock_now_ms(&service->clock), arena};
    enum ic_rc rc = ic_store_write(service->store, run_revoke, &write, err);
    if (rc == IC_OK) {
        ic_presence_end(service, device_id);
    }
    return rc;
}

struct token_read {
    struct ic_hash token_hash;
    struct ic_arena *arena;
    struct ic_device device;
};

static enum ic_rc run_get_by_token(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct token_read *read = context;
    return ic_store_device_get_by_token(tx, &read->token_hash, read->arena, &read->device, err);
}

enum ic_rc ic_devices_get_by_token(struct ic_service *service, struct ic_str token, struct ic_arena *arena,
                                   struct ic_device *ret_device, struct ic_err *err)
{
    struct token_read read = {.arena = arena};
    ic_hash_of(token, &read.token_hash);
    enum ic_rc rc = ic_store_read(service->store, run_get_by_token, &read, err);
    if (rc == IC_OK) {
        *ret_device = read.device;
    }
    return rc;
}
