#include "service/demo_agreed.h"

#include "store/goals.h"
#include "store/proposals.h"
#include "store/rules.h"
#include "store/votes.h"

#include <inttypes.h>
#include <stdio.h>

enum { DAY_SEC = 86400, MONTH_DAYS = 30, DAY_MS = 86400000, WHOLE = 1000, OPEN_DAYS = 3, FIFTH = 5, PERCENT = 50 };

/* Whom a goal or a rule is for. */
enum whose { OF_THE_TEAM, OF_AN_OPERATOR, OF_AN_ACTOR };

/* A goal counts by the day or the month; a rule's window is given in seconds. */
static const struct proposal {
    bool is_rule;
    enum whose whose;
    enum ic_goal_metric metric;
    enum ic_goal_frequency frequency; /* Of a goal. */
    enum ic_rule_type type;           /* Of a rule, as the next. */
    int64_t time_window_sec;
} proposals[IC_DEMO_PROPOSALS_COUNT] = {
    {.metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT, .frequency = IC_GOAL_FREQUENCY_MONTHLY},
    {.is_rule = true, .type = IC_RULE_TYPE_FREQUENCY_CAP, .whose = OF_AN_ACTOR, .time_window_sec = DAY_SEC},
    {.metric = IC_GOAL_METRIC_REPLIES_RECEIVED, .frequency = IC_GOAL_FREQUENCY_MONTHLY},
    {.is_rule = true, .type = IC_RULE_TYPE_INTERVAL_SPACING, .time_window_sec = 30},
    {.metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT, .frequency = IC_GOAL_FREQUENCY_DAILY, .whose = OF_AN_OPERATOR},
    {.metric = IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED, .frequency = IC_GOAL_FREQUENCY_MONTHLY},
    {.is_rule = true, .type = IC_RULE_TYPE_FREQUENCY_CAP, .whose = OF_AN_OPERATOR, .time_window_sec = 3600},
    {.metric = IC_GOAL_METRIC_BOOKINGS_MADE, .frequency = IC_GOAL_FREQUENCY_MONTHLY},
    {.metric = IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED, .frequency = IC_GOAL_FREQUENCY_DAILY, .whose = OF_AN_ACTOR},
    {.is_rule = true,
     .type = IC_RULE_TYPE_FREQUENCY_CAP,
     .metric = IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED,
     .time_window_sec = DAY_SEC},
    {.metric = IC_GOAL_METRIC_TOTAL_MESSAGES_SENT, .frequency = IC_GOAL_FREQUENCY_DAILY},
    {.metric = IC_GOAL_METRIC_PAYMENTS_RECEIVED, .frequency = IC_GOAL_FREQUENCY_MONTHLY},
    {.metric = IC_GOAL_METRIC_REPLIES_RECEIVED, .frequency = IC_GOAL_FREQUENCY_MONTHLY, .whose = OF_AN_OPERATOR},
    {.is_rule = true, .type = IC_RULE_TYPE_INTERVAL_SPACING, .time_window_sec = 60, .whose = OF_AN_ACTOR},
    {.metric = IC_GOAL_METRIC_WARM_LEADS_GENERATED, .frequency = IC_GOAL_FREQUENCY_MONTHLY},
    {.is_rule = true, .type = IC_RULE_TYPE_INTERVAL_SPACING, .time_window_sec = 120},
};

/* In the order of time: in so many thousandths of the sample's days, the proposal is given a status, and made by the
 * first. One's own goal needs nobody's vote. */
static const struct decision {
    uint16_t due;
    uint8_t proposal;
    enum ic_proposal_status status;
} decisions[IC_DEMO_DECISIONS_COUNT] = {
    {20, 0, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {30, 0, IC_PROPOSAL_STATUS_ACTIVE},
    {40, 1, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {50, 1, IC_PROPOSAL_STATUS_ACTIVE},
    {60, 4, IC_PROPOSAL_STATUS_ACTIVE},
    {80, 3, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {95, 3, IC_PROPOSAL_STATUS_ACTIVE},
    {120, 2, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {150, 2, IC_PROPOSAL_STATUS_ACTIVE},
    {180, 10, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {200, 10, IC_PROPOSAL_STATUS_REJECTED},
    {250, 5, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {270, 5, IC_PROPOSAL_STATUS_ACTIVE},
    {330, 6, IC_PROPOSAL_STATUS_ACTIVE},
    {400, 7, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {420, 7, IC_PROPOSAL_STATUS_ACTIVE},
    {500, 8, IC_PROPOSAL_STATUS_ACTIVE},
    {560, 9, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {580, 9, IC_PROPOSAL_STATUS_ACTIVE},
    {600, 11, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {620, 11, IC_PROPOSAL_STATUS_ACTIVE},
    {700, 12, IC_PROPOSAL_STATUS_ACTIVE},
    {750, 5, IC_PROPOSAL_STATUS_ARCHIVED},
    {800, 13, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {830, 13, IC_PROPOSAL_STATUS_ACTIVE},
    {900, 9, IC_PROPOSAL_STATUS_ARCHIVED},
    {950, 14, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
    {970, 15, IC_PROPOSAL_STATUS_PENDING_SUGGESTION},
};

/* Of 10,000 messages, how many events of the metric come of them, roughly. */
static const int64_t shares[IC_GOAL_METRIC_COUNT] = {
    [IC_GOAL_METRIC_TOTAL_MESSAGES_SENT] = 10000, [IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED] = 2000,
    [IC_GOAL_METRIC_REPLIES_RECEIVED] = 535,      [IC_GOAL_METRIC_WARM_LEADS_GENERATED] = 205,
    [IC_GOAL_METRIC_BOOKINGS_MADE] = 76,          [IC_GOAL_METRIC_PAYMENTS_RECEIVED] = 32,
};

/* What the metric comes to in so many seconds, of the team, an operator or an actor; at least 1. */
static int64_t expected(const struct ic_demo_options *options, const struct proposal *proposal, int64_t seconds)
{
    uint32_t among = proposal->whose == OF_AN_OPERATOR ? options->operators
                     : proposal->whose == OF_AN_ACTOR  ? options->actors
                                                       : 1;
    int64_t count = (int64_t)options->events * 20 / 23 * shares[proposal->metric] / 10000 * seconds /
                    ((int64_t)options->days * DAY_SEC) / among;
    return count > 0 ? count : 1;
}

/* A goal is a little more than what comes by itself; a cap is twice that, and between two messages there is one. */
static int64_t value_of(const struct ic_demo_options *options, const struct proposal *proposal)
{
    if (!proposal->is_rule) {
        int64_t days = proposal->frequency == IC_GOAL_FREQUENCY_MONTHLY ? MONTH_DAYS : 1;
        int64_t count = expected(options, proposal, days * DAY_SEC);
        return count + count / 10;
    }
    bool is_cap = proposal->type == IC_RULE_TYPE_FREQUENCY_CAP;
    return is_cap ? 2 * expected(options, proposal, proposal->time_window_sec) : 1;
}

static bool is_first(uint32_t decision)
{
    for (uint32_t i = 0; i < decision; i++) {
        if (decisions[i].proposal == decisions[decision].proposal) {
            return false;
        }
    }
    return true;
}

int64_t ic_demo_decision_due(const struct ic_demo_options *options, uint32_t decision)
{
    int64_t duration_ms = (int64_t)options->days * DAY_MS;
    return options->until - duration_ms + duration_ms / WHOLE * decisions[decision].due;
}

static uint32_t people_count(const struct ic_demo_options *options)
{
    return options->operators < options->actors ? options->operators : options->actors;
}

uint32_t ic_demo_decision_operator(const struct ic_demo_options *options, uint32_t decision)
{
    const struct proposal *proposal = &proposals[decisions[decision].proposal];
    uint32_t own = decisions[decision].proposal % people_count(options);
    /* What is one's own is one's own to decide; on the rest one decides who did not suggest it. */
    return proposal->whose == OF_AN_OPERATOR || is_first(decision) ? own : (own + 1) % people_count(options);
}

struct ic_str ic_demo_decision_details(const struct ic_demo_options *options, uint32_t decision,
                                       char buffer[IC_DEMO_DECISION_SIZE])
{
    const struct proposal *proposal = &proposals[decisions[decision].proposal];
    int64_t value = value_of(options, proposal);
    const char *status = ic_proposal_status_name(decisions[decision].status);
    if (proposal->is_rule) {
        (void)snprintf(buffer, IC_DEMO_DECISION_SIZE, "rule %s: %s, %s, %" PRId64 " in %" PRId64 " s", status,
                       ic_rule_type_name(proposal->type), ic_goal_metric_name(proposal->metric), value,
                       proposal->time_window_sec);
    } else {
        (void)snprintf(buffer, IC_DEMO_DECISION_SIZE, "goal %s: %s, %" PRId64 " %s", status,
                       ic_goal_metric_name(proposal->metric), value, ic_goal_frequency_name(proposal->frequency));
    }
    return ic_str_from(buffer);
}

/* ---- Rows. ---- */

static struct ic_id operator_of(const struct ic_demo_options *options, const struct ic_demo_team *team, uint32_t index)
{
    static const struct ic_id none = {0};
    return proposals[index].whose == OF_AN_OPERATOR ? team->operator_ids[index % people_count(options)] : none;
}

/* The busiest actor's. */
static struct ic_id actor_of(const struct ic_demo_team *team, uint32_t index)
{
    static const struct ic_id none = {0};
    return proposals[index].whose == OF_AN_ACTOR ? team->actor_ids[0] : none;
}

static enum ic_rc insert(struct ic_store_tx *tx, const struct ic_demo_options *options, uint32_t decision,
                         struct ic_demo_team *team, const struct ic_id *elg_id, int64_t created_at,
                         const struct ic_rand *rand, struct ic_err *err)
{
    uint32_t index = decisions[decision].proposal;
    const struct proposal *proposal = &proposals[index];
    struct ic_id *ret_id = &team->agreed_ids[index];
    struct ic_id suggested_by = team->operator_ids[ic_demo_decision_operator(options, decision)];
    if (proposal->is_rule) {
        const struct ic_rule rule = {
            .type = proposal->type,
            .metric = proposal->metric,
            .limit_value = value_of(options, proposal),
            .time_window_sec = proposal->time_window_sec,
            .severity = IC_STR("Soft Warning"),
            .assigned_to_opr = operator_of(options, team, index),
            .assigned_to_act = actor_of(team, index),
            .status = decisions[decision].status,
            .suggested_by = suggested_by,
            .created_at = created_at,
        };
        return ic_store_rule_insert(tx, &rule, elg_id, rand, ret_id, err);
    }
    const struct ic_goal goal = {
        .metric = proposal->metric,
        .target_value = value_of(options, proposal),
        .frequency = proposal->frequency,
        .assigned_to_opr = operator_of(options, team, index),
        .assigned_to_act = actor_of(team, index),
        .status = decisions[decision].status,
        .suggested_by = suggested_by,
        .created_at = created_at,
        .start_date = created_at,
    };
    return ic_store_goal_insert(tx, &goal, elg_id, rand, ret_id, err);
}

/* ---- Their proposals. ---- */

static enum ic_rc add_deed(struct ic_store_tx *tx, const struct ic_id *proposal_id, enum ic_proposal_deed_kind kind,
                           const struct ic_id *elg_id, struct ic_err *err)
{
    const struct ic_proposal_deed deed = {.deed = kind,
                                          .elg_id = *elg_id,
                                          .has_choice_after = kind == IC_PROPOSAL_DEED_KIND_PROPOSED,
                                          .choice_after = IC_VOTE_CHOICE_FOR};
    return ic_store_proposal_deed_add(tx, proposal_id, &deed, err);
}

static enum ic_rc open_proposal(struct ic_store_tx *tx, const struct ic_demo_options *options, uint32_t decision,
                                struct ic_demo_team *team, const struct ic_id *elg_id, int64_t created_at,
                                const struct ic_rand *rand, struct ic_err *err)
{
    uint32_t index = decisions[decision].proposal;
    bool is_voted = decisions[decision].status == IC_PROPOSAL_STATUS_PENDING_SUGGESTION;
    struct ic_id *proposal_id = &team->proposal_ids[index];
    struct ic_proposal proposal = {
        .purpose = IC_PROPOSAL_PURPOSE_ADOPT,
        .opr_id = team->operator_ids[ic_demo_decision_operator(options, decision)],
        .created_at = created_at,
        .is_voted = is_voted,
        /* Some days behind the sample: a small one ends before everything is decided, and what is still voted on is not
         * to be over when it is looked at. */
        .terms = {PERCENT, PERCENT, created_at, options->until + (int64_t)OPEN_DAYS * DAY_MS},
        .outcome = IC_PROPOSAL_OUTCOME_ADOPTED,
        .decided_at = created_at,
    };
    *(proposals[index].is_rule ? &proposal.rule_id : &proposal.goal_id) = team->agreed_ids[index];
    const struct ic_vote vote = {.opr_id = proposal.opr_id, .choice = IC_VOTE_CHOICE_FOR, .voted_at = created_at};
    enum ic_rc rc = ic_store_proposal_insert(tx, &proposal, rand, proposal_id, err);
    proposal.proposal_id = *proposal_id;
    if (rc == IC_OK) {
        rc = add_deed(tx, proposal_id, is_voted ? IC_PROPOSAL_DEED_KIND_PROPOSED : IC_PROPOSAL_DEED_KIND_ADOPTED,
                      elg_id, err);
    }
    if (rc == IC_OK) {
        rc = is_voted ? ic_store_vote_put(tx, proposal_id, &vote, err) : ic_store_proposal_decide(tx, &proposal, err);
    }
    return rc;
}

/* All vote as it turns out but every fifth. The votes of the sample have no events of their own. */
static enum ic_rc end_proposal(struct ic_store_tx *tx, const struct ic_demo_options *options, uint32_t decision,
                               const struct ic_demo_team *team, const struct ic_id *elg_id, int64_t at,
                               struct ic_err *err)
{
    bool is_adopted = decisions[decision].status == IC_PROPOSAL_STATUS_ACTIVE;
    struct ic_proposal proposal = {
        .proposal_id = team->proposal_ids[decisions[decision].proposal],
        .outcome = is_adopted ? IC_PROPOSAL_OUTCOME_ADOPTED : IC_PROPOSAL_OUTCOME_REJECTED,
        .decided_at = at,
        .count = {.members = options->operators},
    };
    enum ic_rc rc = IC_OK;
    for (uint32_t i = 0; rc == IC_OK && i < options->operators; i++) {
        bool is_for = (i % FIFTH == FIFTH - 1) != is_adopted;
        const struct ic_vote vote = {.opr_id = team->operator_ids[i],
                                     .choice = is_for ? IC_VOTE_CHOICE_FOR : IC_VOTE_CHOICE_AGAINST,
                                     .voted_at = at};
        *(is_for ? &proposal.count.votes_for : &proposal.count.votes_against) += 1;
        rc = ic_store_vote_put(tx, &proposal.proposal_id, &vote, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_proposal_decide(tx, &proposal, err);
    }
    return rc == IC_OK
               ? add_deed(tx, &proposal.proposal_id,
                          is_adopted ? IC_PROPOSAL_DEED_KIND_ADOPTED : IC_PROPOSAL_DEED_KIND_REJECTED, elg_id, err)
               : rc;
}

enum ic_rc ic_demo_decision_write(struct ic_store_tx *tx, const struct ic_demo_options *options, uint32_t decision,
                                  struct ic_demo_team *team, const struct ic_id *elg_id, int64_t created_at,
                                  const struct ic_rand *rand, struct ic_err *err)
{
    const struct decision *taken = &decisions[decision];
    const struct ic_id *id = &team->agreed_ids[taken->proposal];
    if (is_first(decision)) {
        enum ic_rc rc = insert(tx, options, decision, team, elg_id, created_at, rand, err);
        return rc ? rc : open_proposal(tx, options, decision, team, elg_id, created_at, rand, err);
    }
    enum ic_rc rc = proposals[taken->proposal].is_rule ? ic_store_rule_set_status(tx, id, taken->status, elg_id, err)
                                                       : ic_store_goal_set_status(tx, id, taken->status, elg_id, err);
    if (rc == IC_OK && taken->status != IC_PROPOSAL_STATUS_ARCHIVED) {
        rc = end_proposal(tx, options, decision, team, elg_id, created_at, err);
    }
    return rc;
}
