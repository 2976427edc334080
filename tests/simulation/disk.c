#include "disk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct process *current;

void process_enter(struct process *process)
{
    current = process;
}

struct process *process_current(void)
{
    return current;
}

struct disk *disk_create(void)
{
    struct disk *disk = calloc(1, sizeof *disk);
    if (!disk) {
        abort();
    }
    disk->capacity = DISK_UNBOUNDED;
    return disk;
}

static void free_regions(void **regions)
{
    for (int i = 0; i < DISK_SHARED_REGIONS_COUNT_MAX; i++) {
        free(regions[i]);
        regions[i] = NULL;
    }
}

static void clear_file(struct file *file)
{
    assert(!file->handles);
    image_release(&file->now);
    image_release(&file->durable);
    free_regions(file->regions);
    free_regions(file->saved_regions);
    *file = (struct file){0};
}

void disk_destroy(struct disk *disk)
{
    if (!disk) {
        return;
    }
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        clear_file(&disk->files[i]);
    }
    free(disk);
}

struct file *disk_find(struct disk *disk, const char *name)
{
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        if (disk->files[i].is_there && strcmp(disk->files[i].name, name) == 0) {
            return &disk->files[i];
        }
    }
    return NULL;
}

/* The place of a file that is there, or was: what was removed may come back. */
static struct file *find_place(struct disk *disk, const char *name)
{
    struct file *unused = NULL;
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        struct file *file = &disk->files[i];
        if (strcmp(file->name, name) == 0) {
            return file;
        }
        bool is_unused = !file->is_there && !file->is_there_durably && !file->handles;
        unused = !unused && is_unused ? file : unused;
    }
    return unused;
}

struct file *disk_get(struct disk *disk, const char *name)
{
    struct file *file = find_place(disk, name);
    if (!file || file->is_there) {
        return file;
    }
    clear_file(file);
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    file->is_there = true;
    return file;
}

int64_t disk_used(const struct disk *disk)
{
    int64_t used = 0;
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        used += disk->files[i].is_there ? disk->files[i].now.size : 0;
    }
    return used;
}

void disk_copy(struct disk *disk, const struct disk *from)
{
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        const struct file *source = &from->files[i];
        struct file *file = &disk->files[i];
        clear_file(file);
        if (source->is_there) {
            memcpy(file->name, source->name, sizeof file->name);
            file->is_there = file->is_there_durably = true;
            image_copy(&file->now, &source->now);
            image_copy(&file->durable, &source->now);
        }
    }
}

/* ---- Dying. ---- */

/* What is left of a sector that was not durable. */
static void settle_sector(struct file *file, struct image *left, int64_t at, struct draw *draw)
{
    unsigned char now[DISK_SECTOR_SIZE], before[DISK_SECTOR_SIZE];
    (void)image_read(&file->now, at, now, sizeof now);
    (void)image_read(&file->durable, at, before, sizeof before);
    size_t kept = 0;
    switch (draw_below(draw, 4)) {
    case 0:
        break;
    case 1:
        kept = draw_below(draw, DISK_SECTOR_SIZE); /* Torn. */
        break;
    default:
        kept = DISK_SECTOR_SIZE;
    }
    memcpy(before, now, kept);
    int64_t size = left->size - at < DISK_SECTOR_SIZE ? left->size - at : DISK_SECTOR_SIZE;
    if (size > 0) {
        image_write(left, at, before, (size_t)size);
    }
}

static int64_t settle_size(const struct file *file, struct draw *draw)
{
    int64_t before = file->durable.size, now = file->now.size;
    switch (draw_below(draw, 3)) {
    case 0:
        return before;
    case 1:
        return now;
    default:
        /* A file grows by whole sectors; it is cut all at once. */
        return now <= before
                   ? now
                   : before + (now - before) / DISK_SECTOR_SIZE * draw_between(draw, 0, 8) / 8 * DISK_SECTOR_SIZE;
    }
}

static void lose_power(struct file *file, struct draw *draw)
{
    /* The same number of draws for each file, whatever becomes of it. */
    bool keeps_name = draw_chance(draw, 50);
    uint32_t fate = draw_below(draw, 4);
    struct draw own = draw_of(draw_next(draw), 0);
    bool stays = file->is_there == file->is_there_durably ? file->is_there : keeps_name;
    struct image left = {0};
    if (fate == 0 || !file->is_there) {
        image_copy(&left, &file->durable);
    } else if (fate == 1) {
        image_copy(&left, &file->now);
    } else {
        image_copy(&left, &file->durable);
        image_resize(&left, settle_size(file, &own));
        int64_t larger = file->now.size > file->durable.size ? file->now.size : file->durable.size;
        for (int64_t at = 0; at < larger; at += DISK_SECTOR_SIZE) {
            if (!image_shares_block(&file->now, &file->durable, (size_t)(at / IMAGE_BLOCK_SIZE))) {
                settle_sector(file, &left, at, &own);
            }
        }
    }
    file->is_there = file->is_there_durably = stays;
    image_release(&file->now);
    image_release(&file->durable);
    if (stays) {
        image_copy(&file->now, &left);
        image_copy(&file->durable, &left);
    }
    image_release(&left);
}

static void release_locks(struct handle *handle)
{
    handle->lock = 0;
    handle->shared_locks = 0;
    handle->exclusive_locks = 0;
}

/* Keeps the shared memory as it is: the dead process's code is going to change it while it unwinds. */
static void save_regions(struct file *file)
{
    for (int i = 0; i < DISK_SHARED_REGIONS_COUNT_MAX; i++) {
        if (file->regions[i] && !file->saved_regions[i]) {
            file->saved_regions[i] = malloc((size_t)file->region_size);
            if (!file->saved_regions[i]) {
                abort();
            }
            memcpy(file->saved_regions[i], file->regions[i], (size_t)file->region_size);
        }
    }
}

static void restore_regions(struct file *file)
{
    for (int i = 0; i < DISK_SHARED_REGIONS_COUNT_MAX; i++) {
        if (file->saved_regions[i]) {
            memcpy(file->regions[i], file->saved_regions[i], (size_t)file->region_size);
        }
    }
    free_regions(file->saved_regions);
}

/* Releases what the dead hold of a file. */
static void bury(struct file *file)
{
    for (struct handle *handle = file->handles; handle; handle = handle->next) {
        if (handle->process->is_dead) {
            release_locks(handle);
            save_regions(file);
        }
    }
}

void process_die(struct process *process, enum death death, uint64_t seed)
{
    if (process->is_dead) {
        return;
    }
    struct disk *disk = process->disk;
    struct draw draw = draw_of(seed, 1);
    process->is_dead = true;
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        struct file *file = &disk->files[i];
        if (death == DEATH_POWER_LOST) {
            for (struct handle *handle = file->handles; handle; handle = handle->next) {
                handle->process->is_dead = true;
            }
            lose_power(file, &draw);
        }
        bury(file);
    }
}

void process_init(struct process *process, struct disk *disk)
{
    *process = (struct process){.disk = disk, .calls_left = -1};
}

void process_die_after(struct process *process, int64_t calls, enum death death, uint64_t seed)
{
    process->calls_left = calls;
    process->death = death;
    process->death_seed = seed;
}

/* Counts a call that changes the disk. True when the process dies in it: the caller does its part of the call, if any,
 * and then lets it. */
static bool dies_now(struct process *process)
{
    process->disk->calls_count++;
    return process->calls_left >= 0 && process->calls_left-- == 0;
}

static enum disk_result die(struct process *process)
{
    process_die(process, process->death, process->death_seed);
    return DISK_DEAD;
}

/* ---- Files. ---- */

struct handle *handle_open(struct file *file)
{
    struct handle *handle = calloc(1, sizeof *handle);
    if (!handle) {
        abort();
    }
    handle->process = current;
    handle->file = file;
    handle->next = file->handles;
    file->handles = handle;
    return handle;
}

void handle_unmap(struct handle *handle)
{
    struct file *file = handle->file;
    handle->has_memory = false;
    bool is_used = false, has_dead = false;
    for (struct handle *other = file->handles; other; other = other->next) {
        is_used |= other->has_memory;
        has_dead |= other->has_memory && other->process->is_dead;
    }
    if (!is_used) {
        free_regions(file->regions);
        free_regions(file->saved_regions);
    } else if (!has_dead) {
        restore_regions(file);
    }
}

void handle_close(struct handle *handle)
{
    struct handle **at = &handle->file->handles;
    while (*at != handle) {
        at = &(*at)->next;
    }
    if (handle->has_memory) {
        handle_unmap(handle);
    }
    *at = handle->next;
    free(handle);
}

/* Which part of a write is done when its process dies in it. */
static size_t part_of(const struct process *process, size_t size)
{
    struct draw draw = draw_of(process->death_seed, 2);
    return draw_chance(&draw, 50) ? 0 : draw_below(&draw, (uint32_t)size + 1);
}

enum disk_result handle_write(struct handle *handle, int64_t at, const void *bytes, size_t size)
{
    struct process *process = handle->process;
    struct disk *disk = process->disk;
    if (process->is_dead) {
        return DISK_DEAD;
    }
    if (dies_now(process)) {
        image_write(&handle->file->now, at, bytes, part_of(process, size));
        return die(process);
    }
    int64_t added = at + (int64_t)size - handle->file->now.size;
    if (disk->capacity >= 0 && added > 0 && handle->file->name[0]) {
        int64_t room = disk->capacity - disk_used(disk);
        if (room < added) {
            /* As much as there is room for. */
            int64_t fits = (int64_t)size - (added - (room > 0 ? room : 0));
            if (fits > 0) {
                image_write(&handle->file->now, at, bytes, (size_t)fits);
            }
            return DISK_FULL;
        }
    }
    image_write(&handle->file->now, at, bytes, size);
    return DISK_OK;
}

enum disk_result handle_resize(struct handle *handle, int64_t size)
{
    if (handle->process->is_dead) {
        return DISK_DEAD;
    }
    if (dies_now(handle->process)) {
        return die(handle->process);
    }
    image_resize(&handle->file->now, size);
    return DISK_OK;
}

/* Makes the names of the folder durable: what was made, and what was removed. */
static void sync_folder(struct disk *disk)
{
    for (int i = 0; i < DISK_FILES_COUNT_MAX; i++) {
        disk->files[i].is_there_durably = disk->files[i].is_there;
    }
}

static void make_durable(struct file *file)
{
    size_t count =
        (size_t)((file->now.size > file->durable.size ? file->now.size : file->durable.size) + IMAGE_BLOCK_SIZE - 1) /
        IMAGE_BLOCK_SIZE;
    for (size_t i = 0; i < count; i++) {
        if (!image_shares_block(&file->durable, &file->now, i)) {
            image_share_block(&file->durable, &file->now, i);
        }
    }
    file->durable.size = file->now.size;
}

enum disk_result handle_sync(struct handle *handle)
{
    if (handle->process->is_dead) {
        return DISK_DEAD;
    }
    if (dies_now(handle->process)) {
        /* In the middle of it: the disk has begun to write, but nobody knows how far it came. */
        return die(handle->process);
    }
    make_durable(handle->file);
    if (!handle->file->is_there_durably) {
        sync_folder(handle->process->disk); /* As SQLite's own VFS does after the first sync of a new file. */
    }
    return DISK_OK;
}

enum disk_result disk_remove(struct process *process, const char *name, bool is_durable)
{
    if (process->is_dead) {
        return DISK_DEAD;
    }
    if (dies_now(process)) {
        return die(process);
    }
    struct file *file = disk_find(process->disk, name);
    if (file) {
        file->is_there = false;
        image_release(&file->now);
        free_regions(file->regions);
    }
    if (is_durable) {
        sync_folder(process->disk);
    }
    return DISK_OK;
}
