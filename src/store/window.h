/* What the team did within a window of time, out of the roll-ups.
 *
 * Promises: costs the width of the window, not the age of the team; a milestone counts where a target reached it for
 * the first time ever. Memory: none kept. Threads: as the transaction's. */
#ifndef IC_STORE_WINDOW_H
#define IC_STORE_WINDOW_H

#include "store/store.h"

struct ic_window {
    int64_t from;  /* The beginning of a quarter of an hour. */
    int64_t until; /* Not included. */
    int64_t messages;
    int64_t contacted; /* Targets that got their first message. */
    int64_t replied;   /* Targets that reached the status, as the next three. */
    int64_t warm;
    int64_t booked;
    int64_t paid;
};

/* Of the quarters of an hour that begin in the window; `from` is rounded down to one; 0 <= from <= until. */
IC_NODISCARD enum ic_rc ic_store_window_get(struct ic_store_tx *tx, int64_t from, int64_t until,
                                            struct ic_window *ret_window, struct ic_err *err);

#endif
