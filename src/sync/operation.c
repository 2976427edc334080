#include "sync/operation.h"

#include <string.h>

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
static void get_handle(struct ic_json_reader *reader, const char *key, struct ic_handle *ret_handle)
{
    struct ic_str text = ic_json_get_text(reader, key, 1, IC_LIMIT_HANDLE_CHARACTERS_MAX);
    if (!ic_json_reader_ok(reader)) {
        return;
    }
    if (!ic_handle_parse(text, ret_handle) || !ic_str_equal(ic_handle_text(ret_handle), text)) {
        ic_json_refuse(reader, key, "This is not a handle: a-z, 0-9, dot and underscore.");
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
    get_handle(&reader, "act_username", &operation.act_username);
    get_handle(&reader, "tar_username", &operation.tar_username);
    operation.thread_id = ic_json_get_text(&reader, "thread_id", 1, IC_LIMIT_THREAD_ID_CHARACTERS_MAX);
    if (ic_json_reader_ok(&reader) && !is_thread_id(operation.thread_id)) {
        ic_json_refuse(&reader, "thread_id", "A thread id has letters, digits, - and _ only.");
    }
    operation.message_text = ic_json_find_text(&reader, "message_text", 1, IC_LIMIT_MESSAGE_BYTES_MAX);
    operation.sent_at = ic_json_get_int64(&reader, "sent_at", 0, TIME_MS_MAX);

    enum ic_rc rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_operation = operation;
    }
    return rc;
}

void ic_operation_encode(const struct ic_operation *operation, struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "op_id", operation->op_id.text);
    ic_json_put_name(writer, "kind", ic_operation_kind_name(operation->kind));
    ic_json_put_text(writer, "act_username", ic_handle_text(&operation->act_username));
    ic_json_put_text(writer, "tar_username", ic_handle_text(&operation->tar_username));
    ic_json_put_text(writer, "thread_id", operation->thread_id);
    ic_json_put_optional_text(writer, "message_text", operation->message_text);
    ic_json_put_int64(writer, "sent_at", operation->sent_at);
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
