/* What the stand-in exports of ODBC for statements and their rows (README.md). */
#include "exported.h"
#include "handle.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct handle *begin(SQLHSTMT stmt)
{
    return handle_begin(stmt, SQL_HANDLE_STMT);
}

/* Oracle's driver knows no integers of 64 bits. */
static bool is_too_wide(SQLSMALLINT c_type)
{
    return c_type == SQL_C_SBIGINT || c_type == SQL_C_UBIGINT;
}

static SQLRETURN refuse_type(struct handle *self, SQLSMALLINT type)
{
    char words[64];
    (void)snprintf(words, sizeof words, "Invalid SQL data type <%d>.", type);
    return handle_refuse(self, "HY004", words);
}

/* ---- Texts. ---- */

/* Turns a text; false: it is refused, or there is no memory. */
static bool take_text(struct handle *self, const SQLCHAR *text, SQLINTEGER size)
{
    text_release(&self->text);
    if (!text_init(&self->text, (const char *)text, size == SQL_NTS ? strlen((const char *)text) : (size_t)size)) {
        (void)handle_refuse(self, "HY001", "There is no memory for a text.");
        return false;
    }
    return self->text.sql != NULL;
}

EXPORTED SQLRETURN SQLPrepare(SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER size)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (take_text(self, text, size)) {
        return manager_get()->SQLPrepare(self->real, (SQLCHAR *)self->text.sql, SQL_NTS);
    }
    /* Oracle looks at the text when it runs. */
    return self->text.refused.number ? SQL_SUCCESS : SQL_ERROR;
}

/* ---- Running. ---- */

/* What is under way on the connection; nothing, where each statement commits itself. */
static SQLRETURN commit(struct handle *self)
{
    SQLHANDLE dbc = self->connection->real;
    SQLRETURN returned = SQL_SUCCESS;
    if (self->connection->has_transactions) {
        returned = manager_get()->SQLEndTran(SQL_HANDLE_DBC, dbc, SQL_COMMIT);
    }
    if (!SQL_SUCCEEDED(returned)) {
        handle_take_failure(self, SQL_HANDLE_DBC, dbc);
    }
    return returned;
}

/* A statement that fails in a transaction undoes itself, and nothing else. */
static bool is_guarded(const struct handle *self)
{
    return self->connection->has_transactions && !self->text.commits && !self->text.is_of_transaction;
}

/* What goes before a text: a commit, a bound for its waiting, a savepoint, the values. */
static SQLRETURN begin_run(struct handle *self)
{
    char bound[64];
    SQLRETURN returned = self->text.commits ? commit(self) : SQL_SUCCESS;
    if (SQL_SUCCEEDED(returned) && self->text.wait_s > 0) {
        (void)snprintf(bound, sizeof bound, "SET lock_timeout = '%ds'", self->text.wait_s);
        returned = handle_run_aside(self, bound);
    }
    if (SQL_SUCCEEDED(returned) && is_guarded(self)) {
        returned = handle_run_aside(self, "SAVEPOINT statement");
    }
    self->parameters.was_put = false;
    return SQL_SUCCEEDED(returned) ? parameters_apply(&self->parameters, self->real) : returned;
}

/* What goes behind it. */
static SQLRETURN clean_up(struct handle *self, bool is_good)
{
    SQLRETURN returned = SQL_SUCCESS;
    if (is_guarded(self) && !is_good) {
        returned = handle_run_aside(self, "ROLLBACK TO SAVEPOINT statement");
    }
    if (is_guarded(self) && SQL_SUCCEEDED(returned)) {
        returned = handle_run_aside(self, "RELEASE SAVEPOINT statement");
    }
    if (self->text.wait_s > 0 && SQL_SUCCEEDED(returned)) {
        returned = handle_run_aside(self, "SET lock_timeout = 0");
    }
    return self->text.commits && SQL_SUCCEEDED(returned) ? commit(self) : returned;
}

/* Ends the run of a text that has all its values; its own failure is the one that is told. */
static SQLRETURN end_run(struct handle *self, SQLRETURN returned)
{
    if (returned == SQL_NEED_DATA) {
        return returned;
    }
    bool is_good = SQL_SUCCEEDED(returned) || returned == SQL_NO_DATA;
    if (!is_good) {
        (void)handle_read_failure(self, 1, &self->failure);
    }
    struct failure failure = self->failure;
    SQLRETURN cleaned = clean_up(self, is_good);
    if (!is_good) {
        self->failure = failure;
        return SQL_ERROR;
    }
    return SQL_SUCCEEDED(cleaned) ? returned : cleaned;
}

static SQLRETURN run(struct handle *self, bool is_prepared)
{
    const struct manager *manager = manager_get();
    if (self->text.refused.number) {
        self->failure = self->text.refused;
        return SQL_ERROR;
    }
    SQLRETURN returned = begin_run(self);
    if (!SQL_SUCCEEDED(returned)) {
        return returned;
    }
    return end_run(self, is_prepared ? manager->SQLExecute(self->real)
                                     : manager->SQLExecDirect(self->real, (SQLCHAR *)self->text.sql, SQL_NTS));
}

EXPORTED SQLRETURN SQLExecute(SQLHSTMT stmt)
{
    struct handle *self = begin(stmt);
    return self ? run(self, true) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLExecDirect(SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER size)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    return take_text(self, text, size) || self->text.refused.number ? run(self, false) : SQL_ERROR;
}

EXPORTED SQLRETURN SQLCancel(SQLHSTMT stmt)
{
    /* From another thread than the statement's: its failure is not ours to forget. */
    const struct handle *self = stmt;
    return self && self->kind == SQL_HANDLE_STMT ? manager_get()->SQLCancel(self->real) : SQL_INVALID_HANDLE;
}

/* ---- Parameters. ---- */

EXPORTED SQLRETURN SQLBindParameter(SQLHSTMT stmt, SQLUSMALLINT position, SQLSMALLINT direction, SQLSMALLINT c_type,
                                    SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT digits, SQLPOINTER value,
                                    SQLLEN room, SQLLEN *sizes)
{
    const struct parameter parameter = {
        .direction = direction,
        .c_type = c_type,
        .sql_type = sql_type,
        .column_size = column_size,
        .digits = digits,
        .value = value,
        .room = room,
        .sizes = sizes,
    };
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (is_too_wide(c_type) || sql_type == SQL_BIGINT) {
        return refuse_type(self, is_too_wide(c_type) ? c_type : sql_type);
    }
    if (position == 0 || !parameters_bind(&self->parameters, position, &parameter)) {
        return handle_refuse(self, position == 0 ? "07009" : "HY001", "A parameter cannot be bound.");
    }
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQLSetStmtAttr(SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (attribute == SQL_ATTR_PARAM_BIND_TYPE && (uintptr_t)value != SQL_PARAM_BIND_BY_COLUMN) {
        return handle_refuse(self, "HYC00", "The stand-in binds parameters by columns alone.");
    }
    SQLRETURN returned = manager_get()->SQLSetStmtAttr(self->real, attribute, value, size);
    if (SQL_SUCCEEDED(returned) && attribute == SQL_ATTR_PARAMSET_SIZE) {
        self->parameters.row_count = (uintptr_t)value;
    }
    return returned;
}

/* A text of which nothing was put is NULL. */
EXPORTED SQLRETURN SQLParamData(SQLHSTMT stmt, SQLPOINTER *ret_value)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    self->parameters.was_put = false;
    if (self->parameters.is_put_empty) {
        self->parameters.is_put_empty = false;
        SQLRETURN put = manager_get()->SQLPutData(self->real, NULL, SQL_NULL_DATA);
        if (!SQL_SUCCEEDED(put)) {
            return end_run(self, put);
        }
    }
    return end_run(self, manager_get()->SQLParamData(self->real, ret_value));
}

EXPORTED SQLRETURN SQLPutData(SQLHSTMT stmt, SQLPOINTER data, SQLLEN size)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (size == 0 || (size == SQL_NTS && !*(const char *)data)) {
        self->parameters.is_put_empty = !self->parameters.was_put;
        return SQL_SUCCESS;
    }
    self->parameters.is_put_empty = false;
    self->parameters.was_put = true;
    return manager_get()->SQLPutData(self->real, data, size);
}

/* ---- Columns and rows. ---- */

static void put_in_capitals(SQLCHAR *name)
{
    for (; name && *name; name++) {
        *name = (SQLCHAR)toupper(*name);
    }
}

/* Every number is a NUMBER. */
static SQLLEN turn_type(SQLLEN type)
{
    return type == SQL_BIGINT || type == SQL_INTEGER || type == SQL_SMALLINT || type == SQL_NUMERIC ? SQL_DECIMAL
                                                                                                    : type;
}

EXPORTED SQLRETURN SQLNumResultCols(SQLHSTMT stmt, SQLSMALLINT *ret_count)
{
    struct handle *self = begin(stmt);
    return self ? manager_get()->SQLNumResultCols(self->real, ret_count) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLDescribeCol(SQLHSTMT stmt, SQLUSMALLINT column, SQLCHAR *name, SQLSMALLINT room,
                                  SQLSMALLINT *ret_size, SQLSMALLINT *ret_type, SQLULEN *ret_column_size,
                                  SQLSMALLINT *ret_digits, SQLSMALLINT *ret_nullable)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    SQLRETURN returned = manager_get()->SQLDescribeCol(self->real, column, name, room, ret_size, ret_type,
                                                       ret_column_size, ret_digits, ret_nullable);
    if (SQL_SUCCEEDED(returned)) {
        put_in_capitals(name);
        if (ret_type) {
            *ret_type = (SQLSMALLINT)turn_type(*ret_type);
        }
    }
    return returned;
}

EXPORTED SQLRETURN SQLColAttribute(SQLHSTMT stmt, SQLUSMALLINT column, SQLUSMALLINT field, SQLPOINTER text,
                                   SQLSMALLINT room, SQLSMALLINT *ret_size, SQLLEN *ret_number)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    SQLRETURN returned = manager_get()->SQLColAttribute(self->real, column, field, text, room, ret_size, ret_number);
    if (SQL_SUCCEEDED(returned)) {
        bool is_name = field == SQL_DESC_NAME || field == SQL_DESC_LABEL || field == SQL_DESC_BASE_COLUMN_NAME;
        put_in_capitals(is_name ? text : NULL);
        if (ret_number && (field == SQL_DESC_TYPE || field == SQL_DESC_CONCISE_TYPE)) {
            *ret_number = turn_type(*ret_number);
        }
    }
    return returned;
}

EXPORTED SQLRETURN SQLRowCount(SQLHSTMT stmt, SQLLEN *ret_count)
{
    struct handle *self = begin(stmt);
    return self ? manager_get()->SQLRowCount(self->real, ret_count) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLFetch(SQLHSTMT stmt)
{
    struct handle *self = begin(stmt);
    return self ? manager_get()->SQLFetch(self->real) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLGetData(SQLHSTMT stmt, SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN room,
                              SQLLEN *ret_size)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (is_too_wide(c_type)) {
        return refuse_type(self, c_type);
    }
    SQLRETURN returned = manager_get()->SQLGetData(self->real, column, c_type, data, room, ret_size);
    if (returned == SQL_SUCCESS && c_type == SQL_C_CHAR && ret_size && *ret_size == 0) {
        *ret_size = SQL_NULL_DATA;
    }
    return returned;
}

/* A text of no bytes stays one here: what is bound is filled by the driver manager. */
EXPORTED SQLRETURN SQLBindCol(SQLHSTMT stmt, SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN room,
                              SQLLEN *size)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    return is_too_wide(c_type) ? refuse_type(self, c_type)
                               : manager_get()->SQLBindCol(self->real, column, c_type, data, room, size);
}

EXPORTED SQLRETURN SQLMoreResults(SQLHSTMT stmt)
{
    struct handle *self = begin(stmt);
    return self ? manager_get()->SQLMoreResults(self->real) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLCloseCursor(SQLHSTMT stmt)
{
    struct handle *self = begin(stmt);
    return self ? manager_get()->SQLCloseCursor(self->real) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLFreeStmt(SQLHSTMT stmt, SQLUSMALLINT how)
{
    struct handle *self = begin(stmt);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (how == SQL_RESET_PARAMS) {
        parameters_release(&self->parameters);
    }
    return manager_get()->SQLFreeStmt(self->real, how);
}
