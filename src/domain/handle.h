/* Instagram handles.
 *
 * Promises: a handle is 1 to IC_LIMIT_HANDLE_CHARACTERS_MAX of a-z, 0-9, dot and underscore, without the @, kept in
 * lower case: two spellings of one handle are equal as bytes.
 * Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_HANDLE_H
#define IC_DOMAIN_HANDLE_H

#include "base/str.h"
#include "contract/limits.h"

struct ic_handle {
    char text[IC_LIMIT_HANDLE_CHARACTERS_MAX + 1]; /* With a NUL behind it; empty: none. */
};

/* Folds case; false, leaving `ret_handle` alone, when `text` is no handle. */
bool ic_handle_parse(struct ic_str text, struct ic_handle *ret_handle);

/* Views the text; valid as long as the handle. */
struct ic_str ic_handle_text(const struct ic_handle *handle);

#endif
