#include "service/stream_watch.h"

#include "base/log.h"
#include "service/can.h"
#include "service/service.h"
#include "store/sessions.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char operation[] = "service.stream_watch";

void ic_stream_watch_init(struct ic_stream_watch *watch)
{
    *watch = (struct ic_stream_watch){0};
    pthread_condattr_t attributes;
    int failed = pthread_mutex_init(&watch->lock, NULL);
    failed |= pthread_condattr_init(&attributes);
    failed |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    failed |= pthread_cond_init(&watch->changed, &attributes);
    failed |= pthread_condattr_destroy(&attributes);
    assert(!failed);
    (void)failed;
}

void ic_stream_watch_release(struct ic_stream_watch *watch)
{
    assert(!watch->streams && !watch->is_running);
    pthread_cond_destroy(&watch->changed);
    pthread_mutex_destroy(&watch->lock);
}

void ic_stream_watch_open(struct ic_stream_watch *watch, const struct ic_asker *asker, struct ic_watched_stream *stream)
{
    bool is_token = asker->credential == IC_CREDENTIAL_TOKEN;
    stream->credential_id = is_token ? asker->token_id : asker->session_id;
    stream->opr_id = asker->opr_id;
    atomic_init(&stream->is_over, false);
    pthread_mutex_lock(&watch->lock);
    stream->previous = NULL;
    stream->next = watch->streams;
    stream->round = watch->round;
    if (watch->streams) {
        watch->streams->previous = stream;
    }
    watch->streams = stream;
    pthread_cond_signal(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
}

void ic_stream_watch_close(struct ic_stream_watch *watch, struct ic_watched_stream *stream)
{
    pthread_mutex_lock(&watch->lock);
    if (stream->next) {
        stream->next->previous = stream->previous;
    }
    if (stream->previous) {
        stream->previous->next = stream->next;
    } else {
        watch->streams = stream->next;
    }
    pthread_mutex_unlock(&watch->lock);
}

void ic_stream_watch_end(struct ic_stream_watch *watch, const struct ic_id *credential_id)
{
    pthread_mutex_lock(&watch->lock);
    for (struct ic_watched_stream *stream = watch->streams; stream; stream = stream->next) {
        if (ic_id_equal(&stream->credential_id, credential_id)) {
            atomic_store(&stream->is_over, true);
        }
    }
    pthread_mutex_unlock(&watch->lock);
}

void ic_stream_watch_end_all(struct ic_stream_watch *watch, const struct ic_id *opr_id,
                             const struct ic_id *but_session_id)
{
    pthread_mutex_lock(&watch->lock);
    for (struct ic_watched_stream *stream = watch->streams; stream; stream = stream->next) {
        if (ic_id_equal(&stream->opr_id, opr_id) && !ic_id_equal(&stream->credential_id, but_session_id)) {
            atomic_store(&stream->is_over, true);
        }
    }
    pthread_mutex_unlock(&watch->lock);
}

/* ---- Looking. ---- */

/* What is alive between two ids, out of one snapshot. */
struct look {
    struct ic_stream_watch *watch;
    struct ic_id *ids; /* In their order. */
    size_t count;
    int64_t now;
    int64_t round; /* Streams that were opened later are left to the next look. */
};

static int compare_ids(const void *left, const void *right)
{
    return strcmp(((const struct ic_id *)left)->text, ((const struct ic_id *)right)->text);
}

static void judge(const struct look *look, const struct ic_id *behind, bool is_last)
{
    const struct ic_id *last = look->count > 0 ? &look->ids[look->count - 1] : NULL;
    pthread_mutex_lock(&look->watch->lock);
    for (struct ic_watched_stream *stream = look->watch->streams; stream; stream = stream->next) {
        const struct ic_id *id = &stream->credential_id;
        bool is_within = compare_ids(id, behind) > 0 && (is_last || (last && compare_ids(id, last) <= 0));
        if (is_within && stream->round < look->round &&
            (look->count == 0 || !bsearch(id, look->ids, look->count, sizeof *look->ids, compare_ids))) {
            atomic_store(&stream->is_over, true);
        }
    }
    pthread_mutex_unlock(&look->watch->lock);
}

static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    struct ic_id behind = {0};
    enum ic_rc rc = IC_OK;
    do {
        rc = ic_store_credential_ids(tx, &behind, look->now, look->ids, &look->count, err);
        if (rc == IC_OK) {
            judge(look, &behind, look->count < IC_CREDENTIAL_IDS_COUNT_MAX);
        }
        if (rc == IC_OK && look->count > 0) {
            behind = look->ids[look->count - 1];
        }
    } while (rc == IC_OK && look->count == IC_CREDENTIAL_IDS_COUNT_MAX);
    return rc;
}

enum ic_rc ic_stream_watch_look(struct ic_stream_watch *watch, struct ic_service *service, struct ic_err *err)
{
    struct look look = {.watch = watch, .now = ic_clock_now_ms(&service->clock)};
    pthread_mutex_lock(&watch->lock);
    bool has_streams = watch->streams != NULL;
    look.round = ++watch->round;
    pthread_mutex_unlock(&watch->lock);
    if (!has_streams) {
        return IC_OK;
    }
    look.ids = calloc(IC_CREDENTIAL_IDS_COUNT_MAX, sizeof *look.ids);
    if (!look.ids) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory to look at sessions.");
    }
    enum ic_rc rc = ic_store_read(service->store, run_look, &look, err);
    free(look.ids);
    return rc;
}

static struct timespec deadline_in(int64_t wait_ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += wait_ms / 1000;
    at.tv_nsec += wait_ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Waits for a stream, and then until it is time to look; false when it is over. */
static bool wait_for_look(struct ic_stream_watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    while (!watch->is_stopping && !watch->streams) {
        pthread_cond_wait(&watch->changed, &watch->lock);
    }
    const struct timespec deadline = deadline_in(IC_STREAM_WATCH_MS);
    int waited = 0;
    while (!watch->is_stopping && waited != ETIMEDOUT) {
        waited = pthread_cond_timedwait(&watch->changed, &watch->lock, &deadline);
    }
    bool goes_on = !watch->is_stopping;
    pthread_mutex_unlock(&watch->lock);
    return goes_on;
}

static void *run_thread(void *context)
{
    struct ic_stream_watch *watch = context;
    while (wait_for_look(watch)) {
        struct ic_err err = IC_ERR_NONE;
        if (ic_stream_watch_look(watch, watch->service, &err) != IC_OK) {
            ic_log_err(IC_LOG_WARN, operation, &err);
        }
    }
    return NULL;
}

enum ic_rc ic_stream_watch_start(struct ic_stream_watch *watch, struct ic_service *service, struct ic_err *err)
{
    watch->service = service;
    int failure = pthread_create(&watch->thread, NULL, run_thread, watch);
    if (failure) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure, true, "The watch did not start.");
    }
    watch->is_running = true;
    return IC_OK;
}

void ic_stream_watch_stop(struct ic_stream_watch *watch)
{
    if (!watch->is_running) {
        return;
    }
    pthread_mutex_lock(&watch->lock);
    watch->is_stopping = true;
    pthread_cond_signal(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    watch->is_running = false;
}
