#include "api/audit_entry.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/data_folder.h"
#include "app/database.h"
#include "service/audit.h"
#include "store/audit_check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "app.audit";

enum { FAULTS_TOLD_MAX = 100, PAGE_COUNT = 100, ARENA_BYTES_MAX = 64 << 20, LINE_BYTES_MAX = 4 << 20 };

struct work {
    struct ic_audit_check check;
    struct ic_audit_report report;
    int64_t told_count;
    bool is_export;
    struct ic_arena *arena;
    struct ic_buf line;
    struct ic_clock clock;
};

/* ---- verify ---- */

static void tell(void *context, const char *fault)
{
    struct work *work = context;
    if (work->told_count++ < FAULTS_TOLD_MAX) {
        printf("%s\n", fault);
    } else if (work->told_count == FAULTS_TOLD_MAX + 1) {
        puts("...");
    }
}

static enum ic_rc run_verify(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_audit_check(tx, &work->check, &work->report, err);
}

/* Says what was found; the exit code. */
static int conclude(const struct ic_audit_report *report)
{
    if (report->fault_count > 0) {
        printf("The audit was tampered with: %" PRId64 " faults in %" PRId64 " entries.\n", report->fault_count,
               report->entry_count);
        return 1;
    }
    printf("The audit is whole: %" PRId64 " entries, %" PRId64 " events sealed, %" PRId64 " not sealed.\n",
           report->entry_count, report->sealed_count, report->unsealed_count);
    if (report->head.audit_number > 0) {
        printf("Its head is %" PRId64 ":%s\n"
               "Keep it elsewhere: 'instacrm audit verify --head' with it shows later whether entries up to this one\n"
               "were removed or written anew.\n",
               report->head.audit_number, report->head.entry_hash.text);
    }
    return 0;
}

/* "12:9f86...", as it was printed. */
static enum ic_rc read_head(const char *text, struct ic_audit_head *ret_head, struct ic_err *err)
{
    struct ic_audit_head head = {0};
    char *colon = NULL;
    errno = 0;
    long long number = strtoll(text, &colon, 10);
    bool is_head = errno == 0 && number > 0 && colon != text && *colon == ':' && strlen(colon + 1) == IC_HASH_SIZE &&
                   strspn(colon + 1, "0123456789abcdef") == IC_HASH_SIZE;
    if (!is_head) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "--head is a number, a colon and 64 hexadecimal digits, as 'audit verify' prints it.");
    }
    head.audit_number = number;
    memcpy(head.entry_hash.text, colon + 1, IC_HASH_SIZE);
    *ret_head = head;
    return IC_OK;
}

/* ---- export ---- */

/* Writes a page of entries, a line of JSON each; false at the end. */
static enum ic_rc export_page(struct ic_store_tx *tx, struct work *work, struct ic_audit_query *asked,
                              bool *ret_has_more, struct ic_err *err)
{
    struct ic_audit_list list;
    enum ic_rc rc = ic_store_audit_list(tx, asked, work->arena, &list, err);
    for (size_t i = 0; rc == IC_OK && i < list.count; i++) {
        struct ic_json_writer writer;
        ic_buf_reset(&work->line);
        ic_json_writer_init(&writer, &work->line);
        ic_audit_entry_write(&writer, &list.items[i]);
        ic_buf_put_char(&work->line, '\n');
        rc = ic_buf_check(&work->line, operation, err);
        if (rc == IC_OK && fwrite(work->line.data, 1, work->line.size, stdout) != work->line.size) {
            rc = ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "The entries could not be written out.");
        }
        asked->behind = list.items[i].audit_number;
    }
    *ret_has_more = rc == IC_OK && list.count == asked->limit;
    ic_arena_reset(work->arena);
    return rc;
}

static enum ic_rc run_export(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    struct ic_audit_query asked = {.is_oldest_first = true, .limit = PAGE_COUNT};
    bool has_more = true;
    enum ic_rc rc = IC_OK;
    while (rc == IC_OK && has_more) {
        rc = export_page(tx, work, &asked, &has_more, err);
    }
    return rc;
}

/* That the audit was exported is a part of it, and the last line of what is exported. */
static enum ic_rc run_record(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct work *work = context;
    const struct ic_asker asker = {.credential = IC_CREDENTIAL_COMMAND};
    const struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_AUDIT_EXPORTED};
    return ic_audit_record(tx, &asker, &deed, ic_clock_now_ms(&work->clock), err);
}

/* ---- Both. ---- */

static enum ic_rc open_store(const struct ic_config *config, const struct ic_clock *clock, struct ic_store **ret_store,
                             struct ic_err *err)
{
    struct ic_data_folder folder;
    enum ic_rc rc = ic_database_is_in_folder(config) ? ic_data_folder_init_existing(&folder, config->data, err)
                                                     : ic_data_folder_init(&folder, config->data, err);
    return rc ? rc : ic_database_open(config, &folder, IC_DATABASE_BULK, 1, clock, ret_store, err);
}

static enum ic_rc run(struct work *work, const struct ic_config *config, struct ic_err *err)
{
    struct ic_store *store = NULL;
    work->clock = ic_clock_system();
    work->check.tell = tell;
    work->check.context = work;
    work->arena = ic_arena_create(ARENA_BYTES_MAX);
    ic_buf_init(&work->line, LINE_BYTES_MAX);
    enum ic_rc rc = work->arena ? open_store(config, &work->clock, &store, err) : ic_arena_failed(operation, err);
    if (rc == IC_OK && work->is_export) {
        rc = ic_store_write(store, run_record, work, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_read(store, work->is_export ? run_export : run_verify, work, err);
    }
    ic_store_destroy(store);
    ic_buf_release(&work->line);
    ic_arena_destroy(work->arena);
    return rc;
}

int ic_command_audit(int argc, char **argv)
{
    static const char *const known[] = {"data", "database", "config", "head", NULL};
    struct ic_err err = IC_ERR_NONE;
    struct ic_arguments arguments;
    struct ic_config config;
    struct work work = {.is_export = argc > 0 && strcmp(argv[0], "export") == 0};
    bool is_verify = argc > 0 && strcmp(argv[0], "verify") == 0;
    enum ic_rc rc = IC_OK;
    if (!work.is_export && !is_verify) {
        rc = ic_err_set(&err, IC_CODE_INVALID_PARAMETER, operation, "Say 'instacrm audit verify' or '... export'.");
    }
    if (rc == IC_OK) {
        rc = ic_arguments_parse(argc - 1, argv + 1, known, &arguments, &err);
    }
    if (rc == IC_OK) {
        rc = ic_config_load(&arguments, ic_environment_of_process, &config, &err);
    }
    const char *head = rc == IC_OK ? ic_arguments_find(&arguments, "head") : NULL;
    if (rc == IC_OK && head) {
        rc = read_head(head, &work.check.heads[work.check.head_count++], &err);
    }
    if (rc == IC_OK) {
        rc = run(&work, &config, &err);
    }
    if (rc != IC_OK) {
        return ic_command_failed(&err);
    }
    return work.is_export ? 0 : conclude(&work.report);
}
