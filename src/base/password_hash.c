#include "base/password_hash.h"

#include <sodium.h>

_Static_assert(IC_PASSWORD_HASH_SIZE + 1 >= crypto_pwhash_argon2id_STRBYTES, "a hash fits");

/* What no password is checked against where there is none: any hash of today's costs does. It is the hash of 32 random
 * bytes that nobody has kept. */
static const char nobodys[] =
    "$argon2id$v=19$m=19456,t=2,p=1$Um7CayJ/NlrN99SpKLnS4w$pSi+IhKxnDx2sBtxb8l7fXLLAGKRluBiZr6/Kz1IP8I";

/* libsodium takes no NULL, not even of no bytes. */
static const char *bytes_of(struct ic_str password)
{
    return password.size > 0 ? password.data : "";
}

enum ic_rc ic_password_hash_create(struct ic_str password, struct ic_password_hash *ret_hash, struct ic_err *err)
{
    struct ic_password_hash hash = {0};
    if (crypto_pwhash_argon2id_str(hash.text, bytes_of(password), password.size, IC_PASSWORD_PASSES,
                                   IC_PASSWORD_MEMORY_BYTES) != 0) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "password_hash.create", "There is no memory for the hash.");
    }
    *ret_hash = hash;
    return IC_OK;
}

bool ic_password_hash_matches(const struct ic_password_hash *hash, struct ic_str password)
{
    bool is_none = hash->text[0] == '\0';
    bool matches =
        crypto_pwhash_argon2id_str_verify(is_none ? nobodys : hash->text, bytes_of(password), password.size) == 0;
    return matches && !is_none;
}

bool ic_password_hash_is_outdated(const struct ic_password_hash *hash)
{
    return crypto_pwhash_argon2id_str_needs_rehash(hash->text, IC_PASSWORD_PASSES, IC_PASSWORD_MEMORY_BYTES) != 0;
}
