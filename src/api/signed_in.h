/* Being signed in, on the wire: the Session body and its cookie.
 *
 * Memory: headers live in the request's arena. Threads: as the response's. */
#ifndef IC_API_SIGNED_IN_H
#define IC_API_SIGNED_IN_H

#include "http/message.h"
#include "service/identity.h"

/* Writes the Session body. */
void ic_signed_in_write(struct ic_http_response *response, const struct ic_identity *identity);

/* Sets the session's cookie. */
IC_NODISCARD enum ic_rc ic_signed_in_set_cookie(const struct ic_http_request *request,
                                                struct ic_http_response *response, const struct ic_secret *session,
                                                struct ic_err *err);

/* Answers somebody who has come in: the cookie, which is wiped here, and the body. */
IC_NODISCARD enum ic_rc ic_signed_in_answer(const struct ic_http_request *request, struct ic_http_response *response,
                                            int status, const struct ic_identity *identity, struct ic_secret *session,
                                            struct ic_err *err);

/* Has the browser forget the cookie. */
void ic_signed_in_clear_cookie(struct ic_http_response *response);

#endif
