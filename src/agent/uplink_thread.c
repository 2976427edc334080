#include "agent/uplink_thread.h"

#include "agent/bell.h"
#include "agent/http_client.h"
#include "agent/platform.h"
#include "agent/uplink.h"
#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { INTERRUPT_PAUSE_MS = 5, TRY_AGAIN_MS = 1000, NS_PER_MS = 1000000, MS_PER_S = 1000 };

struct ic_uplink_thread {
    const struct ic_path *ledger_path;
    const struct ic_path *bells;
    const struct ic_clock *clock;
    struct ic_http_client *client;
    struct ic_platform_lock lock;
    struct ic_uplink uplink;
    pthread_t thread;

    pthread_mutex_t mutex; /* Guards the flags below, never I/O. */
    pthread_cond_t news;
    bool captured;
    bool paired;
    bool stopping;
    bool ended;
};

static void ring(void *context)
{
    struct ic_uplink_thread *thread = context;
    ic_bell_ring(thread->bells);
}

static bool is_stopping(struct ic_uplink_thread *thread)
{
    pthread_mutex_lock(&thread->mutex);
    bool stopping = thread->stopping;
    pthread_mutex_unlock(&thread->mutex);
    return stopping;
}

static struct timespec in_ms(int64_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + wait_ms % MS_PER_S * NS_PER_MS;
    until.tv_sec += (time_t)(wait_ms / MS_PER_S + ns / ((int64_t)NS_PER_MS * MS_PER_S));
    until.tv_nsec = (long)(ns % ((int64_t)NS_PER_MS * MS_PER_S));
    return until;
}

/* Rests until time is up or there is news of the kind that ends this rest. */
static void rest(struct ic_uplink_thread *thread, struct ic_uplink_rest rest)
{
    bool forever = rest.wait_ms == IC_UPLINK_FOREVER;
    struct timespec until = in_ms(forever ? 0 : rest.wait_ms);
    int timed_out = rest.wait_ms == 0;
    pthread_mutex_lock(&thread->mutex);
    while (!timed_out && !thread->stopping && !thread->paired && !(thread->captured && rest.until_capture)) {
        if (forever) {
            pthread_cond_wait(&thread->news, &thread->mutex);
        } else {
            timed_out = pthread_cond_timedwait(&thread->news, &thread->mutex, &until) != 0;
        }
    }
    /* What is new from here on belongs to the next rest: the step that follows sees all that came before. */
    thread->captured = false;
    thread->paired = false;
    pthread_mutex_unlock(&thread->mutex);
}

/* Opens the ledger, trying until it goes or the thread shall end. */
static struct ic_ledger *open_ledger(struct ic_uplink_thread *thread)
{
    enum ic_code last = IC_CODE_OK;
    while (!is_stopping(thread)) {
        struct ic_ledger *ledger;
        struct ic_err err = IC_ERR_NONE;
        if (ic_ledger_create(thread->ledger_path, thread->clock, &ledger, &err) == IC_OK) {
            return ledger;
        }
        if (err.code != last) {
            ic_log_err(IC_LOG_ERROR, "uplink.ledger", &err);
            last = err.code;
        }
        rest(thread, (struct ic_uplink_rest){.wait_ms = TRY_AGAIN_MS, .until_capture = true});
    }
    return NULL;
}

static void *run(void *context)
{
    struct ic_uplink_thread *thread = context;
    while (!is_stopping(thread) && !ic_platform_lock_take(&thread->lock)) {
        rest(thread, (struct ic_uplink_rest){.wait_ms = TRY_AGAIN_MS, .until_capture = false});
    }
    struct ic_ledger *ledger = open_ledger(thread);
    thread->uplink.ledger = ledger;
    struct ic_exchange exchange = ic_http_client_exchange(thread->client);
    while (!is_stopping(thread)) {
        rest(thread, ic_uplink_step(&thread->uplink, &exchange));
    }
    ic_ledger_destroy(ledger);
    pthread_mutex_lock(&thread->mutex);
    thread->ended = true;
    pthread_cond_broadcast(&thread->news);
    pthread_mutex_unlock(&thread->mutex);
    return NULL;
}

static void init_monitor(struct ic_uplink_thread *thread)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&thread->news, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&thread->mutex, NULL);
}

static void release(struct ic_uplink_thread *thread)
{
    pthread_mutex_destroy(&thread->mutex);
    pthread_cond_destroy(&thread->news);
    ic_platform_lock_close(&thread->lock);
    ic_http_client_destroy(thread->client);
    free(thread);
}

enum ic_rc ic_uplink_thread_create(const struct ic_path *folder, const struct ic_path *ledger,
                                   const struct ic_path *bells, const struct ic_clock *clock,
                                   const struct ic_rand *rand, struct ic_uplink_thread **ret_thread, struct ic_err *err)
{
    static const char operation[] = "agent.uplink_thread";
    struct ic_path lock_path;
    struct ic_uplink_thread *thread = calloc(1, sizeof *thread);
    if (!thread) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the uplink.");
    }
    thread->ledger_path = ledger;
    thread->bells = bells;
    thread->clock = clock;
    thread->lock.fd = -1;
    init_monitor(thread);
    enum ic_rc rc = ic_path_join(folder, "uplink.lock", &lock_path, err);
    if (rc == IC_OK) {
        rc = ic_platform_lock_open(&lock_path, &thread->lock, err);
    }
    if (rc == IC_OK) {
        rc = ic_http_client_create(&thread->client, err);
    }
    if (rc != IC_OK) {
        release(thread);
        return rc;
    }
    ic_uplink_init(&thread->uplink, folder, NULL, clock, rand);
    thread->uplink.changed = ring;
    thread->uplink.context = thread;
    ic_platform_interrupt_init();
    int native = pthread_create(&thread->thread, NULL, run, thread);
    if (native != 0) {
        release(thread);
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, true, "No thread can be started.");
    }
    *ret_thread = thread;
    return IC_OK;
}

void ic_uplink_thread_destroy(struct ic_uplink_thread *thread)
{
    if (!thread) {
        return;
    }
    pthread_mutex_lock(&thread->mutex);
    thread->stopping = true;
    pthread_cond_broadcast(&thread->news);
    ic_http_client_interrupt(thread->client);
    /* It may be waiting for the lock, or be just about to: an interruption that comes too early is lost, so it is
     * repeated until the thread says that it has ended. */
    while (!thread->ended) {
        ic_platform_interrupt(thread->thread);
        struct timespec until = in_ms(INTERRUPT_PAUSE_MS);
        pthread_cond_timedwait(&thread->news, &thread->mutex, &until);
    }
    pthread_mutex_unlock(&thread->mutex);
    pthread_join(thread->thread, NULL);
    release(thread);
}

static void say(struct ic_uplink_thread *thread, bool *flag)
{
    pthread_mutex_lock(&thread->mutex);
    *flag = true;
    pthread_cond_broadcast(&thread->news);
    pthread_mutex_unlock(&thread->mutex);
}

void ic_uplink_thread_captured(struct ic_uplink_thread *thread)
{
    say(thread, &thread->captured);
}

void ic_uplink_thread_paired(struct ic_uplink_thread *thread)
{
    say(thread, &thread->paired);
}
