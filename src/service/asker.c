#include "service/asker.h"

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
    };
}

enum ic_rc ic_asker_can(struct ic_store_tx *tx, const struct ic_asker *asker, enum ic_action action,
                        enum ic_whose whose, struct ic_err *err)
{
    struct ic_asker now = *asker;
    enum ic_rc rc = ic_store_operator_standing(tx, &asker->opr_id, &now.role, err);
    return rc == IC_OK ? ic_can_check(&now, action, whose, err) : rc;
}
