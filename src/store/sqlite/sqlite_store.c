#include "store/sqlite/sqlite_store.h"

#include "store/engine.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/upgrade.h"
#include "store/sqlite/writer.h"

#include <stdlib.h>

static const char operation[] = "store.sqlite.open";

struct sqlite_store {
    struct ic_store base;
    int schema_version;
    struct ic_sqlite_writer *writer;
    struct ic_sqlite_readers *readers;
};

static enum ic_rc store_write(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err)
{
    return ic_sqlite_writer_write(((struct sqlite_store *)store)->writer, run, context, err);
}

static enum ic_rc store_read(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err)
{
    return ic_sqlite_readers_read(((struct sqlite_store *)store)->readers, run, context, err);
}

static void store_listen(struct ic_store *store, void (*committed)(void *context), void *context)
{
    ic_sqlite_writer_listen(((struct sqlite_store *)store)->writer, committed, context);
}

static int store_schema_version(const struct ic_store *store)
{
    return ((const struct sqlite_store *)store)->schema_version;
}

static void store_destroy(struct ic_store *store)
{
    struct sqlite_store *self = (struct sqlite_store *)store;
    /* The writer last: closing the last connection folds the log into the file, which a reader may not. */
    ic_sqlite_readers_destroy(self->readers);
    ic_sqlite_writer_destroy(self->writer);
    free(self);
}

static const struct ic_engine engine = {
    .write = store_write,
    .read = store_read,
    .listen = store_listen,
    .schema_version = store_schema_version,
    .destroy = store_destroy,
};

enum ic_rc ic_store_sqlite_open(const char *path, int readers, const struct ic_clock *clock,
                                struct ic_store **ret_store, struct ic_err *err)
{
    struct ic_connection *connection = NULL;
    struct sqlite_store *self = calloc(1, sizeof *self);
    if (!self) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the store.");
    }
    self->base.engine = &engine;
    enum ic_rc rc = ic_sqlite_open_writer(path, &connection, err);
    if (!rc) {
        rc = ic_sqlite_upgrade(connection, path, ic_migrations_sqlite, IC_MIGRATION_COUNT, ic_clock_now_ms(clock),
                               &self->schema_version, err);
    }
    if (!rc) {
        rc = ic_sqlite_readers_create(path, readers, &self->readers, err);
    }
    if (!rc) {
        rc = ic_sqlite_writer_create(connection, &self->writer, err);
    }
    if (rc) {
        ic_sqlite_readers_destroy(self->readers);
        if (connection) {
            connection->driver->close(connection);
        }
        free(self);
        return rc;
    }
    *ret_store = &self->base;
    return IC_OK;
}
