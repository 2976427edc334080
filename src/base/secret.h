/* Secrets: 256 random bits, told once as text and kept only as a hash (base/hash.h).
 *
 * Promises: the text is base64url without padding, 43 characters. A secret of 256 random bits needs no slow hash.
 * Memory: fixed size, the caller's, who wipes it when it was told. Threads: pure but for the random source. */
#ifndef IC_BASE_SECRET_H
#define IC_BASE_SECRET_H

#include "base/rand.h"
#include "base/str.h"

enum { IC_SECRET_SIZE = 43 };

struct ic_secret {
    char text[IC_SECRET_SIZE + 1]; /* With a NUL behind it. */
};

void ic_secret_create(const struct ic_rand *rand, struct ic_secret *ret_secret);

/* Whether `text` has the form of a secret; says nothing of its being one of ours. */
bool ic_secret_has_form(struct ic_str text);

/* Overwrites the bytes in a way that a compiler does not leave out. */
void ic_secret_wipe(void *bytes, size_t size);

#endif
