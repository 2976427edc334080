#include "service/identity.h"

#include "service/audit.h"
#include "service/guesses.h"
#include "service/joining.h"
#include "service/password_policy.h"
#include "store/credentials.h"
#include "store/invitations.h"

enum { OWNER_ARENA_BYTES_MAX = 16384 };

/* ---- Links. ---- */

struct has_owner_read {
    struct ic_arena *arena;
    bool has_owner;
};

static enum ic_rc run_has_owner(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct has_owner_read *read = context;
    return ic_joining_has_owner(tx, read->arena, &read->has_owner, err);
}

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

void ic_identity_make_link(const struct ic_service *service, enum ic_link_purpose purpose, struct ic_secret *ret_secret,
                           struct ic_link *ret_link)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    ic_secret_create(&service->rand, ret_secret);
    *ret_link = (struct ic_link){.purpose = purpose, .created_at = now, .expires_at = now + IC_LIMIT_LINK_LIFETIME_MS};
    ic_hash_of(ic_str_from(ret_secret->text), &ret_link->secret_hash);
}

static enum ic_rc record_link(struct ic_store_tx *tx, const struct link_write *write, struct ic_err *err)
{
    const struct ic_asker command = {.credential = IC_CREDENTIAL_COMMAND};
    const struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_LINK_CREATED,
                                       .object_id = ic_id_text(&write->link.opr_id)};
    return ic_audit_record(tx, &command, &deed, write->link.created_at, err);
}

static enum ic_rc run_create_owner_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct link_write *write = context;
    bool has_owner = false;
    enum ic_rc rc = ic_joining_has_owner(tx, write->arena, &has_owner, err);
    if (rc == IC_OK && has_owner) {
        rc = ic_err_set(err, IC_CODE_OWNER_EXISTS, "service.identity.create_owner_link", "The team has an owner.");
    }
    if (rc == IC_OK) {
        rc = ic_store_owner_links_delete(tx, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_link_insert(tx, &write->link, err);
    }
    return rc == IC_OK ? record_link(tx, write, err) : rc;
}

enum ic_rc ic_identity_create_owner_link(struct ic_service *service, struct ic_secret *ret_link, struct ic_err *err)
{
    struct link_write write = {.arena = ic_arena_create(OWNER_ARENA_BYTES_MAX)};
    struct ic_secret secret;
    if (!write.arena) {
        return ic_arena_failed("service.identity.create_owner_link", err);
    }
    ic_identity_make_link(service, IC_LINK_SIGN_IN, &secret, &write.link);
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
    if (rc == IC_OK && write->operator_.disabled_at > 0) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, "service.identity.create_link", "They are disabled.");
    }
    if (rc != IC_OK) {
        return rc;
    }
    write->link.opr_id = write->operator_.opr_id;
    rc = ic_store_link_insert(tx, &write->link, err);
    return rc == IC_OK ? record_link(tx, write, err) : rc;
}

enum ic_rc ic_identity_create_link(struct ic_service *service, struct ic_str operator_text, struct ic_arena *arena,
                                   struct ic_secret *ret_link, struct ic_operator *ret_operator, struct ic_err *err)
{
    struct link_write write = {.operator_text = operator_text, .arena = arena};
    struct ic_secret secret;
    ic_identity_make_link(service, IC_LINK_SIGN_IN, &secret, &write.link);
    enum ic_rc rc = ic_store_write(service->store, run_create_link, &write, err);
    if (rc == IC_OK) {
        *ret_link = secret;
        *ret_operator = write.operator_;
    }
    ic_secret_wipe(&secret, sizeof secret);
    return rc;
}

/* ---- Coming in. ---- */

/* What trading a link for a session needs and gives. */
struct entry_write {
    struct ic_service *service;
    struct ic_hash link_hash;
    struct ic_joining joining;   /* Only for one who joins. */
    struct ic_password password; /* The same; empty: none. */
    struct ic_session_opening opening;
    struct ic_arena *arena;
    struct ic_identity identity;
};

static void begin_entry(struct ic_service *service, struct ic_str link, const struct ic_visitor *visitor,
                        struct ic_arena *arena, struct entry_write *write)
{
    *write = (struct entry_write){.service = service, .arena = arena};
    ic_hash_of(link, &write->link_hash);
    ic_session_opening_init(&write->opening, service, visitor);
}

/* Runs the entry, and counts a secret that was none. */
static enum ic_rc enter(struct entry_write *write, ic_store_run run, const struct ic_visitor *visitor,
                        struct ic_identity *ret_identity, struct ic_secret *ret_session, struct ic_err *err)
{
    enum ic_rc rc = ic_store_write(write->service->store, run, write, err);
    if (rc == IC_OK) {
        *ret_identity = write->identity;
        *ret_session = write->opening.secret;
    } else if (rc == IC_UNAUTHENTICATED) {
        ic_guesses_count(write->service, (struct ic_str){0}, visitor->address, "sign_in", err->code);
    }
    return rc;
}

static enum ic_rc run_join(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_write *write = context;
    struct ic_id opr_id;
    enum ic_rc rc = ic_joining_run(tx, write->service, &write->joining, write->arena, &opr_id, err);
    if (rc == IC_OK && write->password.hash.text[0]) {
        rc = ic_store_password_put(tx, &opr_id, &write->password, err);
    }
    return rc == IC_OK ? ic_session_open(tx, write->service, &opr_id, &write->opening, "joining", write->arena,
                                         &write->identity, err)
                       : rc;
}

/* Whether the link can be used at all: nobody's password is hashed before that is known. */
static enum ic_rc run_look_at_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_write *write = context;
    struct ic_invitation invitation;
    struct ic_link link;
    struct ic_err missing = IC_ERR_NONE;
    int64_t now = write->opening.session.created_at;
    enum ic_rc rc = ic_store_link_find(tx, &write->link_hash, now, &link, &missing);
    if (rc == IC_OK) {
        return IC_OK;
    }
    if (rc != IC_UNAUTHENTICATED) {
        *err = missing;
        return rc;
    }
    rc = ic_store_invitation_find_by_secret(tx, &write->link_hash, now, write->arena, &invitation, err);
    if (rc == IC_OK && write->password.changed_at == 0) {
        rc = ic_err_set_field(err, IC_CODE_MISSING_FIELD, "service.identity.join", "/password",
                              "Choose a password to come back with.");
    }
    return rc;
}

static enum ic_rc prepare_join(struct entry_write *write, const struct ic_join *join, const struct ic_visitor *visitor,
                               struct ic_err *err)
{
    struct ic_service *service = write->service;
    struct ic_operator *operator_ = &write->joining.operator_;
    int64_t now = write->opening.session.created_at;
    write->joining = (struct ic_joining){.has_link = true, .link_hash = write->link_hash, .address = visitor->address};
    write->password.changed_at = join->password.size > 0 ? now : 0;
    enum ic_rc rc = ic_guesses_check(service, (struct ic_str){0}, visitor->address, "join", err);
    if (rc == IC_OK) {
        rc = ic_joining_check(join->opr_name, join->opr_email, join->time_zone, now, operator_, err);
    }
    if (rc == IC_OK && join->password.size > 0) {
        rc = ic_password_check(join->password, operator_->opr_name, operator_->opr_email, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_look_at_link, write, err);
        if (rc == IC_UNAUTHENTICATED) {
            ic_guesses_count(service, (struct ic_str){0}, visitor->address, "join", err->code);
        }
    }
    if (rc == IC_OK && join->password.size > 0) {
        rc = ic_password_gate_hash(&service->password_gate, join->password, &write->password.hash, err);
    }
    return rc;
}

enum ic_rc ic_identity_join(struct ic_service *service, const struct ic_join *join, const struct ic_visitor *visitor,
                            struct ic_arena *arena, struct ic_identity *ret_identity, struct ic_secret *ret_session,
                            struct ic_err *err)
{
    struct entry_write write;
    begin_entry(service, join->link, visitor, arena, &write);
    enum ic_rc rc = prepare_join(&write, join, visitor, err);
    if (rc == IC_OK) {
        rc = enter(&write, run_join, visitor, ret_identity, ret_session, err);
    }
    ic_secret_wipe(&write, sizeof write);
    return rc;
}

static enum ic_rc run_sign_in(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_write *write = context;
    struct ic_link link;
    enum ic_rc rc = ic_store_link_take(tx, &write->link_hash, write->opening.session.created_at, &link, err);
    if (rc == IC_OK && (ic_id_is_empty(&link.opr_id) || link.purpose != IC_LINK_SIGN_IN)) {
        rc = ic_err_set(err, IC_CODE_INVALID_LINK, "service.identity.sign_in", "This link is for something else.");
    }
    return rc == IC_OK ? ic_session_open(tx, write->service, &link.opr_id, &write->opening, "link", write->arena,
                                         &write->identity, err)
                       : rc;
}

enum ic_rc ic_identity_sign_in(struct ic_service *service, struct ic_str link, const struct ic_visitor *visitor,
                               struct ic_arena *arena, struct ic_identity *ret_identity, struct ic_secret *ret_session,
                               struct ic_err *err)
{
    struct entry_write write;
    begin_entry(service, link, visitor, arena, &write);
    enum ic_rc rc = ic_guesses_check(service, (struct ic_str){0}, visitor->address, "sign_in", err);
    if (rc == IC_OK) {
        rc = enter(&write, run_sign_in, visitor, ret_identity, ret_session, err);
    }
    ic_secret_wipe(&write, sizeof write);
    return rc;
}
