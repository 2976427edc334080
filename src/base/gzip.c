#include "base/gzip.h"

#include <limits.h>
#include <zlib.h>

enum {
    GZIP_WINDOW_BITS = 15 + 16, /* The largest window, and gzip's head instead of zlib's. */
    MEMORY_LEVEL = 8,
    BLOCK_SIZE = 16 * 1024,
};

static enum ic_rc failed(int native, const char *operation, struct ic_err *err)
{
    if (native == Z_MEM_ERROR) {
        return ic_err_set_native(err, IC_CODE_OUT_OF_MEMORY, operation, native, true, "There is no memory.");
    }
    return ic_err_set_native(err, IC_CODE_MALFORMED_REQUEST, operation, native, false, "The body is no gzip.");
}

/* A stream that reads `bytes`, whose size its counter must hold. */
static bool begin(z_stream *stream, struct ic_str bytes)
{
    *stream = (z_stream){.next_in = (z_const Bytef *)(uintptr_t)bytes.data, .avail_in = (uInt)bytes.size};
    return bytes.size <= UINT_MAX;
}

/* Runs the stream to its end, block by block; Z_STREAM_END when it got there. */
static int run(z_stream *stream, int (*work)(z_stream *stream, int flush), int flush, struct ic_buf *buf)
{
    unsigned char block[BLOCK_SIZE];
    int native = Z_OK;
    while (native == Z_OK && buf->failed == IC_CODE_OK) {
        stream->next_out = block;
        stream->avail_out = sizeof block;
        native = work(stream, flush);
        ic_buf_put(buf, (struct ic_str){(const char *)block, sizeof block - stream->avail_out});
    }
    return native;
}

enum ic_rc ic_gzip_pack(struct ic_str bytes, struct ic_buf *buf, struct ic_err *err)
{
    static const char operation[] = "base.gzip.pack";
    z_stream stream;
    if (!begin(&stream, bytes) || deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                                               MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        return failed(Z_MEM_ERROR, operation, err);
    }
    (void)run(&stream, deflate, Z_FINISH, buf);
    deflateEnd(&stream);
    return ic_buf_check(buf, operation, err);
}

enum ic_rc ic_gzip_unpack(struct ic_str bytes, struct ic_buf *buf, struct ic_err *err)
{
    static const char operation[] = "base.gzip.unpack";
    z_stream stream;
    if (!begin(&stream, bytes) || inflateInit2(&stream, GZIP_WINDOW_BITS) != Z_OK) {
        return failed(Z_MEM_ERROR, operation, err);
    }
    int native = run(&stream, inflate, Z_NO_FLUSH, buf);
    bool whole = native == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    enum ic_rc rc = ic_buf_check(buf, operation, err);
    return rc == IC_OK && !whole ? failed(native, operation, err) : rc;
}
