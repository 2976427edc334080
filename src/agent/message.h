/* Native messages: contract/native.schema.json, read strictly and written.
 *
 * Promises: what was decoded satisfies the schema; unknown types and fields are refused; what is written stays far
 * below the megabyte that a browser takes. Memory: texts view the decoded document, which lives in the arena. Threads:
 * pure. */
#ifndef IC_AGENT_MESSAGE_H
#define IC_AGENT_MESSAGE_H

#include "sync/operation.h"

enum ic_message_type { IC_MESSAGE_HELLO, IC_MESSAGE_CAPTURE, IC_MESSAGE_STATUS_REQUEST };

struct ic_message {
    enum ic_message_type type;
    struct ic_str extension_version; /* Of a hello. */
    struct ic_operation operation;   /* Of a capture. */
};

/* What the extension shows of the agent. */
struct ic_message_status {
    bool paired;
    bool online;
    int64_t pending;
    int64_t rejected;
    char opr_name[4 * IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX + 1]; /* Empty: not paired. */
};

/* Reads a message; `err` must be given. `ret_op_id` is filled as soon as a capture's op_id can be read, also when
 * something else then fails: the answer names what was not kept. */
IC_NODISCARD enum ic_rc ic_message_decode(struct ic_str text, struct ic_arena *arena, struct ic_message *ret_message,
                                          struct ic_op_id *ret_op_id, struct ic_err *err);

void ic_message_put_ack(const struct ic_op_id *op_id, bool duplicate, struct ic_json_writer *writer);
void ic_message_put_status(const struct ic_message_status *status, struct ic_json_writer *writer);

/* `op_id` may be empty: then no operation is named. */
void ic_message_put_error(const struct ic_err *fault, const struct ic_op_id *op_id, struct ic_json_writer *writer);

#endif
