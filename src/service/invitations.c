#include "service/invitations.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/guesses.h"
#include "service/people_event.h"
#include "service/plain_text.h"

static const char operation[] = "service.invitations";

struct invitation_work {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *invitation_id;
    int64_t now;
    struct ic_arena *arena;
    struct ic_hash secret_hash;
    struct ic_invitation invitation;
    struct ic_invitation_list list;
};

/* ---- Giving one. ---- */

static enum ic_action inviting(enum ic_role role)
{
    return role == IC_ROLE_ADMIN ? IC_ACTION_INVITE_ADMIN : IC_ACTION_INVITE;
}

static enum ic_rc record(struct ic_store_tx *tx, const struct invitation_work *work, enum ic_audit_action action,
                         struct ic_err *err)
{
    const struct ic_invitation *invitation = &work->invitation;
    struct ic_audit_deed deed = {.action = action, .object_id = ic_id_text(&invitation->invitation_id)};
    struct ic_audit_value value;
    struct ic_str json;
    ic_audit_value_begin(&value);
    ic_json_put_name(&value.writer, "role", ic_role_name(invitation->role));
    ic_json_put_text(&value.writer, "opr_email", invitation->opr_email);
    enum ic_rc rc = ic_audit_value_end(&value, &json, err);
    if (rc == IC_OK) {
        *(action == IC_AUDIT_ACTION_OPERATOR_INVITED ? &deed.value_after : &deed.value_before) = json;
        rc = ic_audit_record(tx, work->asker, &deed, work->now, err);
    }
    ic_audit_value_release(&value);
    return rc;
}

static enum ic_rc run_create(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct invitation_work *work = context;
    struct ic_invitation *invitation = &work->invitation;
    struct ic_str whom = invitation->opr_email.size > 0 ? invitation->opr_email : IC_STR("whoever holds the link");
    enum ic_rc rc = ic_asker_can(tx, work->asker, inviting(invitation->role), IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_invitation_insert(tx, invitation, &work->secret_hash, &work->service->rand,
                                        &invitation->invitation_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, work->service, &work->asker->opr_id, "invited", whom, work->now, err);
    }
    return rc == IC_OK ? record(tx, work, IC_AUDIT_ACTION_OPERATOR_INVITED, err) : rc;
}

enum ic_rc ic_invitations_create(struct ic_service *service, const struct ic_asker *asker, enum ic_role role,
                                 struct ic_str opr_email, struct ic_invitation *ret_invitation,
                                 struct ic_secret *ret_secret, struct ic_err *err)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    struct ic_secret secret;
    struct invitation_work work = {
        .service = service,
        .asker = asker,
        .now = now,
        .invitation = {.role = role,
                       .invited_by = asker->opr_id,
                       .created_at = now,
                       .expires_at = now + IC_LIMIT_INVITATION_LIFETIME_MS},
    };
    enum ic_rc rc = ic_can_check(asker, inviting(role), IC_WHOSE_THEIRS, err);
    if (rc == IC_OK && role == IC_ROLE_OWNER) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/role", "Nobody is invited to own the team.");
    }
    if (rc == IC_OK && opr_email.size > 0) {
        rc = ic_plain_text_check_email(opr_email, "/opr_email", &work.invitation.opr_email, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    ic_secret_create(&service->rand, &secret);
    ic_hash_of(ic_str_from(secret.text), &work.secret_hash);
    rc = ic_store_write(service->store, run_create, &work, err);
    if (rc == IC_OK) {
        *ret_invitation = work.invitation;
        *ret_secret = secret;
    }
    ic_secret_wipe(&secret, sizeof secret);
    return rc;
}

/* ---- Seeing and taking back. ---- */

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct invitation_work *work = context;
    return ic_store_invitation_list(tx, work->now, work->arena, &work->list, err);
}

enum ic_rc ic_invitations_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                               struct ic_invitation_list *ret_list, struct ic_err *err)
{
    struct invitation_work work = {.now = ic_clock_now_ms(&service->clock), .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_INVITATIONS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &work, err);
    }
    if (rc == IC_OK) {
        *ret_list = work.list;
    }
    return rc;
}

static enum ic_rc run_revoke(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct invitation_work *work = context;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_REVOKE_INVITATION, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_invitation_get(tx, work->invitation_id, work->now, work->arena, &work->invitation, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_invitation_delete(tx, work->invitation_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, work->service, &work->asker->opr_id, "took back the invitation of",
                                 work->invitation.opr_email.size > 0 ? work->invitation.opr_email
                                                                     : IC_STR("whoever holds the link"),
                                 work->now, err);
    }
    return rc == IC_OK ? record(tx, work, IC_AUDIT_ACTION_INVITATION_REVOKED, err) : rc;
}

enum ic_rc ic_invitations_revoke(struct ic_service *service, const struct ic_asker *asker,
                                 const struct ic_id *invitation_id, struct ic_arena *arena, struct ic_err *err)
{
    struct invitation_work work = {
        .service = service,
        .asker = asker,
        .invitation_id = invitation_id,
        .now = ic_clock_now_ms(&service->clock),
        .arena = arena,
    };
    return ic_store_write(service->store, run_revoke, &work, err);
}

/* ---- Holding one. ---- */

static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct invitation_work *work = context;
    return ic_store_invitation_find_by_secret(tx, &work->secret_hash, work->now, work->arena, &work->invitation, err);
}

enum ic_rc ic_invitations_look(struct ic_service *service, struct ic_str secret, struct ic_str address,
                               struct ic_arena *arena, struct ic_invitation *ret_invitation, struct ic_err *err)
{
    struct invitation_work work = {.now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_hash_of(secret, &work.secret_hash);
    enum ic_rc rc = ic_guesses_check(service, (struct ic_str){0}, address, "look_at_invitation", err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_look, &work, err);
    }
    if (rc == IC_OK) {
        *ret_invitation = work.invitation;
    } else if (rc == IC_UNAUTHENTICATED) {
        ic_guesses_count(service, (struct ic_str){0}, address, "look_at_invitation", err->code);
    }
    return rc;
}
