/* The process's log: one line per event on stderr, `time level event key=value ...`.
 *
 * Promises: a value that comes from outside is written in quotes with control characters escaped, so that nobody can
 * forge a line; a line is one write and is cut at IC_LOG_LINE_SIZE. Secrets are never given to it.
 * Memory: none kept. Threads: any; lines do not mix. */
#ifndef IC_BASE_LOG_H
#define IC_BASE_LOG_H

#include "base/err.h"
#include "base/str.h"

enum { IC_LOG_LINE_SIZE = 1024 };

/* No line has the last one: set as the lowest, it leaves out all. */
enum ic_log_level { IC_LOG_DEBUG, IC_LOG_INFO, IC_LOG_WARN, IC_LOG_ERROR, IC_LOG_NOTHING };

struct ic_log_field {
    const char *key;    /* NULL ends a list. */
    struct ic_str text; /* Used unless is_number. */
    int64_t number;
    bool is_number;
};

#define IC_LOG_TEXT(k, v)   ((struct ic_log_field){.key = (k), .text = (v)})
#define IC_LOG_NUMBER(k, v) ((struct ic_log_field){.key = (k), .number = (v), .is_number = true})

/* Lines below `level` are left out; IC_LOG_INFO until set. Set it before threads start. */
void ic_log_set_level(enum ic_log_level level);

/* The level of that name (debug, info, warn, error); false when there is none. */
bool ic_log_level_parse(const char *name, enum ic_log_level *ret_level);

/* Writes a line; `event` is a literal such as "push.accepted", `fields` ends with a field without key or is NULL. */
void ic_log(enum ic_log_level level, const char *event, const struct ic_log_field *fields);

/* Writes a line about a filled error: its code, operation, field, detail and native code. */
void ic_log_err(enum ic_log_level level, const char *event, const struct ic_err *err);

#endif
