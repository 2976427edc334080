/* The server's own address: by which browsers and desktops open it where a proxy stands before it, as AUTH_URL tells.
 *
 * Promises: https with a name or an address, and perhaps a port; http for the machine itself only, because browsers
 * keep the session's cookie nowhere else. Memory: the text is whoever's it was read from. Threads: values. */
#ifndef IC_SERVICE_OWN_ADDRESS_H
#define IC_SERVICE_OWN_ADDRESS_H

#include "base/err.h"
#include "base/str.h"

struct ic_own_address {
    struct ic_str url;  /* "https://crm.example.com"; empty: there is none but the one it listens on. */
    struct ic_str host; /* "crm.example.com", as a Host header has it. */
};

/* Reads what the settings say; an empty text is no address. Fails with a sentence for whoever started the program. */
IC_NODISCARD enum ic_rc ic_own_address_read(const char *text, struct ic_own_address *ret_own, struct ic_err *err);

/* Whether an Origin is the server itself for a request that has come to `host`: the own address under its name, and
 * plain http under the others. */
bool ic_own_address_is_origin(const struct ic_own_address *own, struct ic_str origin, struct ic_str host);

#endif
