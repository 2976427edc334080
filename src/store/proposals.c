#include "store/proposals.h"

#include "store/small_list.h"

enum {
    COLUMN_PROPOSAL_ID,
    COLUMN_PURPOSE,
    COLUMN_GOAL_ID,
    COLUMN_RULE_ID,
    COLUMN_REPLACES_ID,
    COLUMN_OPR_ID,
    COLUMN_OPR_NAME,
    COLUMN_REASON,
    COLUMN_CREATED_AT,
    COLUMN_IS_VOTED,
    COLUMN_OPENED_AT,
    COLUMN_CLOSES_AT,
    COLUMN_QUORUM_PERCENT,
    COLUMN_MAJORITY_PERCENT,
    COLUMN_OUTCOME,
    COLUMN_DECIDED_AT,
    COLUMN_MEMBERS,
    COLUMN_VOTES_FOR,
    COLUMN_VOTES_AGAINST,
    COLUMN_ABSTENTIONS,
};

static enum ic_proposal_purpose read_purpose(struct ic_query *query)
{
    enum ic_proposal_purpose purpose = IC_PROPOSAL_PURPOSE_ADOPT;
    struct ic_str text = ic_query_peek_text(query, COLUMN_PURPOSE);
    if (!ic_proposal_purpose_parse(text.data, text.size, &purpose)) {
        ic_query_corrupt(query, "a proposal's purpose is none");
    }
    return purpose;
}

static enum ic_proposal_outcome read_outcome(struct ic_query *query)
{
    enum ic_proposal_outcome outcome = IC_PROPOSAL_OUTCOME_OPEN;
    struct ic_str text = ic_query_peek_text(query, COLUMN_OUTCOME);
    if (!ic_proposal_outcome_parse(text.data, text.size, &outcome)) {
        ic_query_corrupt(query, "a proposal's outcome is none");
    }
    return outcome;
}

static void read_row(struct ic_query *query, struct ic_arena *arena, void *rows, size_t index)
{
    struct ic_proposal *proposal = (struct ic_proposal *)rows + index;
    *proposal = (struct ic_proposal){
        .proposal_id = ic_query_id(query, COLUMN_PROPOSAL_ID),
        .purpose = read_purpose(query),
        .goal_id = ic_query_id(query, COLUMN_GOAL_ID),
        .rule_id = ic_query_id(query, COLUMN_RULE_ID),
        .replaces_id = ic_query_id(query, COLUMN_REPLACES_ID),
        .opr_id = ic_query_id(query, COLUMN_OPR_ID),
        .opr_name = ic_query_text(query, COLUMN_OPR_NAME, arena),
        .reason = ic_query_text(query, COLUMN_REASON, arena),
        .created_at = ic_query_int64(query, COLUMN_CREATED_AT),
        .is_voted = ic_query_int64(query, COLUMN_IS_VOTED) != 0,
        .terms = {.quorum_percent = ic_query_int64(query, COLUMN_QUORUM_PERCENT),
                  .majority_percent = ic_query_int64(query, COLUMN_MAJORITY_PERCENT),
                  .opened_at = ic_query_int64(query, COLUMN_OPENED_AT),
                  .closes_at = ic_query_int64(query, COLUMN_CLOSES_AT)},
        .outcome = read_outcome(query),
        .decided_at = ic_query_int64(query, COLUMN_DECIDED_AT),
        .count = {.members = ic_query_int64(query, COLUMN_MEMBERS),
                  .votes_for = ic_query_int64(query, COLUMN_VOTES_FOR),
                  .votes_against = ic_query_int64(query, COLUMN_VOTES_AGAINST),
                  .abstentions = ic_query_int64(query, COLUMN_ABSTENTIONS)},
    };
}

/* ---- Writing. ---- */

enum ic_rc ic_store_proposal_insert(struct ic_store_tx *tx, const struct ic_proposal *proposal,
                                    const struct ic_rand *rand, struct ic_id *ret_proposal_id, struct ic_err *err)
{
    static const char operation[] = "store.proposal.insert";
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id proposal_id = ic_id_create(IC_ID_PROPOSAL, rand);
        struct ic_query query;
        enum ic_driver_rc outcome;
        ic_query_begin(&query, tx, IC_STATEMENT_PROPOSAL_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_PROPOSAL_INSERT_PROPOSAL_ID, &proposal_id);
        ic_query_put_text(&query, IC_P_PROPOSAL_INSERT_PURPOSE,
                          ic_str_from(ic_proposal_purpose_name(proposal->purpose)));
        ic_query_put_id(&query, IC_P_PROPOSAL_INSERT_GOAL_ID, &proposal->goal_id);
        ic_query_put_id(&query, IC_P_PROPOSAL_INSERT_RULE_ID, &proposal->rule_id);
        ic_query_put_id(&query, IC_P_PROPOSAL_INSERT_REPLACES_ID, &proposal->replaces_id);
        ic_query_put_id(&query, IC_P_PROPOSAL_INSERT_OPR_ID, &proposal->opr_id);
        ic_query_put_text(&query, IC_P_PROPOSAL_INSERT_REASON, proposal->reason);
        ic_query_put_int64(&query, IC_P_PROPOSAL_INSERT_CREATED_AT, proposal->created_at);
        ic_query_put_int64(&query, IC_P_PROPOSAL_INSERT_IS_VOTED, proposal->is_voted);
        ic_query_put_int64(&query, IC_P_PROPOSAL_INSERT_OPENED_AT, proposal->terms.opened_at);
        ic_query_put_int64(&query, IC_P_PROPOSAL_INSERT_CLOSES_AT, proposal->terms.closes_at);
        ic_query_put_int64(&query, IC_P_PROPOSAL_INSERT_QUORUM_PERCENT, proposal->terms.quorum_percent);
        ic_query_put_int64(&query, IC_P_PROPOSAL_INSERT_MAJORITY_PERCENT, proposal->terms.majority_percent);
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_OK) {
            *ret_proposal_id = proposal_id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

/* Runs a statement that changes the one row of a proposal that is open. */
static enum ic_rc run_on_open(struct ic_query *query, const char *operation, struct ic_err *err)
{
    int64_t changed_count = 0;
    enum ic_rc rc = ic_query_run_counted(query, &changed_count);
    return !rc && changed_count == 0 ? ic_err_set(err, IC_CODE_CONFLICT, operation, "The vote has ended.") : rc;
}

enum ic_rc ic_store_proposal_reopen(struct ic_store_tx *tx, const struct ic_proposal *proposal, struct ic_err *err)
{
    static const char operation[] = "store.proposal.reopen";
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PROPOSAL_REOPEN, operation, err);
    ic_query_put_id(&query, IC_P_PROPOSAL_REOPEN_PROPOSAL_ID, &proposal->proposal_id);
    ic_query_put_id(&query, IC_P_PROPOSAL_REOPEN_REPLACES_ID, &proposal->replaces_id);
    ic_query_put_text(&query, IC_P_PROPOSAL_REOPEN_REASON, proposal->reason);
    ic_query_put_int64(&query, IC_P_PROPOSAL_REOPEN_OPENED_AT, proposal->terms.opened_at);
    ic_query_put_int64(&query, IC_P_PROPOSAL_REOPEN_CLOSES_AT, proposal->terms.closes_at);
    ic_query_put_int64(&query, IC_P_PROPOSAL_REOPEN_QUORUM_PERCENT, proposal->terms.quorum_percent);
    ic_query_put_int64(&query, IC_P_PROPOSAL_REOPEN_MAJORITY_PERCENT, proposal->terms.majority_percent);
    return run_on_open(&query, operation, err);
}

enum ic_rc ic_store_proposal_decide(struct ic_store_tx *tx, const struct ic_proposal *proposal, struct ic_err *err)
{
    static const char operation[] = "store.proposal.decide";
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PROPOSAL_DECIDE, operation, err);
    ic_query_put_id(&query, IC_P_PROPOSAL_DECIDE_PROPOSAL_ID, &proposal->proposal_id);
    ic_query_put_text(&query, IC_P_PROPOSAL_DECIDE_OUTCOME, ic_str_from(ic_proposal_outcome_name(proposal->outcome)));
    ic_query_put_int64(&query, IC_P_PROPOSAL_DECIDE_DECIDED_AT, proposal->decided_at);
    ic_query_put_int64(&query, IC_P_PROPOSAL_DECIDE_MEMBERS, proposal->count.members);
    ic_query_put_int64(&query, IC_P_PROPOSAL_DECIDE_VOTES_FOR, proposal->count.votes_for);
    ic_query_put_int64(&query, IC_P_PROPOSAL_DECIDE_VOTES_AGAINST, proposal->count.votes_against);
    ic_query_put_int64(&query, IC_P_PROPOSAL_DECIDE_ABSTENTIONS, proposal->count.abstentions);
    return run_on_open(&query, operation, err);
}

/* ---- Reading. ---- */

enum ic_rc ic_store_proposal_get(struct ic_store_tx *tx, const struct ic_id *proposal_id, struct ic_arena *arena,
                                 struct ic_proposal *ret_proposal, struct ic_err *err)
{
    static const char operation[] = "store.proposal.get";
    struct ic_proposal proposal;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PROPOSAL_GET, operation, err);
    ic_query_put_id(&query, IC_P_PROPOSAL_GET_PROPOSAL_ID, proposal_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_row(&query, arena, &proposal, 0);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such proposal.");
    }
    if (!rc) {
        *ret_proposal = proposal;
    }
    return rc;
}

static bool has_any(const bool *flags, int count)
{
    bool has = false;
    for (int i = 0; i < count; i++) {
        has = has || flags[i];
    }
    return has;
}

static bool is_any_purpose(const struct ic_proposal_query *asked)
{
    return !has_any(asked->has_purpose, IC_PROPOSAL_PURPOSE_COUNT);
}

static bool is_any_outcome(const struct ic_proposal_query *asked)
{
    return !has_any(asked->has_outcome, IC_PROPOSAL_OUTCOME_COUNT);
}

static bool is_any_kind(const struct ic_proposal_query *asked)
{
    return !has_any(asked->has_kind, IC_PROPOSAL_KIND_COUNT);
}

static bool is_id(struct ic_query *query, int column, const struct ic_id *id)
{
    struct ic_id found = ic_query_id(query, column);
    return ic_id_equal(&found, id);
}

static bool is_about(struct ic_query *query, const struct ic_id *object_id)
{
    return is_id(query, COLUMN_GOAL_ID, object_id) || is_id(query, COLUMN_RULE_ID, object_id) ||
           is_id(query, COLUMN_REPLACES_ID, object_id);
}

static bool is_asked_for(struct ic_query *query, const void *context)
{
    const struct ic_proposal_query *asked = context;
    struct ic_id rule_id = ic_query_id(query, COLUMN_RULE_ID);
    enum ic_proposal_kind kind = ic_id_is_empty(&rule_id) ? IC_PROPOSAL_KIND_GOAL : IC_PROPOSAL_KIND_RULE;
    return (is_any_kind(asked) || asked->has_kind[kind]) &&
           (is_any_purpose(asked) || asked->has_purpose[read_purpose(query)]) &&
           (is_any_outcome(asked) || asked->has_outcome[read_outcome(query)]) &&
           (ic_id_is_empty(&asked->opr_id) || is_id(query, COLUMN_OPR_ID, &asked->opr_id)) &&
           (ic_id_is_empty(&asked->object_id) || is_about(query, &asked->object_id));
}

static bool is_filtered(const struct ic_proposal_query *asked)
{
    return !is_any_kind(asked) || !is_any_purpose(asked) || !is_any_outcome(asked) || !ic_id_is_empty(&asked->opr_id) ||
           !ic_id_is_empty(&asked->object_id);
}

static void read_place(struct ic_query *query, const void *context, struct ic_list_place *ret_place)
{
    (void)context;
    *ret_place = (struct ic_list_place){.number = ic_query_int64(query, COLUMN_CREATED_AT),
                                        .id = ic_query_id(query, COLUMN_PROPOSAL_ID)};
}

static const struct {
    enum ic_statement statement;
    int sort_key;
    int id;
    int looks;
} walks[] = {
    {IC_STATEMENT_PROPOSALS_NEWEST, IC_P_PROPOSALS_NEWEST_SORT_KEY, IC_P_PROPOSALS_NEWEST_ID,
     IC_P_PROPOSALS_NEWEST_LOOKS},
    {IC_STATEMENT_PROPOSALS_OLDEST, IC_P_PROPOSALS_OLDEST_SORT_KEY, IC_P_PROPOSALS_OLDEST_ID,
     IC_P_PROPOSALS_OLDEST_LOOKS},
};

enum ic_rc ic_store_proposal_list(struct ic_store_tx *tx, const struct ic_proposal_query *asked, struct ic_arena *arena,
                                  struct ic_proposal_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.proposal.list";
    const struct ic_small_list small = {
        .is_filtered = is_filtered(asked),
        .limit = asked->limit,
        .looks_max = asked->looks_max,
        .name_column = COLUMN_OPR_NAME,
        .context = asked,
        .is_asked_for = is_asked_for,
        .read_place = read_place,
        .read_row = read_row,
    };
    struct ic_proposal_list list = {.items = ic_arena_alloc_array(arena, asked->limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    struct ic_small_page page;
    ic_query_begin(&query, tx, walks[asked->is_oldest_first].statement, operation, err);
    ic_small_list_put_behind(&query, walks[asked->is_oldest_first].sort_key, walks[asked->is_oldest_first].id,
                             asked->behind, false, asked->is_oldest_first);
    ic_query_put_int64(&query, walks[asked->is_oldest_first].looks, ic_small_list_looks(&small));
    enum ic_rc rc = ic_small_list_read(&small, &query, arena, list.items, &page);
    if (!rc) {
        list.count = page.count;
        list.has_next = page.has_next;
        list.next = page.next;
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_proposals_open(struct ic_store_tx *tx, struct ic_arena *arena, struct ic_proposal_list *ret_list,
                                   struct ic_err *err)
{
    static const char operation[] = "store.proposals.open";
    struct ic_proposal_list list = {.items =
                                        ic_arena_alloc_array(arena, IC_LIMIT_OPEN_PROPOSALS_MAX, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PROPOSALS_OPEN, operation, err);
    ic_query_put_int64(&query, IC_P_PROPOSALS_OPEN_LIMIT, IC_LIMIT_OPEN_PROPOSALS_MAX);
    while (ic_query_next(&query)) {
        read_row(&query, arena, list.items, list.count++);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

/* The number that a query of one row gives. */
static enum ic_rc read_number(struct ic_query *query, int64_t *ret_number)
{
    int64_t number = ic_query_next(query) ? ic_query_int64(query, 0) : 0;
    enum ic_rc rc = ic_query_end(query);
    if (!rc) {
        *ret_number = number;
    }
    return rc;
}

enum ic_rc ic_store_proposals_open_count(struct ic_store_tx *tx, int64_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PROPOSALS_OPEN_COUNT, "store.proposals.open_count", err);
    return read_number(&query, ret_count);
}

enum ic_rc ic_store_agreed_count(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t *ret_count,
                                 struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_AGREED_COUNT_OF, "store.agreed.count", err);
    ic_query_put_id(&query, IC_P_AGREED_COUNT_OF_OPR_ID, opr_id);
    return read_number(&query, ret_count);
}

enum ic_rc ic_store_proposal_is_open_of(struct ic_store_tx *tx, const struct ic_id *object_id, bool *ret_is_open,
                                        struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PROPOSAL_OPEN_FIND, "store.proposal.is_open_of", err);
    ic_query_put_id(&query, IC_P_PROPOSAL_OPEN_FIND_OBJECT_ID, object_id);
    bool is_open = ic_query_next(&query);
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_is_open = is_open;
    }
    return rc;
}

enum ic_rc ic_store_goals_ended(struct ic_store_tx *tx, int64_t now, size_t limit, struct ic_arena *arena,
                                struct ic_ended_goals *ret_ended, struct ic_err *err)
{
    static const char operation[] = "store.goals.ended";
    struct ic_ended_goals ended = {.items = ic_arena_alloc_array(arena, limit, sizeof *ended.items)};
    if (!ended.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOALS_ENDED, operation, err);
    ic_query_put_int64(&query, IC_P_GOALS_ENDED_NOW, now);
    ic_query_put_int64(&query, IC_P_GOALS_ENDED_LIMIT, (int64_t)limit);
    while (ic_query_next(&query)) {
        ended.items[ended.count++] = ic_query_id(&query, 0);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_ended = ended;
    }
    return rc;
}
