/* What the team's rules said of messages that were sent all the same, recorded with them.
 *
 * Promises: judged in the transaction that writes the message, by what lies before it in the log and by the rules that
 * are active now and were already when it was sent (docs/rules.md, What is recorded); the rules are read once for a
 * batch, and a team without any pays for that alone. Memory: the given arena. Threads: as the transaction's. */
#ifndef IC_SERVICE_WARNINGS_H
#define IC_SERVICE_WARNINGS_H

#include "service/service.h"
#include "store/outreach.h"
#include "store/warnings.h"
#include "sync/operation.h"

/* A message that was just written. */
struct ic_written_message {
    const struct ic_outreach *outreach;
    const struct ic_outreach_ids *ids;
    int64_t log_position;
    const struct ic_operation *operation; /* Tells what was shown to the person before. */
};

/* The rules that a batch is judged by. */
struct ic_warning_rules {
    const struct ic_zone *zone; /* The operator's. */
    struct ic_warning_rule *items;
    size_t count;
    struct ic_warning *room; /* For warnings that wait to be written. */
};

/* Reads the rules that are active for what `opr_id` sends. */
IC_NODISCARD enum ic_rc ic_warning_rules_read(struct ic_service *service, struct ic_store_tx *tx,
                                              const struct ic_id *opr_id, struct ic_arena *arena,
                                              struct ic_warning_rules *ret_rules, struct ic_err *err);

/* Judges messages, which are all in the log, and writes down what the rules warn of. */
IC_NODISCARD enum ic_rc ic_warnings_record(struct ic_store_tx *tx, const struct ic_warning_rules *rules,
                                           const struct ic_written_message *messages, size_t count, struct ic_err *err);

#endif
