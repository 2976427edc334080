/* base64url without padding (RFC 4648, section 5).
 *
 * Promises: bytes have one text and a text has one meaning: what was not written by the writer is refused.
 * Memory: the caller's. Threads: pure. */
#ifndef IC_BASE_BASE64URL_H
#define IC_BASE_BASE64URL_H

#include "base/str.h"

/* Characters that `size` bytes become, without the NUL behind them. */
#define IC_BASE64URL_SIZE(size) (((size)*4 + 2) / 3)

/* Writes the text and a NUL; `ret_text` has room for IC_BASE64URL_SIZE(bytes.size) + 1. */
void ic_base64url_write(struct ic_str bytes, char *ret_text);

/* Reads a text into at most `size_max` bytes; false when it is none or longer. */
bool ic_base64url_read(struct ic_str text, char *bytes, size_t size_max, size_t *ret_size);

#endif
