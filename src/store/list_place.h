/* A place in a list: the keys of the row that the next page lies behind.
 *
 * Promises: a list uses the keys that it is sorted by, and leaves the others 0 or empty.
 * Memory: a value. Threads: pure. */
#ifndef IC_STORE_LIST_PLACE_H
#define IC_STORE_LIST_PLACE_H

#include "domain/id.h"

enum { IC_LIST_KEY_BYTES_MAX = 128 };

struct ic_list_place {
    int64_t number;
    char text[IC_LIST_KEY_BYTES_MAX + 1]; /* With a NUL behind it; no control characters. */
    struct ic_id id;
};

#endif
