#include "store/oracle/connection.h"

#include "store/oracle/opening.h"
#include "store/oracle/order.h"
#include "store/oracle/statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What the driver itself says to the database. */
enum order {
    TAKE_TURN,
    BEGIN_READING,
    COMMIT,
    ROLLBACK,
    PART_BEGIN,
    PART_UNDO,
    PING,
    ORDER_COUNT,
};

struct oracle_connection {
    struct ic_connection base;
    struct ic_oracle_line line;
    int64_t changed_count;
    struct ic_oracle_order *orders[ORDER_COUNT]; /* Made when they are wanted first. */
    struct ic_oracle_statement *statements[IC_STATEMENT_COUNT];
};

static struct oracle_connection *own(struct ic_connection *connection)
{
    return (struct oracle_connection *)connection;
}

/* ---- Orders. ---- */

static struct ic_oracle_order *make_order(enum order which)
{
    static const char *const texts[ORDER_COUNT] = {
        [BEGIN_READING] = "SET TRANSACTION READ ONLY",
        [PART_BEGIN] = "SAVEPOINT part",
        [PART_UNDO] = "ROLLBACK TO SAVEPOINT part",
        [PING] = "SELECT 1 FROM dual",
    };
    const char *sql = which == TAKE_TURN ? ic_statements_oracle[IC_STATEMENT_TURN_TAKE].sql : texts[which];
    struct ic_oracle_order *order = ic_oracle_order_create(sql);
    if (order) {
        order->begins = which == TAKE_TURN || which == BEGIN_READING;
        order->wants_row = which == TAKE_TURN || which == PING;
        order->ends = which == COMMIT || which == ROLLBACK;
        order->how = which == COMMIT ? IC_ODBC_COMMIT : IC_ODBC_ROLLBACK;
    }
    return order;
}

/* Has an order done within the call under way; the thread of a lost line keeps it. */
static enum ic_driver_rc obey(struct oracle_connection *self, struct ic_oracle_order **order)
{
    if (!*order) {
        return ic_oracle_line_refuse(&self->line, IC_DRIVER_NOMEM, "there is no memory for a statement");
    }
    struct ic_oracle_task *task = &(*order)->task;
    enum ic_driver_rc rc = ic_oracle_line_do(&self->line, &task);
    if (!task) {
        *order = NULL;
    }
    return rc;
}

static enum ic_driver_rc give_order(struct oracle_connection *self, enum order which)
{
    if (!self->orders[which]) {
        self->orders[which] = make_order(which);
    }
    return obey(self, &self->orders[which]);
}

/* One call that is one order. */
static enum ic_driver_rc run(struct ic_connection *connection, enum order which)
{
    struct oracle_connection *self = own(connection);
    enum ic_driver_rc rc = ic_oracle_line_begin(&self->line);
    return rc ? rc : give_order(self, which);
}

/* ---- Transactions. ---- */

static bool in_transaction(struct ic_connection *connection)
{
    const struct ic_oracle_line *line = &own(connection)->line;
    return line->worker && line->transaction == IC_ORACLE_OPEN;
}

/* Ends the transaction, if there is one, within the call under way; the failure that led here stays. */
static void end_transaction(struct oracle_connection *self)
{
    struct ic_oracle_line *line = &self->line;
    struct ic_oracle_failure cause = line->failure;
    if (line->transaction != IC_ORACLE_NO_TRANSACTION && line->worker) {
        if (give_order(self, ROLLBACK) && line->worker) {
            /* A transaction that cannot be ended ends with its session. */
            (void)ic_oracle_line_lose(line, "the transaction could not be rolled back");
        }
        line->failure = line->worker ? cause : line->failure;
    }
    line->transaction = IC_ORACLE_NO_TRANSACTION;
}

static void rollback(struct ic_connection *connection)
{
    if (!ic_oracle_line_begin(&own(connection)->line)) {
        end_transaction(own(connection));
    }
}

static enum ic_driver_rc begin(struct ic_connection *connection, bool is_writing)
{
    struct oracle_connection *self = own(connection);
    enum ic_driver_rc rc = ic_oracle_line_begin(&self->line);
    if (rc) {
        return rc;
    }
    assert(self->line.transaction == IC_ORACLE_NO_TRANSACTION);
    self->line.transaction = IC_ORACLE_OPEN;
    rc = give_order(self, is_writing ? TAKE_TURN : BEGIN_READING);
    if (rc) {
        end_transaction(self);
    }
    return rc;
}

static enum ic_driver_rc commit(struct ic_connection *connection)
{
    struct oracle_connection *self = own(connection);
    if (self->line.worker && !in_transaction(connection)) {
        /* Oracle would keep what came before the failure. */
        return ic_oracle_line_refuse(&self->line, IC_DRIVER_OTHER,
                                     "a failure has spoiled the transaction, or there is none");
    }
    enum ic_driver_rc rc = run(connection, COMMIT);
    if (!rc) {
        self->line.transaction = IC_ORACLE_NO_TRANSACTION;
    } else if (rc == IC_DRIVER_BUSY) {
        /* The commit may have been done when the driver was told to stop. */
        rc = ic_oracle_line_lose(&self->line, "the commit took too long");
    }
    return rc;
}

static enum ic_driver_rc part_begin(struct ic_connection *connection)
{
    return run(connection, PART_BEGIN);
}

/* The next part's savepoint takes the place of this one. */
static enum ic_driver_rc part_keep(struct ic_connection *connection)
{
    return ic_oracle_line_begin(&own(connection)->line);
}

static enum ic_driver_rc part_undo(struct ic_connection *connection)
{
    enum ic_driver_rc rc = run(connection, PART_UNDO);
    if (!rc) {
        own(connection)->line.transaction = IC_ORACLE_OPEN;
    }
    return rc;
}

static enum ic_driver_rc execute(struct ic_connection *connection, const char *sql)
{
    struct oracle_connection *self = own(connection);
    enum ic_driver_rc rc = ic_oracle_line_begin(&self->line);
    if (rc) {
        return rc;
    }
    struct ic_oracle_order *order = ic_oracle_order_create(sql);
    if (order) {
        order->is_once = true;
    }
    rc = obey(self, &order);
    if (order) {
        order->task.destroy(&order->task);
    }
    return rc;
}

/* ---- Statements. ---- */

enum ic_driver_rc ic_oracle_prepare_text(struct ic_connection *connection, const struct ic_statement_text *text,
                                         struct ic_prepared **ret_prepared)
{
    struct oracle_connection *self = own(connection);
    struct ic_oracle_statement *statement = NULL;
    enum ic_driver_rc rc = ic_oracle_statement_create(&self->line, text, &self->changed_count, &statement);
    if (!rc) {
        *ret_prepared = (struct ic_prepared *)statement;
    }
    return rc;
}

static enum ic_driver_rc prepare(struct ic_connection *connection, enum ic_statement statement,
                                 struct ic_prepared **ret_prepared)
{
    struct oracle_connection *self = own(connection);
    if (!self->statements[statement]) {
        enum ic_driver_rc rc = ic_oracle_statement_create(&self->line, &ic_statements_oracle[statement],
                                                          &self->changed_count, &self->statements[statement]);
        if (rc) {
            return rc;
        }
    }
    *ret_prepared = (struct ic_prepared *)self->statements[statement];
    return IC_DRIVER_OK;
}

static int64_t changed_count(struct ic_connection *connection)
{
    return own(connection)->changed_count;
}

/* ---- The connection. ---- */

static const char *message(struct ic_connection *connection)
{
    return own(connection)->line.failure.message;
}

static int native_code(struct ic_connection *connection)
{
    return own(connection)->line.failure.native;
}

static enum ic_driver_rc ping(struct ic_connection *connection)
{
    return run(connection, PING);
}

static void close_connection(struct ic_connection *connection)
{
    if (!connection) {
        return;
    }
    struct oracle_connection *self = own(connection);
    ic_oracle_line_release(&self->line);
    for (size_t i = 0; i < IC_STATEMENT_COUNT; i++) {
        ic_oracle_statement_destroy(self->statements[i]);
    }
    for (size_t i = 0; i < ORDER_COUNT; i++) {
        if (self->orders[i]) {
            self->orders[i]->task.destroy(&self->orders[i]->task);
        }
    }
    free(self);
}

static const struct ic_driver driver = {
    .statements = ic_statements_oracle,
    .search_form = IC_SEARCH_LIKE,
    .ddl_commits = true,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .part_begin = part_begin,
    .part_keep = part_keep,
    .part_undo = part_undo,
    .execute = execute,
    .prepare = prepare,
    .bind_text = ic_oracle_bind_text,
    .bind_int64 = ic_oracle_bind_int64,
    .bind_null = ic_oracle_bind_null,
    .step = ic_oracle_step,
    .column_text = ic_oracle_column_text,
    .column_int64 = ic_oracle_column_int64,
    .column_is_null = ic_oracle_column_is_null,
    .changed_count = changed_count,
    .reset = ic_oracle_reset,
    .run_rows = ic_oracle_run_rows,
    .message = message,
    .native = native_code,
    .ping = ping,
    .close = close_connection,
};

/* ---- Opening. ---- */

static const char operation[] = "store.oracle.open";

static enum ic_rc open_failed(const struct oracle_connection *self, const struct ic_oracle_address *address,
                              enum ic_driver_rc rc, struct ic_err *err)
{
    struct ic_oracle_failure failure = self->line.failure;
    ic_oracle_address_redact(address, failure.message);
    switch (rc) {
    case IC_DRIVER_LOST:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure.native, true,
                                 "Oracle cannot be reached: %s.", failure.message);
    case IC_DRIVER_BUSY:
        return ic_err_set_native(err, IC_CODE_BUSY, operation, failure.native, true, "Oracle has too much to do: %s.",
                                 failure.message);
    case IC_DRIVER_NOMEM:
        return ic_err_set_native(err, IC_CODE_OUT_OF_MEMORY, operation, failure.native, true,
                                 "There is no memory for a connection to Oracle.");
    default:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure.native, false, "Oracle refused: %s.",
                                 failure.message);
    }
}

/* Connects, within the call under way. */
static enum ic_driver_rc connect_line(struct oracle_connection *self, const struct ic_oracle_address *address)
{
    struct ic_oracle_opening *opening = ic_oracle_opening_create(address);
    if (!opening) {
        return ic_oracle_line_refuse(&self->line, IC_DRIVER_NOMEM, "there is no memory for a connection");
    }
    struct ic_oracle_task *task = &opening->task;
    enum ic_driver_rc rc = ic_oracle_line_do(&self->line, &task);
    if (task) {
        task->destroy(task);
    }
    return rc;
}

/* Connects, in a call of its own that is no longer than `wait_ms_max`. */
static enum ic_driver_rc connect_within(struct oracle_connection *self, const struct ic_oracle_address *address,
                                        int wait_ms_max)
{
    int call_ms_max = self->line.call_ms_max;
    self->line.call_ms_max = wait_ms_max;
    enum ic_driver_rc rc = ic_oracle_line_begin(&self->line);
    if (!rc) {
        rc = connect_line(self, address);
    }
    self->line.call_ms_max = call_ms_max;
    return rc;
}

enum ic_rc ic_oracle_open(struct ic_oracle_library *library, const struct ic_oracle_address *address, int call_ms_max,
                          struct ic_connection **ret_connection, struct ic_err *err)
{
    struct oracle_connection *self = calloc(1, sizeof *self);
    if (!self) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a connection.");
    }
    self->base.driver = &driver;
    self->line.call_ms_max = call_ms_max;
    enum ic_driver_rc rc = ic_oracle_line_open(&self->line, library);
    if (!rc) {
        rc = connect_within(self, address, ic_driver_wait_ms(call_ms_max));
    }
    if (rc) {
        enum ic_rc failed = open_failed(self, address, rc, err);
        close_connection(&self->base);
        return failed;
    }
    *ret_connection = &self->base;
    return IC_OK;
}
