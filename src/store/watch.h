/* Tells of changes that other processes have committed to the same database.
 *
 * Promises: within IC_STORE_POLL_MS of a commit that appended to the change feed (at once where the engine can tell),
 * `changed` is called, on the watch's thread, without locks held; it may be called for a commit of this process too.
 * While nobody answers it tries again every IC_STORE_REOPEN_MS.
 * Memory: owns its thread and one reading connection. Threads: create and destroy from one. */
#ifndef IC_STORE_WATCH_H
#define IC_STORE_WATCH_H

#include "store/driver.h"

struct ic_watch;

/* Starts the thread. The database must outlive it. */
IC_NODISCARD enum ic_rc ic_watch_create(struct ic_database *database, void (*changed)(void *context), void *context,
                                        struct ic_watch **ret_watch, struct ic_err *err);

/* Ends the thread; NULL is accepted. */
void ic_watch_destroy(struct ic_watch *watch);

#endif
