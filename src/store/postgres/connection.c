#include "store/postgres/connection.h"

#include "store/postgres/classes.h"
#include "store/postgres/statement.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The channel of commits, and the lock of the writer's turn: the bytes of "instacrm". */
#define CHANNEL "instacrm"
#define TURN    "7597136565107913325"

struct postgres_connection {
    struct ic_connection base;
    struct ic_postgres_line line;
    int64_t changed_count;
    bool is_writing; /* The transaction. */
    struct ic_postgres_statement *statements[IC_STATEMENT_COUNT];
};

static struct postgres_connection *own(struct ic_connection *connection)
{
    return (struct postgres_connection *)connection;
}

/* One call that is one exchange. */
static enum ic_driver_rc run(struct ic_connection *connection, const char *sql)
{
    struct ic_postgres_line *line = &own(connection)->line;
    enum ic_driver_rc rc = ic_postgres_line_begin(line);
    return rc ? rc : ic_postgres_line_query(line, sql, NULL);
}

/* ---- Transactions. ---- */

static PGTransactionStatusType status_of(struct ic_connection *connection)
{
    return PQtransactionStatus(own(connection)->line.pg);
}

static bool in_transaction(struct ic_connection *connection)
{
    return status_of(connection) == PQTRANS_INTRANS;
}

/* Ends the transaction, if there is one, within the call under way. */
static void end_transaction(struct ic_connection *connection)
{
    struct ic_postgres_line *line = &own(connection)->line;
    PGTransactionStatusType status = status_of(connection);
    if ((status == PQTRANS_INTRANS || status == PQTRANS_INERROR) && ic_postgres_line_query(line, "ROLLBACK", NULL) &&
        line->pg) {
        /* A transaction that cannot be ended ends with its session. */
        (void)ic_postgres_line_lose(line, "the transaction could not be rolled back");
    }
}

static void rollback(struct ic_connection *connection)
{
    if (!ic_postgres_line_begin(&own(connection)->line)) {
        end_transaction(connection);
    }
}

static enum ic_driver_rc begin(struct ic_connection *connection, bool is_writing)
{
    /* Statements of the writer see what was committed before its turn, whenever the wait for that began. */
    static const char writing[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
                                  "SELECT pg_advisory_xact_lock(" TURN ")";
    static const char reading[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    assert(status_of(connection) == PQTRANS_IDLE || !own(connection)->line.pg);
    own(connection)->is_writing = is_writing;
    enum ic_driver_rc rc = run(connection, is_writing ? writing : reading);
    if (rc) {
        end_transaction(connection);
    }
    return rc;
}

static enum ic_driver_rc commit(struct ic_connection *connection)
{
    static const char statement_timeout[] = "57014";
    struct postgres_connection *self = own(connection);
    if (self->line.pg && !in_transaction(connection)) {
        /* PostgreSQL would answer COMMIT with a rollback, and call that a success. */
        return ic_postgres_line_refuse(&self->line, IC_DRIVER_OTHER, "25P02",
                                       "a failure has spoiled the transaction, or there is none");
    }
    enum ic_driver_rc rc = run(connection, self->is_writing ? "NOTIFY " CHANNEL "; COMMIT" : "COMMIT");
    if (rc && self->line.pg && self->line.native == ic_postgres_native(statement_timeout)) {
        /* The commit may have been done when the server was told to stop. */
        rc = ic_postgres_line_lose(&self->line, "the commit took too long");
    }
    return rc;
}

static enum ic_driver_rc part_begin(struct ic_connection *connection)
{
    return run(connection, "SAVEPOINT part");
}

static enum ic_driver_rc part_keep(struct ic_connection *connection)
{
    return run(connection, "RELEASE SAVEPOINT part");
}

static enum ic_driver_rc part_undo(struct ic_connection *connection)
{
    return run(connection, "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
}

static enum ic_driver_rc execute(struct ic_connection *connection, const char *sql)
{
    return run(connection, sql);
}

/* ---- Statements. ---- */

static enum ic_driver_rc prepare(struct ic_connection *connection, enum ic_statement statement,
                                 struct ic_prepared **ret_prepared)
{
    struct postgres_connection *self = own(connection);
    if (!self->statements[statement]) {
        enum ic_driver_rc rc = ic_postgres_statement_create(&self->line, &ic_statements_postgres[statement],
                                                            &self->changed_count, &self->statements[statement]);
        if (rc) {
            return rc;
        }
    }
    *ret_prepared = (struct ic_prepared *)self->statements[statement];
    return IC_DRIVER_OK;
}

enum ic_driver_rc ic_postgres_prepare_text(struct ic_connection *connection, const struct ic_statement_text *text,
                                           struct ic_prepared **ret_prepared)
{
    struct postgres_connection *self = own(connection);
    struct ic_postgres_statement *statement = NULL;
    enum ic_driver_rc rc = ic_postgres_statement_create(&self->line, text, &self->changed_count, &statement);
    if (!rc) {
        *ret_prepared = (struct ic_prepared *)statement;
    }
    return rc;
}

static int64_t changed_count(struct ic_connection *connection)
{
    return own(connection)->changed_count;
}

/* ---- Commits of others. ---- */

static enum ic_driver_rc listen_to_commits(struct ic_connection *connection)
{
    return run(connection, "LISTEN " CHANNEL);
}

/* Takes all notifications that are here; whether there was one. */
static bool take_notifications(PGconn *pg)
{
    bool was_one = false;
    for (PGnotify *notification; (notification = PQnotifies(pg));) {
        PQfreemem(notification);
        was_one = true;
    }
    return was_one;
}

static enum ic_driver_rc await_commit(struct ic_connection *connection, int wake_fd, int timeout_ms)
{
    struct ic_postgres_line *line = &own(connection)->line;
    int64_t end_ms = ic_clock_monotonic_ms(&line->clock) + timeout_ms;
    while (line->pg) {
        if (!PQconsumeInput(line->pg)) {
            return ic_postgres_line_lose(line, NULL);
        }
        if (take_notifications(line->pg)) {
            return IC_DRIVER_OK;
        }
        int64_t left_ms = end_ms - ic_clock_monotonic_ms(&line->clock);
        struct pollfd fds[] = {{.fd = PQsocket(line->pg), .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
        int ready = poll(fds, 2, left_ms > 0 ? (int)left_ms : 0);
        if (ready < 0 && errno != EINTR) {
            return ic_postgres_line_lose(line, strerror(errno));
        }
        if (ready == 0 || (ready > 0 && fds[1].revents)) {
            return IC_DRIVER_OK;
        }
    }
    return IC_DRIVER_LOST;
}

/* ---- The connection. ---- */

static const char *message(struct ic_connection *connection)
{
    return own(connection)->line.message;
}

static int native_code(struct ic_connection *connection)
{
    return own(connection)->line.native;
}

static enum ic_driver_rc ping(struct ic_connection *connection)
{
    return run(connection, "");
}

static void close_connection(struct ic_connection *connection)
{
    if (!connection) {
        return;
    }
    struct postgres_connection *self = own(connection);
    for (size_t i = 0; i < IC_STATEMENT_COUNT; i++) {
        ic_postgres_statement_destroy(self->statements[i]);
    }
    ic_postgres_line_release(&self->line);
    free(self);
}

static const struct ic_driver driver = {
    .statements = ic_statements_postgres,
    .search_form = IC_SEARCH_LIKE,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .part_begin = part_begin,
    .part_keep = part_keep,
    .part_undo = part_undo,
    .execute = execute,
    .prepare = prepare,
    .bind_text = ic_postgres_bind_text,
    .bind_int64 = ic_postgres_bind_int64,
    .bind_null = ic_postgres_bind_null,
    .step = ic_postgres_step,
    .column_text = ic_postgres_column_text,
    .column_int64 = ic_postgres_column_int64,
    .column_is_null = ic_postgres_column_is_null,
    .changed_count = changed_count,
    .reset = ic_postgres_reset,
    .run_rows = ic_postgres_run_rows,
    .message = message,
    .native = native_code,
    .ping = ping,
    .listen = listen_to_commits,
    .await_commit = await_commit,
    .close = close_connection,
};

/* ---- Opening. ---- */

static const char operation[] = "store.postgres.open";

static enum ic_rc open_failed(const struct postgres_connection *self, enum ic_driver_rc rc, struct ic_err *err)
{
    const struct ic_postgres_line *line = &self->line;
    switch (rc) {
    case IC_DRIVER_LOST:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, line->native, true,
                                 "PostgreSQL cannot be reached: %s.", line->message);
    case IC_DRIVER_BUSY:
        return ic_err_set_native(err, IC_CODE_BUSY, operation, line->native, true, "PostgreSQL has too much to do: %s.",
                                 line->message);
    case IC_DRIVER_NOMEM:
        return ic_err_set_native(err, IC_CODE_OUT_OF_MEMORY, operation, line->native, true,
                                 "There is no memory for a connection to PostgreSQL.");
    default:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, line->native, false, "PostgreSQL refused: %s.",
                                 line->message);
    }
}

/* What can be seen of the server before the first statement. */
static enum ic_rc check_server(const struct postgres_connection *self, struct ic_err *err)
{
    int version = PQserverVersion(self->line.pg) / 10000;
    if (version < IC_POSTGRES_VERSION_LEAST) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation,
                          "The PostgreSQL server is of version %d; version %d or a newer one is needed.", version,
                          IC_POSTGRES_VERSION_LEAST);
    }
    const char *encoding = PQparameterStatus(self->line.pg, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation,
                          "The PostgreSQL database is encoded in %s; make one with ENCODING 'UTF8' TEMPLATE template0.",
                          encoding ? encoding : "an unknown way");
    }
    return IC_OK;
}

/* The session's settings, in one exchange. A statement has one plan, whatever it is asked for and however old the
 * statistics are, those of an empty table included: down the indexes, in the order that is wanted, by one process. A
 * plan that is made for the values, that sorts or that goes through a whole table is quicker for some and reads all
 * there is for others; several processes take longer to start than a request may last. */
static enum ic_rc set_up(struct postgres_connection *self, bool is_writing, int call_ms_max, struct ic_err *err)
{
    int wait_ms_max = self->line.call_ms_max; /* For others: no longer than for the connection. */
    char sql[1024];
    (void)snprintf(
        sql, sizeof sql,
        "SELECT set_config('lock_timeout', '%d', false), set_config('statement_timeout', '%d', false),"
        " set_config('idle_in_transaction_session_timeout', '%d', false),"
        " set_config('default_transaction_read_only', '%s', false),"
        " set_config('synchronous_commit', 'on', false), set_config('jit', 'off', false),"
        " set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_sort', 'off', false),"
        " set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),"
        " set_config('enable_mergejoin', 'off', false), set_config('random_page_cost', '1', false),"
        " set_config('max_parallel_workers_per_gather', '0', false),"
        " set_config('standard_conforming_strings', 'on', false), pg_is_in_recovery()",
        wait_ms_max / 2, call_ms_max / 5 * 4, wait_ms_max * 2, is_writing ? "off" : "on");
    PGresult *result = NULL;
    enum ic_driver_rc rc = ic_postgres_line_query(&self->line, sql, &result);
    if (rc) {
        return open_failed(self, rc, err);
    }
    bool is_standby = strcmp(PQgetvalue(result, 0, PQnfields(result) - 1), "t") == 0;
    PQclear(result);
    if (is_standby && is_writing) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation,
                          "The PostgreSQL server is a standby, which cannot be written.");
    }
    return IC_OK;
}

enum ic_rc ic_postgres_open(const char *url, bool is_writing, int call_ms_max, struct ic_connection **ret_connection,
                            struct ic_err *err)
{
    struct postgres_connection *self = calloc(1, sizeof *self);
    if (!self) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a connection.");
    }
    self->base.driver = &driver;
    self->line = (struct ic_postgres_line){.clock = ic_clock_system(), .call_ms_max = ic_driver_wait_ms(call_ms_max)};
    enum ic_driver_rc driver_rc = ic_postgres_line_connect(&self->line, url);
    enum ic_rc rc = driver_rc ? open_failed(self, driver_rc, err) : check_server(self, err);
    if (!rc) {
        rc = set_up(self, is_writing, call_ms_max, err);
    }
    self->line.call_ms_max = call_ms_max;
    if (rc) {
        close_connection(&self->base);
        return rc;
    }
    *ret_connection = &self->base;
    return IC_OK;
}
