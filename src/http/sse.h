/* Live streams of one loop: Server-Sent Events out of the feeds.
 *
 * A stream is *level* when it stands where the loop's last broadcast ended; then the next broadcast is sent to it. One
 * that is not, or for which too much waits already, reads the feed for itself, on workers, a batch whenever the last
 * one has left, until it is level.
 *
 * Promises: a stream sees every event behind its cursor once and in order, whichever way it comes; what waits for a
 * slow reader is bounded (IC_SSE_UNSENT_MAX and one block, which is shared), and a reader that does not read is dropped
 * after IC_SSE_UNREAD_MS; neither delays anybody; a stream ends after IC_SSE_LIFETIME_MS, so that its client asks again
 * and is authorised again, and soon after its subject says that it is over; one whose client has gone is gone at once.
 * Memory: streams are the loop's; a block of frames
 * is counted and shared by all streams of all loops. Threads: a loop's streams belong to its thread; frames may be
 * released on any. */
#ifndef IC_HTTP_SSE_H
#define IC_HTTP_SSE_H

#include "http/connection.h"
#include "http/feed.h"

enum {
    IC_SSE_STREAMS_MAX = 1000,   /* Of a server: 25 operators with 40 tabs each; 5 KB each. Beyond, 503. */
    IC_SSE_UNSENT_MAX = 65536,   /* Bytes that may wait for a reader when more comes, beside the kernel's buffers. */
    IC_SSE_UNREAD_MS = 30000,    /* For which something may wait for a reader. */
    IC_SSE_HEARTBEAT_MS = 15000, /* Proxies end what is silent for a minute. */
    IC_SSE_LIFETIME_MS = 15 * 60 * 1000,
};

/* Events between two cursors, ready to send. */
struct ic_sse_frames {
    atomic_int holders;
    int feed;
    int64_t from;
    int64_t to;
    char *data;
    size_t size;
};

/* Takes the buffer's bytes over; NULL when memory ran out. One holder. */
struct ic_sse_frames *ic_sse_frames_create(int feed, int64_t from, int64_t to, struct ic_buf *buf);

void ic_sse_frames_hold(struct ic_sse_frames *frames);
void ic_sse_frames_release(struct ic_sse_frames *frames);

struct ic_sse_stream;
struct ic_http_loop;

struct ic_sse_streams {
    struct ic_sse_stream *first;
    atomic_int *open; /* Streams of all loops. */
    int open_max;
    int64_t cursors[IC_HTTP_FEEDS_MAX]; /* Of each feed's last broadcast. */
};

/* Makes room for a stream; NULL when there are too many or memory ran out. */
struct ic_sse_stream *ic_sse_reserve(struct ic_http_loop *loop);

/* What a stream begins with. */
struct ic_sse_opening {
    int feed;
    int64_t cursor;
    struct ic_http_subject *subject; /* The stream's from now on; NULL: none. */
};

/* Makes the request, whose answer's headers are set, a stream. */
void ic_sse_open(struct ic_sse_stream *stream, struct ic_http_connection *connection, struct evhttp_request *request,
                 const struct ic_sse_opening *opening);

/* Sends a broadcast to every stream of its feed that is level; one that is not yet, will be. */
void ic_sse_broadcast(struct ic_http_loop *loop, struct ic_sse_frames *frames);

/* Heartbeats and lifetimes; called several times a second. */
void ic_sse_tick(struct ic_http_loop *loop);

/* Ends all. */
void ic_sse_close_all(struct ic_http_loop *loop);

#endif
