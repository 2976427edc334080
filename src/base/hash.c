#include "base/hash.h"

#include <sodium.h>

void ic_hash_of(struct ic_str bytes, struct ic_hash *ret_hash)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)bytes.data, bytes.size);
    sodium_bin2hex(ret_hash->text, sizeof ret_hash->text, digest, sizeof digest);
}

bool ic_hash_equal(const struct ic_hash *left, const struct ic_hash *right)
{
    return sodium_memcmp(left->text, right->text, sizeof left->text) == 0;
}
