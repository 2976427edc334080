#include "pg_database.h"

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

/* The server's address with the suite's own database in it. */
void pg_use(const char *where)
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

const char *pg_address(void)
{
    return address;
}

const char *pg_name(void)
{
    return name;
}

/* That there was nothing to drop is no news. */
static void ignore_notice(void *context, const char *words)
{
    (void)context;
    (void)words;
}

static void run_at(const char *where, const char *sql)
{
    PGconn *pg = PQconnectdb(where);
    must(PQstatus(pg) == CONNECTION_OK, PQerrorMessage(pg));
    (void)PQsetNoticeProcessor(pg, ignore_notice, NULL);
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    must(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

void pg_remove(void)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    run_at(admin_address, sql);
}

void pg_make(const char *how)
{
    char sql[256];
    pg_remove();
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s %s", name, how);
    run_at(admin_address, sql);
}

/* Returns when the server's processes have ended. */
void pg_cut(void)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql,
                   "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '%s'", name);
    run_at(admin_address, sql);
}

bool pg_outside_run(struct outside *outside, const char *sql)
{
    PGresult *result = PQexec(outside->pg, sql);
    bool is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return is_good;
}

/* Of two that wait for each other, the one ends that looks first: this one looks late. */
struct outside *pg_outside_begin(void)
{
    static struct outside outside;
    outside.pg = PQconnectdb(address);
    must(PQstatus(outside.pg) == CONNECTION_OK, PQerrorMessage(outside.pg));
    must(pg_outside_run(&outside, "SET deadlock_timeout = '60s'") && pg_outside_run(&outside, "BEGIN"),
         "an outside transaction");
    return &outside;
}

void pg_outside_end(struct outside *outside)
{
    PQfinish(outside->pg);
}
