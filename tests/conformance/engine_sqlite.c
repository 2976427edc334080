/* SQLite: a file in a folder. There is no line to cut and no server to vanish. */
#include "engine.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char folder[256];
static char path[320];

struct outside {
    sqlite3 *db;
};

static void use(const char *where)
{
    (void)snprintf(folder, sizeof folder, "%s", where);
    (void)snprintf(path, sizeof path, "%s/conformance.db", folder);
}

/* Removes the file and all that lies beside it: the log, and backups. */
static void remove_database(void)
{
    DIR *entries = opendir(folder);
    must(entries, "the folder is there");
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (strncmp(entry->d_name, "conformance.db", strlen("conformance.db")) == 0) {
            must(unlinkat(dirfd(entries), entry->d_name, 0) == 0, "an old file goes");
        }
    }
    (void)closedir(entries);
}

static struct ic_database *open_database(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_sqlite_database_create(path, IC_SQLITE_SERVE, &database, &err);
    must(!rc, err.detail);
    return database;
}

static bool outside_run(struct outside *outside, const char *sql)
{
    return sqlite3_exec(outside->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static struct outside *outside_begin(void)
{
    static struct outside outside;
    must(sqlite3_open(path, &outside.db) == SQLITE_OK, "an outside connection");
    must(outside_run(&outside, "BEGIN IMMEDIATE"), "an outside transaction");
    return &outside;
}

static void outside_end(struct outside *outside)
{
    (void)outside_run(outside, "ROLLBACK");
    (void)sqlite3_close(outside->db);
}

const struct engine engine_sqlite = {
    .name = "sqlite",
    .use = use,
    .make = remove_database,
    .remove = remove_database,
    .open = open_database,
    .outside_begin = outside_begin,
    .outside_run = outside_run,
    .outside_end = outside_end,
};
