/* Failures as application/problem+json (RFC 9457).
 *
 * Promises: the only place that turns a code into a status; `detail` and `field` never leave for `internal`,
 * `corrupt` and `unavailable`; each failure is logged once, here, with the request's id. Memory: writes into the
 * response's buffer. Threads: any. */
#ifndef IC_HTTP_PROBLEM_H
#define IC_HTTP_PROBLEM_H

#include "http/message.h"

/* Replaces whatever the response held with the problem, its status and the headers that go with it. */
void ic_http_problem_write(struct ic_http_response *response, const struct ic_err *err, struct ic_str request_id);

/* Writes the problem's object; for a body that carries several, such as a push's results. */
struct ic_json_writer;
void ic_http_problem_put(struct ic_json_writer *writer, const struct ic_err *err, struct ic_str request_id);

#endif
