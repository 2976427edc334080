/* What differs between systems: where folders are, who may read a file, locks between processes. platform_posix.c is
 * Linux and macOS; a port writes this file's other half, bell's, channel's and child's.
 *
 * Promises: a file is written whole or not at all and survives a crash; nothing of ours is readable by another user.
 * Memory: the caller's. Threads: any, but for locks: one thread each. */
#ifndef IC_AGENT_PLATFORM_H
#define IC_AGENT_PLATFORM_H

#include "agent/path.h"
#include "base/buf.h"
#include "base/clock.h"

#include <pthread.h>

/* The agent's data: $INSTACRM_AGENT_DATA, $XDG_DATA_HOME/instacrm-agent or ~/.local/share/instacrm-agent. */
IC_NODISCARD enum ic_rc ic_platform_data_folder(struct ic_path *ret_path, struct ic_err *err);

/* Where browsers keep their profiles: $XDG_CONFIG_HOME or ~/.config. */
IC_NODISCARD enum ic_rc ic_platform_config_folder(struct ic_path *ret_path, struct ic_err *err);

/* This program's own file. */
IC_NODISCARD enum ic_rc ic_platform_executable(struct ic_path *ret_path, struct ic_err *err);

/* The machine's name, or "desktop". */
void ic_platform_host_name(char *ret_name, size_t size);

/* The machine's clocks. The monotonic one goes on while the machine sleeps, and names the boot that it counts from. */
struct ic_clock ic_platform_clock(void);

/* Gives memory back that was freed, after something large. */
void ic_platform_memory_trim(void);

/* Lets time pass. */
void ic_platform_pause_ms(int64_t pause_ms);

/* What is wrong with who may use a file or folder. */
enum ic_platform_access { IC_ACCESS_PRIVATE, IC_ACCESS_MISSING, IC_ACCESS_OPEN, IC_ACCESS_FOREIGN };

/* Whether only this user may use it. */
enum ic_platform_access ic_platform_access_get(const struct ic_path *path);

/* Takes every other user's rights away. */
IC_NODISCARD enum ic_rc ic_platform_access_close(const struct ic_path *path, struct ic_err *err);

bool ic_platform_exists(const struct ic_path *path);

/* Whether it is a program that this user may run. */
bool ic_platform_is_program(const struct ic_path *path);

/* Makes a folder and those above it; one that is there is left as it is. `is_private` folders are for this user only.
 */
IC_NODISCARD enum ic_rc ic_platform_folder_make(const struct ic_path *path, bool is_private, struct ic_err *err);

/* Removes a folder if nothing is in it; says whether it did. */
bool ic_platform_folder_remove_empty(const struct ic_path *path);

/* Appends the file to `buf`, whose ceiling bounds it; fails with not_found. With `is_private` a file that another user
 * owns or may use is refused with forbidden. */
IC_NODISCARD enum ic_rc ic_platform_file_read(const struct ic_path *path, bool is_private, struct ic_buf *buf,
                                              struct ic_err *err);

/* Replaces the file, or leaves it as it was. */
IC_NODISCARD enum ic_rc ic_platform_file_write(const struct ic_path *path, struct ic_str bytes, bool is_private,
                                               struct ic_err *err);

/* Gives a file another name, in place of what has that name; survives a crash. Fails with not_found. */
IC_NODISCARD enum ic_rc ic_platform_file_rename(const struct ic_path *from, const struct ic_path *to,
                                                struct ic_err *err);

/* Copies a file of this user's to a new one for this user only, whole and durable. */
IC_NODISCARD enum ic_rc ic_platform_file_copy(const struct ic_path *from, const struct ic_path *to, struct ic_err *err);

/* Removes a file; fails with not_found. */
IC_NODISCARD enum ic_rc ic_platform_file_remove(const struct ic_path *path, struct ic_err *err);

/* A lock between processes: it ends with the process, however that ends. */
struct ic_platform_lock {
    int fd;
};

IC_NODISCARD enum ic_rc ic_platform_lock_open(const struct ic_path *path, struct ic_platform_lock *ret_lock,
                                              struct ic_err *err);

/* Takes the lock if nobody has it. */
bool ic_platform_lock_try(struct ic_platform_lock *lock);

/* Waits until nobody has the lock for himself, and shares it with others who do this; false as below. */
bool ic_platform_lock_share(struct ic_platform_lock *lock);

/* Waits for the lock; false when ic_platform_interrupt ended the waiting, or the system has no lock to give. */
bool ic_platform_lock_take(struct ic_platform_lock *lock);

void ic_platform_lock_close(struct ic_platform_lock *lock);

/* Lets ic_platform_interrupt end a waiting thread's wait instead of the process; call it before threads start. */
void ic_platform_interrupt_init(void);

/* Ends a wait for a lock if the thread is in one now; to be repeated until it has noticed. */
void ic_platform_interrupt(pthread_t thread);

#endif
