#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 256 };

void ic_buf_init(struct ic_buf *buf, size_t size_max)
{
    *buf = (struct ic_buf){.size_max = size_max};
}

void ic_buf_release(struct ic_buf *buf)
{
    free(buf->data);
    ic_buf_init(buf, buf->size_max);
}

void ic_buf_reset(struct ic_buf *buf)
{
    buf->size = 0;
    buf->failed = IC_CODE_OK;
}

/* Makes room for `extra` bytes and returns where they go; NULL after marking the buffer failed. */
static char *reserve(struct ic_buf *buf, size_t extra)
{
    if (buf->failed != IC_CODE_OK) {
        return NULL;
    }
    if (extra > buf->size_max - buf->size) {
        buf->failed = IC_CODE_BODY_TOO_LARGE;
        return NULL;
    }
    size_t needed = buf->size + extra;
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity ? buf->capacity : CAPACITY_FIRST;
        while (capacity < needed && capacity <= buf->size_max / 2) {
            capacity *= 2;
        }
        if (capacity < needed || capacity > buf->size_max) {
            capacity = buf->size_max;
        }
        char *data = realloc(buf->data, capacity);
        if (!data) {
            buf->failed = IC_CODE_OUT_OF_MEMORY;
            return NULL;
        }
        buf->data = data;
        buf->capacity = capacity;
    }
    return buf->data + buf->size;
}

void ic_buf_put(struct ic_buf *buf, struct ic_str bytes)
{
    char *at = bytes.size ? reserve(buf, bytes.size) : NULL;
    if (at) {
        memcpy(at, bytes.data, bytes.size);
        buf->size += bytes.size;
    }
}

void ic_buf_put_char(struct ic_buf *buf, char c)
{
    ic_buf_put(buf, (struct ic_str){&c, 1});
}

void ic_buf_put_int64(struct ic_buf *buf, int64_t value)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, value);
    ic_buf_put(buf, (struct ic_str){digits, (size_t)size});
}

void ic_buf_put_format(struct ic_buf *buf, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    /* vsnprintf writes a NUL behind the text: it needs the room, but is not counted as content. */
    char *at = size < 0 ? NULL : reserve(buf, (size_t)size + 1);
    if (at) {
        vsnprintf(at, (size_t)size + 1, format, again);
        buf->size += (size_t)size;
    }
    va_end(again);
}

struct ic_str ic_buf_view(const struct ic_buf *buf)
{
    return (struct ic_str){buf->data, buf->size};
}

enum ic_rc ic_buf_check(const struct ic_buf *buf, const char *operation, struct ic_err *err)
{
    switch (buf->failed) {
    case IC_CODE_OK:
        return IC_OK;
    case IC_CODE_OUT_OF_MEMORY:
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for %zu bytes.", buf->size);
    default:
        return ic_err_set(err, buf->failed, operation, "More than %zu bytes.", buf->size_max);
    }
}

char *ic_buf_take(struct ic_buf *buf, size_t *ret_size)
{
    char *data = buf->data;
    *ret_size = buf->size;
    ic_buf_init(buf, buf->size_max);
    return data;
}
