#include "store/watch.h"

#include "store/engine.h"
#include "store/events.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const char operation[] = "store.watch";

/* An engine that tells of commits is asked all the same now and then: a line can die without a word. */
enum { ASK_MS = 10000 };

struct ic_watch {
    struct ic_database *database;
    void (*changed)(void *context);
    void *context;
    int wake_fd; /* Can be read when the thread is to end. */
    pthread_t thread;
    /* The thread's. */
    struct ic_connection *connection;
    int64_t cursor;
    bool has_cursor;
};

/* Waits; true when the thread is to end. */
static bool wait_for_end(const struct ic_watch *watch, int timeout_ms)
{
    struct pollfd wake = {.fd = watch->wake_fd, .events = POLLIN};
    return poll(&wake, 1, timeout_ms) > 0;
}

static void close_connection(struct ic_watch *watch)
{
    if (watch->connection) {
        watch->connection->driver->close(watch->connection);
        watch->connection = NULL;
    }
}

/* Opens the connection where there is none. Errors are not told: whoever reads and writes tells them. */
static bool have_connection(struct ic_watch *watch)
{
    struct ic_err err = IC_ERR_NONE;
    if (!watch->connection && watch->database->open(watch->database, false, &watch->connection, &err) == IC_OK) {
        const struct ic_driver *driver = watch->connection->driver;
        if (driver->listen && driver->listen(watch->connection)) {
            close_connection(watch);
        }
    }
    return watch->connection != NULL;
}

/* Reads the cursor and tells when it has moved; false when the connection is of no use. */
static bool look(struct ic_watch *watch)
{
    const struct ic_driver *driver = watch->connection->driver;
    struct ic_store_tx tx = {.connection = watch->connection};
    struct ic_err err = IC_ERR_NONE;
    int64_t cursor = 0;
    if (driver->begin(watch->connection, false)) {
        return false;
    }
    enum ic_rc rc = ic_store_cursor_get(&tx, &cursor, &err);
    driver->rollback(watch->connection);
    if (rc) {
        return false;
    }
    /* The first time, too: nobody knows what was committed since the process began. */
    bool has_moved = !watch->has_cursor || cursor != watch->cursor;
    watch->cursor = cursor;
    watch->has_cursor = true;
    if (has_moved) {
        watch->changed(watch->context);
    }
    return true;
}

/* Waits until it is time to look again; false when the connection is of no use. */
static bool await_commit(struct ic_watch *watch)
{
    const struct ic_driver *driver = watch->connection->driver;
    if (driver->await_commit) {
        return driver->await_commit(watch->connection, watch->wake_fd, ASK_MS) == IC_DRIVER_OK;
    }
    (void)wait_for_end(watch, IC_STORE_POLL_MS);
    return true;
}

static void *run_thread(void *context)
{
    struct ic_watch *watch = context;
    while (!wait_for_end(watch, 0)) {
        if (!have_connection(watch)) {
            (void)wait_for_end(watch, IC_STORE_REOPEN_MS);
        } else if (!look(watch) || !await_commit(watch)) {
            close_connection(watch);
            (void)wait_for_end(watch, IC_STORE_REOPEN_MS);
        }
    }
    close_connection(watch);
    return NULL;
}

enum ic_rc ic_watch_create(struct ic_database *database, void (*changed)(void *context), void *context,
                           struct ic_watch **ret_watch, struct ic_err *err)
{
    struct ic_watch *watch = calloc(1, sizeof *watch);
    if (!watch) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the watch.");
    }
    *watch = (struct ic_watch){.database = database, .changed = changed, .context = context};
    watch->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int failure = watch->wake_fd < 0 ? 1 : pthread_create(&watch->thread, NULL, run_thread, watch);
    if (failure) {
        if (watch->wake_fd >= 0) {
            (void)close(watch->wake_fd);
        }
        free(watch);
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure, true, "The watch did not start.");
    }
    *ret_watch = watch;
    return IC_OK;
}

void ic_watch_destroy(struct ic_watch *watch)
{
    if (!watch) {
        return;
    }
    (void)eventfd_write(watch->wake_fd, 1);
    pthread_join(watch->thread, NULL);
    (void)close(watch->wake_fd);
    free(watch);
}
