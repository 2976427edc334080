/* The agent's data folder: what stands where in it.
 *
 * Promises: the folder is for this user only when it is used: a looser mode is tightened, another user's is refused.
 * Memory: values. Threads: pure but for the file system. */
#ifndef IC_AGENT_FOLDER_H
#define IC_AGENT_FOLDER_H

#include "agent/path.h"

struct ic_folder {
    struct ic_path path;      /* device.json is here. */
    struct ic_path ledger;    /* ledger.db */
    struct ic_path backup;    /* ledger.backup.db */
    struct ic_path draft;     /* ledger.draft.db: a backup or a restored ledger in the making. */
    struct ic_path restoring; /* ledger.restoring: names the damaged file while a ledger is restored. */
    struct ic_path lock;      /* uplink.lock: who holds it syncs. */
    struct ic_path opening;   /* ledger.lock: shared while a ledger is opened, held while one is restored. */
    struct ic_path bells;     /* bells/ */
};

/* Names everything in the folder at `path`; touches nothing. */
IC_NODISCARD enum ic_rc ic_folder_at(const struct ic_path *path, struct ic_folder *ret_folder, struct ic_err *err);

/* Names everything in this user's; touches nothing. */
IC_NODISCARD enum ic_rc ic_folder_find(struct ic_folder *ret_folder, struct ic_err *err);

/* Makes what is missing; fails with ledger_full or ledger_unwritable, or with forbidden when it is another user's. */
IC_NODISCARD enum ic_rc ic_folder_make(const struct ic_folder *folder, struct ic_err *err);

#endif
