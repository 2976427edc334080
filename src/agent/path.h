/* Names of files and folders.
 *
 * Promises: a path is absolute, ends in no separator and has a NUL behind it; one that would not fit is refused, never
 * cut. Memory: values. Threads: pure. */
#ifndef IC_AGENT_PATH_H
#define IC_AGENT_PATH_H

#include "base/err.h"

enum { IC_PATH_SIZE = 1024 };

struct ic_path {
    char text[IC_PATH_SIZE];
};

/* Takes `text`, which must be absolute. */
IC_NODISCARD enum ic_rc ic_path_parse(const char *text, struct ic_path *ret_path, struct ic_err *err);

/* `folder` and `name` under it; the two paths may be the same one. */
IC_NODISCARD enum ic_rc ic_path_join(const struct ic_path *folder, const char *name, struct ic_path *ret_path,
                                     struct ic_err *err);

/* The folder that holds `path`; false at the root. */
bool ic_path_parent(const struct ic_path *path, struct ic_path *ret_parent);

#endif
