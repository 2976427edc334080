#include "agent/export.h"

#include "agent/ledger_backup.h"

#include <inttypes.h>

enum { ARENA_SIZE = 4 * 1024 * 1024, ENTRY_BYTES_MAX = 2 * IC_OPERATION_BYTES_MAX };

static const char operation_name[] = "agent.export";

struct exporting {
    struct ic_arena *arena; /* Reset after each operation. */
    FILE *out;
    bool as_csv;
    bool has_entry;
    struct ic_err err;
};

/* The operation of an entry; an empty one when the ledger's text cannot be read. */
static struct ic_operation read_operation(struct exporting *exporting, struct ic_str encoded)
{
    json_t *object;
    struct ic_operation read = {.sent_at = 0};
    struct ic_err unreadable = IC_ERR_NONE;
    if (ic_json_parse(encoded, operation_name, exporting->arena, &object, NULL) != IC_OK ||
        ic_operation_decode(object, &read, &unreadable) != IC_OK) {
        read = (struct ic_operation){.sent_at = 0};
    }
    return read;
}

static void put_json(struct exporting *exporting, const struct ic_ledger_entry *entry)
{
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, ENTRY_BYTES_MAX);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "state", ic_operation_state_name(entry->state));
    ic_json_put_optional_text(&writer, "code", entry->code);
    ic_json_put_optional_text(&writer, "detail", entry->detail);
    ic_json_put_optional_text(&writer, "elg_id", entry->elg_id);
    ic_json_put_int64(&writer, "created_at", entry->created_at);
    if (entry->settled_at > 0) {
        ic_json_put_int64(&writer, "settled_at", entry->settled_at);
    }
    ic_json_key(&writer, "operation");
    ic_buf_put(&buf, entry->operation);
    ic_buf_put_char(&buf, '}');
    if (ic_buf_check(&buf, operation_name, &exporting->err) == IC_OK) {
        fprintf(exporting->out, "%s\n", exporting->has_entry ? "," : "");
        fwrite(buf.data, 1, buf.size, exporting->out);
    }
    ic_buf_release(&buf);
}

/* A cell, quoted where RFC 4180 asks for it. */
static void put_cell(FILE *out, struct ic_str text, bool is_last)
{
    bool is_formula = text.size > 0 && (text.data[0] == '=' || text.data[0] == '+' || text.data[0] == '-' ||
                                        text.data[0] == '@' || text.data[0] == '\t' || text.data[0] == '\r');
    fputc('"', out);
    if (is_formula) {
        fputc('\'', out);
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"') {
            fputc('"', out);
        }
        fputc(text.data[i], out);
    }
    fputs(is_last ? "\"\r\n" : "\",", out);
}

static void put_number(FILE *out, int64_t number)
{
    if (number > 0) {
        fprintf(out, "%" PRId64, number);
    }
    fputc(',', out);
}

static void put_csv(struct exporting *exporting, const struct ic_ledger_entry *entry)
{
    FILE *out = exporting->out;
    struct ic_operation read = read_operation(exporting, entry->operation);
    bool is_field = read.kind == IC_OPERATION_KIND_SET_FIELD;
    put_cell(out, ic_str_from(entry->op_id.text), false);
    put_cell(out, ic_str_from(ic_operation_kind_name(read.kind)), false);
    put_cell(out, ic_str_from(ic_operation_state_name(entry->state)), false);
    put_cell(out, ic_handle_text(&read.act_username), false);
    put_cell(out, ic_handle_text(&read.tar_username), false);
    put_number(out, read.sent_at);
    put_number(out, entry->created_at);
    put_number(out, entry->settled_at);
    put_cell(out, entry->elg_id, false);
    put_cell(out, entry->code, false);
    put_cell(out, entry->detail, false);
    put_cell(out, is_field ? ic_str_from(ic_target_field_name(read.field)) : IC_STR(""), false);
    put_cell(out, is_field ? read.value.text : IC_STR(""), false);
    put_cell(out, read.reason, false);
    put_cell(out, read.message_text, true);
}

static bool put_entry(void *context, const struct ic_ledger_entry *entry)
{
    struct exporting *exporting = context;
    if (exporting->as_csv) {
        put_csv(exporting, entry);
    } else {
        put_json(exporting, entry);
    }
    exporting->has_entry = true;
    ic_arena_reset(exporting->arena);
    return exporting->err.code == IC_CODE_OK && !ferror(exporting->out);
}

static enum ic_rc write_all(struct exporting *exporting, struct ic_ledger *ledger, struct ic_err *err)
{
    if (exporting->as_csv) {
        fputs("op_id,kind,state,act_username,tar_username,sent_at,created_at,settled_at,elg_id,code,detail,field,value,"
              "reason,message_text\r\n",
              exporting->out);
    } else {
        fputs("{\"agent_version\":\"" IC_VERSION "\",\"operations\":[", exporting->out);
    }
    enum ic_rc rc = ic_ledger_each(ledger, put_entry, exporting, err);
    if (rc == IC_OK && !exporting->as_csv) {
        fputs("\n]}\n", exporting->out);
    }
    if (rc == IC_OK && exporting->err.code != IC_CODE_OK) {
        *err = exporting->err;
        rc = ic_err_rc(err);
    }
    if (rc == IC_OK && (fflush(exporting->out) != 0 || ferror(exporting->out))) {
        rc = ic_err_set(err, IC_CODE_UNAVAILABLE, operation_name, "The export cannot be written.");
    }
    return rc;
}

enum ic_rc ic_export(const struct ic_folder *folder, const struct ic_clock *clock, bool as_csv, FILE *out,
                     struct ic_err *err)
{
    struct exporting exporting = {.arena = ic_arena_create(ARENA_SIZE), .out = out, .as_csv = as_csv};
    struct ic_ledger *ledger = NULL;
    enum ic_rc rc = exporting.arena ? ic_folder_make(folder, err) : ic_arena_failed(operation_name, err);
    if (rc == IC_OK) {
        rc = ic_ledger_open(folder, clock, false, &ledger, err);
    }
    if (rc == IC_OK) {
        rc = write_all(&exporting, ledger, err);
    }
    ic_ledger_destroy(ledger);
    ic_arena_destroy(exporting.arena);
    return rc;
}
