#include "agent/report.h"

#include "agent/bell.h"
#include "agent/device.h"
#include "agent/ledger_backup.h"
#include "agent/replica.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { ARENA_SIZE = 16 * 1024 * 1024, JSON_BYTES_MAX = 1024 * 1024 };

static const char operation[] = "agent.report";

struct report {
    const struct ic_folder *folder;
    struct ic_arena *arena;
    bool has_device;
    struct ic_device device;
    char unpaired_because[IC_ERR_DETAIL_SIZE];
    struct ic_ledger_summary summary;
    struct ic_replica_agreed agreed;
    struct ic_ledger_rejection *rejections;
    size_t rejections_count;
};

static const char *link_name(enum ic_link_state state)
{
    static const char *const names[] = {"unknown", "online", "offline", "refused"};
    return names[state];
}

/* The link as far as it belongs to the present pairing. */
static struct ic_link present_link(const struct report *report)
{
    struct ic_link link = report->summary.link;
    if (!report->has_device || !ic_id_equal(&link.device_id, &report->device.device_id)) {
        link = (struct ic_link){.state = IC_LINK_UNKNOWN, .last_push_at = link.last_push_at};
    }
    return link;
}

static enum ic_rc collect(struct report *report, const struct ic_clock *clock, struct ic_err *err)
{
    struct ic_ledger *ledger = NULL;
    struct ic_err unpaired = IC_ERR_NONE;
    report->has_device = ic_device_find(&report->folder->path, &report->device, &unpaired) == IC_OK;
    snprintf(report->unpaired_because, sizeof report->unpaired_because, "%s", unpaired.detail);
    enum ic_rc rc = ic_folder_make(report->folder, err);
    if (rc == IC_OK) {
        rc = ic_ledger_open(report->folder, clock, false, &ledger, err);
    }
    if (rc == IC_OK) {
        rc = ic_ledger_get_summary(ledger, &report->summary, err);
    }
    if (rc == IC_OK) {
        rc = ic_replica_count_agreed(ledger, &report->agreed, err);
    }
    if (rc == IC_OK) {
        rc = ic_ledger_list_rejected(ledger, IC_REPORT_REJECTIONS_MAX, report->arena, &report->rejections,
                                     &report->rejections_count, err);
    }
    ic_ledger_destroy(ledger);
    return rc;
}

/* Whom a rejected operation was meant for; empty when the ledger's text cannot be read. */
static struct ic_operation read_operation(const struct report *report, const struct ic_ledger_rejection *rejection)
{
    json_t *object;
    struct ic_operation read = {.sent_at = 0};
    struct ic_err err = IC_ERR_NONE;
    if (ic_json_parse(rejection->operation, operation, report->arena, &object, &err) != IC_OK ||
        ic_operation_decode(object, &read, &err) != IC_OK) {
        read = (struct ic_operation){.sent_at = 0};
    }
    return read;
}

static void write_rejections(const struct report *report, struct ic_json_writer *writer)
{
    ic_json_key(writer, "rejections");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < report->rejections_count; i++) {
        const struct ic_ledger_rejection *rejection = &report->rejections[i];
        struct ic_operation read = read_operation(report, rejection);
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "op_id", rejection->op_id.text);
        ic_json_put_optional_text(writer, "tar_username", ic_handle_text(&read.tar_username));
        ic_json_put_int64(writer, "sent_at", read.sent_at);
        ic_json_put_text(writer, "code", rejection->code);
        ic_json_put_text(writer, "detail", rejection->detail);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_time(struct ic_json_writer *writer, const char *key, int64_t at_ms)
{
    ic_json_key(writer, key);
    if (at_ms > 0) {
        ic_json_int64(writer, at_ms);
    } else {
        ic_json_null(writer);
    }
}

/* Where the replica stands, and what was heard of the server's clock. */
static void put_sync(const struct report *report, struct ic_json_writer *writer)
{
    const struct ic_replica_place *replica = &report->summary.replica;
    const struct ic_ledger_memory *memory = &report->summary.memory;
    put_time(writer, "last_pull_at", replica->pulled_at);
    ic_json_put_bool(writer, "is_complete", replica->in_use != 0);
    if (replica->filling != 0) {
        ic_json_put_int64(writer, "targets_done", replica->done);
        ic_json_put_int64(writer, "targets_total", replica->total);
    }
    ic_json_put_int64(writer, "goals", report->agreed.goals);
    ic_json_put_int64(writer, "rules", report->agreed.rules);
    ic_json_put_int64(writer, "suggestions", report->agreed.suggestions);
    if (memory->heard.server_time > 0) {
        ic_json_put_int64(writer, "clock_ahead_ms", memory->heard.clock_ahead_ms);
        ic_json_key(writer, "features");
        ic_features_encode(memory->heard.features, writer);
    }
    if (memory->restored_at > 0) {
        ic_json_put_int64(writer, "restored_at", memory->restored_at);
        ic_json_put_name(writer, "damaged", memory->damaged);
    }
}

static enum ic_rc print_json(const struct report *report, FILE *out, struct ic_err *err)
{
    struct ic_buf buf;
    struct ic_json_writer writer;
    struct ic_link link = present_link(report);
    ic_buf_init(&buf, JSON_BYTES_MAX);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "agent_version", IC_VERSION);
    ic_json_put_int64(&writer, "protocol", IC_LIMIT_PROTOCOL_VERSION);
    ic_json_put_int64(&writer, "ledger_schema_version", IC_LEDGER_SCHEMA_VERSION);
    ic_json_put_name(&writer, "data_folder", report->folder->path.text);
    ic_json_put_bool(&writer, "paired", report->has_device && link.state != IC_LINK_REFUSED);
    if (report->has_device) {
        ic_json_put_name(&writer, "server_url", report->device.server_url);
        ic_json_put_name(&writer, "device_id", report->device.device_id.text);
        ic_json_put_name(&writer, "opr_name", report->device.opr_name);
    }
    ic_json_put_name(&writer, "link", link_name(link.state));
    ic_json_put_optional_text(&writer, "link_code", ic_str_from(link.code));
    ic_json_put_optional_text(&writer, "link_detail", ic_str_from(link.detail));
    ic_json_put_bool(&writer, "online", link.state == IC_LINK_ONLINE);
    put_time(&writer, "last_push_at", link.last_push_at);
    put_sync(report, &writer);
    ic_json_put_int64(&writer, "pending", report->summary.pending);
    ic_json_put_int64(&writer, "rejected", report->summary.rejected);
    write_rejections(report, &writer);
    ic_json_object_end(&writer);
    ic_buf_put_char(&buf, '\n');
    enum ic_rc rc = ic_buf_check(&buf, operation, err);
    if (rc == IC_OK) {
        fwrite(buf.data, 1, buf.size, out);
    }
    ic_buf_release(&buf);
    return rc;
}

static void print_time(int64_t at_ms, FILE *out)
{
    char text[40];
    struct tm local;
    time_t at = (time_t)(at_ms / 1000);
    if (localtime_r(&at, &local) && strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local) > 0) {
        fputs(text, out);
    }
}

static void print_link(const struct report *report, FILE *out)
{
    struct ic_link link = present_link(report);
    if (!report->has_device) {
        fprintf(out, "Paired    no: %s\n", report->unpaired_because);
    } else {
        fprintf(out, "Paired    with %s as %s (%s)\n", report->device.server_url, report->device.opr_name,
                report->device.device_id.text);
    }
    if (link.state == IC_LINK_REFUSED) {
        fprintf(out, "Server    does not know this desktop any more: %s Pair it again.\n", link.detail);
    } else if (link.state == IC_LINK_OFFLINE) {
        fprintf(out, "Server    %s\n", link.detail);
    } else if (link.state == IC_LINK_ONLINE) {
        fprintf(out, "Server    the last exchange went well\n");
    } else {
        fprintf(out, "Server    nothing was exchanged yet\n");
    }
    fprintf(out, "Pushed    ");
    if (link.last_push_at > 0) {
        print_time(link.last_push_at, out);
    } else {
        fprintf(out, "never");
    }
    fprintf(out, "\n");
}

static void print_sync(const struct report *report, FILE *out)
{
    const struct ic_replica_place *replica = &report->summary.replica;
    const struct ic_ledger_memory *memory = &report->summary.memory;
    fprintf(out, "Pulled    ");
    if (replica->pulled_at > 0) {
        print_time(replica->pulled_at, out);
    } else {
        fprintf(out, "never");
    }
    fprintf(out, "\n");
    if (replica->filling != 0) {
        fprintf(out, "Targets   %" PRId64 " of %" PRId64 " fetched\n", replica->done, replica->total);
    }
    fprintf(out, "Agreed    goals: %" PRId64 ", rules: %" PRId64 ", yet to be decided: %" PRId64 "\n",
            report->agreed.goals, report->agreed.rules, report->agreed.suggestions);
    if (memory->heard.server_time > 0) {
        int64_t ahead_ms = memory->heard.clock_ahead_ms;
        fprintf(out, "Clock     %" PRId64 ".%03" PRId64 " s %s the server's\n",
                (ahead_ms < 0 ? -ahead_ms : ahead_ms) / 1000, (ahead_ms < 0 ? -ahead_ms : ahead_ms) % 1000,
                ahead_ms < 0 ? "behind" : "ahead of");
    }
    if (memory->restored_at > 0) {
        fprintf(out, "Restored  ");
        print_time(memory->restored_at, out);
        fprintf(out, " from the backup; the damaged ledger is %s\n", memory->damaged);
    }
}

static void print_text(const struct report *report, FILE *out)
{
    print_link(report, out);
    print_sync(report, out);
    fprintf(out, "Pending   %" PRId64 "\n", report->summary.pending);
    fprintf(out, "Rejected  %" PRId64 "\n", report->summary.rejected);
    for (size_t i = 0; i < report->rejections_count; i++) {
        const struct ic_ledger_rejection *rejection = &report->rejections[i];
        struct ic_operation read = read_operation(report, rejection);
        fprintf(out, "          ");
        print_time(read.sent_at, out);
        fprintf(out, "  to %s: %.*s (%.*s)\n", read.tar_username.text, (int)rejection->detail.size,
                rejection->detail.data, (int)rejection->code.size, rejection->code.data);
    }
    if (report->summary.rejected > (int64_t)report->rejections_count) {
        fprintf(out, "          and %" PRId64 " older ones\n",
                report->summary.rejected - (int64_t)report->rejections_count);
    }
    fprintf(out, "Data      %s\n", report->folder->path.text);
    fprintf(out, "Version   instacrm-agent %s, protocol %d, ledger schema %d\n", IC_VERSION, IC_LIMIT_PROTOCOL_VERSION,
            IC_LEDGER_SCHEMA_VERSION);
}

/* What was rejected has been told; the person wants to hear no more of it. */
static enum ic_rc dismiss_rejected(const struct report *report, const struct ic_clock *clock, struct ic_err *err)
{
    struct ic_ledger *ledger = NULL;
    int64_t count;
    enum ic_rc rc = ic_ledger_open(report->folder, clock, false, &ledger, err);
    if (rc == IC_OK) {
        rc = ic_ledger_move_rejected(ledger, IC_MOVE_DISMISS, NULL, &count, err);
    }
    ic_ledger_destroy(ledger);
    ic_bell_ring(&report->folder->bells);
    return rc;
}

enum ic_rc ic_report(const struct ic_folder *folder, const struct ic_clock *clock, bool as_json, bool dismiss,
                     FILE *out, struct ic_err *err)
{
    struct report report = {.folder = folder, .arena = ic_arena_create(ARENA_SIZE)};
    enum ic_rc rc = report.arena ? collect(&report, clock, err) : ic_arena_failed(operation, err);
    if (rc == IC_OK && as_json) {
        rc = print_json(&report, out, err);
    } else if (rc == IC_OK) {
        print_text(&report, out);
    }
    if (rc == IC_OK && dismiss) {
        rc = dismiss_rejected(&report, clock, err);
    }
    ic_device_wipe(&report.device);
    ic_arena_destroy(report.arena);
    return rc;
}
