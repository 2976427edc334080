/* The SQLite VFS over the simulated disks: the default one of the program, so that the product opens its databases
 * there without knowing.
 *
 * Promises: a path "/NAME" is the file NAME of the current process's disk (disk.h), whatever folders it has in it;
 * write-ahead logs work, with their index in memory that the processes share; SQLite's randomness follows from the seed
 * of vfs_reset. Waiting for a lock takes no time: nobody runs meanwhile who could give it up.
 * Threads: one. */
#ifndef SIMULATION_VFS_H
#define SIMULATION_VFS_H

#include <stdint.h>

/* Registers it; once. */
void vfs_install(void);

/* Begins a run: SQLite's random numbers start anew. */
void vfs_reset(uint64_t seed);

/* How often SQLite waited for a lock since the reset. */
int64_t vfs_waits_count(void);

#endif
