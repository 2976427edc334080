/* What happened lately, in memory, indexed for the questions of verdicts.
 *
 * Promises: answers `ic_verdict_ask`'s questions for the rules that it was made for, in time that grows with the
 * logarithm of what it holds (of other actors: with the messages to the one target); events may come in any order.
 * Memory: owns everything; bounded by IC_HISTORY_EVENTS_MAX events. Threads: one at a time. */
#ifndef IC_DOMAIN_HISTORY_H
#define IC_DOMAIN_HISTORY_H

#include "base/err.h"
#include "domain/verdict.h"

enum { IC_HISTORY_EVENTS_MAX = 1000000 };

struct ic_history;

struct ic_history_event {
    int64_t at_ms;
    enum ic_goal_metric metric; /* A message is a Total Message Sent; never Unique Profiles Contacted. */
    struct ic_id opr_id;
    struct ic_handle act_username; /* Empty: without an actor. */
    struct ic_id tar_id;
    uint64_t text_print; /* Of a message; 0: without words. */
    bool is_repeated;    /* The target had come that far before: what waits for a reply hears it, no count does. */
};

/* Makes an empty history for these rules; NULL when memory ran out. */
struct ic_history *ic_history_create(const struct ic_rule_terms *rules, size_t rules_count);

/* NULL is accepted. */
void ic_history_destroy(struct ic_history *history);

/* Fails with too_large when it is full, and out_of_memory. */
IC_NODISCARD enum ic_rc ic_history_add(struct ic_history *history, const struct ic_history_event *event,
                                       struct ic_err *err);

/* Answers a question that came of one of the rules. */
struct ic_verdict_answer ic_history_answer(const struct ic_history *history,
                                           const struct ic_verdict_question *question);

#endif
