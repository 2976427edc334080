/* The server, put together: data folder, store, services, API, HTTP.
 *
 * Promises: parts are started from the bottom up and ended from the top down, so that no part ever runs without what it
 * stands on; when ending, running requests finish and the store takes its last commits.
 * Memory: owns all it makes until ic_serve_end. Threads: begin, wait and end from the main thread. */
#ifndef IC_APP_SERVE_H
#define IC_APP_SERVE_H

#include "app/config.h"
#include "app/data_folder.h"
#include "base/secret.h"
#include "http/server.h"
#include "oidc/oidc.h"
#include "service/service.h"
#include "service/upkeep.h"

#include <pthread.h>

enum { IC_SERVE_LOOPS = 2, IC_SERVE_WORKERS = 8 };

struct ic_serve {
    struct ic_data_folder folder;
    struct ic_store *store;
    struct ic_service service;
    bool has_service;
    struct ic_oidc *oidc;
    struct ic_config config; /* Its texts are the providers' settings. */
    struct ic_http_server *server;
    struct ic_upkeep upkeep;
    pthread_mutex_t publishing; /* Guards `listening`, which the store's threads read. */
    struct ic_http_server *listening;
};

/* Starts everything; after a failure nothing is left running. */
IC_NODISCARD enum ic_rc ic_serve_begin(struct ic_serve *serve, const struct ic_config *config, struct ic_err *err);

/* Ends everything that was begun. */
void ic_serve_end(struct ic_serve *serve);

#endif
