/* The strategy: the rules one by one on small teams; then thousands of drawn teams of up to 50, who join, leave, change
 * roles and their votes, under a clock that jumps, and after each step what the ballot says against a model that knows
 * nothing but the whole story: it asks of everybody whether they are a member, looks for their last vote, and tries out
 * every way in which those who are silent may vote. */
#include "domain/ballot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TEAMS = 1500, STEPS = 100, PEOPLE_MAX = 50, OPENED = 10000, CLOSES = 20000 };

static struct ic_id id_of(int number)
{
    struct ic_id id = {0};
    (void)snprintf(id.text, sizeof id.text, "OPR-%08X", (unsigned)number);
    return id;
}

/* ---- One by one. ---- */

struct team {
    struct ic_ballot_terms terms;
    struct ic_ballot_person people[PEOPLE_MAX];
    size_t people_count;
    struct ic_ballot_vote votes[PEOPLE_MAX];
    size_t votes_count;
};

/* So many operators, of whom the first ones have voted. */
static struct team team_of(int people, int votes_for, int votes_against, int abstentions)
{
    struct team team = {.terms = {50, 50, OPENED, CLOSES}};
    for (int i = 0; i < people; i++) {
        team.people[team.people_count++] = (struct ic_ballot_person){id_of(i), IC_ROLE_OPERATOR, 1, 0};
    }
    for (int i = 0; i < votes_for + votes_against + abstentions; i++) {
        enum ic_vote_choice choice = i < votes_for                   ? IC_VOTE_CHOICE_FOR
                                     : i < votes_for + votes_against ? IC_VOTE_CHOICE_AGAINST
                                                                     : IC_VOTE_CHOICE_ABSTAIN;
        team.votes[team.votes_count++] = (struct ic_ballot_vote){id_of(i), choice, OPENED};
    }
    return team;
}

static struct ic_ballot_count count_of(const struct team *team)
{
    struct ic_ballot_count count;
    ic_ballot_count(&team->terms, team->people, team->people_count, team->votes, team->votes_count, &count);
    return count;
}

static void stands(const struct team *team, int64_t now, enum ic_proposal_outcome outcome)
{
    struct ic_ballot_count count = count_of(team);
    assert_int_equal(ic_ballot_judge(&team->terms, &count, now), outcome);
}

static void test_a_ballot_ends_early_when_the_silent_could_not_alter_it(void **state)
{
    (void)state;
    struct team team = team_of(8, 4, 0, 0); /* The four silent ones could make it a tie. */
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_OPEN);
    team = team_of(8, 5, 0, 0);
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_ADOPTED);
    team = team_of(8, 0, 4, 0); /* They could make it a tie, and a tie is none. */
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_REJECTED);
    team = team_of(8, 1, 3, 0);
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_OPEN);
    team = team_of(1, 1, 0, 0);
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_ADOPTED);
}

static void test_without_a_quorum_nothing_ends_before_its_time_and_nothing_is_adopted_then(void **state)
{
    (void)state;
    struct team team = team_of(10, 4, 0, 0);
    stands(&team, CLOSES - 1, IC_PROPOSAL_OUTCOME_OPEN);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_EXPIRED);
    team = team_of(10, 0, 4, 0);
    team.terms.majority_percent = 100; /* Lost, but not by a quorum. */
    stands(&team, CLOSES - 1, IC_PROPOSAL_OUTCOME_OPEN);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_EXPIRED);
    team = team_of(10, 0, 0, 0);
    team.terms.quorum_percent = 1;
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_EXPIRED);
    team = team_of(0, 0, 0, 0);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_EXPIRED);
}

static void test_at_the_deadline_those_who_voted_decide(void **state)
{
    (void)state;
    struct team team = team_of(10, 3, 2, 0);
    stands(&team, CLOSES - 1, IC_PROPOSAL_OUTCOME_OPEN);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_ADOPTED);
    team = team_of(10, 2, 3, 0);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_REJECTED);
    team = team_of(10, 2, 2, 1);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_REJECTED); /* A tie. */
    team = team_of(10, 0, 0, 10);
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_REJECTED); /* Nobody is for it, and nobody is left. */
    team = team_of(10, 1, 0, 4);
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_ADOPTED); /* To abstain is to vote. */
}

static void test_a_majority_of_so_many_percent_is_that_many_at_least(void **state)
{
    (void)state;
    struct team team = team_of(3, 2, 1, 0);
    team.terms.majority_percent = 66;
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_ADOPTED);
    team.terms.majority_percent = 67;
    stands(&team, CLOSES, IC_PROPOSAL_OUTCOME_REJECTED);
    team = team_of(3, 3, 0, 0);
    team.terms.majority_percent = 100;
    stands(&team, OPENED, IC_PROPOSAL_OUTCOME_ADOPTED);
}

static void test_a_quorum_is_rounded_up_and_is_one_at_least(void **state)
{
    (void)state;
    const struct ic_ballot_terms half = {50, 50, OPENED, CLOSES};
    const struct ic_ballot_terms hundredth = {1, 50, OPENED, CLOSES};
    const struct ic_ballot_terms all = {100, 50, OPENED, CLOSES};
    assert_int_equal(ic_ballot_quorum(&half, 7), 4);
    assert_int_equal(ic_ballot_quorum(&half, 8), 4);
    assert_int_equal(ic_ballot_quorum(&half, 0), 1);
    assert_int_equal(ic_ballot_quorum(&hundredth, 50), 1);
    assert_int_equal(ic_ballot_quorum(&hundredth, 101), 2);
    assert_int_equal(ic_ballot_quorum(&all, 9), 9);
}

static void test_members_may_come_in_and_vote_and_had_joined(void **state)
{
    (void)state;
    const struct ic_ballot_terms terms = {50, 50, OPENED, CLOSES};
    static const struct {
        struct ic_ballot_person person;
        bool is_member;
    } cases[] = {
        {{{"OPR-00000001"}, IC_ROLE_OWNER, 1, 0}, true},
        {{{"OPR-00000001"}, IC_ROLE_ADMIN, 1, 0}, true},
        {{{"OPR-00000001"}, IC_ROLE_OPERATOR, OPENED, 0}, true},
        {{{"OPR-00000001"}, IC_ROLE_OPERATOR, OPENED + 1, 0}, false},
        {{{"OPR-00000001"}, IC_ROLE_VIEWER, 1, 0}, false},
        {{{"OPR-00000001"}, IC_ROLE_OWNER, 1, OPENED + 5}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ic_ballot_is_member(&terms, &cases[i].person), cases[i].is_member);
    }
}

static void test_the_vote_of_whoever_is_no_member_any_more_counts_for_nothing(void **state)
{
    (void)state;
    struct team team = team_of(4, 3, 0, 0);
    team.people[0].disabled_at = OPENED + 1;
    team.people[1].role = IC_ROLE_VIEWER;
    struct ic_ballot_count count = count_of(&team);
    assert_int_equal(count.members, 2);
    assert_int_equal(count.votes_for, 1);
    team.people[0].disabled_at = 0;
    count = count_of(&team);
    assert_int_equal(count.members, 3);
    assert_int_equal(count.votes_for, 2);
}

static void test_only_votes_of_the_time_that_it_was_open_count(void **state)
{
    (void)state;
    struct team team = team_of(4, 4, 0, 0);
    team.votes[0].voted_at = OPENED - 1; /* On what was proposed before it was changed. */
    team.votes[1].voted_at = CLOSES;
    team.votes[2].voted_at = CLOSES - 1;
    assert_int_equal(count_of(&team).votes_for, 2);
}

static void test_nobody_counts_twice_and_the_last_vote_is_the_one(void **state)
{
    (void)state;
    struct team team = team_of(3, 0, 0, 0);
    team.people[2] = team.people[1];
    const struct ic_ballot_vote votes[] = {
        {id_of(0), IC_VOTE_CHOICE_AGAINST, OPENED + 7},
        {id_of(0), IC_VOTE_CHOICE_FOR, OPENED + 3},
        {id_of(1), IC_VOTE_CHOICE_FOR, OPENED + 3},
        {id_of(1), IC_VOTE_CHOICE_ABSTAIN, OPENED + 3},
    };
    memcpy(team.votes, votes, sizeof votes);
    team.votes_count = 4;
    struct ic_ballot_count count = count_of(&team);
    assert_int_equal(count.members, 2);
    assert_int_equal(count.votes_for, 0);
    assert_int_equal(count.votes_against, 1);
    assert_int_equal(count.abstentions, 1);
}

/* ---- Teams. ---- */

static uint32_t drawn(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* The whole story: every vote that was ever cast, in the order in which it was. */
struct story {
    struct ic_ballot_terms terms;
    struct ic_ballot_person people[PEOPLE_MAX];
    int people_count;
    struct ic_ballot_vote cast[STEPS];
    int cast_count;
    int64_t now;
};

static bool model_is_member(const struct story *story, const struct ic_ballot_person *person)
{
    if (person->role == IC_ROLE_VIEWER || person->disabled_at != 0) {
        return false;
    }
    return !(person->joined_at > story->terms.opened_at);
}

/* 'f', 'a', '-' for an abstention, 's' for silent. */
static char model_vote_of(const struct story *story, const struct ic_ballot_person *person)
{
    char vote = 's';
    int64_t at = INT64_MIN;
    for (int i = 0; i < story->cast_count; i++) {
        const struct ic_ballot_vote *cast = &story->cast[i];
        bool is_open = cast->voted_at >= story->terms.opened_at && cast->voted_at < story->terms.closes_at;
        if (strcmp(cast->opr_id.text, person->opr_id.text) == 0 && is_open && cast->voted_at >= at) {
            vote = "fa-"[cast->choice];
            at = cast->voted_at;
        }
    }
    return vote;
}

/* Whether the votes make a majority, in the words of the decision. */
static bool model_is_won(const struct story *story, int votes_for, int votes_against)
{
    if (votes_for <= votes_against) {
        return false;
    }
    return (double)votes_for / (votes_for + votes_against) >= (double)story->terms.majority_percent / 100.0 - 1e-12;
}

static enum ic_proposal_outcome model_of(const struct story *story, int *ret_members, int *ret_cast)
{
    int said[128] = {0};
    int members = 0;
    for (int i = 0; i < story->people_count; i++) {
        if (model_is_member(story, &story->people[i])) {
            members++;
            said[(int)model_vote_of(story, &story->people[i])]++;
        }
    }
    int cast = said['f'] + said['a'] + said['-'];
    bool has_quorum = cast >= 1 && cast * 100 >= members * story->terms.quorum_percent;
    *ret_members = members;
    *ret_cast = cast;
    if (story->now >= story->terms.closes_at) {
        if (!has_quorum) {
            return IC_PROPOSAL_OUTCOME_EXPIRED;
        }
        return model_is_won(story, said['f'], said['a']) ? IC_PROPOSAL_OUTCOME_ADOPTED : IC_PROPOSAL_OUTCOME_REJECTED;
    }
    if (!has_quorum) {
        return IC_PROPOSAL_OUTCOME_OPEN;
    }
    int won = 0, lost = 0;
    for (int more_for = 0; more_for <= said['s']; more_for++) {
        for (int more_against = 0; more_for + more_against <= said['s']; more_against++) {
            bool is_won = model_is_won(story, said['f'] + more_for, said['a'] + more_against);
            won += is_won;
            lost += !is_won;
        }
    }
    if (won > 0 && lost > 0) {
        return IC_PROPOSAL_OUTCOME_OPEN;
    }
    return won > 0 ? IC_PROPOSAL_OUTCOME_ADOPTED : IC_PROPOSAL_OUTCOME_REJECTED;
}

/* What a store holds: one row per operator, of their last vote, in the order of their ids. */
static size_t rows_of(const struct story *story, struct ic_ballot_vote *rows)
{
    size_t count = 0;
    for (int person = 0; person < story->people_count; person++) {
        const struct ic_ballot_vote *last = NULL;
        for (int i = 0; i < story->cast_count; i++) {
            if (ic_id_equal(&story->cast[i].opr_id, &story->people[person].opr_id)) {
                last = &story->cast[i];
            }
        }
        if (last) {
            rows[count++] = *last;
        }
    }
    return count;
}

/* Orders votes by their operators and leaves those of one in the order in which they were cast. */
static void by_operator(struct ic_ballot_vote *votes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct ic_ballot_vote moved = votes[i];
        size_t place = i;
        for (; place > 0 && strcmp(votes[place - 1].opr_id.text, moved.opr_id.text) > 0; place--) {
            votes[place] = votes[place - 1];
        }
        votes[place] = moved;
    }
}

static void begin(struct story *story, uint64_t *seed)
{
    memset(story, 0, sizeof *story);
    story->terms = (struct ic_ballot_terms){1 + drawn(seed, 100), 50 + drawn(seed, 51), OPENED, CLOSES};
    story->people_count = 1 + (int)drawn(seed, PEOPLE_MAX - 10);
    story->now = OPENED;
    for (int i = 0; i < story->people_count; i++) {
        story->people[i] = (struct ic_ballot_person){
            id_of(i), drawn(seed, 5) == 0 ? IC_ROLE_VIEWER : (enum ic_role)drawn(seed, 3), drawn(seed, OPENED + 1), 0};
    }
}

/* The clock that votes are stamped with never lies before the ballot's beginning, and never goes back for one person:
 * the store keeps the last. */
static void cast(struct story *story, uint64_t *seed, uint32_t person)
{
    int64_t at = story->now > story->terms.opened_at ? story->now : story->terms.opened_at;
    for (int i = 0; i < story->cast_count; i++) {
        if (ic_id_equal(&story->cast[i].opr_id, &story->people[person].opr_id) && story->cast[i].voted_at > at) {
            at = story->cast[i].voted_at;
        }
    }
    if (at < story->terms.closes_at) {
        story->cast[story->cast_count++] =
            (struct ic_ballot_vote){story->people[person].opr_id, (enum ic_vote_choice)drawn(seed, 3), at};
    }
}

static void step(struct story *story, uint64_t *seed)
{
    uint32_t person = drawn(seed, (uint32_t)story->people_count);
    switch (drawn(seed, 12)) {
    case 0:
        story->people[person].disabled_at = story->people[person].disabled_at ? 0 : story->now;
        break;
    case 1:
        story->people[person].role = (enum ic_role)drawn(seed, IC_ROLE_COUNT);
        break;
    case 2:
        if (story->people_count < PEOPLE_MAX) {
            story->people[story->people_count] =
                (struct ic_ballot_person){id_of(story->people_count), IC_ROLE_OPERATOR, story->now, 0};
            story->people_count++;
        }
        break;
    case 3: /* It goes forth and back. */
        story->now += (int64_t)drawn(seed, 6000) - 2000;
        break;
    default:
        story->now += drawn(seed, 20);
        cast(story, seed, person);
        break;
    }
}

static void compare(const struct story *story, uint64_t seed, const struct ic_ballot_vote *votes, size_t votes_count,
                    int *ends)
{
    struct ic_ballot_count count;
    int members, cast_count;
    enum ic_proposal_outcome expected = model_of(story, &members, &cast_count);
    ic_ballot_count(&story->terms, story->people, (size_t)story->people_count, votes, votes_count, &count);
    enum ic_proposal_outcome outcome = ic_ballot_judge(&story->terms, &count, story->now);
    int64_t counted = count.votes_for + count.votes_against + count.abstentions;
    if (outcome != expected || count.members != members || counted != cast_count) {
        print_error("team of seed %llu: %s, the model says %s\n", (unsigned long long)seed,
                    ic_proposal_outcome_name(outcome), ic_proposal_outcome_name(expected));
    }
    assert_int_equal(outcome, expected);
    assert_int_equal(count.members, members);
    assert_int_equal(counted, cast_count);
    assert_true(counted <= count.members);
    if (outcome == IC_PROPOSAL_OUTCOME_ADOPTED) {
        assert_true(counted * 100 >= count.members * story->terms.quorum_percent && counted > 0);
        assert_true(count.votes_for > count.votes_against);
    }
    ends[outcome]++;
}

static void test_thousands_of_teams_agree_with_a_model_that_tries_everything_out(void **state)
{
    (void)state;
    static struct story story;
    int ends[IC_PROPOSAL_OUTCOME_COUNT] = {0};
    for (uint64_t team = 1; team <= TEAMS; team++) {
        uint64_t seed = team;
        begin(&story, &seed);
        for (int i = 0; i < STEPS; i++) {
            struct ic_ballot_vote rows[STEPS];
            step(&story, &seed);
            compare(&story, team, rows, rows_of(&story, rows), ends);
            /* And with every vote that was ever cast, of which but the last may count. */
            memcpy(rows, story.cast, sizeof rows);
            by_operator(rows, (size_t)story.cast_count);
            compare(&story, team, rows, (size_t)story.cast_count, ends);
        }
    }
    for (int outcome = 0; outcome < IC_PROPOSAL_OUTCOME_WITHDRAWN; outcome++) {
        print_message("# %s: %d\n", ic_proposal_outcome_name((enum ic_proposal_outcome)outcome), ends[outcome]);
        assert_true(ends[outcome] > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_ballot_ends_early_when_the_silent_could_not_alter_it),
        cmocka_unit_test(test_without_a_quorum_nothing_ends_before_its_time_and_nothing_is_adopted_then),
        cmocka_unit_test(test_at_the_deadline_those_who_voted_decide),
        cmocka_unit_test(test_a_majority_of_so_many_percent_is_that_many_at_least),
        cmocka_unit_test(test_a_quorum_is_rounded_up_and_is_one_at_least),
        cmocka_unit_test(test_members_may_come_in_and_vote_and_had_joined),
        cmocka_unit_test(test_the_vote_of_whoever_is_no_member_any_more_counts_for_nothing),
        cmocka_unit_test(test_only_votes_of_the_time_that_it_was_open_count),
        cmocka_unit_test(test_nobody_counts_twice_and_the_last_vote_is_the_one),
        cmocka_unit_test(test_thousands_of_teams_agree_with_a_model_that_tries_everything_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
