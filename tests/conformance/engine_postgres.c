/* PostgreSQL: databases of their own on the server at an address. They have a collation that is not the order of code
 * points, so that whatever forgets to ask for that order is seen. */
#include "engine.h"
#include "pg_database.h"
#include "server.h"
#include "store/postgres/database.h"

static void make(void)
{
    pg_make("TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
}

static struct ic_database *open_database(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_postgres_database_create(pg_address(), &database, &err);
    must(!rc, err.detail);
    return database;
}

const struct engine engine_postgres = {
    .name = "postgres",
    .locks_rows = true,
    .use = pg_use,
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
