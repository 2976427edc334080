#include "sync/operation.h"

#include "base/utf8.h"
#include "sync/hybrid_time.h"

#include <string.h>

enum { UTF8_BYTES_MAX = 4, FIELD_BYTES_MAX = 32, STATE_BYTES_MAX = 16 };

/* The end of the year 9999: beyond it a time has no four-digit year. */
#define TIME_MS_MAX INT64_C(253402300799999)

static bool is_thread_id(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!known) {
            return false;
        }
    }
    return true;
}

/* A handle is read as the contract spells it: folding is for what people type, and an operation comes from a program.
 */
static void read_handle(struct ic_json_reader *reader, const char *key, struct ic_str text,
                        struct ic_handle *ret_handle)
{
    if (!ic_json_reader_ok(reader)) {
        return;
    }
    if (!ic_handle_parse(text, ret_handle) || !ic_str_equal(ic_handle_text(ret_handle), text)) {
        ic_json_refuse(reader, key, "This is not a handle: a-z, 0-9, dot and underscore.");
    }
}

static void get_handle(struct ic_json_reader *reader, const char *key, struct ic_handle *ret_handle)
{
    read_handle(reader, key, ic_json_get_text(reader, key, 1, IC_LIMIT_HANDLE_CHARACTERS_MAX), ret_handle);
}

static void find_handle(struct ic_json_reader *reader, const char *key, struct ic_handle *ret_handle)
{
    struct ic_str text = ic_json_find_text(reader, key, 1, IC_LIMIT_HANDLE_CHARACTERS_MAX);
    if (text.size > 0) {
        read_handle(reader, key, text, ret_handle);
    }
}

/* A text of so many characters. */
static struct ic_str find_characters(struct ic_json_reader *reader, const char *key, size_t characters_max)
{
    struct ic_str text = ic_json_find_text(reader, key, 1, UTF8_BYTES_MAX * characters_max);
    if (ic_utf8_count(text) > characters_max) {
        ic_json_refuse(reader, key, "This is too long.");
    }
    return text;
}

static bool is_shown(const struct ic_operation *operation, const struct ic_id *rule_id)
{
    for (size_t i = 0; i < operation->warnings_shown_count; i++) {
        if (ic_id_equal(&operation->warnings_shown[i], rule_id)) {
            return true;
        }
    }
    return false;
}

static void decode_override(struct ic_json_reader *reader, struct ic_operation *operation)
{
    json_t *items = ic_json_find_array(reader, "warnings_shown", 1, IC_LIMIT_WARNINGS_SHOWN_MAX);
    for (size_t i = 0; i < json_array_size(items) && ic_json_reader_ok(reader); i++) {
        json_t *item = json_array_get(items, i);
        struct ic_id rule_id;
        struct ic_str text = {json_string_value(item), json_string_length(item)};
        if (!json_is_string(item) || !ic_id_parse(IC_ID_RULE, text, &rule_id)) {
            ic_json_refuse(reader, "warnings_shown", "This is not a list of ids of rules.");
        } else if (is_shown(operation, &rule_id)) {
            ic_json_refuse(reader, "warnings_shown", "Each rule stands here once.");
        } else {
            operation->warnings_shown[operation->warnings_shown_count++] = rule_id;
        }
    }
    operation->override_reason = find_characters(reader, "override_reason", IC_LIMIT_OVERRIDE_REASON_CHARACTERS_MAX);
    if (ic_json_reader_ok(reader) && operation->override_reason.size > 0 && operation->warnings_shown_count == 0) {
        ic_json_refuse(reader, "override_reason", "A reason is given for warnings that were shown.");
    }
}

static void decode_outreach(struct ic_json_reader *reader, struct ic_operation *operation)
{
    get_handle(reader, "act_username", &operation->act_username);
    operation->thread_id = ic_json_get_text(reader, "thread_id", 1, IC_LIMIT_THREAD_ID_CHARACTERS_MAX);
    if (ic_json_reader_ok(reader) && !is_thread_id(operation->thread_id)) {
        ic_json_refuse(reader, "thread_id", "A thread id has letters, digits, - and _ only.");
    }
    operation->message_text = ic_json_find_text(reader, "message_text", 1, IC_LIMIT_MESSAGE_BYTES_MAX);
    operation->hybrid_time = ic_json_find_int64(reader, "hybrid_time", 1, IC_HYBRID_TIME_MAX, 0);
    decode_override(reader, operation);
}

/* The value is what the text or the state says: a contact with a text is found. */
static void decode_value(struct ic_json_reader *reader, enum ic_target_field field, struct ic_field_value *value)
{
    size_t bytes_max = UTF8_BYTES_MAX * ic_field_characters_max(field);
    value->text = ic_json_find_text(reader, "value", 1, bytes_max);
    struct ic_str state = ic_json_find_text(reader, "value_state", 1, STATE_BYTES_MAX);
    if (!ic_json_reader_ok(reader)) {
        return;
    }
    if (state.size > 0) {
        bool is_known = ic_contact_state_parse(state.data, state.size, &value->state);
        if (!ic_field_is_contact(field) || !is_known || value->state == IC_CONTACT_STATE_FOUND ||
            value->text.size > 0) {
            ic_json_refuse(reader, "value_state", "A contact without a value is Not Searched or Not Found.");
        }
        return;
    }
    value->state = ic_field_is_contact(field) ? IC_CONTACT_STATE_FOUND : IC_CONTACT_STATE_NOT_SEARCHED;
    const char *fault = ic_field_value_fault(field, value);
    if (fault) {
        ic_json_refuse(reader, "value", "%s", fault);
    }
}

static void decode_set_field(struct ic_json_reader *reader, struct ic_operation *operation)
{
    struct ic_str field = ic_json_get_text(reader, "field", 1, FIELD_BYTES_MAX);
    if (ic_json_reader_ok(reader) && !ic_target_field_parse(field.data, field.size, &operation->field)) {
        ic_json_refuse(reader, "field", "This field of a target is not known here.");
    }
    decode_value(reader, operation->field, &operation->value);
}

/* What the kinds but outreach have in common, and what each has of its own. */
static void decode_rest(struct ic_json_reader *reader, struct ic_operation *operation)
{
    find_handle(reader, "act_username", &operation->act_username);
    operation->hybrid_time = ic_json_get_int64(reader, "hybrid_time", 1, IC_HYBRID_TIME_MAX);
    if (operation->kind == IC_OPERATION_KIND_SET_FIELD) {
        decode_set_field(reader, operation);
    } else {
        operation->reason = find_characters(reader, "reason", IC_LIMIT_REASON_CHARACTERS_MAX);
    }
}

enum ic_rc ic_operation_decode(json_t *object, struct ic_operation *ret_operation, struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_operation operation = {0};
    ic_json_reader_init(&reader, object, "sync.operation.decode", err);

    struct ic_str op_id = ic_json_get_text(&reader, "op_id", IC_OP_ID_SIZE, IC_OP_ID_SIZE);
    if (ic_json_reader_ok(&reader) && !ic_op_id_parse(op_id, &operation.op_id)) {
        ic_json_refuse(&reader, "op_id", "This is not a UUIDv7 in lower case.");
    }
    struct ic_str kind = ic_json_get_text(&reader, "kind", 1, IC_OPERATION_KIND_BYTES_MAX);
    if (ic_json_reader_ok(&reader) && !ic_operation_kind_parse(kind.data, kind.size, &operation.kind)) {
        ic_json_refuse(&reader, "kind", "This kind of operation is not known here.");
    }
    get_handle(&reader, "tar_username", &operation.tar_username);
    operation.sent_at = ic_json_get_int64(&reader, "sent_at", 0, TIME_MS_MAX);
    if (operation.kind == IC_OPERATION_KIND_OUTREACH) {
        decode_outreach(&reader, &operation);
    } else {
        decode_rest(&reader, &operation);
    }

    enum ic_rc rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_operation = operation;
    }
    return rc;
}

static void encode_value(const struct ic_operation *operation, struct ic_json_writer *writer)
{
    ic_json_put_name(writer, "field", ic_target_field_name(operation->field));
    ic_json_put_optional_text(writer, "value", operation->value.text);
    if (ic_field_is_contact(operation->field) && operation->value.state != IC_CONTACT_STATE_FOUND) {
        ic_json_put_name(writer, "value_state", ic_contact_state_name(operation->value.state));
    }
}

static void encode_override(const struct ic_operation *operation, struct ic_json_writer *writer)
{
    if (operation->warnings_shown_count == 0) {
        return;
    }
    ic_json_key(writer, "warnings_shown");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < operation->warnings_shown_count; i++) {
        ic_json_text(writer, ic_id_text(&operation->warnings_shown[i]));
    }
    ic_json_array_end(writer);
    ic_json_put_optional_text(writer, "override_reason", operation->override_reason);
}

/* The order of the keys is the hash's: it may never change. */
void ic_operation_encode(const struct ic_operation *operation, struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "op_id", operation->op_id.text);
    ic_json_put_name(writer, "kind", ic_operation_kind_name(operation->kind));
    ic_json_put_optional_text(writer, "act_username", ic_handle_text(&operation->act_username));
    ic_json_put_text(writer, "tar_username", ic_handle_text(&operation->tar_username));
    switch (operation->kind) {
    case IC_OPERATION_KIND_OUTREACH:
        ic_json_put_text(writer, "thread_id", operation->thread_id);
        ic_json_put_optional_text(writer, "message_text", operation->message_text);
        break;
    case IC_OPERATION_KIND_SET_FIELD:
        encode_value(operation, writer);
        break;
    case IC_OPERATION_KIND_EXCLUDE:
    case IC_OPERATION_KIND_LIFT:
        ic_json_put_optional_text(writer, "reason", operation->reason);
        break;
    }
    ic_json_put_int64(writer, "sent_at", operation->sent_at);
    if (operation->hybrid_time > 0) {
        ic_json_put_int64(writer, "hybrid_time", operation->hybrid_time);
    }
    encode_override(operation, writer);
    ic_json_object_end(writer);
}

enum ic_rc ic_operation_hash(const struct ic_operation *operation, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, IC_OPERATION_BYTES_MAX);
    ic_json_writer_init(&writer, &buf);
    ic_operation_encode(operation, &writer);
    enum ic_rc rc = ic_buf_check(&buf, "sync.operation.hash", err);
    if (rc == IC_OK) {
        ic_hash_of(ic_buf_view(&buf), ret_hash);
    }
    ic_buf_release(&buf);
    return rc;
}
