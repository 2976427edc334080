/* The embedded web app, answered from memory.
 *
 * Promises: a path is looked up in the table and nowhere else; a page's path that is no file gives index.html, a file
 * under /assets/ that is none gives nothing; the variant is the best that Accept-Encoding allows.
 * Memory and threads: constant data; pure. */
#ifndef IC_HTTP_ASSETS_H
#define IC_HTTP_ASSETS_H

#include "http/asset_table.h"
#include "http/message.h"

struct ic_asset_answer {
    int status; /* 200 or 304. */
    const struct ic_asset *asset;
    struct ic_asset_bytes bytes;
    const char *content_encoding; /* NULL: identity. */
    char etag[64];                /* Of the variant: two variants are two representations. */
};

/* False when the path has no file. */
bool ic_asset_find(const struct ic_asset *assets, size_t assets_count, struct ic_str path,
                   struct ic_str accept_encoding, struct ic_str if_none_match, struct ic_asset_answer *ret_answer);

#endif
