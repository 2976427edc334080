#include "claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct manager odbc;
SQLHENV env;
struct line *line;

static struct line lines[CONNECTIONS_MAX];
static size_t line_count;

bool claims_load(void)
{
    const char *library = getenv("INSTACRM_ODBC_LIBRARY");
    return library && manager_load(library, &odbc);
}

SQLCHAR *text_of(const char *text)
{
    union {
        const char *in;
        SQLCHAR *out;
    } both = {.in = text};
    return both.out;
}

struct told tell(SQLSMALLINT kind, SQLHANDLE handle)
{
    struct told told = {.state = ""};
    SQLSMALLINT size = 0;
    assert_true(SQL_SUCCEEDED(odbc.SQLGetDiagRec(kind, handle, 1, (SQLCHAR *)told.state, &told.number,
                                                 (SQLCHAR *)told.words, TOLD_SIZE, &size)));
    assert_int_equal(size, strlen(told.words));
    return told;
}

/* ---- Connections. ---- */

static struct line *allocate(void)
{
    assert_true(line_count < CONNECTIONS_MAX);
    struct line *self = &lines[line_count++];
    *self = (struct line){.dbc = NULL};
    assert_int_equal(odbc.SQLAllocHandle(SQL_HANDLE_DBC, env, &self->dbc), SQL_SUCCESS);
    return self;
}

static bool connect_to(struct line *self, const char *where)
{
    self->is_open = SQL_SUCCEEDED(
        odbc.SQLDriverConnect(self->dbc, NULL, text_of(where), SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT));
    return self->is_open;
}

struct line *line_open(void)
{
    struct line *self = allocate();
    if (!connect_to(self, getenv("ORACLE_CONN_STRING"))) {
        fail_msg("%s", tell(SQL_HANDLE_DBC, self->dbc).words);
    }
    assert_int_equal(odbc.SQLAllocHandle(SQL_HANDLE_STMT, self->dbc, &self->stmt), SQL_SUCCESS);
    return self;
}

struct told line_fail_to_open(const char *where)
{
    struct line *self = allocate();
    assert_false(connect_to(self, where));
    return tell(SQL_HANDLE_DBC, self->dbc);
}

static void line_close(struct line *self)
{
    if (self->is_open) {
        (void)odbc.SQLEndTran(SQL_HANDLE_DBC, self->dbc, SQL_ROLLBACK);
        (void)odbc.SQLDisconnect(self->dbc); /* Its statements go with it. */
    }
    (void)odbc.SQLFreeHandle(SQL_HANDLE_DBC, self->dbc);
}

void line_use_transactions(struct line *self)
{
    assert_int_equal(odbc.SQLSetConnectAttr(self->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)(uintptr_t)SQL_AUTOCOMMIT_OFF,
                                            SQL_IS_UINTEGER),
                     SQL_SUCCESS);
}

void line_end(struct line *self, SQLSMALLINT how)
{
    assert_int_equal(odbc.SQLEndTran(SQL_HANDLE_DBC, self->dbc, how), SQL_SUCCESS);
}

/* ---- Statements. ---- */

static SQLRETURN try_to_run(struct line *self, const char *sql)
{
    (void)odbc.SQLFreeStmt(self->stmt, SQL_CLOSE);
    return odbc.SQLExecDirect(self->stmt, text_of(sql), SQL_NTS);
}

void run(struct line *self, const char *sql)
{
    SQLRETURN returned = try_to_run(self, sql);
    if (!SQL_SUCCEEDED(returned) && returned != SQL_NO_DATA) {
        fail_msg("%s: %s", sql, tell(SQL_HANDLE_STMT, self->stmt).words);
    }
}

struct told fail_to_run(struct line *self, const char *sql)
{
    if (try_to_run(self, sql) != SQL_ERROR) {
        fail_msg("This should have failed: %s", sql);
    }
    return tell(SQL_HANDLE_STMT, self->stmt);
}

const char *look(struct line *self, const char *sql)
{
    static char value[TOLD_SIZE];
    SQLLEN size = 0;
    run(self, sql);
    assert_int_equal(odbc.SQLFetch(self->stmt), SQL_SUCCESS);
    assert_int_equal(odbc.SQLGetData(self->stmt, 1, SQL_C_CHAR, value, sizeof value, &size), SQL_SUCCESS);
    if (size == SQL_NULL_DATA) {
        (void)snprintf(value, sizeof value, "NULL");
    }
    assert_int_equal(odbc.SQLFetch(self->stmt), SQL_NO_DATA);
    return value;
}

/* ---- Each test. ---- */

int claims_begin(void **state)
{
    (void)state;
    assert_int_equal(odbc.SQLAllocHandle(SQL_HANDLE_ENV, NULL, &env), SQL_SUCCESS);
    assert_int_equal(odbc.SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0),
                     SQL_SUCCESS);
    line = line_open();
    static const char *const tables[] = {"GUESTS", "ROOMS", "MORE"};
    static const char *const drops[] = {"DROP TABLE guests CASCADE CONSTRAINTS PURGE",
                                        "DROP TABLE rooms CASCADE CONSTRAINTS PURGE", "DROP TABLE more PURGE"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM user_tables WHERE table_name = '%s'", tables[i]);
        if (strcmp(look(line, sql), "1") == 0) {
            run(line, drops[i]);
        }
    }
    run(line, "CREATE TABLE rooms (room NUMBER(19) NOT NULL CONSTRAINT rooms_pkey PRIMARY KEY, beds NUMBER(1))");
    run(line, "CREATE TABLE guests (name VARCHAR2(8 CHAR) NOT NULL CONSTRAINT guests_pkey PRIMARY KEY, "
              "room NUMBER(19) CONSTRAINT guests_room REFERENCES rooms (room), notes CLOB, "
              "age NUMBER(3) CONSTRAINT guests_age CHECK (age >= 0))");
    return 0;
}

int claims_end(void **state)
{
    (void)state;
    while (line_count > 0) {
        line_close(&lines[--line_count]);
    }
    return odbc.SQLFreeHandle(SQL_HANDLE_ENV, env) == SQL_SUCCESS ? 0 : -1;
}
