/* A server's address as device.json keeps it, and where a token may go.
 *
 * Promises: an address that is safe is a scheme, a host and perhaps a port, nothing more, and the scheme is https, or
 * http to this machine itself. Memory: none. Threads: any. */
#ifndef IC_AGENT_SERVER_URL_H
#define IC_AGENT_SERVER_URL_H

#include <stdbool.h>

enum { IC_SERVER_URL_SIZE = 256 }; /* With the NUL. */

/* Whether a token may be sent there. */
bool ic_server_url_is_safe(const char *url);

#endif
