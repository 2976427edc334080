/* A problem body (RFC 9457), as whoever sent the request reads it.
 *
 * Promises: `code` is one word and `detail` is a sentence or empty; fields that this version does not know are passed
 * over, so that an older agent understands a newer server.
 * Memory: texts view the decoded document. Threads: pure. */
#ifndef IC_SYNC_PROBLEM_H
#define IC_SYNC_PROBLEM_H

#include "base/json_read.h"

enum { IC_PROBLEM_CODE_BYTES_MAX = 64, IC_PROBLEM_DETAIL_BYTES_MAX = 1024 };

struct ic_problem {
    struct ic_str code;   /* Of contract/errors.json, or a later one. */
    struct ic_str detail; /* What a person may read: the body's detail, or its title. */
    struct ic_str field;  /* JSON Pointer; empty when no field is to blame. */
};

/* Reads a problem; `err` must be given. */
IC_NODISCARD enum ic_rc ic_problem_decode(json_t *object, struct ic_problem *ret_problem, struct ic_err *err);

/* Whether it is that one. */
bool ic_problem_is(const struct ic_problem *problem, enum ic_code code);

#endif
