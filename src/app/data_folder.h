/* The one folder that everything is kept in: the database and the lock of the server that serves it.
 *
 * Promises: a folder that does not exist is made for its owner alone (0700). The lock belongs to one process at a time
 * and falls with it, however it ends; its file tells the address that is served.
 * Memory: fixed size, the caller's. Threads: one. */
#ifndef IC_APP_DATA_FOLDER_H
#define IC_APP_DATA_FOLDER_H

#include "base/err.h"

#include <stddef.h>

enum { IC_DATA_FOLDER_PATH_SIZE = 1088 }; /* A setting's value and the name of a file in it. */

struct ic_data_folder {
    char database[IC_DATA_FOLDER_PATH_SIZE];
    char lock[IC_DATA_FOLDER_PATH_SIZE];
    int lock_file; /* -1: not locked. */
};

/* Makes the folder where it is missing; fails with one sentence when it cannot be written. */
IC_NODISCARD enum ic_rc ic_data_folder_init(struct ic_data_folder *folder, const char *path, struct ic_err *err);

/* As ic_data_folder_init, but fails when there is no database in it. */
IC_NODISCARD enum ic_rc ic_data_folder_init_existing(struct ic_data_folder *folder, const char *path,
                                                     struct ic_err *err);

/* Takes the lock; conflict when another process has it. */
IC_NODISCARD enum ic_rc ic_data_folder_lock(struct ic_data_folder *folder, struct ic_err *err);

/* Writes the served address into the lock's file. */
IC_NODISCARD enum ic_rc ic_data_folder_put_url(struct ic_data_folder *folder, const char *url, struct ic_err *err);

/* The address at which a running server serves this folder; false when none runs. */
bool ic_data_folder_find_url(const struct ic_data_folder *folder, char *ret_url, size_t size);

/* Gives the lock up. */
void ic_data_folder_release(struct ic_data_folder *folder);

#endif
