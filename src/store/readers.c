#include "store/readers.h"

#include "store/deadline.h"
#include "store/engine.h"

#include <stdlib.h>

static const char operation[] = "store.read";

struct ic_readers {
    struct ic_database *database;
    int count;
    pthread_mutex_t lock; /* Guards what follows; never held while SQL runs. */
    pthread_cond_t freed;
    int free_count;
    /* The last used first: its pages are cached. NULL stands for a connection that was lost. */
    struct ic_connection *free[IC_STORE_READERS_COUNT_MAX];
    struct timespec reopen_at; /* Not before, while nobody answers. */
};

/* Waits for a free connection, which may be a lost one; false when there was none in time. */
static bool take(struct ic_readers *readers, struct ic_connection **ret_connection)
{
    struct timespec deadline = ic_deadline_in(IC_STORE_WAIT_MS_MAX);
    int failure = 0;
    pthread_mutex_lock(&readers->lock);
    while (readers->free_count == 0 && !failure) {
        failure = pthread_cond_timedwait(&readers->freed, &readers->lock, &deadline);
    }
    bool is_there = readers->free_count > 0;
    if (is_there) {
        *ret_connection = readers->free[--readers->free_count];
    }
    pthread_mutex_unlock(&readers->lock);
    return is_there;
}

static void give_back(struct ic_readers *readers, struct ic_connection *connection)
{
    pthread_mutex_lock(&readers->lock);
    readers->free[readers->free_count++] = connection;
    pthread_cond_signal(&readers->freed);
    pthread_mutex_unlock(&readers->lock);
}

/* Whether it is this caller's part to try whether somebody answers again. */
static bool may_reopen(struct ic_readers *readers)
{
    pthread_mutex_lock(&readers->lock);
    bool is_time = ic_deadline_is_past(&readers->reopen_at);
    if (is_time) {
        readers->reopen_at = ic_deadline_in(IC_STORE_REOPEN_MS);
    }
    pthread_mutex_unlock(&readers->lock);
    return is_time;
}

/* Lets everybody reopen: somebody answers. */
static void note_opened(struct ic_readers *readers)
{
    pthread_mutex_lock(&readers->lock);
    readers->reopen_at = ic_deadline_in(0);
    pthread_mutex_unlock(&readers->lock);
}

static enum ic_rc reopen(struct ic_readers *readers, struct ic_connection **ret_connection, struct ic_err *err)
{
    if (!may_reopen(readers)) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, 0, true, "The database does not answer.");
    }
    enum ic_rc rc = readers->database->open(readers->database, false, ret_connection, err);
    if (!rc) {
        note_opened(readers);
    }
    return rc;
}

/* Runs the function on a snapshot; `ret_is_lost` tells that the connection is of no use any more. */
static enum ic_rc run_on(struct ic_connection *connection, ic_store_run run, void *context, bool *ret_is_lost,
                         struct ic_err *err)
{
    struct ic_store_tx tx = {.connection = connection};
    enum ic_rc rc;
    enum ic_driver_rc driver_rc = connection->driver->begin(connection, false);
    if (driver_rc) {
        rc = ic_driver_failed(connection, driver_rc, operation, err);
    } else {
        rc = run(&tx, context, err);
    }
    connection->driver->rollback(connection); /* Nothing was written: this only ends the snapshot. */
    *ret_is_lost = driver_rc == IC_DRIVER_LOST || tx.failed == IC_DRIVER_LOST;
    return rc;
}

enum ic_rc ic_readers_read(struct ic_readers *readers, ic_store_run run, void *context, struct ic_err *err)
{
    struct ic_connection *connection;
    if (!take(readers, &connection)) {
        return ic_err_set_native(err, IC_CODE_BUSY, operation, 0, true, "No reader became free in time.");
    }
    enum ic_rc rc = IC_OK;
    struct ic_err failure = IC_ERR_NONE;
    for (int tries = 0; tries < IC_READERS_TRIES_MAX; tries++) {
        bool is_lost = false;
        failure = IC_ERR_NONE;
        rc = connection ? IC_OK : reopen(readers, &connection, &failure);
        if (rc) {
            break;
        }
        rc = run_on(connection, run, context, &is_lost, &failure);
        if (!is_lost) {
            break;
        }
        connection->driver->close(connection);
        connection = NULL;
    }
    give_back(readers, connection);
    if (rc && err && err->code == IC_CODE_OK) {
        *err = failure;
    }
    return rc;
}

enum ic_rc ic_readers_create(struct ic_database *database, int count, struct ic_readers **ret_readers,
                             struct ic_err *err)
{
    if (count < 1 || count > IC_STORE_READERS_COUNT_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "There can be 1 to %d readers.",
                          IC_STORE_READERS_COUNT_MAX);
    }
    struct ic_readers *readers = calloc(1, sizeof *readers);
    if (!readers) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the readers.");
    }
    readers->database = database;
    readers->reopen_at = ic_deadline_in(0);
    pthread_mutex_init(&readers->lock, NULL);
    ic_deadline_cond_init(&readers->freed);
    enum ic_rc rc = IC_OK;
    for (; readers->count < count && !rc; readers->count += !rc) {
        rc = database->open(database, false, &readers->free[readers->count], err);
    }
    readers->free_count = readers->count;
    if (rc) {
        ic_readers_destroy(readers);
        return rc;
    }
    *ret_readers = readers;
    return IC_OK;
}

void ic_readers_destroy(struct ic_readers *readers)
{
    if (!readers) {
        return;
    }
    for (int i = 0; i < readers->count; i++) {
        if (readers->free[i]) {
            readers->free[i]->driver->close(readers->free[i]);
        }
    }
    pthread_cond_destroy(&readers->freed);
    pthread_mutex_destroy(&readers->lock);
    free(readers);
}
