#include "store/sqlite/connection.h"

#include "store/deadline.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWITCH_PAUSE_MS = 10 };

enum { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, PART_BEGIN, PART_KEEP, PART_UNDO, CONTROL_COUNT };

static const char *const control_sql[CONTROL_COUNT] = {
    [BEGIN_READ] = "BEGIN",           [BEGIN_WRITE] = "BEGIN IMMEDIATE", [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",          [PART_BEGIN] = "SAVEPOINT part",   [PART_KEEP] = "RELEASE part",
    [PART_UNDO] = "ROLLBACK TO part",
};

struct sqlite_connection {
    struct ic_connection base;
    sqlite3 *db;
    sqlite3_stmt *controls[CONTROL_COUNT];
    sqlite3_stmt *statements[IC_STATEMENT_COUNT];
};

static struct sqlite_connection *own(struct ic_connection *connection)
{
    return (struct sqlite_connection *)connection;
}

static sqlite3_stmt *own_statement(struct ic_prepared *prepared)
{
    return (sqlite3_stmt *)prepared;
}

static enum ic_driver_rc class_of(int native)
{
    switch (native) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return IC_DRIVER_PRIMARY_KEY;
    case SQLITE_CONSTRAINT_UNIQUE:
        return IC_DRIVER_UNIQUE;
    default:
        break;
    }
    switch (native & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
        return IC_DRIVER_OK;
    case SQLITE_ROW:
        return IC_DRIVER_ROW;
    case SQLITE_CONSTRAINT:
        return IC_DRIVER_CONSTRAINT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return IC_DRIVER_BUSY;
    case SQLITE_FULL:
        return IC_DRIVER_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return IC_DRIVER_READONLY;
    case SQLITE_IOERR:
        return native == SQLITE_IOERR_NOMEM ? IC_DRIVER_NOMEM : IC_DRIVER_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return IC_DRIVER_CORRUPT;
    case SQLITE_NOMEM:
        return IC_DRIVER_NOMEM;
    default:
        return IC_DRIVER_OTHER;
    }
}

/* ---- Transactions. ---- */

static enum ic_driver_rc control(struct ic_connection *connection, int which)
{
    struct sqlite_connection *self = own(connection);
    if (!self->controls[which]) {
        int native = sqlite3_prepare_v3(self->db, control_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                                        &self->controls[which], NULL);
        if (native) {
            return class_of(native);
        }
    }
    int native = sqlite3_step(self->controls[which]);
    sqlite3_reset(self->controls[which]);
    return class_of(native);
}

static enum ic_driver_rc begin(struct ic_connection *connection, bool is_writing)
{
    return control(connection, is_writing ? BEGIN_WRITE : BEGIN_READ);
}

static enum ic_driver_rc commit(struct ic_connection *connection)
{
    return control(connection, COMMIT);
}

static bool in_transaction(struct ic_connection *connection)
{
    return !sqlite3_get_autocommit(own(connection)->db);
}

static void rollback(struct ic_connection *connection)
{
    /* After a full disk, for one, SQLite has rolled back by itself. */
    if (in_transaction(connection)) {
        (void)control(connection, ROLLBACK);
    }
}

static enum ic_driver_rc part_begin(struct ic_connection *connection)
{
    return control(connection, PART_BEGIN);
}

static enum ic_driver_rc part_keep(struct ic_connection *connection)
{
    return control(connection, PART_KEEP);
}

static enum ic_driver_rc part_undo(struct ic_connection *connection)
{
    enum ic_driver_rc rc = control(connection, PART_UNDO);
    return rc ? rc : control(connection, PART_KEEP);
}

static enum ic_driver_rc execute(struct ic_connection *connection, const char *sql)
{
    return class_of(sqlite3_exec(own(connection)->db, sql, NULL, NULL, NULL));
}

/* ---- Statements. ---- */

static enum ic_driver_rc prepare(struct ic_connection *connection, enum ic_statement statement,
                                 struct ic_prepared **ret_prepared)
{
    struct sqlite_connection *self = own(connection);
    if (!self->statements[statement]) {
        int native = sqlite3_prepare_v3(self->db, ic_statements_sqlite[statement].sql, -1, SQLITE_PREPARE_PERSISTENT,
                                        &self->statements[statement], NULL);
        if (native) {
            return class_of(native);
        }
    }
    *ret_prepared = (struct ic_prepared *)self->statements[statement];
    return IC_DRIVER_OK;
}

static enum ic_driver_rc bind_null(struct ic_prepared *prepared, int position)
{
    return class_of(sqlite3_bind_null(own_statement(prepared), position));
}

static enum ic_driver_rc bind_text(struct ic_prepared *prepared, int position, struct ic_str text)
{
    if (text.size == 0) {
        return bind_null(prepared, position);
    }
    return class_of(
        sqlite3_bind_text64(own_statement(prepared), position, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8));
}

static enum ic_driver_rc bind_int64(struct ic_prepared *prepared, int position, int64_t value)
{
    return class_of(sqlite3_bind_int64(own_statement(prepared), position, value));
}

static enum ic_driver_rc step(struct ic_prepared *prepared)
{
    return class_of(sqlite3_step(own_statement(prepared)));
}

static struct ic_str column_text(struct ic_prepared *prepared, int column)
{
    const unsigned char *text = sqlite3_column_text(own_statement(prepared), column);
    int size = sqlite3_column_bytes(own_statement(prepared), column);
    return text ? (struct ic_str){(const char *)text, (size_t)size} : IC_STR("");
}

static int64_t column_int64(struct ic_prepared *prepared, int column)
{
    return sqlite3_column_int64(own_statement(prepared), column);
}

static int64_t changed_count(struct ic_connection *connection)
{
    return sqlite3_changes64(own(connection)->db);
}

static void reset(struct ic_prepared *prepared)
{
    sqlite3_reset(own_statement(prepared));
    sqlite3_clear_bindings(own_statement(prepared));
}

static enum ic_driver_rc bind_value(struct ic_prepared *prepared, int position, const struct ic_value *value)
{
    switch (value->kind) {
    case IC_VALUE_INT64:
        return bind_int64(prepared, position, value->int64);
    case IC_VALUE_TEXT:
        return bind_text(prepared, position, value->text);
    case IC_VALUE_NULL:
        break;
    }
    return bind_null(prepared, position);
}

static enum ic_driver_rc run_rows(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                  int64_t *changed_counts)
{
    sqlite3_stmt *statement = own_statement(prepared);
    int width = sqlite3_bind_parameter_count(statement);
    enum ic_driver_rc rc = IC_DRIVER_OK;
    for (size_t row = 0; row < row_count && !rc; row++) {
        for (int i = 0; i < width && !rc; i++) {
            rc = bind_value(prepared, i + 1, &values[row * (size_t)width + (size_t)i]);
        }
        if (!rc) {
            rc = step(prepared);
            sqlite3_reset(statement);
        }
        if (!rc && changed_counts) {
            changed_counts[row] = sqlite3_changes64(sqlite3_db_handle(statement));
        }
    }
    reset(prepared);
    return rc;
}

/* ---- The connection. ---- */

static const char *message(struct ic_connection *connection)
{
    return sqlite3_errmsg(own(connection)->db);
}

static int native_code(struct ic_connection *connection)
{
    return sqlite3_extended_errcode(own(connection)->db);
}

static enum ic_driver_rc ping(struct ic_connection *connection)
{
    int64_t number;
    return ic_sqlite_foreign_commits(connection, &number);
}

static void close_connection(struct ic_connection *connection)
{
    if (!connection) {
        return;
    }
    struct sqlite_connection *self = own(connection);
    for (size_t i = 0; i < CONTROL_COUNT; i++) {
        sqlite3_finalize(self->controls[i]);
    }
    for (size_t i = 0; i < IC_STATEMENT_COUNT; i++) {
        sqlite3_finalize(self->statements[i]);
    }
    sqlite3_close_v2(self->db);
    free(self);
}

static const struct ic_driver driver = {
    .statements = ic_statements_sqlite,
    .search_form = IC_SEARCH_PHRASE,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .part_begin = part_begin,
    .part_keep = part_keep,
    .part_undo = part_undo,
    .execute = execute,
    .prepare = prepare,
    .bind_text = bind_text,
    .bind_int64 = bind_int64,
    .bind_null = bind_null,
    .step = step,
    .column_text = column_text,
    .column_int64 = column_int64,
    .changed_count = changed_count,
    .reset = reset,
    .run_rows = run_rows,
    .message = message,
    .native = native_code,
    .ping = ping,
    .close = close_connection,
};

static void configure(void)
{
    /* Statistics that nobody reads cost a lock in every allocation. Refused, harmlessly, where SQLite runs already. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum ic_rc open_connection(const char *path, int flags, struct sqlite_connection **ret_self, struct ic_err *err)
{
    static const char operation[] = "store.sqlite.open";
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, configure);

    struct sqlite_connection *self = calloc(1, sizeof *self);
    if (!self) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a connection.");
    }
    self->base.driver = &driver;
    int native = sqlite3_open_v2(path, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (native) {
        enum ic_rc rc = ic_driver_failed(&self->base, class_of(native), operation, err);
        close_connection(&self->base);
        return rc;
    }
    sqlite3_busy_timeout(self->db, IC_SQLITE_LOCK_WAIT_MS);
    /* What a corrupt file claims about itself is not to be trusted with the program's memory. */
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    *ret_self = self;
    return IC_OK;
}

/* Runs a statement and copies the text of its first column, if asked. */
static enum ic_driver_rc ask(struct sqlite_connection *self, const char *sql, char *ret_text, size_t text_size)
{
    sqlite3_stmt *statement = NULL;
    int native = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);
    if (!native) {
        native = sqlite3_step(statement);
        const unsigned char *text = native == SQLITE_ROW ? sqlite3_column_text(statement, 0) : NULL;
        if (ret_text) {
            (void)snprintf(ret_text, text_size, "%s", text ? (const char *)text : "");
        }
        int ended = sqlite3_finalize(statement);
        if (native == SQLITE_ROW) {
            native = ended;
        }
    }
    return class_of(native);
}

static enum ic_rc set_up(struct sqlite_connection *self, const char *const *pragmas, struct ic_err *err)
{
    for (; *pragmas; pragmas++) {
        enum ic_driver_rc rc = ask(self, *pragmas, NULL, 0);
        if (rc) {
            return ic_driver_failed(&self->base, rc, "store.sqlite.open", err);
        }
    }
    return IC_OK;
}

/* What a process wrote that was killed before the disk had it can be read again, and may still be lost with the power:
 * it must not be told as a duplicate before the disk has it. A checkpoint begins by syncing the log; that the disk has
 * no room for the rest of it does no harm. */
static enum ic_rc make_durable(struct sqlite_connection *self, struct ic_err *err)
{
    enum ic_driver_rc rc = ask(self, "PRAGMA wal_checkpoint(PASSIVE)", NULL, 0);
    return rc && rc != IC_DRIVER_FULL ? ic_driver_failed(&self->base, rc, "store.sqlite.open", err) : IC_OK;
}

/* The very first switch to a write-ahead log wants the file alone and does not wait for it as other statements do:
 * where two open a fresh database at once, one tries again. */
static enum ic_driver_rc use_log(struct sqlite_connection *self, char *ret_mode, size_t mode_size)
{
    struct timespec deadline = ic_deadline_in(IC_SQLITE_LOCK_WAIT_MS);
    enum ic_driver_rc rc;
    while ((rc = ask(self, "PRAGMA journal_mode = WAL", ret_mode, mode_size)) == IC_DRIVER_BUSY &&
           !ic_deadline_is_past(&deadline)) {
        (void)sqlite3_sleep(SWITCH_PAUSE_MS);
    }
    return rc;
}

/* Memory that is mapped would turn a disk's error into a signal; a WAL that has grown once is cut again. */
#define COMMON_PRAGMAS "PRAGMA mmap_size = 0", "PRAGMA foreign_keys = ON", "PRAGMA trusted_schema = OFF"

enum ic_rc ic_sqlite_open_writer(const char *path, enum ic_sqlite_use use, struct ic_connection **ret_connection,
                                 struct ic_err *err)
{
    static const char *const pragmas[] = {
        COMMON_PRAGMAS,
        "PRAGMA synchronous = FULL",
        "PRAGMA journal_size_limit = 67108864",
        NULL,
    };
    struct sqlite_connection *self;
    enum ic_rc rc = open_connection(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &self, err);
    if (rc) {
        return rc;
    }
    char mode[16] = "";
    char cache[64];
    (void)snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d",
                   use == IC_SQLITE_BULK ? IC_SQLITE_BULK_CACHE_KIB : IC_SQLITE_WRITER_CACHE_KIB);
    enum ic_driver_rc driver_rc = use_log(self, mode, sizeof mode);
    if (!driver_rc && use == IC_SQLITE_BULK) {
        (void)ask(self, "PRAGMA journal_mode = DELETE", NULL, 0); /* Refused, harmlessly, while others are there. */
    }
    if (!driver_rc) {
        driver_rc = ask(self, cache, NULL, 0);
    }
    if (driver_rc) {
        rc = ic_driver_failed(&self->base, driver_rc, "store.sqlite.open", err);
    } else if (sqlite3_db_readonly(self->db, "main") == 1) {
        rc = ic_driver_failed(&self->base, IC_DRIVER_READONLY, "store.sqlite.open", err);
    } else if (strcmp(mode, "wal") != 0) {
        rc = ic_err_set(err, IC_CODE_UNAVAILABLE, "store.sqlite.open",
                        "The database's folder does not allow a write-ahead log (journal mode %s).", mode);
    } else {
        rc = set_up(self, pragmas, err);
    }
    if (!rc) {
        rc = make_durable(self, err);
    }
    if (rc) {
        close_connection(&self->base);
        return rc;
    }
    *ret_connection = &self->base;
    return IC_OK;
}

enum ic_rc ic_sqlite_open_reader(const char *path, struct ic_connection **ret_connection, struct ic_err *err)
{
    static const char *const pragmas[] = {COMMON_PRAGMAS, "PRAGMA query_only = ON", NULL};
    struct sqlite_connection *self;
    enum ic_rc rc = open_connection(path, SQLITE_OPEN_READONLY, &self, err);
    if (rc) {
        return rc;
    }
    char cache[64];
    (void)snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d", IC_SQLITE_READER_CACHE_KIB);
    enum ic_driver_rc driver_rc = ask(self, cache, NULL, 0);
    rc = driver_rc ? ic_driver_failed(&self->base, driver_rc, "store.sqlite.open", err) : set_up(self, pragmas, err);
    if (rc) {
        close_connection(&self->base);
        return rc;
    }
    *ret_connection = &self->base;
    return IC_OK;
}

static enum ic_driver_rc ask_int64(struct ic_connection *connection, const char *sql, int64_t *ret_value)
{
    char text[32];
    enum ic_driver_rc rc = ask(own(connection), sql, text, sizeof text);
    if (!rc) {
        *ret_value = strtoll(text, NULL, 10);
    }
    return rc;
}

enum ic_driver_rc ic_sqlite_foreign_commits(struct ic_connection *connection, int64_t *ret_number)
{
    return ask_int64(connection, "PRAGMA data_version", ret_number);
}

enum ic_driver_rc ic_sqlite_is_foreign(struct ic_connection *connection, bool *ret_is_foreign)
{
    int64_t is_foreign = 0;
    enum ic_driver_rc rc = ask_int64(connection,
                                     "SELECT COUNT(*) > 0 AND SUM(name = 'migrations') = 0 FROM sqlite_master "
                                     "WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
                                     &is_foreign);
    if (!rc) {
        *ret_is_foreign = is_foreign != 0;
    }
    return rc;
}
