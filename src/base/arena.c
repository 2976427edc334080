#include "base/arena.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 4096, ALIGNMENT = _Alignof(max_align_t) };

struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(max_align_t) char bytes[];
};

struct end {
    struct end *next;
    void (*run)(void *resource);
    void *resource;
};

struct ic_arena {
    struct block *blocks; /* The newest first; only it is filled. */
    struct end *ends;
    size_t used;
    size_t size_max;
};

struct ic_arena *ic_arena_create(size_t size_max)
{
    struct ic_arena *arena = calloc(1, sizeof *arena);
    if (arena) {
        arena->size_max = size_max;
    }
    return arena;
}

static void run_ends(struct ic_arena *arena)
{
    while (arena->ends) {
        struct end *end = arena->ends;
        arena->ends = end->next;
        end->run(end->resource);
    }
}

void ic_arena_destroy(struct ic_arena *arena)
{
    if (!arena) {
        return;
    }
    run_ends(arena);
    while (arena->blocks) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    free(arena);
}

void ic_arena_reset(struct ic_arena *arena)
{
    run_ends(arena);
    /* Keep one block of the usual size: the next request will most likely need just that. */
    struct block *kept = NULL;
    while (arena->blocks) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        if (!kept && block->size == BLOCK_SIZE) {
            kept = block;
            kept->next = NULL;
            kept->used = 0;
        } else {
            free(block);
        }
    }
    arena->blocks = kept;
    arena->used = 0;
}

static struct block *add_block(struct ic_arena *arena, size_t size)
{
    size_t block_size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct block *block = malloc(sizeof *block + block_size);
    if (block) {
        *block = (struct block){.next = arena->blocks, .size = block_size};
        arena->blocks = block;
    }
    return block;
}

void *ic_arena_alloc(struct ic_arena *arena, size_t size)
{
    if (size > arena->size_max - arena->used) {
        return NULL;
    }
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0) {
        rounded = ALIGNMENT;
    }
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
        if (!block) {
            return NULL;
        }
    }
    void *bytes = block->bytes + block->used;
    block->used += rounded;
    arena->used = rounded > arena->size_max - arena->used ? arena->size_max : arena->used + rounded;
    return memset(bytes, 0, rounded);
}

void *ic_arena_alloc_array(struct ic_arena *arena, size_t count, size_t item_size)
{
    size_t size;
    return __builtin_mul_overflow(count, item_size, &size) ? NULL : ic_arena_alloc(arena, size);
}

bool ic_arena_copy(struct ic_arena *arena, struct ic_str text, struct ic_str *ret_copy)
{
    char *copy = text.size == SIZE_MAX ? NULL : ic_arena_alloc(arena, text.size + 1);
    if (!copy) {
        return false;
    }
    if (text.size) {
        memcpy(copy, text.data, text.size);
    }
    *ret_copy = (struct ic_str){copy, text.size};
    return true;
}

bool ic_arena_on_end(struct ic_arena *arena, void (*run)(void *resource), void *resource)
{
    struct end *end = ic_arena_alloc(arena, sizeof *end);
    if (!end) {
        return false;
    }
    *end = (struct end){.next = arena->ends, .run = run, .resource = resource};
    arena->ends = end;
    return true;
}

size_t ic_arena_used(const struct ic_arena *arena)
{
    return arena->used;
}

enum ic_rc ic_arena_failed(const char *operation, struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "The memory that this may use is exhausted.");
}
