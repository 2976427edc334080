#include "base/base64url.h"

#include <sodium.h>

void ic_base64url_write(struct ic_str bytes, char *ret_text)
{
    sodium_bin2base64(ret_text, IC_BASE64URL_SIZE(bytes.size) + 1, (const unsigned char *)bytes.data, bytes.size,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool ic_base64url_read(struct ic_str text, char *bytes, size_t size_max, size_t *ret_size)
{
    size_t size = 0;
    const char *end = NULL;
    if (sodium_base642bin((unsigned char *)bytes, size_max, text.data, text.size, NULL, &size, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        end != text.data + text.size) {
        return false;
    }
    *ret_size = size;
    return true;
}
