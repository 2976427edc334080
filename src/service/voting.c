#include "service/proposals.h"

#include "service/asker.h"
#include "service/audit.h"
#include "store/operators.h"

#include <stdio.h>

static const char operation[] = "service.voting";

enum { SETTLE_ARENA_BYTES_MAX = 16 << 20 };

struct vote_write {
    struct ic_deed deed;
    const struct ic_id *proposal_id;
    enum ic_vote_choice choice;
    struct ic_str reason;
    bool is_late; /* The ballot was found to have ended. */
    struct ic_proposed proposed;
};

static void tell(struct vote_write *write, const struct ic_proposal *proposal)
{
    write->proposed = (struct ic_proposed){
        .proposal_id = proposal->proposal_id, .object_id = *ic_proposal_object(proposal), .outcome = proposal->outcome};
}

/* ---- Voting. ---- */

static const struct ic_vote *own_vote(const struct ic_vote_list *votes, const struct ic_id *opr_id)
{
    for (size_t i = 0; i < votes->count; i++) {
        if (ic_id_equal(&votes->items[i].opr_id, opr_id)) {
            return &votes->items[i];
        }
    }
    return NULL;
}

/* An open proposal, and the asker's vote on it (NULL: none). At the deadline it is concluded, and who votes is late. */
static enum ic_rc get_open(struct ic_store_tx *tx, struct vote_write *write, struct ic_proposal *ret_proposal,
                           const struct ic_vote **ret_vote, struct ic_err *err)
{
    struct ic_vote_list votes;
    const struct ic_deed by_server = {write->deed.service, NULL, write->deed.now, write->deed.arena};
    enum ic_rc rc = ic_asker_can(tx, write->deed.asker, IC_ACTION_VOTE, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_proposal_get(tx, write->proposal_id, write->deed.arena, ret_proposal, err);
    }
    if (rc == IC_OK && ret_proposal->outcome != IC_PROPOSAL_OUTCOME_OPEN) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "The vote has ended.");
    }
    if (rc != IC_OK) {
        return rc;
    }
    write->is_late = write->deed.now >= ret_proposal->terms.closes_at;
    if (write->is_late) {
        return ic_proposal_settle(tx, &by_server, ret_proposal, err);
    }
    rc = ic_store_vote_list(tx, write->proposal_id, write->deed.arena, &votes, err);
    if (rc == IC_OK) {
        *ret_vote = own_vote(&votes, &write->deed.asker->opr_id);
    }
    return rc;
}

static enum ic_rc check_member(struct ic_store_tx *tx, const struct vote_write *write,
                               const struct ic_proposal *proposal, struct ic_err *err)
{
    struct ic_operator voter;
    enum ic_rc rc = ic_store_operator_get(tx, &write->deed.asker->opr_id, write->deed.arena, &voter, err);
    if (rc != IC_OK) {
        return rc;
    }
    const struct ic_ballot_person person = {voter.opr_id, voter.role, voter.created_at, voter.disabled_at};
    return ic_ballot_is_member(&proposal->terms, &person)
               ? IC_OK
               : ic_err_set(err, IC_CODE_FORBIDDEN, operation, "You joined after the vote was opened.");
}

static enum ic_rc write_choice(struct ic_audit_value *value, const struct ic_vote *vote, struct ic_str *ret_json,
                               struct ic_err *err)
{
    ic_audit_value_begin(value);
    ic_json_put_name(&value->writer, "choice", ic_vote_choice_name(vote->choice));
    ic_json_put_optional_text(&value->writer, "reason", vote->reason);
    return ic_audit_value_end(value, ret_json, err);
}

/* A vote that is cast, changed (`before` and `after`) or taken back (no `after`). */
static enum ic_rc record_vote(struct ic_store_tx *tx, const struct vote_write *write, const struct ic_vote *before,
                              const struct ic_vote *after, struct ic_err *err)
{
    struct ic_audit_value values[2] = {0};
    struct ic_str json[2] = {{0}};
    enum ic_audit_action action = after ? IC_AUDIT_ACTION_VOTE_CAST : IC_AUDIT_ACTION_VOTE_WITHDRAWN;
    enum ic_rc rc = before ? write_choice(&values[0], before, &json[0], err) : IC_OK;
    if (rc == IC_OK && after) {
        rc = write_choice(&values[1], after, &json[1], err);
    }
    if (rc == IC_OK) {
        rc = ic_deed_record(tx, &write->deed, action, write->proposal_id, json[0], json[1], err);
    }
    ic_audit_value_release(&values[0]);
    ic_audit_value_release(&values[1]);
    return rc;
}

static enum ic_rc log_vote(struct ic_store_tx *tx, const struct vote_write *write, const struct ic_proposal *proposal,
                           const struct ic_vote *before, const struct ic_vote *after, struct ic_err *err)
{
    struct ic_agreed agreed;
    struct ic_proposal_deed done = {
        .deed = after ? IC_PROPOSAL_DEED_KIND_VOTED : IC_PROPOSAL_DEED_KIND_VOTE_WITHDRAWN,
        .has_choice_before = before != NULL,
        .choice_before = before ? before->choice : IC_VOTE_CHOICE_FOR,
        .has_choice_after = after != NULL,
        .choice_after = after ? after->choice : IC_VOTE_CHOICE_FOR,
        .reason = after ? after->reason : (struct ic_str){0},
    };
    static const char *const verbs[] = {
        [IC_VOTE_CHOICE_FOR] = "voted for",
        [IC_VOTE_CHOICE_AGAINST] = "voted against",
        [IC_VOTE_CHOICE_ABSTAIN] = "abstained from",
    };
    char verb[48];
    (void)snprintf(verb, sizeof verb, "%s%s", after ? verbs[after->choice] : "took back the vote on",
                   proposal->purpose == IC_PROPOSAL_PURPOSE_ARCHIVE ? " archiving" : "");
    enum ic_rc rc = ic_agreed_get(tx, ic_proposal_object(proposal), write->deed.arena, &agreed, err);
    if (rc == IC_OK) {
        rc = ic_deed_log(tx, &write->deed, &write->deed.asker->opr_id, verb, &agreed, &done.elg_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_touch(tx, &write->deed.asker->opr_id, write->deed.now, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_proposal_deed_add(tx, &proposal->proposal_id, &done, err);
    }
    return rc == IC_OK ? record_vote(tx, write, before, after, err) : rc;
}

static enum ic_rc run_vote(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct vote_write *write = context;
    struct ic_proposal proposal;
    const struct ic_vote *before = NULL;
    struct ic_vote vote = {.opr_id = write->deed.asker->opr_id, .choice = write->choice, .reason = write->reason};
    enum ic_rc rc = get_open(tx, write, &proposal, &before, err);
    if (rc != IC_OK || write->is_late) {
        return rc;
    }
    rc = check_member(tx, write, &proposal, err);
    bool is_same = before && before->choice == vote.choice && ic_str_equal(before->reason, vote.reason) &&
                   before->voted_at >= proposal.terms.opened_at;
    if (rc == IC_OK && !is_same) {
        /* A clock that was put back takes nobody's vote out of the ballot. */
        vote.voted_at = write->deed.now > proposal.terms.opened_at ? write->deed.now : proposal.terms.opened_at;
        rc = ic_store_vote_put(tx, write->proposal_id, &vote, err);
    }
    if (rc == IC_OK && !is_same) {
        rc = log_vote(tx, write, &proposal, before, &vote, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposal_settle(tx, &write->deed, &proposal, err);
    }
    tell(write, &proposal);
    return rc;
}

static enum ic_rc run_take_back(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct vote_write *write = context;
    struct ic_proposal proposal;
    const struct ic_vote *before = NULL;
    enum ic_rc rc = get_open(tx, write, &proposal, &before, err);
    if (rc != IC_OK || write->is_late) {
        return rc;
    }
    rc = ic_store_vote_delete(tx, write->proposal_id, &write->deed.asker->opr_id, err);
    if (rc == IC_OK) {
        rc = log_vote(tx, write, &proposal, before, NULL, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposal_settle(tx, &write->deed, &proposal, err);
    }
    tell(write, &proposal);
    return rc;
}

static enum ic_rc write_vote(struct vote_write *write, ic_store_run run, struct ic_proposed *ret_proposed,
                             struct ic_err *err)
{
    enum ic_rc rc = ic_store_write(write->deed.service->store, run, write, err);
    if (rc == IC_OK && write->is_late) {
        return ic_err_set(err, IC_CODE_CONFLICT, operation, "The vote has ended.");
    }
    if (rc == IC_OK) {
        *ret_proposed = write->proposed;
    }
    return rc;
}

enum ic_rc ic_proposals_vote(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *proposal_id,
                             enum ic_vote_choice choice, struct ic_str reason, struct ic_arena *arena,
                             struct ic_proposed *ret_proposed, struct ic_err *err)
{
    struct vote_write write = {.deed = {service, asker, ic_clock_now_ms(&service->clock), arena},
                               .proposal_id = proposal_id,
                               .choice = choice};
    enum ic_rc rc = ic_reason_check(reason, &write.reason, err);
    return rc == IC_OK ? write_vote(&write, run_vote, ret_proposed, err) : rc;
}

enum ic_rc ic_proposals_take_vote_back(struct ic_service *service, const struct ic_asker *asker,
                                       const struct ic_id *proposal_id, struct ic_arena *arena,
                                       struct ic_proposed *ret_proposed, struct ic_err *err)
{
    struct vote_write write = {.deed = {service, asker, ic_clock_now_ms(&service->clock), arena},
                               .proposal_id = proposal_id};
    return write_vote(&write, run_take_back, ret_proposed, err);
}

/* ---- What ends by itself. ---- */

struct settle_work {
    struct ic_deed deed;
    struct ic_id due[IC_LIMIT_OPEN_PROPOSALS_MAX]; /* Proposals whose ballot has ended. */
    size_t due_count;
    struct ic_ended_goals ended;
    const struct ic_id *id; /* The one that is written. */
    bool is_done;
};

/* Most of the time nothing is due, and then no writer's turn is taken. */
static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct settle_work *work = context;
    struct ic_proposal_list open;
    struct ic_ballot_count count;
    work->due_count = 0;
    enum ic_rc rc = ic_store_proposals_open(tx, work->deed.arena, &open, err);
    for (size_t i = 0; rc == IC_OK && i < open.count; i++) {
        rc = ic_proposal_count(tx, &open.items[i], work->deed.arena, &count, NULL, err);
        if (rc == IC_OK && ic_ballot_judge(&open.items[i].terms, &count, work->deed.now) != IC_PROPOSAL_OUTCOME_OPEN) {
            work->due[work->due_count++] = open.items[i].proposal_id;
        }
    }
    return rc == IC_OK
               ? ic_store_goals_ended(tx, work->deed.now, IC_SETTLE_GOALS_MAX, work->deed.arena, &work->ended, err)
               : rc;
}

/* Asks again: another server may have been here, and votes may have come. */
static enum ic_rc run_settle(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct settle_work *work = context;
    struct ic_proposal proposal;
    enum ic_rc rc = ic_store_proposal_get(tx, work->id, work->deed.arena, &proposal, err);
    work->is_done = false;
    if (rc != IC_OK || proposal.outcome != IC_PROPOSAL_OUTCOME_OPEN) {
        return rc;
    }
    rc = ic_proposal_settle(tx, &work->deed, &proposal, err);
    work->is_done = proposal.outcome != IC_PROPOSAL_OUTCOME_OPEN;
    return rc;
}

static enum ic_rc run_end_goal(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct settle_work *work = context;
    struct ic_agreed agreed;
    enum ic_rc rc = ic_agreed_get(tx, work->id, work->deed.arena, &agreed, err);
    work->is_done = false;
    if (rc != IC_OK || agreed.goal.status != IC_PROPOSAL_STATUS_ACTIVE || agreed.goal.end_date > work->deed.now) {
        return rc;
    }
    rc = ic_agreed_archive(tx, &work->deed, &agreed.goal.suggested_by, "ended", &agreed, err);
    work->is_done = rc == IC_OK;
    return rc;
}

static enum ic_rc run_each(struct settle_work *work, const struct ic_id *ids, size_t count, ic_store_run run,
                           size_t *done_count, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; rc == IC_OK && i < count; i++) {
        work->id = &ids[i];
        rc = ic_store_write(work->deed.service->store, run, work, err);
        *done_count += rc == IC_OK && work->is_done;
    }
    return rc;
}

enum ic_rc ic_proposals_settle(struct ic_service *service, size_t *ret_count, struct ic_err *err)
{
    struct ic_arena *arena = ic_arena_create(SETTLE_ARENA_BYTES_MAX);
    if (!arena) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory to look what has ended.");
    }
    struct settle_work work = {.deed = {service, NULL, ic_clock_now_ms(&service->clock), arena}};
    size_t count = 0;
    enum ic_rc rc = ic_store_read(service->store, run_look, &work, err);
    if (rc == IC_OK) {
        rc = run_each(&work, work.due, work.due_count, run_settle, &count, err);
    }
    if (rc == IC_OK) {
        rc = run_each(&work, work.ended.items, work.ended.count, run_end_goal, &count, err);
    }
    ic_arena_destroy(arena);
    *ret_count = count;
    return rc;
}
