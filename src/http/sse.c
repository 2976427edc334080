#include "http/sse.h"

#include "http/loop.h"

#include <event2/buffer.h>
#include <stdlib.h>

struct ic_sse_stream {
    struct ic_sse_stream *next;
    struct ic_sse_stream *previous;
    struct ic_http_loop *loop;
    struct ic_http_connection *connection;
    struct evhttp_request *request;  /* NULL: ended, and only a job that is out still refers to it. */
    struct ic_http_subject *subject; /* NULL: none. */
    int feed;
    int64_t cursor;
    int64_t opened_at;
    int64_t sent_at;
    int64_t drained_at; /* When nothing waited for the reader, the last time. */
    bool is_reading;    /* A job is out. */
    bool is_behind;     /* Reads on when what was sent has left. */
};

/* Reads the feed for one stream on a worker and comes back to its loop. */
struct reading {
    struct ic_worker_job job;
    struct ic_http_task task;
    struct ic_sse_stream *stream;
    struct ic_http_loop *loop;
    int feed;
    int64_t from;
    int64_t reached;
    struct ic_buf frames;
    bool is_ok;
};

/* ---- Frames. ---- */

struct ic_sse_frames *ic_sse_frames_create(int feed, int64_t from, int64_t to, struct ic_buf *buf)
{
    struct ic_sse_frames *frames = calloc(1, sizeof *frames);
    if (frames) {
        frames->feed = feed;
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

/* ---- The end of a stream. ---- */

/* Takes the stream out of the loop; its memory goes now, or when the job that still refers to it comes back. */
static void finish(struct ic_sse_stream *stream)
{
    if (stream->previous) {
        stream->previous->next = stream->next;
    } else {
        stream->loop->streams.first = stream->next;
    }
    if (stream->next) {
        stream->next->previous = stream->previous;
    }
    atomic_fetch_sub(stream->loop->streams.open, 1);
    stream->request = NULL;
    if (stream->subject) {
        stream->subject->ended(stream->subject);
        stream->subject = NULL;
    }
    if (!stream->is_reading) {
        free(stream);
    }
}

/* The client is gone. Where libevent learned of that by itself, it has given the request up, and nobody else frees it.
 */
static void on_end(void *context)
{
    struct ic_sse_stream *stream = context;
    struct evhttp_request *request = stream->request;
    finish(stream);
    if (!evhttp_request_get_connection(request)) {
        evhttp_request_free(request);
    }
}

/* Ends a stream from our side: at once, or after what was sent has arrived. */
static void close_stream(struct ic_sse_stream *stream, bool politely)
{
    struct evhttp_request *request = stream->request;
    struct evhttp_connection *evhttp = stream->connection->evhttp;
    ic_http_connection_watch(stream->connection, NULL, NULL);
    finish(stream);
    if (politely) {
        evhttp_send_reply_end(request);
    } else {
        evhttp_connection_free(evhttp);
    }
}

/* ---- Sending. ---- */

static void read_on(struct ic_sse_stream *stream);

static size_t unsent(const struct ic_sse_stream *stream)
{
    return evbuffer_get_length(bufferevent_get_output(stream->connection->bev));
}

static int64_t now_of(const struct ic_sse_stream *stream)
{
    return ic_clock_monotonic_ms(&stream->loop->options->clock);
}

/* What was sent has left for the kernel. */
static void on_drained(struct evhttp_connection *evhttp, void *argument)
{
    (void)evhttp;
    struct ic_sse_stream *stream = argument;
    stream->drained_at = now_of(stream);
    if (stream->is_behind && !stream->is_reading) {
        read_on(stream);
    }
}

static void release_frames(const void *data, size_t size, void *frames)
{
    (void)data;
    (void)size;
    ic_sse_frames_release(frames);
}

/* Sends bytes that are constant, or frames, which are shared and not copied. False when memory ran out, which closes
 * the stream. */
static bool send_bytes(struct ic_sse_stream *stream, struct ic_str bytes, struct ic_sse_frames *frames)
{
    struct evbuffer *chunk = evbuffer_new();
    if (!chunk || evbuffer_add_reference(chunk, bytes.data, bytes.size, frames ? release_frames : NULL, frames) != 0) {
        if (chunk) {
            evbuffer_free(chunk);
        }
        close_stream(stream, false);
        return false;
    }
    if (frames) {
        ic_sse_frames_hold(frames);
    }
    stream->sent_at = now_of(stream);
    if (unsent(stream) == 0) {
        stream->drained_at = stream->sent_at;
    }
    evhttp_send_reply_chunk_with_cb(stream->request, chunk, on_drained, stream);
    evbuffer_free(chunk);
    return true;
}

static bool send_frames(struct ic_sse_stream *stream, struct ic_sse_frames *frames)
{
    stream->cursor = frames->to;
    return frames->size == 0 || send_bytes(stream, (struct ic_str){frames->data, frames->size}, frames);
}

static bool send_comment(struct ic_sse_stream *stream)
{
    return send_bytes(stream, IC_STR(":\n\n"), NULL);
}

/* ---- Reading for one stream. ---- */

/* Sends what was read; false when the stream has ended over it. */
static bool send_read(struct reading *reading)
{
    struct ic_sse_stream *stream = reading->stream;
    struct ic_sse_frames *frames =
        ic_sse_frames_create(stream->feed, reading->from, reading->reached, &reading->frames);
    if (!frames) {
        close_stream(stream, true);
        return false;
    }
    bool is_alive = send_frames(stream, frames);
    ic_sse_frames_release(frames);
    return is_alive;
}

static void come_back(struct ic_http_loop *loop, struct ic_http_task *task)
{
    struct reading *reading = (struct reading *)(void *)((char *)task - offsetof(struct reading, task));
    struct ic_sse_stream *stream = reading->stream;
    bool has_moved = reading->reached != reading->from;
    stream->is_reading = false;
    if (!stream->request) {
        free(stream);
    } else if (!reading->is_ok) {
        close_stream(stream, true); /* The client comes back, with the cursor that it has. */
    } else if (has_moved && send_read(reading) && stream->cursor < loop->streams.cursors[stream->feed]) {
        /* There is more. It is read when this has left, so that little waits for a slow reader. */
        stream->is_behind = true;
        if (unsent(stream) == 0) {
            read_on(stream);
        }
    }
    ic_buf_release(&reading->frames);
    free(reading);
}

static void run_reading(struct ic_worker_job *job)
{
    struct reading *reading = (struct reading *)(void *)((char *)job - offsetof(struct reading, job));
    const struct ic_http_feed *feed = &reading->loop->options->feeds[reading->feed];
    struct ic_err err = IC_ERR_NONE;
    reading->is_ok = feed->read(feed->context, reading->from, &reading->frames, &reading->reached, &err) == IC_OK;
    ic_http_loop_post(reading->loop, &reading->task);
}

static void read_on(struct ic_sse_stream *stream)
{
    struct reading *reading = calloc(1, sizeof *reading);
    if (!reading) {
        close_stream(stream, true);
        return;
    }
    *reading = (struct reading){.job.run = run_reading,
                                .task.run = come_back,
                                .stream = stream,
                                .loop = stream->loop,
                                .feed = stream->feed,
                                .from = stream->cursor,
                                .reached = stream->cursor};
    ic_buf_init(&reading->frames, IC_HTTP_FEED_BYTES_MAX);
    stream->is_behind = false;
    stream->is_reading = true;
    if (!ic_worker_pool_submit(stream->loop->workers, &reading->job)) {
        stream->is_reading = false;
        free(reading);
        close_stream(stream, true);
    }
}

/* ---- The loop's side. ---- */

struct ic_sse_stream *ic_sse_reserve(struct ic_http_loop *loop)
{
    struct ic_sse_streams *streams = &loop->streams;
    bool has_room = atomic_fetch_add(streams->open, 1) < streams->open_max;
    struct ic_sse_stream *stream = has_room ? calloc(1, sizeof *stream) : NULL;
    if (!stream) {
        atomic_fetch_sub(streams->open, 1);
        return NULL;
    }
    stream->loop = loop;
    stream->next = streams->first;
    if (streams->first) {
        streams->first->previous = stream;
    }
    streams->first = stream;
    return stream;
}

void ic_sse_open(struct ic_sse_stream *stream, struct ic_http_connection *connection, struct evhttp_request *request,
                 const struct ic_sse_opening *opening)
{
    stream->connection = connection;
    stream->request = request;
    stream->feed = opening->feed;
    stream->cursor = opening->cursor;
    stream->subject = opening->subject;
    stream->opened_at = now_of(stream);
    stream->drained_at = stream->opened_at;
    ic_http_connection_watch(connection, on_end, stream);
    evhttp_send_reply_start(request, 200, "OK");
    bufferevent_set_timeouts(connection->bev, NULL, NULL); /* Those of a stream are its own. */
    /* A comment first: the client learns at once that the stream is open. */
    if (send_comment(stream) && stream->cursor != stream->loop->streams.cursors[stream->feed]) {
        read_on(stream);
    }
}

void ic_sse_broadcast(struct ic_http_loop *loop, struct ic_sse_frames *frames)
{
    loop->streams.cursors[frames->feed] = frames->to;
    for (struct ic_sse_stream *stream = loop->streams.first, *next; stream; stream = next) {
        next = stream->next;
        if (stream->feed != frames->feed || stream->is_reading || stream->is_behind || stream->cursor >= frames->to) {
            continue;
        }
        if (unsent(stream) > IC_SSE_UNSENT_MAX) {
            stream->is_behind = true; /* It reads for itself what it missed, when it has read what it got. */
        } else if (stream->cursor == frames->from) {
            send_frames(stream, frames);
        } else {
            read_on(stream);
        }
    }
}

void ic_sse_tick(struct ic_http_loop *loop)
{
    int64_t now = ic_clock_monotonic_ms(&loop->options->clock);
    for (struct ic_sse_stream *stream = loop->streams.first, *next; stream; stream = next) {
        next = stream->next;
        bool is_waiting = unsent(stream) > 0;
        if (is_waiting && now - stream->drained_at >= IC_SSE_UNREAD_MS) {
            close_stream(stream, false);
        } else if (now - stream->opened_at >= IC_SSE_LIFETIME_MS ||
                   (stream->subject && stream->subject->is_over(stream->subject))) {
            close_stream(stream, true);
        } else if (!is_waiting && now - stream->sent_at >= IC_SSE_HEARTBEAT_MS) {
            send_comment(stream);
        }
    }
}

void ic_sse_close_all(struct ic_http_loop *loop)
{
    while (loop->streams.first) {
        close_stream(loop->streams.first, true);
    }
}
