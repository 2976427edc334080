/* UTF-8: checking, counting and cutting at whole code points (RFC 3629: no surrogates, no overlong forms).
 *
 * Memory: results view the argument. Threads: pure. */
#ifndef IC_BASE_UTF8_H
#define IC_BASE_UTF8_H

#include "base/str.h"

/* Whether every byte belongs to a well-formed code point. */
bool ic_utf8_valid(struct ic_str text);

/* Code points in `text`, which must be valid. */
size_t ic_utf8_count(struct ic_str text);

/* The first `count` code points of `text`, which must be valid. */
struct ic_str ic_utf8_prefix(struct ic_str text, size_t count);

/* The largest size that is at most `size` and does not cut a code point of `text`. */
size_t ic_utf8_floor(struct ic_str text, size_t size);

#endif
