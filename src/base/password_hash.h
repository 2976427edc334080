/* Passwords as they are kept: Argon2id, in libsodium's own text form, which names its costs.
 *
 * Promises: costs are IC_PASSWORD_PASSES over IC_PASSWORD_MEMORY_BYTES, what OWASP asks for at least; a hash of other
 * costs is still checked and said to be outdated. The salt is libsodium's own randomness.
 * Memory: fixed size; the work takes IC_PASSWORD_MEMORY_BYTES for as long as it lasts, tens of milliseconds: bound how
 * many do it at once. Threads: pure but for the salt. */
#ifndef IC_BASE_PASSWORD_HASH_H
#define IC_BASE_PASSWORD_HASH_H

#include "base/err.h"
#include "base/str.h"

enum {
    IC_PASSWORD_PASSES = 2,
    IC_PASSWORD_MEMORY_BYTES = 19 * 1024 * 1024,
    IC_PASSWORD_HASH_SIZE = 127, /* libsodium's longest. */
};

struct ic_password_hash {
    char text[IC_PASSWORD_HASH_SIZE + 1]; /* With a NUL behind it; empty: no password. */
};

/* Fails with out_of_memory. */
IC_NODISCARD enum ic_rc ic_password_hash_create(struct ic_str password, struct ic_password_hash *ret_hash,
                                                struct ic_err *err);

/* Whether the password is the hash's. An empty hash is no password's, and finding that out takes no less work. */
bool ic_password_hash_matches(const struct ic_password_hash *hash, struct ic_str password);

/* Whether the hash was made at other costs than today's. */
bool ic_password_hash_is_outdated(const struct ic_password_hash *hash);

#endif
