/* SHA-256 of bytes, as lower-case hex text.
 *
 * Memory: fixed size, the caller's. Threads: pure. */
#ifndef IC_BASE_HASH_H
#define IC_BASE_HASH_H

#include "base/str.h"

enum { IC_HASH_SIZE = 64 };

struct ic_hash {
    char text[IC_HASH_SIZE + 1]; /* With a NUL behind it. */
};

void ic_hash_of(struct ic_str bytes, struct ic_hash *ret_hash);

/* Takes the same time wherever the first difference is. */
bool ic_hash_equal(const struct ic_hash *left, const struct ic_hash *right);

#endif
