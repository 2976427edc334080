/* Ballots: whether a proposal is adopted.
 *
 * Who counts. A member of a ballot is an operator who is not disabled, whose role may vote (owner, admin, operator) and
 * who had joined when the ballot was opened. That is asked of the people as they are when the votes are counted, each
 * time anew: whoever is disabled or becomes a viewer counts no more and neither does their vote; once that is lifted,
 * both count again; whoever joins later never counts, so that nobody fills a team to win. A viewer who had joined and
 * becomes an operator counts.
 *
 * Which votes count. The last one of each member that was cast while the ballot was open: not before it was opened
 * (again), not at its end or later. Nobody's vote counts twice.
 *
 * Quorum: of the members, at least quorum_percent have voted, and at least one has; to abstain is to vote. Majority: of
 * those who voted for or against, at least majority_percent are for, and more are for than against: a tie adopts
 * nothing, and neither do abstentions alone.
 *
 * The end. Before the deadline a ballot ends only by a quorum, and only when those who have not voted could not alter
 * the outcome: adopted when there is a majority even if all of them were against, rejected when there is none even if
 * all of them were for. From the deadline on it has ended: adopted or rejected with a quorum, expired without. Votes
 * may be changed until the end, and the end is what the caller has written down: once that is done nothing here is
 * asked again, so that neither a clock that jumps back nor people who come or go open it again.
 *
 * Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_BALLOT_H
#define IC_DOMAIN_BALLOT_H

#include "contract/vocabulary.h"
#include "domain/id.h"

/* As the team's settings were when it was opened. */
struct ic_ballot_terms {
    int64_t quorum_percent;   /* 1 to 100. */
    int64_t majority_percent; /* 50 to 100; 50 is more than half. */
    int64_t opened_at;
    int64_t closes_at; /* The deadline: the first moment at which nobody may vote. */
};

/* An operator, as they are now. */
struct ic_ballot_person {
    struct ic_id opr_id;
    enum ic_role role;
    int64_t joined_at;
    int64_t disabled_at; /* 0: they may come in. */
};

struct ic_ballot_vote {
    struct ic_id opr_id;
    enum ic_vote_choice choice;
    int64_t voted_at;
};

struct ic_ballot_count {
    int64_t members;
    int64_t votes_for;
    int64_t votes_against;
    int64_t abstentions;
};

/* Whether this person is a member. */
bool ic_ballot_is_member(const struct ic_ballot_terms *terms, const struct ic_ballot_person *person);

/* Counts the members and their votes. People and votes come in the order of opr_id; where somebody is there several
 * times, they count once, and of their votes the one that was cast last (of one time, the last in the order). */
void ic_ballot_count(const struct ic_ballot_terms *terms, const struct ic_ballot_person *people, size_t people_count,
                     const struct ic_ballot_vote *votes, size_t votes_count, struct ic_ballot_count *ret_count);

/* How many votes make the quorum of that many members; at least 1. */
int64_t ic_ballot_quorum(const struct ic_ballot_terms *terms, int64_t members);

/* How the ballot stands at `now`: open, adopted, rejected or expired. */
enum ic_proposal_outcome ic_ballot_judge(const struct ic_ballot_terms *terms, const struct ic_ballot_count *count,
                                         int64_t now);

#endif
