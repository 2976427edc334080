/* Proposals: that a goal or a rule is adopted, in another's place where it says so, or that one is archived.
 *
 * Promises: a proposal is written in the transaction of the event that says so. It is decided once: what is decided is
 * open no more, and whoever would decide it again is told conflict. Its terms are those of the team's settings when it
 * was opened. Proposals are never deleted. Memory: texts live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_PROPOSALS_H
#define IC_STORE_PROPOSALS_H

#include "contract/vocabulary.h"
#include "domain/ballot.h"
#include "domain/id.h"
#include "store/list_place.h"
#include "store/store.h"

enum { IC_STORE_PROPOSAL_LOOKS_MAX = 2000 };

struct ic_proposal {
    struct ic_id proposal_id;
    enum ic_proposal_purpose purpose;
    struct ic_id goal_id; /* One of the next two is given. */
    struct ic_id rule_id;
    struct ic_id replaces_id; /* Of the same kind; archived when this is adopted. Empty: nothing. */
    struct ic_id opr_id;      /* Who proposed it. */
    struct ic_str opr_name;
    struct ic_str reason; /* Empty: none was given. */
    int64_t created_at;
    bool is_voted; /* False: it was adopted at once. */
    struct ic_ballot_terms terms;
    enum ic_proposal_outcome outcome;
    int64_t decided_at;           /* 0: it is open. */
    struct ic_ballot_count count; /* When it was decided. */
};

/* Which proposals. */
struct ic_proposal_query {
    bool is_oldest_first;
    bool has_kind[IC_PROPOSAL_KIND_COUNT]; /* One of these, as the next two; none: any. */
    bool has_purpose[IC_PROPOSAL_PURPOSE_COUNT];
    bool has_outcome[IC_PROPOSAL_OUTCOME_COUNT];
    struct ic_id opr_id;                /* Who proposed it; empty, as the next: any. */
    struct ic_id object_id;             /* The goal or rule that it is about, or would replace. */
    const struct ic_list_place *behind; /* NULL: the first page. */
    size_t limit;
    int64_t looks_max; /* Rows that the page looks at, where there are filters; at least 1. */
};

struct ic_proposal_list {
    struct ic_proposal *items;
    size_t count;
    bool has_next;
    struct ic_list_place next;
};

/* Inserts an open one with an id of its own making, drawn again on a collision. */
IC_NODISCARD enum ic_rc ic_store_proposal_insert(struct ic_store_tx *tx, const struct ic_proposal *proposal,
                                                 const struct ic_rand *rand, struct ic_id *ret_proposal_id,
                                                 struct ic_err *err);

/* Fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_proposal_get(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                              struct ic_arena *arena, struct ic_proposal *ret_proposal,
                                              struct ic_err *err);

/* One page. */
IC_NODISCARD enum ic_rc ic_store_proposal_list(struct ic_store_tx *tx, const struct ic_proposal_query *query,
                                               struct ic_arena *arena, struct ic_proposal_list *ret_list,
                                               struct ic_err *err);

/* All that are open, IC_LIMIT_OPEN_PROPOSALS_MAX at most, in the order in which they end. */
IC_NODISCARD enum ic_rc ic_store_proposals_open(struct ic_store_tx *tx, struct ic_arena *arena,
                                                struct ic_proposal_list *ret_list, struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_proposals_open_count(struct ic_store_tx *tx, int64_t *ret_count, struct ic_err *err);

/* Whether an open proposal is about this goal or rule, or would replace it. */
IC_NODISCARD enum ic_rc ic_store_proposal_is_open_of(struct ic_store_tx *tx, const struct ic_id *object_id,
                                                     bool *ret_is_open, struct ic_err *err);

/* How many goals and rules that this operator proposed are active or voted on. */
IC_NODISCARD enum ic_rc ic_store_agreed_count(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t *ret_count,
                                              struct ic_err *err);

/* Opens it anew with the reason, replaced id and terms given; fails with conflict when it is not open. */
IC_NODISCARD enum ic_rc ic_store_proposal_reopen(struct ic_store_tx *tx, const struct ic_proposal *proposal,
                                                 struct ic_err *err);

/* Writes down the outcome, the count and when; fails with conflict when it is not open. */
IC_NODISCARD enum ic_rc ic_store_proposal_decide(struct ic_store_tx *tx, const struct ic_proposal *proposal,
                                                 struct ic_err *err);

struct ic_ended_goals {
    struct ic_id *items;
    size_t count;
};

/* At most `limit` active goals whose end has passed. */
IC_NODISCARD enum ic_rc ic_store_goals_ended(struct ic_store_tx *tx, int64_t now, size_t limit, struct ic_arena *arena,
                                             struct ic_ended_goals *ret_ended, struct ic_err *err);

#endif
