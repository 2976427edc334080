#include "service/proposals.h"

#include "domain/stricter.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/plain_text.h"
#include "store/actors.h"
#include "store/events.h"
#include "store/operators.h"
#include "store/team_settings.h"

static const char operation[] = "service.proposals";

enum { HOUR_MS = 3600000 };

struct proposal_write {
    struct ic_deed deed;
    const struct ic_proposal_wish *wish;
    const struct ic_id *object_id;   /* Of archiving. */
    const struct ic_id *proposal_id; /* Of one that is there. */
    struct ic_str reason;            /* Of archiving. */
    struct ic_proposed proposed;
};

static struct proposal_write write_of(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena)
{
    return (struct proposal_write){
        .deed = {.service = service, .asker = asker, .now = ic_clock_now_ms(&service->clock), .arena = arena}};
}

/* ---- Values. ---- */

enum ic_rc ic_proposal_wish_clean(const struct ic_proposal_wish *wish, struct ic_proposal_wish *ret_clean,
                                  struct ic_err *err)
{
    struct ic_proposal_wish cleaned = *wish;
    struct ic_rule *rule = &cleaned.agreed.rule;
    enum ic_rc rc = ic_reason_check(wish->reason, &cleaned.reason, err);
    if (rc == IC_OK && cleaned.agreed.is_rule) {
        rc = ic_plain_text_check(rule->severity, IC_LIMIT_SEVERITY_CHARACTERS_MAX, "/severity", &rule->severity, err);
    }
    if (rc == IC_OK) {
        *ret_clean = cleaned;
    }
    return rc;
}

static enum ic_rc check_goal(const struct ic_goal *goal, int64_t now, struct ic_err *err)
{
    if (goal->target_value < 1 || goal->target_value > IC_LIMIT_GOAL_VALUE_MAX) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/target_value", "A goal is 1 to %d.",
                                IC_LIMIT_GOAL_VALUE_MAX);
    }
    if (goal->start_date < 1 || goal->start_date >= IC_STORE_TIME_MAX) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/start_date", "This is no time.");
    }
    if (goal->end_date != 0 &&
        (goal->end_date <= goal->start_date || goal->end_date <= now || goal->end_date >= IC_STORE_TIME_MAX)) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/end_date",
                                "A goal ends after it begins, and in the future.");
    }
    return IC_OK;
}

/* The rule as its kind is judged; an actor stands for its handle. */
static enum ic_rc terms_of(struct ic_store_tx *tx, struct ic_service *service, const struct ic_rule *rule,
                           struct ic_rule_terms *ret_terms, struct ic_err *err)
{
    struct ic_rule_terms terms = {
        .type = rule->type,
        .metric = rule->metric,
        .limit_value = rule->limit_value,
        .time_window_sec = rule->time_window_sec,
        .quiet_from_minute = rule->quiet_from_minute,
        .quiet_to_minute = rule->quiet_to_minute,
        .assigned_to_opr = rule->assigned_to_opr,
    };
    struct ic_actor actor;
    enum ic_rc rc = IC_OK;
    if (rule->quiet_zone.size > 0) {
        rc = ic_zones_get(&service->zones, rule->quiet_zone, IC_CODE_INVALID_FIELD, "/quiet_zone", &terms.quiet_zone,
                          err);
    }
    if (rc == IC_OK && !ic_id_is_empty(&rule->assigned_to_act)) {
        struct ic_err missing = IC_ERR_NONE;
        rc = ic_store_actor_get(tx, &rule->assigned_to_act, &actor, &missing);
        terms.act_username = rc == IC_OK ? actor.act_username : terms.act_username;
        if (rc == IC_NOT_FOUND) {
            rc = ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/assigned_to_act", "There is no such actor.");
        } else if (rc != IC_OK) {
            *err = missing;
        }
    }
    if (rc == IC_OK) {
        *ret_terms = terms;
    }
    return rc;
}

enum ic_rc ic_rule_check(struct ic_store_tx *tx, struct ic_service *service, const struct ic_rule *rule,
                         struct ic_rule_terms *ret_terms, struct ic_err *err)
{
    struct ic_rule_terms terms;
    const char *field;
    enum ic_rc rc = terms_of(tx, service, rule, &terms, err);
    if (rc != IC_OK) {
        return rc;
    }
    const char *fault = ic_rule_fault(&terms, &field);
    if (fault) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field, "%s", fault);
    }
    *ret_terms = terms;
    return IC_OK;
}

/* Whoever it is for has to be there: an operator who may come in, an actor that was not given up. */
static enum ic_rc check_assigned(struct ic_store_tx *tx, const struct ic_agreed *agreed, struct ic_err *err)
{
    const struct ic_id *opr_id = agreed->is_rule ? &agreed->rule.assigned_to_opr : &agreed->goal.assigned_to_opr;
    const struct ic_id *act_id = agreed->is_rule ? &agreed->rule.assigned_to_act : &agreed->goal.assigned_to_act;
    struct ic_err missing = IC_ERR_NONE;
    struct ic_actor actor;
    enum ic_role role;
    enum ic_rc rc = IC_OK;
    if (!ic_id_is_empty(opr_id) && !ic_id_is_empty(act_id)) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/assigned_to_act",
                                "It is an operator's or an actor's, not both.");
    }
    if (!ic_id_is_empty(opr_id)) {
        rc = ic_store_operator_standing(tx, opr_id, &role, &missing);
        if (rc == IC_UNAUTHENTICATED) {
            return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/assigned_to_opr",
                                    "There is no such operator.");
        }
    }
    if (rc == IC_OK && !ic_id_is_empty(act_id)) {
        rc = ic_store_actor_get(tx, act_id, &actor, &missing);
        if (rc == IC_NOT_FOUND || (rc == IC_OK && actor.act_status == IC_ACTOR_STATUS_DISCARDED)) {
            return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/assigned_to_act",
                                    "There is no such actor.");
        }
    }
    if (rc != IC_OK) {
        *err = missing;
    }
    return rc;
}

static enum ic_rc check_values(struct ic_store_tx *tx, const struct proposal_write *write,
                               const struct ic_agreed *agreed, struct ic_err *err)
{
    enum ic_rc rc = check_assigned(tx, agreed, err);
    if (rc == IC_OK) {
        struct ic_rule_terms terms;
        rc = agreed->is_rule ? ic_rule_check(tx, write->deed.service, &agreed->rule, &terms, err)
                             : check_goal(&agreed->goal, write->deed.now, err);
    }
    return rc;
}

/* ---- Room, and one proposal at a time. ---- */

static enum ic_rc check_room(struct ic_store_tx *tx, const struct ic_asker *asker, bool is_voted, struct ic_err *err)
{
    int64_t open, agreed;
    enum ic_rc rc = ic_store_proposals_open_count(tx, &open, err);
    if (rc == IC_OK) {
        rc = ic_store_agreed_count(tx, &asker->opr_id, &agreed, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    if (is_voted && open >= IC_LIMIT_OPEN_PROPOSALS_MAX) {
        return ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, operation, "%d proposals are voted on already.",
                          IC_LIMIT_OPEN_PROPOSALS_MAX);
    }
    if (agreed >= IC_LIMIT_AGREED_OF_ONE_MAX) {
        return ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, operation,
                          "%d goals and rules that you proposed stand or wait already.", IC_LIMIT_AGREED_OF_ONE_MAX);
    }
    return IC_OK;
}

static enum ic_rc check_free(struct ic_store_tx *tx, const struct ic_id *object_id, struct ic_err *err)
{
    bool is_open;
    enum ic_rc rc = ic_store_proposal_is_open_of(tx, object_id, &is_open, err);
    return rc == IC_OK && is_open
               ? ic_err_set(err, IC_CODE_CONFLICT, operation, "Another proposal about it is voted on.")
               : rc;
}

/* What is to be replaced: active, of the same kind. */
static enum ic_rc get_replaced(struct ic_store_tx *tx, const struct proposal_write *write,
                               struct ic_agreed *ret_replaced, struct ic_err *err)
{
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = ic_agreed_get(tx, &write->wish->replaces_id, write->deed.arena, ret_replaced, &missing);
    if (rc != IC_OK && rc != IC_NOT_FOUND) {
        *err = missing;
        return rc;
    }
    if (rc == IC_NOT_FOUND || ret_replaced->is_rule != write->wish->agreed.is_rule ||
        ic_agreed_status(ret_replaced) != IC_PROPOSAL_STATUS_ACTIVE) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/replaces_id",
                                "There is nothing active of this kind that it could replace.");
    }
    return IC_OK;
}

/* Whether it needs a vote (docs/decisions/votes.md). */
static enum ic_rc needs_vote(struct ic_store_tx *tx, const struct proposal_write *write, const struct ic_agreed *agreed,
                             const struct ic_agreed *replaced, bool *ret_needs, struct ic_err *err)
{
    const struct ic_id *self = &write->deed.asker->opr_id;
    bool is_personal = ic_id_equal(ic_agreed_operator(agreed), self);
    bool replaces_personal = !replaced || ic_id_equal(ic_agreed_operator(replaced), self);
    *ret_needs = !is_personal || !replaces_personal;
    if (*ret_needs || !replaced || !agreed->is_rule) {
        return IC_OK;
    }
    struct ic_rule_terms terms, former;
    enum ic_rc rc = terms_of(tx, write->deed.service, &agreed->rule, &terms, err);
    if (rc == IC_OK) {
        rc = terms_of(tx, write->deed.service, &replaced->rule, &former, err);
    }
    if (rc == IC_OK) {
        *ret_needs = !ic_rule_is_as_strict(&terms, &former);
    }
    return rc;
}

/* ---- Proposing. ---- */

static enum ic_rc terms_now(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_ballot_terms *ret_terms,
                            struct ic_err *err)
{
    struct ic_team_settings settings;
    enum ic_rc rc = ic_store_team_settings_get(tx, deed->arena, &settings, err);
    if (rc == IC_OK) {
        *ret_terms = (struct ic_ballot_terms){
            .quorum_percent = settings.quorum_percent,
            .majority_percent = settings.majority_percent,
            .opened_at = deed->now,
            .closes_at = deed->now + settings.voting_hours * HOUR_MS,
        };
    }
    return rc;
}

/* The values as they are to be kept. */
static struct ic_agreed kept(const struct proposal_write *write, enum ic_proposal_status status)
{
    struct ic_agreed agreed = write->wish->agreed;
    if (agreed.is_rule) {
        agreed.rule.status = status;
        agreed.rule.suggested_by = write->deed.asker->opr_id;
        agreed.rule.created_at = write->deed.now;
    } else {
        agreed.goal.status = status;
        agreed.goal.suggested_by = write->deed.asker->opr_id;
        agreed.goal.created_at = write->deed.now;
        agreed.goal.start_date = agreed.goal.start_date ? agreed.goal.start_date : write->deed.now;
    }
    return agreed;
}

static enum ic_rc insert_agreed(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_agreed *agreed,
                                const struct ic_id *elg_id, struct ic_proposal *proposal, struct ic_err *err)
{
    const struct ic_rand *rand = &deed->service->rand;
    if (agreed->is_rule) {
        enum ic_rc rc = ic_store_rule_insert(tx, &agreed->rule, elg_id, rand, &proposal->rule_id, err);
        agreed->rule.rule_id = proposal->rule_id;
        return rc;
    }
    enum ic_rc rc = ic_store_goal_insert(tx, &agreed->goal, elg_id, rand, &proposal->goal_id, err);
    agreed->goal.goal_id = proposal->goal_id;
    return rc;
}

static enum ic_rc record_proposal(struct ic_store_tx *tx, const struct ic_deed *deed, enum ic_audit_action action,
                                  const struct ic_proposal *proposal, const struct ic_agreed *agreed,
                                  struct ic_err *err)
{
    struct ic_audit_value after;
    struct ic_str json;
    char text[IC_AGREED_TEXT_SIZE];
    ic_audit_value_begin(&after);
    ic_json_put_name(&after.writer, "purpose", ic_proposal_purpose_name(proposal->purpose));
    ic_json_put_name(&after.writer, agreed->is_rule ? "rule_id" : "goal_id", ic_agreed_id(agreed)->text);
    ic_json_put_text(&after.writer, "text", ic_agreed_text(agreed, text));
    ic_json_put_optional_text(&after.writer, "replaces_id", ic_id_text(&proposal->replaces_id));
    ic_json_put_optional_text(&after.writer, "reason", proposal->reason);
    ic_json_put_int64(&after.writer, "closes_at", proposal->terms.closes_at);
    enum ic_rc rc = ic_audit_value_end(&after, &json, err);
    if (rc == IC_OK) {
        rc = ic_deed_record(tx, deed, action, &proposal->proposal_id, (struct ic_str){0}, json, err);
    }
    ic_audit_value_release(&after);
    return rc;
}

/* Whoever proposes votes for it; the ballot of a team of one ends with that. */
static enum ic_rc begin_ballot(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_proposal *proposal,
                               enum ic_proposal_deed_kind kind, const struct ic_id *elg_id, struct ic_err *err)
{
    const struct ic_vote vote = {
        .opr_id = deed->asker->opr_id, .choice = IC_VOTE_CHOICE_FOR, .voted_at = proposal->terms.opened_at};
    const struct ic_proposal_deed done = {.deed = kind,
                                          .elg_id = *elg_id,
                                          .has_choice_after = true,
                                          .choice_after = IC_VOTE_CHOICE_FOR,
                                          .reason = proposal->reason};
    enum ic_rc rc = ic_store_vote_put(tx, &proposal->proposal_id, &vote, err);
    return rc == IC_OK ? ic_store_proposal_deed_add(tx, &proposal->proposal_id, &done, err) : rc;
}

/* Of one that needs no vote: what it is about is active already. */
static enum ic_rc adopt_at_once(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_proposal *proposal,
                                const struct ic_agreed *agreed, const struct ic_id *elg_id,
                                const struct ic_agreed *replaced, struct ic_err *err)
{
    const struct ic_proposal_deed done = {
        .deed = IC_PROPOSAL_DEED_KIND_ADOPTED, .elg_id = *elg_id, .reason = proposal->reason};
    proposal->outcome = IC_PROPOSAL_OUTCOME_ADOPTED;
    proposal->decided_at = deed->now;
    enum ic_rc rc = ic_store_proposal_decide(tx, proposal, err);
    if (rc == IC_OK) {
        rc = ic_store_proposal_deed_add(tx, &proposal->proposal_id, &done, err);
    }
    if (rc == IC_OK) {
        rc = record_proposal(tx, deed, IC_AUDIT_ACTION_PROPOSAL_MADE, proposal, agreed, err);
    }
    return rc == IC_OK && replaced ? ic_agreed_archive(tx, deed, &proposal->opr_id, "replaced", replaced, err) : rc;
}

static enum ic_rc open_vote(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_proposal *proposal,
                            const struct ic_agreed *agreed, const struct ic_id *elg_id, struct ic_err *err)
{
    enum ic_rc rc = begin_ballot(tx, deed, proposal, IC_PROPOSAL_DEED_KIND_PROPOSED, elg_id, err);
    if (rc == IC_OK) {
        rc = record_proposal(tx, deed, IC_AUDIT_ACTION_PROPOSAL_MADE, proposal, agreed, err);
    }
    return rc == IC_OK ? ic_proposal_settle(tx, deed, proposal, err) : rc;
}

static void tell(struct proposal_write *write, const struct ic_proposal *proposal)
{
    write->proposed = (struct ic_proposed){
        .proposal_id = proposal->proposal_id, .object_id = *ic_proposal_object(proposal), .outcome = proposal->outcome};
}

static enum ic_rc run_propose(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct proposal_write *write = context;
    const struct ic_deed *deed = &write->deed;
    const struct ic_proposal_wish *wish = write->wish;
    struct ic_agreed agreed = kept(write, IC_PROPOSAL_STATUS_PENDING_SUGGESTION);
    struct ic_agreed former;
    struct ic_agreed *replaced = ic_id_is_empty(&wish->replaces_id) ? NULL : &former;
    struct ic_proposal proposal = {.purpose = IC_PROPOSAL_PURPOSE_ADOPT,
                                   .opr_id = deed->asker->opr_id,
                                   .reason = wish->reason,
                                   .replaces_id = wish->replaces_id,
                                   .created_at = deed->now,
                                   .is_voted = true};
    struct ic_id elg_id;
    enum ic_rc rc = ic_asker_can(tx, deed->asker, IC_ACTION_PROPOSE, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check_values(tx, write, &agreed, err);
    }
    if (rc == IC_OK && replaced) {
        rc = get_replaced(tx, write, replaced, err);
    }
    if (rc == IC_OK && replaced) {
        rc = check_free(tx, &wish->replaces_id, err);
    }
    if (rc == IC_OK) {
        rc = needs_vote(tx, write, &agreed, replaced, &proposal.is_voted, err);
    }
    if (rc == IC_OK) {
        rc = check_room(tx, deed->asker, proposal.is_voted, err);
    }
    if (rc == IC_OK) {
        rc = terms_now(tx, deed, &proposal.terms, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    agreed = kept(write, proposal.is_voted ? IC_PROPOSAL_STATUS_PENDING_SUGGESTION : IC_PROPOSAL_STATUS_ACTIVE);
    rc = ic_deed_log(tx, deed, &deed->asker->opr_id, proposal.is_voted ? "proposed" : "adopted for themselves", &agreed,
                     &elg_id, err);
    if (rc == IC_OK) {
        rc = insert_agreed(tx, deed, &agreed, &elg_id, &proposal, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_proposal_insert(tx, &proposal, &deed->service->rand, &proposal.proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_touch(tx, &deed->asker->opr_id, deed->now, err);
    }
    if (rc == IC_OK) {
        rc = proposal.is_voted ? open_vote(tx, deed, &proposal, &agreed, &elg_id, err)
                               : adopt_at_once(tx, deed, &proposal, &agreed, &elg_id, replaced, err);
    }
    tell(write, &proposal);
    return rc;
}

enum ic_rc ic_proposals_propose(struct ic_service *service, const struct ic_asker *asker,
                                const struct ic_proposal_wish *wish, struct ic_arena *arena,
                                struct ic_proposed *ret_proposed, struct ic_err *err)
{
    struct proposal_write write = write_of(service, asker, arena);
    struct ic_proposal_wish cleaned;
    write.wish = &cleaned;
    enum ic_rc rc = ic_proposal_wish_clean(wish, &cleaned, err);
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_propose, &write, err);
    }
    if (rc == IC_OK) {
        *ret_proposed = write.proposed;
    }
    return rc;
}

/* ---- Archiving. ---- */

static enum ic_rc run_archive(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct proposal_write *write = context;
    const struct ic_deed *deed = &write->deed;
    struct ic_agreed agreed;
    struct ic_id elg_id;
    struct ic_proposal proposal = {.purpose = IC_PROPOSAL_PURPOSE_ARCHIVE,
                                   .opr_id = deed->asker->opr_id,
                                   .reason = write->reason,
                                   .created_at = deed->now,
                                   .is_voted = true};
    enum ic_rc rc = ic_asker_can(tx, deed->asker, IC_ACTION_PROPOSE, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_agreed_get(tx, write->object_id, deed->arena, &agreed, err);
    }
    if (rc == IC_OK && ic_agreed_status(&agreed) != IC_PROPOSAL_STATUS_ACTIVE) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "It is not active.");
    }
    if (rc == IC_OK) {
        rc = check_free(tx, write->object_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_touch(tx, &deed->asker->opr_id, deed->now, err);
    }
    if (rc == IC_OK && !agreed.is_rule && ic_id_equal(ic_agreed_operator(&agreed), &deed->asker->opr_id)) {
        write->proposed = (struct ic_proposed){.object_id = *write->object_id, .outcome = IC_PROPOSAL_OUTCOME_ADOPTED};
        return ic_agreed_archive(tx, deed, &deed->asker->opr_id, "archived", &agreed, err);
    }
    if (rc == IC_OK) {
        rc = check_room(tx, deed->asker, true, err);
    }
    if (rc == IC_OK) {
        rc = terms_now(tx, deed, &proposal.terms, err);
    }
    if (rc == IC_OK) {
        rc = ic_deed_log(tx, deed, &deed->asker->opr_id, "proposed to archive", &agreed, &elg_id, err);
    }
    if (rc == IC_OK) {
        *(agreed.is_rule ? &proposal.rule_id : &proposal.goal_id) = *write->object_id;
        rc = ic_store_proposal_insert(tx, &proposal, &deed->service->rand, &proposal.proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = open_vote(tx, deed, &proposal, &agreed, &elg_id, err);
    }
    tell(write, &proposal);
    return rc;
}

enum ic_rc ic_proposals_propose_archiving(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_id *object_id, struct ic_str reason, struct ic_arena *arena,
                                          struct ic_proposed *ret_proposed, struct ic_err *err)
{
    struct proposal_write write = write_of(service, asker, arena);
    write.object_id = object_id;
    enum ic_rc rc = ic_reason_check(reason, &write.reason, err);
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_archive, &write, err);
    }
    if (rc == IC_OK) {
        *ret_proposed = write.proposed;
    }
    return rc;
}

/* ---- Changing and withdrawing. ---- */

/* An open proposal of the asker's that nobody else has voted on. */
static enum ic_rc get_own(struct ic_store_tx *tx, const struct proposal_write *write, struct ic_proposal *ret_proposal,
                          struct ic_err *err)
{
    struct ic_vote_list votes;
    enum ic_rc rc = ic_store_proposal_get(tx, write->proposal_id, write->deed.arena, ret_proposal, err);
    if (rc == IC_OK) {
        rc = ic_asker_can(tx, write->deed.asker, IC_ACTION_CHANGE_PROPOSAL,
                          ic_whose_is(write->deed.asker, &ret_proposal->opr_id), err);
    }
    if (rc == IC_OK &&
        (ret_proposal->outcome != IC_PROPOSAL_OUTCOME_OPEN || write->deed.now >= ret_proposal->terms.closes_at)) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "The vote has ended.");
    }
    if (rc == IC_OK) {
        rc = ic_store_vote_list(tx, write->proposal_id, write->deed.arena, &votes, err);
    }
    for (size_t i = 0; rc == IC_OK && i < votes.count; i++) {
        if (!ic_id_equal(&votes.items[i].opr_id, &write->deed.asker->opr_id)) {
            rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "Somebody else has voted on it as it is.");
        }
    }
    return rc;
}

static enum ic_rc update_agreed(struct ic_store_tx *tx, struct ic_agreed *agreed, const struct ic_proposal *proposal,
                                const struct ic_id *elg_id, struct ic_err *err)
{
    if (agreed->is_rule) {
        agreed->rule.rule_id = proposal->rule_id;
        return ic_store_rule_change(tx, &agreed->rule, elg_id, err);
    }
    agreed->goal.goal_id = proposal->goal_id;
    return ic_store_goal_change(tx, &agreed->goal, elg_id, err);
}

static enum ic_rc check_change(struct ic_store_tx *tx, const struct proposal_write *write,
                               const struct ic_proposal *proposal, struct ic_err *err)
{
    struct ic_agreed replaced;
    const struct ic_id *replaces_id = &write->wish->replaces_id;
    if (proposal->purpose != IC_PROPOSAL_PURPOSE_ADOPT ||
        write->wish->agreed.is_rule != ic_id_is_empty(&proposal->goal_id)) {
        return ic_err_set(err, IC_CODE_CONFLICT, operation, "This is not what the proposal is about.");
    }
    if (ic_id_is_empty(replaces_id) || ic_id_equal(replaces_id, &proposal->replaces_id)) {
        return IC_OK;
    }
    enum ic_rc rc = get_replaced(tx, write, &replaced, err);
    return rc == IC_OK ? check_free(tx, replaces_id, err) : rc;
}

static enum ic_rc run_change(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct proposal_write *write = context;
    const struct ic_deed *deed = &write->deed;
    struct ic_agreed agreed = kept(write, IC_PROPOSAL_STATUS_PENDING_SUGGESTION);
    struct ic_proposal proposal;
    struct ic_id elg_id;
    enum ic_rc rc = get_own(tx, write, &proposal, err);
    if (rc == IC_OK) {
        rc = check_change(tx, write, &proposal, err);
    }
    if (rc == IC_OK) {
        rc = check_values(tx, write, &agreed, err);
    }
    if (rc == IC_OK) {
        rc = terms_now(tx, deed, &proposal.terms, err);
    }
    if (rc == IC_OK) {
        rc = ic_deed_log(tx, deed, &deed->asker->opr_id, "changed the proposal to", &agreed, &elg_id, err);
    }
    if (rc == IC_OK) {
        rc = update_agreed(tx, &agreed, &proposal, &elg_id, err);
    }
    if (rc == IC_OK) {
        proposal.reason = write->wish->reason;
        proposal.replaces_id = write->wish->replaces_id;
        rc = ic_store_proposal_reopen(tx, &proposal, err);
    }
    if (rc == IC_OK) {
        rc = begin_ballot(tx, deed, &proposal, IC_PROPOSAL_DEED_KIND_CHANGED, &elg_id, err);
    }
    if (rc == IC_OK) {
        rc = record_proposal(tx, deed, IC_AUDIT_ACTION_PROPOSAL_CHANGED, &proposal, &agreed, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposal_settle(tx, deed, &proposal, err);
    }
    tell(write, &proposal);
    return rc;
}

enum ic_rc ic_proposals_change(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_id *proposal_id, const struct ic_proposal_wish *wish,
                               struct ic_arena *arena, struct ic_proposed *ret_proposed, struct ic_err *err)
{
    struct proposal_write write = write_of(service, asker, arena);
    struct ic_proposal_wish cleaned;
    write.wish = &cleaned;
    write.proposal_id = proposal_id;
    enum ic_rc rc = ic_proposal_wish_clean(wish, &cleaned, err);
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_change, &write, err);
    }
    if (rc == IC_OK) {
        *ret_proposed = write.proposed;
    }
    return rc;
}

static enum ic_rc run_withdraw(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct proposal_write *write = context;
    struct ic_proposal proposal;
    struct ic_ballot_count count;
    enum ic_rc rc = get_own(tx, write, &proposal, err);
    if (rc == IC_OK) {
        rc = ic_proposal_count(tx, &proposal, write->deed.arena, &count, NULL, err);
    }
    return rc == IC_OK ? ic_proposal_conclude(tx, &write->deed, &proposal, IC_PROPOSAL_OUTCOME_WITHDRAWN, &count, err)
                       : rc;
}

enum ic_rc ic_proposals_withdraw(struct ic_service *service, const struct ic_asker *asker,
                                 const struct ic_id *proposal_id, struct ic_arena *arena, struct ic_err *err)
{
    struct proposal_write write = write_of(service, asker, arena);
    write.proposal_id = proposal_id;
    return ic_store_write(service->store, run_withdraw, &write, err);
}
