/* What setting out to a provider and coming back have in common.
 *
 * Memory: results live in the request's arena. Threads: the request's. */
#ifndef IC_API_PROVIDER_WAY_H
#define IC_API_PROVIDER_WAY_H

#include "http/message.h"
#include "oidc/oidc.h"
#include "service/service.h"

#define IC_PROVIDER_COOKIE "__Host-provider"

/* The address by which browsers come back from that provider: the one that was set up, else by the name that this
 * request was sent to, which http/guard found to be ours. */
IC_NODISCARD enum ic_rc ic_provider_way_back(const struct ic_service *service, const struct ic_http_request *request,
                                             size_t index, struct ic_str *ret_address, struct ic_err *err);

/* Logs why somebody was refused. */
void ic_provider_log_refused(const struct ic_service *service, const struct ic_http_request *request, size_t index,
                             enum ic_oidc_reason reason);

#endif
