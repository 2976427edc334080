#include "service/agreed.h"

#include "service/audit.h"
#include "service/plain_text.h"
#include "store/events.h"

#include <inttypes.h>
#include <stdio.h>

static const char operation[] = "service.agreed";

enum { DETAILS_SIZE = 384 };

static bool is_rule_id(const struct ic_id *id)
{
    struct ic_id parsed;
    return ic_id_parse(IC_ID_RULE, ic_id_text(id), &parsed);
}

enum ic_rc ic_agreed_get(struct ic_store_tx *tx, const struct ic_id *id, struct ic_arena *arena,
                         struct ic_agreed *ret_agreed, struct ic_err *err)
{
    struct ic_agreed agreed = {.is_rule = is_rule_id(id)};
    enum ic_rc rc = agreed.is_rule ? ic_store_rule_get(tx, id, arena, &agreed.rule, err)
                                   : ic_store_goal_get(tx, id, &agreed.goal, err);
    if (rc == IC_OK) {
        *ret_agreed = agreed;
    }
    return rc;
}

const struct ic_id *ic_agreed_id(const struct ic_agreed *agreed)
{
    return agreed->is_rule ? &agreed->rule.rule_id : &agreed->goal.goal_id;
}

enum ic_proposal_status ic_agreed_status(const struct ic_agreed *agreed)
{
    return agreed->is_rule ? agreed->rule.status : agreed->goal.status;
}

const struct ic_id *ic_agreed_operator(const struct ic_agreed *agreed)
{
    static const struct ic_id nobody = {0};
    const struct ic_id *act_id = agreed->is_rule ? &agreed->rule.assigned_to_act : &agreed->goal.assigned_to_act;
    if (!ic_id_is_empty(act_id)) {
        return &nobody;
    }
    return agreed->is_rule ? &agreed->rule.assigned_to_opr : &agreed->goal.assigned_to_opr;
}

const struct ic_id *ic_proposal_object(const struct ic_proposal *proposal)
{
    return ic_id_is_empty(&proposal->goal_id) ? &proposal->rule_id : &proposal->goal_id;
}

enum ic_rc ic_reason_check(struct ic_str reason, struct ic_str *ret_reason, struct ic_err *err)
{
    if (reason.size == 0) {
        *ret_reason = reason;
        return IC_OK;
    }
    return ic_plain_text_check(reason, IC_LIMIT_PROPOSAL_REASON_CHARACTERS_MAX, "/reason", ret_reason, err);
}

static int put_rule(const struct ic_rule *rule, char text[IC_AGREED_TEXT_SIZE])
{
    const char *type = ic_rule_type_name(rule->type);
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        return snprintf(text, IC_AGREED_TEXT_SIZE, "rule: %s, %02d:%02d to %02d:%02d%s%.*s", type,
                        rule->quiet_from_minute / 60, rule->quiet_from_minute % 60, rule->quiet_to_minute / 60,
                        rule->quiet_to_minute % 60, rule->quiet_zone.size > 0 ? " " : "", (int)rule->quiet_zone.size,
                        rule->quiet_zone.size > 0 ? rule->quiet_zone.data : "");
    }
    return snprintf(text, IC_AGREED_TEXT_SIZE, "rule: %s, %s, %" PRId64 " in %" PRId64 " s", type,
                    ic_goal_metric_name(rule->metric), rule->limit_value, rule->time_window_sec);
}

struct ic_str ic_agreed_text(const struct ic_agreed *agreed, char text[IC_AGREED_TEXT_SIZE])
{
    const struct ic_goal *goal = &agreed->goal;
    int size = agreed->is_rule ? put_rule(&agreed->rule, text)
                               : snprintf(text, IC_AGREED_TEXT_SIZE, "goal: %" PRId64 " %s, %s", goal->target_value,
                                          ic_goal_metric_name(goal->metric), ic_goal_frequency_name(goal->frequency));
    return (struct ic_str){text, size > 0 && size < IC_AGREED_TEXT_SIZE ? (size_t)size : 0};
}

/* ---- What is written of a deed. ---- */

enum ic_rc ic_deed_log(struct ic_store_tx *tx, const struct ic_deed *deed, const struct ic_id *on_behalf_of,
                       const char *verb, const struct ic_agreed *agreed, struct ic_id *ret_elg_id, struct ic_err *err)
{
    char text[IC_AGREED_TEXT_SIZE];
    char details[DETAILS_SIZE];
    struct ic_str what = ic_agreed_text(agreed, text);
    (void)snprintf(details, sizeof details, "%s %.*s", verb, (int)what.size, what.data);
    const struct ic_log_entry entry = {
        .event_type = deed->asker ? IC_EVENT_TYPE_USER : IC_EVENT_TYPE_SYSTEM,
        .created_at = deed->now,
        .received_at = deed->now,
        .opr_id = deed->asker ? deed->asker->opr_id : *on_behalf_of,
        .details = ic_str_from(details),
    };
    return ic_store_event_insert(tx, &entry, &deed->service->rand, ret_elg_id, err);
}

enum ic_rc ic_deed_record(struct ic_store_tx *tx, const struct ic_deed *deed, enum ic_audit_action action,
                          const struct ic_id *object_id, struct ic_str before, struct ic_str after, struct ic_err *err)
{
    if (deed->asker) {
        const struct ic_audit_deed done = {action, ic_id_text(object_id), before, after};
        return ic_audit_record(tx, deed->asker, &done, deed->now, err);
    }
    const struct ic_audit_entry entry = {
        .recorded_at = deed->now,
        .action = ic_str_from(ic_audit_action_name(action)),
        .known_by = ic_str_from(ic_audit_known_by_name(IC_AUDIT_KNOWN_BY_SERVER)),
        .object_id = ic_id_text(object_id),
        .value_before = before,
        .value_after = after,
    };
    return ic_store_audit_append(tx, &entry, err);
}

enum ic_rc ic_agreed_set_status(struct ic_store_tx *tx, const struct ic_agreed *agreed, enum ic_proposal_status status,
                                const struct ic_id *elg_id, struct ic_err *err)
{
    return agreed->is_rule ? ic_store_rule_set_status(tx, &agreed->rule.rule_id, status, elg_id, err)
                           : ic_store_goal_set_status(tx, &agreed->goal.goal_id, status, elg_id, err);
}

enum ic_rc ic_agreed_archive(struct ic_store_tx *tx, const struct ic_deed *deed, const struct ic_id *on_behalf_of,
                             const char *verb, const struct ic_agreed *agreed, struct ic_err *err)
{
    struct ic_id elg_id;
    enum ic_rc rc = ic_deed_log(tx, deed, on_behalf_of, verb, agreed, &elg_id, err);
    if (rc == IC_OK) {
        rc = ic_agreed_set_status(tx, agreed, IC_PROPOSAL_STATUS_ARCHIVED, &elg_id, err);
    }
    return rc == IC_OK ? ic_deed_record(tx, deed, IC_AUDIT_ACTION_AGREEMENT_ARCHIVED, ic_agreed_id(agreed),
                                        IC_STR("{\"status\":\"Active\"}"), IC_STR("{\"status\":\"Archived\"}"), err)
                       : rc;
}

/* ---- The end of a proposal. ---- */

static enum ic_proposal_deed_kind deed_of(enum ic_proposal_outcome outcome)
{
    switch (outcome) {
    case IC_PROPOSAL_OUTCOME_ADOPTED:
        return IC_PROPOSAL_DEED_KIND_ADOPTED;
    case IC_PROPOSAL_OUTCOME_EXPIRED:
        return IC_PROPOSAL_DEED_KIND_EXPIRED;
    case IC_PROPOSAL_OUTCOME_WITHDRAWN:
        return IC_PROPOSAL_DEED_KIND_WITHDRAWN;
    case IC_PROPOSAL_OUTCOME_OPEN:
    case IC_PROPOSAL_OUTCOME_REJECTED:
        break;
    }
    return IC_PROPOSAL_DEED_KIND_REJECTED;
}

/* What it is about becomes this; false: it stays as it is. */
static bool follows(const struct ic_proposal *proposal, enum ic_proposal_status before,
                    enum ic_proposal_status *ret_status)
{
    bool is_adopted = proposal->outcome == IC_PROPOSAL_OUTCOME_ADOPTED;
    if (proposal->purpose == IC_PROPOSAL_PURPOSE_ARCHIVE) {
        *ret_status = IC_PROPOSAL_STATUS_ARCHIVED;
        return is_adopted && before == IC_PROPOSAL_STATUS_ACTIVE;
    }
    *ret_status = is_adopted ? IC_PROPOSAL_STATUS_ACTIVE : IC_PROPOSAL_STATUS_REJECTED;
    if (proposal->outcome == IC_PROPOSAL_OUTCOME_WITHDRAWN) {
        *ret_status = IC_PROPOSAL_STATUS_ARCHIVED;
    }
    return before == IC_PROPOSAL_STATUS_PENDING_SUGGESTION;
}

static enum ic_rc record_end(struct ic_store_tx *tx, const struct ic_deed *deed, const struct ic_proposal *proposal,
                             struct ic_err *err)
{
    struct ic_audit_value after;
    struct ic_str json;
    enum ic_audit_action action = proposal->outcome == IC_PROPOSAL_OUTCOME_WITHDRAWN
                                      ? IC_AUDIT_ACTION_PROPOSAL_WITHDRAWN
                                      : IC_AUDIT_ACTION_PROPOSAL_DECIDED;
    ic_audit_value_begin(&after);
    ic_json_put_name(&after.writer, "outcome", ic_proposal_outcome_name(proposal->outcome));
    ic_json_put_name(&after.writer, proposal->goal_id.text[0] ? "goal_id" : "rule_id",
                     ic_proposal_object(proposal)->text);
    ic_json_put_int64(&after.writer, "members", proposal->count.members);
    ic_json_put_int64(&after.writer, "votes_for", proposal->count.votes_for);
    ic_json_put_int64(&after.writer, "votes_against", proposal->count.votes_against);
    ic_json_put_int64(&after.writer, "abstentions", proposal->count.abstentions);
    enum ic_rc rc = ic_audit_value_end(&after, &json, err);
    if (rc == IC_OK) {
        rc = ic_deed_record(tx, deed, action, &proposal->proposal_id, IC_STR("{\"outcome\":\"open\"}"), json, err);
    }
    ic_audit_value_release(&after);
    return rc;
}

static enum ic_rc archive_replaced(struct ic_store_tx *tx, const struct ic_deed *deed,
                                   const struct ic_proposal *proposal, struct ic_err *err)
{
    struct ic_agreed replaced;
    if (ic_id_is_empty(&proposal->replaces_id) || proposal->outcome != IC_PROPOSAL_OUTCOME_ADOPTED) {
        return IC_OK;
    }
    enum ic_rc rc = ic_agreed_get(tx, &proposal->replaces_id, deed->arena, &replaced, err);
    if (rc != IC_OK || ic_agreed_status(&replaced) != IC_PROPOSAL_STATUS_ACTIVE) {
        return rc;
    }
    return ic_agreed_archive(tx, deed, &proposal->opr_id, "replaced", &replaced, err);
}

enum ic_rc ic_proposal_conclude(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_proposal *proposal,
                                enum ic_proposal_outcome outcome, const struct ic_ballot_count *count,
                                struct ic_err *err)
{
    struct ic_agreed agreed;
    struct ic_proposal_deed done = {.deed = deed_of(outcome)};
    enum ic_proposal_status status;
    char verb[64];
    proposal->outcome = outcome;
    proposal->decided_at = deed->now;
    proposal->count = *count;
    enum ic_rc rc = ic_store_proposal_decide(tx, proposal, err);
    if (rc == IC_OK) {
        rc = ic_agreed_get(tx, ic_proposal_object(proposal), deed->arena, &agreed, err);
    }
    if (rc == IC_OK) {
        (void)snprintf(verb, sizeof verb, "%s%s", ic_proposal_outcome_name(outcome),
                       proposal->purpose == IC_PROPOSAL_PURPOSE_ARCHIVE ? " archiving" : "");
        rc = ic_deed_log(tx, deed, &proposal->opr_id, verb, &agreed, &done.elg_id, err);
    }
    if (rc == IC_OK && follows(proposal, ic_agreed_status(&agreed), &status)) {
        rc = ic_agreed_set_status(tx, &agreed, status, &done.elg_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_proposal_deed_add(tx, &proposal->proposal_id, &done, err);
    }
    if (rc == IC_OK) {
        rc = record_end(tx, deed, proposal, err);
    }
    return rc == IC_OK ? archive_replaced(tx, deed, proposal, err) : rc;
}

/* ---- Counting. ---- */

enum ic_rc ic_proposal_count(struct ic_store_tx *tx, const struct ic_proposal *proposal, struct ic_arena *arena,
                             struct ic_ballot_count *ret_count, struct ic_vote_list *ret_votes, struct ic_err *err)
{
    struct ic_vote_list votes;
    struct ic_ballot_people people;
    enum ic_rc rc = ic_store_vote_list(tx, &proposal->proposal_id, arena, &votes, err);
    if (rc == IC_OK) {
        rc = ic_store_ballot_people(tx, arena, &people, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_ballot_vote *cast = ic_arena_alloc_array(arena, votes.count + 1, sizeof *cast);
    if (!cast) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < votes.count; i++) {
        cast[i] = (struct ic_ballot_vote){votes.items[i].opr_id, votes.items[i].choice, votes.items[i].voted_at};
    }
    ic_ballot_count(&proposal->terms, people.items, people.count, cast, votes.count, ret_count);
    if (ret_votes) {
        *ret_votes = votes;
    }
    return IC_OK;
}

enum ic_rc ic_proposal_settle(struct ic_store_tx *tx, const struct ic_deed *deed, struct ic_proposal *proposal,
                              struct ic_err *err)
{
    struct ic_ballot_count count;
    enum ic_rc rc = ic_proposal_count(tx, proposal, deed->arena, &count, NULL, err);
    if (rc != IC_OK) {
        return rc;
    }
    enum ic_proposal_outcome outcome = ic_ballot_judge(&proposal->terms, &count, deed->now);
    return outcome == IC_PROPOSAL_OUTCOME_OPEN ? IC_OK : ic_proposal_conclude(tx, deed, proposal, outcome, &count, err);
}
