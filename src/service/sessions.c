#include "service/sessions.h"

#include "base/log.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/devices.h"
#include "service/people_event.h"

#include <string.h>

/* ---- Opening one. ---- */

/* What a browser calls itself is shown to people later: only what prints in ASCII is kept of it. */
static struct ic_str keep_printable(struct ic_str text, char *kept, size_t size_max)
{
    size_t size = text.size < size_max ? text.size : size_max;
    for (size_t i = 0; i < size; i++) {
        kept[i] = text.data[i] >= ' ' && text.data[i] <= '~' ? text.data[i] : '?';
    }
    return (struct ic_str){kept, size};
}

void ic_session_opening_init(struct ic_session_opening *opening, const struct ic_service *service,
                             const struct ic_visitor *visitor)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    *opening = (struct ic_session_opening){.has_former = ic_secret_has_form(visitor->session)};
    ic_secret_create(&service->rand, &opening->secret);
    opening->session = (struct ic_session){
        .address = keep_printable(visitor->address, opening->address, sizeof opening->address),
        .user_agent = keep_printable(visitor->user_agent, opening->user_agent, sizeof opening->user_agent),
        .created_at = now,
        .proven_at = now,
        .last_seen_at = now,
        .expires_at = now + IC_LIMIT_SESSION_LIFETIME_MS,
    };
    ic_hash_of(ic_str_from(opening->secret.text), &opening->session.secret_hash);
    if (opening->has_former) {
        ic_hash_of(visitor->session, &opening->former_hash);
    }
}

/* Whoever signs in leaves no other way in behind in the same browser. */
static enum ic_rc end_former(struct ic_store_tx *tx, const struct ic_session_opening *opening, struct ic_err *err)
{
    return opening->has_former ? ic_store_session_delete(tx, &opening->former_hash, err) : IC_OK;
}

enum ic_rc ic_session_open(struct ic_store_tx *tx, const struct ic_service *service, const struct ic_id *opr_id,
                           const struct ic_session_opening *opening, const char *how, struct ic_arena *arena,
                           struct ic_identity *ret_identity, struct ic_err *err)
{
    struct ic_session session = opening->session;
    struct ic_identity identity = {.proven_at = session.proven_at, .expires_at = session.expires_at};
    session.opr_id = *opr_id;
    enum ic_role role;
    enum ic_rc rc = ic_store_operator_standing(tx, opr_id, &role, err);
    if (rc == IC_OK) {
        rc = end_former(tx, opening, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_session_insert(tx, &session, &service->rand, &identity.session_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_get(tx, opr_id, arena, &identity.operator_, err);
    }
    if (rc == IC_OK) {
        const struct ic_asker asker = ic_session_asker(&identity, session.address, session.created_at);
        rc = ic_audit_record_change(tx, &asker, IC_AUDIT_ACTION_SIGNED_IN, &identity.session_id, "by",
                                    (struct ic_str){0}, ic_str_from(how), session.created_at, err);
    }
    if (rc == IC_OK) {
        *ret_identity = identity;
    }
    return rc;
}

enum ic_rc ic_session_prove(struct ic_store_tx *tx, const struct ic_asker *asker,
                            const struct ic_session_opening *opening, struct ic_err *err)
{
    const struct ic_session *session = &opening->session;
    return ic_store_session_prove(tx, &asker->session_id, &session->secret_hash, session->proven_at, err);
}

/* ---- Whose it is. ---- */

struct session_read {
    struct ic_hash secret_hash;
    struct ic_str address;
    int64_t now;
    struct ic_arena *arena;
    struct ic_session session;
    struct ic_operator operator_;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct session_read *read = context;
    enum ic_rc rc = ic_store_session_get(tx, &read->secret_hash, read->now, read->arena, &read->session, err);
    return rc == IC_OK ? ic_store_operator_get(tx, &read->session.opr_id, read->arena, &read->operator_, err) : rc;
}

static enum ic_rc run_touch(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct session_read *read = context;
    return ic_store_session_touch(tx, &read->secret_hash, read->address, read->now, err);
}

enum ic_rc ic_sessions_get(struct ic_service *service, struct ic_str session, struct ic_str address,
                           struct ic_arena *arena, struct ic_identity *ret_identity, struct ic_err *err)
{
    struct session_read read = {.now = ic_clock_now_ms(&service->clock), .address = address, .arena = arena};
    ic_hash_of(session, &read.secret_hash);
    enum ic_rc rc = ic_store_read(service->store, run_get, &read, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (read.now - read.session.last_seen_at >= IC_SESSION_TOUCH_MS) {
        /* The person is signed in whether or not this can be written down: a busy writer must not turn them away. */
        struct ic_err touch_err = IC_ERR_NONE;
        if (ic_store_write(service->store, run_touch, &read, &touch_err) != IC_OK) {
            ic_log_err(IC_LOG_WARN, "session.touch_failed", &touch_err);
        }
    }
    *ret_identity = (struct ic_identity){
        .operator_ = read.operator_,
        .session_id = read.session.session_id,
        .proven_at = read.session.proven_at,
        .expires_at = read.session.expires_at,
    };
    return IC_OK;
}

struct ic_asker ic_session_asker(const struct ic_identity *identity, struct ic_str address, int64_t now)
{
    bool is_recent = now - identity->proven_at <= IC_LIMIT_RECENT_MS;
    struct ic_asker asker = ic_asker_by_session(&identity->operator_, is_recent);
    asker.session_id = identity->session_id;
    asker.address = address;
    return asker;
}

/* ---- Ending. ---- */

struct end_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *session_id;
    int64_t now;
    struct ic_arena *arena;
    struct ic_device_list devices;
};

static enum ic_rc record(struct ic_store_tx *tx, const struct end_write *write, enum ic_audit_action action,
                         const struct ic_id *object_id, struct ic_err *err)
{
    const struct ic_audit_deed deed = {.action = action, .object_id = ic_id_text(object_id)};
    return ic_audit_record(tx, write->asker, &deed, write->now, err);
}

static enum ic_rc run_sign_out(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct end_write *write = context;
    struct ic_err gone = IC_ERR_NONE;
    enum ic_rc rc = ic_store_session_end(tx, &write->asker->session_id, &write->asker->opr_id, &gone);
    if (rc == IC_NOT_FOUND) {
        return IC_OK;
    }
    if (rc != IC_OK) {
        *err = gone;
        return rc;
    }
    return record(tx, write, IC_AUDIT_ACTION_SIGNED_OUT, &write->asker->session_id, err);
}

enum ic_rc ic_sessions_sign_out(struct ic_service *service, const struct ic_asker *asker, struct ic_err *err)
{
    struct end_write write = {.service = service, .asker = asker, .now = ic_clock_now_ms(&service->clock)};
    enum ic_rc rc = ic_store_write(service->store, run_sign_out, &write, err);
    if (rc == IC_OK) {
        ic_stream_watch_end(&service->stream_watch, &asker->session_id);
    }
    return rc;
}

struct list_read {
    const struct ic_asker *asker;
    int64_t now;
    struct ic_arena *arena;
    struct ic_session_list list;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    return ic_store_session_list(tx, &read->asker->opr_id, read->now, read->arena, &read->list, err);
}

enum ic_rc ic_sessions_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                            struct ic_session_list *ret_list, struct ic_err *err)
{
    struct list_read read = {.asker = asker, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_SESSIONS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc == IC_OK) {
        *ret_list = read.list;
    }
    return rc;
}

static enum ic_rc run_end(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct end_write *write = context;
    enum ic_rc rc = ic_asker_can(tx, write->asker, IC_ACTION_END_SESSION, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_session_end(tx, write->session_id, &write->asker->opr_id, err);
    }
    return rc == IC_OK ? record(tx, write, IC_AUDIT_ACTION_SESSION_ENDED, write->session_id, err) : rc;
}

enum ic_rc ic_sessions_end(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *session_id,
                           struct ic_err *err)
{
    struct end_write write = {
        .service = service, .asker = asker, .session_id = session_id, .now = ic_clock_now_ms(&service->clock)};
    enum ic_rc rc = ic_store_write(service->store, run_end, &write, err);
    if (rc == IC_OK) {
        ic_stream_watch_end(&service->stream_watch, session_id);
    }
    return rc;
}

static enum ic_rc run_end_all(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct end_write *write = context;
    const struct ic_id *opr_id = &write->asker->opr_id;
    enum ic_rc rc = ic_asker_can(tx, write->asker, IC_ACTION_END_ALL_SESSIONS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_sessions_end_all(tx, opr_id, &write->asker->session_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_device_list(tx, opr_id, write->arena, &write->devices, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_devices_revoke_all(tx, opr_id, write->now, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, write->service, opr_id, "signed out everywhere else", (struct ic_str){0},
                                 write->now, err);
    }
    return rc == IC_OK ? record(tx, write, IC_AUDIT_ACTION_ALL_SESSIONS_ENDED, opr_id, err) : rc;
}

enum ic_rc ic_sessions_end_all(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                               struct ic_err *err)
{
    struct end_write write = {
        .service = service, .asker = asker, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    enum ic_rc rc = ic_store_write(service->store, run_end_all, &write, err);
    if (rc == IC_OK) {
        ic_stream_watch_end_all(&service->stream_watch, &asker->opr_id, &asker->session_id);
        for (size_t i = 0; i < write.devices.count; i++) {
            ic_presence_end(service, &write.devices.items[i].device_id);
        }
    }
    return rc;
}
