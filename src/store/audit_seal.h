/* The events of a transaction, as the next audit entry seals them.
 *
 * Promises: every event is in the seal of exactly one entry, or counted as unsealed in one. Memory: a transaction's
 * share is freed with it; bounded by IC_AUDIT_SEALED_MAX events, beyond which an entry is written early.
 * Threads: as the transaction's. */
#ifndef IC_STORE_AUDIT_SEAL_H
#define IC_STORE_AUDIT_SEAL_H

#include "store/audit_digest.h"

enum { IC_AUDIT_SEALED_MAX = 1000 };

struct ic_audit_seal;

/* Adds an event that is being written; what follows until the next entry may add changes of its fields. */
IC_NODISCARD enum ic_rc ic_audit_seal_add(struct ic_store_tx *tx, const struct ic_audit_event *event,
                                          struct ic_err *err);

/* Adds the change of a field of an event of this seal. */
IC_NODISCARD enum ic_rc ic_audit_seal_add_field(struct ic_store_tx *tx, const struct ic_audit_field *field,
                                                struct ic_err *err);

/* From here on the transaction's events are counted and not sealed: they are nobody's deeds, but samples. */
IC_NODISCARD enum ic_rc ic_audit_seal_leave_out(struct ic_store_tx *tx, struct ic_err *err);

/* Hands what was gathered to the entry that is about to be written; its text lives until the next call for `tx`. */
IC_NODISCARD enum ic_rc ic_audit_seal_take(struct ic_store_tx *tx, struct ic_str *ret_sealed_events,
                                           int64_t *ret_unsealed_count, struct ic_err *err);

/* Writes an entry for what no entry has taken. */
IC_NODISCARD enum ic_rc ic_audit_seal_finish(struct ic_store_tx *tx, struct ic_err *err);

/* Frees; NULL is accepted. */
void ic_audit_seal_destroy(struct ic_audit_seal *seal);

#endif
