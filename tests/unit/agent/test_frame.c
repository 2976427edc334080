#include "agent/frame.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Three frames: "{}", nothing, "hello". */
static size_t make_stream(unsigned char *bytes)
{
    static const char *const bodies[] = {"{}", "", "hello"};
    size_t size = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(bodies[i]);
        ic_frame_header_encode(length, bytes + size);
        memcpy(bytes + size + IC_FRAME_HEADER_SIZE, bodies[i], length);
        size += IC_FRAME_HEADER_SIZE + length;
    }
    return size;
}

/* Hands `bytes` over, at most `most` at a time; counts the frames and appends them with a bar behind each. */
static void feed(struct ic_frame_decoder *decoder, const unsigned char *bytes, size_t size, size_t most, char *frames)
{
    while (size > 0) {
        void *at;
        struct ic_str frame;
        size_t wanted = ic_frame_decoder_want(decoder, &at);
        assert_true(wanted > 0);
        size_t piece = wanted < most ? wanted : most;
        piece = piece < size ? piece : size;
        memcpy(at, bytes, piece);
        bytes += piece;
        size -= piece;
        assert_int_equal(ic_frame_decoder_took(decoder, piece, NULL), IC_OK);
        if (ic_frame_decoder_get(decoder, &frame)) {
            size_t used = strlen(frames);
            memcpy(frames + used, frame.size ? frame.data : "", frame.size);
            memcpy(frames + used + frame.size, "|", 2);
            ic_frame_decoder_next(decoder);
        }
    }
}

static void test_frames_come_whole_however_the_stream_is_cut(void **state)
{
    (void)state;
    unsigned char bytes[64];
    size_t size = make_stream(bytes);
    for (size_t cut = 0; cut <= size; cut++) {
        for (size_t most = 1; most <= 8; most++) {
            struct ic_frame_decoder decoder;
            char frames[64] = "";
            ic_frame_decoder_init(&decoder);
            feed(&decoder, bytes, cut, most, frames);
            feed(&decoder, bytes + cut, size - cut, most, frames);
            assert_string_equal(frames, "{}||hello|");
            assert_true(ic_frame_decoder_is_between(&decoder));
            ic_frame_decoder_release(&decoder);
        }
    }
}

static void test_the_decoder_wants_no_byte_of_the_next_frame(void **state)
{
    (void)state;
    struct ic_frame_decoder decoder;
    struct ic_str frame;
    void *at;
    unsigned char header[IC_FRAME_HEADER_SIZE];
    ic_frame_decoder_init(&decoder);
    assert_int_equal(ic_frame_decoder_want(&decoder, &at), IC_FRAME_HEADER_SIZE);
    ic_frame_header_encode(5, header);
    memcpy(at, header, sizeof header);
    assert_int_equal(ic_frame_decoder_took(&decoder, sizeof header, NULL), IC_OK);
    assert_int_equal(ic_frame_decoder_want(&decoder, &at), 5);
    memcpy(at, "abc", 3);
    assert_int_equal(ic_frame_decoder_took(&decoder, 3, NULL), IC_OK);
    assert_int_equal(ic_frame_decoder_want(&decoder, &at), 2);
    assert_false(ic_frame_decoder_get(&decoder, &frame));
    assert_false(ic_frame_decoder_is_between(&decoder));
    memcpy(at, "de", 2);
    assert_int_equal(ic_frame_decoder_took(&decoder, 2, NULL), IC_OK);
    assert_int_equal(ic_frame_decoder_want(&decoder, &at), 0);
    assert_true(ic_frame_decoder_get(&decoder, &frame));
    assert_true(ic_str_is(frame, "abcde"));
    ic_frame_decoder_release(&decoder);
}

static enum ic_rc announce(struct ic_frame_decoder *decoder, uint32_t length, struct ic_err *err)
{
    void *at;
    assert_int_equal(ic_frame_decoder_want(decoder, &at), IC_FRAME_HEADER_SIZE);
    memcpy(at, &length, sizeof length);
    return ic_frame_decoder_took(decoder, sizeof length, err);
}

static void test_a_length_over_the_limit_is_refused_before_anything_is_allocated(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {IC_LIMIT_NATIVE_FRAME_BYTES_MAX + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct ic_frame_decoder decoder;
        struct ic_err err = IC_ERR_NONE;
        ic_frame_decoder_init(&decoder);
        assert_int_equal(announce(&decoder, lengths[i], &err), IC_TOO_LARGE);
        assert_int_equal(err.code, IC_CODE_FRAME_TOO_LARGE);
        assert_null(decoder.body);
        ic_frame_decoder_release(&decoder);
    }
}

static void test_a_frame_of_exactly_the_limit_is_taken(void **state)
{
    (void)state;
    struct ic_frame_decoder decoder;
    struct ic_str frame;
    void *at;
    ic_frame_decoder_init(&decoder);
    assert_int_equal(announce(&decoder, IC_LIMIT_NATIVE_FRAME_BYTES_MAX, NULL), IC_OK);
    size_t wanted = ic_frame_decoder_want(&decoder, &at);
    assert_int_equal(wanted, IC_LIMIT_NATIVE_FRAME_BYTES_MAX);
    memset(at, 'x', wanted);
    assert_int_equal(ic_frame_decoder_took(&decoder, wanted, NULL), IC_OK);
    assert_true(ic_frame_decoder_get(&decoder, &frame));
    assert_int_equal(frame.size, IC_LIMIT_NATIVE_FRAME_BYTES_MAX);
    /* The memory of a large frame is not kept. */
    ic_frame_decoder_next(&decoder);
    assert_int_equal(decoder.body_capacity, 0);
    ic_frame_decoder_release(&decoder);
}

static void test_the_length_is_in_native_order(void **state)
{
    (void)state;
    unsigned char header[IC_FRAME_HEADER_SIZE];
    uint32_t length;
    ic_frame_header_encode(0x010203, header);
    memcpy(&length, header, sizeof length);
    assert_int_equal(length, 0x010203);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_come_whole_however_the_stream_is_cut),
        cmocka_unit_test(test_the_decoder_wants_no_byte_of_the_next_frame),
        cmocka_unit_test(test_a_length_over_the_limit_is_refused_before_anything_is_allocated),
        cmocka_unit_test(test_a_frame_of_exactly_the_limit_is_taken),
        cmocka_unit_test(test_the_length_is_in_native_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
