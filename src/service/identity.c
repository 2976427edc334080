#include "service/identity.h"

#include "base/log.h"
#include "contract/limits.h"
#include "service/people_event.h"
#include "service/plain_text.h"
#include "store/access.h"

static const char invalid_link_detail[] = "Ask for a new link: this one was used, has expired or never existed.";

static enum ic_rc read_has_owner(struct ic_store_tx *tx, struct ic_arena *arena, bool *ret_has_owner,
                                 struct ic_err *err)
{
    struct ic_operator owner;
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = ic_store_owner_find(tx, arena, &owner, &missing);
    if (rc != IC_OK && rc != IC_NOT_FOUND) {
        *err = missing;
        return rc;
    }
    *ret_has_owner = rc == IC_OK;
    return IC_OK;
}

struct has_owner_read {
    struct ic_arena *arena;
    bool has_owner;
};

static enum ic_rc run_has_owner(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct has_owner_read *read = context;
    return read_has_owner(tx, read->arena, &read->has_owner, err);
}

enum { OWNER_ARENA_BYTES_MAX = 16384 };

enum ic_rc ic_identity_has_owner(struct ic_service *service, bool *ret_has_owner, struct ic_err *err)
{
    struct has_owner_read read = {.arena = ic_arena_create(OWNER_ARENA_BYTES_MAX)};
    if (!read.arena) {
        return ic_arena_failed("service.identity.has_owner", err);
    }
    enum ic_rc rc = ic_store_read(service->store, run_has_owner, &read, err);
    if (rc == IC_OK) {
        *ret_has_owner = read.has_owner;
    }
    ic_arena_destroy(read.arena);
    return rc;
}

struct link_write {
    struct ic_link link;
    struct ic_str operator_text;
    struct ic_arena *arena;
    struct ic_operator operator_;
};

static void make_link(struct ic_service *service, struct ic_secret *secret, struct ic_link *link)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    ic_secret_create(&service->rand, secret);
    *link = (struct ic_link){.created_at = now, .expires_at = now + IC_LIMIT_LINK_LIFETIME_MS};
    ic_hash_of(ic_str_from(secret->text), &link->secret_hash);
}

static enum ic_rc run_create_owner_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct link_write *write = context;
    bool has_owner = false;
    enum ic_rc rc = read_has_owner(tx, write->arena, &has_owner, err);
    if (rc == IC_OK && has_owner) {
        rc = ic_err_set(err, IC_CODE_OWNER_EXISTS, "service.identity.create_owner_link", "The team has an owner.");
    }
    if (rc == IC_OK) {
        rc = ic_store_owner_links_delete(tx, err);
    }
    return rc == IC_OK ? ic_store_link_insert(tx, &write->link, err) : rc;
}

enum ic_rc ic_identity_create_owner_link(struct ic_service *service, struct ic_secret *ret_link, struct ic_err *err)
{
    struct link_write write = {.arena = ic_arena_create(OWNER_ARENA_BYTES_MAX)};
    struct ic_secret secret;
    if (!write.arena) {
        return ic_arena_failed("service.identity.create_owner_link", err);
    }
    make_link(service, &secret, &write.link);
    enum ic_rc rc = ic_store_write(service->store, run_create_owner_link, &write, err);
    if (rc == IC_OK) {
        *ret_link = secret;
    }
    ic_secret_wipe(&secret, sizeof secret);
    ic_arena_destroy(write.arena);
    return rc;
}

static enum ic_rc run_create_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct link_write *write = context;
    enum ic_rc rc = write->operator_text.size == 0
                        ? ic_store_owner_find(tx, write->arena, &write->operator_, err)
                        : ic_store_operator_find(tx, write->operator_text, write->arena, &write->operator_, err);
    if (rc != IC_OK) {
        return rc;
    }
    write->link.opr_id = write->operator_.opr_id;
    return ic_store_link_insert(tx, &write->link, err);
}

enum ic_rc ic_identity_create_link(struct ic_service *service, struct ic_str operator_text, struct ic_arena *arena,
                                   struct ic_secret *ret_link, struct ic_operator *ret_operator, struct ic_err *err)
{
    struct link_write write = {.operator_text = operator_text, .arena = arena};
    struct ic_secret secret;
    make_link(service, &secret, &write.link);
    enum ic_rc rc = ic_store_write(service->store, run_create_link, &write, err);
    if (rc == IC_OK) {
        *ret_link = secret;
        *ret_operator = write.operator_;
    }
    ic_secret_wipe(&secret, sizeof secret);
    return rc;
}

/* What trading a link for a session needs and gives. */
struct entry_write {
    struct ic_service *service;
    struct ic_hash link_hash;
    struct ic_operator joining; /* Only for an owner who joins. */
    struct ic_session session;
    struct ic_arena *arena;
    struct ic_operator operator_;
};

static void begin_entry(struct ic_service *service, struct ic_str link, struct ic_arena *arena,
                        struct ic_secret *session, struct entry_write *write)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    ic_secret_create(&service->rand, session);
    *write = (struct entry_write){.service = service, .arena = arena};
    ic_hash_of(link, &write->link_hash);
    write->session =
        (struct ic_session){.created_at = now, .last_seen_at = now, .expires_at = now + IC_LIMIT_SESSION_LIFETIME_MS};
    ic_hash_of(ic_str_from(session->text), &write->session.secret_hash);
}

static enum ic_rc take_link(struct ic_store_tx *tx, const struct entry_write *write, bool is_for_owner,
                            struct ic_link *ret_link, struct ic_err *err)
{
    enum ic_rc rc = ic_store_link_take(tx, &write->link_hash, write->session.created_at, ret_link, err);
    if (rc == IC_OK && ic_id_is_empty(&ret_link->opr_id) != is_for_owner) {
        rc = ic_err_set(err, IC_CODE_INVALID_LINK, "service.identity.take_link", invalid_link_detail);
    }
    return rc;
}

static enum ic_rc run_join(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_write *write = context;
    struct ic_link link;
    bool has_owner = false;
    enum ic_rc rc = take_link(tx, write, true, &link, err);
    if (rc == IC_OK) {
        rc = read_has_owner(tx, write->arena, &has_owner, err);
    }
    if (rc == IC_OK && has_owner) {
        rc = ic_err_set(err, IC_CODE_OWNER_EXISTS, "service.identity.join", "The team has an owner.");
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_insert(tx, &write->joining, &write->service->rand, &write->session.opr_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_owner_links_delete(tx, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, write->service, &write->session.opr_id, "joined the team", (struct ic_str){0},
                                 write->session.created_at, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_session_insert(tx, &write->session, err);
    }
    return rc == IC_OK ? ic_store_operator_get(tx, &write->session.opr_id, write->arena, &write->operator_, err) : rc;
}

static enum ic_rc run_sign_in(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_write *write = context;
    struct ic_link link;
    enum ic_rc rc = take_link(tx, write, false, &link, err);
    if (rc != IC_OK) {
        return rc;
    }
    write->session.opr_id = link.opr_id;
    rc = ic_store_session_insert(tx, &write->session, err);
    return rc == IC_OK ? ic_store_operator_get(tx, &link.opr_id, write->arena, &write->operator_, err) : rc;
}

static enum ic_rc enter(struct entry_write *write, ic_store_run run, const struct ic_secret *session,
                        struct ic_identity *ret_identity, struct ic_secret *ret_session, struct ic_err *err)
{
    enum ic_rc rc = ic_store_write(write->service->store, run, write, err);
    if (rc == IC_OK) {
        *ret_identity = (struct ic_identity){write->operator_, write->session.expires_at};
        *ret_session = *session;
    }
    return rc;
}

static enum ic_rc check_joining(const struct ic_join *join, int64_t now, struct ic_operator *ret_operator,
                                struct ic_err *err)
{
    struct ic_operator operator_ = {
        .opr_status = IC_OPERATOR_STATUS_OFFLINE,
        .role = IC_ROLE_OWNER,
        .time_zone = join->time_zone,
        .created_at = now,
        .last_activity = now,
    };
    enum ic_rc rc = ic_plain_text_check(join->opr_name, IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX, "/opr_name",
                                        &operator_.opr_name, err);
    if (rc == IC_OK) {
        rc = ic_plain_text_check_email(join->opr_email, "/opr_email", &operator_.opr_email, err);
    }
    if (rc == IC_OK) {
        rc = ic_plain_text_check_time_zone(join->time_zone, "/time_zone", err);
    }
    if (rc == IC_OK) {
        *ret_operator = operator_;
    }
    return rc;
}

enum ic_rc ic_identity_join(struct ic_service *service, const struct ic_join *join, struct ic_arena *arena,
                            struct ic_identity *ret_identity, struct ic_secret *ret_session, struct ic_err *err)
{
    struct entry_write write;
    struct ic_secret session;
    begin_entry(service, join->link, arena, &session, &write);
    enum ic_rc rc = check_joining(join, write.session.created_at, &write.joining, err);
    if (rc == IC_OK) {
        rc = enter(&write, run_join, &session, ret_identity, ret_session, err);
    }
    ic_secret_wipe(&session, sizeof session);
    return rc;
}

enum ic_rc ic_identity_sign_in(struct ic_service *service, struct ic_str link, struct ic_arena *arena,
                               struct ic_identity *ret_identity, struct ic_secret *ret_session, struct ic_err *err)
{
    struct entry_write write;
    struct ic_secret session;
    begin_entry(service, link, arena, &session, &write);
    enum ic_rc rc = enter(&write, run_sign_in, &session, ret_identity, ret_session, err);
    ic_secret_wipe(&session, sizeof session);
    return rc;
}

struct session_read {
    struct ic_hash secret_hash;
    int64_t now;
    struct ic_arena *arena;
    struct ic_session session;
    struct ic_operator operator_;
};

static enum ic_rc run_session_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct session_read *read = context;
    enum ic_rc rc = ic_store_session_get(tx, &read->secret_hash, read->now, &read->session, err);
    return rc == IC_OK ? ic_store_operator_get(tx, &read->session.opr_id, read->arena, &read->operator_, err) : rc;
}

static enum ic_rc run_session_touch(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct session_read *read = context;
    return ic_store_session_touch(tx, &read->secret_hash, read->now, err);
}

enum ic_rc ic_identity_get(struct ic_service *service, struct ic_str session, struct ic_arena *arena,
                           struct ic_identity *ret_identity, struct ic_err *err)
{
    struct session_read read = {.now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_hash_of(session, &read.secret_hash);
    enum ic_rc rc = ic_store_read(service->store, run_session_get, &read, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (read.now - read.session.last_seen_at >= IC_SESSION_TOUCH_MS) {
        /* The person is signed in whether or not this can be written down: a busy writer must not turn them away. */
        struct ic_err touch_err = IC_ERR_NONE;
        if (ic_store_write(service->store, run_session_touch, &read, &touch_err) != IC_OK) {
            ic_log_err(IC_LOG_WARN, "session.touch_failed", &touch_err);
        }
    }
    *ret_identity = (struct ic_identity){read.operator_, read.session.expires_at};
    return IC_OK;
}

static enum ic_rc run_sign_out(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_session_delete(tx, context, err);
}

enum ic_rc ic_identity_sign_out(struct ic_service *service, struct ic_str session, struct ic_err *err)
{
    struct ic_hash secret_hash;
    ic_hash_of(session, &secret_hash);
    return ic_store_write(service->store, run_sign_out, &secret_hash, err);
}
