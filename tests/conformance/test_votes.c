/* Proposals, votes, their history and the team's settings: what was written is read, nobody has two votes, and what is
 * decided stays so, whoever decides at the same time; on every engine the same. */
#include "claims.h"
#include "fixture.h"
#include "store/events.h"
#include "store/goals.h"
#include "store/outreach.h"
#include "store/proposals.h"
#include "store/replay.h"
#include "store/rules.h"
#include "store/team_settings.h"
#include "store/votes.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { PAGE = 3, MANY = 10, DECIDERS = 4, AT = 5000 };

struct work {
    struct fixture *fixture;
    struct ic_id owner;
    struct ic_proposal proposal;
    struct ic_proposal_list list;
    struct ic_proposal_query query;
    struct ic_vote vote;
    struct ic_vote_list votes;
    struct ic_ballot_people people;
    struct ic_proposal_deed deed;
    struct ic_proposal_deed_list deeds;
    struct ic_team_settings settings;
    struct ic_ended_goals ended;
    int64_t behind;
    int64_t end_date;
    int64_t count;
    struct ic_id elg_id;
    struct ic_err err;
};

static struct work work_of(struct fixture *fixture)
{
    struct work work = {.fixture = fixture, .owner = fixture_owner(fixture->store), .err = IC_ERR_NONE};
    work.proposal = (struct ic_proposal){
        .purpose = IC_PROPOSAL_PURPOSE_ADOPT,
        .opr_id = work.owner,
        .reason = IC_STR("Zwölf sind genug"),
        .created_at = AT,
        .is_voted = true,
        .terms = {.quorum_percent = 40, .majority_percent = 66, .opened_at = AT, .closes_at = AT + 1000},
    };
    return work;
}

static enum ic_rc write_event(struct ic_store_tx *tx, struct work *work, enum ic_event_type type, struct ic_err *err)
{
    const struct ic_log_entry entry = {.event_type = type,
                                       .created_at = AT,
                                       .received_at = AT,
                                       .opr_id = work->owner,
                                       .details = IC_STR("does something")};
    return ic_store_event_insert(tx, &entry, &work->fixture->rand, &work->elg_id, err);
}

/* A goal with a proposal. */
static enum ic_rc run_propose(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    const struct ic_goal goal = {.metric = IC_GOAL_METRIC_BOOKINGS_MADE,
                                 .target_value = 7,
                                 .frequency = IC_GOAL_FREQUENCY_DAILY,
                                 .status =
                                     work->end_date ? IC_PROPOSAL_STATUS_ACTIVE : IC_PROPOSAL_STATUS_PENDING_SUGGESTION,
                                 .suggested_by = work->owner,
                                 .created_at = AT,
                                 .start_date = AT,
                                 .end_date = work->end_date};
    enum ic_rc rc = write_event(tx, work, IC_EVENT_TYPE_USER, err);
    rc = rc ? rc : ic_store_goal_insert(tx, &goal, &work->elg_id, &work->fixture->rand, &work->proposal.goal_id, err);
    return rc ? rc
              : ic_store_proposal_insert(tx, &work->proposal, &work->fixture->rand, &work->proposal.proposal_id, err);
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    struct ic_id proposal_id = work->proposal.proposal_id;
    return ic_store_proposal_get(tx, &proposal_id, work->fixture->arena, &work->proposal, err);
}

static enum ic_rc run_reopen(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_proposal_reopen(tx, &work->proposal, err);
}

static enum ic_rc run_decide(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    work->proposal.outcome = IC_PROPOSAL_OUTCOME_ADOPTED;
    work->proposal.decided_at = AT + 5;
    work->proposal.count = (struct ic_ballot_count){7, 4, 2, 1};
    return ic_store_proposal_decide(tx, &work->proposal, err);
}

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_proposal_list(tx, &work->query, work->fixture->arena, &work->list, err);
}

static enum ic_rc run_open(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    enum ic_rc rc = ic_store_proposals_open(tx, work->fixture->arena, &work->list, err);
    return rc ? rc : ic_store_proposals_open_count(tx, &work->count, err);
}

static void test_a_proposal_is_what_was_written_and_is_decided_once(void **state)
{
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    fixture_write(store, run_propose, &work);
    fixture_read(store, run_get, &work);
    assert_int_equal(work.proposal.purpose, IC_PROPOSAL_PURPOSE_ADOPT);
    assert_true(!ic_id_is_empty(&work.proposal.goal_id) && ic_id_is_empty(&work.proposal.rule_id));
    assert_true(ic_id_is_empty(&work.proposal.replaces_id) && ic_id_equal(&work.proposal.opr_id, &work.owner));
    assert_true(ic_str_is(work.proposal.opr_name, "Owner") && ic_str_is(work.proposal.reason, "Zwölf sind genug"));
    assert_true(work.proposal.is_voted && work.proposal.created_at == AT);
    assert_int_equal(work.proposal.terms.quorum_percent, 40);
    assert_int_equal(work.proposal.terms.majority_percent, 66);
    assert_int_equal(work.proposal.terms.opened_at, AT);
    assert_int_equal(work.proposal.terms.closes_at, AT + 1000);
    assert_int_equal(work.proposal.outcome, IC_PROPOSAL_OUTCOME_OPEN);
    assert_int_equal(work.proposal.decided_at, 0);
    work.proposal.terms.closes_at = AT + 2000;
    work.proposal.reason = (struct ic_str){0};
    work.proposal.replaces_id = (struct ic_id){"GOL-00000000"};
    fixture_write(store, run_reopen, &work);
    fixture_write(store, run_decide, &work);
    fixture_read(store, run_get, &work);
    assert_int_equal(work.proposal.terms.closes_at, AT + 2000);
    assert_int_equal(work.proposal.reason.size, 0);
    assert_string_equal(work.proposal.replaces_id.text, "GOL-00000000");
    assert_int_equal(work.proposal.outcome, IC_PROPOSAL_OUTCOME_ADOPTED);
    assert_int_equal(work.proposal.decided_at, AT + 5);
    assert_int_equal(work.proposal.count.members, 7);
    assert_int_equal(work.proposal.count.votes_for, 4);
    assert_int_equal(work.proposal.count.votes_against, 2);
    assert_int_equal(work.proposal.count.abstentions, 1);
    assert_int_equal(ic_store_write(store, run_decide, &work, &work.err), IC_CONFLICT);
    work.err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(store, run_reopen, &work, &work.err), IC_CONFLICT);
    work.err = IC_ERR_NONE;
    work.proposal.proposal_id = (struct ic_id){"PRO-00000000"};
    assert_int_equal(ic_store_read(store, run_get, &work, &work.err), IC_NOT_FOUND);
}

struct decider {
    pthread_t thread;
    struct work work;
    struct ic_store *store;
    enum ic_rc rc;
};

static void *decide(void *context)
{
    struct decider *decider = context;
    do {
        decider->work.err = IC_ERR_NONE;
        decider->rc = ic_store_write(decider->store, run_decide, &decider->work, &decider->work.err);
    } while (decider->work.err.retry);
    return NULL;
}

static void test_of_many_servers_that_decide_at_once_one_does(void **state)
{
    struct work work = work_of(*state);
    for (int i = 0; i < MANY; i++) {
        struct decider deciders[DECIDERS];
        int decided = 0, late = 0;
        fixture_write(work.fixture->store, run_propose, &work);
        for (int d = 0; d < DECIDERS; d++) {
            deciders[d] = (struct decider){.work = work, .store = d % 2 ? work.fixture->other : work.fixture->store};
            assert_int_equal(pthread_create(&deciders[d].thread, NULL, decide, &deciders[d]), 0);
        }
        for (int d = 0; d < DECIDERS; d++) {
            assert_int_equal(pthread_join(deciders[d].thread, NULL), 0);
            decided += deciders[d].rc == IC_OK;
            late += deciders[d].rc == IC_CONFLICT;
        }
        assert_int_equal(decided, 1);
        assert_int_equal(late, DECIDERS - 1);
    }
}

static void test_proposals_come_page_by_page_and_by_their_outcome(void **state)
{
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    struct ic_id first = {0};
    for (int i = 0; i < MANY; i++) {
        work.proposal.created_at = AT + i / 2; /* Two of a time. */
        work.proposal.terms.closes_at = AT + 1000 - i;
        fixture_write(store, run_propose, &work);
        if (i % 2 == 0) {
            fixture_write(store, run_decide, &work);
        }
        first = i == 0 ? work.proposal.goal_id : first;
    }
    int seen = 0;
    for (int way = 0; way < 2; way++) {
        struct ic_list_place place;
        work.query = (struct ic_proposal_query){.is_oldest_first = way == 1, .limit = PAGE, .looks_max = 100};
        for (seen = 0;;) {
            fixture_read(store, run_list, &work);
            for (size_t i = 1; i < work.list.count; i++) {
                int64_t step = work.list.items[i].created_at - work.list.items[i - 1].created_at;
                assert_true(way == 1 ? step >= 0 : step <= 0);
            }
            seen += (int)work.list.count;
            if (!work.list.has_next) {
                break;
            }
            place = work.list.next;
            work.query.behind = &place;
        }
        assert_int_equal(seen, MANY);
    }
    work.query = (struct ic_proposal_query){.limit = 2 * MANY, .looks_max = 100};
    work.query.has_outcome[IC_PROPOSAL_OUTCOME_OPEN] = true;
    fixture_read(store, run_list, &work);
    assert_int_equal(work.list.count, MANY / 2);
    work.query.has_kind[IC_PROPOSAL_KIND_RULE] = true;
    fixture_read(store, run_list, &work);
    assert_int_equal(work.list.count, 0);
    work.query = (struct ic_proposal_query){.limit = 2 * MANY, .looks_max = 100, .object_id = first};
    fixture_read(store, run_list, &work);
    assert_int_equal(work.list.count, 1);
    fixture_read(store, run_open, &work);
    assert_int_equal(work.count, MANY / 2);
    assert_int_equal(work.list.count, MANY / 2);
    for (size_t i = 1; i < work.list.count; i++) {
        assert_true(work.list.items[i - 1].terms.closes_at < work.list.items[i].terms.closes_at);
    }
}

/* ---- Votes. ---- */

static enum ic_rc run_vote(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_vote_put(tx, &work->proposal.proposal_id, &work->vote, err);
}

static enum ic_rc run_unvote(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_vote_delete(tx, &work->proposal.proposal_id, &work->vote.opr_id, err);
}

static enum ic_rc run_votes(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    enum ic_rc rc = ic_store_vote_list(tx, &work->proposal.proposal_id, work->fixture->arena, &work->votes, err);
    return rc ? rc : ic_store_ballot_people(tx, work->fixture->arena, &work->people, err);
}

static enum ic_rc run_join(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    char name[16];
    (void)snprintf(name, sizeof name, "p%lld", (long long)work->count);
    return fixture_insert_operator(tx, ic_str_from(name), &work->fixture->rand, &work->vote.opr_id, err);
}

static void test_an_operator_has_one_vote_which_can_be_changed_and_taken_back(void **state)
{
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    fixture_write(store, run_propose, &work);
    work.vote =
        (struct ic_vote){.opr_id = work.owner, .choice = IC_VOTE_CHOICE_FOR, .reason = IC_STR("so"), .voted_at = AT};
    fixture_write(store, run_vote, &work);
    work.vote.choice = IC_VOTE_CHOICE_ABSTAIN;
    work.vote.reason = (struct ic_str){0};
    work.vote.voted_at = AT + 1;
    fixture_write(store, run_vote, &work);
    fixture_read(store, run_votes, &work);
    assert_int_equal(work.votes.count, 1);
    assert_int_equal(work.votes.items[0].choice, IC_VOTE_CHOICE_ABSTAIN);
    assert_int_equal(work.votes.items[0].reason.size, 0);
    assert_int_equal(work.votes.items[0].voted_at, AT + 1);
    assert_true(ic_str_is(work.votes.items[0].opr_name, "Owner"));
    fixture_write(store, run_unvote, &work);
    fixture_read(store, run_votes, &work);
    assert_int_equal(work.votes.count, 0);
    assert_int_equal(ic_store_write(store, run_unvote, &work, &work.err), IC_CONFLICT);
}

static void test_votes_and_people_come_in_the_order_of_a_ballot_however_many_there_are(void **state)
{
    enum { VOTERS = 150 };
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    fixture_write(store, run_propose, &work);
    for (work.count = 0; work.count < VOTERS; work.count++) {
        fixture_write(store, run_join, &work);
        work.vote.choice = (enum ic_vote_choice)(work.count % 3);
        work.vote.voted_at = AT + work.count;
        fixture_write(store, run_vote, &work);
    }
    fixture_read(store, run_votes, &work);
    assert_int_equal(work.votes.count, VOTERS);
    assert_int_equal(work.people.count, VOTERS + 1);
    int64_t sum = 0;
    for (size_t i = 0; i < VOTERS; i++) {
        sum += work.votes.items[i].voted_at - AT;
        assert_true(i == 0 || strcmp(work.votes.items[i - 1].opr_id.text, work.votes.items[i].opr_id.text) < 0);
    }
    assert_int_equal(sum, VOTERS * (VOTERS - 1) / 2);
    for (size_t i = 1; i < work.people.count; i++) {
        assert_true(strcmp(work.people.items[i - 1].opr_id.text, work.people.items[i].opr_id.text) < 0);
    }
}

/* ---- History. ---- */

static enum ic_rc run_deed(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    enum ic_event_type type =
        work->deed.deed == IC_PROPOSAL_DEED_KIND_EXPIRED ? IC_EVENT_TYPE_SYSTEM : IC_EVENT_TYPE_USER;
    enum ic_rc rc = write_event(tx, work, type, err);
    work->deed.elg_id = work->elg_id;
    return rc ? rc : ic_store_proposal_deed_add(tx, &work->proposal.proposal_id, &work->deed, err);
}

static enum ic_rc run_deeds(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_proposal_deed_list(tx, &work->proposal.proposal_id, work->behind, PAGE, work->fixture->arena,
                                       &work->deeds, err);
}

static void test_a_proposals_history_is_every_deed_in_its_order(void **state)
{
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    const struct ic_proposal_deed deeds[] = {
        {.deed = IC_PROPOSAL_DEED_KIND_PROPOSED, .has_choice_after = true, .choice_after = IC_VOTE_CHOICE_FOR},
        {.deed = IC_PROPOSAL_DEED_KIND_VOTED,
         .has_choice_before = true,
         .choice_before = IC_VOTE_CHOICE_FOR,
         .has_choice_after = true,
         .choice_after = IC_VOTE_CHOICE_AGAINST,
         .reason = IC_STR("anders")},
        {.deed = IC_PROPOSAL_DEED_KIND_VOTE_WITHDRAWN,
         .has_choice_before = true,
         .choice_before = IC_VOTE_CHOICE_AGAINST},
        {.deed = IC_PROPOSAL_DEED_KIND_EXPIRED},
    };
    fixture_write(store, run_propose, &work);
    for (size_t i = 0; i < 4; i++) {
        work.deed = deeds[i];
        fixture_write(store, run_deed, &work);
    }
    fixture_read(store, run_deeds, &work);
    assert_int_equal(work.deeds.count, PAGE);
    assert_int_equal(work.deeds.next, PAGE);
    const struct ic_proposal_deed *voted = &work.deeds.items[1];
    assert_int_equal(voted->deed_number, 2);
    assert_int_equal(voted->deed, IC_PROPOSAL_DEED_KIND_VOTED);
    assert_true(voted->has_choice_before && voted->choice_before == IC_VOTE_CHOICE_FOR);
    assert_true(voted->has_choice_after && voted->choice_after == IC_VOTE_CHOICE_AGAINST);
    assert_true(ic_str_is(voted->reason, "anders") && ic_str_is(voted->opr_name, "Owner"));
    assert_true(!voted->is_by_server && voted->created_at == AT);
    assert_true(!work.deeds.items[2].has_choice_after);
    work.behind = work.deeds.next;
    fixture_read(store, run_deeds, &work);
    assert_int_equal(work.deeds.count, 1);
    assert_int_equal(work.deeds.next, 0);
    assert_true(work.deeds.items[0].is_by_server);
}

/* ---- Settings and ends. ---- */

static enum ic_rc run_settings(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_team_settings_get(tx, work->fixture->arena, &work->settings, err);
}

static enum ic_rc run_settle(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_team_settings_put(tx, &work->settings, &work->owner, AT, work->fixture->arena, err);
}

static void test_settings_have_defaults_until_they_are_changed(void **state)
{
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    fixture_read(store, run_settings, &work);
    assert_int_equal(work.settings.quorum_percent, IC_DEFAULT_QUORUM_PERCENT);
    assert_int_equal(work.settings.majority_percent, IC_DEFAULT_MAJORITY_PERCENT);
    assert_int_equal(work.settings.voting_hours, IC_DEFAULT_VOTING_HOURS);
    assert_true(ic_str_is(work.settings.time_zone, "UTC"));
    for (int i = 1; i <= 2; i++) {
        work.settings = (struct ic_team_settings){10 + i, 60 + i, 24 * i, IC_STR("Asia/Kathmandu")};
        fixture_write(store, run_settle, &work);
        work.settings = (struct ic_team_settings){0};
        fixture_read(store, run_settings, &work);
        assert_int_equal(work.settings.quorum_percent, 10 + i);
        assert_int_equal(work.settings.majority_percent, 60 + i);
        assert_int_equal(work.settings.voting_hours, 24 * i);
        assert_true(ic_str_is(work.settings.time_zone, "Asia/Kathmandu"));
    }
}

static enum ic_rc run_ended(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_goals_ended(tx, AT + 100, PAGE, work->fixture->arena, &work->ended, err);
}

static void test_active_goals_whose_end_has_passed_are_found_and_no_others(void **state)
{
    struct work work = work_of(*state);
    struct ic_store *store = work.fixture->store;
    fixture_write(store, run_propose, &work); /* Waits, and has no end. */
    work.end_date = AT + 101;
    fixture_write(store, run_propose, &work);
    fixture_read(store, run_ended, &work);
    assert_int_equal(work.ended.count, 0);
    work.end_date = AT + 100;
    fixture_write(store, run_propose, &work);
    struct ic_id ended = work.proposal.goal_id;
    fixture_read(store, run_ended, &work);
    assert_int_equal(work.ended.count, 1);
    assert_true(ic_id_equal(&work.ended.items[0], &ended));
}

/* ---- What a replay reads. ---- */

struct replaying {
    struct fixture *fixture;
    struct ic_id owner;
    struct ic_outreach outreach;
    struct ic_outreach_ids ids;
    struct ic_replay_range range;
    enum ic_replay_need need;
    struct ic_replay_event events[MANY];
    size_t count;
    struct ic_replay_event reaches[MANY];
    size_t reaches_count;
    struct ic_replay_people people;
    struct ic_rule_list rules;
    struct ic_rule_warnings warnings;
    bool is_shorter;
};

static enum ic_rc run_send(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct replaying *replaying = context;
    return ic_store_outreach_insert(tx, &replaying->outreach, 1, &replaying->fixture->rand, &replaying->ids, err);
}

static enum ic_rc run_reply(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct replaying *replaying = context;
    struct ic_event_ids ids;
    const struct ic_new_event event = {.event_type = IC_EVENT_TYPE_CHANGE_IN_TAR_INFO,
                                       .created_at = replaying->outreach.created_at + 500,
                                       .received_at = replaying->outreach.created_at + 500,
                                       .opr_id = replaying->owner,
                                       .act_id = replaying->ids.act_id,
                                       .tar_id = replaying->ids.tar_id,
                                       .tar_username = IC_STR("bistro.alfama"),
                                       .status_before = "Cold No Reply",
                                       .status_after = "Replied"};
    return ic_store_events_insert(tx, &event, 1, &replaying->fixture->rand, &ids, err);
}

static enum ic_rc run_messages(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct replaying *replaying = context;
    return ic_store_replay_messages(tx, &replaying->range, replaying->need, PAGE, replaying->events, &replaying->count,
                                    err);
}

static enum ic_rc run_beside(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct replaying *replaying = context;
    struct ic_arena *arena = replaying->fixture->arena;
    const struct ic_id rule_id = {"RUL-00000000"};
    const struct ic_rule_query all = {.limit = PAGE};
    enum ic_rc rc = ic_store_replay_replies(tx, &replaying->range, MANY, replaying->events, &replaying->count, err);
    rc = rc ? rc
            : ic_store_replay_reaches(tx, &replaying->range, IC_GOAL_METRIC_REPLIES_RECEIVED, MANY, replaying->reaches,
                                      &replaying->reaches_count, err);
    rc = rc ? rc : ic_store_replay_people(tx, MANY, arena, &replaying->people, err);
    rc = rc ? rc : ic_store_replay_shorten(tx, &replaying->range, 2, &replaying->is_shorter, err);
    rc = rc ? rc : ic_store_rule_list(tx, &all, arena, &replaying->rules, err);
    return rc ? rc : ic_store_rule_warnings(tx, &rule_id, 1, MANY, &replaying->warnings, err);
}

static void test_a_replay_reads_the_log_chunk_by_chunk_in_its_order(void **state)
{
    struct replaying replaying = {.fixture = *state};
    struct ic_store *store = replaying.fixture->store;
    const int64_t at = INT64_C(1763474400000);
    replaying.owner = fixture_owner(store);
    for (int i = 0; i < MANY / 2; i++) {
        replaying.outreach = fixture_outreach(&replaying.owner, "bistro.alfama", at + (int64_t)i * 1000);
        replaying.outreach.message_text = IC_STR("Bom dia");
        fixture_write(store, run_send, &replaying);
    }
    fixture_write(store, run_reply, &replaying);
    for (int need = IC_REPLAY_NEEDS_TARGET; need <= IC_REPLAY_NEEDS_PERSON; need++) {
        int seen = 0;
        replaying.need = (enum ic_replay_need)need;
        replaying.range = (struct ic_replay_range){-1, INT64_MAX};
        do {
            fixture_read(store, run_messages, &replaying);
            for (size_t i = 0; i < replaying.count; i++, seen++) {
                const struct ic_replay_event *read = &replaying.events[i];
                assert_true(read->event.at_ms == at + (int64_t)seen * 1000);
                assert_true(ic_id_equal(&read->event.tar_id, &replaying.ids.tar_id));
                assert_true((read->event.text_print != 0) == (need == IC_REPLAY_NEEDS_TEXT));
                replaying.range.after_position = read->log_position;
            }
        } while (replaying.count > 0);
        assert_int_equal(seen, MANY / 2);
    }
    replaying.range = (struct ic_replay_range){-1, INT64_MAX};
    fixture_read(store, run_beside, &replaying);
    assert_int_equal(replaying.count, 1);
    assert_int_equal(replaying.reaches_count, 1);
    assert_true(ic_id_equal(&replaying.reaches[0].event.tar_id, &replaying.ids.tar_id));
    assert_true(replaying.reaches[0].event.act_username.text[0] != 0);
    assert_int_equal(replaying.people.count, 1);
    assert_int_equal(replaying.rules.count, 0);
    assert_int_equal(replaying.warnings.count, 0);
    assert_true(replaying.is_shorter);
    fixture_read(store, run_messages, &replaying);
    assert_int_equal(replaying.count, 2);
}

int run_voting(void)
{
    const struct CMUnitTest votes[] = {
        claim(test_a_proposal_is_what_was_written_and_is_decided_once, fixture_one),
        claim(test_of_many_servers_that_decide_at_once_one_does, fixture_two),
        claim(test_proposals_come_page_by_page_and_by_their_outcome, fixture_one),
        claim(test_an_operator_has_one_vote_which_can_be_changed_and_taken_back, fixture_one),
        claim(test_votes_and_people_come_in_the_order_of_a_ballot_however_many_there_are, fixture_one),
        claim(test_a_proposals_history_is_every_deed_in_its_order, fixture_one),
        claim(test_settings_have_defaults_until_they_are_changed, fixture_one),
        claim(test_active_goals_whose_end_has_passed_are_found_and_no_others, fixture_one),
        claim(test_a_replay_reads_the_log_chunk_by_chunk_in_its_order, fixture_one),
    };
    return run_claims(votes);
}
