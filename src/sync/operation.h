/* An operation: something that a person did, as their desktop saw it; the unit of sync.
 *
 * Promises: one decoder and one encoder for the extension's capture, the desktop's outbox and the server's push, so
 * that the three cannot differ; what was decoded satisfies contract/openapi.yaml#Operation. `ic_operation_hash` is
 * equal exactly for operations of equal content, whatever the order of their keys was. Memory: texts view the decoded
 * document or whatever the maker points them to. Threads: pure. */
#ifndef IC_SYNC_OPERATION_H
#define IC_SYNC_OPERATION_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "contract/vocabulary.h"
#include "domain/field_value.h"
#include "domain/handle.h"
#include "domain/id.h"

enum {
    IC_OPERATION_KIND_BYTES_MAX = 32,
    /* Of an encoded operation: a text of control characters only takes six bytes for each. */
    IC_OPERATION_BYTES_MAX = 6 * IC_LIMIT_MESSAGE_BYTES_MAX + 6 * IC_LIMIT_OVERRIDE_REASON_CHARACTERS_MAX +
                             (IC_ID_SIZE + 3) * IC_LIMIT_WARNINGS_SHOWN_MAX + 1024,
};

struct ic_operation {
    struct ic_op_id op_id;
    enum ic_operation_kind kind;
    struct ic_handle act_username; /* Empty: done as no actor; an outreach always has one. */
    struct ic_handle tar_username;
    int64_t sent_at;     /* By the desktop's clock. */
    int64_t hybrid_time; /* 0: an outreach of a desktop that has no hybrid clock. */
    /* Of an outreach. */
    struct ic_str thread_id;
    struct ic_str message_text; /* Empty: a message without text. */
    struct ic_id
        warnings_shown[IC_LIMIT_WARNINGS_SHOWN_MAX]; /* Rules whose warnings the person saw before, each once. */
    size_t warnings_shown_count;
    struct ic_str override_reason; /* Why it was sent all the same; empty: none was given, or nothing was shown. */
    /* Of a set_field. */
    enum ic_target_field field;
    struct ic_field_value value;
    /* Of an exclude and a lift; empty: none was given. */
    struct ic_str reason;
};

/* Reads an operation; the error names the field to blame, relative to `object`. `err` must be given. */
IC_NODISCARD enum ic_rc ic_operation_decode(json_t *object, struct ic_operation *ret_operation, struct ic_err *err);

void ic_operation_encode(const struct ic_operation *operation, struct ic_json_writer *writer);

/* SHA-256 over the encoding. */
IC_NODISCARD enum ic_rc ic_operation_hash(const struct ic_operation *operation, struct ic_hash *ret_hash,
                                          struct ic_err *err);

#endif
