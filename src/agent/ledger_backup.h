/* The ledger's backup, and what happens when the ledger is damaged.
 *
 * Promises: a backup is checked before it takes the last one's place. A damaged ledger is set aside whole, never thrown
 * away; the backup takes its place, with every operation on top that can still be read from the damaged file; what the
 * server had taken is sent again, and the replica is fetched anew. A crash anywhere leaves nothing half: the next to
 * open the ledger finishes the work. While it lasts nobody else opens the ledger. Memory: the caller's. Threads: one;
 * several processes may try at once. */
#ifndef IC_AGENT_LEDGER_BACKUP_H
#define IC_AGENT_LEDGER_BACKUP_H

#include "agent/folder.h"
#include "agent/ledger.h"

/* Copies what cannot be fetched again (the outbox, the link, whom not to contact) into the backup's file. */
IC_NODISCARD enum ic_rc ic_ledger_back_up(struct ic_ledger *ledger, const struct ic_folder *folder, struct ic_err *err);

/* Opens the folder's ledger as ic_ledger_create does; restores a damaged one. With `is_suspect` the whole file is
 * checked, since something was found to be wrong with it. */
IC_NODISCARD enum ic_rc ic_ledger_open(const struct ic_folder *folder, const struct ic_clock *clock, bool is_suspect,
                                       struct ic_ledger **ret_ledger, struct ic_err *err);

#endif
