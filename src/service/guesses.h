/* Guessing what lets somebody in: passwords, and the secrets of links and invitations.
 *
 * Promises: so many wrong guesses for an account, and from an address, are answered within IC_FAILURE_WINDOW_MS
 * (service.h), and no more; an account that does not exist counts like one that does. Memory: none kept but the
 * service's. Threads: any. */
#ifndef IC_SERVICE_GUESSES_H
#define IC_SERVICE_GUESSES_H

#include "service/service.h"

/* Fails with too_many_requests, which is counted for the audit, when the account (empty: none is named) or the address
 * has used up its guesses. */
IC_NODISCARD enum ic_rc ic_guesses_check(struct ic_service *service, struct ic_str account, struct ic_str address,
                                         const char *asked_for, struct ic_err *err);

/* Counts a wrong one, also for the audit: `asked_for` is a literal such as "sign_in". */
void ic_guesses_count(struct ic_service *service, struct ic_str account, struct ic_str address, const char *asked_for,
                      enum ic_code code);

#endif
