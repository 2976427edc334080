#include "store/migrate.h"

#include "store/query.h"

static const char operation[] = "store.migrate";

static enum ic_rc last_number(struct ic_connection *connection, int *ret_number, struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = connection};
    struct ic_query query;
    ic_query_begin(&query, &tx, IC_STATEMENT_JOURNAL_LAST, operation, err);
    int number = ic_query_next(&query) ? (int)ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_number = number;
    }
    return rc;
}

static enum ic_rc journal_create(struct ic_connection *connection, struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = connection};
    struct ic_query query;
    ic_query_begin(&query, &tx, IC_STATEMENT_JOURNAL_CREATE, operation, err);
    return ic_query_run(&query);
}

static enum ic_rc journal_insert(struct ic_connection *connection, const struct ic_migration *migration, int64_t now,
                                 struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = connection};
    struct ic_query query;
    ic_query_begin(&query, &tx, IC_STATEMENT_JOURNAL_INSERT, operation, err);
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_NUMBER, migration->number);
    ic_query_put_text(&query, IC_P_JOURNAL_INSERT_NAME, ic_str_from(migration->name));
    ic_query_put_int64(&query, IC_P_JOURNAL_INSERT_APPLIED_AT, now);
    return ic_query_run(&query);
}

static enum ic_rc run_statements(struct ic_connection *connection, const struct ic_migration *migration,
                                 struct ic_err *err)
{
    for (int i = 0; i < migration->statement_count; i++) {
        enum ic_driver_rc rc = connection->driver->execute(connection, migration->statements[i]);
        if (rc == IC_DRIVER_OTHER || rc == IC_DRIVER_CONSTRAINT || rc == IC_DRIVER_UNIQUE ||
            rc == IC_DRIVER_PRIMARY_KEY) {
            return ic_err_set_native(err, IC_CODE_INTERNAL, operation, connection->driver->native(connection), false,
                                     "Migration %04d_%s, statement %d, failed: %s.", migration->number, migration->name,
                                     i + 1, connection->driver->message(connection));
        }
        if (rc) {
            return ic_driver_failed(connection, rc, operation, err);
        }
    }
    return IC_OK;
}

/* Runs the one behind `schema_version`, unless another process has done so meanwhile. */
static enum ic_rc run_next(struct ic_connection *connection, const struct ic_migrate *migrate, int schema_version,
                           struct ic_err *err)
{
    enum ic_driver_rc driver_rc = connection->driver->begin(connection, true);
    if (driver_rc) {
        return ic_driver_failed(connection, driver_rc, operation, err);
    }
    const struct ic_migration *migration = &migrate->migrations[schema_version];
    int last = 0;
    enum ic_rc rc = last_number(connection, &last, err);
    if (!rc && last == schema_version) {
        rc = run_statements(connection, migration, err);
        if (!rc) {
            rc = journal_insert(connection, migration, migrate->now, err);
        }
    }
    if (!rc) {
        driver_rc = connection->driver->commit(connection);
        if (driver_rc) {
            rc = ic_driver_failed(connection, driver_rc, operation, err);
        }
    }
    if (rc) {
        connection->driver->rollback(connection);
    }
    return rc;
}

enum ic_rc ic_migrate(struct ic_connection *connection, const struct ic_migrate *migrate, int *ret_schema_version,
                      struct ic_err *err)
{
    int schema_version = 0;
    bool is_first = true; /* What this run itself has made needs no backup. */
    enum ic_rc rc = journal_create(connection, err);
    while (!rc) {
        rc = last_number(connection, &schema_version, err);
        if (rc || schema_version == migrate->migration_count) {
            break;
        }
        if (schema_version > migrate->migration_count) {
            rc = ic_err_set(err, IC_CODE_CONFLICT, operation,
                            "The database was written by a newer version (schema %d; this program knows %d). "
                            "Start that version, or restore the backup that it made.",
                            schema_version, migrate->migration_count);
            break;
        }
        if (is_first && schema_version > 0 && migrate->back_up) {
            rc = migrate->back_up(migrate->context, schema_version, err);
        }
        is_first = false;
        if (!rc) {
            rc = run_next(connection, migrate, schema_version, err);
        }
    }
    if (!rc) {
        *ret_schema_version = schema_version;
    }
    return rc;
}
