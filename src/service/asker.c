#include "service/asker.h"

#include <string.h>

struct ic_asker ic_asker_by_session(const struct ic_operator *operator_, bool is_recent)
{
    return (struct ic_asker){
        .opr_id = operator_->opr_id,
        .role = operator_->role,
        .credential = IC_CREDENTIAL_SESSION,
        .is_recent = is_recent,
    };
}

struct ic_asker ic_asker_by_device(const struct ic_device *device)
{
    return (struct ic_asker){
        .opr_id = device->opr_id,
        .role = device->role,
        .credential = IC_CREDENTIAL_DEVICE,
        .device_id = device->device_id,
    };
}

struct ic_asker ic_asker_by_token(const struct ic_token *token)
{
    struct ic_asker asker = {
        .opr_id = token->opr_id,
        .role = token->role,
        .credential = IC_CREDENTIAL_TOKEN,
        .token_id = token->token_id,
    };
    memcpy(asker.has_scope, token->has_scope, sizeof asker.has_scope);
    return asker;
}

enum ic_rc ic_asker_can(struct ic_store_tx *tx, const struct ic_asker *asker, enum ic_action action,
                        enum ic_whose whose, struct ic_err *err)
{
    struct ic_asker now = *asker;
    enum ic_rc rc = ic_store_operator_standing(tx, &asker->opr_id, &now.role, err);
    return rc == IC_OK ? ic_can_check(&now, action, whose, err) : rc;
}
