#include "vfs.h"

#include "disk.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE_MAX = DISK_NAME_SIZE - 16 };

struct vfs_file {
    sqlite3_file base;
    struct handle *handle;
    struct file *unnamed; /* A temporary file, this one's alone. */
};

static struct draw randomness;
static int64_t waits_count;

static struct handle *handle_of(sqlite3_file *file)
{
    return ((struct vfs_file *)file)->handle;
}

static bool is_dead(sqlite3_file *file)
{
    return handle_of(file)->process->is_dead;
}

static int result_of(enum disk_result result, int when_dead)
{
    switch (result) {
    case DISK_OK:
        return SQLITE_OK;
    case DISK_FULL:
        return SQLITE_FULL;
    case DISK_DEAD:
        break;
    }
    return when_dead;
}

/* ---- Bytes. ---- */

static int close_file(sqlite3_file *file)
{
    struct vfs_file *self = (struct vfs_file *)file;
    handle_close(self->handle);
    if (self->unnamed) {
        image_release(&self->unnamed->now);
        image_release(&self->unnamed->durable);
        free(self->unnamed);
    }
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *bytes, int size, sqlite3_int64 at)
{
    if (is_dead(file)) {
        return SQLITE_IOERR_READ;
    }
    size_t read = image_read(&handle_of(file)->file->now, at, bytes, (size_t)size);
    return read == (size_t)size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    return result_of(handle_write(handle_of(file), at, bytes, (size_t)size), SQLITE_IOERR_WRITE);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    return result_of(handle_resize(handle_of(file), size), SQLITE_IOERR_TRUNCATE);
}

static int sync_file(sqlite3_file *file, int flags)
{
    (void)flags;
    return result_of(handle_sync(handle_of(file)), SQLITE_IOERR_FSYNC);
}

static int size_of_file(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    if (is_dead(file)) {
        return SQLITE_IOERR_FSTAT;
    }
    *ret_size = handle_of(file)->file->now.size;
    return SQLITE_OK;
}

/* ---- Locks, as https://sqlite.org/lockingv3.html has them. ---- */

static int lock_file(sqlite3_file *file, int wanted)
{
    struct handle *handle = handle_of(file);
    if (handle->process->is_dead) {
        return SQLITE_IOERR_LOCK;
    }
    if (handle->lock >= wanted) {
        return SQLITE_OK;
    }
    int highest = SQLITE_LOCK_NONE;
    for (const struct handle *other = handle->file->handles; other; other = other->next) {
        highest = other != handle && other->lock > highest ? other->lock : highest;
    }
    if (wanted == SQLITE_LOCK_SHARED ? highest >= SQLITE_LOCK_PENDING : highest >= SQLITE_LOCK_RESERVED) {
        return SQLITE_BUSY;
    }
    if (wanted == SQLITE_LOCK_EXCLUSIVE && highest >= SQLITE_LOCK_SHARED) {
        handle->lock = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
    }
    handle->lock = wanted;
    return SQLITE_OK;
}

static int unlock_file(sqlite3_file *file, int kept)
{
    struct handle *handle = handle_of(file);
    handle->lock = handle->lock > kept ? kept : handle->lock;
    return SQLITE_OK;
}

static int check_reserved(sqlite3_file *file, int *ret_is_reserved)
{
    *ret_is_reserved = 0;
    for (const struct handle *other = handle_of(file)->file->handles; other; other = other->next) {
        *ret_is_reserved |= other->lock >= SQLITE_LOCK_RESERVED;
    }
    return is_dead(file) ? SQLITE_IOERR_CHECKRESERVEDLOCK : SQLITE_OK;
}

static int control_file(sqlite3_file *file, int what, void *value)
{
    (void)file;
    (void)what;
    (void)value;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file)
{
    (void)file;
    return DISK_SECTOR_SIZE;
}

static int characteristics(sqlite3_file *file)
{
    (void)file;
    /* As SQLite's own VFS for Unix has it: a write that is cut off harms nothing beside it. */
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- The index of a write-ahead log. ---- */

static int map_memory(sqlite3_file *file, int region, int size, int extends, void volatile **ret_memory)
{
    struct handle *handle = handle_of(file);
    *ret_memory = NULL;
    if (handle->process->is_dead || region >= DISK_SHARED_REGIONS_COUNT_MAX) {
        return SQLITE_IOERR_SHMMAP;
    }
    void **place = &handle->file->regions[region];
    if (!*place && extends) {
        *place = calloc(1, (size_t)size);
        if (!*place) {
            abort();
        }
        handle->file->region_size = size;
    }
    handle->has_memory = true;
    *ret_memory = *place;
    return SQLITE_OK;
}

static int lock_memory(sqlite3_file *file, int first, int count, int flags)
{
    struct handle *handle = handle_of(file);
    unsigned slots = ((1u << count) - 1) << first;
    if (flags & SQLITE_SHM_UNLOCK) {
        handle->shared_locks &= ~slots;
        handle->exclusive_locks &= ~slots;
        return SQLITE_OK;
    }
    if (handle->process->is_dead) {
        return SQLITE_IOERR_SHMLOCK;
    }
    bool is_alone = flags & SQLITE_SHM_EXCLUSIVE;
    for (const struct handle *other = handle->file->handles; other; other = other->next) {
        unsigned held = other->exclusive_locks | (is_alone ? other->shared_locks : 0);
        if (other != handle && (held & slots)) {
            return SQLITE_BUSY;
        }
    }
    *(is_alone ? &handle->exclusive_locks : &handle->shared_locks) |= slots;
    return SQLITE_OK;
}

static void barrier(sqlite3_file *file)
{
    (void)file;
}

static int unmap_memory(sqlite3_file *file, int deletes)
{
    (void)deletes; /* When nobody has it, it is gone: nobody would trust what a file kept of it. */
    handle_unmap(handle_of(file));
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_memory,
    .xShmLock = lock_memory,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap_memory,
};

/* ---- Names. ---- */

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    struct vfs_file *self = (struct vfs_file *)file;
    struct process *process = process_current();
    *self = (struct vfs_file){0};
    assert(process); /* Nobody opens a file outside a process. */
    if (process->is_dead) {
        return SQLITE_IOERR;
    }
    struct file *found;
    if (!name) {
        found = self->unnamed = calloc(1, sizeof *self->unnamed);
    } else {
        found = flags & SQLITE_OPEN_CREATE ? disk_get(process->disk, name) : disk_find(process->disk, name);
    }
    if (!found) {
        return SQLITE_CANTOPEN;
    }
    self->handle = handle_open(found);
    self->base.pMethods = &methods;
    if (ret_flags) {
        *ret_flags = flags;
    }
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int is_durable)
{
    (void)vfs;
    struct process *process = process_current();
    if (!process->is_dead && !disk_find(process->disk, name)) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    return result_of(disk_remove(process, name, is_durable), SQLITE_IOERR_DELETE);
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *ret_is_there)
{
    (void)vfs;
    const struct process *process = process_current();
    if (process->is_dead) {
        return SQLITE_IOERR_ACCESS;
    }
    const struct file *file = disk_find(process->disk, name);
    *ret_is_there = file && (flags != SQLITE_ACCESS_EXISTS || file->now.size > 0);
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *ret_name)
{
    (void)vfs;
    int used = snprintf(ret_name, (size_t)size, "%s", name);
    return used < size && used < NAME_SIZE_MAX ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* ---- The rest of an operating system. ---- */

static int give_randomness(sqlite3_vfs *vfs, int size, char *ret_bytes)
{
    (void)vfs;
    struct ic_rand rand = draw_rand(&randomness);
    ic_rand_fill(&rand, ret_bytes, (size_t)size);
    return size;
}

static int wait_for(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    waits_count++;
    return microseconds;
}

static int tell_time(sqlite3_vfs *vfs, sqlite3_int64 *ret_ms)
{
    (void)vfs;
    *ret_ms = INT64_C(210866760000000); /* 1970; no statement asks for it. */
    return SQLITE_OK;
}

static int last_error(sqlite3_vfs *vfs, int size, char *ret_text)
{
    (void)vfs;
    (void)size;
    (void)ret_text;
    return 0;
}

static sqlite3_vfs simulated = {
    .iVersion = 2,
    .szOsFile = sizeof(struct vfs_file),
    .mxPathname = NAME_SIZE_MAX,
    .zName = "simulated",
    .xOpen = open_file,
    .xDelete = delete_file,
    .xAccess = access_file,
    .xFullPathname = full_name,
    .xRandomness = give_randomness,
    .xSleep = wait_for,
    .xGetLastError = last_error,
    .xCurrentTimeInt64 = tell_time,
};

void vfs_install(void)
{
    if (sqlite3_vfs_register(&simulated, 1) != SQLITE_OK) {
        abort();
    }
}

void vfs_reset(uint64_t seed)
{
    randomness = draw_of(seed, 0);
    waits_count = 0;
    sqlite3_randomness(0, NULL);
}

int64_t vfs_waits_count(void)
{
    return waits_count;
}
