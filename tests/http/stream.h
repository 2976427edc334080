/* A reader of a live stream: a wire that follows GET /api/live and hands out its events' numbers.
 *
 * Memory: a stream owns its wire. Threads: one at a time. */
#ifndef TEST_STREAM_H
#define TEST_STREAM_H

#include "site.h"
#include "wire.h"

struct stream {
    struct wire wire;
    struct ic_buf text; /* Without chunks. */
    size_t used;
    size_t chunk_left; /* Of the chunk that is being read. */
    bool has_ended;    /* The last chunk came. */
};

/* Opens a stream behind `cursor` (-1: the newest) and reads its head and first comment; false when it is refused. */
bool stream_open(struct stream *stream, const struct site *site, int64_t cursor);
void stream_close(struct stream *stream);

/* The next event's number, waiting for it; 0 when the stream ends instead. `ret_is_reset` may be NULL. */
int64_t stream_next(struct stream *stream, bool *ret_is_reset);

/* Waits for a comment, which must be the next that comes. */
void stream_expect_comment(struct stream *stream);

/* Fails the test unless exactly the numbers behind `from` up to `to` come next. */
void stream_expect_numbers(struct stream *stream, int64_t from, int64_t to);

#endif
