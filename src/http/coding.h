/* Content codings: what a client takes (RFC 9110, 12.5.3), and an answer packed for it.
 *
 * Memory: texts view the header. Threads: pure, but for the response, which is its handler's. */
#ifndef IC_HTTP_CODING_H
#define IC_HTTP_CODING_H

#include "http/message.h"

enum { IC_CODING_PACK_BYTES_MIN = 1024 }; /* A smaller body fits in one packet anyway. */

/* Takes the next item off a header's list; it may be empty. */
struct ic_str ic_coding_next_item(struct ic_str *rest);

/* What the client thinks of a coding, in thousandths; `otherwise` when it does not say. */
int ic_coding_weigh(struct ic_str accept_encoding, const char *coding, int otherwise);

/* Packs the body, which is whole, with gzip, if the client would rather have it so and it is worth it. */
IC_NODISCARD enum ic_rc ic_coding_pack(const struct ic_http_request *request, struct ic_http_response *response,
                                       struct ic_err *err);

#endif
