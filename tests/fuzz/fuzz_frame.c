/* The decoder of native messages: bytes as a browser might send them, cut anywhere.
 *
 * The first byte says how the stream is cut, the rest is the stream. Whatever it holds, the decoder must wait, give a
 * frame or refuse; a frame's message must be read or refused with a filled error; and the frames must not depend on how
 * the stream was cut. */
#include "agent/frame.h"
#include "agent/message.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The program is wrong if `holds` is not true. */
static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

struct outcome {
    size_t frames;
    size_t bytes; /* Of all frames. */
    bool refused;
};

static void read_message(struct ic_str frame, struct ic_arena *arena)
{
    struct ic_message message;
    struct ic_op_id op_id = {.text = ""};
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_message_decode(frame, arena, &message, &op_id, &err);
    must(rc == ic_code_rc(err.code));
    if (rc == IC_OK && message.type == IC_MESSAGE_CAPTURE) {
        struct ic_hash hash;
        must(strcmp(op_id.text, message.operation.op_id.text) == 0);
        must(message.operation.message_text.size <= IC_LIMIT_MESSAGE_BYTES_MAX);
        must(ic_operation_hash(&message.operation, &hash, &err) == IC_OK);
    }
    ic_arena_reset(arena);
}

static struct outcome decode(const uint8_t *data, size_t size, size_t piece_max, struct ic_arena *arena)
{
    struct ic_frame_decoder decoder;
    struct outcome outcome = {.frames = 0};
    ic_frame_decoder_init(&decoder);
    while (size > 0 && !outcome.refused) {
        void *at;
        struct ic_str frame;
        size_t piece = ic_frame_decoder_want(&decoder, &at);
        must(piece > 0 && piece <= IC_LIMIT_NATIVE_FRAME_BYTES_MAX);
        piece = piece < piece_max ? piece : piece_max;
        piece = piece < size ? piece : size;
        memcpy(at, data, piece);
        data += piece;
        size -= piece;
        outcome.refused = ic_frame_decoder_took(&decoder, piece, NULL) != IC_OK;
        if (!outcome.refused && ic_frame_decoder_get(&decoder, &frame)) {
            outcome.frames++;
            outcome.bytes += frame.size;
            if (arena) {
                read_message(frame, arena);
            }
            ic_frame_decoder_next(&decoder);
        }
    }
    ic_frame_decoder_release(&decoder);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    must(arena != NULL);
    struct outcome whole = decode(data + 1, size - 1, SIZE_MAX, arena);
    struct outcome cut = decode(data + 1, size - 1, (size_t)data[0] + 1, NULL);
    must(whole.frames == cut.frames && whole.bytes == cut.bytes && whole.refused == cut.refused);
    ic_arena_destroy(arena);
    return 0;
}
