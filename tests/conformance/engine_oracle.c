/* Oracle, which is not to be had here: the driver on a stand-in for Oracle's own (tests/oracle), which has a PostgreSQL
 * server behind it. Databases are made and dropped there, and come to harm there, too.
 *
 * The library that stands in is the one in INSTACRM_ODBC_LIBRARY; it makes a database here behave as Oracle does where
 * the driver or the statements can tell. */
#include "engine.h"
#include "pg_database.h"
#include "server.h"
#include "store/oracle/database.h"

#include <stdio.h>
#include <stdlib.h>

/* What the driver reads from the environment. */
static void use(const char *where)
{
    char place[1024];
    pg_use(where);
    int size =
        snprintf(place, sizeof place, "DRIVER={PostgreSQL ANSI};Protocol=7.4-0;Servername=%s", pg_keyword("host"));
    const char *port = pg_keyword("port");
    size += snprintf(place + size, sizeof place - (size_t)size, ";Port=%s", *port ? port : "5432");
    size += snprintf(place + size, sizeof place - (size_t)size, ";Database=%s", pg_keyword("dbname"));
    must((size_t)size < sizeof place, "a short address");
    must(setenv("ORACLE_CONN_STRING", place, 1) == 0 && setenv("ORACLE_USER", pg_keyword("user"), 1) == 0 &&
             setenv("ORACLE_PASSWORD", pg_keyword("password"), 1) == 0,
         "an environment");
}

static void make(void)
{
    pg_make("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
    pg_run("CREATE EXTENSION orafce");
}

static struct ic_database *open_database(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_oracle_database_create(&database, &err);
    must(!rc, err.detail);
    return database;
}

const struct engine engine_oracle = {
    .name = "oracle",
    .locks_rows = true,
    .use = use,
    .make = make,
    .remove = pg_remove,
    .open = open_database,
    .cut = pg_cut,
    .can_vanish = server_is_ours,
    .vanish = server_vanish,
    .come_back = server_come_back,
    .outside_begin = pg_outside_begin,
    .outside_run = pg_outside_run,
    .outside_end = pg_outside_end,
};
