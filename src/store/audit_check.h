/* Holds the audit against itself and against the events that it seals.
 *
 * Promises: finds any entry that was removed, altered, added or put elsewhere, and any sealed event whose row, message
 * or changes of fields were, and says which; of the last entries' removal it knows only by heads that were kept. Reads
 * everything once, on one snapshot; keeps an id of every sealed event meanwhile. What it proves, and what not, is told
 * in docs/decisions/audit.md. Memory: freed when it returns. Threads: as the transaction's; `tell` is called on it. */
#ifndef IC_STORE_AUDIT_CHECK_H
#define IC_STORE_AUDIT_CHECK_H

#include "store/audit.h"

enum { IC_AUDIT_HEADS_MAX = 16 };

/* What is to be checked, and who wants to hear of it. */
struct ic_audit_check {
    struct ic_audit_head heads[IC_AUDIT_HEADS_MAX]; /* That were kept elsewhere. */
    size_t head_count;
    /* Called with a sentence for every fault. */
    void (*tell)(void *context, const char *fault);
    void *context;
};

struct ic_audit_report {
    struct ic_audit_head head;
    int64_t entry_count;
    int64_t sealed_count;   /* Events that the chain vouches for. */
    int64_t unsealed_count; /* Events that it does not: sample data, and what was there before it began. */
    int64_t fault_count;
};

/* Goes well whatever is found; fails only when the database cannot be read. */
IC_NODISCARD enum ic_rc ic_store_audit_check(struct ic_store_tx *tx, const struct ic_audit_check *check,
                                             struct ic_audit_report *ret_report, struct ic_err *err);

#endif
