#include "base/secret.h"

#include <sodium.h>

void ic_secret_create(const struct ic_rand *rand, struct ic_secret *ret_secret)
{
    unsigned char bytes[32];
    ic_rand_fill(rand, bytes, sizeof bytes);
    sodium_bin2base64(ret_secret->text, sizeof ret_secret->text, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

bool ic_secret_has_form(struct ic_str text)
{
    if (text.size != IC_SECRET_SIZE) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!known) {
            return false;
        }
    }
    return true;
}

void ic_secret_wipe(void *bytes, size_t size)
{
    sodium_memzero(bytes, size);
}
