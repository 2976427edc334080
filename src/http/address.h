/* Where a request comes from: the peer, or who a trusted proxy says it was.
 *
 * Promises: X-Forwarded-For is believed from the networks that were named and from nobody else, and of it only what
 * such a proxy wrote: from its end, as far as the addresses are proxies of ours. What is no address is not believed.
 * Memory: fixed size; results view their arguments. Threads: pure. */
#ifndef IC_HTTP_ADDRESS_H
#define IC_HTTP_ADDRESS_H

#include "http/message.h"

enum { IC_HTTP_PROXIES_MAX = 16, IC_HTTP_ADDRESS_BYTES = 16 };

/* An address of IPv4 is the one of IPv6 that maps it. */
struct ic_http_network {
    unsigned char bytes[IC_HTTP_ADDRESS_BYTES];
    int bits;
};

struct ic_http_proxies {
    struct ic_http_network networks[IC_HTTP_PROXIES_MAX];
    size_t count;
};

/* Reads "10.0.0.0/8, ::1, 192.0.2.7"; false when one of them is no network or there are too many. */
IC_NODISCARD bool ic_http_proxies_parse(struct ic_str text, struct ic_http_proxies *ret_proxies);

/* Whether the address is one of a proxy. */
bool ic_http_proxies_has(const struct ic_http_proxies *proxies, struct ic_str address);

/* Who asks, of a request that came from `peer`. */
struct ic_str ic_http_address_of(const struct ic_http_proxies *proxies, const struct ic_http_request *request,
                                 struct ic_str peer);

/* What an address is counted as: itself, or the network of 64 bits that a site of IPv6 has for itself. */
struct ic_http_network ic_http_address_key(struct ic_str address);

#endif
