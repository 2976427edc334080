/* What people do, as the audit tells it.
 *
 * Promises: a deed's entry is written in the deed's own transaction, so that the two stand or fall together; it holds
 * who did it, by what they were known and from where, what it was done to, and the values before and after as JSON
 * whose keys come in a fixed order. No entry holds a secret: nobody gives it one. What the chain proves, and what not:
 * docs/decisions/audit.md. Memory: texts are borrowed until the call returns. Threads: as the transaction's. */
#ifndef IC_SERVICE_AUDIT_H
#define IC_SERVICE_AUDIT_H

#include "base/json_write.h"
#include "service/can.h"
#include "store/audit.h"

/* What was done. Absent texts are empty. */
struct ic_audit_deed {
    enum ic_audit_action action;
    struct ic_str object_id;    /* The id of what it was done to, or its handle where it has none. */
    struct ic_str value_before; /* A JSON object; most easily a struct ic_audit_value. */
    struct ic_str value_after;
};

/* Writes the entry of a deed. Call it last in the function that does the deed: the entry takes along the events that
 * the function has added. */
IC_NODISCARD enum ic_rc ic_audit_record(struct ic_store_tx *tx, const struct ic_asker *asker,
                                        const struct ic_audit_deed *deed, int64_t now, struct ic_err *err);

/* As ic_audit_record, of one value that was `before` and is `after` (an empty one is left out), called `key`. */
IC_NODISCARD enum ic_rc ic_audit_record_change(struct ic_store_tx *tx, const struct ic_asker *asker,
                                               enum ic_audit_action action, const struct ic_id *object_id,
                                               const char *key, struct ic_str before, struct ic_str after, int64_t now,
                                               struct ic_err *err);

enum { IC_AUDIT_VALUE_BYTES_MAX = 1 << 16 };

/* A JSON object on its way: begin it, put members with the writer, end it, and release it when the entry is written. */
struct ic_audit_value {
    struct ic_buf buf;
    struct ic_json_writer writer;
};

void ic_audit_value_begin(struct ic_audit_value *value);

/* Closes the object; fails with out_of_memory or when it is longer than IC_AUDIT_VALUE_BYTES_MAX. */
IC_NODISCARD enum ic_rc ic_audit_value_end(struct ic_audit_value *value, struct ic_str *ret_json, struct ic_err *err);

void ic_audit_value_release(struct ic_audit_value *value);

#endif
