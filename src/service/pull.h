/* A page of a desktop's replica.
 *
 * Promises: a page is read on one snapshot; it holds at most `limit` rows of a kind and encodes to at most
 * IC_LIMIT_PULL_BYTES_MAX bytes; whoever asks on from `next` until there is no more, and whenever the feed has grown,
 * has what is there, suppressions before what they forbid; goals and rules, if it names their feature, and only what
 * it lacks of them when it names it late. A place that is of no use begins anew, and says whether the
 * server has lost what the desktop knows. Nothing new costs a look at the end of the feed.
 * Memory: everything lives in the given arena. Threads: any. */
#ifndef IC_SERVICE_PULL_H
#define IC_SERVICE_PULL_H

#include "service/service.h"
#include "store/access.h"
#include "sync/place.h"
#include "sync/pull_page.h"

/* What a desktop asks for. */
struct ic_pull {
    const struct ic_device *device;
    struct ic_str after;         /* The place; empty: from the beginning. It has the form of one. */
    struct ic_id seen;           /* The event that was acknowledged to it last; empty: none. */
    size_t limit;                /* 1 to IC_LIMIT_PULL_ROWS_MAX. */
    struct ic_features features; /* What the desktop understands, as it named it. */
    struct ic_str agent_version; /* As it named it; empty: it did not. */
};

IC_NODISCARD enum ic_rc ic_pull_read(struct ic_service *service, const struct ic_pull *pull, struct ic_arena *arena,
                                     struct ic_pull_page *ret_page, struct ic_err *err);

#endif
