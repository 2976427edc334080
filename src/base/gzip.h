/* gzip (RFC 1952), of whole bodies.
 *
 * Promises: what is unpacked never grows past the buffer's ceiling, however little it was packed; bytes behind the
 * first member, or missing ones, are refused. Memory: the caller's buffer, and some 300 KiB while a call lasts.
 * Threads: pure. */
#ifndef IC_BASE_GZIP_H
#define IC_BASE_GZIP_H

#include "base/buf.h"

/* Appends `bytes`, packed, to `buf`; fails with body_too_large or out_of_memory. */
IC_NODISCARD enum ic_rc ic_gzip_pack(struct ic_str bytes, struct ic_buf *buf, struct ic_err *err);

/* Appends what `bytes` hold, unpacked, to `buf`; fails with malformed_request, body_too_large or out_of_memory. */
IC_NODISCARD enum ic_rc ic_gzip_unpack(struct ic_str bytes, struct ic_buf *buf, struct ic_err *err);

#endif
