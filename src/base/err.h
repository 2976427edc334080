/* What went wrong, in one value without allocation.
 *
 * Promises: an error is filled where it happens and logged once, at the edge; `detail` is for people and may be shown
 * to them unless the code's rc is IC_INTERNAL, IC_CORRUPT or IC_UNAVAILABLE. The first error wins: filling a filled one
 * is refused, so that a clean-up that fails cannot hide the cause.
 * Memory: fixed size, no pointers to free; `operation` must be a literal.
 * Threads: a value of its thread. */
#ifndef IC_BASE_ERR_H
#define IC_BASE_ERR_H

#include "contract/errors.h"

#include <stdbool.h>

enum { IC_ERR_FIELD_SIZE = 96, IC_ERR_DETAIL_SIZE = 256 };

#define IC_NODISCARD __attribute__((warn_unused_result))

struct ic_err {
    enum ic_code code;               /* IC_CODE_OK: nothing is wrong. */
    const char *operation;           /* What was being done: a literal such as "store.event.insert". */
    char field[IC_ERR_FIELD_SIZE];   /* JSON Pointer or parameter name; empty when none is to blame. */
    char detail[IC_ERR_DETAIL_SIZE]; /* One sentence, cut at a whole character when longer. */
    int native;                      /* errno, an SQLite result code, ...; 0 when none. */
    bool retry;                      /* The same call may go well later, without any change. */
    int retry_after_s;               /* After this long, where that is known; 0: it is not. */
};

#define IC_ERR_NONE ((struct ic_err){.code = IC_CODE_OK})

/* Fills `err` (which may be NULL) unless it is filled already, and returns the code's rc, so that a function can
 * `return ic_err_set(...)`. */
enum ic_rc ic_err_set(struct ic_err *err, enum ic_code code, const char *operation, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As ic_err_set, and names the field to blame. */
enum ic_rc ic_err_set_field(struct ic_err *err, enum ic_code code, const char *operation, const char *field,
                            const char *format, ...) __attribute__((format(printf, 5, 6)));

/* As ic_err_set, and keeps the native code; `retry` says whether the same call may go well later. */
enum ic_rc ic_err_set_native(struct ic_err *err, enum ic_code code, const char *operation, int native, bool retry,
                             const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Adds to a filled one after how many seconds the same call may go well; gives its rc. */
enum ic_rc ic_err_set_wait(struct ic_err *err, int wait_s);

/* Puts `prefix` before the field's path: "/text" under "/operations/3" becomes "/operations/3/text". */
void ic_err_prefix_field(struct ic_err *err, const char *prefix);

/* The rc of what is filled in; IC_OK when nothing is. */
enum ic_rc ic_err_rc(const struct ic_err *err);

#endif
