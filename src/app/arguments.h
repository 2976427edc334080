/* A command's flags: `--name value` or `--name=value`.
 *
 * Promises: only the flags that a command knows are taken, each once and with a value; anything else is refused with a
 * sentence that names it.
 * Memory: views argv. Threads: one. */
#ifndef IC_APP_ARGUMENTS_H
#define IC_APP_ARGUMENTS_H

#include "base/err.h"

#include <stddef.h>

enum { IC_ARGUMENTS_MAX = 32 };

struct ic_arguments {
    struct {
        const char *name; /* Without the dashes. */
        const char *value;
    } items[IC_ARGUMENTS_MAX];
    size_t count;
};

/* Reads what stands behind the command; `known` ends with NULL and has at most IC_ARGUMENTS_MAX names. */
IC_NODISCARD enum ic_rc ic_arguments_parse(int argc, char **argv, const char *const *known,
                                           struct ic_arguments *ret_arguments, struct ic_err *err);

/* The flag's value; NULL when it was not given. */
const char *ic_arguments_find(const struct ic_arguments *arguments, const char *name);

#endif
