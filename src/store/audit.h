/* The audit: who did what and when, entry behind entry, each with the hash of the one before it.
 *
 * Promises: an entry is written in the transaction of what it tells of; writing transactions are serial, so that the
 * numbers have no gap and the chain no fork, whatever process writes. Every event that a transaction adds is sealed by
 * an entry of the same transaction: the entry holds the event's id and digest. What an entry is appended for takes the
 * events that were added since the one before it; what is left at the end of a transaction gets an entry of its own
 * (`events_added`). Nothing alters or removes an entry. Memory: texts of results live in the given arena; an entry that
 * is appended borrows its texts. Threads: as the transaction's. */
#ifndef IC_STORE_AUDIT_H
#define IC_STORE_AUDIT_H

#include "base/hash.h"
#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

/* Absent texts and ids are empty. Actions and ways are texts here, so that whatever stands in a row can be hashed. */
struct ic_audit_entry {
    int64_t audit_number; /* From 1, without a gap. */
    int64_t recorded_at;
    struct ic_str action;   /* Of AuditAction. */
    struct ic_str known_by; /* Of AuditKnownBy. */
    struct ic_id opr_id;
    struct ic_id device_id;
    struct ic_id token_id;
    struct ic_str address;
    struct ic_str object_id;     /* What it was done to. */
    struct ic_str value_before;  /* JSON. */
    struct ic_str value_after;   /* JSON. */
    struct ic_str sealed_events; /* "ELG-... digest\n" for each event. */
    int64_t unsealed_count;      /* Events that came with it and are not sealed: sample data, and what was there before
                                    the chain began. */
    struct ic_hash previous_hash;
    struct ic_hash entry_hash;
};

/* The last entry, by which the whole chain is known. */
struct ic_audit_head {
    int64_t audit_number; /* 0: there is none yet. */
    struct ic_hash entry_hash;
};

struct ic_audit_list {
    struct ic_audit_entry *items;
    size_t count;
};

/* Which part of the chain. */
struct ic_audit_query {
    struct ic_id opr_id; /* Empty, as the next two: any. */
    struct ic_str action;
    struct ic_str object_id;
    bool is_oldest_first;
    int64_t behind; /* The number that the page lies behind; 0: the first page. */
    size_t limit;
};

/* Appends an entry; its number, hashes, events and count are set here. The first entry of all goes behind one that says
 * from where on the chain tells the whole (`chain_began`). */
IC_NODISCARD enum ic_rc ic_store_audit_append(struct ic_store_tx *tx, const struct ic_audit_entry *entry,
                                              struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_audit_head(struct ic_store_tx *tx, struct ic_audit_head *ret_head, struct ic_err *err);

/* At most `limit` entries. */
IC_NODISCARD enum ic_rc ic_store_audit_list(struct ic_store_tx *tx, const struct ic_audit_query *asked,
                                            struct ic_arena *arena, struct ic_audit_list *ret_list, struct ic_err *err);

#endif
