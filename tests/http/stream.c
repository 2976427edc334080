#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TEXT_BYTES_MAX = 64 << 20 };

/* Moves what has come out of its chunks, as far as it goes. */
static void join_chunks(struct stream *stream)
{
    struct wire *wire = &stream->wire;
    while (!stream->has_ended && wire->used < wire->received.size) {
        struct ic_str rest = {wire->received.data + wire->used, wire->received.size - wire->used};
        if (stream->chunk_left > 2) {
            size_t size = stream->chunk_left - 2 < rest.size ? stream->chunk_left - 2 : rest.size;
            ic_buf_put(&stream->text, (struct ic_str){rest.data, size});
            wire->used += size;
            stream->chunk_left -= size;
        } else if (stream->chunk_left > 0) { /* The line's end behind a chunk. */
            wire->used++;
            stream->chunk_left--;
        } else {
            const char *end = memmem(rest.data, rest.size, "\r\n", 2);
            if (!end) {
                return;
            }
            size_t size = strtoul(rest.data, NULL, 16);
            wire->used += (size_t)(end + 2 - rest.data);
            stream->chunk_left = size + 2;
            stream->has_ended = size == 0;
        }
    }
    if (wire->used == wire->received.size) {
        ic_buf_reset(&wire->received);
        wire->used = 0;
    }
}

/* The next block up to an empty line; false when the stream ends before there is one. */
static bool next_block(struct stream *stream, struct ic_str *ret_block)
{
    for (;;) {
        struct ic_str rest = {stream->text.data + stream->used, stream->text.size - stream->used};
        const char *end = rest.size ? memmem(rest.data, rest.size, "\n\n", 2) : NULL;
        if (end) {
            *ret_block = (struct ic_str){rest.data, (size_t)(end - rest.data)};
            stream->used += ret_block->size + 2;
            return true;
        }
        if (stream->has_ended || !wire_read(&stream->wire)) {
            return false;
        }
        if (stream->used == stream->text.size) {
            ic_buf_reset(&stream->text);
            stream->used = 0;
        }
        join_chunks(stream);
    }
}

bool stream_open(struct stream *stream, const struct site *site, int64_t cursor)
{
    char request[160], parameter[40] = "";
    *stream = (struct stream){0};
    ic_buf_init(&stream->text, TEXT_BYTES_MAX);
    wire_open(&stream->wire, site->port);
    if (cursor >= 0) {
        snprintf(parameter, sizeof parameter, "?cursor=%lld", (long long)cursor);
    }
    int size = snprintf(request, sizeof request, "GET /api/live%s HTTP/1.1\r\nHost: %s\r\n\r\n", parameter, site->host);
    assert_true(wire_send(&stream->wire, (struct ic_str){request, (size_t)size}));
    struct wire_reply head = wire_read_head(&stream->wire);
    if (head.status != 200) {
        return false;
    }
    assert_true(ic_str_is(wire_header(&head, "Content-Type"), "text/event-stream"));
    assert_true(ic_str_is(wire_header(&head, "Cache-Control"), "no-store"));
    assert_true(ic_str_is(wire_header(&head, "X-Accel-Buffering"), "no"));
    join_chunks(stream);
    stream_expect_comment(stream);
    return true;
}

void stream_close(struct stream *stream)
{
    wire_close(&stream->wire);
    ic_buf_release(&stream->text);
}

int64_t stream_next(struct stream *stream, bool *ret_is_reset)
{
    struct ic_str block;
    do {
        if (!next_block(stream, &block)) {
            return 0;
        }
    } while (block.data[0] == ':');
    assert_true(ic_str_starts_with(block, IC_STR("id: ")));
    if (ret_is_reset) {
        *ret_is_reset = wire_holds(block, "event: reset");
    }
    return strtoll(block.data + 4, NULL, 10);
}

void stream_expect_comment(struct stream *stream)
{
    struct ic_str block;
    assert_true(next_block(stream, &block));
    assert_true(block.data[0] == ':');
}

void stream_expect_numbers(struct stream *stream, int64_t from, int64_t to)
{
    for (int64_t wanted = from + 1; wanted <= to; wanted++) {
        assert_int_equal(stream_next(stream, NULL), wanted);
    }
}
