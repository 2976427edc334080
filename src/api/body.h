/* A request's body as strictly read JSON.
 *
 * Promises: only an object is read. That the body calls itself JSON, http/guard has checked.
 * Memory: the document is tied to the request's arena. Threads: as the request's. */
#ifndef IC_API_BODY_H
#define IC_API_BODY_H

#include "base/json_read.h"
#include "domain/id.h"
#include "http/message.h"

/* Parses the body, unpacked if it is gzip, and begins to read it; fails with malformed_json, or malformed_request or
 * body_too_large of what was packed. */
IC_NODISCARD enum ic_rc ic_body_read(const struct ic_http_request *request, const char *operation,
                                     struct ic_json_reader *ret_reader, struct ic_err *err);

/* A text of at most `characters_max` code points, as bytes the reader lets through; the service counts them. */
struct ic_str ic_body_get_text(struct ic_json_reader *reader, const char *key, size_t characters_max);

/* As ic_body_get_text; a missing key gives the empty text. */
struct ic_str ic_body_find_text(struct ic_json_reader *reader, const char *key, size_t characters_max);

/* An id of that kind; refuses what has not its form. */
void ic_body_get_id(struct ic_json_reader *reader, const char *key, enum ic_id_kind kind, struct ic_id *ret_id);

/* A secret; refuses what has not its form. */
struct ic_str ic_body_get_secret(struct ic_json_reader *reader, const char *key);

/* As ic_body_get_secret; a missing key gives the empty text. */
struct ic_str ic_body_find_secret(struct ic_json_reader *reader, const char *key);

#endif
