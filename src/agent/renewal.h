/* Replacing this desktop's token from time to time (docs/sync.md, "A desktop's token").
 *
 * Promises: the next token is on disk (or in the keyring) before it is used; until then, and whenever anything fails,
 * the present one goes on. A token that a new pairing has put there meanwhile is left alone. Memory: none kept.
 * Threads: whoever holds the push lock. */
#ifndef IC_AGENT_RENEWAL_H
#define IC_AGENT_RENEWAL_H

#include "agent/exchange.h"
#include "agent/path.h"

enum { IC_RENEWAL_TRY_MS = 3600000 }; /* How often it is looked whether the token is to be replaced. */

/* Asks for the next token when the present one is older than IC_LIMIT_DEVICE_TOKEN_LIFETIME_MS, and keeps it; does
 * nothing when it is not, or there is no pairing. `ret_is_renewed` tells which. Fails with what went wrong;
 * unauthenticated when the server does not know the token. */
IC_NODISCARD enum ic_rc ic_renewal_run(const struct ic_path *folder, const struct ic_exchange *exchange, int64_t now,
                                       bool *ret_is_renewed, struct ic_err *err);

#endif
