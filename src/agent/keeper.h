/* When the ledger is to be backed up and tidied: at most once an hour, after a quiet minute, and only when there is
 * something new.
 *
 * Promises: asks for no wakeup while nothing has changed. Memory: values. Threads: the ledger's. */
#ifndef IC_AGENT_KEEPER_H
#define IC_AGENT_KEEPER_H

#include "agent/ledger_backup.h"

enum {
    IC_KEEPER_QUIET_MS = 60 * 1000,
    IC_KEEPER_INTERVAL_MS = 60 * 60 * 1000,
    IC_KEEPER_FOREVER = -1,
};

struct ic_keeper {
    const struct ic_folder *folder;
    const struct ic_clock *clock;
    int64_t kept_at_ms;    /* Monotonic; 0: not yet in this process. */
    int64_t changed_at_ms; /* When something was seen to have changed last. */
    bool is_dirty;         /* Something has, since it was kept. */
};

/* Something was captured, settled or pulled. */
void ic_keeper_changed(struct ic_keeper *keeper);

/* Does what is due, and says how long nothing is; IC_KEEPER_FOREVER: until something changes. */
int64_t ic_keeper_work(struct ic_keeper *keeper, struct ic_ledger *ledger);

#endif
