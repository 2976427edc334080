/* Memory with one lifespan: a request's, or a batch's.
 *
 * Promises: what was allocated stays until ic_arena_reset or ic_arena_destroy; nothing is freed alone; the total never
 * passes the ceiling. Foreign resources are tied to the arena by a clean-up, run in reverse order.
 * Memory: owns all it hands out. Threads: one at a time; may be handed from thread to thread. */
#ifndef IC_BASE_ARENA_H
#define IC_BASE_ARENA_H

#include "base/err.h"
#include "base/str.h"

struct ic_arena;

/* Makes an arena that hands out at most `size_max` bytes; NULL when memory ran out. */
struct ic_arena *ic_arena_create(size_t size_max);

/* Runs the clean-ups and frees everything; NULL is accepted. */
void ic_arena_destroy(struct ic_arena *arena);

/* Runs the clean-ups and forgets everything, keeping one block for the next round. */
void ic_arena_reset(struct ic_arena *arena);

/* Zeroed bytes, aligned for any type; NULL past the ceiling or out of memory. `size` may be 0. */
void *ic_arena_alloc(struct ic_arena *arena, size_t size);

/* Zeroed room for `count` items; NULL as above or when the product overflows. */
void *ic_arena_alloc_array(struct ic_arena *arena, size_t count, size_t item_size);

/* Copies `text` and puts a NUL behind the copy (not counted); `ret_copy` is untouched on failure. */
IC_NODISCARD bool ic_arena_copy(struct ic_arena *arena, struct ic_str text, struct ic_str *ret_copy);

/* Has `run(resource)` called at reset or destruction; false when it could not be registered. */
IC_NODISCARD bool ic_arena_on_end(struct ic_arena *arena, void (*run)(void *resource), void *resource);

/* Bytes handed out since birth or the last reset. */
size_t ic_arena_used(const struct ic_arena *arena);

/* Fills `err` for an allocation from `arena` that gave NULL. */
enum ic_rc ic_arena_failed(const char *operation, struct ic_err *err);

#endif
