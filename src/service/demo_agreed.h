/* What the sample's team agrees on: its goals and rules, and when they are suggested, adopted, rejected and archived.
 *
 * Promises: the same options give the same decisions; a goal or a rule is suggested before anything else is decided of
 * it; values are such that the team comes near them. Memory: none kept. Threads: pure, but for the writing, which is
 * the transaction's. */
#ifndef IC_SERVICE_DEMO_AGREED_H
#define IC_SERVICE_DEMO_AGREED_H

#include "domain/id.h"
#include "service/demo.h"
#include "store/store.h"

enum { IC_DEMO_PROPOSALS_COUNT = 16, IC_DEMO_DECISIONS_COUNT = 28, IC_DEMO_DECISION_SIZE = 128 };

/* When a decision is due, from the first to the last: they grow. */
int64_t ic_demo_decision_due(const struct ic_demo_options *options, uint32_t decision);

/* Who takes it: an operator who has an actor. */
uint32_t ic_demo_decision_operator(const struct ic_demo_options *options, uint32_t decision);

/* What the log says of it. */
struct ic_str ic_demo_decision_details(const struct ic_demo_options *options, uint32_t decision,
                                       char buffer[IC_DEMO_DECISION_SIZE]);

/* The rows of a team that decisions refer to. */
struct ic_demo_team {
    const struct ic_id *operator_ids;
    const struct ic_id *actor_ids;
    struct ic_id agreed_ids[IC_DEMO_PROPOSALS_COUNT];   /* Goals and rules that were suggested. */
    struct ic_id proposal_ids[IC_DEMO_PROPOSALS_COUNT]; /* Their proposals. */
};

/* Writes the goal or the rule as it is by the decision, whose event is given; decisions are written in their order. */
IC_NODISCARD enum ic_rc ic_demo_decision_write(struct ic_store_tx *tx, const struct ic_demo_options *options,
                                               uint32_t decision, struct ic_demo_team *team, const struct ic_id *elg_id,
                                               int64_t created_at, const struct ic_rand *rand, struct ic_err *err);

#endif
