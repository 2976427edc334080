#include "store/sqlite/readers.h"

#include "store/engine.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/deadline.h"

#include <stdlib.h>

static const char operation[] = "store.read";

struct ic_sqlite_readers {
    int count;
    pthread_mutex_t lock; /* Guards what follows; never held while SQL runs. */
    pthread_cond_t freed;
    int free_count;
    struct ic_connection *free[IC_SQLITE_READERS_COUNT_MAX]; /* The last used first: its pages are cached. */
};

enum ic_rc ic_sqlite_readers_create(const char *path, int count, struct ic_sqlite_readers **ret_readers,
                                    struct ic_err *err)
{
    if (count < 1 || count > IC_SQLITE_READERS_COUNT_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "There can be 1 to %d readers.",
                          IC_SQLITE_READERS_COUNT_MAX);
    }
    struct ic_sqlite_readers *readers = calloc(1, sizeof *readers);
    if (!readers) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the readers.");
    }
    pthread_mutex_init(&readers->lock, NULL);
    ic_deadline_cond_init(&readers->freed);
    enum ic_rc rc = IC_OK;
    for (; readers->count < count && !rc; readers->count += !rc) {
        rc = ic_sqlite_open_reader(path, &readers->free[readers->count], err);
    }
    readers->free_count = readers->count;
    if (rc) {
        ic_sqlite_readers_destroy(readers);
        return rc;
    }
    *ret_readers = readers;
    return IC_OK;
}

/* NULL when none became free in time. */
static struct ic_connection *take(struct ic_sqlite_readers *readers)
{
    struct timespec deadline = ic_deadline_in(IC_STORE_WAIT_MS_MAX);
    int failure = 0;
    pthread_mutex_lock(&readers->lock);
    while (readers->free_count == 0 && !failure) {
        failure = pthread_cond_timedwait(&readers->freed, &readers->lock, &deadline);
    }
    struct ic_connection *connection = readers->free_count > 0 ? readers->free[--readers->free_count] : NULL;
    pthread_mutex_unlock(&readers->lock);
    return connection;
}

static void give_back(struct ic_sqlite_readers *readers, struct ic_connection *connection)
{
    pthread_mutex_lock(&readers->lock);
    readers->free[readers->free_count++] = connection;
    pthread_cond_signal(&readers->freed);
    pthread_mutex_unlock(&readers->lock);
}

enum ic_rc ic_sqlite_readers_read(struct ic_sqlite_readers *readers, ic_store_run run, void *context,
                                  struct ic_err *err)
{
    struct ic_connection *connection = take(readers);
    if (!connection) {
        return ic_err_set_native(err, IC_CODE_BUSY, operation, 0, true, "No reader became free in time.");
    }
    enum ic_rc rc;
    enum ic_driver_rc driver_rc = connection->driver->begin(connection, false);
    if (driver_rc) {
        rc = ic_driver_failed(connection, driver_rc, operation, err);
    } else {
        struct ic_store_tx tx = {.connection = connection};
        rc = run(&tx, context, err);
    }
    connection->driver->rollback(connection); /* Nothing was written: this only ends the snapshot. */
    give_back(readers, connection);
    return rc;
}

void ic_sqlite_readers_destroy(struct ic_sqlite_readers *readers)
{
    if (!readers) {
        return;
    }
    for (int i = 0; i < readers->count; i++) {
        readers->free[i]->driver->close(readers->free[i]);
    }
    pthread_cond_destroy(&readers->freed);
    pthread_mutex_destroy(&readers->lock);
    free(readers);
}
