/* Two desktops of one operator, and what they do to targets: the edits and messages of a push, one by one.
 *
 * Memory: texts live in the fixture's arena. Threads: the test's. */
#ifndef IC_TESTS_CONFORMANCE_DESKS_H
#define IC_TESTS_CONFORMANCE_DESKS_H

#include "fixture.h"
#include "store/edits.h"
#include "store/lineage.h"
#include "store/registers.h"
#include "store/suppressions.h"
#include "store/targets.h"

struct desks {
    struct fixture *fixture;
    struct ic_id owner;
    struct ic_id devices[2]; /* The second one's id is the larger. */
};

struct desks desks_begin(struct fixture *fixture);

struct ic_handle desks_handle(const char *text);

/* Edits as desktop `device` (0, 1, or -1: somebody in the Command Center) makes them at a hybrid time; each is written
 * in a transaction of its own. */
struct ic_edit desks_set(const struct desks *desks, int device, const char *handle, enum ic_target_field field,
                         const char *value, int64_t hybrid_time);
struct ic_edit desks_exclude(const struct desks *desks, int device, const char *handle, int64_t hybrid_time);
struct ic_edit desks_lift(const struct desks *desks, int device, const char *handle, int64_t hybrid_time);
struct ic_outreach_ids desks_write(const struct desks *desks, const struct ic_edit *edit);

/* A message to that handle. */
struct ic_outreach_ids desks_message(const struct desks *desks, const char *handle, int64_t at);

/* What a handle means; it must mean something. */
struct ic_target desks_target(const struct desks *desks, const char *handle);
/* The row of an id. */
struct ic_target desks_get(const struct desks *desks, const struct ic_id *tar_id);
/* The row of exactly this handle. */
struct ic_suppression desks_suppression(const struct desks *desks, const char *handle);
/* The first change that an event made. */
struct ic_field_change desks_change(const struct desks *desks, const struct ic_id *elg_id);
struct ic_log_entry desks_event(const struct desks *desks, const struct ic_id *elg_id);
/* How many leads are found by a term. */
size_t desks_search(const struct desks *desks, const char *term);

/* Renames and merges; what comes of it is told. */
enum ic_rc desks_rename(const struct desks *desks, const char *from, const char *to);
enum ic_rc desks_merge(const struct desks *desks, const struct ic_id *tar_id, const struct ic_id *merged_into);

#endif
