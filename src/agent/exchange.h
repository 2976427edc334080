/* A request to the server and its answer, whoever carries it.
 *
 * Promises: the uplink knows the network only by this; agent/http_client.h is the carrier of the product, tests and
 * simulations bring their own.
 * Memory: the answer's body belongs to whoever began the answer. Threads: as the carrier says. */
#ifndef IC_AGENT_EXCHANGE_H
#define IC_AGENT_EXCHANGE_H

#include "base/buf.h"
#include "contract/limits.h"

enum {
    IC_EXCHANGE_ANSWER_BYTES_MAX = IC_LIMIT_PULL_BYTES_MAX, /* Unpacked. */
    IC_EXCHANGE_RETRY_AFTER_MS_MAX = 5 * 60 * 1000,         /* A server that names more is asked again all the same. */
};

struct ic_exchange_request {
    const char *server_url; /* As ic_http_client_url_check gave it. */
    const char *path;       /* "/api/v1/..." */
    const char *token;      /* NULL: none. */
    struct ic_str body;     /* JSON to POST; empty: GET. */
    bool is_packed;         /* The body is gzip. */
};

struct ic_exchange_answer {
    int status;
    bool is_problem;        /* The body says that it is application/problem+json. */
    int64_t retry_after_ms; /* 0: none was named. */
    struct ic_buf body;
};

/* Fails with unavailable or timeout when there was no whole answer; any status is an answer. */
struct ic_exchange {
    enum ic_rc (*run)(void *context, const struct ic_exchange_request *request, struct ic_exchange_answer *ret_answer,
                      struct ic_err *err);
    void *context;
};

void ic_exchange_answer_init(struct ic_exchange_answer *answer);
void ic_exchange_answer_release(struct ic_exchange_answer *answer);

#endif
