/* The pipe to the browser, and what else may wake the host: its bell, and the system's wish that it ends.
 *
 * Promises: nothing waits without hearing that the process shall end (SIGTERM, SIGINT); partial reads and writes and
 * interruptions stay in here. One channel per process.
 * Memory: fixed size; the descriptors stay the caller's. Threads: one. */
#ifndef IC_AGENT_CHANNEL_H
#define IC_AGENT_CHANNEL_H

#include "agent/frame.h"

enum {
    IC_CHANNEL_INPUT = 1, /* Bytes, or the end of the input, can be read. */
    IC_CHANNEL_BELL = 2,
    IC_CHANNEL_STOP = 4,
};

struct ic_channel {
    int in;
    int out;
    int bell; /* -1: none. */
};

/* Makes SIGTERM and SIGINT stop the channel, and SIGPIPE and SIGXFSZ mere errors. */
IC_NODISCARD enum ic_rc ic_channel_init(struct ic_channel *channel, int in, int out, struct ic_err *err);

/* Gives the signals back to the system. */
void ic_channel_release(struct ic_channel *channel);

/* What there is to do; waits until there is something if `may_wait`, else may say 0. */
unsigned ic_channel_wait(struct ic_channel *channel, bool may_wait);

/* Reads up to `size` bytes, which must be readable; 0 at the end of the input, negative on a failure. */
int64_t ic_channel_read(struct ic_channel *channel, void *at, size_t size);

/* Writes one frame; false when the browser is gone or the process shall end. */
IC_NODISCARD bool ic_channel_write_frame(struct ic_channel *channel, struct ic_str frame);

#endif
