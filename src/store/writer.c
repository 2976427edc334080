#include "store/writer.h"

#include "store/deadline.h"
#include "store/engine.h"

#include <stdlib.h>

static const char operation[] = "store.write";

enum member_state { WAITING, RUNNING, DONE };

/* A caller in ic_writer_write; on its stack. */
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

struct ic_writer {
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t turn; /* Without a thread: held while a function runs, for everything that is the thread's. */
    struct ic_database *database;
    struct ic_connection *connection; /* The thread's; NULL when it was lost. */
    bool is_lost;                     /* The thread's: the connection is of no use any more. */
    struct timespec reopen_at;        /* The thread's: not before, while nobody answers. */

    pthread_mutex_t lock; /* Guards what follows; never held while SQL or a listener runs. */
    pthread_cond_t wanted;
    struct member *first; /* Those that wait, in the order they came. */
    struct member **last;
    size_t waiting_count;
    bool is_stopping;
    void (*committed)(void *context);
    void *committed_context;
};

/* What became of a group. */
enum outcome {
    SETTLED,   /* Every member has its result. */
    RUN_ALONE, /* The transaction is lost, of which some may do well alone. */
    RUN_AGAIN, /* One member, whose function may do well when it runs again. */
};

/* ---- On the thread. ---- */

static void notify(struct ic_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    void (*committed)(void *context) = writer->committed;
    void *context = writer->committed_context;
    pthread_mutex_unlock(&writer->lock);
    if (committed) {
        committed(context);
    }
}

static void close_connection(struct ic_writer *writer)
{
    if (writer->connection) {
        writer->connection->driver->close(writer->connection);
        writer->connection = NULL;
    }
    writer->is_lost = false;
}

/* Ends a group that cannot be committed. */
static void fail_all(struct ic_writer *writer, struct member *first, enum ic_driver_rc driver_rc)
{
    for (struct member *member = first; member; member = member->next) {
        if (!member->rc) {
            member->err = IC_ERR_NONE;
            member->rc = ic_driver_failed(writer->connection, driver_rc, operation, &member->err);
        }
    }
}

/* Opens the connection where there is none; when that fails every member is told. */
static bool have_connection(struct ic_writer *writer, struct member *first)
{
    if (writer->connection) {
        return true;
    }
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = IC_OK;
    if (!ic_deadline_is_past(&writer->reopen_at)) {
        rc = ic_err_set_native(&err, IC_CODE_UNAVAILABLE, operation, 0, true, "The database does not answer.");
    } else {
        rc = writer->database->open(writer->database, true, &writer->connection, &err);
    }
    if (rc) {
        if (ic_deadline_is_past(&writer->reopen_at)) {
            writer->reopen_at = ic_deadline_in(IC_STORE_REOPEN_MS);
        }
        for (struct member *member = first; member; member = member->next) {
            member->rc = rc;
            member->err = err;
        }
    }
    return !rc;
}

/* Begins the transaction, on a new connection where the old one turns out to be dead. */
static enum outcome begin(struct ic_writer *writer, struct member *first, bool *ret_has_begun)
{
    enum outcome again = first->next ? RUN_ALONE : RUN_AGAIN;
    *ret_has_begun = false;
    for (int tries = 0; tries < 2; tries++) {
        if (!have_connection(writer, first)) {
            return SETTLED;
        }
        enum ic_driver_rc driver_rc = writer->connection->driver->begin(writer->connection, true);
        if (!driver_rc) {
            *ret_has_begun = true;
            return SETTLED;
        }
        bool is_lost = driver_rc == IC_DRIVER_LOST;
        if (!is_lost || tries == 1) {
            fail_all(writer, first, driver_rc);
            writer->connection->driver->rollback(writer->connection);
        }
        if (is_lost) {
            close_connection(writer);
        } else {
            return driver_rc == IC_DRIVER_RETRY ? again : SETTLED;
        }
    }
    return SETTLED;
}

/* Runs a member's function; false when its failure is one that running it again may mend. */
static bool run_function(struct ic_writer *writer, struct member *member)
{
    struct ic_store_tx tx = {.connection = writer->connection};
    member->err = IC_ERR_NONE;
    member->rc = member->run(&tx, member->context, &member->err);
    if (!member->rc) {
        member->rc = ic_store_tx_finish(&tx, &member->err);
    }
    ic_store_tx_release(&tx);
    if (!member->rc && (tx.is_broken || !writer->connection->driver->in_transaction(writer->connection))) {
        member->rc = ic_err_set(&member->err, IC_CODE_INTERNAL, operation, "A failed statement was passed over.");
    }
    member->has_changed_feed = !member->rc && tx.cursor > 0;
    writer->is_lost |= tx.failed == IC_DRIVER_LOST;
    return !member->rc || (tx.failed != IC_DRIVER_RETRY && tx.failed != IC_DRIVER_LOST);
}

/* Runs one function of several in its part; false when the whole transaction is lost. */
static bool run_part(struct ic_writer *writer, struct member *member)
{
    struct ic_connection *connection = writer->connection;
    const struct ic_driver *driver = connection->driver;
    enum ic_driver_rc driver_rc = driver->part_begin(connection);
    if (!driver_rc) {
        if (!run_function(writer, member)) {
            return false;
        }
        driver_rc = member->rc ? driver->part_undo(connection) : driver->part_keep(connection);
    }
    writer->is_lost |= driver_rc == IC_DRIVER_LOST;
    return !driver_rc;
}

static enum outcome commit(struct ic_writer *writer, struct member *first)
{
    const struct ic_driver *driver = writer->connection->driver;
    enum ic_driver_rc driver_rc = driver->commit(writer->connection);
    if (!driver_rc) {
        return SETTLED;
    }
    bool is_lost = driver_rc == IC_DRIVER_LOST;
    bool is_alone = !first->next;
    bool is_retry = driver_rc == IC_DRIVER_RETRY; /* Told in the commit: nothing was kept. */
    if (is_lost || is_alone) {
        /* After a loss nobody knows whether it was committed: it must not be run again. */
        fail_all(writer, first, driver_rc);
    }
    driver->rollback(writer->connection);
    if (is_lost) {
        close_connection(writer);
    }
    if (is_retry && is_alone) {
        return RUN_AGAIN;
    }
    return is_lost || is_alone ? SETTLED : RUN_ALONE;
}

/* Runs the functions in one transaction and commits it. */
static enum outcome run_together(struct ic_writer *writer, struct member *first)
{
    bool is_alone = !first->next;
    bool has_begun;
    for (struct member *member = first; member; member = member->next) {
        member->rc = IC_OK;
    }
    enum outcome outcome = begin(writer, first, &has_begun);
    if (!has_begun) {
        return outcome;
    }
    bool is_good = true;
    for (struct member *member = first; member && is_good; member = member->next) {
        /* One alone needs no part: its failure ends the transaction. */
        is_good = is_alone ? run_function(writer, member) : run_part(writer, member);
    }
    if (is_good && !(is_alone && first->rc)) {
        return commit(writer, first);
    }
    writer->connection->driver->rollback(writer->connection);
    if (writer->is_lost) {
        close_connection(writer);
    }
    if (is_alone) {
        return is_good ? SETTLED : RUN_AGAIN;
    }
    return RUN_ALONE;
}

static void run_alone(struct ic_writer *writer, struct member *member)
{
    struct member *next = member->next;
    member->next = NULL;
    for (int runs = 0; runs < IC_WRITER_RUNS_MAX; runs++) {
        if (run_together(writer, member) == SETTLED) {
            break;
        }
    }
    member->next = next;
}

static void run_group(struct ic_writer *writer, struct member *first)
{
    if (!first->next) {
        run_alone(writer, first);
    } else if (run_together(writer, first) != SETTLED) {
        for (struct member *member = first; member; member = member->next) {
            run_alone(writer, member);
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

/* Takes those whose turn it is; NULL when it is time to stop. */
static struct member *take_group(struct ic_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    while (!writer->first && !writer->is_stopping) {
        pthread_cond_wait(&writer->wanted, &writer->lock);
    }
    struct member *first = writer->first;
    struct member **end = &first;
    for (int i = 0; i < IC_WRITER_GROUP_COUNT_MAX && *end; i++) {
        (*end)->state = RUNNING;
        writer->waiting_count--;
        end = &(*end)->next;
    }
    writer->first = *end;
    if (!writer->first) {
        writer->last = &writer->first;
    }
    *end = NULL;
    pthread_mutex_unlock(&writer->lock);
    return first;
}

static void *run_thread(void *context)
{
    struct ic_writer *writer = context;
    for (struct member *first; (first = take_group(writer));) {
        run_group(writer, first);
    }
    return NULL;
}

/* ---- On the callers' threads. ---- */

/* Takes a member out of the queue; the lock is held. */
static void leave(struct ic_writer *writer, struct member *member)
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

/* Hands a member to the thread and waits until it is settled. */
static enum ic_rc run_by_thread(struct ic_writer *writer, struct member *member, struct ic_err *err)
{
    struct timespec deadline = ic_deadline_in(IC_WRITER_TURN_WAIT_MS);
    enum ic_rc rc = IC_OK;

    pthread_mutex_lock(&writer->lock);
    if (writer->waiting_count == IC_WRITER_WAITING_COUNT_MAX) {
        rc = busy("Too many wait to write.", err);
        goto out;
    }
    *writer->last = member;
    writer->last = &member->next;
    writer->waiting_count++;
    pthread_cond_signal(&writer->wanted);

    int failure = 0;
    while (member->state == WAITING && !failure) {
        failure = pthread_cond_timedwait(&member->done, &writer->lock, &deadline);
    }
    if (member->state == WAITING) {
        leave(writer, member);
        rc = busy("The writer did not get to it in time.", err);
        goto out;
    }
    /* The function is being run: its context must stay until it is settled. */
    while (member->state != DONE) {
        pthread_cond_wait(&member->done, &writer->lock);
    }
    rc = member->rc;
out:
    pthread_mutex_unlock(&writer->lock);
    return rc;
}

enum ic_rc ic_writer_write(struct ic_writer *writer, ic_store_run run, void *context, struct ic_err *err)
{
    struct member member = {.run = run, .context = context, .state = WAITING};
    ic_deadline_cond_init(&member.done);
    enum ic_rc rc;
    if (writer->has_thread) {
        rc = run_by_thread(writer, &member, err);
    } else {
        pthread_mutex_lock(&writer->turn);
        run_group(writer, &member);
        pthread_mutex_unlock(&writer->turn);
        rc = member.rc;
    }
    if (rc && err && err->code == IC_CODE_OK) {
        *err = member.err;
    }
    pthread_cond_destroy(&member.done);
    return rc;
}

void ic_writer_listen(struct ic_writer *writer, void (*committed)(void *context), void *context)
{
    pthread_mutex_lock(&writer->lock);
    writer->committed = committed;
    writer->committed_context = context;
    pthread_mutex_unlock(&writer->lock);
}

static void release(struct ic_writer *writer)
{
    close_connection(writer);
    pthread_cond_destroy(&writer->wanted);
    pthread_mutex_destroy(&writer->lock);
    pthread_mutex_destroy(&writer->turn);
    free(writer);
}

enum ic_rc ic_writer_create(struct ic_database *database, bool has_thread, struct ic_writer **ret_writer,
                            struct ic_err *err)
{
    struct ic_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the writer.");
    }
    writer->database = database;
    writer->last = &writer->first;
    writer->reopen_at = ic_deadline_in(0);
    enum ic_rc rc = database->open(database, true, &writer->connection, err);
    if (rc) {
        free(writer);
        return rc;
    }
    writer->has_thread = has_thread;
    pthread_mutex_init(&writer->turn, NULL);
    pthread_mutex_init(&writer->lock, NULL);
    ic_deadline_cond_init(&writer->wanted);
    int failure = has_thread ? pthread_create(&writer->thread, NULL, run_thread, writer) : 0;
    if (failure) {
        release(writer);
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure, true, "The writer did not start.");
    }
    *ret_writer = writer;
    return IC_OK;
}

void ic_writer_destroy(struct ic_writer *writer)
{
    if (!writer) {
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->is_stopping = true;
    pthread_cond_signal(&writer->wanted);
    pthread_mutex_unlock(&writer->lock);
    if (writer->has_thread) {
        pthread_join(writer->thread, NULL);
    }
    release(writer);
}
