/* A machine's disk and the processes that use it, in memory.
 *
 * What a process writes is at once there for every process of the machine, and is durable when the file was synced. A
 * process can be killed, and a machine can lose its power, at any call that changes the disk: before it, in the middle
 * of it, or after a number of them. When a process is killed, what it wrote stays. When the power goes, each file keeps
 * what was durable, and of what was not each sector of DISK_SECTOR_SIZE bytes is there, is not there or is torn; a file
 * that was made or removed, and a length that was changed, may have stayed as they were.
 *
 * A dead process is abandoned without leaks: every further call of it fails and changes nothing, so that the code of
 * the product unwinds by itself and is then closed as usual. Nobody else may run before that is done, because what it
 * shares with them in memory is put back then.
 * The SQLite VFS over these disks is vfs.h. Memory: create/destroy; running out of it ends the program. Threads: one.
 */
#ifndef SIMULATION_DISK_H
#define SIMULATION_DISK_H

#include "draw.h"
#include "image.h"

enum {
    DISK_SECTOR_SIZE = 512,
    DISK_NAME_SIZE = 128,
    DISK_FILES_COUNT_MAX = 16,
    DISK_SHARED_SLOTS_COUNT = 8, /* Locks of a write-ahead log's index. */
    DISK_SHARED_REGIONS_COUNT_MAX = 64,
    DISK_UNBOUNDED = -1,
};

enum death {
    DEATH_KILLED,     /* The process alone. */
    DEATH_POWER_LOST, /* Every process of the machine. */
};

struct disk;

/* A running program. */
struct process {
    struct disk *disk;
    bool is_dead;
    /* Changing calls until it dies; negative: it is not going to. */
    int64_t calls_left;
    enum death death;
    uint64_t death_seed;
};

/* An open file of a process. */
struct handle {
    struct handle *next; /* Of the same file. */
    struct process *process;
    struct file *file;
    int lock;                 /* SQLITE_LOCK_... */
    unsigned shared_locks;    /* Of the log's index, a bit for each slot: held with others ... */
    unsigned exclusive_locks; /* ... and alone. */
    bool has_memory;          /* Has the index mapped. */
};

struct file {
    char name[DISK_NAME_SIZE]; /* Empty: a place that is free, or a file without a name. */
    bool is_there;
    bool is_there_durably;
    struct image now;
    struct image durable;
    struct handle *handles;
    /* The index of a write-ahead log: memory that the processes share. */
    void *regions[DISK_SHARED_REGIONS_COUNT_MAX];
    void *saved_regions[DISK_SHARED_REGIONS_COUNT_MAX]; /* As they were when a process died. */
    int region_size;
};

struct disk {
    struct file files[DISK_FILES_COUNT_MAX];
    int64_t capacity;    /* Bytes of all files together, or DISK_UNBOUNDED. */
    int64_t calls_count; /* Changing calls so far. */
};

struct disk *disk_create(void);
/* No handle may be open. NULL is accepted. */
void disk_destroy(struct disk *disk);

/* The file of that name; NULL when there is none. */
struct file *disk_find(struct disk *disk, const char *name);
/* As disk_find, made when it is missing; NULL when there are too many. */
struct file *disk_get(struct disk *disk, const char *name);

/* The bytes of all files. */
int64_t disk_used(const struct disk *disk);

/* Makes `disk`, which nobody uses, a durable copy of what `from` has now. */
void disk_copy(struct disk *disk, const struct disk *from);

void process_init(struct process *process, struct disk *disk);

/* Lets it die at the call that changes the disk after `calls` others; `seed` decides how exactly. */
void process_die_after(struct process *process, int64_t calls, enum death death, uint64_t seed);

/* Lets it die now. */
void process_die(struct process *process, enum death death, uint64_t seed);

/* The process whose code runs now: files are opened as it. NULL: none. */
void process_enter(struct process *process);
struct process *process_current(void);

/* ---- For the VFS. ---- */

enum disk_result { DISK_OK, DISK_DEAD, DISK_FULL };

struct handle *handle_open(struct file *file);
void handle_close(struct handle *handle);

enum disk_result handle_write(struct handle *handle, int64_t at, const void *bytes, size_t size);
enum disk_result handle_resize(struct handle *handle, int64_t size);
enum disk_result handle_sync(struct handle *handle);
enum disk_result disk_remove(struct process *process, const char *name, bool is_durable);

/* Ends the handle's use of the shared memory, which goes when nobody has it. */
void handle_unmap(struct handle *handle);

#endif
