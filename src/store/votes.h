/* Votes on proposals, the people whom a ballot asks, and what was done to a proposal from beginning to end.
 *
 * Promises: an operator has one vote on a proposal at most, which a key holds. A deed of a proposal's history is
 * written in the transaction of the event that tells of it, and deeds are numbered from 1 without a gap; nothing alters
 * or removes one. Memory: texts live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_VOTES_H
#define IC_STORE_VOTES_H

#include "contract/vocabulary.h"
#include "domain/ballot.h"
#include "store/store.h"

struct ic_vote {
    struct ic_id opr_id;
    struct ic_str opr_name; /* Only of one that was read. */
    enum ic_vote_choice choice;
    struct ic_str reason; /* Empty: none was given. */
    int64_t voted_at;
};

struct ic_vote_list {
    struct ic_vote *items;
    size_t count;
};

/* Casts the operator's vote, in the place of one that is there. */
IC_NODISCARD enum ic_rc ic_store_vote_put(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                          const struct ic_vote *vote, struct ic_err *err);

/* Takes the operator's vote back; fails with conflict when there is none. */
IC_NODISCARD enum ic_rc ic_store_vote_delete(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                             const struct ic_id *opr_id, struct ic_err *err);

/* Every vote on a proposal, in the order of opr_id. */
IC_NODISCARD enum ic_rc ic_store_vote_list(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                           struct ic_arena *arena, struct ic_vote_list *ret_list, struct ic_err *err);

struct ic_ballot_people {
    struct ic_ballot_person *items;
    size_t count;
};

/* Every operator, in the order of opr_id. */
IC_NODISCARD enum ic_rc ic_store_ballot_people(struct ic_store_tx *tx, struct ic_arena *arena,
                                               struct ic_ballot_people *ret_people, struct ic_err *err);

/* Something that was done to a proposal. */
struct ic_proposal_deed {
    int64_t deed_number;
    struct ic_id elg_id;
    enum ic_proposal_deed_kind deed;
    bool has_choice_before; /* Of a vote. */
    enum ic_vote_choice choice_before;
    bool has_choice_after;
    enum ic_vote_choice choice_after;
    struct ic_str reason;
    /* Of the event; only of one that was read. */
    int64_t created_at;
    bool is_by_server; /* Nobody did it: the deadline had come, or the team had changed. */
    struct ic_id opr_id;
    struct ic_str opr_name;
};

struct ic_proposal_deed_list {
    struct ic_proposal_deed *items;
    size_t count;
    int64_t next; /* The number that the next page lies behind; 0: it ends here. */
};

/* Adds it to the end of the history; its number is set here. */
IC_NODISCARD enum ic_rc ic_store_proposal_deed_add(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                                   const struct ic_proposal_deed *deed, struct ic_err *err);

/* At most `limit` deeds behind a number, oldest first. */
IC_NODISCARD enum ic_rc ic_store_proposal_deed_list(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                                    int64_t behind, size_t limit, struct ic_arena *arena,
                                                    struct ic_proposal_deed_list *ret_list, struct ic_err *err);

#endif
