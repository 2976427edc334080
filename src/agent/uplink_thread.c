#include "agent/uplink_thread.h"

#include "agent/bell.h"
#include "agent/http_client.h"
#include "agent/keeper.h"
#include "agent/platform.h"
#include "agent/renewal.h"
#include "agent/replica.h"
#include "agent/uplink.h"
#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    INTERRUPT_PAUSE_MS = 5,
    TRY_AGAIN_MS = 1000,
    NS_PER_MS = 1000000,
    MS_PER_S = 1000,

    /* A stream that broke is opened again after a wait, for a server that restarts has many to greet. */
    LISTEN_LEAST_MS = 100,
    LISTEN_FIRST_MS = 500,
    LISTEN_LONGEST_MS = IC_LIMIT_SYNC_POLL_MS,
};

struct ic_uplink_thread {
    const struct ic_folder *folder;
    const struct ic_clock *clock;
    const struct ic_rand *rand;
    struct ic_http_client *client;
    struct ic_platform_lock lock;
    struct ic_uplink uplink;
    struct ic_keeper keeper;
    struct ic_backoff listening; /* Streams that broke or were refused. */
    bool is_listening;           /* A stream was begun, and has not been seen to be closed. */
    int64_t listen_at_ms;        /* When the next one may be begun; monotonic. */
    int64_t renew_at_ms;         /* When it is looked next whether the token is to be replaced; monotonic. */
    pthread_t thread;

    pthread_mutex_t mutex; /* Guards the flags below, never I/O. */
    pthread_cond_t news;
    bool captured;
    bool paired;
    bool stopping;
    bool ended;
};

static void changed(void *context)
{
    struct ic_uplink_thread *thread = context;
    ic_keeper_changed(&thread->keeper);
    ic_bell_ring(&thread->folder->bells);
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

/* Whether there is news of the kind that ends this rest. With the mutex. */
static bool has_news(const struct ic_uplink_thread *thread, struct ic_uplink_rest rest)
{
    return thread->stopping || thread->paired || (thread->captured && rest.until_capture);
}

/* Notes what became of the stream and what came by it; true when there is something to ask for. */
static bool hear(struct ic_uplink_thread *thread)
{
    enum ic_http_stream stream = ic_http_client_stream(thread->client);
    bool is_open = stream == IC_HTTP_STREAM_OPEN;
    bool has_heard = ic_http_client_take_events(thread->client) > 0;
    if (thread->is_listening && stream == IC_HTTP_STREAM_CLOSED) {
        thread->is_listening = false;
        thread->listen_at_ms =
            ic_clock_monotonic_ms(thread->clock) + ic_backoff_fail(&thread->listening, thread->rand, 0);
    } else if (is_open) {
        ic_backoff_succeed(&thread->listening);
    }
    if (has_heard) {
        ic_uplink_heard(&thread->uplink);
    }
    bool has_turned = is_open != thread->uplink.is_live;
    ic_uplink_live(&thread->uplink, is_open);
    return has_heard || has_turned;
}

/* Begins to listen where the server has a stream and none is open. */
static void listen(struct ic_uplink_thread *thread)
{
    struct ic_device device;
    struct ic_err err = IC_ERR_NONE;
    if (thread->is_listening || !thread->uplink.can_listen ||
        ic_clock_monotonic_ms(thread->clock) < thread->listen_at_ms ||
        ic_device_read(&thread->folder->path, &device, &err) != IC_OK) {
        return;
    }
    thread->listen_at_ms = ic_clock_monotonic_ms(thread->clock) + LISTEN_LONGEST_MS;
    char path[64];
    snprintf(path, sizeof path, "/api/v1/sync/live?protocol=%d", IC_LIMIT_PROTOCOL_VERSION);
    struct ic_exchange_request request = {
        .server_url = device.server_url, .path = path, .token = device.device_token.text};
    if (ic_http_client_listen(thread->client, &request, &err) == IC_OK) {
        thread->is_listening = true;
    } else {
        ic_log_err(IC_LOG_ERROR, "uplink.listen", &err);
    }
    ic_device_wipe(&device);
}

/* How long this rest may last, with what else is to be done in between; IC_UPLINK_FOREVER: there is nothing. */
static int64_t longest_rest_ms(const struct ic_uplink_thread *thread, int64_t rest_ms, int64_t keeper_ms)
{
    int64_t longest_ms = rest_ms;
    if (keeper_ms >= 0 && (longest_ms < 0 || keeper_ms < longest_ms)) {
        longest_ms = keeper_ms;
    }
    if (thread->uplink.can_listen && !thread->is_listening) {
        int64_t left_ms = thread->listen_at_ms - ic_clock_monotonic_ms(thread->clock);
        left_ms = left_ms > 0 ? left_ms : 0;
        longest_ms = longest_ms < 0 || left_ms < longest_ms ? left_ms : longest_ms;
    }
    return longest_ms;
}

/* Waits where only this machine can have news: nobody was ever asked anything. */
static void wait_for_news(struct ic_uplink_thread *thread, struct ic_uplink_rest rest, int64_t wait_ms)
{
    struct timespec until = in_ms(wait_ms < 0 ? 0 : wait_ms);
    int timed_out = wait_ms == 0;
    pthread_mutex_lock(&thread->mutex);
    while (!timed_out && !has_news(thread, rest)) {
        if (wait_ms < 0) {
            pthread_cond_wait(&thread->news, &thread->mutex);
        } else {
            timed_out = pthread_cond_timedwait(&thread->news, &thread->mutex, &until) != 0;
        }
    }
    pthread_mutex_unlock(&thread->mutex);
}

/* Takes the news of this machine; true when they end the rest. A new pairing has a stream of its own. */
static bool take_news(struct ic_uplink_thread *thread, struct ic_uplink_rest rest)
{
    pthread_mutex_lock(&thread->mutex);
    bool ends = has_news(thread, rest);
    bool paired = thread->paired;
    if (ends) {
        /* What is new from here on belongs to the next rest: the step that follows sees all that came before. */
        thread->captured = false;
        thread->paired = false;
    }
    pthread_mutex_unlock(&thread->mutex);
    if (paired) {
        ic_http_client_hang_up(thread->client);
    }
    return ends;
}

/* Rests until time is up or there is news of the kind that ends this rest; the stream is heard meanwhile. */
static void rest(struct ic_uplink_thread *thread, struct ic_uplink_rest rest)
{
    int64_t began_ms = ic_clock_monotonic_ms(thread->clock);
    while (!take_news(thread, rest)) {
        int64_t left_ms = rest.wait_ms;
        if (rest.wait_ms >= 0) {
            left_ms -= ic_clock_monotonic_ms(thread->clock) - began_ms;
            if (left_ms <= 0) {
                return;
            }
        }
        int64_t keeper_ms =
            thread->uplink.ledger ? ic_keeper_work(&thread->keeper, thread->uplink.ledger) : IC_KEEPER_FOREVER;
        listen(thread);
        int64_t wait_ms = longest_rest_ms(thread, left_ms, keeper_ms);
        if (ic_http_client_has_begun(thread->client)) {
            ic_http_client_wait(thread->client, wait_ms);
        } else {
            wait_for_news(thread, rest, wait_ms);
        }
        if (hear(thread) && rest.until_capture) {
            return;
        }
    }
}

/* Opens the ledger, trying until it goes or the thread shall end. */
static struct ic_ledger *open_ledger(struct ic_uplink_thread *thread, bool is_suspect)
{
    enum ic_code last = IC_CODE_OK;
    while (!is_stopping(thread)) {
        struct ic_ledger *ledger;
        struct ic_err err = IC_ERR_NONE;
        if (ic_ledger_open(thread->folder, thread->clock, is_suspect, &ledger, &err) == IC_OK) {
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

/* A ledger that is damaged, or stands at its path no more, is opened anew. */
static void look_at_ledger(struct ic_uplink_thread *thread)
{
    struct ic_uplink *uplink = &thread->uplink;
    if (uplink->is_ledger_damaged || ic_ledger_has_moved(uplink->ledger)) {
        bool is_suspect = uplink->is_ledger_damaged;
        ic_ledger_destroy(uplink->ledger);
        uplink->ledger = NULL;
        uplink->ledger = open_ledger(thread, is_suspect);
        uplink->is_ledger_damaged = false;
        uplink->is_pull_due = true;
        ic_bell_ring(&thread->folder->bells);
    }
}

static bool is_failing(const struct ic_uplink *uplink)
{
    return uplink->unreached.failures > 0 || uplink->trouble.failures > 0;
}

/* Replaces the token when it is old; what fails is tried again in an hour, and the present one goes on. */
static void renew_token(struct ic_uplink_thread *thread, const struct ic_exchange *exchange)
{
    struct ic_err err = IC_ERR_NONE;
    bool is_renewed = false;
    int64_t now_ms = ic_clock_monotonic_ms(thread->clock);
    if (now_ms < thread->renew_at_ms) {
        return;
    }
    thread->renew_at_ms = now_ms + IC_RENEWAL_TRY_MS;
    if (ic_renewal_run(&thread->folder->path, exchange, ic_clock_now_ms(thread->clock), &is_renewed, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, "uplink.renewal", &err);
    }
}

static void sync_until_stopped(struct ic_uplink_thread *thread)
{
    struct ic_exchange exchange = ic_http_client_exchange(thread->client);
    while (!is_stopping(thread) && thread->uplink.ledger) {
        bool was_failing = is_failing(&thread->uplink);
        struct ic_uplink_rest now = ic_uplink_step(&thread->uplink, &exchange);
        if (now.wait_ms != 0) {
            renew_token(thread, &exchange);
        }
        (void)hear(thread);
        if (was_failing && !is_failing(&thread->uplink)) {
            /* The server is back: how often a stream could not be opened meanwhile tells nothing any more. */
            ic_backoff_succeed(&thread->listening);
            thread->listen_at_ms = ic_clock_monotonic_ms(thread->clock);
        }
        if (now.wait_ms != 0) {
            ic_platform_memory_trim();
        }
        rest(thread, now);
        look_at_ledger(thread);
    }
}

static void *run(void *context)
{
    struct ic_uplink_thread *thread = context;
    while (!is_stopping(thread) && !ic_platform_lock_take(&thread->lock)) {
        rest(thread, (struct ic_uplink_rest){.wait_ms = TRY_AGAIN_MS, .until_capture = false});
    }
    thread->uplink.ledger = open_ledger(thread, false);
    ic_keeper_changed(&thread->keeper);
    sync_until_stopped(thread);
    ic_ledger_destroy(thread->uplink.ledger);
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

enum ic_rc ic_uplink_thread_create(const struct ic_folder *folder, const struct ic_clock *clock,
                                   const struct ic_rand *rand, struct ic_uplink_thread **ret_thread, struct ic_err *err)
{
    static const char operation[] = "agent.uplink_thread";
    struct ic_uplink_thread *thread = calloc(1, sizeof *thread);
    if (!thread) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the uplink.");
    }
    thread->folder = folder;
    thread->clock = clock;
    thread->rand = rand;
    thread->keeper = (struct ic_keeper){.folder = folder, .clock = clock};
    thread->listening =
        (struct ic_backoff){.least_ms = LISTEN_LEAST_MS, .first_ms = LISTEN_FIRST_MS, .longest_ms = LISTEN_LONGEST_MS};
    thread->lock.fd = -1;
    init_monitor(thread);
    enum ic_rc rc = ic_platform_lock_open(&folder->lock, &thread->lock, err);
    if (rc == IC_OK) {
        rc = ic_http_client_create(clock, &thread->client, err);
    }
    if (rc != IC_OK) {
        release(thread);
        return rc;
    }
    ic_uplink_init(&thread->uplink, &folder->path, NULL, clock, rand);
    thread->uplink.changed = changed;
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
    ic_http_client_wake(thread->client);
}

void ic_uplink_thread_captured(struct ic_uplink_thread *thread)
{
    say(thread, &thread->captured);
}

void ic_uplink_thread_paired(struct ic_uplink_thread *thread)
{
    say(thread, &thread->paired);
}
