#include "service/audit.h"

static const char operation[] = "service.audit";

static enum ic_audit_known_by known_by(const struct ic_asker *asker)
{
    switch (asker->credential) {
    case IC_CREDENTIAL_SESSION:
        return IC_AUDIT_KNOWN_BY_BROWSER;
    case IC_CREDENTIAL_DEVICE:
        return IC_AUDIT_KNOWN_BY_DESKTOP;
    case IC_CREDENTIAL_TOKEN:
        return IC_AUDIT_KNOWN_BY_TOKEN;
    case IC_CREDENTIAL_COMMAND:
        return IC_AUDIT_KNOWN_BY_COMMAND;
    case IC_CREDENTIAL_NONE:
    case IC_CREDENTIAL_COUNT:
        break;
    }
    return IC_AUDIT_KNOWN_BY_NOTHING;
}

enum ic_rc ic_audit_record(struct ic_store_tx *tx, const struct ic_asker *asker, const struct ic_audit_deed *deed,
                           int64_t now, struct ic_err *err)
{
    const struct ic_audit_entry entry = {
        .recorded_at = now,
        .action = ic_str_from(ic_audit_action_name(deed->action)),
        .known_by = ic_str_from(ic_audit_known_by_name(known_by(asker))),
        .opr_id = asker->opr_id,
        .device_id = asker->device_id,
        .token_id = asker->token_id,
        .address = asker->address,
        .object_id = deed->object_id,
        .value_before = deed->value_before,
        .value_after = deed->value_after,
    };
    return ic_store_audit_append(tx, &entry, err);
}

static enum ic_rc write_one(struct ic_audit_value *value, const char *key, struct ic_str text, struct ic_str *ret_json,
                            struct ic_err *err)
{
    ic_audit_value_begin(value);
    ic_json_put_text(&value->writer, key, text);
    return ic_audit_value_end(value, ret_json, err);
}

enum ic_rc ic_audit_record_change(struct ic_store_tx *tx, const struct ic_asker *asker, enum ic_audit_action action,
                                  const struct ic_id *object_id, const char *key, struct ic_str before,
                                  struct ic_str after, int64_t now, struct ic_err *err)
{
    struct ic_audit_deed deed = {.action = action, .object_id = ic_id_text(object_id)};
    struct ic_audit_value values[2] = {0};
    enum ic_rc rc = IC_OK;
    if (before.size > 0) {
        rc = write_one(&values[0], key, before, &deed.value_before, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = write_one(&values[1], key, after, &deed.value_after, err);
    }
    if (rc == IC_OK) {
        rc = ic_audit_record(tx, asker, &deed, now, err);
    }
    ic_audit_value_release(&values[0]);
    ic_audit_value_release(&values[1]);
    return rc;
}

void ic_audit_value_begin(struct ic_audit_value *value)
{
    ic_buf_init(&value->buf, IC_AUDIT_VALUE_BYTES_MAX);
    ic_json_writer_init(&value->writer, &value->buf);
    ic_json_object_begin(&value->writer);
}

enum ic_rc ic_audit_value_end(struct ic_audit_value *value, struct ic_str *ret_json, struct ic_err *err)
{
    ic_json_object_end(&value->writer);
    enum ic_rc rc = ic_buf_check(&value->buf, operation, err);
    if (rc == IC_OK) {
        *ret_json = ic_buf_view(&value->buf);
    }
    return rc;
}

void ic_audit_value_release(struct ic_audit_value *value)
{
    ic_buf_release(&value->buf);
}
