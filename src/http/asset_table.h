/* The embedded web app's files: constant data that tools/embed makes at build time.
 *
 * Promises: sorted by path; variants are there only when they are worth their while. Memory and threads: constants. */
#ifndef IC_HTTP_ASSET_TABLE_H
#define IC_HTTP_ASSET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct ic_asset_bytes {
    const unsigned char *data; /* NULL: there is no such variant. */
    size_t size;
};

struct ic_asset {
    const char *path;         /* "/index.html" */
    const char *content_type; /* With its charset where it has one. */
    const char *etag;         /* Quoted, of the identity's SHA-256. */
    bool is_immutable;        /* Its name holds a hash of its content. */
    struct ic_asset_bytes identity;
    struct ic_asset_bytes gzip;
    struct ic_asset_bytes brotli;
};

extern const struct ic_asset ic_assets[];
extern const size_t ic_assets_count;

#endif
