/* Native messaging frames: a length of four bytes in native byte order, then that many bytes of JSON.
 *
 * Promises: the decoder says how many bytes it wants and never takes more, so it cannot read into the next frame; a
 * length over IC_LIMIT_NATIVE_FRAME_BYTES_MAX is refused before anything is allocated; no bytes can make it do
 * anything but wait, give a frame or refuse. After a refusal the stream cannot be trusted: a wrong length leaves no way
 * to find the next frame. Memory: the decoder owns one body; a frame is viewed until the next `ic_frame_decoder_next`.
 * Threads: one at a time. It does no I/O: agent/channel.h moves the bytes. */
#ifndef IC_AGENT_FRAME_H
#define IC_AGENT_FRAME_H

#include "base/err.h"
#include "base/str.h"
#include "contract/limits.h"

enum {
    IC_FRAME_HEADER_SIZE = 4,
    IC_FRAME_KEPT_BYTES_MAX = 64 * 1024, /* Of a body's memory, between frames. */
};

struct ic_frame_decoder {
    unsigned char header[IC_FRAME_HEADER_SIZE];
    size_t header_size;
    char *body;
    size_t body_capacity;
    size_t body_size; /* Bytes that came so far. */
    size_t length;    /* Announced; of meaning once the header is whole. */
};

void ic_frame_decoder_init(struct ic_frame_decoder *decoder);
void ic_frame_decoder_release(struct ic_frame_decoder *decoder);

/* Where the next bytes go, and how many are wanted; 0 when a frame is whole. */
size_t ic_frame_decoder_want(struct ic_frame_decoder *decoder, void **ret_at);

/* Says that `size` bytes, at most as many as were wanted, were put there; fails with frame_too_large or
 * out_of_memory, after which only release may follow. */
IC_NODISCARD enum ic_rc ic_frame_decoder_took(struct ic_frame_decoder *decoder, size_t size, struct ic_err *err);

/* Whether a frame is whole, and its bytes; it may be empty. */
bool ic_frame_decoder_get(const struct ic_frame_decoder *decoder, struct ic_str *ret_frame);

/* Forgets the whole frame and waits for the next one. */
void ic_frame_decoder_next(struct ic_frame_decoder *decoder);

/* Whether the stream may end here without anything being cut off. */
bool ic_frame_decoder_is_between(const struct ic_frame_decoder *decoder);

/* Writes the header of a frame of `size` bytes. */
void ic_frame_header_encode(size_t size, unsigned char ret_header[IC_FRAME_HEADER_SIZE]);

#endif
