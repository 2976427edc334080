/* The door: what a connection and a request must be before anything else looks at them.
 *
 * libevent's parser is lenient; everything that it lets through and RFC 9112 does not is refused here, and every
 * refusal closes the connection, so that nothing that follows on it can be smuggled.
 *
 * Promises, for the bytes of a head, as they arrive and before libevent's parser sees them (ic_guard_scan): a request
 * line of three parts, a known method and a version; no NUL, no folded line, no carriage return inside a line; names
 * that are tokens; named limits on the target, the head and the announced body; a complete head within
 * IC_GUARD_HEAD_MS and a complete body within IC_GUARD_BODY_MS, however slowly they drip. For a parsed request
 * (ic_guard_check): HTTP/1.0 or 1.1; a known method; names that are tokens and values without controls; Host,
 * Content-Length, Transfer-Encoding, Authorization, Content-Type, Cookie and Origin at most once; one valid Host, which
 * is one of ours (a page that points its own name at us is refused: DNS rebinding); a Content-Length of digits; no
 * Transfer-Encoding; a body only where a method takes one, and as JSON; a target from '/' whose path has no escaped
 * slash or NUL, no "." and no ".." segment.
 * Memory: views its arguments. Threads: pure; a struct ic_guard_scan belongs to its loop. */
#ifndef IC_HTTP_GUARD_H
#define IC_HTTP_GUARD_H

#include "http/message.h"

enum {
    IC_GUARD_HEAD_MS = 20000,
    IC_GUARD_BODY_MS = 30000,
    IC_GUARD_HOSTS_MAX = 16,
    IC_GUARD_HOST_SIZE = 264,
};

/* ---- The bytes of heads. ---- */

enum ic_guard_phase { IC_GUARD_IDLE, IC_GUARD_HEAD, IC_GUARD_BODY };

struct ic_guard_scan {
    enum ic_guard_phase phase;
    bool is_first_line;
    bool has_length; /* Content-Length and ... */
    bool has_coding; /* ... Transfer-Encoding: together they are two opinions on where the body ends. */
    size_t head_size;
    struct ic_buf line; /* What has come of the line that is being read. */
};

/* Begins a connection, or the next request on it. */
void ic_guard_scan_init(struct ic_guard_scan *scan);
void ic_guard_scan_next(struct ic_guard_scan *scan);
void ic_guard_scan_release(struct ic_guard_scan *scan);

/* Looks at bytes that arrived: IC_CODE_OK, or why the head may not go on. Bytes behind a head are taken as its body
 * until ic_guard_scan_next says that the request is whole. */
enum ic_code ic_guard_scan(struct ic_guard_scan *scan, const unsigned char *bytes, size_t size);

/* ---- A parsed request. ---- */

/* Names that the Host header may have, each with its port where it is not 80. */
struct ic_guard_hosts {
    char names[IC_GUARD_HOSTS_MAX][IC_GUARD_HOST_SIZE];
    size_t count;
    bool any_address; /* Listening beyond loopback: literal IP addresses are fine as well; a page cannot forge those. */
};

/* Adds a name; false when there are too many or it is too long. */
bool ic_guard_hosts_add(struct ic_guard_hosts *hosts, const char *name);

struct ic_guard_request {
    const char *method; /* NULL: one that libevent does not know. */
    int major;
    int minor;
    struct ic_str target;
    const struct ic_http_header *headers;
    size_t headers_count;
    size_t body_size;
};

/* Fails with the reason; on IC_OK `ret_path` and `ret_query` view the target and `ret_host` a header. */
IC_NODISCARD enum ic_rc ic_guard_check(const struct ic_guard_request *request, const struct ic_guard_hosts *hosts,
                                       struct ic_str *ret_path, struct ic_str *ret_query, struct ic_str *ret_host,
                                       struct ic_err *err);

#endif
