/* When the values of targets' fields were given, and every value that they were given (docs/sync.md, Merging).
 *
 * Promises: a field without a register was set by nobody. The history only grows. Memory: texts of results live in the
 * given arena. Threads: as the transaction's. */
#ifndef IC_STORE_REGISTERS_H
#define IC_STORE_REGISTERS_H

#include "domain/field_value.h"
#include "domain/merge.h"
#include "store/store.h"

/* Of one target, by field; a stamp of time 0: the field has no register. */
struct ic_registers {
    struct ic_stamp stamps[IC_TARGET_FIELD_COUNT];
};

IC_NODISCARD enum ic_rc ic_store_registers_get(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                               struct ic_registers *ret_registers, struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_register_put(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                              enum ic_target_field field, const struct ic_stamp *stamp,
                                              struct ic_err *err);

/* A value that a field was given. */
struct ic_field_change {
    struct ic_id elg_id; /* The event that gave it. */
    enum ic_target_field field;
    struct ic_id tar_id;
    struct ic_stamp stamp;
    struct ic_field_value before;
    struct ic_field_value after;
    bool has_won; /* It became the field's value. */
};

struct ic_field_change_list {
    struct ic_field_change *items;
    size_t count;
};

IC_NODISCARD enum ic_rc ic_store_field_change_insert(struct ic_store_tx *tx, const struct ic_field_change *change,
                                                     struct ic_err *err);

/* The changes that these events made, an event's beside each other. */
IC_NODISCARD enum ic_rc ic_store_field_changes_list(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                                                    struct ic_arena *arena, struct ic_field_change_list *ret_list,
                                                    struct ic_err *err);

#endif
