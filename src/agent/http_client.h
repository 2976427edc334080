/* The carrier of exchanges: HTTP by libcurl, and the only place that knows it.
 *
 * Promises: https, or http to this machine itself; no redirects; no proxy for this machine itself; bounded time and
 * size. Memory: create/destroy. Threads: one at a time, but ic_http_client_interrupt from any. Calls wait for the
 * network. */
#ifndef IC_AGENT_HTTP_CLIENT_H
#define IC_AGENT_HTTP_CLIENT_H

#include "agent/exchange.h"

enum {
    IC_HTTP_CLIENT_URL_SIZE = 256,
    IC_HTTP_CLIENT_CONNECT_MS_MAX = 5000,
    IC_HTTP_CLIENT_EXCHANGE_MS_MAX = 30000,
};

struct ic_http_client;

IC_NODISCARD enum ic_rc ic_http_client_create(struct ic_http_client **ret_client, struct ic_err *err);
void ic_http_client_destroy(struct ic_http_client *client);

struct ic_exchange ic_http_client_exchange(struct ic_http_client *client);

/* Ends the exchange that is under way and every later one: they fail with unavailable. */
void ic_http_client_interrupt(struct ic_http_client *client);

/* Takes a server's address as a person types it: scheme, host and port, nothing more; `ret_url` has no slash at its
 * end. Fails with invalid_parameter. */
IC_NODISCARD enum ic_rc ic_http_client_url_check(const char *typed, char ret_url[IC_HTTP_CLIENT_URL_SIZE],
                                                 struct ic_err *err);

#endif
