#include "agent/ledger.h"

#include "agent/ledger_sql.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_ATTEMPTS_MAX = 40, OPEN_PAUSE_MS = 25 };

struct ic_ledger {
    sqlite3 *db;
    sqlite3_stmt *statements[IC_LEDGER_SQL_COUNT]; /* Prepared when first used. */
    const struct ic_clock *clock;
};

/* What SQLite's failure means to the person at the desk. */
static enum ic_rc fail(sqlite3 *db, const char *operation, struct ic_err *err)
{
    int native = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
    /* A write that fails at the end of a transaction is not in sqlite3_system_errno: errno still has it. */
    int system = db && sqlite3_system_errno(db) ? sqlite3_system_errno(db) : errno;
    bool full = system == ENOSPC || system == EDQUOT || system == EFBIG;
    switch (native & 0xFF) {
    case SQLITE_FULL:
        full = true;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ic_err_set_native(err, IC_CODE_BUSY, operation, native, true, "Another process holds the ledger.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ic_err_set_native(err, IC_CODE_CORRUPT, operation, native, false, "The ledger is damaged: %.120s.",
                                 sqlite3_errmsg(db));
    case SQLITE_NOMEM:
        return ic_err_set_native(err, IC_CODE_OUT_OF_MEMORY, operation, native, true, "There is no memory.");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_IOERR:
        break;
    default:
        return ic_err_set_native(err, IC_CODE_INTERNAL, operation, native, false, "%.200s.", sqlite3_errmsg(db));
    }
    if (full) {
        return ic_err_set_native(err, IC_CODE_LEDGER_FULL, operation, native, true,
                                 "The disk that holds the ledger is full.");
    }
    return ic_err_set_native(err, IC_CODE_LEDGER_UNWRITABLE, operation, native, true,
                             "The ledger cannot be written: %.120s.", sqlite3_errmsg(db));
}

static enum ic_rc run(sqlite3 *db, const char *sql, const char *operation, struct ic_err *err)
{
    errno = 0;
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? IC_OK : fail(db, operation, err);
}

/* The prepared statement, ready to be bound; NULL after filling `err`. */
static sqlite3_stmt *prepare(struct ic_ledger *ledger, enum ic_ledger_sql index, const char *operation,
                             struct ic_err *err)
{
    sqlite3_stmt **statement = &ledger->statements[index];
    if (!*statement && sqlite3_prepare_v3(ledger->db, ic_ledger_sql_text(index), -1, SQLITE_PREPARE_PERSISTENT,
                                          statement, NULL) != SQLITE_OK) {
        (void)fail(ledger->db, operation, err);
        return NULL;
    }
    return *statement;
}

/* Binds text; the empty one is NULL. It must live until the statement is reset. */
static void bind_text(sqlite3_stmt *statement, int index, struct ic_str text)
{
    if (text.size > 0) {
        sqlite3_bind_text64(statement, index, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_bind_null(statement, index);
    }
}

static struct ic_str column_text(sqlite3_stmt *statement, int index)
{
    const char *data = (const char *)sqlite3_column_text(statement, index);
    return (struct ic_str){data, data ? (size_t)sqlite3_column_bytes(statement, index) : 0};
}

/* Copies a column into an array with a NUL behind; what does not fit cannot have come from here. */
static void column_copy(sqlite3_stmt *statement, int index, char *ret_text, size_t size)
{
    struct ic_str text = column_text(statement, index);
    size_t kept = text.size < size ? text.size : size - 1;
    if (kept > 0) {
        memcpy(ret_text, text.data, kept);
    }
    ret_text[kept] = '\0';
}

/* Forgets the bindings, which may point to what is about to go. */
static void done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* Runs a bound statement that gives no rows. */
static enum ic_rc step(struct ic_ledger *ledger, sqlite3_stmt *statement, const char *operation, struct ic_err *err)
{
    errno = 0;
    enum ic_rc rc = sqlite3_step(statement) == SQLITE_DONE ? IC_OK : fail(ledger->db, operation, err);
    done(statement);
    return rc;
}

static enum ic_rc read_version(sqlite3 *db, int *ret_version, struct ic_err *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK) {
        return fail(db, "agent.ledger.open", err);
    }
    enum ic_rc rc = IC_OK;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *ret_version = sqlite3_column_int(statement, 0);
    } else {
        rc = fail(db, "agent.ledger.open", err);
    }
    sqlite3_finalize(statement);
    return rc;
}

/* Brings the schema to this version's; several processes may try at once, and one does it. */
static enum ic_rc migrate(sqlite3 *db, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.migrate";
    int version = 0;
    enum ic_rc rc = read_version(db, &version, err);
    if (rc != IC_OK || version == IC_LEDGER_SCHEMA_VERSION) {
        return rc;
    }
    rc = run(db, "BEGIN IMMEDIATE", operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    rc = read_version(db, &version, err);
    if (rc == IC_OK && version > IC_LEDGER_SCHEMA_VERSION) {
        rc = ic_err_set(err, IC_CODE_LEDGER_UNWRITABLE, operation,
                        "The ledger was written by a newer instacrm-agent (schema %d, this one knows %d).", version,
                        IC_LEDGER_SCHEMA_VERSION);
    }
    if (rc == IC_OK && version == 0) {
        rc = run(db, ic_ledger_schema, operation, err);
    }
    if (rc == IC_OK) {
        rc = run(db, "COMMIT", operation, err);
    }
    if (rc != IC_OK) {
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return rc;
}

static enum ic_rc configure(sqlite3 *db, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.open";
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, IC_LEDGER_BUSY_MS);
    enum ic_rc rc =
        run(db, "PRAGMA cache_size = -256; PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL", operation, err);
    /* The very first switch to WAL wants the file alone and does not wait for it as other statements do: two processes
     * that are born together may meet here, and one tries again. */
    for (int i = 0; rc == IC_OK; i++) {
        int native = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (native == SQLITE_OK) {
            return migrate(db, err);
        }
        if ((native & 0xFF) != SQLITE_BUSY || i == OPEN_ATTEMPTS_MAX) {
            rc = fail(db, operation, err);
        } else {
            sqlite3_sleep(OPEN_PAUSE_MS);
        }
    }
    return rc;
}

enum ic_rc ic_ledger_create(const struct ic_path *path, const struct ic_clock *clock, struct ic_ledger **ret_ledger,
                            struct ic_err *err)
{
    static const char operation[] = "agent.ledger.open";
    struct ic_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the ledger.");
    }
    ledger->clock = clock;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    enum ic_rc rc;
    if (sqlite3_open_v2(path->text, &ledger->db, flags, NULL) == SQLITE_OK) {
        rc = configure(ledger->db, err);
    } else {
        rc = fail(ledger->db, operation, err);
    }
    if (rc != IC_OK) {
        ic_ledger_destroy(ledger);
        return rc;
    }
    *ret_ledger = ledger;
    return IC_OK;
}

void ic_ledger_destroy(struct ic_ledger *ledger)
{
    if (!ledger) {
        return;
    }
    for (size_t i = 0; i < IC_LEDGER_SQL_COUNT; i++) {
        sqlite3_finalize(ledger->statements[i]);
    }
    sqlite3_close(ledger->db);
    free(ledger);
}

/* The op_id is there already: is it the same operation? */
static enum ic_rc compare(struct ic_ledger *ledger, const struct ic_operation *operation, const struct ic_hash *hash,
                          struct ic_err *err)
{
    static const char name[] = "agent.ledger.put";
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_FIND_HASH, name, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    bind_text(statement, 1, ic_str_from(operation->op_id.text));
    enum ic_rc rc = IC_OK;
    if (sqlite3_step(statement) != SQLITE_ROW) {
        rc = fail(ledger->db, name, err);
    } else if (!ic_str_is(column_text(statement, 0), hash->text)) {
        rc = ic_err_set_field(err, IC_CODE_OP_CONFLICT, name, "/operation/op_id",
                              "This op_id already stands for another operation.");
    }
    done(statement);
    return rc;
}

enum ic_rc ic_ledger_put(struct ic_ledger *ledger, const struct ic_operation *operation, bool *ret_duplicate,
                         struct ic_err *err)
{
    static const char name[] = "agent.ledger.put";
    struct ic_buf encoded;
    struct ic_json_writer writer;
    struct ic_hash hash;
    ic_buf_init(&encoded, IC_OPERATION_BYTES_MAX);
    ic_json_writer_init(&writer, &encoded);
    ic_operation_encode(operation, &writer);
    enum ic_rc rc = ic_buf_check(&encoded, name, err);
    if (rc != IC_OK) {
        goto out;
    }
    ic_hash_of(ic_buf_view(&encoded), &hash);

    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_PUT, name, err);
    if (!statement) {
        rc = ic_err_rc(err);
        goto out;
    }
    bind_text(statement, 1, ic_str_from(operation->op_id.text));
    bind_text(statement, 2, ic_str_from(hash.text));
    bind_text(statement, 3, ic_buf_view(&encoded));
    sqlite3_bind_int64(statement, 4, ic_clock_now_ms(ledger->clock));
    /* A transaction of its own: when the step is done, the operation is on the disk. */
    rc = step(ledger, statement, name, err);
    if (rc == IC_OK) {
        bool duplicate = sqlite3_changes(ledger->db) == 0;
        if (duplicate) {
            rc = compare(ledger, operation, &hash, err);
        }
        if (rc == IC_OK) {
            *ret_duplicate = duplicate;
        }
    }
out:
    ic_buf_release(&encoded);
    return rc;
}

enum ic_rc ic_ledger_get_summary(struct ic_ledger *ledger, struct ic_ledger_summary *ret_summary, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.summary";
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_SUMMARY, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    if (sqlite3_step(statement) != SQLITE_ROW) {
        enum ic_rc rc = fail(ledger->db, operation, err);
        done(statement);
        return rc;
    }
    int link_state = sqlite3_column_int(statement, 2);
    bool known = link_state >= IC_LINK_UNKNOWN && link_state <= IC_LINK_REFUSED;
    struct ic_ledger_summary summary = {
        .pending = sqlite3_column_int64(statement, 0),
        .rejected = sqlite3_column_int64(statement, 1),
        .link = {.state = known ? (enum ic_link_state)link_state : IC_LINK_UNKNOWN,
                 .changed_at = sqlite3_column_int64(statement, 6),
                 .last_push_at = sqlite3_column_int64(statement, 7)},
    };
    column_copy(statement, 3, summary.link.device_id.text, sizeof summary.link.device_id.text);
    column_copy(statement, 4, summary.link.code, sizeof summary.link.code);
    column_copy(statement, 5, summary.link.detail, sizeof summary.link.detail);
    done(statement);
    *ret_summary = summary;
    return IC_OK;
}

enum ic_rc ic_ledger_list_pending(struct ic_ledger *ledger, size_t count_max, size_t bytes_max, struct ic_arena *arena,
                                  struct ic_ledger_batch *ret_batch, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.list";
    struct ic_ledger_batch batch = {
        .op_ids = ic_arena_alloc_array(arena, count_max, sizeof *batch.op_ids),
        .operations = ic_arena_alloc_array(arena, count_max, sizeof *batch.operations),
    };
    if (!batch.op_ids || !batch.operations) {
        return ic_arena_failed(operation, err);
    }
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_LIST_PENDING, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)count_max);
    enum ic_rc rc = IC_OK;
    size_t bytes = 0;
    int native = SQLITE_DONE;
    while (batch.count < count_max && (native = sqlite3_step(statement)) == SQLITE_ROW) {
        struct ic_str encoded = column_text(statement, 1);
        if (batch.count > 0 && encoded.size > bytes_max - bytes) {
            native = SQLITE_DONE;
            break;
        }
        bytes += encoded.size < bytes_max - bytes ? encoded.size : bytes_max - bytes;
        column_copy(statement, 0, batch.op_ids[batch.count].text, sizeof batch.op_ids[batch.count].text);
        if (!ic_arena_copy(arena, encoded, &batch.operations[batch.count])) {
            rc = ic_arena_failed(operation, err);
            break;
        }
        batch.count++;
    }
    if (rc == IC_OK && native != SQLITE_DONE && native != SQLITE_ROW) {
        rc = fail(ledger->db, operation, err);
    }
    done(statement);
    if (rc == IC_OK) {
        *ret_batch = batch;
    }
    return rc;
}

static enum ic_rc settle_one(struct ic_ledger *ledger, const struct ic_push_result *result, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.settle";
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_SETTLE, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    bool rejected = result->outcome == IC_OPERATION_OUTCOME_REJECTED;
    bind_text(statement, 1, ic_str_from(result->op_id.text));
    bind_text(statement, 2, rejected ? IC_STR("rejected") : IC_STR("acknowledged"));
    bind_text(statement, 3, rejected ? result->problem.code : IC_STR(""));
    bind_text(statement, 4, rejected ? result->problem.detail : IC_STR(""));
    bind_text(statement, 5, ic_id_text(&result->elg_id));
    bind_text(statement, 6, ic_id_text(&result->olg_id));
    bind_text(statement, 7, ic_id_text(&result->act_id));
    bind_text(statement, 8, ic_id_text(&result->tar_id));
    sqlite3_bind_int64(statement, 9, ic_clock_now_ms(ledger->clock));
    return step(ledger, statement, operation, err);
}

static enum ic_rc put_link(struct ic_ledger *ledger, const struct ic_link *link, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.link";
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_PUT_LINK, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int(statement, 1, (int)link->state);
    bind_text(statement, 2, ic_id_text(&link->device_id));
    bind_text(statement, 3, ic_str_from(link->code));
    bind_text(statement, 4, ic_str_from(link->detail));
    sqlite3_bind_int64(statement, 5, link->changed_at);
    sqlite3_bind_int64(statement, 6, link->last_push_at);
    return step(ledger, statement, operation, err);
}

static enum ic_rc prune(struct ic_ledger *ledger, struct ic_err *err)
{
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_PRUNE, "agent.ledger.prune", err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int(statement, 1, IC_LEDGER_HISTORY_MAX);
    return step(ledger, statement, "agent.ledger.prune", err);
}

enum ic_rc ic_ledger_settle(struct ic_ledger *ledger, const struct ic_push_result *results, size_t count,
                            const struct ic_link *link, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.settle";
    enum ic_rc rc = run(ledger->db, "BEGIN IMMEDIATE", operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        rc = settle_one(ledger, &results[i], err);
    }
    if (rc == IC_OK) {
        rc = prune(ledger, err);
    }
    if (rc == IC_OK) {
        rc = put_link(ledger, link, err);
    }
    if (rc == IC_OK) {
        rc = run(ledger->db, "COMMIT", operation, err);
    }
    if (rc != IC_OK) {
        sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return rc;
}

enum ic_rc ic_ledger_put_link(struct ic_ledger *ledger, const struct ic_link *link, struct ic_err *err)
{
    return put_link(ledger, link, err);
}

enum ic_rc ic_ledger_list_rejected(struct ic_ledger *ledger, size_t count_max, struct ic_arena *arena,
                                   struct ic_ledger_rejection **ret_rejections, size_t *ret_count, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.rejected";
    struct ic_ledger_rejection *rejections = ic_arena_alloc_array(arena, count_max, sizeof *rejections);
    if (!rejections) {
        return ic_arena_failed(operation, err);
    }
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_LIST_REJECTED, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)count_max);
    enum ic_rc rc = IC_OK;
    size_t count = 0;
    int native = SQLITE_DONE;
    while (count < count_max && (native = sqlite3_step(statement)) == SQLITE_ROW) {
        struct ic_ledger_rejection *item = &rejections[count];
        column_copy(statement, 0, item->op_id.text, sizeof item->op_id.text);
        item->settled_at = sqlite3_column_int64(statement, 4);
        if (!ic_arena_copy(arena, column_text(statement, 1), &item->operation) ||
            !ic_arena_copy(arena, column_text(statement, 2), &item->code) ||
            !ic_arena_copy(arena, column_text(statement, 3), &item->detail)) {
            rc = ic_arena_failed(operation, err);
            break;
        }
        count++;
    }
    if (rc == IC_OK && native != SQLITE_DONE && native != SQLITE_ROW) {
        rc = fail(ledger->db, operation, err);
    }
    done(statement);
    if (rc == IC_OK) {
        *ret_rejections = rejections;
        *ret_count = count;
    }
    return rc;
}

enum ic_rc ic_ledger_check(struct ic_ledger *ledger, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.check";
    sqlite3_stmt *statement = prepare(ledger, IC_LEDGER_SQL_CHECK, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    enum ic_rc rc = IC_OK;
    if (sqlite3_step(statement) != SQLITE_ROW) {
        rc = fail(ledger->db, operation, err);
    } else if (!ic_str_is(column_text(statement, 0), "ok")) {
        struct ic_str found = column_text(statement, 0);
        rc = ic_err_set(err, IC_CODE_CORRUPT, operation, "The ledger is damaged: %.*s.",
                        found.size < 120 ? (int)found.size : 120, found.data);
    }
    done(statement);
    return rc;
}
