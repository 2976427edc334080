/* Proposing goals and rules, or that one is archived; changing and withdrawing what one proposed; voting; and the ends
 * that come by themselves. docs/decisions/votes.md says who decides what.
 *
 * Promises: who may is asked in the transaction that writes. A personal goal and a personal limit that loosens nothing
 * are adopted at once; everything else is voted on, beginning with the vote of whoever proposed it. A proposal ends
 * once, in the transaction of the vote that decides or of the upkeep, whichever is first, on however many servers.
 * Every deed is an event, an entry of the audit and a row of the proposal's history.
 * Memory: texts of results live in the given arena. Threads: any; calls block on the store. */
#ifndef IC_SERVICE_PROPOSALS_H
#define IC_SERVICE_PROPOSALS_H

#include "domain/rule.h"
#include "service/agreed.h"

/* The rule as its kind is judged; fails with invalid_field when it is none. */
IC_NODISCARD enum ic_rc ic_rule_check(struct ic_store_tx *tx, struct ic_service *service, const struct ic_rule *rule,
                                      struct ic_rule_terms *ret_terms, struct ic_err *err);

/* What is to be proposed. */
struct ic_proposal_wish {
    struct ic_agreed agreed;  /* The values that a person gives; who and when are set here. */
    struct ic_str reason;     /* May be empty. */
    struct ic_id replaces_id; /* May be empty. */
};

/* The wish with its texts as they are to be kept, trimmed and in one line; fails with invalid_field. */
IC_NODISCARD enum ic_rc ic_proposal_wish_clean(const struct ic_proposal_wish *wish, struct ic_proposal_wish *ret_clean,
                                               struct ic_err *err);

/* What came of it. */
struct ic_proposed {
    struct ic_id proposal_id; /* Empty: it was done at once and there was nothing to propose. */
    struct ic_id object_id;   /* The goal or rule. */
    enum ic_proposal_outcome outcome;
};

/* Proposes a goal or a rule. Fails with invalid_field (whatever value it cannot have, and a goal or rule to replace
 * that is not active or of another kind), with conflict when that one is in another open proposal, with
 * too_many_requests when as many wait as may, and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_proposals_propose(struct ic_service *service, const struct ic_asker *asker,
                                             const struct ic_proposal_wish *wish, struct ic_arena *arena,
                                             struct ic_proposed *ret_proposed, struct ic_err *err);

/* Proposes to archive a goal or a rule; one's own personal goal is archived at once. Fails with not_found, with
 * conflict when it is not active or in another open proposal, and as ic_proposals_propose. */
IC_NODISCARD enum ic_rc ic_proposals_propose_archiving(struct ic_service *service, const struct ic_asker *asker,
                                                       const struct ic_id *object_id, struct ic_str reason,
                                                       struct ic_arena *arena, struct ic_proposed *ret_proposed,
                                                       struct ic_err *err);

/* Gives an open proposal of one's own other values, and opens its ballot anew. Fails with not_found, with invalid_field
 * as above and when the proposal is of the other kind, with conflict when it is not open, archives something, or
 * another has voted; and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_proposals_change(struct ic_service *service, const struct ic_asker *asker,
                                            const struct ic_id *proposal_id, const struct ic_proposal_wish *wish,
                                            struct ic_arena *arena, struct ic_proposed *ret_proposed,
                                            struct ic_err *err);

/* Takes an open proposal of one's own back; fails as ic_proposals_change. */
IC_NODISCARD enum ic_rc ic_proposals_withdraw(struct ic_service *service, const struct ic_asker *asker,
                                              const struct ic_id *proposal_id, struct ic_arena *arena,
                                              struct ic_err *err);

/* Votes, or votes otherwise; the same once more changes nothing. Fails with not_found, with conflict when the ballot
 * has ended, with forbidden when they joined after it was opened, and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_proposals_vote(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_id *proposal_id, enum ic_vote_choice choice,
                                          struct ic_str reason, struct ic_arena *arena,
                                          struct ic_proposed *ret_proposed, struct ic_err *err);

/* Takes one's vote back; fails as ic_proposals_vote, and with conflict when one has not voted. */
IC_NODISCARD enum ic_rc ic_proposals_take_vote_back(struct ic_service *service, const struct ic_asker *asker,
                                                    const struct ic_id *proposal_id, struct ic_arena *arena,
                                                    struct ic_proposed *ret_proposed, struct ic_err *err);

enum { IC_SETTLE_GOALS_MAX = 50 }; /* Goals that one step archives. */

/* The server's part: concludes what has ended and archives goals whose time is over, each in a transaction of its own;
 * tells how many. Takes no writer's turn where nothing is due. */
IC_NODISCARD enum ic_rc ic_proposals_settle(struct ic_service *service, size_t *ret_count, struct ic_err *err);

#endif
