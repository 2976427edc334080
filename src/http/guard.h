/* The door: what a connection and a request must be before anything else looks at them.
 *
 * libevent's parser is lenient: it folds lines, cuts at NULs, takes the first of two lengths, and answers what it
 * cannot read with pages of its own. So a head is read here, whole, before libevent is given its end; libevent only
 * ever sees heads that mean one thing. Every refusal closes the connection: nothing behind it can be smuggled.
 *
 * Promises, for bytes as they arrive (ic_guard_scan): lines end in CR LF, and neither stands alone; no NUL and no other
 * control; no line begins with a space; named limits on the request line and the headers.
 * For a whole head (ic_guard_read): three parts in the request line, HTTP/1.0 or 1.1; names are tokens; Host,
 * Content-Length, Transfer-Encoding, Authorization, Content-Type, Content-Encoding, Cookie, Origin and Expect at most
 * once; one valid Host, which is one of ours (a page that points its own name at us is refused: DNS rebinding); a
 * Content-Length of digits within the limit; no Transfer-Encoding; a body only where a method takes one, as JSON,
 * uncompressed; a target from '/' whose path, unescaped, is UTF-8 without controls, without a slash or backslash that
 * was escaped, and without "." and ".." segments.
 * What takes time (the deadlines of head and body) is http/connection's, with the names below.
 * Memory: views its arguments. Threads: pure. */
#ifndef IC_HTTP_GUARD_H
#define IC_HTTP_GUARD_H

#include "contract/limits.h"
#include "http/message.h"

enum {
    IC_GUARD_HEAD_MS =
        IC_LIMIT_HEAD_MS_MAX, /* A browser sends a head in one piece; a slow line needs a second or two. */
    IC_GUARD_BODY_MS = IC_LIMIT_BODY_MS_MAX, /* The largest body in 35 KB a second. */
    IC_GUARD_HEADERS_MAX = 100,
    IC_GUARD_LINE_BYTES_MAX = IC_LIMIT_TARGET_BYTES_MAX + 32, /* The request line: a method and a version are short. */
    IC_GUARD_HEAD_BYTES_MAX = IC_GUARD_LINE_BYTES_MAX + IC_LIMIT_HEADER_BYTES_MAX,
    IC_GUARD_HOSTS_MAX = 16,
    IC_GUARD_HOST_SIZE = 264, /* A name has at most 253 characters; a port follows. */
};

/* ---- The bytes of a head. ---- */

struct ic_guard_scan {
    size_t line_size;    /* Of the line that is being read, without its end. */
    size_t request_size; /* Of the request line; 0 until it is whole. */
    size_t headers_size;
    bool after_cr;
    bool is_whole;
};

/* Begins a head; zeroed memory is as good. */
void ic_guard_scan_init(struct ic_guard_scan *scan);

/* Looks at bytes that arrived, as far as the head's end; `ret_used` is how many belong to it. Fails when they may not
 * be there. */
IC_NODISCARD enum ic_rc ic_guard_scan(struct ic_guard_scan *scan, struct ic_str bytes, size_t *ret_used,
                                      struct ic_err *err);

/* ---- A whole head. ---- */

/* Names that the Host header may have, each with its port where it is not 80. */
struct ic_guard_hosts {
    char names[IC_GUARD_HOSTS_MAX][IC_GUARD_HOST_SIZE];
    size_t count;
    bool any_address; /* Listening beyond loopback: literal IP addresses are fine as well; a page cannot forge those. */
};

/* Adds a name; false when there are too many or it is too long. */
IC_NODISCARD bool ic_guard_hosts_add(struct ic_guard_hosts *hosts, const char *name);

/* What a head says beside the request. */
struct ic_guard_framing {
    size_t body_size;
    bool is_http_1_0;
    bool closes; /* The client wants no further answer on this connection, or speaks HTTP/1.0. */
};

/* Reads a head that has passed ic_guard_scan into `request` (method, path, query, headers, host), which has an arena;
 * `head` must live as long as that. Fails with the reason; `request->method` is set even then, where it is known,
 * for the answer to a HEAD has no body. */
IC_NODISCARD enum ic_rc ic_guard_read(struct ic_str head, const struct ic_guard_hosts *hosts,
                                      struct ic_http_request *request, struct ic_guard_framing *ret_framing,
                                      struct ic_err *err);

#endif
