/* Addresses of a provider: which may be gone to, and how ours are written.
 *
 * Promises: https, or http to this machine itself where that is allowed; no user, no password, no fragment. What
 * libcurl would go to is what is looked at. Memory: the caller's. Threads: pure. */
#ifndef IC_OIDC_ADDRESS_H
#define IC_OIDC_ADDRESS_H

#include "base/buf.h"

bool ic_oidc_address_is_safe(const char *address, bool may_be_plain);

/* Puts the value with everything but unreserved characters escaped. */
void ic_oidc_address_put_escaped(struct ic_buf *buf, struct ic_str value);

/* Puts '?', or '&' where there is a query already, then name=value, escaped. */
void ic_oidc_address_put_parameter(struct ic_buf *buf, const char *name, struct ic_str value);

/* Puts name=value of a form, escaped, behind '&' from the second one on. */
void ic_oidc_form_put(struct ic_buf *buf, const char *name, struct ic_str value);

#endif
