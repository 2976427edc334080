/* A folder for a test, and waiting for what other processes and threads do.
 *
 * Promises: the folder is new and is gone after scratch_remove, whatever stands in it. Waits look at a condition until
 * a deadline far beyond what a loaded machine needs; they never sleep for a time that a test depends on. Memory: the
 * caller's. Threads: one. */
#ifndef IC_TEST_SCRATCH_H
#define IC_TEST_SCRATCH_H

#include "agent/folder.h"
#include "sync/operation.h"

enum { DEADLINE_MS = 20000 };

/* Makes a new folder for this user only. */
void scratch_create(struct ic_path *ret_path);
void scratch_remove(const struct ic_path *path);

/* The agent's folder at `path`, made. */
void scratch_folder(const struct ic_path *path, struct ic_folder *ret_folder);

/* `name` under `path`. */
struct ic_path scratch_join(const struct ic_path *path, const char *name);

void scratch_write(const struct ic_path *path, const char *text);

/* The file's text with a NUL behind, to be freed; NULL when there is none. */
char *scratch_read(const struct ic_path *path);

/* The mode's permission bits; 0 when there is nothing. */
unsigned scratch_mode(const struct ic_path *path);

/* Looks at `holds` until it is true; false at the deadline. */
bool scratch_wait(bool (*holds)(void *context), void *context);

/* An operation whose op_id ends in `number`; `text` must outlive it. */
struct ic_operation scratch_operation(unsigned number, const char *text);

#endif
