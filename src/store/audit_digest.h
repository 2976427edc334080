/* What the audit's hashes are taken over: one text for one meaning.
 *
 * Promises: the encoding of a record is a word that names its form, then each of its fields in a fixed order as its
 * size in bytes, a colon, its bytes and a comma; numbers are decimal; what is absent has size 0, as the store knows no
 * empty text. Two records that differ in anything have different encodings. docs/decisions/audit.md shows it, so that
 * somebody else can write a verifier. Memory: the writer's buffer is its owner's. Threads: pure. */
#ifndef IC_STORE_AUDIT_DIGEST_H
#define IC_STORE_AUDIT_DIGEST_H

#include "base/buf.h"
#include "base/hash.h"
#include "store/audit.h"

enum { IC_AUDIT_ENCODING_BYTES_MAX = 4 << 20 }; /* Of one record: its long texts are bounded far below. */

/* What an event consists of, as it is stored. Absent texts and ids are empty. */
struct ic_audit_event {
    struct ic_id elg_id;
    int64_t log_position;
    struct ic_str event_type;
    struct ic_id act_id;
    struct ic_id opr_id;
    struct ic_id tar_id;
    struct ic_str status_before;
    struct ic_str status_after;
    struct ic_str details;
    int64_t created_at;
    int64_t received_at;
    struct ic_id olg_id;
    struct ic_str thread_id;
    int64_t sent_at;
    int64_t message_characters;
    struct ic_str message_preview;
    struct ic_str message_text;
};

/* The change of a field, as it is stored. */
struct ic_audit_field {
    struct ic_id elg_id;
    struct ic_str field;
    struct ic_id tar_id;
    int64_t hybrid_time;
    struct ic_id device_id;
    struct ic_str state_before;
    struct ic_str value_before;
    struct ic_str state_after;
    struct ic_str value_after;
    int64_t has_won;
};

/* The digest of an event without its changes of fields; `scratch` is emptied first. */
IC_NODISCARD enum ic_rc ic_audit_digest_event(const struct ic_audit_event *event, struct ic_buf *scratch,
                                              struct ic_hash *ret_digest, struct ic_err *err);

/* Adds the change of a field to the digest of its event; in the order of enum ic_target_field. */
IC_NODISCARD enum ic_rc ic_audit_digest_add_field(struct ic_hash *digest, const struct ic_audit_field *field,
                                                  struct ic_buf *scratch, struct ic_err *err);

/* The hash of an entry, whose number and previous hash are set. */
IC_NODISCARD enum ic_rc ic_audit_hash_entry(const struct ic_audit_entry *entry, struct ic_buf *scratch,
                                            struct ic_hash *ret_hash, struct ic_err *err);

#endif
