#include "service/joining.h"

#include "contract/limits.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/email_domains.h"
#include "service/people_event.h"
#include "service/plain_text.h"
#include "store/access.h"
#include "store/invitations.h"

static const char operation[] = "service.joining";

enum ic_rc ic_joining_has_owner(struct ic_store_tx *tx, struct ic_arena *arena, bool *ret_has_owner, struct ic_err *err)
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

enum ic_rc ic_joining_check(struct ic_str opr_name, struct ic_str opr_email, struct ic_str time_zone, int64_t now,
                            struct ic_operator *ret_operator, struct ic_err *err)
{
    struct ic_operator operator_ = {
        .opr_status = IC_OPERATOR_STATUS_OFFLINE,
        .time_zone = time_zone,
        .created_at = now,
        .last_activity = now,
    };
    enum ic_rc rc =
        ic_plain_text_check(opr_name, IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX, "/opr_name", &operator_.opr_name, err);
    if (rc == IC_OK) {
        rc = ic_plain_text_check_email(opr_email, "/opr_email", &operator_.opr_email, err);
    }
    if (rc == IC_OK) {
        rc = ic_plain_text_check_time_zone(time_zone, "/time_zone", err);
    }
    if (rc == IC_OK) {
        *ret_operator = operator_;
    }
    return rc;
}

/* The first owner's link; `ret_is_one` is false when the secret is none of those. */
static enum ic_rc take_owner_link(struct ic_store_tx *tx, const struct ic_joining *joining, struct ic_arena *arena,
                                  bool *ret_is_one, struct ic_err *err)
{
    struct ic_link link;
    bool has_owner = false;
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = ic_store_link_take(tx, &joining->link_hash, joining->operator_.created_at, &link, &missing);
    if (rc == IC_UNAUTHENTICATED) {
        *ret_is_one = false;
        return IC_OK;
    }
    if (rc != IC_OK) {
        *err = missing;
        return rc;
    }
    if (!ic_id_is_empty(&link.opr_id)) {
        return ic_err_set(err, IC_CODE_INVALID_LINK, operation, "This link is of somebody who has joined.");
    }
    rc = ic_joining_has_owner(tx, arena, &has_owner, err);
    if (rc == IC_OK && has_owner) {
        rc = ic_err_set(err, IC_CODE_OWNER_EXISTS, operation, "The team has an owner.");
    }
    if (rc == IC_OK) {
        rc = ic_store_owner_links_delete(tx, err);
    }
    if (rc == IC_OK) {
        *ret_is_one = true;
    }
    return rc;
}

static enum ic_rc take_invitation(struct ic_store_tx *tx, const struct ic_joining *joining, struct ic_arena *arena,
                                  enum ic_role *ret_role, struct ic_err *err)
{
    struct ic_invitation invitation;
    enum ic_rc rc = ic_store_invitation_find_by_secret(tx, &joining->link_hash, joining->operator_.created_at, arena,
                                                       &invitation, err);
    if (rc == IC_OK && invitation.opr_email.size > 0 &&
        !ic_str_equal_folded(invitation.opr_email, joining->operator_.opr_email)) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/opr_email",
                              "The invitation is for another e-mail address.");
    }
    if (rc == IC_OK) {
        rc = ic_store_invitation_delete(tx, &invitation.invitation_id, err);
    }
    if (rc == IC_OK) {
        *ret_role = invitation.role;
    }
    return rc;
}

static enum ic_rc find_role(struct ic_store_tx *tx, const struct ic_joining *joining, struct ic_arena *arena,
                            enum ic_role *ret_role, struct ic_err *err)
{
    bool is_owner = false;
    if (!joining->has_link) {
        return ic_email_domain_role(tx, joining->verified_email, arena, ret_role, err);
    }
    enum ic_rc rc = take_owner_link(tx, joining, arena, &is_owner, err);
    if (rc == IC_OK && is_owner) {
        *ret_role = IC_ROLE_OWNER;
        return IC_OK;
    }
    return rc == IC_OK ? take_invitation(tx, joining, arena, ret_role, err) : rc;
}

enum ic_rc ic_joining_run(struct ic_store_tx *tx, const struct ic_service *service, const struct ic_joining *joining,
                          struct ic_arena *arena, struct ic_id *ret_opr_id, struct ic_err *err)
{
    struct ic_operator operator_ = joining->operator_;
    int64_t now = operator_.created_at;
    enum ic_rc rc = find_role(tx, joining, arena, &operator_.role, err);
    if (rc == IC_OK) {
        rc = ic_store_operator_insert(tx, &operator_, &service->rand, &operator_.opr_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, service, &operator_.opr_id, "joined the team", (struct ic_str){0}, now, err);
    }
    if (rc == IC_OK) {
        struct ic_asker asker = ic_asker_by_session(&operator_, true);
        asker.address = joining->address;
        rc = ic_audit_record_change(tx, &asker, IC_AUDIT_ACTION_JOINED, &operator_.opr_id, "role", (struct ic_str){0},
                                    ic_str_from(ic_role_name(operator_.role)), now, err);
    }
    if (rc == IC_OK) {
        *ret_opr_id = operator_.opr_id;
    }
    return rc;
}
