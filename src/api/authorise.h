/* Who asks, and whether the request comes from where it may.
 *
 * Promises: a session is known by the cookie __Host-sid alone, a desktop by its bearer token alone. A request that
 * changes something on behalf of a browser is refused unless it carries this server's exact Origin and X-InstaCRM: 1,
 * which no other site can send without asking first; that is checked before anything else. Memory: results live in the
 * request's arena. Threads: any. */
#ifndef IC_API_AUTHORISE_H
#define IC_API_AUTHORISE_H

#include "http/message.h"
#include "service/can.h"
#include "service/devices.h"
#include "service/identity.h"

#define IC_SESSION_COOKIE "__Host-sid"

/* Fails with cross_site unless a page of this server sent the request. */
IC_NODISCARD enum ic_rc ic_authorise_same_site(const struct ic_service *service, const struct ic_http_request *request,
                                               struct ic_err *err);

/* Who asks: by a bearer token where one is sent, otherwise by the session's cookie; by a cookie everything but GET and
 * HEAD comes from a page of this server. Fails with unauthenticated, invalid_token or cross_site. What they may, the
 * services decide (service/can.h). */
IC_NODISCARD enum ic_rc ic_authorise(struct ic_service *service, const struct ic_http_request *request,
                                     struct ic_asker *ret_asker, struct ic_err *err);

/* Whose browser it is, for a request by which somebody comes in. */
struct ic_visitor ic_authorise_visitor(const struct ic_http_request *request);

/* Who is signed in, for a request that only reads; fails with unauthenticated. */
IC_NODISCARD enum ic_rc ic_authorise_session(struct ic_service *service, const struct ic_http_request *request,
                                             struct ic_identity *ret_identity, struct ic_err *err);

/* As ic_authorise_session, for a request that changes something; may fail with cross_site. */
IC_NODISCARD enum ic_rc ic_authorise_change(struct ic_service *service, const struct ic_http_request *request,
                                            struct ic_identity *ret_identity, struct ic_err *err);

/* Which desktop this is; fails with unauthenticated (no token) or invalid_token. */
IC_NODISCARD enum ic_rc ic_authorise_device(struct ic_service *service, const struct ic_http_request *request,
                                            struct ic_device *ret_device, struct ic_err *err);

#endif
