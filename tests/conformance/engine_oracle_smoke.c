/* A real Oracle database, in a schema that its owner has given over to the suite (`make oracle-smoke`). It must hold
 * none of our tables when the suite begins, or nothing is done; from then on those that are there are the suite's.
 *
 * Nobody's session can be ended from here, and no server made to vanish. */
#include "engine.h"
#include "store/migrations.h"
#include "store/oracle/connection.h"
#include "store/oracle/database.h"
#include "store/oracle/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES_MAX = 64, NAME_SIZE = 64, SECONDS_MAX = 4 * 3600, DROP_TRIES = 10, REFUSED = 2 };

static char tables[TABLES_MAX][NAME_SIZE];
static size_t table_count;

struct outside {
    struct ic_oracle_library *library;
    ic_odbc_handle dbc;
};

/* ---- The database. ---- */

static struct ic_database *open_database(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_oracle_database_create(&database, &err);
    must(!rc, err.detail);
    return database;
}

static struct ic_connection *open_connection(struct ic_database *database)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = database->open(database, true, &connection, &err);
    must(!rc, err.detail);
    return connection;
}

/* ---- Our tables. ---- */

static void add_table(const char *sql)
{
    static const char create[] = "CREATE TABLE ";
    if (strncmp(sql, create, sizeof create - 1) == 0) {
        const char *name = sql + sizeof create - 1;
        must(table_count < TABLES_MAX, "few tables");
        (void)snprintf(tables[table_count++], NAME_SIZE, "%.*s", (int)strcspn(name, " ("), name);
    }
}

static void list_tables(void)
{
    for (int i = 0; i < IC_MIGRATION_COUNT; i++) {
        for (int j = 0; j < ic_migrations_oracle[i].statement_count; j++) {
            add_table(ic_migrations_oracle[i].statements[j]);
        }
    }
    add_table(ic_statements_oracle[IC_STATEMENT_TURN_CREATE].sql);
    add_table(ic_statements_oracle[IC_STATEMENT_JOURNAL_CREATE].sql);
    add_table("CREATE TABLE guests (test_migrations.c)");
}

static bool has_table(struct ic_connection *connection, struct ic_prepared *count, const char *name)
{
    const struct ic_driver *driver = connection->driver;
    must(driver->bind_text(count, 1, ic_str_from(name)) == IC_DRIVER_OK && driver->step(count) == IC_DRIVER_ROW,
         driver->message(connection));
    bool is_there = driver->column_int64(count, 0) > 0;
    driver->reset(count);
    return is_there;
}

static void refuse_what_is_not_empty(void)
{
    static const struct ic_statement_text text = {
        "count_tables", "SELECT COUNT(*) FROM user_tables WHERE table_name = UPPER(?)", 1, 1, {1}};
    struct ic_database *database = open_database();
    struct ic_connection *connection = open_connection(database);
    struct ic_prepared *count = NULL;
    must(ic_oracle_prepare_text(connection, &text, &count) == IC_DRIVER_OK, connection->driver->message(connection));
    bool is_empty = true;
    for (size_t i = 0; i < table_count; i++) {
        if (has_table(connection, count, tables[i])) {
            (void)fprintf(stderr, "The schema has a table %s already.\n", tables[i]);
            is_empty = false;
        }
    }
    connection->driver->close(connection);
    ic_oracle_statement_destroy((struct ic_oracle_statement *)count);
    database->destroy(database);
    if (!is_empty) {
        (void)fprintf(stderr,
                      "Nothing was done. The suite makes and drops these tables: give it a schema without them.\n");
        exit(REFUSED);
    }
}

static void use(const char *where)
{
    static const char consent[] = "yes-use-this-empty-schema";
    const char *said = getenv("ORACLE_SMOKE");
    if (*where || !said || strcmp(said, consent) != 0) {
        (void)fprintf(stderr, "Nothing was done. Set ORACLE_SMOKE=%s to let the suite make and drop tables there.\n",
                      consent);
        exit(REFUSED);
    }
    list_tables();
    refuse_what_is_not_empty();
}

/* A session that has just ended may hold a table for a moment. */
static void drop_table(struct ic_connection *connection, const char *name)
{
    char sql[NAME_SIZE + 64];
    enum ic_driver_rc rc = IC_DRIVER_BUSY;
    (void)snprintf(sql, sizeof sql, "DROP TABLE %s CASCADE CONSTRAINTS PURGE", name);
    for (int i = 0; i < DROP_TRIES && rc == IC_DRIVER_BUSY; i++) {
        rc = connection->driver->execute(connection, sql);
    }
    enum { NO_SUCH_TABLE = 942 };
    must(!rc || connection->driver->native(connection) == NO_SUCH_TABLE, connection->driver->message(connection));
}

static void remove_tables(void)
{
    struct ic_database *database = open_database();
    struct ic_connection *connection = open_connection(database);
    for (size_t i = 0; i < table_count; i++) {
        drop_table(connection, tables[i]);
    }
    connection->driver->close(connection);
    database->destroy(database);
}

/* ---- A session of another. ---- */

static bool outside_run(struct outside *outside, const char *sql)
{
    ic_odbc_handle stmt = NULL;
    char text[512];
    (void)snprintf(text, sizeof text, "%s", sql);
    must(ic_odbc_is_good(outside->library->SQLAllocHandle(IC_ODBC_HANDLE_STMT, outside->dbc, &stmt)), "a statement");
    bool is_good = ic_odbc_is_good(outside->library->SQLExecDirect(stmt, (unsigned char *)text, IC_ODBC_NTS));
    (void)outside->library->SQLFreeHandle(IC_ODBC_HANDLE_STMT, stmt);
    return is_good;
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static struct outside *outside_begin(void)
{
    static struct outside outside;
    struct ic_oracle_address address;
    struct ic_err err = IC_ERR_NONE;
    char driver[256] = "";
    must(!ic_oracle_library_load(&outside.library, &err), err.detail);
    if (*variable("INSTACRM_ODBC_DRIVER")) {
        (void)snprintf(driver, sizeof driver, "%s", variable("INSTACRM_ODBC_DRIVER"));
    } else {
        (void)ic_oracle_library_find_driver(outside.library, driver, sizeof driver);
    }
    must(!ic_oracle_address_init(&address, variable("ORACLE_CONN_STRING"), variable("ORACLE_USER"),
                                 variable("ORACLE_PASSWORD"), driver, &err),
         err.detail);
    const struct ic_oracle_library *library = outside.library;
    must(ic_odbc_is_good(library->SQLAllocHandle(IC_ODBC_HANDLE_DBC, library->env, &outside.dbc)) &&
             ic_odbc_is_good(library->SQLDriverConnect(outside.dbc, NULL, (unsigned char *)address.text,
                                                       (ic_odbc_small)address.size, NULL, 0, NULL,
                                                       IC_ODBC_DRIVER_NOPROMPT)) &&
             ic_odbc_is_good(library->SQLSetConnectAttr(
                 outside.dbc, IC_ODBC_ATTR_AUTOCOMMIT, (void *)(uintptr_t)IC_ODBC_AUTOCOMMIT_OFF, IC_ODBC_IS_UINTEGER)),
         "a session of another");
    ic_oracle_address_release(&address);
    return &outside;
}

static void outside_end(struct outside *outside)
{
    (void)outside->library->SQLEndTran(IC_ODBC_HANDLE_DBC, outside->dbc, IC_ODBC_ROLLBACK);
    (void)outside->library->SQLDisconnect(outside->dbc);
    (void)outside->library->SQLFreeHandle(IC_ODBC_HANDLE_DBC, outside->dbc);
    ic_oracle_library_release(outside->library);
}

const struct engine engine_oracle_smoke = {
    .name = "oracle-smoke",
    .seconds_max = SECONDS_MAX,
    .locks_rows = true,
    .chooses_victim = true,
    .use = use,
    .make = remove_tables,
    .remove = remove_tables,
    .open = open_database,
    .outside_begin = outside_begin,
    .outside_run = outside_run,
    .outside_end = outside_end,
};
