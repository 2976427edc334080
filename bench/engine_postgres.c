/* PostgreSQL: databases of one server; bare rows go through prepared inserts in libpq's pipeline mode. */
#include "engine.h"

#include "bench.h"
#include "store/postgres/database.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_SIZE = 512, SQL_SIZE = 1024, NUMBER_SIZE = 24, TYPE_INT8 = 20 };

static const char maintenance[] = "postgres"; /* The database that every server has. */

static const char *address_of(const char *at, const char *database, char address[ADDRESS_SIZE])
{
    int size = snprintf(address, ADDRESS_SIZE, "postgres:///%s?host=%s&user=instacrm", database, at);
    ic_bench_must(size > 0 && size < ADDRESS_SIZE, "the address of a database is too long");
    return address;
}

static PGconn *connect_to(const char *at, const char *database)
{
    char address[ADDRESS_SIZE];
    PGconn *pg = PQconnectdb(address_of(at, database, address));
    ic_bench_must(pg && PQstatus(pg) == CONNECTION_OK, PQerrorMessage(pg));
    return pg;
}

static PGresult *ask(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    ic_bench_must(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK, PQerrorMessage(pg));
    return result;
}

static void execute(PGconn *pg, const char *sql)
{
    PQclear(ask(pg, sql));
}

/* Runs a statement with one name in it, which is ours and needs no quoting. */
static void administer(const char *at, const char *database, const char *before, const char *name, const char *after)
{
    char sql[SQL_SIZE];
    PGconn *pg = connect_to(at, database);
    (void)snprintf(sql, sizeof sql, "%s%s%s", before, name, after);
    execute(pg, sql);
    PQfinish(pg);
}

/* The number that a query on a name gives. */
static double number_of(const char *at, const char *sql, const char *name)
{
    PGconn *pg = connect_to(at, maintenance);
    PGresult *result = PQexecParams(pg, sql, 1, NULL, &name, NULL, NULL, 0);
    ic_bench_must(PQresultStatus(result) == PGRES_TUPLES_OK, PQerrorMessage(pg));
    double number = PQntuples(result) > 0 ? strtod(PQgetvalue(result, 0, 0), NULL) : 0;
    PQclear(result);
    PQfinish(pg);
    return number;
}

static bool exists(const char *at, const char *database)
{
    return number_of(at, "SELECT COUNT(*) FROM pg_database WHERE datname = $1", database) > 0;
}

static enum ic_rc open_store(const char *at, const char *database, bool is_bulk, int readers,
                             const struct ic_clock *clock, struct ic_store **ret_store, struct ic_err *err)
{
    char address[ADDRESS_SIZE];
    struct ic_database *opened;
    (void)is_bulk; /* The server's memory is the server's matter. */
    if (!exists(at, database)) {
        administer(at, maintenance, "CREATE DATABASE ", database, "");
    }
    enum ic_rc rc = ic_postgres_database_create(address_of(at, database, address), &opened, err);
    return rc ? rc : ic_store_create(opened, readers, clock, ret_store, err);
}

static void drop(const char *at, const char *database)
{
    administer(at, maintenance, "DROP DATABASE IF EXISTS ", database, " WITH (FORCE)");
}

static void drop_others(const char *at, const char *prefix, const char *kept)
{
    PGconn *pg = connect_to(at, maintenance);
    PGresult *result = ask(pg, "SELECT datname FROM pg_database");
    for (int i = 0; i < PQntuples(result); i++) {
        const char *database = PQgetvalue(result, i, 0);
        if (strncmp(database, prefix, strlen(prefix)) == 0 && strcmp(database, kept) != 0) {
            drop(at, database);
        }
    }
    PQclear(result);
    PQfinish(pg);
}

static void rename_database(const char *at, const char *database, const char *new_database)
{
    char before[SQL_SIZE];
    (void)snprintf(before, sizeof before, "ALTER DATABASE %s RENAME TO ", database);
    administer(at, maintenance, before, new_database, "");
}

static void settle(const char *at, const char *database)
{
    administer(at, database, "VACUUM (ANALYZE)", "", ""); /* As autovacuum does. */
    administer(at, database, "CHECKPOINT", "", "");
}

static double size_mib(const char *at, const char *database)
{
    return number_of(at, "SELECT pg_database_size($1) / 1048576.0", database);
}

/* ---- Reading rows back. ---- */

static const struct ic_copy_source search_sources[] = {
    {"target_search", "SELECT n.cursor, s.* FROM (SELECT e.tar_id, MIN(c.cursor) AS cursor FROM changes c "
                      "JOIN event_logs e ON e.elg_id = c.elg_id WHERE c.cursor > $1 GROUP BY e.tar_id) n "
                      "JOIN targets t ON t.tar_id = n.tar_id JOIN target_search s ON s.tar_number = t.tar_number "
                      "WHERE t.first_contacted >= $2 ORDER BY s.tar_number"},
    {"event_search", "SELECT c.cursor, s.* FROM changes c JOIN event_logs e ON e.elg_id = c.elg_id "
                     "JOIN event_search s ON s.log_position = e.log_position WHERE c.cursor > $1 ORDER BY c.cursor"},
    {NULL, NULL},
};

static void gather_table(PGconn *pg, const struct ic_copy_source *source, const struct ic_copy_range *range,
                         struct ic_copy *copy)
{
    static const Oid types[2] = {TYPE_INT8, TYPE_INT8};
    char numbers[2][NUMBER_SIZE];
    (void)snprintf(numbers[0], NUMBER_SIZE, "%" PRId64, range->cursor);
    (void)snprintf(numbers[1], NUMBER_SIZE, "%" PRId64, range->from);
    const char *const values[2] = {numbers[0], numbers[1]};
    PGresult *result = PQexecParams(pg, source->sql, 2, types, values, NULL, NULL, 0);
    ic_bench_must(PQresultStatus(result) == PGRES_TUPLES_OK, PQerrorMessage(pg));
    struct ic_copy_table *table = ic_copy_add_table(copy, source->table, PQnfields(result) - 1);
    for (int i = 0; i < table->width; i++) {
        (void)snprintf(table->columns[i], sizeof table->columns[i], "%s", PQfname(result, i + 1));
    }
    for (int i = 0; i < PQntuples(result); i++) {
        struct ic_value *row = ic_copy_add_row(table, strtoll(PQgetvalue(result, i, 0), NULL, 10));
        for (int j = 0; j < table->width; j++) {
            if (!PQgetisnull(result, i, j + 1)) {
                /* Numbers, too, travel as text. */
                size_t size = (size_t)PQgetlength(result, i, j + 1);
                row[j] = ic_copy_text(copy, (struct ic_str){PQgetvalue(result, i, j + 1), size});
            }
        }
    }
    PQclear(result);
}

static void gather(const char *at, const char *database, const struct ic_copy_range *range, struct ic_copy *copy)
{
    PGconn *pg = connect_to(at, database);
    ic_copy_reset(copy);
    const struct ic_copy_source *source = range->is_team ? ic_copy_team : ic_copy_pushed;
    for (; source->table; source++) {
        gather_table(pg, source, range, copy);
    }
    for (source = search_sources; !range->is_team && source->table; source++) {
        gather_table(pg, source, range, copy);
    }
    PQfinish(pg);
    ic_copy_finish(copy);
}

/* ---- Bare. ---- */

struct ic_bare {
    PGconn *pg;
    int prepared_count;
    const char *prepared[IC_COPY_TABLES_COUNT_MAX]; /* Tables, whose names their inserts have. */
};

static struct ic_bare *bare_open(const char *at, const char *database)
{
    struct ic_bare *bare = calloc(1, sizeof *bare);
    ic_bench_must(bare, "there is no memory");
    bare->pg = connect_to(at, database);
    return bare;
}

static void prepare(struct ic_bare *bare, const struct ic_copy_table *table)
{
    for (int i = 0; i < bare->prepared_count; i++) {
        if (strcmp(bare->prepared[i], table->name) == 0) {
            return;
        }
    }
    char sql[SQL_SIZE];
    ic_copy_put_insert(table, '$', sql, sizeof sql);
    PGresult *result = PQprepare(bare->pg, table->name, sql, 0, NULL);
    ic_bench_must(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(bare->pg));
    PQclear(result);
    bare->prepared[bare->prepared_count++] = table->name;
}

/* Takes the answers that are here; true when the pipeline's end was among them. */
static bool take_answers(struct ic_bare *bare)
{
    bool is_over = false;
    for (int null_count = 0; !is_over && null_count < 2 && !PQisBusy(bare->pg);) {
        PGresult *result = PQgetResult(bare->pg);
        null_count = result ? 0 : null_count + 1;
        if (result) {
            ExecStatusType status = PQresultStatus(result);
            ic_bench_must(status == PGRES_COMMAND_OK || status == PGRES_PIPELINE_SYNC, PQerrorMessage(bare->pg));
            is_over = status == PGRES_PIPELINE_SYNC;
            PQclear(result);
        }
    }
    return is_over;
}

/* Sends what libpq holds; reads meanwhile, because a server whose answers nobody takes takes nothing either. */
static void flush(struct ic_bare *bare)
{
    while (PQflush(bare->pg) > 0) {
        struct pollfd line = {.fd = PQsocket(bare->pg), .events = POLLIN | POLLOUT};
        (void)poll(&line, 1, -1);
        ic_bench_must(PQconsumeInput(bare->pg), PQerrorMessage(bare->pg));
        (void)take_answers(bare);
    }
}

static void finish(struct ic_bare *bare)
{
    ic_bench_must(PQpipelineSync(bare->pg), PQerrorMessage(bare->pg));
    flush(bare);
    while (!take_answers(bare)) {
        struct pollfd line = {.fd = PQsocket(bare->pg), .events = POLLIN};
        (void)poll(&line, 1, -1);
        ic_bench_must(PQconsumeInput(bare->pg), PQerrorMessage(bare->pg));
    }
}

static void send(struct ic_bare *bare, const char *sql)
{
    ic_bench_must(PQsendQueryParams(bare->pg, sql, 0, NULL, NULL, NULL, NULL, 0), PQerrorMessage(bare->pg));
}

static void send_row(struct ic_bare *bare, const struct ic_copy_table *table, size_t row)
{
    const char *values[IC_COPY_COLUMNS_COUNT_MAX];
    for (int i = 0; i < table->width; i++) {
        const struct ic_value *value = &table->values[row * (size_t)table->width + (size_t)i];
        values[i] = value->kind == IC_VALUE_NULL ? NULL : value->text.data; /* The copy puts a NUL behind it. */
    }
    ic_bench_must(PQsendQueryPrepared(bare->pg, table->name, table->width, values, NULL, NULL, 0),
                  PQerrorMessage(bare->pg));
}

static void bare_insert(struct ic_bare *bare, const struct ic_copy *copy, int64_t events_per_transaction)
{
    enum { FLUSH_EVERY = 64 };
    size_t done[IC_COPY_TABLES_COUNT_MAX] = {0};
    for (int i = 0; i < copy->table_count; i++) {
        prepare(bare, &copy->tables[i]);
    }
    ic_bench_must(PQsetnonblocking(bare->pg, 1) == 0 && PQenterPipelineMode(bare->pg), PQerrorMessage(bare->pg));
    for (int64_t end = copy->first_cursor; end <= copy->last_cursor;) {
        end += events_per_transaction;
        send(bare, "BEGIN");
        for (int i = 0; i < copy->table_count; i++) {
            const struct ic_copy_table *table = &copy->tables[i];
            for (; done[i] < table->count && table->cursors[done[i]] < end; done[i]++) {
                send_row(bare, table, done[i]);
                if (done[i] % FLUSH_EVERY == 0) {
                    flush(bare);
                }
            }
        }
        send(bare, "COMMIT");
        finish(bare);
    }
    ic_bench_must(PQexitPipelineMode(bare->pg) && PQsetnonblocking(bare->pg, 0) == 0, PQerrorMessage(bare->pg));
}

static int64_t bare_count(struct ic_bare *bare, const char *table)
{
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", table);
    PGresult *result = ask(bare->pg, sql);
    int64_t count = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return count;
}

static void bare_close(struct ic_bare *bare)
{
    PQfinish(bare->pg);
    free(bare);
}

const struct ic_bench_engine ic_bench_postgres = {
    .key = "postgres",
    .name = "PostgreSQL",
    .bare = "libpq, prepared inserts in pipeline mode",
    .migrations = ic_migrations_postgres,
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
