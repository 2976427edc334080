/* Which of two values wins (docs/sync.md, Merging).
 *
 * Promises: whatever order values arrive in, the same one is held at the end: stamps have a total order, and so do
 * exclusions. Only of two values that one desktop gave at one hybrid time, which is one that the server had to bound,
 * the later arrival wins: a desktop's operations arrive in the order in which they were done.
 * Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_MERGE_H
#define IC_DOMAIN_MERGE_H

#include "contract/vocabulary.h"
#include "domain/id.h"

/* When a value was given, and by which desktop. */
struct ic_stamp {
    int64_t hybrid_time;    /* 0: nobody has given one. */
    struct ic_id device_id; /* Empty: nobody's desktop; smaller than every other. */
};

/* Whether a handle is excluded, and since when that is said. */
struct ic_exclusion {
    bool is_excluded;
    struct ic_stamp stamp;
};

/* Below, at or above 0, as `left` is earlier than, the same as or later than `right`: by their times, of equal times by
 * their desktops. */
int ic_stamp_compare(const struct ic_stamp *left, const struct ic_stamp *right);

/* Whether a field that holds a value of `held` takes one of `given`. */
bool ic_merge_takes(const struct ic_stamp *held, const struct ic_stamp *given);

/* Whether a handle whose exclusion is `held` takes `given`. Of two of one time, the one that excludes is held. */
bool ic_merge_takes_exclusion(const struct ic_exclusion *held, const struct ic_exclusion *given);

/* Whether a target that absorbs another takes that one's value of a field: the later one is held. Of two that nobody
 * has given it is the absorbed one's if the other has only what every target begins with. */
bool ic_merge_absorbs(const struct ic_stamp *held, bool is_held_initial, const struct ic_stamp *absorbed);

#endif
