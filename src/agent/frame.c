#include "agent/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void ic_frame_decoder_init(struct ic_frame_decoder *decoder)
{
    *decoder = (struct ic_frame_decoder){.header_size = 0};
}

void ic_frame_decoder_release(struct ic_frame_decoder *decoder)
{
    free(decoder->body);
    ic_frame_decoder_init(decoder);
}

static bool is_header_whole(const struct ic_frame_decoder *decoder)
{
    return decoder->header_size == IC_FRAME_HEADER_SIZE;
}

size_t ic_frame_decoder_want(struct ic_frame_decoder *decoder, void **ret_at)
{
    if (!is_header_whole(decoder)) {
        *ret_at = decoder->header + decoder->header_size;
        return IC_FRAME_HEADER_SIZE - decoder->header_size;
    }
    if (decoder->body_size == decoder->length) {
        return 0;
    }
    *ret_at = decoder->body + decoder->body_size;
    return decoder->length - decoder->body_size;
}

/* The header is whole: checks the length, then makes room for the body. */
static enum ic_rc begin_body(struct ic_frame_decoder *decoder, struct ic_err *err)
{
    uint32_t length;
    memcpy(&length, decoder->header, sizeof length);
    if (length > IC_LIMIT_NATIVE_FRAME_BYTES_MAX) {
        return ic_err_set(err, IC_CODE_FRAME_TOO_LARGE, "agent.frame.decode",
                          "The frame announces %lu bytes of at most %d.", (unsigned long)length,
                          IC_LIMIT_NATIVE_FRAME_BYTES_MAX);
    }
    if (length > decoder->body_capacity) {
        char *body = realloc(decoder->body, length);
        if (!body) {
            return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "agent.frame.decode", "There is no memory for %lu bytes.",
                              (unsigned long)length);
        }
        decoder->body = body;
        decoder->body_capacity = length;
    }
    decoder->length = length;
    return IC_OK;
}

enum ic_rc ic_frame_decoder_took(struct ic_frame_decoder *decoder, size_t size, struct ic_err *err)
{
    if (is_header_whole(decoder)) {
        assert(size <= decoder->length - decoder->body_size);
        decoder->body_size += size;
        return IC_OK;
    }
    assert(size <= IC_FRAME_HEADER_SIZE - decoder->header_size);
    decoder->header_size += size;
    return is_header_whole(decoder) ? begin_body(decoder, err) : IC_OK;
}

bool ic_frame_decoder_get(const struct ic_frame_decoder *decoder, struct ic_str *ret_frame)
{
    if (!is_header_whole(decoder) || decoder->body_size < decoder->length) {
        return false;
    }
    *ret_frame = (struct ic_str){decoder->body, decoder->length};
    return true;
}

void ic_frame_decoder_next(struct ic_frame_decoder *decoder)
{
    if (decoder->body_capacity > IC_FRAME_KEPT_BYTES_MAX) {
        ic_frame_decoder_release(decoder);
        return;
    }
    decoder->header_size = 0;
    decoder->body_size = 0;
    decoder->length = 0;
}

bool ic_frame_decoder_is_between(const struct ic_frame_decoder *decoder)
{
    return decoder->header_size == 0;
}

void ic_frame_header_encode(size_t size, unsigned char ret_header[IC_FRAME_HEADER_SIZE])
{
    assert(size <= IC_LIMIT_NATIVE_FRAME_BYTES_MAX);
    uint32_t length = (uint32_t)size;
    memcpy(ret_header, &length, sizeof length);
}
