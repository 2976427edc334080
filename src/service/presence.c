#include "service/presence.h"

#include "contract/limits.h"
#include "service/service.h"
#include "store/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char operation[] = "service.presence";

/* What is known of a desktop that was heard of. */
struct ic_presence_note {
    struct ic_id device_id;
    int64_t seen_at;
    int64_t synced_at;  /* 0: not since this server began. */
    int64_t written_at; /* As last_seen_at, by this server or another; 0: never. */
    int64_t written_synced_at;
    char agent_version[IC_PRESENCE_VERSION_BYTES_MAX];
    size_t agent_version_size; /* 0: it named none, or it is written. */
    int streams_count;
};

void ic_presence_init(struct ic_presence *presence)
{
    pthread_condattr_t attributes;
    *presence = (struct ic_presence){0};
    pthread_mutex_init(&presence->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&presence->noted, &attributes);
    pthread_condattr_destroy(&attributes);
}

void ic_presence_release(struct ic_presence *presence)
{
    free(presence->notes);
    pthread_cond_destroy(&presence->noted);
    pthread_mutex_destroy(&presence->lock);
}

bool ic_device_is_online(const struct ic_device *device, int64_t now)
{
    /* A clock that was set back makes what was just seen lie ahead. */
    return device->last_seen_at > 0 && now - device->last_seen_at < IC_LIMIT_DEVICE_ONLINE_MS;
}

/* ---- Notes. The lock is held. ---- */

/* Whether it is time to write, one way or the other: a clock may have been set back. */
static bool is_due(int64_t written_at, int64_t now)
{
    return now - written_at >= IC_PRESENCE_WRITE_MS || written_at > now;
}

static bool has_something_due(const struct ic_presence_note *note, int64_t now)
{
    int64_t seen_at = note->streams_count > 0 ? now : note->seen_at;
    bool is_seen = seen_at != note->written_at && is_due(note->written_at, now);
    bool is_synced =
        note->synced_at > 0 && note->synced_at != note->written_synced_at && is_due(note->written_synced_at, now);
    return is_seen || is_synced || note->agent_version_size > 0;
}

static struct ic_presence_note *find(struct ic_presence *presence, const struct ic_id *device_id)
{
    for (size_t i = 0; i < presence->count; i++) {
        if (ic_id_equal(&presence->notes[i].device_id, device_id)) {
            return &presence->notes[i];
        }
    }
    return NULL;
}

/* Forgets what is written and has been silent since; makes room. */
static void forget_silent(struct ic_presence *presence, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < presence->count; i++) {
        const struct ic_presence_note *note = &presence->notes[i];
        bool is_written = note->seen_at == note->written_at && note->agent_version_size == 0 &&
                          (note->synced_at == 0 || note->synced_at == note->written_synced_at);
        bool is_silent = is_written && note->streams_count == 0 && is_due(note->seen_at, now);
        if (!is_silent) {
            presence->notes[kept++] = *note;
        }
    }
    presence->count = kept;
}

/* The note of the desktop, made when there is none; NULL when there is no room: a heartbeat can be missed. */
static struct ic_presence_note *have(struct ic_presence *presence, const struct ic_device *device, int64_t now)
{
    struct ic_presence_note *note = find(presence, &device->device_id);
    if (!presence->notes) {
        presence->notes = calloc(IC_PRESENCE_DEVICES_MAX, sizeof *presence->notes);
    }
    if (!note && presence->count == IC_PRESENCE_DEVICES_MAX) {
        forget_silent(presence, now);
    }
    if (!note && presence->notes && presence->count < IC_PRESENCE_DEVICES_MAX) {
        note = &presence->notes[presence->count++];
        *note = (struct ic_presence_note){.device_id = device->device_id};
    }
    if (note) {
        /* Another server, or a push, may have written meanwhile. */
        note->written_at = device->last_seen_at;
        note->written_synced_at = device->last_synced_at;
    }
    return note;
}

static void tell_if_due(struct ic_presence *presence, const struct ic_presence_note *note, int64_t now)
{
    if (has_something_due(note, now)) {
        presence->has_news = true;
        pthread_cond_signal(&presence->noted);
    }
}

/* ---- What is heard. ---- */

void ic_presence_note(struct ic_service *service, const struct ic_device *device, bool is_synced,
                      struct ic_str agent_version)
{
    struct ic_presence *presence = &service->presence;
    int64_t now = ic_clock_now_ms(&service->clock);
    pthread_mutex_lock(&presence->lock);
    struct ic_presence_note *note = have(presence, device, now);
    if (note) {
        note->seen_at = now;
        note->synced_at = is_synced ? now : note->synced_at;
        if (agent_version.size > 0 && agent_version.size <= sizeof note->agent_version &&
            !ic_str_equal(agent_version, device->agent_version)) {
            memcpy(note->agent_version, agent_version.data, agent_version.size);
            note->agent_version_size = agent_version.size;
        }
        tell_if_due(presence, note, now);
    }
    pthread_mutex_unlock(&presence->lock);
}

void ic_presence_open(struct ic_service *service, const struct ic_device *device, struct ic_presence_stream *stream)
{
    struct ic_presence *presence = &service->presence;
    int64_t now = ic_clock_now_ms(&service->clock);
    *stream = (struct ic_presence_stream){.device_id = device->device_id};
    atomic_init(&stream->is_over, false);
    pthread_mutex_lock(&presence->lock);
    stream->next = presence->streams;
    if (stream->next) {
        stream->next->previous = stream;
    }
    presence->streams = stream;
    struct ic_presence_note *note = have(presence, device, now);
    if (note) {
        note->streams_count++;
        note->seen_at = now;
        tell_if_due(presence, note, now);
    }
    pthread_mutex_unlock(&presence->lock);
}

void ic_presence_close(struct ic_service *service, struct ic_presence_stream *stream)
{
    struct ic_presence *presence = &service->presence;
    pthread_mutex_lock(&presence->lock);
    if (stream->previous) {
        stream->previous->next = stream->next;
    } else {
        presence->streams = stream->next;
    }
    if (stream->next) {
        stream->next->previous = stream->previous;
    }
    struct ic_presence_note *note = find(presence, &stream->device_id);
    if (note && note->streams_count > 0) {
        note->streams_count--;
        note->seen_at = ic_clock_now_ms(&service->clock);
    }
    pthread_mutex_unlock(&presence->lock);
}

/* The lock is held. */
static void end_streams(struct ic_presence *presence, const struct ic_id *device_id)
{
    for (struct ic_presence_stream *stream = presence->streams; stream; stream = stream->next) {
        if (ic_id_equal(&stream->device_id, device_id)) {
            atomic_store(&stream->is_over, true);
        }
    }
}

void ic_presence_end(struct ic_service *service, const struct ic_id *device_id)
{
    struct ic_presence *presence = &service->presence;
    pthread_mutex_lock(&presence->lock);
    end_streams(presence, device_id);
    pthread_mutex_unlock(&presence->lock);
}

/* ---- Writing. ---- */

struct presence_write {
    int64_t now;
    struct ic_heartbeat *heartbeats;
    size_t heartbeats_count;
    char (*versions)[IC_PRESENCE_VERSION_BYTES_MAX]; /* Copies: the notes may move meanwhile. */
    struct ic_operator_switch switches[IC_PRESENCE_SWITCHES_MAX];
    size_t switches_count;
};

static int64_t seen_since(const struct presence_write *write)
{
    return write->now - IC_LIMIT_DEVICE_ONLINE_MS;
}

/* Lists what is due. */
static void gather(struct ic_presence *presence, struct presence_write *write)
{
    pthread_mutex_lock(&presence->lock);
    presence->has_news = false;
    for (size_t i = 0; i < presence->count; i++) {
        const struct ic_presence_note *note = &presence->notes[i];
        if (!has_something_due(note, write->now)) {
            continue;
        }
        size_t at = write->heartbeats_count++;
        memcpy(write->versions[at], note->agent_version, note->agent_version_size);
        write->heartbeats[at] = (struct ic_heartbeat){
            .device_id = note->device_id,
            .last_seen_at = note->streams_count > 0 ? write->now : note->seen_at,
            .last_synced_at = note->synced_at,
            .agent_version = {write->versions[at], note->agent_version_size},
        };
    }
    pthread_mutex_unlock(&presence->lock);
}

/* Takes note of what was written, and ends the streams of who was revoked. */
static void settle(struct ic_presence *presence, const struct presence_write *write)
{
    pthread_mutex_lock(&presence->lock);
    for (size_t i = 0; i < write->heartbeats_count; i++) {
        const struct ic_heartbeat *heartbeat = &write->heartbeats[i];
        struct ic_presence_note *note = find(presence, &heartbeat->device_id);
        if (heartbeat->is_revoked) {
            end_streams(presence, &heartbeat->device_id);
        }
        if (!note) {
            continue;
        }
        note->written_at = heartbeat->last_seen_at;
        note->written_synced_at = heartbeat->last_synced_at ? heartbeat->last_synced_at : note->written_synced_at;
        if (note->agent_version_size == heartbeat->agent_version.size &&
            memcmp(note->agent_version, heartbeat->agent_version.data, note->agent_version_size) == 0) {
            note->agent_version_size = 0;
        }
    }
    forget_silent(presence, write->now);
    pthread_mutex_unlock(&presence->lock);
}

static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct presence_write *write = context;
    return ic_store_operators_to_switch(tx, seen_since(write), IC_PRESENCE_SWITCHES_MAX, write->switches,
                                        &write->switches_count, err);
}

/* Looks again within the transaction: another server may have switched them, or heard of somebody. */
static enum ic_rc run_write(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct presence_write *write = context;
    enum ic_rc rc = IC_OK;
    if (write->heartbeats_count > 0) {
        rc = ic_store_devices_touch(tx, write->heartbeats, write->heartbeats_count, err);
    }
    if (!rc) {
        rc = run_look(tx, context, err);
    }
    for (size_t i = 0; i < write->switches_count && !rc; i++) {
        const struct ic_operator_switch *one = &write->switches[i];
        rc = ic_store_operator_set_status(tx, &one->opr_id, one->opr_status, write->now, err);
    }
    return rc;
}

enum ic_rc ic_presence_write(struct ic_service *service, struct ic_err *err)
{
    struct presence_write write = {
        .now = ic_clock_now_ms(&service->clock),
        .heartbeats = calloc(IC_PRESENCE_DEVICES_MAX, sizeof *write.heartbeats),
        .versions = calloc(IC_PRESENCE_DEVICES_MAX, sizeof *write.versions),
    };
    enum ic_rc rc = IC_OK;
    if (!write.heartbeats || !write.versions) {
        rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the heartbeats.");
        goto out;
    }
    gather(&service->presence, &write);
    if (write.heartbeats_count == 0) {
        rc = ic_store_read(service->store, run_look, &write, err);
    }
    if (!rc && (write.heartbeats_count > 0 || write.switches_count > 0)) {
        rc = ic_store_write(service->store, run_write, &write, err);
    }
    if (!rc) {
        settle(&service->presence, &write);
    }
out:
    free(write.heartbeats);
    free(write.versions);
    return rc;
}

/* ---- Waiting. ---- */

void ic_presence_wait(struct ic_service *service, int timeout_ms)
{
    struct ic_presence *presence = &service->presence;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&presence->lock);
    while (!presence->has_news && !presence->is_woken &&
           pthread_cond_timedwait(&presence->noted, &presence->lock, &until) != ETIMEDOUT) {
    }
    presence->has_news = false;
    presence->is_woken = false;
    pthread_mutex_unlock(&presence->lock);
}

void ic_presence_wake(struct ic_service *service)
{
    struct ic_presence *presence = &service->presence;
    pthread_mutex_lock(&presence->lock);
    presence->is_woken = true;
    pthread_cond_signal(&presence->noted);
    pthread_mutex_unlock(&presence->lock);
}
