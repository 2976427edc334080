/* Oracle, which is not to be had here: the driver on a stand-in for Oracle's own (tests/oracle), which has a PostgreSQL
 * server behind it. Databases are made and dropped there, and come to harm there, too: each is a copy of the one that
 * `tests/oracle/database prepare` has made, whose connection string is in ORACLE_CONN_STRING. */
#include "engine.h"
#include "pg_database.h"
#include "server.h"
#include "store/oracle/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64 };

static char prepared[NAME_SIZE]; /* The name of the database to copy. */

/* Names the suite's own database in the environment, instead of the one that was prepared. */
static void use(const char *where)
{
    static const char keyword[] = ";Database=";
    const char *given = getenv("ORACLE_CONN_STRING");
    const char *named = given ? strstr(given, keyword) : NULL;
    must(named, "ORACLE_CONN_STRING, as tests/oracle/database prints it");
    named += sizeof keyword - 1;
    size_t size = strcspn(named, ";");
    char place[1024];
    pg_use(where);
    (void)snprintf(prepared, sizeof prepared, "%.*s", (int)size, named);
    int written = snprintf(place, sizeof place, "%.*s%s%s", (int)(named - given), given, pg_name(), named + size);
    must(written > 0 && (size_t)written < sizeof place, "a short connection string");
    must(setenv("ORACLE_CONN_STRING", place, 1) == 0, "an environment");
}

static void make(void)
{
    char how[NAME_SIZE + 16];
    (void)snprintf(how, sizeof how, "TEMPLATE %s", prepared);
    pg_make(how);
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
