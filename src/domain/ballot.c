#include "domain/ballot.h"

#include <string.h>

static bool may_vote(enum ic_role role)
{
    return role == IC_ROLE_OWNER || role == IC_ROLE_ADMIN || role == IC_ROLE_OPERATOR;
}

bool ic_ballot_is_member(const struct ic_ballot_terms *terms, const struct ic_ballot_person *person)
{
    return person->disabled_at == 0 && may_vote(person->role) && person->joined_at <= terms->opened_at;
}

static bool is_within(const struct ic_ballot_terms *terms, const struct ic_ballot_vote *vote)
{
    return vote->voted_at >= terms->opened_at && vote->voted_at < terms->closes_at;
}

static void add(struct ic_ballot_count *count, enum ic_vote_choice choice)
{
    switch (choice) {
    case IC_VOTE_CHOICE_FOR:
        count->votes_for++;
        break;
    case IC_VOTE_CHOICE_AGAINST:
        count->votes_against++;
        break;
    case IC_VOTE_CHOICE_ABSTAIN:
        count->abstentions++;
        break;
    }
}

void ic_ballot_count(const struct ic_ballot_terms *terms, const struct ic_ballot_person *people, size_t people_count,
                     const struct ic_ballot_vote *votes, size_t votes_count, struct ic_ballot_count *ret_count)
{
    struct ic_ballot_count count = {0};
    size_t next = 0;
    for (size_t i = 0; i < people_count; i++) {
        const struct ic_ballot_vote *last = NULL;
        bool is_again = i > 0 && ic_id_equal(&people[i].opr_id, &people[i - 1].opr_id);
        if (is_again || !ic_ballot_is_member(terms, &people[i])) {
            continue;
        }
        count.members++;
        while (next < votes_count && strcmp(votes[next].opr_id.text, people[i].opr_id.text) < 0) {
            next++;
        }
        for (; next < votes_count && ic_id_equal(&votes[next].opr_id, &people[i].opr_id); next++) {
            if (is_within(terms, &votes[next]) && (!last || votes[next].voted_at >= last->voted_at)) {
                last = &votes[next];
            }
        }
        if (last) {
            add(&count, last->choice);
        }
    }
    *ret_count = count;
}

int64_t ic_ballot_quorum(const struct ic_ballot_terms *terms, int64_t members)
{
    int64_t needed = (members * terms->quorum_percent + 99) / 100;
    return needed > 0 ? needed : 1;
}

static bool is_majority(const struct ic_ballot_terms *terms, int64_t votes_for, int64_t votes_against)
{
    return votes_for > votes_against && votes_for * 100 >= terms->majority_percent * (votes_for + votes_against);
}

enum ic_proposal_outcome ic_ballot_judge(const struct ic_ballot_terms *terms, const struct ic_ballot_count *count,
                                         int64_t now)
{
    int64_t cast = count->votes_for + count->votes_against + count->abstentions;
    int64_t silent = count->members - cast;
    bool is_over = now >= terms->closes_at;
    if (cast < ic_ballot_quorum(terms, count->members)) {
        return is_over ? IC_PROPOSAL_OUTCOME_EXPIRED : IC_PROPOSAL_OUTCOME_OPEN;
    }
    /* From the deadline on those who have not voted count for nothing. */
    int64_t against_at_worst = count->votes_against + (is_over ? 0 : silent);
    int64_t for_at_best = count->votes_for + (is_over ? 0 : silent);
    if (is_majority(terms, count->votes_for, against_at_worst)) {
        return IC_PROPOSAL_OUTCOME_ADOPTED;
    }
    return is_majority(terms, for_at_best, count->votes_against) ? IC_PROPOSAL_OUTCOME_OPEN
                                                                 : IC_PROPOSAL_OUTCOME_REJECTED;
}
