#include "store/sqlite/writer.h"

#include "store/engine.h"
#include "store/sqlite/deadline.h"

#include <stdlib.h>

static const char operation[] = "store.write";

enum member_state { WAITING, RUNNING, DONE };

/* A caller in ic_sqlite_writer_write; on its stack. */
struct member {
    struct member *next;
    ic_store_run run;
    void *context;
    pthread_cond_t done;
    enum member_state state; /* Guarded by the writer's lock. */
    /* The thread's while RUNNING. */
    enum ic_rc rc;
    struct ic_err err;
    bool has_changed_feed;
};

struct ic_sqlite_writer {
    pthread_t thread;
    struct ic_connection *connection; /* The thread's. */
    int64_t foreign_commits;          /* The thread's. */
    struct timespec poll_at;          /* The thread's. */

    pthread_mutex_t lock; /* Guards what follows; never held while SQL or a listener runs. */
    pthread_cond_t wanted;
    struct member *first; /* Those that wait, in the order they came. */
    struct member **last;
    size_t waiting_count;
    bool is_stopping;
    void (*committed)(void *context);
    void *committed_context;
};

/* ---- On the thread. ---- */

static void notify(struct ic_sqlite_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    void (*committed)(void *context) = writer->committed;
    void *context = writer->committed_context;
    pthread_mutex_unlock(&writer->lock);
    if (committed) {
        committed(context);
    }
}

/* Runs one function in its part; false when the whole transaction is lost. */
static bool run_member(struct ic_sqlite_writer *writer, struct member *member)
{
    struct ic_connection *connection = writer->connection;
    const struct ic_driver *driver = connection->driver;
    struct ic_store_tx tx = {.connection = connection};
    member->err = IC_ERR_NONE;
    enum ic_driver_rc driver_rc = driver->part_begin(connection);
    if (driver_rc) {
        member->rc = ic_driver_failed(connection, driver_rc, operation, &member->err);
        return driver->in_transaction(connection);
    }
    member->rc = member->run(&tx, member->context, &member->err);
    if (!member->rc) {
        member->rc = ic_store_tx_finish(&tx, &member->err);
    }
    member->has_changed_feed = !member->rc && tx.cursor > 0;
    if (!driver->in_transaction(connection)) {
        if (!member->rc) {
            member->rc = ic_err_set(&member->err, IC_CODE_INTERNAL, operation, "A failed statement was passed over.");
        }
        return false;
    }
    driver_rc = member->rc ? driver->part_undo(connection) : driver->part_keep(connection);
    if (driver_rc) {
        member->rc = ic_driver_failed(connection, driver_rc, operation, &member->err);
        return false;
    }
    return true;
}

/* Ends a group that cannot be committed. */
static void fail_all(struct ic_sqlite_writer *writer, struct member *first, enum ic_driver_rc driver_rc)
{
    for (struct member *member = first; member; member = member->next) {
        if (!member->rc) {
            member->err = IC_ERR_NONE;
            member->rc = ic_driver_failed(writer->connection, driver_rc, operation, &member->err);
        }
    }
}

/* Runs the functions in one transaction and commits it; false when the transaction was lost with several in it, of
 * which some may do well alone. */
static bool run_together(struct ic_sqlite_writer *writer, struct member *first)
{
    const struct ic_driver *driver = writer->connection->driver;
    bool is_alone = !first->next;
    for (struct member *member = first; member; member = member->next) {
        member->rc = IC_OK;
    }
    enum ic_driver_rc driver_rc = driver->begin(writer->connection, true);
    if (driver_rc) {
        fail_all(writer, first, driver_rc);
        return true;
    }
    for (struct member *member = first; member; member = member->next) {
        if (!run_member(writer, member)) {
            driver->rollback(writer->connection);
            return is_alone;
        }
    }
    driver_rc = driver->commit(writer->connection);
    if (driver_rc && is_alone) {
        fail_all(writer, first, driver_rc);
    }
    if (driver_rc) {
        driver->rollback(writer->connection);
    }
    return !driver_rc || is_alone;
}

static void run_group(struct ic_sqlite_writer *writer, struct member *first)
{
    if (!run_together(writer, first)) {
        struct member *next;
        for (struct member *member = first; member; member = next) {
            next = member->next;
            member->next = NULL;
            (void)run_together(writer, member); /* Alone it is settled. */
            member->next = next;
        }
    }
    bool has_changed_feed = false;
    pthread_mutex_lock(&writer->lock);
    struct member *next;
    for (struct member *member = first; member; member = next) {
        /* A member that is done may vanish at once. */
        next = member->next;
        has_changed_feed |= !member->rc && member->has_changed_feed;
        member->state = DONE;
        pthread_cond_signal(&member->done);
    }
    pthread_mutex_unlock(&writer->lock);
    if (has_changed_feed) {
        notify(writer);
    }
}

/* `PRAGMA data_version` changes with every commit of another connection; only this one writes in this process. Failing
 * is no matter: the next second asks again. */
static void look_for_foreign_commits(struct ic_sqlite_writer *writer)
{
    int64_t foreign_commits;
    if (ic_sqlite_foreign_commits(writer->connection, &foreign_commits) == IC_DRIVER_OK &&
        foreign_commits != writer->foreign_commits) {
        writer->foreign_commits = foreign_commits;
        notify(writer);
    }
}

/* Takes those whose turn it is; NULL when it is time to look around or to stop. */
static struct member *take_group(struct ic_sqlite_writer *writer, bool *ret_is_stopping)
{
    pthread_mutex_lock(&writer->lock);
    int failure = 0;
    while (!writer->first && !writer->is_stopping && !failure) {
        failure = pthread_cond_timedwait(&writer->wanted, &writer->lock, &writer->poll_at);
    }
    struct member *first = writer->first;
    struct member **end = &first;
    for (int i = 0; i < IC_SQLITE_GROUP_COUNT_MAX && *end; i++) {
        (*end)->state = RUNNING;
        writer->waiting_count--;
        end = &(*end)->next;
    }
    writer->first = *end;
    if (!writer->first) {
        writer->last = &writer->first;
    }
    *end = NULL;
    *ret_is_stopping = writer->is_stopping && !first;
    pthread_mutex_unlock(&writer->lock);
    return first;
}

static void *run_thread(void *context)
{
    struct ic_sqlite_writer *writer = context;
    bool is_stopping = false;
    while (!is_stopping) {
        struct member *first = take_group(writer, &is_stopping);
        if (first) {
            run_group(writer, first);
        }
        if (ic_deadline_is_past(&writer->poll_at)) {
            look_for_foreign_commits(writer);
            writer->poll_at = ic_deadline_in(IC_SQLITE_POLL_MS);
        }
    }
    return NULL;
}

/* ---- On the callers' threads. ---- */

/* Takes a member out of the queue; the lock is held. */
static void leave(struct ic_sqlite_writer *writer, struct member *member)
{
    struct member **at = &writer->first;
    while (*at != member) {
        at = &(*at)->next;
    }
    *at = member->next;
    if (writer->last == &member->next) {
        writer->last = at;
    }
    writer->waiting_count--;
}

static enum ic_rc busy(const char *why, struct ic_err *err)
{
    return ic_err_set_native(err, IC_CODE_BUSY, operation, 0, true, "%s", why);
}

enum ic_rc ic_sqlite_writer_write(struct ic_sqlite_writer *writer, ic_store_run run, void *context, struct ic_err *err)
{
    struct member member = {.run = run, .context = context, .state = WAITING};
    ic_deadline_cond_init(&member.done);
    struct timespec deadline = ic_deadline_in(IC_SQLITE_TURN_WAIT_MS);
    enum ic_rc rc = IC_OK;

    pthread_mutex_lock(&writer->lock);
    if (writer->waiting_count == IC_SQLITE_WAITING_COUNT_MAX) {
        rc = busy("Too many wait to write.", err);
        goto out;
    }
    *writer->last = &member;
    writer->last = &member.next;
    writer->waiting_count++;
    pthread_cond_signal(&writer->wanted);

    int failure = 0;
    while (member.state == WAITING && !failure) {
        failure = pthread_cond_timedwait(&member.done, &writer->lock, &deadline);
    }
    if (member.state == WAITING) {
        leave(writer, &member);
        rc = busy("The writer did not get to it in time.", err);
        goto out;
    }
    /* The function is being run: its context must stay until it is settled. */
    while (member.state != DONE) {
        pthread_cond_wait(&member.done, &writer->lock);
    }
    rc = member.rc;
    if (rc && err && err->code == IC_CODE_OK) {
        *err = member.err;
    }
out:
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_destroy(&member.done);
    return rc;
}

void ic_sqlite_writer_listen(struct ic_sqlite_writer *writer, void (*committed)(void *context), void *context)
{
    pthread_mutex_lock(&writer->lock);
    writer->committed = committed;
    writer->committed_context = context;
    pthread_mutex_unlock(&writer->lock);
}

enum ic_rc ic_sqlite_writer_create(struct ic_connection *connection, struct ic_sqlite_writer **ret_writer,
                                   struct ic_err *err)
{
    struct ic_sqlite_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the writer.");
    }
    writer->connection = connection;
    writer->last = &writer->first;
    writer->poll_at = ic_deadline_in(IC_SQLITE_POLL_MS);
    enum ic_driver_rc driver_rc = ic_sqlite_foreign_commits(connection, &writer->foreign_commits);
    if (driver_rc) {
        free(writer);
        return ic_driver_failed(connection, driver_rc, operation, err);
    }
    pthread_mutex_init(&writer->lock, NULL);
    ic_deadline_cond_init(&writer->wanted);
    int failure = pthread_create(&writer->thread, NULL, run_thread, writer);
    if (failure) {
        pthread_cond_destroy(&writer->wanted);
        pthread_mutex_destroy(&writer->lock);
        free(writer);
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure, true, "The writer did not start.");
    }
    *ret_writer = writer;
    return IC_OK;
}

void ic_sqlite_writer_destroy(struct ic_sqlite_writer *writer)
{
    if (!writer) {
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->is_stopping = true;
    pthread_cond_signal(&writer->wanted);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->wanted);
    pthread_mutex_destroy(&writer->lock);
    writer->connection->driver->close(writer->connection);
    free(writer);
}
