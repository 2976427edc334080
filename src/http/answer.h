/* From a response to what stands on the wire.
 *
 * Promises: every answer carries the security headers, a Date and, unless it says otherwise itself, Cache-Control:
 * no-store; an answer to HEAD has the length of its body and not the body.
 * Memory: as each function says. Threads: the loop's. */
#ifndef IC_HTTP_ANSWER_H
#define IC_HTTP_ANSWER_H

#include "http/message.h"

#include <event2/http.h>

struct ic_http_answer {
    const struct ic_http_response *response; /* Its body is not looked at. */
    struct ic_str body;                      /* Must live until it is sent ... */
    void *owned;                             /* ... unless this is freed then; NULL: constant data. */
    struct ic_arena *arena;                  /* For what is needed until the function returns. */
    bool is_head;
    bool closes; /* The connection ends behind it. */
};

/* Has libevent send the answer; a request whose client has gone is freed. Takes `owned`. */
void ic_http_answer_send(struct evhttp_request *request, const struct ic_http_answer *answer);

/* Puts the head of an event stream, which libevent then begins. */
void ic_http_answer_begin_stream(struct evhttp_request *request, const struct ic_http_answer *answer);

/* Writes the whole answer as bytes; what does not go through libevent. */
void ic_http_answer_write(const struct ic_http_answer *answer, struct ic_buf *bytes);

#endif
