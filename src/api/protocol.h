/* The protocol that a desktop speaks.
 *
 * Threads: pure. */
#ifndef IC_API_PROTOCOL_H
#define IC_API_PROTOCOL_H

#include "base/err.h"

#include <stdint.h>

/* Fails with unsupported_protocol, and says which side is to be updated; `field` is where the request says it. */
IC_NODISCARD enum ic_rc ic_protocol_check(int64_t protocol, const char *field, struct ic_err *err);

#endif
