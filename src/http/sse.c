#include "http/sse.h"

#include "http/loop.h"

#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdlib.h>

enum { WRITE_TIMEOUT_S = 30 };

struct ic_sse_stream {
    struct ic_sse_stream *next;
    struct ic_http_loop *loop;
    struct evhttp_request *request; /* NULL: ended; what is left is waited for by a catching-up job. */
    int64_t cursor;
    int64_t opened_at;
    int64_t sent_at;
    bool is_catching_up;
};

/* Reads the feed for one stream on a worker and comes back to its loop. */
struct catch_up {
    struct ic_worker_job job;
    struct ic_http_task task;
    struct ic_sse_stream *stream;
    struct ic_http_loop *loop;
    int64_t cursor;
    int64_t reached;
    struct ic_buf frames;
    bool is_ok;
};

/* ---- Frames. ---- */

struct ic_sse_frames *ic_sse_frames_create(int64_t from, int64_t to, struct ic_buf *buf)
{
    struct ic_sse_frames *frames = calloc(1, sizeof *frames);
    if (frames) {
        frames->from = from;
        frames->to = to;
        atomic_init(&frames->holders, 1);
        frames->data = ic_buf_take(buf, &frames->size);
    }
    return frames;
}

void ic_sse_frames_hold(struct ic_sse_frames *frames)
{
    atomic_fetch_add(&frames->holders, 1);
}

void ic_sse_frames_release(struct ic_sse_frames *frames)
{
    if (atomic_fetch_sub(&frames->holders, 1) == 1) {
        free(frames->data);
        free(frames);
    }
}

/* ---- Streams. ---- */

static void unlink_stream(struct ic_sse_streams *streams, const struct ic_sse_stream *stream)
{
    for (struct ic_sse_stream **at = &streams->first; *at; at = &(*at)->next) {
        if (*at == stream) {
            *at = stream->next;
            streams->count--;
            return;
        }
    }
}

/* The stream is over; its memory goes now, or when the job that still refers to it comes back. */
static void finish(struct ic_sse_stream *stream)
{
    unlink_stream(&stream->loop->streams, stream);
    stream->request = NULL;
    if (!stream->is_catching_up) {
        free(stream);
    }
}

/* The client is gone. Where libevent learned of that by itself, it has given the request up, and nobody else frees it. */
static void on_end(void *context)
{
    struct ic_sse_stream *stream = context;
    struct evhttp_request *request = stream->request;
    finish(stream);
    if (!evhttp_request_get_connection(request)) {
        evhttp_request_free(request);
    }
}

/* Has the stream told when its connection ends, or no longer. */
static void watch(struct ic_sse_stream *stream, struct evhttp_connection *connection, bool is_watching)
{
    struct bufferevent *bev = evhttp_connection_get_bufferevent(connection);
    struct ic_http_connection *known = ic_http_connection_find(&stream->loop->connections, bev);
    assert(known);
    ic_http_connection_watch(known, is_watching ? on_end : NULL, stream);
}

/* Ends a stream from our side: at once, or after what was sent has arrived. */
static void close_stream(struct ic_sse_stream *stream, bool politely)
{
    struct evhttp_request *request = stream->request;
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    watch(stream, connection, false);
    finish(stream);
    if (politely) {
        evhttp_send_reply_end(request);
    } else {
        evhttp_connection_free(connection);
    }
}

/* False when the stream was dropped, because its reader does not read. */
static bool send_bytes(struct ic_sse_stream *stream, const char *data, size_t size)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(stream->request);
    struct bufferevent *bev = evhttp_connection_get_bufferevent(connection);
    struct evbuffer *chunk = evbuffer_new();
    bool fits = evbuffer_get_length(bufferevent_get_output(bev)) + size <= IC_SSE_UNSENT_MAX;
    if (!chunk || !fits || evbuffer_add(chunk, data, size) != 0) {
        if (chunk) {
            evbuffer_free(chunk);
        }
        close_stream(stream, false);
        return false;
    }
    evhttp_send_reply_chunk(stream->request, chunk);
    evbuffer_free(chunk);
    stream->sent_at = ic_clock_monotonic_ms(&stream->loop->options->clock);
    return true;
}

/* ---- Catching up. ---- */

static void start_catching_up(struct ic_sse_stream *stream);

static void caught_up(struct ic_http_loop *loop, struct ic_http_task *task)
{
    struct catch_up *catch_up = (struct catch_up *)(void *)((char *)task - offsetof(struct catch_up, task));
    struct ic_sse_stream *stream = catch_up->stream;
    stream->is_catching_up = false;
    if (!stream->request) {
        free(stream);
    } else if (!catch_up->is_ok) {
        close_stream(stream, true); /* The client comes back, with the cursor that it has. */
    } else {
        struct ic_str bytes = ic_buf_view(&catch_up->frames);
        stream->cursor = catch_up->reached;
        bool is_alive = bytes.size == 0 || send_bytes(stream, bytes.data, bytes.size);
        if (is_alive && stream->cursor < loop->streams.cursor && catch_up->reached != catch_up->cursor) {
            start_catching_up(stream);
        }
    }
    ic_buf_release(&catch_up->frames);
    free(catch_up);
}

static void run_catch_up(struct ic_worker_job *job)
{
    struct catch_up *catch_up = (struct catch_up *)(void *)((char *)job - offsetof(struct catch_up, job));
    const struct ic_http_feed *feed = &catch_up->loop->options->feed;
    struct ic_err err = IC_ERR_NONE;
    catch_up->is_ok = feed->read(feed->context, catch_up->cursor, &catch_up->frames, &catch_up->reached, &err) == IC_OK;
    ic_http_loop_post(catch_up->loop, &catch_up->task);
}

static void start_catching_up(struct ic_sse_stream *stream)
{
    struct catch_up *catch_up = calloc(1, sizeof *catch_up);
    if (!catch_up) {
        close_stream(stream, true);
        return;
    }
    *catch_up = (struct catch_up){.stream = stream, .loop = stream->loop, .cursor = stream->cursor};
    catch_up->reached = stream->cursor;
    catch_up->job.run = run_catch_up;
    catch_up->task.run = caught_up;
    ic_buf_init(&catch_up->frames, IC_HTTP_FEED_BYTES_MAX);
    stream->is_catching_up = true;
    if (!ic_worker_pool_submit(stream->loop->workers, &catch_up->job)) {
        stream->is_catching_up = false;
        free(catch_up);
        close_stream(stream, true);
    }
}

/* ---- The loop's side. ---- */

bool ic_sse_open(struct ic_http_loop *loop, struct evhttp_request *request, int64_t cursor)
{
    struct ic_sse_stream *stream = loop->streams.count < IC_SSE_STREAMS_MAX ? calloc(1, sizeof *stream) : NULL;
    if (!stream) {
        return false;
    }
    int64_t now = ic_clock_monotonic_ms(&loop->options->clock);
    *stream = (struct ic_sse_stream){.loop = loop, .request = request, .cursor = cursor, .opened_at = now};
    stream->next = loop->streams.first;
    loop->streams.first = stream;
    loop->streams.count++;
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    watch(stream, connection, true);
    evhttp_send_reply_start(request, 200, NULL);
    const struct timeval write_timeout = {WRITE_TIMEOUT_S, 0};
    bufferevent_set_timeouts(evhttp_connection_get_bufferevent(connection), NULL, &write_timeout);
    /* A comment first: the client learns at once that the stream is open. */
    if (send_bytes(stream, ":\n\n", 3) && cursor != loop->streams.cursor) {
        start_catching_up(stream);
    }
    return true;
}

void ic_sse_broadcast(struct ic_http_loop *loop, const struct ic_sse_frames *frames)
{
    loop->streams.cursor = frames->to;
    for (struct ic_sse_stream *stream = loop->streams.first, *next; stream; stream = next) {
        next = stream->next;
        if (stream->is_catching_up || stream->cursor >= frames->to) {
            continue;
        }
        if (stream->cursor != frames->from) {
            start_catching_up(stream);
        } else if (send_bytes(stream, frames->data, frames->size)) {
            stream->cursor = frames->to;
        }
    }
}

void ic_sse_tick(struct ic_http_loop *loop)
{
    int64_t now = ic_clock_monotonic_ms(&loop->options->clock);
    for (struct ic_sse_stream *stream = loop->streams.first, *next; stream; stream = next) {
        next = stream->next;
        if (now - stream->opened_at >= IC_SSE_LIFETIME_MS) {
            close_stream(stream, true);
        } else if (now - stream->sent_at >= IC_SSE_HEARTBEAT_MS) {
            send_bytes(stream, ":\n\n", 3);
        }
    }
}

void ic_sse_close_all(struct ic_http_loop *loop)
{
    while (loop->streams.first) {
        close_stream(loop->streams.first, true);
    }
}
