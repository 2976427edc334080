/* Pairing: this desktop asks a server for a code, a signed-in operator approves it there, and the desktop gets its
 * token.
 *
 * Promises: the token is told once and stored whole or not at all; it is never shown or logged.
 * Memory: the caller's. Threads: one. Waits for the person, up to the code's lifetime. */
#ifndef IC_AGENT_PAIR_H
#define IC_AGENT_PAIR_H

#include "agent/exchange.h"
#include "agent/folder.h"
#include "base/clock.h"

#include <stdio.h>

struct ic_pair_options {
    const char *url;  /* As the person typed it. */
    const char *name; /* Of this desktop; NULL: the machine's. */
    struct ic_folder folder;
    struct ic_exchange exchange;
    struct ic_clock clock;
};

/* Pairs this desktop, saying to `out` what the person is to do. Fails with one sentence in `err`. */
IC_NODISCARD enum ic_rc ic_pair(const struct ic_pair_options *options, FILE *out, struct ic_err *err);

#endif
