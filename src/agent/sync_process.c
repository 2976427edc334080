#include "agent/sync_process.h"

#include "agent/child.h"
#include "base/log.h"
#include "sync/backoff.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    LEAST_MS = 10,
    FIRST_MS = 100,
    LONGEST_MS = 5000,
    WELL_MS = 10000, /* One that lived that long did not end for want of something. */
    NS_PER_MS = 1000000,
    MS_PER_S = 1000,
};

static const char operation[] = "agent.sync_process";

struct ic_sync_process {
    const struct ic_clock *clock;
    const struct ic_rand *rand;
    struct ic_backoff ended; /* Of the thread. */
    pthread_t thread;

    pthread_mutex_t mutex; /* Guards what follows, never a wait. */
    pthread_cond_t stop;
    struct ic_child child;
    bool stopping;
};

/* Starts one; false when it could not be. */
static bool start(struct ic_sync_process *process)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_child child;
    if (ic_child_start(IC_SYNC_PROCESS_ARGUMENT, &child, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "sync_process.start", &err);
        return false;
    }
    pthread_mutex_lock(&process->mutex);
    process->child = child;
    if (process->stopping) {
        ic_child_hang_up(&process->child);
    }
    pthread_mutex_unlock(&process->mutex);
    return true;
}

/* One process, from its beginning to its end. What was told while there was none it finds by itself. */
static void live(struct ic_sync_process *process)
{
    int64_t began_ms = ic_clock_monotonic_ms(process->clock);
    if (start(process)) {
        ic_child_wait(&process->child);
        pthread_mutex_lock(&process->mutex);
        ic_child_hang_up(&process->child);
        pthread_mutex_unlock(&process->mutex);
    }
    if (ic_clock_monotonic_ms(process->clock) - began_ms >= WELL_MS) {
        ic_backoff_succeed(&process->ended);
    }
}

/* Waits a while, and says whether there shall be another one. */
static bool pause_before_next(struct ic_sync_process *process)
{
    struct timespec until;
    int64_t wait_ms = ic_backoff_fail(&process->ended, process->rand, 0);
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + wait_ms % MS_PER_S * NS_PER_MS;
    until.tv_sec += (time_t)(wait_ms / MS_PER_S + ns / ((int64_t)NS_PER_MS * MS_PER_S));
    until.tv_nsec = (long)(ns % ((int64_t)NS_PER_MS * MS_PER_S));
    bool timed_out = false;
    pthread_mutex_lock(&process->mutex);
    while (!process->stopping && !timed_out) {
        timed_out = pthread_cond_timedwait(&process->stop, &process->mutex, &until) != 0;
    }
    bool goes_on = !process->stopping;
    pthread_mutex_unlock(&process->mutex);
    return goes_on;
}

static void *run(void *context)
{
    struct ic_sync_process *process = context;
    do {
        live(process);
    } while (pause_before_next(process));
    return NULL;
}

static void init_monitor(struct ic_sync_process *process)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&process->stop, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&process->mutex, NULL);
}

static void release(struct ic_sync_process *process)
{
    pthread_mutex_destroy(&process->mutex);
    pthread_cond_destroy(&process->stop);
    free(process);
}

enum ic_rc ic_sync_process_create(const struct ic_clock *clock, const struct ic_rand *rand,
                                  struct ic_sync_process **ret_process, struct ic_err *err)
{
    struct ic_sync_process *process = calloc(1, sizeof *process);
    if (!process) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for syncing.");
    }
    process->clock = clock;
    process->rand = rand;
    process->ended = (struct ic_backoff){.least_ms = LEAST_MS, .first_ms = FIRST_MS, .longest_ms = LONGEST_MS};
    process->child.fd = -1;
    init_monitor(process);
    int native = pthread_create(&process->thread, NULL, run, process);
    if (native != 0) {
        release(process);
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, true, "No thread can be started.");
    }
    *ret_process = process;
    return IC_OK;
}

void ic_sync_process_destroy(struct ic_sync_process *process)
{
    if (!process) {
        return;
    }
    pthread_mutex_lock(&process->mutex);
    process->stopping = true;
    ic_child_hang_up(&process->child);
    pthread_cond_broadcast(&process->stop);
    pthread_mutex_unlock(&process->mutex);
    pthread_join(process->thread, NULL);
    release(process);
}

static void tell(struct ic_sync_process *process, char word)
{
    pthread_mutex_lock(&process->mutex);
    ic_child_tell(&process->child, word);
    pthread_mutex_unlock(&process->mutex);
}

void ic_sync_process_captured(struct ic_sync_process *process)
{
    tell(process, IC_SYNC_PROCESS_CAPTURED);
}

void ic_sync_process_paired(struct ic_sync_process *process)
{
    tell(process, IC_SYNC_PROCESS_PAIRED);
}
