#include "agent/channel.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct ic_channel channel;
    int in[2];  /* What the channel reads. */
    int out[2]; /* What it writes. */
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && pipe(fixture->in) == 0 && pipe(fixture->out) == 0 &&
                   ic_channel_init(&fixture->channel, fixture->in[0], fixture->out[1], NULL) == IC_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    ic_channel_release(&fixture->channel);
    close(fixture->in[0]);
    close(fixture->out[1]);
    if (fixture->in[1] >= 0) {
        close(fixture->in[1]);
    }
    if (fixture->out[0] >= 0) {
        close(fixture->out[0]);
    }
    free(fixture);
    return 0;
}

struct reader {
    int fd;
    char *bytes;
    size_t size;
};

/* Reads a few bytes at a time to the end of the stream. */
static void *read_slowly(void *context)
{
    struct reader *reader = context;
    ssize_t got;
    while ((got = read(reader->fd, reader->bytes + reader->size, 777)) > 0) {
        reader->size += (size_t)got;
    }
    return NULL;
}

static void test_a_frame_larger_than_the_pipe_arrives_whole(void **state)
{
    struct fixture *fixture = *state;
    size_t size = IC_LIMIT_NATIVE_FRAME_BYTES_MAX;
    char *frame = malloc(size);
    struct reader reader = {.fd = fixture->out[0], .bytes = calloc(1, size + 4096)};
    assert_non_null(frame);
    assert_non_null(reader.bytes);
    for (size_t i = 0; i < size; i++) {
        frame[i] = (char)(i * 31 + i / 251);
    }
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_slowly, &reader), 0);
    assert_true(ic_channel_write_frame(&fixture->channel, (struct ic_str){frame, size}));
    close(fixture->out[1]);
    pthread_join(thread, NULL);
    assert_int_equal(reader.size, size + IC_FRAME_HEADER_SIZE);
    assert_memory_equal(reader.bytes + IC_FRAME_HEADER_SIZE, frame, size);
    fixture->out[1] = dup(fixture->out[0]); /* For the teardown to close. */
    free(frame);
    free(reader.bytes);
}

static void test_input_and_its_end_wake_the_channel(void **state)
{
    struct fixture *fixture = *state;
    char bytes[8];
    assert_int_equal(ic_channel_wait(&fixture->channel, false), 0);
    assert_int_equal(write(fixture->in[1], "abc", 3), 3);
    assert_int_equal(ic_channel_wait(&fixture->channel, true), IC_CHANNEL_INPUT);
    assert_int_equal(ic_channel_read(&fixture->channel, bytes, 2), 2);
    assert_int_equal(ic_channel_read(&fixture->channel, bytes, sizeof bytes), 1);
    close(fixture->in[1]);
    fixture->in[1] = -1;
    assert_int_equal(ic_channel_wait(&fixture->channel, true), IC_CHANNEL_INPUT);
    assert_int_equal(ic_channel_read(&fixture->channel, bytes, sizeof bytes), 0);
}

static void test_a_wish_to_end_wakes_the_channel(void **state)
{
    struct fixture *fixture = *state;
    raise(SIGTERM);
    assert_int_equal(ic_channel_wait(&fixture->channel, true), IC_CHANNEL_STOP);
}

static void test_a_wish_to_end_ends_a_write_that_nobody_reads(void **state)
{
    struct fixture *fixture = *state;
    size_t size = IC_LIMIT_NATIVE_FRAME_BYTES_MAX;
    char *frame = calloc(1, size);
    assert_non_null(frame);
    /* More than the pipe takes: without the wish it would wait for ever. */
    raise(SIGTERM);
    assert_false(ic_channel_write_frame(&fixture->channel, (struct ic_str){frame, size}));
    free(frame);
}

static void test_a_browser_that_is_gone_fails_the_write_and_not_the_process(void **state)
{
    struct fixture *fixture = *state;
    close(fixture->out[0]);
    fixture->out[0] = -1;
    assert_false(ic_channel_write_frame(&fixture->channel, IC_STR("{}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_frame_larger_than_the_pipe_arrives_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_input_and_its_end_wake_the_channel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_wish_to_end_wakes_the_channel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_wish_to_end_ends_a_write_that_nobody_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_browser_that_is_gone_fails_the_write_and_not_the_process, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
