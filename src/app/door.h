/* The settings of the door: how many connections and requests, how long they may take, which proxies are
 * believed, and the address by which they are asked.
 *
 * Memory: fixed size, the caller's. Threads: one. */
#ifndef IC_APP_DOOR_H
#define IC_APP_DOOR_H

#include "app/config.h"
#include "http/server.h"
#include "service/own_address.h"

struct ic_door {
    struct ic_http_limits limits;
    struct ic_http_proxies proxies;
    struct ic_own_address own_address; /* Borrowed from the settings. */
    int requests_of_one;               /* A person's, a desktop's or an API token's, in a second. */
};

/* Reads them; fails with a sentence for whoever started the program. */
IC_NODISCARD enum ic_rc ic_door_read(const struct ic_config *config, struct ic_door *ret_door, struct ic_err *err);

#endif
