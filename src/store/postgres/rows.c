/* Many rows of one statement in libpq's pipeline mode: all are sent before the first answer is waited for. */
#include "store/postgres/statement.h"

/* Bytes that are handed to libpq before looking whether they get away. Where they do not, the server may be waiting
 * for its answers to be read, and so they are read before more is sent. */
enum { AHEAD_SIZE = 64 << 10, ROW_OVERHEAD_SIZE = 64 };

struct run {
    struct ic_postgres_line *line;
    struct ic_postgres_statement *statement;
    int64_t *changed_counts;
    size_t answered_count;
    enum ic_driver_rc rc; /* The first failure. */
    bool is_over;         /* The answer to the synchronization has come. */
};

static void fail(struct run *run, enum ic_driver_rc rc)
{
    if (!run->rc) {
        run->rc = rc;
    }
}

static void take(struct run *run, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        run->is_over = true;
        break;
    case PGRES_PIPELINE_ABORTED: /* Behind a failure that was seen already. */
        break;
    default:
        fail(run, ic_postgres_line_check(run->line, result));
        if (!run->rc && run->changed_counts) {
            run->changed_counts[run->answered_count] = ic_postgres_statement_changed(result);
        }
        run->answered_count++;
        break;
    }
}

/* Takes the answers that are here. */
static void take_all(struct run *run)
{
    /* Between two answers there is one NULL; a second one says that nothing more is under way. */
    for (int null_count = 0; run->line->pg && !run->is_over && null_count < 2 && !PQisBusy(run->line->pg);) {
        PGresult *result = PQgetResult(run->line->pg);
        null_count = result ? 0 : null_count + 1;
        if (result) {
            take(run, result);
            PQclear(result);
        }
    }
}

static void wait_and_take(struct run *run, int unsent)
{
    enum ic_driver_rc rc = ic_postgres_line_wait(run->line, unsent);
    if (rc) {
        fail(run, rc);
    } else {
        take_all(run);
    }
}

/* Gets what was handed to libpq on its way. Waits for that alone: the server need not answer before the end. */
static void push(struct run *run)
{
    for (int unsent; run->line->pg && (unsent = PQflush(run->line->pg)) != 0;) {
        wait_and_take(run, unsent);
    }
    if (run->line->pg && !PQconsumeInput(run->line->pg)) {
        fail(run, ic_postgres_line_lose(run->line, NULL));
    }
    take_all(run);
}

/* Binds a row; what cannot be stored was found before. Gives its size. */
static size_t bind(struct ic_postgres_statement *statement, const struct ic_value *values)
{
    struct ic_prepared *prepared = (struct ic_prepared *)statement;
    size_t size = ROW_OVERHEAD_SIZE;
    for (int i = 0; i < statement->text->parameter_count; i++) {
        switch (values[i].kind) {
        case IC_VALUE_NULL:
            (void)ic_postgres_bind_null(prepared, i + 1);
            break;
        case IC_VALUE_INT64:
            (void)ic_postgres_bind_int64(prepared, i + 1, values[i].int64);
            break;
        case IC_VALUE_TEXT:
            (void)ic_postgres_bind_text(prepared, i + 1, values[i].text);
            size += values[i].text.size;
            break;
        }
    }
    return size;
}

/* Whether all texts can be stored: nothing is sent when one cannot. */
static enum ic_driver_rc check_texts(struct ic_postgres_statement *statement, const struct ic_value *values,
                                     size_t count)
{
    enum ic_driver_rc rc = IC_DRIVER_OK;
    for (size_t i = 0; !rc && i < count; i++) {
        if (values[i].kind == IC_VALUE_TEXT) {
            rc = ic_postgres_bind_text((struct ic_prepared *)statement, 1, values[i].text);
        }
    }
    return rc;
}

static void send_rows(struct run *run, const struct ic_value *values, size_t row_count)
{
    size_t width = (size_t)run->statement->text->parameter_count;
    size_t ahead_size = 0;
    for (size_t i = 0; i < row_count && !run->rc; i++) {
        ahead_size += bind(run->statement, values + i * width);
        if (!ic_postgres_statement_send(run->statement)) {
            fail(run, ic_postgres_line_lose(run->line, NULL));
        } else if (ahead_size >= AHEAD_SIZE) {
            push(run);
            ahead_size = 0;
        }
    }
    if (run->line->pg && !PQpipelineSync(run->line->pg)) {
        fail(run, ic_postgres_line_lose(run->line, NULL));
    }
}

enum ic_driver_rc ic_postgres_run_rows(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                       int64_t *changed_counts)
{
    struct ic_postgres_statement *statement = (struct ic_postgres_statement *)prepared;
    struct run run = {.line = statement->line, .statement = statement, .changed_counts = changed_counts};
    run.rc = ic_postgres_line_begin(run.line);
    if (!run.rc) {
        run.rc = check_texts(statement, values, row_count * (size_t)statement->text->parameter_count);
    }
    if (!run.rc && row_count > 0) {
        if (!PQenterPipelineMode(run.line->pg)) {
            run.rc = ic_postgres_line_lose(run.line, NULL);
        } else {
            send_rows(&run, values, row_count);
        }
        while (run.line->pg && !run.is_over) {
            wait_and_take(&run, PQflush(run.line->pg));
        }
        if (run.line->pg && !PQexitPipelineMode(run.line->pg)) {
            fail(&run, ic_postgres_line_lose(run.line, NULL));
        }
    }
    ic_postgres_reset(prepared);
    return run.rc;
}
