/* The strategy: hundreds of drawn teams of up to 50 on the real services and the real store, with people who join,
 * leave, come back and change roles, who propose, vote, vote otherwise, take votes back and withdraw, under a clock
 * that jumps forth and back, while the upkeep of two servers comes by. Beside them a model, written without the
 * product's code, keeps the whole story and says after each step what must have become of every proposal. What has
 * ended is never asked again: it stays as it ended. */
#include "team.h"

#include "service/proposals.h"
#include "store/operators.h"
#include "store/team_settings.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TEAMS = 40, STEPS = 250, PEOPLE_MAX = 50, PROPOSALS_MAX = 12, HOUR_MS = 3600000 };

static uint32_t drawn(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* ---- The model. ---- */

struct man {
    struct ic_id opr_id;
    char role; /* 'o'wner, 'a'dmin, 'p' (operator), 'v'iewer. */
    bool is_disabled;
    int64_t joined;
};

struct ballot {
    struct ic_id proposal_id;
    struct ic_id goal_id;
    int by;
    int64_t opened, closes;
    int quorum, majority;
    char votes[PEOPLE_MAX]; /* 'f', 'a', '-', or 0. */
    char end;               /* 0: open; 'A'dopted, 'R'ejected, 'E'xpired, 'W'ithdrawn. */
    int ends;               /* How often it ended. */
};

struct world {
    struct man people[PEOPLE_MAX];
    int people_count;
    struct ballot ballots[PROPOSALS_MAX];
    int ballots_count;
    int quorum, majority, hours;
    int64_t now;
    int ended[128];
};

static bool counts(const struct world *world, const struct ballot *ballot, int man)
{
    const struct man *who = &world->people[man];
    return who->role != 'v' && !who->is_disabled && who->joined <= ballot->opened;
}

/* What the ballot is at this moment; tries out every way in which the silent may vote. */
static char judge(const struct world *world, const struct ballot *ballot)
{
    int members = 0, in_favour = 0, opposed = 0, abstained = 0;
    for (int man = 0; man < world->people_count; man++) {
        if (counts(world, ballot, man)) {
            members++;
            in_favour += ballot->votes[man] == 'f';
            opposed += ballot->votes[man] == 'a';
            abstained += ballot->votes[man] == '-';
        }
    }
    int voted = in_favour + opposed + abstained;
    bool has_quorum = voted > 0 && voted * 100 >= members * ballot->quorum;
    int silent = world->now >= ballot->closes ? 0 : members - voted;
    bool may_win = false, may_lose = false;
    if (!has_quorum) {
        return world->now >= ballot->closes ? 'E' : 0;
    }
    for (int f = 0; f <= silent; f++) {
        for (int a = 0; f + a <= silent; a++) {
            bool is_won = in_favour + f > opposed + a &&
                          (in_favour + f) * 100 >= ballot->majority * (in_favour + f + opposed + a);
            may_win = may_win || is_won;
            may_lose = may_lose || !is_won;
        }
    }
    return may_win && may_lose ? 0 : may_win ? 'A' : 'R';
}

static void end(struct world *world, struct ballot *ballot, char how)
{
    if (how != 0) {
        ballot->end = how;
        ballot->ends++;
        world->ended[(int)how]++;
    }
}

/* ---- The product. ---- */

struct play {
    struct team *team;
    struct ic_service other; /* Another server on the same store. */
    struct world world;
    uint64_t seed;
};

static struct ic_asker asker_of(const struct play *play, int man)
{
    static const enum ic_role roles[128] = {
        ['o'] = IC_ROLE_OWNER, ['a'] = IC_ROLE_ADMIN, ['p'] = IC_ROLE_OPERATOR, ['v'] = IC_ROLE_VIEWER};
    return (struct ic_asker){.opr_id = play->world.people[man].opr_id,
                             .role = roles[(int)play->world.people[man].role],
                             .credential = IC_CREDENTIAL_SESSION,
                             .is_recent = true};
}

static struct ic_service *a_server(struct play *play)
{
    return drawn(&play->seed, 2) ? &play->team->service : &play->other;
}

struct change_write {
    struct ic_id opr_id;
    enum ic_role before, after;
    int what; /* 0 disable, 1 enable, 2 role. */
    int64_t now;
};

static enum ic_rc run_change(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct change_write *write = context;
    if (write->what == 2) {
        return ic_store_operator_set_role(tx, &write->opr_id, write->before, write->after, err);
    }
    return write->what ? ic_store_operator_enable(tx, &write->opr_id, err)
                       : ic_store_operator_disable(tx, &write->opr_id, write->now, err);
}

static void change_person(struct play *play, int man)
{
    struct ic_err err = IC_ERR_NONE;
    struct man *who = &play->world.people[man];
    struct change_write write = {.opr_id = who->opr_id, .now = play->world.now};
    if (man == 0) {
        return;
    }
    if (drawn(&play->seed, 2)) {
        static const char roles[] = "apv";
        static const enum ic_role named[] = {IC_ROLE_ADMIN, IC_ROLE_OPERATOR, IC_ROLE_VIEWER};
        uint32_t next = drawn(&play->seed, 3);
        write.what = 2;
        write.before = asker_of(play, man).role;
        write.after = named[next];
        who->role = roles[next];
    } else {
        write.what = who->is_disabled;
        who->is_disabled = !who->is_disabled;
    }
    assert_int_equal(ic_store_write(play->team->store, run_change, &write, &err), IC_OK);
}

static void join(struct play *play)
{
    struct world *world = &play->world;
    char name[16];
    if (world->people_count == PEOPLE_MAX) {
        return;
    }
    uint32_t what = drawn(&play->seed, 4);
    (void)snprintf(name, sizeof name, "p%d", world->people_count);
    struct ic_asker asker = team_add(play->team, name,
                                     what == 0   ? IC_ROLE_VIEWER
                                     : what == 1 ? IC_ROLE_ADMIN
                                                 : IC_ROLE_OPERATOR);
    world->people[world->people_count++] = (struct man){asker.opr_id, "vapp"[what], false, world->now};
}

/* What the answer of a service must be: 0 for done. */
static void answered(const struct ic_err *err, enum ic_code expected)
{
    if (err->code != expected) {
        print_error("%s, not %s: %s\n", ic_code_name(err->code), ic_code_name(expected), err->detail);
    }
    assert_int_equal(err->code, expected);
}

/* A disabled person is known by nothing; a viewer may not. */
static bool refused(const struct man *who, enum ic_code *ret_code)
{
    *ret_code = who->is_disabled ? IC_CODE_UNAUTHENTICATED : IC_CODE_FORBIDDEN;
    return who->is_disabled || who->role == 'v';
}

static void propose(struct play *play, int man)
{
    struct world *world = &play->world;
    struct ic_err err = IC_ERR_NONE;
    struct ic_asker asker = asker_of(play, man);
    struct ic_proposed made;
    enum ic_code code;
    const struct ic_proposal_wish wish = {.agreed = {.goal = {.metric = IC_GOAL_METRIC_BOOKINGS_MADE,
                                                              .target_value = 1 + drawn(&play->seed, 9),
                                                              .frequency = IC_GOAL_FREQUENCY_DAILY}}};
    if (world->ballots_count == PROPOSALS_MAX) {
        return;
    }
    (void)!ic_proposals_propose(a_server(play), &asker, &wish, play->team->arena, &made, &err);
    if (refused(&world->people[man], &code)) {
        answered(&err, code);
        return;
    }
    answered(&err, IC_CODE_OK);
    struct ballot *ballot = &world->ballots[world->ballots_count++];
    *ballot = (struct ballot){.proposal_id = made.proposal_id,
                              .goal_id = made.object_id,
                              .by = man,
                              .opened = world->now,
                              .closes = world->now + (int64_t)world->hours * HOUR_MS,
                              .quorum = world->quorum,
                              .majority = world->majority};
    ballot->votes[man] = 'f';
    end(world, ballot, judge(world, ballot));
}

static void vote(struct play *play, int man, struct ballot *ballot)
{
    struct world *world = &play->world;
    struct ic_err err = IC_ERR_NONE;
    struct ic_asker asker = asker_of(play, man);
    struct ic_proposed made;
    enum ic_code code;
    uint32_t choice = drawn(&play->seed, 4);
    static const enum ic_vote_choice choices[] = {IC_VOTE_CHOICE_FOR, IC_VOTE_CHOICE_AGAINST, IC_VOTE_CHOICE_ABSTAIN};
    bool takes_back = choice == 3;
    if (takes_back) {
        (void)!ic_proposals_take_vote_back(a_server(play), &asker, &ballot->proposal_id, play->team->arena, &made,
                                           &err);
    } else {
        (void)!ic_proposals_vote(a_server(play), &asker, &ballot->proposal_id, choices[choice], IC_STR(""),
                                 play->team->arena, &made, &err);
    }
    if (refused(&world->people[man], &code)) {
        answered(&err, code);
    } else if (ballot->end) {
        answered(&err, IC_CODE_CONFLICT);
    } else if (world->now >= ballot->closes) {
        answered(&err, IC_CODE_CONFLICT);
        end(world, ballot, judge(world, ballot));
    } else if (takes_back && ballot->votes[man] == 0) {
        answered(&err, IC_CODE_CONFLICT);
    } else if (!takes_back && !counts(world, ballot, man)) {
        answered(&err, IC_CODE_FORBIDDEN);
    } else {
        answered(&err, IC_CODE_OK);
        ballot->votes[man] = takes_back ? 0 : "fa-"[choice];
        end(world, ballot, judge(world, ballot));
    }
}

static void withdraw(struct play *play, int man, struct ballot *ballot)
{
    struct world *world = &play->world;
    struct ic_err err = IC_ERR_NONE;
    struct ic_asker asker = asker_of(play, man);
    enum ic_code code;
    bool has_others = false;
    for (int i = 0; i < world->people_count; i++) {
        has_others = has_others || (i != ballot->by && ballot->votes[i]);
    }
    (void)!ic_proposals_withdraw(a_server(play), &asker, &ballot->proposal_id, play->team->arena, &err);
    if (refused(&world->people[man], &code)) {
        answered(&err, code);
    } else if (man != ballot->by) {
        answered(&err, IC_CODE_FORBIDDEN);
    } else if (ballot->end || world->now >= ballot->closes || has_others) {
        answered(&err, IC_CODE_CONFLICT);
    } else {
        answered(&err, IC_CODE_OK);
        end(world, ballot, 'W');
    }
}

/* Either server's upkeep; the second one finds nothing. */
static void settle(struct play *play)
{
    struct world *world = &play->world;
    size_t expected = 0, count = 0;
    for (int i = 0; i < world->ballots_count; i++) {
        if (!world->ballots[i].end) {
            end(world, &world->ballots[i], judge(world, &world->ballots[i]));
            expected += world->ballots[i].end != 0;
        }
    }
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_proposals_settle(a_server(play), &count, &err), IC_OK);
    assert_int_equal(count, expected);
    assert_int_equal(ic_proposals_settle(a_server(play), &count, &err), IC_OK);
    assert_int_equal(count, 0);
}

static void settle_settings(struct play *play);

static void step(struct play *play)
{
    struct world *world = &play->world;
    int man = (int)drawn(&play->seed, (uint32_t)world->people_count);
    struct ballot *ballot =
        world->ballots_count ? &world->ballots[drawn(&play->seed, (uint32_t)world->ballots_count)] : NULL;
    world->now += drawn(&play->seed, HOUR_MS / 4);
    uint32_t what = drawn(&play->seed, 40);
    if (what == 0) { /* It jumps. */
        world->now += ((int64_t)drawn(&play->seed, 60) - 15) * HOUR_MS;
    }
    play->team->now = world->now;
    if (what == 1) {
        change_person(play, man);
    } else if (what == 2) {
        join(play);
    } else if (what <= 4) {
        settle(play);
    } else if (what == 5) {
        settle_settings(play);
    } else if (what <= 8) {
        propose(play, man);
    } else if (what == 9 && ballot) {
        withdraw(play, drawn(&play->seed, 2) ? ballot->by : man, ballot);
    } else if (ballot) {
        vote(play, man, ballot);
    }
}

/* ---- Comparing. ---- */

struct look_read {
    struct play *play;
    const struct ballot *ballot;
    struct ic_proposal proposal;
    struct ic_goal goal;
    struct ic_proposal_deed_list deeds;
    struct ic_vote_list votes;
};

static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look_read *read = context;
    struct ic_arena *arena = read->play->team->arena;
    enum ic_rc rc = ic_store_proposal_get(tx, &read->ballot->proposal_id, arena, &read->proposal, err);
    rc = rc ? rc : ic_store_goal_get(tx, &read->ballot->goal_id, &read->goal, err);
    rc = rc ? rc : ic_store_vote_list(tx, &read->ballot->proposal_id, arena, &read->votes, err);
    return rc ? rc
              : ic_store_proposal_deed_list(tx, &read->ballot->proposal_id, 0, STEPS + 2, arena, &read->deeds, err);
}

static void compare(struct play *play, const struct ballot *ballot)
{
    static const enum ic_proposal_outcome outcomes[128] = {['A'] = IC_PROPOSAL_OUTCOME_ADOPTED,
                                                           ['R'] = IC_PROPOSAL_OUTCOME_REJECTED,
                                                           ['E'] = IC_PROPOSAL_OUTCOME_EXPIRED,
                                                           ['W'] = IC_PROPOSAL_OUTCOME_WITHDRAWN};
    static const enum ic_proposal_status statuses[128] = {['A'] = IC_PROPOSAL_STATUS_ACTIVE,
                                                          ['R'] = IC_PROPOSAL_STATUS_REJECTED,
                                                          ['E'] = IC_PROPOSAL_STATUS_REJECTED,
                                                          ['W'] = IC_PROPOSAL_STATUS_ARCHIVED};
    struct ic_err err = IC_ERR_NONE;
    struct look_read read = {.play = play, .ballot = ballot};
    assert_int_equal(ic_store_read(play->team->store, run_look, &read, &err), IC_OK);
    assert_int_equal(read.proposal.outcome, ballot->end ? outcomes[(int)ballot->end] : IC_PROPOSAL_OUTCOME_OPEN);
    assert_int_equal(read.goal.status,
                     ballot->end ? statuses[(int)ballot->end] : IC_PROPOSAL_STATUS_PENDING_SUGGESTION);
    size_t votes = 0;
    for (int i = 0; i < play->world.people_count; i++) {
        votes += ballot->votes[i] != 0;
    }
    assert_int_equal(read.votes.count, votes);
    int ends = 0;
    for (size_t i = 0; i < read.deeds.count; i++) {
        enum ic_proposal_deed_kind deed = read.deeds.items[i].deed;
        ends += deed == IC_PROPOSAL_DEED_KIND_ADOPTED || deed == IC_PROPOSAL_DEED_KIND_REJECTED ||
                deed == IC_PROPOSAL_DEED_KIND_EXPIRED || deed == IC_PROPOSAL_DEED_KIND_WITHDRAWN;
        assert_int_equal(read.deeds.items[i].deed_number, i + 1);
    }
    assert_int_equal(ends, ballot->ends);
    assert_true(ends <= 1);
    const struct ic_ballot_count *count = &read.proposal.count;
    int64_t cast = count->votes_for + count->votes_against + count->abstentions;
    if (ballot->end == 'A') {
        assert_true(cast > 0 && cast * 100 >= count->members * ballot->quorum &&
                    count->votes_for > count->votes_against);
    }
    assert_true(cast <= count->members);
}

struct settings_write {
    struct play *play;
    struct ic_team_settings settings;
};

static enum ic_rc run_settings(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct settings_write *write = context;
    return ic_store_team_settings_put(tx, &write->settings, &write->play->world.people[0].opr_id,
                                      write->play->world.now, write->play->team->arena, err);
}

static void settle_settings(struct play *play)
{
    struct world *world = &play->world;
    struct ic_err err = IC_ERR_NONE;
    world->quorum = 1 + (int)drawn(&play->seed, 100);
    world->majority = 50 + (int)drawn(&play->seed, 51);
    world->hours = 1 + (int)drawn(&play->seed, 24);
    struct settings_write write = {play, {world->quorum, world->majority, world->hours, IC_STR("UTC")}};
    assert_int_equal(ic_store_write(play->team->store, run_settings, &write, &err), IC_OK);
}

static void play_team(uint64_t number, int *ended)
{
    struct play play = {.team = team_create(), .seed = number};
    struct world *world = &play.world;
    const struct ic_clock *clock = &play.team->service.clock;
    const struct ic_rand *rand = &play.team->service.rand;
    ic_service_init(&play.other, play.team->store, clock, rand);
    struct ic_identity owner = team_join(play.team, NULL);
    world->now = play.team->now;
    world->people[world->people_count++] = (struct man){owner.operator_.opr_id, 'o', false, world->now};
    uint32_t people = drawn(&play.seed, PEOPLE_MAX - 5);
    for (uint32_t i = 0; i < people; i++) {
        join(&play);
    }
    settle_settings(&play);
    for (int i = 0; i < STEPS; i++) {
        step(&play);
        for (int b = 0; b < world->ballots_count; b++) {
            compare(&play, &world->ballots[b]);
        }
        ic_arena_reset(play.team->arena);
    }
    for (int i = 0; i < 128; i++) {
        ended[i] += world->ended[i];
    }
    ic_service_release(&play.other);
    team_destroy(play.team);
}

static void test_drawn_teams_end_every_vote_once_and_as_the_model_says(void **state)
{
    (void)state;
    int ended[128] = {0};
    for (uint64_t team = 1; team <= TEAMS; team++) {
        play_team(team, ended);
    }
    print_message("# adopted %d, rejected %d, expired %d, withdrawn %d\n", ended['A'], ended['R'], ended['E'],
                  ended['W']);
    assert_true(ended['A'] > 20 && ended['R'] > 20 && ended['E'] > 20 && ended['W'] > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_teams_end_every_vote_once_and_as_the_model_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
