/* A growable run of bytes with a ceiling given at birth.
 *
 * Promises: never grows past its ceiling; once an append failed (ceiling or memory) the buffer stays failed and further
 * appends do nothing, so that a writer checks once, at the end.
 * Memory: owns its bytes until ic_buf_release or ic_buf_take. Threads: one at a time. */
#ifndef IC_BASE_BUF_H
#define IC_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct ic_buf {
    char *data;
    size_t size;
    size_t capacity;
    size_t size_max;
    enum ic_code failed; /* IC_CODE_OK, IC_CODE_BODY_TOO_LARGE or IC_CODE_OUT_OF_MEMORY. */
};

/* Makes an empty buffer that will hold at most `size_max` bytes; allocates nothing yet. */
void ic_buf_init(struct ic_buf *buf, size_t size_max);

/* Frees the bytes; the buffer is empty and usable again. */
void ic_buf_release(struct ic_buf *buf);

/* Forgets the bytes and a failure, keeps the memory. */
void ic_buf_reset(struct ic_buf *buf);

void ic_buf_put(struct ic_buf *buf, struct ic_str bytes);
void ic_buf_put_char(struct ic_buf *buf, char c);
void ic_buf_put_int64(struct ic_buf *buf, int64_t value);
void ic_buf_put_format(struct ic_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Views what was put in; valid until the next put. */
struct ic_str ic_buf_view(const struct ic_buf *buf);

/* IC_OK, or why an append failed. */
IC_NODISCARD enum ic_rc ic_buf_check(const struct ic_buf *buf, const char *operation, struct ic_err *err);

/* Hands the bytes over to the caller, who frees them with free(); the buffer is empty. NULL when nothing was put. */
char *ic_buf_take(struct ic_buf *buf, size_t *ret_size);

#endif
