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

/* ---- Tokens. ---- */

struct token_work {
    struct ic_service *service;
    struct ic_str address; /* Where a new token is asked for from. */
    struct ic_hash token_hash;
    int64_t now;
    struct ic_arena *arena;
    enum ic_token_turn turn;
    struct ic_device device;
};

/* Nearly every request comes with the present token: only others cost a second look. Not on every engine do both looks
 * see the same: another request may have made this token the present one in between. */
static enum ic_rc run_get_by_token(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct token_work *work = context;
    struct ic_err unknown = IC_ERR_NONE;
    enum ic_rc rc = ic_store_device_get_by_token(tx, &work->token_hash, work->arena, &work->device, &unknown);
    if (rc == IC_UNAUTHENTICATED) {
        rc = ic_store_device_find_by_turn(tx, &work->token_hash, work->arena, &work->turn, &work->device, err);
        if (rc == IC_OK && work->turn == IC_TOKEN_TURN_NONE) {
            *err = unknown;
            rc = IC_UNAUTHENTICATED;
        }
        return rc;
    }
    if (rc != IC_OK) {
        *err = unknown;
    }
    return rc;
}

static enum ic_rc run_turn(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct token_work *work = context;
    return ic_store_device_turn_token(tx, &work->device.device_id, &work->token_hash, work->now, err);
}

static enum ic_rc run_end_copied(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct token_work *work = context;
    const struct ic_device *device = &work->device;
    const struct ic_asker asker = ic_asker_by_device(device);
    enum ic_rc rc = ic_store_device_revoke(tx, &device->device_id, &device->opr_id, work->now, err);
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, work->service, &device->opr_id,
                                 "lost a desktop whose token was copied:", device->device_name, work->now, err);
    }
    return rc ? rc
              : ic_audit_record_change(tx, &asker, IC_AUDIT_ACTION_TOKEN_REUSED, &device->device_id, "device_name",
                                       device->device_name, IC_STR(""), work->now, err);
}

/* Two hold a token of which one alone was given the next: nobody knows which is the desktop, so that neither goes on.
 */
static enum ic_rc refuse_former(struct token_work *work, struct ic_err *err)
{
    struct ic_err ending = IC_ERR_NONE;
    if (work->now - work->device.token_created_at >= IC_TOKEN_GRACE_MS) {
        enum ic_rc rc = ic_store_write(work->service->store, run_end_copied, work, &ending);
        if (rc == IC_OK) {
            ic_presence_end(work->service, &work->device.device_id);
        } else if (rc != IC_NOT_FOUND) {
            *err = ending;
            return rc;
        }
    }
    return ic_err_set(err, IC_CODE_INVALID_TOKEN, "service.devices.token", "Another token has taken its place.");
}

enum ic_rc ic_devices_get_by_token(struct ic_service *service, struct ic_str token, struct ic_arena *arena,
                                   struct ic_device *ret_device, struct ic_err *err)
{
    struct token_work work = {.service = service, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_hash_of(token, &work.token_hash);
    enum ic_rc rc = ic_store_read(service->store, run_get_by_token, &work, err);
    if (rc == IC_OK && work.turn == IC_TOKEN_TURN_FORMER) {
        rc = refuse_former(&work, err);
    }
    if (rc == IC_OK && work.turn == IC_TOKEN_TURN_NEXT) {
        rc = ic_store_write(service->store, run_turn, &work, err);
        work.device.token_created_at = work.now;
    }
    if (rc == IC_OK) {
        *ret_device = work.device;
    }
    return rc;
}

static enum ic_rc run_renew(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct token_work *work = context;
    const struct ic_device *device = &work->device;
    struct ic_asker asker = ic_asker_by_device(device);
    asker.address = work->address;
    const struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_DEVICE_TOKEN_RENEWED,
                                       .object_id = ic_id_text(&device->device_id)};
    enum ic_rc rc = ic_store_device_set_next_token(tx, &device->device_id, &work->token_hash, err);
    return rc == IC_OK ? ic_audit_record(tx, &asker, &deed, work->now, err) : rc;
}

enum ic_rc ic_devices_renew_token(struct ic_service *service, const struct ic_device *device, struct ic_str address,
                                  struct ic_secret *ret_token, struct ic_err *err)
{
    struct token_work work = {
        .service = service, .address = address, .now = ic_clock_now_ms(&service->clock), .device = *device};
    struct ic_secret token;
    ic_secret_create(&service->rand, &token);
    ic_hash_of(ic_str_from(token.text), &work.token_hash);
    enum ic_rc rc = ic_store_write(service->store, run_renew, &work, err);
    if (rc == IC_OK) {
        *ret_token = token;
    }
    ic_secret_wipe(&token, sizeof token);
    return rc;
}
