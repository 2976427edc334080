#include "store/oracle/line.h"

#include "store/deadline.h"

#include <pthread.h>
#include <stdlib.h>

struct ic_oracle_worker {
    struct ic_oracle_session session; /* The thread's. */
    pthread_t thread;
    pthread_mutex_t lock; /* Guards what follows. */
    pthread_cond_t changed;
    struct ic_oracle_task *task; /* To be done; NULL: none. */
    enum ic_driver_rc rc;        /* Of the last. */
    bool is_ending;              /* No task will come. */
    bool is_abandoned;           /* Nobody waits: the thread frees what is left. */
    bool has_ended;
};

/* ---- On the thread. ---- */

static void disconnect(struct ic_oracle_session *session)
{
    struct ic_oracle_library *library = session->library;
    if (session->is_connected) {
        (void)library->SQLEndTran(IC_ODBC_HANDLE_DBC, session->dbc, IC_ODBC_ROLLBACK);
        (void)library->SQLDisconnect(session->dbc); /* Its statements go with it. */
    }
    if (session->dbc) {
        (void)library->SQLFreeHandle(IC_ODBC_HANDLE_DBC, session->dbc);
    }
}

static void destroy_worker(struct ic_oracle_worker *worker)
{
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
}

/* Does what comes until nothing will come any more; the lock is held. */
static void serve(struct ic_oracle_worker *worker)
{
    while (!worker->is_ending || worker->task) {
        if (!worker->task) {
            pthread_cond_wait(&worker->changed, &worker->lock);
            continue;
        }
        struct ic_oracle_task *task = worker->task;
        pthread_mutex_unlock(&worker->lock);
        enum ic_driver_rc rc = task->run(&worker->session, task);
        pthread_mutex_lock(&worker->lock);
        if (worker->is_abandoned) {
            task->destroy(task);
        }
        worker->rc = rc;
        worker->task = NULL;
        pthread_cond_broadcast(&worker->changed);
    }
}

static void *run_thread(void *context)
{
    struct ic_oracle_worker *worker = context;
    struct ic_oracle_library *library = worker->session.library;
    pthread_mutex_lock(&worker->lock);
    serve(worker);
    pthread_mutex_unlock(&worker->lock);
    disconnect(&worker->session);
    pthread_mutex_lock(&worker->lock);
    worker->has_ended = true;
    bool is_abandoned = worker->is_abandoned;
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    if (is_abandoned) {
        destroy_worker(worker);
        atomic_fetch_sub(&library->stuck_count, 1);
        ic_oracle_library_release(library);
    }
    return NULL;
}

/* ---- On the caller's side. ---- */

/* Has the thread end by itself, when it can. */
static void abandon(struct ic_oracle_worker *worker)
{
    pthread_t thread = worker->thread;
    worker->is_ending = true;
    worker->is_abandoned = true;
    atomic_fetch_add(&worker->session.library->stuck_count, 1);
    pthread_cond_broadcast(&worker->changed);
    pthread_detach(thread);
    pthread_mutex_unlock(&worker->lock);
}

/* Has the thread end, and waits for that until the deadline. */
static void end(struct ic_oracle_worker *worker, const struct timespec *deadline)
{
    int failure = 0;
    pthread_mutex_lock(&worker->lock);
    worker->is_ending = true;
    pthread_cond_broadcast(&worker->changed);
    while (!worker->has_ended && !failure) {
        failure = pthread_cond_timedwait(&worker->changed, &worker->lock, deadline);
    }
    if (!worker->has_ended) {
        abandon(worker);
        return;
    }
    pthread_mutex_unlock(&worker->lock);
    (void)pthread_join(worker->thread, NULL);
    struct ic_oracle_library *library = worker->session.library;
    destroy_worker(worker);
    ic_oracle_library_release(library);
}

enum ic_driver_rc ic_oracle_line_refuse(struct ic_oracle_line *line, enum ic_driver_rc rc, const char *words)
{
    return ic_oracle_failure_set(&line->failure, rc, words);
}

/* The words are in the failure already. A line that is lost while its thread has nothing to do is closed by the thread
 * alone: that may take as long as any call. */
static enum ic_driver_rc lose(struct ic_oracle_line *line)
{
    if (line->worker) {
        pthread_mutex_lock(&line->worker->lock);
        abandon(line->worker);
        line->worker = NULL;
    }
    return IC_DRIVER_LOST;
}

enum ic_driver_rc ic_oracle_line_lose(struct ic_oracle_line *line, const char *words)
{
    (void)ic_oracle_line_refuse(line, IC_DRIVER_LOST, words);
    return lose(line);
}

enum ic_driver_rc ic_oracle_line_begin(struct ic_oracle_line *line)
{
    line->deadline = ic_deadline_in(line->call_ms_max);
    return line->worker ? IC_DRIVER_OK : IC_DRIVER_LOST;
}

enum ic_driver_rc ic_oracle_line_do(struct ic_oracle_line *line, struct ic_oracle_task **task)
{
    struct ic_oracle_worker *worker = line->worker;
    int failure = 0;
    if (!worker) {
        return IC_DRIVER_LOST;
    }
    pthread_mutex_lock(&worker->lock);
    worker->task = *task;
    pthread_cond_broadcast(&worker->changed);
    while (worker->task && !failure) {
        failure = pthread_cond_timedwait(&worker->changed, &worker->lock, &line->deadline);
    }
    if (worker->task) {
        *task = NULL;
        line->worker = NULL;
        abandon(worker);
        return ic_oracle_line_refuse(line, IC_DRIVER_LOST, "the database did not answer in time");
    }
    enum ic_driver_rc rc = worker->rc;
    pthread_mutex_unlock(&worker->lock);
    if (rc < IC_DRIVER_PRIMARY_KEY) {
        return rc;
    }
    line->failure = (*task)->failure;
    if (line->transaction == IC_ORACLE_OPEN) {
        line->transaction = IC_ORACLE_SPOILED;
    }
    return rc == IC_DRIVER_LOST ? lose(line) : rc;
}

enum ic_driver_rc ic_oracle_line_open(struct ic_oracle_line *line, struct ic_oracle_library *library)
{
    if (atomic_load(&library->stuck_count) >= IC_ORACLE_STUCK_COUNT_MAX) {
        return ic_oracle_line_refuse(line, IC_DRIVER_LOST, "too many calls still wait for it");
    }
    struct ic_oracle_worker *worker = calloc(1, sizeof *worker);
    if (!worker) {
        return ic_oracle_line_refuse(line, IC_DRIVER_NOMEM, "there is no memory for a connection");
    }
    int statement_s_max = line->call_ms_max / 1000 - 1;
    worker->session =
        (struct ic_oracle_session){.library = library, .statement_s_max = statement_s_max > 0 ? statement_s_max : 1};
    pthread_mutex_init(&worker->lock, NULL);
    ic_deadline_cond_init(&worker->changed);
    if (pthread_create(&worker->thread, NULL, run_thread, worker)) {
        destroy_worker(worker);
        return ic_oracle_line_refuse(line, IC_DRIVER_NOMEM, "there is no thread for a connection");
    }
    (void)ic_oracle_library_share(library);
    line->worker = worker;
    return IC_DRIVER_OK;
}

void ic_oracle_line_release(struct ic_oracle_line *line)
{
    if (line->worker) {
        struct timespec deadline = ic_deadline_in(line->call_ms_max);
        end(line->worker, &deadline);
        line->worker = NULL;
    }
}

void ic_oracle_line_await_stuck(const struct ic_oracle_library *library, int timeout_ms)
{
    static const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
    struct timespec deadline = ic_deadline_in(timeout_ms);
    while (atomic_load(&library->stuck_count) > 0 && !ic_deadline_is_past(&deadline)) {
        (void)nanosleep(&moment, NULL);
    }
}
