#include "store/migrate.h"

#include "store/deadline.h"
#include "store/query.h"

static const char operation[] = "store.migrate";

/* The last line of the journal. */
struct progress {
    int number;     /* 0: nothing was run yet. */
    int step_count; /* How many steps the migration has ... */
    int steps_done; /* ... and how many of them are done. */
};

struct run {
    struct ic_database *database;
    struct ic_connection *connection;
    struct ic_connection *keeper; /* Has the turn while steps commit on the other one; NULL: a transaction has it. */
    const struct ic_driver *driver;
    int64_t now;
};

static enum ic_rc failed(struct run *run, enum ic_driver_rc rc, struct ic_err *err)
{
    return ic_driver_failed(run->connection, rc, operation, err);
}

/* ---- The journal. ---- */

static enum ic_rc read_progress(struct run *run, struct progress *ret_progress, struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = run->connection};
    struct ic_query query;
    struct progress progress = {0};
    ic_query_begin(&query, &tx, IC_STATEMENT_JOURNAL_LAST, operation, err);
    if (ic_query_next(&query)) {
        progress.number = (int)ic_query_int64(&query, 0);
        progress.step_count = (int)ic_query_int64(&query, 1);
        progress.steps_done = (int)ic_query_int64(&query, 2);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_progress = progress;
    }
    return rc;
}

/* Reads the journal, and makes it where it is missing, last of what must be there before it is of use. Two processes
 * may want to make it at once: then one of them fails, and finds it. */
static enum ic_rc open_journal(struct run *run, struct progress *ret_progress, struct ic_err *err)
{
    static const enum ic_statement makings[] = {IC_STATEMENT_TURN_CREATE, IC_STATEMENT_TURN_FILL,
                                                IC_STATEMENT_JOURNAL_CREATE};
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = read_progress(run, ret_progress, &missing);
    if (rc != IC_INTERNAL) {
        if (rc && err) {
            *err = missing;
        }
        return rc;
    }
    for (size_t i = 0; i < sizeof makings / sizeof makings[0]; i++) {
        const char *sql = run->driver->statements[makings[i]].sql;
        if (sql) {
            (void)run->driver->execute(run->connection, sql);
        }
    }
    return read_progress(run, ret_progress, err);
}

static enum ic_rc insert_line(struct run *run, const struct ic_migration *migration, int steps_done, struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = run->connection};
    struct ic_query query;
    ic_query_begin(&query, &tx, IC_STATEMENT_JOURNAL_INSERT, operation, err);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_MIGRATION_NUMBER, migration->number);
    ic_query_put_text(&query, IC_P_JOURNAL_INSERT_MIGRATION_NAME, ic_str_from(migration->name));
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_STEP_COUNT, migration->statement_count);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_STEPS_DONE, steps_done);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_APPLIED_AT, run->now);
    return ic_query_run(&query);
}

static enum ic_rc update_line(struct run *run, const struct ic_migration *migration, int steps_done, struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = run->connection};
    struct ic_query query;
    ic_query_begin(&query, &tx, IC_STATEMENT_JOURNAL_STEP, operation, err);
    ic_query_put_int64(&query, IC_P_JOURNAL_STEP_MIGRATION_NUMBER, migration->number);
    ic_query_put_int64(&query, IC_P_JOURNAL_STEP_STEPS_DONE, steps_done);
    return ic_query_run(&query);
}

/* ---- One migration. ---- */

static enum ic_rc run_step(struct run *run, const struct ic_migration *migration, int step, struct ic_err *err)
{
    enum ic_driver_rc rc = run->driver->execute(run->connection, migration->statements[step]);
    switch (rc) {
    case IC_DRIVER_OK:
        return IC_OK;
    case IC_DRIVER_OTHER:
    case IC_DRIVER_CONSTRAINT:
    case IC_DRIVER_UNIQUE:
    case IC_DRIVER_PRIMARY_KEY:
        return ic_err_set_native(err, IC_CODE_INTERNAL, operation, run->driver->native(run->connection), false,
                                 "Migration %04d_%s, statement %d, failed: %s.", migration->number, migration->name,
                                 step + 1, run->driver->message(run->connection));
    default:
        return failed(run, rc, err);
    }
}

static enum ic_rc commit(struct run *run, struct ic_err *err)
{
    enum ic_driver_rc rc = run->driver->commit(run->connection);
    return rc ? failed(run, rc, err) : IC_OK;
}

/* Every step and the line in the journal are one transaction, which the caller commits. */
static enum ic_rc run_whole(struct run *run, const struct ic_migration *migration, struct ic_err *err)
{
    for (int i = 0; i < migration->statement_count; i++) {
        enum ic_rc rc = run_step(run, migration, i, err);
        if (rc) {
            return rc;
        }
    }
    return insert_line(run, migration, migration->statement_count, err);
}

/* Every step commits, and so does every line of the journal, which says how far it went. */
static enum ic_rc run_by_steps(struct run *run, const struct ic_migration *migration, struct ic_err *err)
{
    enum ic_rc rc = insert_line(run, migration, 0, err);
    for (int i = 0; i < migration->statement_count && !rc; i++) {
        rc = run_step(run, migration, i, err);
        if (!rc) {
            rc = update_line(run, migration, i + 1, err);
        }
    }
    return rc;
}

/* ---- The turn. ---- */

/* Takes the turn, and keeps it from the first step to the last, so that nobody sees a schema between two: in the
 * transaction that everything is run in or, where steps commit, on a connection of its own. Whoever else is migrating
 * is waited for: a line of the journal that tells of steps to come is then one that nobody is at. */
static enum ic_rc take_turn(struct run *run, struct ic_err *err)
{
    struct timespec deadline = ic_deadline_in(IC_MIGRATE_WAIT_MS);
    if (run->driver->ddl_commits) {
        enum ic_rc rc = run->database->open(run->database, true, &run->keeper, err);
        if (rc) {
            return rc;
        }
    }
    struct ic_connection *connection = run->keeper ? run->keeper : run->connection;
    enum ic_driver_rc driver_rc;
    do {
        driver_rc = run->driver->begin(connection, true); /* Waits for a while by itself. */
    } while (driver_rc == IC_DRIVER_BUSY && !ic_deadline_is_past(&deadline));
    return driver_rc ? ic_driver_failed(connection, driver_rc, operation, err) : IC_OK;
}

static void give_turn_back(struct run *run)
{
    if (run->keeper) {
        run->driver->rollback(run->keeper);
        run->driver->close(run->keeper);
    } else {
        run->driver->rollback(run->connection);
    }
}

static bool is_settled(const struct run *run, const struct progress *progress)
{
    return progress->number == run->database->migration_count && progress->steps_done >= progress->step_count;
}

static enum ic_rc check(const struct run *run, const struct progress *progress, struct ic_err *err)
{
    int known = run->database->migration_count;
    if (progress->number > known) {
        return ic_err_set(err, IC_CODE_CONFLICT, operation,
                          "The database was written by a newer version (schema %d; this program knows %d). "
                          "Start that version, or restore the backup that it made.",
                          progress->number, known);
    }
    if (progress->steps_done < progress->step_count) {
        return ic_err_set(err, IC_CODE_CONFLICT, operation,
                          "Migration %04d of the database stopped behind step %d of %d. Restore the database as it was "
                          "before, or see docs/operating.md.",
                          progress->number, progress->steps_done, progress->step_count);
    }
    return IC_OK;
}

static enum ic_rc migrate(struct ic_database *database, int64_t now, int *ret_schema_version, struct ic_err *err)
{
    struct run run = {.database = database, .now = now};
    struct progress progress = {0};
    bool is_first = true; /* What this run itself has made needs no backup. */
    enum ic_rc rc = database->open(database, true, &run.connection, err);
    if (rc) {
        return rc;
    }
    run.driver = run.connection->driver;
    rc = open_journal(&run, &progress, err);
    bool has_turn = !rc && !is_settled(&run, &progress);
    if (has_turn) {
        rc = take_turn(&run, err);
        if (!rc) {
            rc = read_progress(&run, &progress, err);
        }
    }
    while (!rc) {
        rc = check(&run, &progress, err);
        if (rc || progress.number == database->migration_count) {
            break;
        }
        if (is_first && progress.number > 0 && database->back_up) {
            rc = database->back_up(database, progress.number, now, err);
        }
        is_first = false;
        if (!rc) {
            const struct ic_migration *migration = &database->migrations[progress.number];
            rc = run.keeper ? run_by_steps(&run, migration, err) : run_whole(&run, migration, err);
        }
        if (!rc) {
            rc = read_progress(&run, &progress, err);
        }
    }
    if (has_turn) {
        rc = !rc && !run.keeper ? commit(&run, err) : rc;
        give_turn_back(&run);
    }
    run.driver->close(run.connection);
    if (!rc) {
        *ret_schema_version = progress.number;
    }
    return rc;
}

enum ic_rc ic_migrate(struct ic_database *database, int64_t now, int *ret_schema_version, struct ic_err *err)
{
    /* An index over all there is takes longer than a call that somebody waits for. */
    bool was_patient = database->is_patient;
    database->is_patient = true;
    enum ic_rc rc = migrate(database, now, ret_schema_version, err);
    database->is_patient = was_patient;
    return rc;
}
