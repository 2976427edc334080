#include "agent/message.h"

#include <stdio.h>

static const char operation_name[] = "agent.message.decode";

enum { TYPE_BYTES_MAX = 32 };

static bool parse_type(struct ic_str text, enum ic_message_type *ret_type)
{
    static const char *const names[] = {
        [IC_MESSAGE_HELLO] = "hello", [IC_MESSAGE_CAPTURE] = "capture", [IC_MESSAGE_STATUS_REQUEST] = "status_request"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ic_str_is(text, names[i])) {
            *ret_type = (enum ic_message_type)i;
            return true;
        }
    }
    return false;
}

static void get_hello(struct ic_json_reader *reader, struct ic_message *message)
{
    int64_t protocol = ic_json_get_int64(reader, "protocol", 0, INT32_MAX);
    message->extension_version = ic_json_get_text(reader, "extension_version", 1, IC_LIMIT_VERSION_CHARACTERS_MAX);
    if (ic_json_reader_ok(reader) && protocol != IC_LIMIT_PROTOCOL_VERSION) {
        ic_err_set_field(reader->err, IC_CODE_UNSUPPORTED_PROTOCOL, operation_name, "/protocol",
                         "The extension speaks protocol %lld, this agent %d: update the older of the two.",
                         (long long)protocol, IC_LIMIT_PROTOCOL_VERSION);
    }
}

static void get_capture(struct ic_json_reader *reader, struct ic_message *message, struct ic_op_id *ret_op_id)
{
    json_t *object = ic_json_get_object(reader, "operation");
    if (!object) {
        return;
    }
    json_t *op_id = json_object_get(object, "op_id");
    if (json_is_string(op_id)) {
        (void)ic_op_id_parse((struct ic_str){json_string_value(op_id), json_string_length(op_id)}, ret_op_id);
    }
    if (ic_operation_decode(object, &message->operation, reader->err) != IC_OK) {
        ic_err_prefix_field(reader->err, "/operation");
        return;
    }
    if (message->operation.kind != IC_OPERATION_KIND_OUTREACH) {
        ic_err_set_field(reader->err, IC_CODE_INVALID_FIELD, operation_name, "/operation/kind",
                         "The extension captures messages only.");
    } else if (message->operation.hybrid_time > 0) {
        /* Its place among the team's is the ledger's to give. */
        ic_err_set_field(reader->err, IC_CODE_UNKNOWN_FIELD, operation_name, "/operation/hybrid_time",
                         "This field is not known here.");
    }
}

enum ic_rc ic_message_decode(struct ic_str text, struct ic_arena *arena, struct ic_message *ret_message,
                             struct ic_op_id *ret_op_id, struct ic_err *err)
{
    json_t *object;
    struct ic_json_reader reader;
    struct ic_message message = {0};
    if (text.size == 0) {
        return ic_err_set(err, IC_CODE_MALFORMED_FRAME, operation_name, "The frame is empty.");
    }
    if (ic_json_parse(text, operation_name, arena, &object, err) != IC_OK) {
        return ic_err_rc(err);
    }
    ic_json_reader_init(&reader, object, operation_name, err);
    struct ic_str type = ic_json_get_text(&reader, "type", 1, TYPE_BYTES_MAX);
    if (!ic_json_reader_ok(&reader)) {
        return ic_err_rc(err);
    }
    if (!parse_type(type, &message.type)) {
        return ic_err_set_field(err, IC_CODE_MALFORMED_FRAME, operation_name, "/type",
                                "This type of message is not known here.");
    }
    if (message.type == IC_MESSAGE_HELLO) {
        get_hello(&reader, &message);
    } else if (message.type == IC_MESSAGE_CAPTURE) {
        get_capture(&reader, &message, ret_op_id);
    }
    enum ic_rc rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_message = message;
    }
    return rc;
}

void ic_message_put_ack(const struct ic_op_id *op_id, bool duplicate, struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "type", "ack");
    ic_json_put_name(writer, "op_id", op_id->text);
    ic_json_put_name(writer, "outcome", duplicate ? "duplicate" : "stored");
    ic_json_object_end(writer);
}

void ic_message_put_status(const struct ic_message_status *status, struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "type", "status");
    ic_json_put_int64(writer, "protocol", IC_LIMIT_PROTOCOL_VERSION);
    ic_json_put_name(writer, "agent_version", IC_VERSION);
    ic_json_put_bool(writer, "paired", status->paired);
    ic_json_put_bool(writer, "online", status->online);
    ic_json_put_int64(writer, "pending", status->pending);
    ic_json_put_int64(writer, "rejected", status->rejected);
    ic_json_put_optional_text(writer, "opr_name", ic_str_from(status->opr_name));
    ic_json_object_end(writer);
}

void ic_message_put_error(const struct ic_err *fault, const struct ic_op_id *op_id, struct ic_json_writer *writer)
{
    char detail[IC_ERR_FIELD_SIZE + IC_ERR_DETAIL_SIZE + 2];
    struct ic_str text = ic_str_from(fault->detail);
    if (fault->field[0]) {
        snprintf(detail, sizeof detail, "%s: %s", fault->field, fault->detail);
        text = ic_str_from(detail);
    }
    /* Our own faults stay in the log. */
    if (ic_code_rc(fault->code) == IC_INTERNAL) {
        text = ic_str_from(ic_code_title(fault->code));
    }
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "type", "error");
    ic_json_put_name(writer, "code", ic_code_name(fault->code));
    ic_json_put_text(writer, "detail", text);
    ic_json_put_optional_text(writer, "op_id", ic_str_from(op_id->text));
    ic_json_object_end(writer);
}
