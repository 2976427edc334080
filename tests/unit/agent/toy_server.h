/* A small real HTTP server for tests: real sockets, one request per connection, answered by a function.
 *
 * Promises: listens on 127.0.0.1 only; after toy_server_stop nobody listens and the same port can be taken again.
 * Memory: create/destroy by start/stop. Threads: one of its own, in which `answer` runs. */
#ifndef IC_TEST_TOY_SERVER_H
#define IC_TEST_TOY_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { TOY_BODY_MAX = 2 * 1024 * 1024, TOY_PATH_MAX = 256, TOY_HEAD_MAX = 8 * 1024 };

struct toy_request {
    char method[16];
    char path[TOY_PATH_MAX];
    char token[64]; /* Empty: none. */
    char *body;     /* With a NUL behind. */
    size_t body_size;
};

struct toy_response {
    int status;
    const char *type;    /* NULL: application/json. */
    const char *headers; /* More header lines, each with its end; NULL: none. */
    char *body;          /* To be freed by the server; NULL: empty. */
    bool silent;         /* Say nothing until the server stops. */
};

struct toy_server {
    int listener;
    int port;
    int stop_pipe[2];
    pthread_t thread;
    void (*answer)(void *context, const struct toy_request *request, struct toy_response *response);
    void *context;
};

/* Begins to listen on `port`, or on any free one if it is 0. */
void toy_server_start(struct toy_server *server, int port,
                      void (*answer)(void *context, const struct toy_request *request, struct toy_response *response),
                      void *context);
void toy_server_stop(struct toy_server *server);

/* "http://127.0.0.1:PORT"; `ret_url` has room for 64. */
void toy_server_url(const struct toy_server *server, char ret_url[64]);

#endif
