/* What people do to targets: rename one, merge one into another, give a field a value again that it had or lost; and
 * what happened to one, page by page.
 *
 * Promises: each deed is one transaction with an event that says who, what, before and after; history never moves.
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_TARGETS_H
#define IC_SERVICE_TARGETS_H

#include "service/logs.h"
#include "store/registers.h"

/* The target that is left, and the event. */
struct ic_target_changed {
    struct ic_id tar_id;
    struct ic_id elg_id;
};

/* Gives it another handle. Fails with not_found, or with conflict when it was merged, has the handle, or another target
 * is or was called so. */
IC_NODISCARD enum ic_rc ic_targets_rename(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_id *tar_id, const struct ic_handle *tar_username,
                                          struct ic_target_changed *ret_changed, struct ic_err *err);

/* Merges it into `merged_into`. Fails with not_found, or with conflict when they are one or one was merged before. */
IC_NODISCARD enum ic_rc ic_targets_merge(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_id *tar_id, const struct ic_id *merged_into,
                                         struct ic_target_changed *ret_changed, struct ic_err *err);

/* Gives the field the value again that the event gave it, as a new value of now; of a target that was merged, to the
 * one that it has become. Fails with not_found when the event gave the target's field no value. */
IC_NODISCARD enum ic_rc ic_targets_restore(struct ic_service *service, const struct ic_asker *asker,
                                           const struct ic_id *tar_id, const struct ic_id *elg_id,
                                           enum ic_target_field field, struct ic_target_changed *ret_changed,
                                           struct ic_err *err);

struct ic_history_page {
    struct ic_log_page page;
    struct ic_field_change_list changes; /* Of the page's events; an event's stand beside each other. */
};

/* A page of what happened to a target, behind the cursor `after` (empty: the first). Fails with not_found, and with
 * invalid_parameter for a cursor of another question. */
IC_NODISCARD enum ic_rc ic_targets_history(struct ic_service *service, const struct ic_asker *asker,
                                           const struct ic_id *tar_id, bool is_oldest_first, size_t limit,
                                           struct ic_str after, struct ic_arena *arena,
                                           struct ic_history_page *ret_page, struct ic_err *err);

#endif
