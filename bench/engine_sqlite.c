/* SQLite: a database is a file in a folder; a bare connection has the settings of the product's writer. */
#include "engine.h"

#include "bench.h"
#include "store/search.h"
#include "store/sqlite/sqlite_store.h"

#include <dirent.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INSERT_SIZE = 1024 };

static const char ending[] = ".db";
static const char *const companions[] = {"", "-wal", "-shm"};

static const char *path_of(const char *at, const char *database, char path[PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%s%s", at, database, ending);
    ic_bench_must(size > 0 && size < PATH_MAX, "the path of a database is too long");
    return path;
}

static enum ic_rc open_store(const char *at, const char *database, bool is_bulk, int readers,
                             const struct ic_clock *clock, struct ic_store **ret_store, struct ic_err *err)
{
    char path[PATH_MAX];
    (void)path_of(at, database, path);
    return is_bulk ? ic_store_sqlite_open_bulk(path, readers, clock, ret_store, err)
                   : ic_store_sqlite_open(path, readers, clock, ret_store, err);
}

static bool exists(const char *at, const char *database)
{
    char path[PATH_MAX];
    return access(path_of(at, database, path), F_OK) == 0;
}

static void drop(const char *at, const char *database)
{
    char path[PATH_MAX];
    char name[PATH_MAX + 8];
    (void)path_of(at, database, path);
    for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, companions[i]);
        (void)unlink(name);
    }
}

static void drop_others(const char *at, const char *prefix, const char *kept)
{
    DIR *folder = opendir(at);
    ic_bench_must(folder, at);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char database[NAME_MAX + 1];
        (void)snprintf(database, sizeof database, "%s", entry->d_name);
        char *end = strstr(database, ending);
        if (end && strncmp(database, prefix, strlen(prefix)) == 0) {
            *end = '\0';
            if (strcmp(database, kept) != 0) {
                drop(at, database);
            }
        }
    }
    (void)closedir(folder);
}

static void rename_database(const char *at, const char *database, const char *new_database)
{
    /* Closed, so that there is one file only. */
    char path[PATH_MAX];
    char new_path[PATH_MAX];
    ic_bench_must(rename(path_of(at, database, path), path_of(at, new_database, new_path)) == 0, new_path);
}

static void settle(const char *at, const char *database)
{
    (void)at;
    (void)database;
}

static double size_mib(const char *at, const char *database)
{
    char path[PATH_MAX];
    struct stat status;
    ic_bench_must(stat(path_of(at, database, path), &status) == 0, path);
    return (double)status.st_size / (1 << 20);
}

/* ---- Reading rows back. ---- */

/* The trigram index does not keep its texts: they are made again, as the store made them. */
static const struct ic_copy_source search_sources[] = {
    {"target_search",
     "SELECT n.cursor, t.tar_number AS rowid, fold(t.tar_username) AS search_text FROM (SELECT e.tar_id, "
     "MIN(c.cursor) AS cursor FROM changes c JOIN event_logs e ON e.elg_id = c.elg_id WHERE c.cursor > $1 "
     "GROUP BY e.tar_id) n JOIN targets t ON t.tar_id = n.tar_id WHERE t.first_contacted >= $2 ORDER BY t.tar_number"},
    {"event_search", "SELECT c.cursor, e.event_number AS rowid, "
                     "fold(t.tar_username || COALESCE(char(10) || l.message_text, '')) AS search_text "
                     "FROM changes c JOIN event_logs e ON e.elg_id = c.elg_id JOIN targets t ON t.tar_id = e.tar_id "
                     "LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id WHERE c.cursor > $1 ORDER BY c.cursor"},
    {NULL, NULL},
};

static void fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct ic_buf buf;
    ic_buf_init(&buf, IC_COPY_BYTES_MAX);
    const char *text = (const char *)sqlite3_value_text(values[0]);
    ic_search_fold(&buf, (struct ic_str){text, (size_t)sqlite3_value_bytes(values[0])});
    struct ic_str folded = ic_buf_view(&buf);
    sqlite3_result_text(context, folded.data, (int)folded.size, SQLITE_TRANSIENT);
    ic_buf_release(&buf);
}

static struct ic_value value_of(sqlite3_stmt *statement, int column, struct ic_copy *copy)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
        return (struct ic_value){.kind = IC_VALUE_NULL};
    case SQLITE_INTEGER:
        return (struct ic_value){.kind = IC_VALUE_INT64, .int64 = sqlite3_column_int64(statement, column)};
    default: {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        return ic_copy_text(copy, (struct ic_str){text, (size_t)sqlite3_column_bytes(statement, column)});
    }
    }
}

static void gather_table(sqlite3 *db, const struct ic_copy_source *source, const struct ic_copy_range *range,
                         struct ic_copy *copy)
{
    sqlite3_stmt *statement;
    ic_bench_must(sqlite3_prepare_v2(db, source->sql, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(db));
    /* Position 0, which a statement without the parameter has, is refused and means nothing. */
    (void)sqlite3_bind_int64(statement, sqlite3_bind_parameter_index(statement, "$1"), range->cursor);
    (void)sqlite3_bind_int64(statement, sqlite3_bind_parameter_index(statement, "$2"), range->from);
    struct ic_copy_table *table = ic_copy_add_table(copy, source->table, sqlite3_column_count(statement) - 1);
    for (int i = 0; i < table->width; i++) {
        (void)snprintf(table->columns[i], sizeof table->columns[i], "%s", sqlite3_column_name(statement, i + 1));
    }
    int native;
    while ((native = sqlite3_step(statement)) == SQLITE_ROW) {
        struct ic_value *row = ic_copy_add_row(table, sqlite3_column_int64(statement, 0));
        for (int i = 0; i < table->width; i++) {
            row[i] = value_of(statement, i + 1, copy);
        }
    }
    ic_bench_must(native == SQLITE_DONE, sqlite3_errmsg(db));
    (void)sqlite3_finalize(statement);
}

static void gather(const char *at, const char *database, const struct ic_copy_range *range, struct ic_copy *copy)
{
    char path[PATH_MAX];
    sqlite3 *db;
    ic_bench_must(sqlite3_open_v2(path_of(at, database, path), &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, path);
    ic_bench_must(sqlite3_create_function(db, "fold", 1, SQLITE_UTF8, NULL, fold, NULL, NULL) == SQLITE_OK,
                  sqlite3_errmsg(db));
    ic_copy_reset(copy);
    const struct ic_copy_source *source = range->is_team ? ic_copy_team : ic_copy_pushed;
    for (; source->table; source++) {
        gather_table(db, source, range, copy);
    }
    for (source = search_sources; !range->is_team && source->table; source++) {
        gather_table(db, source, range, copy);
    }
    (void)sqlite3_close(db);
    ic_copy_finish(copy);
}

/* ---- Bare. ---- */

struct ic_bare {
    sqlite3 *db;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    struct {
        const char *table; /* NULL: free. */
        sqlite3_stmt *insert;
    } inserts[IC_COPY_TABLES_COUNT_MAX];
};

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    ic_bench_must(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK,
                  sqlite3_errmsg(db));
    return statement;
}

static struct ic_bare *bare_open(const char *at, const char *database)
{
    static const char settings[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
                                   "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864";
    char path[PATH_MAX];
    struct ic_bare *bare = calloc(1, sizeof *bare);
    ic_bench_must(bare, "there is no memory");
    ic_bench_must(sqlite3_open_v2(path_of(at, database, path), &bare->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                  NULL) == SQLITE_OK,
                  path);
    ic_bench_must(sqlite3_exec(bare->db, settings, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(bare->db));
    bare->begin = prepare(bare->db, "BEGIN IMMEDIATE");
    bare->commit = prepare(bare->db, "COMMIT");
    return bare;
}

static void run(struct ic_bare *bare, sqlite3_stmt *statement)
{
    ic_bench_must(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(bare->db));
    (void)sqlite3_reset(statement);
}

static sqlite3_stmt *insert_for(struct ic_bare *bare, const struct ic_copy_table *table)
{
    size_t i = 0;
    while (bare->inserts[i].table && strcmp(bare->inserts[i].table, table->name) != 0) {
        i++;
        ic_bench_must(i < IC_COPY_TABLES_COUNT_MAX, "there are too many tables");
    }
    if (!bare->inserts[i].table) {
        char sql[INSERT_SIZE];
        ic_copy_put_insert(table, '?', sql, sizeof sql);
        bare->inserts[i].table = table->name;
        bare->inserts[i].insert = prepare(bare->db, sql);
    }
    return bare->inserts[i].insert;
}

static void insert_row(struct ic_bare *bare, sqlite3_stmt *insert, const struct ic_value *row, int width)
{
    for (int i = 0; i < width; i++) {
        switch (row[i].kind) {
        case IC_VALUE_NULL:
            (void)sqlite3_bind_null(insert, i + 1);
            break;
        case IC_VALUE_INT64:
            (void)sqlite3_bind_int64(insert, i + 1, row[i].int64);
            break;
        case IC_VALUE_TEXT:
            (void)sqlite3_bind_text(insert, i + 1, row[i].text.data, (int)row[i].text.size, SQLITE_STATIC);
            break;
        }
    }
    run(bare, insert);
}

static void bare_insert(struct ic_bare *bare, const struct ic_copy *copy, int64_t events_per_transaction)
{
    size_t done[IC_COPY_TABLES_COUNT_MAX] = {0};
    for (int64_t end = copy->first_cursor; end <= copy->last_cursor;) {
        end += events_per_transaction;
        run(bare, bare->begin);
        for (int i = 0; i < copy->table_count; i++) {
            const struct ic_copy_table *table = &copy->tables[i];
            sqlite3_stmt *insert = insert_for(bare, table);
            for (; done[i] < table->count && table->cursors[done[i]] < end; done[i]++) {
                insert_row(bare, insert, &table->values[done[i] * (size_t)table->width], table->width);
            }
        }
        run(bare, bare->commit);
    }
}

static int64_t bare_count(struct ic_bare *bare, const char *table)
{
    char sql[INSERT_SIZE];
    (void)snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", table);
    sqlite3_stmt *statement = prepare(bare->db, sql);
    ic_bench_must(sqlite3_step(statement) == SQLITE_ROW, sqlite3_errmsg(bare->db));
    int64_t count = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return count;
}

static void bare_close(struct ic_bare *bare)
{
    for (size_t i = 0; i < IC_COPY_TABLES_COUNT_MAX; i++) {
        (void)sqlite3_finalize(bare->inserts[i].insert);
    }
    (void)sqlite3_finalize(bare->begin);
    (void)sqlite3_finalize(bare->commit);
    (void)sqlite3_close(bare->db);
    free(bare);
}

const struct ic_bench_engine ic_bench_sqlite = {
    .key = "sqlite",
    .name = "SQLite",
    .bare = "sqlite3, prepared inserts, WAL, synchronous FULL, foreign keys on",
    .migrations = ic_migrations_sqlite,
    .open = open_store,
    .exists = exists,
    .drop = drop,
    .drop_others = drop_others,
    .rename = rename_database,
    .settle = settle,
    .size_mib = size_mib,
    .gather = gather,
    .bare_open = bare_open,
    .bare_insert = bare_insert,
    .bare_count = bare_count,
    .bare_close = bare_close,
};
