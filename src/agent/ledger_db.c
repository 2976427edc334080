#include "agent/ledger_db.h"

#include <errno.h>
#include <string.h>

enum ic_rc ic_ledger_db_failed(sqlite3 *db, const char *operation, struct ic_err *err)
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

enum ic_rc ic_ledger_db_run(sqlite3 *db, const char *sql, const char *operation, struct ic_err *err)
{
    errno = 0;
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? IC_OK : ic_ledger_db_failed(db, operation, err);
}

sqlite3_stmt *ic_ledger_db_prepare(struct ic_ledger *ledger, enum ic_ledger_sql index, const char *operation,
                                   struct ic_err *err)
{
    sqlite3_stmt **statement = &ledger->statements[index];
    if (!*statement && sqlite3_prepare_v3(ledger->db, ic_ledger_sql_text(index), -1, SQLITE_PREPARE_PERSISTENT,
                                          statement, NULL) != SQLITE_OK) {
        (void)ic_ledger_db_failed(ledger->db, operation, err);
        return NULL;
    }
    return *statement;
}

void ic_ledger_db_bind(sqlite3_stmt *statement, int index, struct ic_str text)
{
    if (text.size > 0) {
        sqlite3_bind_text64(statement, index, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_bind_null(statement, index);
    }
}

struct ic_str ic_ledger_db_text(sqlite3_stmt *statement, int index)
{
    const char *data = (const char *)sqlite3_column_text(statement, index);
    return (struct ic_str){data, data ? (size_t)sqlite3_column_bytes(statement, index) : 0};
}

void ic_ledger_db_copy(sqlite3_stmt *statement, int index, char *ret_text, size_t size)
{
    struct ic_str text = ic_ledger_db_text(statement, index);
    size_t kept = text.size < size ? text.size : size - 1;
    if (kept > 0) {
        memcpy(ret_text, text.data, kept);
    }
    ret_text[kept] = '\0';
}

bool ic_ledger_db_row(struct ic_ledger *ledger, sqlite3_stmt *statement, const char *operation, struct ic_err *err)
{
    errno = 0;
    int native = sqlite3_step(statement);
    if (native != SQLITE_ROW && native != SQLITE_DONE) {
        (void)ic_ledger_db_failed(ledger->db, operation, err);
    }
    return native == SQLITE_ROW;
}

void ic_ledger_db_done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

enum ic_rc ic_ledger_db_write(struct ic_ledger *ledger, sqlite3_stmt *statement, const char *operation,
                              struct ic_err *err)
{
    errno = 0;
    enum ic_rc rc = sqlite3_step(statement) == SQLITE_DONE ? IC_OK : ic_ledger_db_failed(ledger->db, operation, err);
    ic_ledger_db_done(statement);
    return rc;
}

enum ic_rc ic_ledger_db_begin(struct ic_ledger *ledger, const char *operation, struct ic_err *err)
{
    return ic_ledger_db_run(ledger->db, "BEGIN IMMEDIATE", operation, err);
}

enum ic_rc ic_ledger_db_end(struct ic_ledger *ledger, enum ic_rc rc, const char *operation, struct ic_err *err)
{
    if (rc == IC_OK) {
        rc = ic_ledger_db_run(ledger->db, "COMMIT", operation, err);
    }
    if (rc != IC_OK) {
        /* A failed commit may have ended the transaction already. */
        sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return rc;
}
