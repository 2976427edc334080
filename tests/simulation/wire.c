#include "wire.h"

#include <stdlib.h>
#include <string.h>

struct bytes bytes_copy(const void *data, size_t size)
{
    struct bytes bytes = {.data = malloc(size + 1), .size = size};
    if (!bytes.data) {
        abort();
    }
    if (size > 0) {
        memcpy(bytes.data, data, size);
    }
    bytes.data[size] = '\0';
    return bytes;
}

void bytes_release(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}
