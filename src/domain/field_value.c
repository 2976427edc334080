#include "domain/field_value.h"

#include "base/utf8.h"
#include "contract/limits.h"

bool ic_field_is_contact(enum ic_target_field field)
{
    return field == IC_TARGET_FIELD_EMAIL || field == IC_TARGET_FIELD_PHONE_NUM || field == IC_TARGET_FIELD_CONT_SOURCE;
}

size_t ic_field_characters_max(enum ic_target_field field)
{
    switch (field) {
    case IC_TARGET_FIELD_NOTES:
        return IC_LIMIT_NOTES_CHARACTERS_MAX;
    case IC_TARGET_FIELD_PHONE_NUM:
        return IC_LIMIT_PHONE_NUM_CHARACTERS_MAX;
    case IC_TARGET_FIELD_CONT_SOURCE:
        return IC_LIMIT_CONT_SOURCE_CHARACTERS_MAX;
    case IC_TARGET_FIELD_EMAIL:
    case IC_TARGET_FIELD_TAR_STATUS: /* Names, which are shorter. */
        break;
    }
    return IC_LIMIT_EMAIL_CHARACTERS_MAX;
}

static const char *status_fault(struct ic_str text)
{
    enum ic_target_status status;
    if (!ic_target_status_parse(text.data, text.size, &status)) {
        return "This is not a status.";
    }
    return status == IC_TARGET_STATUS_EXCLUDED ? "A target is excluded by an operation of its own." : NULL;
}

const char *ic_field_value_fault(enum ic_target_field field, const struct ic_field_value *value)
{
    if (ic_field_is_contact(field)) {
        if ((value->state == IC_CONTACT_STATE_FOUND) != (value->text.size > 0)) {
            return "A contact is either found and has a value, or has a state.";
        }
    } else if (value->state != IC_CONTACT_STATE_NOT_SEARCHED) {
        return "Only a contact has a state.";
    }
    if (field == IC_TARGET_FIELD_TAR_STATUS) {
        return status_fault(value->text);
    }
    return ic_utf8_count(value->text) > ic_field_characters_max(field) ? "This is too long." : NULL;
}

bool ic_field_value_equal(const struct ic_field_value *left, const struct ic_field_value *right)
{
    return left->state == right->state && ic_str_equal(left->text, right->text);
}
