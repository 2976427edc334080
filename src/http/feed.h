/* Where the events of live streams come from, and whom a stream is for.
 *
 * Promises: `read` appends the Server-Sent Events that lie behind `cursor` to `frames`, each complete, at most
 * IC_HTTP_FEED_BATCH of them, and tells how far it came (`cursor` itself when nothing lies behind it; further without
 * an event when nobody is shown what does). A cursor that cannot be followed gives one `reset` event and the newest
 * cursor. Memory: the caller's. Threads: called on workers and on a thread of the server, several at a time. */
#ifndef IC_HTTP_FEED_H
#define IC_HTTP_FEED_H

#include "base/buf.h"

enum { IC_HTTP_FEED_BATCH = 100, IC_HTTP_FEED_BYTES_MAX = 1 << 20, IC_HTTP_FEEDS_MAX = 2 };

struct ic_http_feed {
    enum ic_rc (*read)(void *context, int64_t cursor, struct ic_buf *frames, int64_t *ret_cursor, struct ic_err *err);
    /* The newest cursor, from which broadcasts begin. */
    enum ic_rc (*newest)(void *context, int64_t *ret_cursor, struct ic_err *err);
    void *context;
};

/* Whom a stream is for, where that can end. A handler makes one and hands it over with its response. */
struct ic_http_subject {
    /* Whether the stream is to end; asked several times a second, on a loop: it must not wait. */
    bool (*is_over)(struct ic_http_subject *subject);
    /* Takes the subject back: its stream has ended, or never began. Called once, on any thread. */
    void (*ended)(struct ic_http_subject *subject);
};

#endif
