/* Live streams: everybody gets everything once and in order, whoever does not read is dropped, and nothing outlives its
 * end. */
#include "site.h"
#include "stream.h"

#include "http/sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { STREAMS = 200, EARLIER = 1000 };

static void test_a_broadcast_reaches_every_stream(void **state)
{
    struct site *site = *state;
    static struct stream streams[STREAMS];
    int64_t begin = atomic_load(&site->newest);
    for (int i = 0; i < STREAMS; i++) {
        assert_true(stream_open(&streams[i], site, -1));
    }
    int reads = atomic_load(&site->reads);
    site_publish(site, 1);
    for (int i = 0; i < STREAMS; i++) {
        stream_expect_numbers(&streams[i], begin, begin + 1);
    }
    /* Read once for all of them, and perhaps again to see that there is no more. */
    assert_true(atomic_load(&site->reads) - reads <= 2);
    site_publish(site, 250);
    for (int i = 0; i < STREAMS; i++) {
        stream_expect_numbers(&streams[i], begin + 1, begin + 251);
        stream_close(&streams[i]);
    }
}

static void test_a_stream_resumes_behind_its_cursor(void **state)
{
    struct site *site = *state;
    struct stream stream;
    site_publish(site, EARLIER);
    int64_t newest = atomic_load(&site->newest);
    assert_true(stream_open(&stream, site, newest - EARLIER));
    stream_expect_numbers(&stream, newest - EARLIER, newest);
    site_publish(site, 3);
    stream_expect_numbers(&stream, newest, newest + 3);
    stream_close(&stream);
}

static void test_a_stream_passes_what_nobody_is_shown(void **state)
{
    struct site *site = *state;
    struct stream stream;
    site_publish(site, EARLIER);
    site_await_feed(site); /* What the server has read before it is muted, it would send. */
    int64_t newest = atomic_load(&site->newest);
    atomic_store(&site->muted, newest - 10);
    assert_true(stream_open(&stream, site, newest - EARLIER));
    stream_expect_numbers(&stream, newest - 10, newest);
    atomic_store(&site->muted, newest + 300);
    site_publish(site, 310);
    stream_expect_numbers(&stream, newest + 300, newest + 310);
    stream_close(&stream);
}

static void test_a_cursor_from_elsewhere_is_reset(void **state)
{
    struct site *site = *state;
    struct stream stream;
    bool is_reset = false;
    int64_t newest = atomic_load(&site->newest);
    assert_true(stream_open(&stream, site, newest + 1000000));
    assert_int_equal(stream_next(&stream, &is_reset), newest);
    assert_true(is_reset);
    site_publish(site, 1);
    stream_expect_numbers(&stream, newest, newest + 1);
    stream_close(&stream);
}

static void *publish(void *argument)
{
    struct site *site = argument;
    for (int i = 0; i < 400; i++) {
        site_publish(site, 1 + i % 7);
        if (i % 10 == 0) {
            site_assert_alive(site);
        }
    }
    return NULL;
}

static void test_streams_that_come_while_events_do_miss_none_and_get_none_twice(void **state)
{
    enum { COUNT = 60 };
    struct site *site = *state;
    static struct stream streams[COUNT];
    int64_t cursors[COUNT];
    pthread_t thread;
    site_publish(site, EARLIER);
    assert_int_equal(pthread_create(&thread, NULL, publish, site), 0);
    for (int i = 0; i < COUNT; i++) {
        /* From far behind to level, from all sides of what is just being sent. */
        int64_t newest = atomic_load(&site->newest);
        cursors[i] = i % 3 == 0 ? newest : newest - i * 16;
        assert_true(stream_open(&streams[i], site, cursors[i]));
    }
    pthread_join(thread, NULL);
    int64_t newest = atomic_load(&site->newest);
    for (int i = 0; i < COUNT; i++) {
        stream_expect_numbers(&streams[i], cursors[i], newest);
        stream_close(&streams[i]);
    }
}

static void test_a_stream_far_behind_is_given_what_it_takes_and_no_more(void **state)
{
    struct site *site = *state;
    struct stream stream;
    atomic_store(&site->filler, 8000);
    site_publish(site, 3000); /* 24 MB: more than all buffers on the way hold. */
    site_await_feed(site);    /* The server's own reading of it is over, and not counted. */
    int64_t newest = atomic_load(&site->newest);
    int reads = atomic_load(&site->reads);
    assert_true(stream_open(&stream, site, newest - 3000));
    site_assert_alive(site);
    assert_true(atomic_load(&site->reads) - reads < 3000 / IC_HTTP_FEED_BATCH);
    stream_expect_numbers(&stream, newest - 3000, newest);
    atomic_store(&site->filler, 0);
    site_publish(site, 1);
    stream_expect_numbers(&stream, newest, newest + 1);
    stream_close(&stream);
}

static void test_a_reader_that_does_not_read_is_dropped_and_delays_nobody(void **state)
{
    enum { SILENT = 20, ROUNDS = 30, PER_ROUND = 100, FILLER = 8000 };
    struct site *site = *state;
    struct stream reader;
    struct wire silent[SILENT];
    char request[128];
    int size = snprintf(request, sizeof request, "GET /api/live HTTP/1.1\r\nHost: %s\r\n\r\n", site->host);
    for (int i = 0; i < SILENT; i++) {
        wire_open_narrow(&silent[i], site->port);
        assert_true(wire_send(&silent[i], (struct ic_str){request, (size_t)size}));
        assert_int_equal(wire_read_head(&silent[i]).status, 200);
    }
    int64_t newest = atomic_load(&site->newest);
    assert_true(stream_open(&reader, site, newest));
    atomic_store(&site->filler, FILLER);
    for (int i = 0; i < ROUNDS; i++, newest += PER_ROUND) {
        site_publish(site, PER_ROUND);
        stream_expect_numbers(&reader, newest, newest + PER_ROUND);
    }
    atomic_store(&site->filler, 0);
    site_pass(site, IC_SSE_UNREAD_MS);
    stream_expect_comment(&reader); /* The clock was looked at; who reads is still there. */
    for (int i = 0; i < SILENT; i++) {
        wire_read_end(&silent[i]); /* There is an end, long before all has come. */
        assert_true(silent[i].received.size < ROUNDS * PER_ROUND * FILLER / 2);
        wire_close(&silent[i]);
    }
    stream_close(&reader);
}

static void test_a_slow_reader_gets_everything(void **state)
{
    enum { ROUNDS = 30, PER_ROUND = 100 };
    struct site *site = *state;
    struct stream stream;
    int64_t newest = atomic_load(&site->newest);
    assert_true(stream_open(&stream, site, newest));
    atomic_store(&site->filler, 8000);
    for (int i = 0; i < ROUNDS; i++) {
        /* Each round is sent before the stream has read the last one. */
        site_publish(site, PER_ROUND);
        site_await_feed(site);
        stream_expect_numbers(&stream, newest + i * 10, newest + i * 10 + 10);
    }
    /* Little of it waits in the server: the stream reads for itself what it missed. */
    int reads = atomic_load(&site->reads);
    stream_expect_numbers(&stream, newest + ROUNDS * 10, newest + ROUNDS * PER_ROUND);
    assert_true(atomic_load(&site->reads) - reads > 3);
    atomic_store(&site->filler, 0);
    stream_close(&stream);
}

static void test_a_silent_stream_has_a_heartbeat(void **state)
{
    struct site *site = *state;
    struct stream stream;
    assert_true(stream_open(&stream, site, -1));
    for (int i = 0; i < 3; i++) {
        site_pass(site, IC_SSE_HEARTBEAT_MS);
        stream_expect_comment(&stream);
    }
    stream_close(&stream);
}

static void test_a_stream_ends_in_time_and_in_form(void **state)
{
    struct site *site = *state;
    struct stream stream;
    assert_true(stream_open(&stream, site, -1));
    site_pass(site, IC_SSE_LIFETIME_MS);
    assert_int_equal(stream_next(&stream, NULL), 0);
    assert_true(stream.has_ended);
    wire_read_end(&stream.wire);
    stream_close(&stream);
}

static void test_a_client_that_speaks_on_a_stream_is_ended(void **state)
{
    struct site *site = *state;
    struct stream stream;
    assert_true(stream_open(&stream, site, -1));
    wire_send(&stream.wire, IC_STR("GET /healthz HTTP/1.1\r\n"));
    assert_int_equal(stream_next(&stream, NULL), 0);
    stream_close(&stream);
    site_assert_alive(site);
}

static void test_a_stream_in_http_1_0_has_no_chunks(void **state)
{
    struct site *site = *state;
    struct wire wire;
    char request[128];
    int size = snprintf(request, sizeof request, "GET /api/live HTTP/1.0\r\nHost: %s\r\n\r\n", site->host);
    wire_open(&wire, site->port);
    assert_true(wire_send(&wire, (struct ic_str){request, (size_t)size}));
    struct wire_reply head = wire_read_head(&wire);
    assert_int_equal(head.status, 200);
    assert_int_equal(wire_header(&head, "Transfer-Encoding").size, 0);
    site_pass(site, IC_SSE_LIFETIME_MS);
    wire_read_end(&wire);
    assert_true(ic_str_is((struct ic_str){wire.received.data + wire.used, wire.received.size - wire.used}, ":\n\n"));
    wire_close(&wire);
}

static void test_news_that_could_not_be_read_is_read_again(void **state)
{
    struct site *site = *state;
    struct stream stream;
    int64_t newest = atomic_load(&site->newest);
    assert_true(stream_open(&stream, site, newest));
    atomic_store(&site->fails, 1);
    site_publish(site, 1);
    stream_expect_numbers(&stream, newest, newest + 1);
    stream_close(&stream);
}

static void test_a_stream_that_cannot_catch_up_is_closed(void **state)
{
    struct site *site = *state;
    struct stream stream;
    site_publish(site, 10);
    struct stream witness; /* Shows that the broadcast has been read, so that the failure is the stream's. */
    int64_t newest = atomic_load(&site->newest);
    assert_true(stream_open(&witness, site, newest - 1));
    stream_expect_numbers(&witness, newest - 1, newest);
    site_publish(site, 1);
    stream_expect_numbers(&witness, newest, newest + 1);
    site_await_feed(site);
    atomic_store(&site->fails, 1);
    assert_true(stream_open(&stream, site, newest - 5));
    assert_int_equal(stream_next(&stream, NULL), 0);
    stream_close(&stream);
    stream_close(&witness);
}

static void test_a_stream_too_many_is_told_so_and_a_closed_one_makes_room(void **state)
{
    enum { LIMIT = 20 };
    struct ic_http_server_options options = {.loops = 2, .workers = 2, .limits = {.streams = LIMIT}};
    struct site site;
    struct stream streams[LIMIT], extra;
    (void)state;
    site_init(&site, &options);
    for (int i = 0; i < LIMIT; i++) {
        assert_true(stream_open(&streams[i], &site, -1));
    }
    assert_false(stream_open(&extra, &site, -1));
    stream_close(&extra);
    for (int i = 0; i < LIMIT; i++) {
        ic_buf_release(&streams[i].text);
        wire_reset(&streams[i].wire);
    }
    /* The server notices without having anything to send; when it notices. */
    for (int i = 0; i < LIMIT; i++) {
        while (!stream_open(&streams[i], &site, -1)) {
            stream_close(&streams[i]);
        }
    }
    for (int i = 0; i < LIMIT; i++) {
        stream_close(&streams[i]);
    }
    site_destroy(&site);
}

static void test_stopping_ends_streams_in_form_whatever_goes_on(void **state)
{
    enum { COUNT = 50 };
    static struct stream streams[COUNT];
    struct site site;
    pthread_t thread;
    (void)state;
    for (int round = 0; round < 5; round++) {
        site_init(&site, NULL);
        atomic_store(&site.newest, 5000);
        for (int i = 0; i < COUNT; i++) {
            /* Some are level, some far behind, some have just gone. */
            assert_true(stream_open(&streams[i], &site, i % 2 ? 5000 : 100 * i));
        }
        assert_int_equal(pthread_create(&thread, NULL, publish, &site), 0);
        for (int i = 0; i < COUNT; i += 5) {
            stream_close(&streams[i]);
        }
        pthread_join(thread, NULL);
        site_publish(&site, 1);
        site_destroy(&site);
        for (int i = 0; i < COUNT; i++) {
            if (i % 5 != 0) {
                while (stream_next(&streams[i], NULL) != 0) {
                }
                assert_true(streams[i].has_ended);
                stream_close(&streams[i]);
            }
        }
    }
}

static int begin(void **state)
{
    static struct site site;
    site_init(&site, NULL);
    *state = &site;
    return 0;
}

static int end(void **state)
{
    site_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_broadcast_reaches_every_stream),
        cmocka_unit_test(test_a_stream_resumes_behind_its_cursor),
        cmocka_unit_test(test_a_stream_passes_what_nobody_is_shown),
        cmocka_unit_test(test_a_cursor_from_elsewhere_is_reset),
        cmocka_unit_test(test_streams_that_come_while_events_do_miss_none_and_get_none_twice),
        cmocka_unit_test(test_a_stream_far_behind_is_given_what_it_takes_and_no_more),
        cmocka_unit_test(test_a_reader_that_does_not_read_is_dropped_and_delays_nobody),
        cmocka_unit_test(test_a_slow_reader_gets_everything),
        cmocka_unit_test(test_a_silent_stream_has_a_heartbeat),
        cmocka_unit_test(test_a_stream_ends_in_time_and_in_form),
        cmocka_unit_test(test_a_client_that_speaks_on_a_stream_is_ended),
        cmocka_unit_test(test_a_stream_in_http_1_0_has_no_chunks),
        cmocka_unit_test(test_news_that_could_not_be_read_is_read_again),
        cmocka_unit_test(test_a_stream_that_cannot_catch_up_is_closed),
        cmocka_unit_test(test_a_stream_too_many_is_told_so_and_a_closed_one_makes_room),
        cmocka_unit_test(test_stopping_ends_streams_in_form_whatever_goes_on),
    };
    return cmocka_run_group_tests_name("streams", tests, begin, end);
}
