/* One exchange with a provider over HTTP.
 *
 * Promises: goes only where ic_oidc_address_is_safe allows, follows no redirect, takes at most IC_OIDC_ANSWER_BYTES_MAX
 * and IC_OIDC_FETCH_MS, verifies certificates as the system does, and ends soon after it is told to stop. Memory: the
 * body is in the caller's buffer. Threads: any; blocks. */
#ifndef IC_OIDC_FETCH_H
#define IC_OIDC_FETCH_H

#include "base/buf.h"
#include "oidc/reason.h"

#include <stdatomic.h>

enum { IC_OIDC_ANSWER_BYTES_MAX = 256 << 10, IC_OIDC_FETCH_MS = 5000, IC_OIDC_CONNECT_MS = 3000 };

struct ic_oidc_request {
    const char *address;
    bool may_be_plain;        /* http to this machine itself. */
    const char *form;         /* Posted; NULL: it is a GET. */
    const char *basic;        /* "user:password", escaped; NULL: none. */
    const atomic_bool *stops; /* Set: end. */
};

/* Puts the body of an answer 200 into `body`, which is empty and takes at most IC_OIDC_ANSWER_BYTES_MAX; sets how long
 * it may be kept, as Cache-Control says (-1: it does not). */
IC_NODISCARD enum ic_oidc_reason ic_oidc_fetch(const struct ic_oidc_request *request, struct ic_buf *body,
                                               int64_t *ret_max_age_s);

#endif
