/* PostgreSQL: databases of their own on the server at an address, made and dropped from the database that it names.
 * They have a collation that is not the order of code points, so that whatever forgets to ask for that order is seen.
 */
#include "engine.h"
#include "server.h"
#include "store/postgres/database.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ADDRESS_SIZE = 1024 };

static const char *admin_address;
static char name[64];
static char address[ADDRESS_SIZE];

struct outside {
    PGconn *pg;
};

/* Appends a keyword of a connection string, quoted. */
static void put_keyword(char *text, const char *keyword, const char *value)
{
    size_t size = strlen(text);
    size += (size_t)snprintf(text + size, ADDRESS_SIZE - size, "%s='", keyword);
    for (; *value && size + 4 < ADDRESS_SIZE; value++) {
        if (*value == '\'' || *value == '\\') {
            text[size++] = '\\';
        }
        text[size++] = *value;
    }
    must(size + 4 < ADDRESS_SIZE, "a short address");
    memcpy(text + size, "' ", 3);
}

/* The administrator's address with the suite's own database in it. */
static void use(const char *where)
{
    char *words = NULL;
    PQconninfoOption *options = PQconninfoParse(where, &words);
    must(options, words ? words : "an address");
    admin_address = where;
    (void)snprintf(name, sizeof name, "instacrm_conformance_%d", (int)getpid());
    address[0] = '\0';
    for (const PQconninfoOption *option = options; option->keyword; option++) {
        if (option->val && strcmp(option->keyword, "dbname") != 0) {
            put_keyword(address, option->keyword, option->val);
        }
    }
    put_keyword(address, "dbname", name);
    PQconninfoFree(options);
}

/* That there was nothing to drop is no news. */
static void ignore_notice(void *context, const char *words)
{
    (void)context;
    (void)words;
}

static void run_as_admin(const char *sql)
{
    PGconn *pg = PQconnectdb(admin_address);
    must(PQstatus(pg) == CONNECTION_OK, PQerrorMessage(pg));
    (void)PQsetNoticeProcessor(pg, ignore_notice, NULL);
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    must(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

static void remove_database(void)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    run_as_admin(sql);
}

static void make(void)
{
    char sql[256];
    remove_database();
    (void)snprintf(sql, sizeof sql,
                   "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
                   name);
    run_as_admin(sql);
}

static struct ic_database *open_database(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_postgres_database_create(address, &database, &err);
    must(!rc, err.detail);
    return database;
}

/* Returns when the server's processes have ended. */
static void cut(void)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql,
                   "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '%s'", name);
    run_as_admin(sql);
}

static bool outside_run(struct outside *outside, const char *sql)
{
    PGresult *result = PQexec(outside->pg, sql);
    bool is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return is_good;
}

/* Of two that wait for each other, the one ends that looks first: this one looks late. */
static struct outside *outside_begin(void)
{
    static struct outside outside;
    outside.pg = PQconnectdb(address);
    must(PQstatus(outside.pg) == CONNECTION_OK, PQerrorMessage(outside.pg));
    must(outside_run(&outside, "SET deadlock_timeout = '60s'") && outside_run(&outside, "BEGIN"),
         "an outside transaction");
    return &outside;
}

static void outside_end(struct outside *outside)
{
    PQfinish(outside->pg);
}

const struct engine engine_postgres = {
    .name = "postgres",
    .locks_rows = true,
    .use = use,
    .make = make,
    .remove = remove_database,
    .open = open_database,
    .cut = cut,
    .can_vanish = server_is_ours,
    .vanish = server_vanish,
    .come_back = server_come_back,
    .outside_begin = outside_begin,
    .outside_run = outside_run,
    .outside_end = outside_end,
};
