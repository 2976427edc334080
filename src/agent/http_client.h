/* The carrier of exchanges, and of the server's stream of news: HTTP by libcurl, which is loaded by
 * the first exchange.
 *
 * Promises: https, or http to this machine itself; no redirects; no proxy for this machine itself; bounded time and
 * size. The stream goes on during exchanges and waits; one that is silent for IC_HTTP_CLIENT_SILENCE_MS_MAX is closed.
 * Memory: create/destroy. Threads: one at a time, but ic_http_client_interrupt and _wake from any. Calls wait for the
 * network. */
#ifndef IC_AGENT_HTTP_CLIENT_H
#define IC_AGENT_HTTP_CLIENT_H

#include "agent/exchange.h"
#include "agent/server_url.h"
#include "base/clock.h"

enum {
    IC_HTTP_CLIENT_CONNECT_MS_MAX = 5000,
    IC_HTTP_CLIENT_EXCHANGE_MS_MAX = 30000,
    IC_HTTP_CLIENT_SILENCE_MS_MAX = 45000, /* Three heartbeats of the server's. */
};

struct ic_http_client;

/* `clock` must outlive it. */
IC_NODISCARD enum ic_rc ic_http_client_create(const struct ic_clock *clock, struct ic_http_client **ret_client,
                                              struct ic_err *err);
void ic_http_client_destroy(struct ic_http_client *client);

/* Whether an exchange or a stream was ever begun: before that there is nothing that a wait could hear. */
bool ic_http_client_has_begun(const struct ic_http_client *client);

struct ic_exchange ic_http_client_exchange(struct ic_http_client *client);

/* Ends the exchange or wait that is under way and every later one: they fail with unavailable. */
void ic_http_client_interrupt(struct ic_http_client *client);

/* Ends the wait that is under way, or else the next one. */
void ic_http_client_wake(struct ic_http_client *client);

enum ic_http_stream { IC_HTTP_STREAM_CLOSED, IC_HTTP_STREAM_OPENING, IC_HTTP_STREAM_OPEN };

/* Opens the stream of news at request's path, in place of an open one. */
IC_NODISCARD enum ic_rc ic_http_client_listen(struct ic_http_client *client, const struct ic_exchange_request *request,
                                              struct ic_err *err);

/* Closes the stream, if there is one. */
void ic_http_client_hang_up(struct ic_http_client *client);

enum ic_http_stream ic_http_client_stream(const struct ic_http_client *client);

/* How many cursor events came since it was asked last. */
unsigned ic_http_client_take_events(struct ic_http_client *client);

/* Waits for up to `wait_ms` (negative: for as long as it takes) until an event came, the stream opened or closed, or
 * somebody wakes; may return early. */
void ic_http_client_wait(struct ic_http_client *client, int64_t wait_ms);

/* Takes a server's address as a person types it: scheme, host and port, nothing more; `ret_url` has no slash at its
 * end. Fails with invalid_parameter. */
IC_NODISCARD enum ic_rc ic_http_client_url_check(const char *typed, char ret_url[IC_SERVER_URL_SIZE],
                                                 struct ic_err *err);

#endif
