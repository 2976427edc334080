#include "store/replica.h"

#include "store/query.h"

#include <assert.h>

static const char operation[] = "store.replica.read";

/* Lie before every key: an empty text would be NULL, which is before and behind nothing. */
static const char before_handles[] = "-";
static const char before_ids[] = "-";

enum ic_rc ic_replica_init(struct ic_replica *replica, struct ic_arena *arena, struct ic_err *err)
{
    const size_t rows_max = IC_REPLICA_ROWS_MAX;
    *replica = (struct ic_replica){
        .arena = arena,
        .suppressions = ic_arena_alloc_array(arena, rows_max, sizeof *replica->suppressions),
        .operators = ic_arena_alloc_array(arena, rows_max, sizeof *replica->operators),
        .actors = ic_arena_alloc_array(arena, rows_max, sizeof *replica->actors),
        .targets = ic_arena_alloc_array(arena, rows_max, sizeof *replica->targets),
        .aliases = ic_arena_alloc_array(arena, rows_max, sizeof *replica->aliases),
        .outreach = ic_arena_alloc_array(arena, rows_max, sizeof *replica->outreach),
        .goals = ic_arena_alloc_array(arena, rows_max, sizeof *replica->goals),
        .rules = ic_arena_alloc_array(arena, rows_max, sizeof *replica->rules),
    };
    bool has_all = replica->suppressions && replica->operators && replica->actors && replica->targets &&
                   replica->aliases && replica->outreach && replica->goals && replica->rules;
    return has_all ? IC_OK : ic_arena_failed(operation, err);
}

/* ---- Columns. ---- */

static struct ic_handle read_handle(struct ic_query *query, int column)
{
    struct ic_handle handle = {0};
    if (!ic_handle_parse(ic_query_peek_text(query, column), &handle) && !query->rc) {
        ic_query_corrupt(query, "a handle is none");
    }
    return handle;
}

static enum ic_target_status read_target_status(struct ic_query *query, int column)
{
    enum ic_target_status status = IC_TARGET_STATUS_COLD_NO_REPLY;
    struct ic_str name = ic_query_peek_text(query, column);
    if (!ic_target_status_parse(name.data, name.size, &status) && !query->rc) {
        ic_query_corrupt(query, "a target's status is none");
    }
    return status;
}

static struct ic_pulled_contact read_contact(struct ic_query *query, int column, struct ic_arena *arena)
{
    struct ic_pulled_contact contact = {.text = ic_query_text(query, column, arena)};
    struct ic_str name = ic_query_peek_text(query, column + 1);
    if (!ic_contact_state_parse(name.data, name.size, &contact.state) && !query->rc) {
        ic_query_corrupt(query, "a contact's state is none");
    }
    return contact;
}

static void see_hybrid_time(struct ic_replica *replica, int64_t hybrid_time)
{
    if (hybrid_time > replica->hybrid_time) {
        replica->hybrid_time = hybrid_time;
    }
}

/* ---- Rows: each reads the row that the query is at. ---- */

typedef void (*read_row)(struct ic_query *query, struct ic_replica *replica);

static void read_suppression(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->suppressions_count < IC_REPLICA_ROWS_MAX);
    replica->suppressions[replica->suppressions_count++] = (struct ic_pulled_suppression){
        .tar_username = read_handle(query, 0),
        .is_suppressed = ic_query_int64(query, 1) != 0,
        .reason = ic_query_text(query, 2, replica->arena),
        .opr_id = ic_query_id(query, 3),
        .changed_at = ic_query_int64(query, 4),
    };
    see_hybrid_time(replica, ic_query_int64(query, 5));
}

static void read_operator(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->operators_count < IC_REPLICA_ROWS_MAX);
    struct ic_pulled_operator *row = &replica->operators[replica->operators_count++];
    *row = (struct ic_pulled_operator){
        .opr_id = ic_query_id(query, 0),
        .opr_name = ic_query_text(query, 1, replica->arena),
        .last_activity = ic_query_int64(query, 3),
    };
    struct ic_str name = ic_query_peek_text(query, 2);
    if (!ic_operator_status_parse(name.data, name.size, &row->opr_status) && !query->rc) {
        ic_query_corrupt(query, "an operator's status is none");
    }
}

static void read_actor(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->actors_count < IC_REPLICA_ROWS_MAX);
    struct ic_pulled_actor *row = &replica->actors[replica->actors_count++];
    *row = (struct ic_pulled_actor){
        .act_id = ic_query_id(query, 0),
        .act_username = read_handle(query, 1),
        .opr_id = ic_query_id(query, 2),
        .last_activity = ic_query_int64(query, 4),
    };
    struct ic_str name = ic_query_peek_text(query, 3);
    if (!ic_actor_status_parse(name.data, name.size, &row->act_status) && !query->rc) {
        ic_query_corrupt(query, "an actor's status is none");
    }
}

static void read_target(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->targets_count < IC_REPLICA_ROWS_MAX);
    struct ic_pulled_target *row = &replica->targets[replica->targets_count++];
    *row = (struct ic_pulled_target){
        .tar_id = ic_query_id(query, 0),
        .tar_username = read_handle(query, 1),
        .tar_status = read_target_status(query, 2),
        .has_stage = ic_query_peek_text(query, 3).size > 0,
        .merged_into = ic_query_id(query, 4),
        .first_contacted = ic_query_int64(query, 5),
        .last_updated = ic_query_int64(query, 6),
        .notes = ic_query_text(query, 7, replica->arena),
        .email = read_contact(query, 8, replica->arena),
        .phone_num = read_contact(query, 10, replica->arena),
        .cont_source = read_contact(query, 12, replica->arena),
    };
    if (row->has_stage) {
        row->stage = read_target_status(query, 3);
    }
    see_hybrid_time(replica, ic_query_int64(query, 14));
    replica->target_number = ic_query_int64(query, 15);
}

static void read_alias(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->aliases_count < IC_REPLICA_ROWS_MAX);
    replica->aliases[replica->aliases_count++] = (struct ic_pulled_alias){
        .alias_username = read_handle(query, 0),
        .tar_id = ic_query_id(query, 1),
    };
}

static void read_outreach(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->outreach_count < IC_REPLICA_ROWS_MAX);
    replica->outreach[replica->outreach_count++] = (struct ic_pulled_outreach){
        .elg_id = ic_query_id(query, 0),
        .opr_id = ic_query_id(query, 1),
        .act_id = ic_query_id(query, 2),
        .tar_id = ic_query_id(query, 3),
        .created_at = ic_query_int64(query, 4),
    };
    replica->log_position = ic_query_int64(query, 5);
}

static void read_goal(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->goals_count < IC_REPLICA_ROWS_MAX);
    replica->goals[replica->goals_count++] = (struct ic_pulled_goal){
        .goal_id = ic_query_id(query, 0),
        .metric = ic_query_text(query, 1, replica->arena),
        .target_value = ic_query_int64(query, 2),
        .frequency = ic_query_text(query, 3, replica->arena),
        .assigned_to_opr = ic_query_id(query, 4),
        .assigned_to_act = ic_query_id(query, 5),
        .status = ic_query_text(query, 6, replica->arena),
        .suggested_by = ic_query_id(query, 7),
        .created_at = ic_query_int64(query, 8),
        .start_date = ic_query_int64(query, 9),
        .end_date = ic_query_int64(query, 10),
    };
}

static void read_rule(struct ic_query *query, struct ic_replica *replica)
{
    assert(replica->rules_count < IC_REPLICA_ROWS_MAX);
    replica->rules[replica->rules_count++] = (struct ic_pulled_rule){
        .rule_id = ic_query_id(query, 0),
        .type = ic_query_text(query, 1, replica->arena),
        .metric = ic_query_text(query, 2, replica->arena),
        .limit_value = ic_query_int64(query, 3),
        .time_window_sec = ic_query_int64(query, 4),
        .severity = ic_query_text(query, 5, replica->arena),
        .assigned_to_opr = ic_query_id(query, 6),
        .assigned_to_act = ic_query_id(query, 7),
        .status = ic_query_text(query, 8, replica->arena),
        .suggested_by = ic_query_id(query, 9),
        .created_at = ic_query_int64(query, 10),
    };
}

static enum ic_rc read_all(struct ic_query *query, read_row read, struct ic_replica *replica)
{
    while (ic_query_next(query)) {
        read(query, replica);
    }
    return ic_query_end(query);
}

/* ---- Parts, behind a key. ---- */

static enum ic_rc read_behind_handle(struct ic_query *query, const struct ic_handle *behind, size_t limit,
                                     read_row read, struct ic_replica *replica)
{
    /* The two statements have their parameters in one order. */
    static_assert(IC_P_SUPPRESSIONS_BEHIND_TAR_USERNAME == IC_P_ALIASES_BEHIND_ALIAS_USERNAME &&
                      IC_P_SUPPRESSIONS_BEHIND_LIMIT == IC_P_ALIASES_BEHIND_LIMIT,
                  "one order");
    struct ic_str key = behind->text[0] ? ic_handle_text(behind) : ic_str_from(before_handles);
    ic_query_put_text(query, IC_P_SUPPRESSIONS_BEHIND_TAR_USERNAME, key);
    ic_query_put_int64(query, IC_P_SUPPRESSIONS_BEHIND_LIMIT, (int64_t)limit);
    return read_all(query, read, replica);
}

static enum ic_rc read_behind_id(struct ic_query *query, const struct ic_id *behind, size_t limit, read_row read,
                                 struct ic_replica *replica)
{
    static_assert(IC_P_OPERATORS_BEHIND_OPR_ID == IC_P_ACTORS_BEHIND_ACT_ID &&
                      IC_P_OPERATORS_BEHIND_OPR_ID == IC_P_GOALS_BEHIND_GOAL_ID &&
                      IC_P_OPERATORS_BEHIND_OPR_ID == IC_P_RULES_BEHIND_RULE_ID &&
                      IC_P_OPERATORS_BEHIND_LIMIT == IC_P_ACTORS_BEHIND_LIMIT &&
                      IC_P_OPERATORS_BEHIND_LIMIT == IC_P_GOALS_BEHIND_LIMIT &&
                      IC_P_OPERATORS_BEHIND_LIMIT == IC_P_RULES_BEHIND_LIMIT,
                  "one order");
    struct ic_str key = ic_id_is_empty(behind) ? ic_str_from(before_ids) : ic_id_text(behind);
    ic_query_put_text(query, IC_P_OPERATORS_BEHIND_OPR_ID, key);
    ic_query_put_int64(query, IC_P_OPERATORS_BEHIND_LIMIT, (int64_t)limit);
    return read_all(query, read, replica);
}

static enum ic_rc read_behind_number(struct ic_query *query, int64_t behind, size_t limit, read_row read,
                                     struct ic_replica *replica)
{
    static_assert(IC_P_TARGETS_BEHIND_TAR_NUMBER == IC_P_OUTREACH_BEHIND_LOG_POSITION &&
                      IC_P_TARGETS_BEHIND_LIMIT == IC_P_OUTREACH_BEHIND_LIMIT,
                  "one order");
    ic_query_put_int64(query, IC_P_TARGETS_BEHIND_TAR_NUMBER, behind);
    ic_query_put_int64(query, IC_P_TARGETS_BEHIND_LIMIT, (int64_t)limit);
    return read_all(query, read, replica);
}

enum ic_rc ic_store_suppressions_behind(struct ic_store_tx *tx, const struct ic_handle *behind, size_t limit,
                                        struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SUPPRESSIONS_BEHIND, operation, err);
    return read_behind_handle(&query, behind, limit, read_suppression, replica);
}

enum ic_rc ic_store_operators_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                     struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATORS_BEHIND, operation, err);
    return read_behind_id(&query, behind, limit, read_operator, replica);
}

enum ic_rc ic_store_actors_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                  struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ACTORS_BEHIND, operation, err);
    return read_behind_id(&query, behind, limit, read_actor, replica);
}

enum ic_rc ic_store_targets_behind(struct ic_store_tx *tx, int64_t behind_number, size_t limit,
                                   struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGETS_BEHIND, operation, err);
    return read_behind_number(&query, behind_number, limit, read_target, replica);
}

enum ic_rc ic_store_aliases_behind(struct ic_store_tx *tx, const struct ic_handle *behind, size_t limit,
                                   struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ALIASES_BEHIND, operation, err);
    return read_behind_handle(&query, behind, limit, read_alias, replica);
}

enum ic_rc ic_store_outreach_behind(struct ic_store_tx *tx, int64_t behind_position, size_t limit,
                                    struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OUTREACH_BEHIND, operation, err);
    return read_behind_number(&query, behind_position, limit, read_outreach, replica);
}

enum ic_rc ic_store_goals_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                 struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_GOALS_BEHIND, operation, err);
    return read_behind_id(&query, behind, limit, read_goal, replica);
}

enum ic_rc ic_store_rules_behind(struct ic_store_tx *tx, const struct ic_id *behind, size_t limit,
                                 struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_RULES_BEHIND, operation, err);
    return read_behind_id(&query, behind, limit, read_rule, replica);
}

/* ---- Rows of a list of keys. ---- */

/* Begins a statement whose parameters are one list of keys. */
static void begin_of(struct ic_query *query, struct ic_store_tx *tx, enum ic_statement statement,
                     const struct ic_id *keys, size_t count, struct ic_err *err)
{
    assert(count > 0 && count <= IC_REPLICA_KEYS_MAX);
    ic_query_begin(query, tx, statement, operation, err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_id(query, IC_P_TARGETS_OF_TAR_ID_1 + (int)i, &keys[i]);
    }
}

static_assert(IC_P_TARGETS_OF_TAR_ID_1 == IC_P_ACTORS_OF_ACT_ID_1 &&
                  IC_P_TARGETS_OF_TAR_ID_1 == IC_P_OPERATORS_OF_OPR_ID_1 &&
                  IC_P_TARGETS_OF_TAR_ID_1 == IC_P_SUPPRESSIONS_OF_ELG_ID_1 &&
                  IC_P_TARGETS_OF_TAR_ID_1 == IC_P_ALIASES_OF_ELG_ID_1 &&
                  IC_P_TARGETS_OF_TAR_ID_1 == IC_P_GOALS_OF_ELG_ID_1 &&
                  IC_P_TARGETS_OF_TAR_ID_1 == IC_P_RULES_OF_ELG_ID_1 &&
                  IC_P_TARGETS_OF_TAR_ID_32 - IC_P_TARGETS_OF_TAR_ID_1 + 1 == IC_REPLICA_KEYS_MAX,
              "every list begins with the first parameter");

enum ic_rc ic_store_operators_of(struct ic_store_tx *tx, const struct ic_id *opr_ids, size_t count,
                                 struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_OPERATORS_OF, opr_ids, count, err);
    return read_all(&query, read_operator, replica);
}

enum ic_rc ic_store_actors_of(struct ic_store_tx *tx, const struct ic_id *act_ids, size_t count,
                              struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_ACTORS_OF, act_ids, count, err);
    return read_all(&query, read_actor, replica);
}

enum ic_rc ic_store_targets_of(struct ic_store_tx *tx, const struct ic_id *tar_ids, size_t count,
                               struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_TARGETS_OF, tar_ids, count, err);
    return read_all(&query, read_target, replica);
}

enum ic_rc ic_store_goals_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                             struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_GOALS_OF, elg_ids, count, err);
    return read_all(&query, read_goal, replica);
}

enum ic_rc ic_store_rules_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count,
                             struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_RULES_OF, elg_ids, count, err);
    return read_all(&query, read_rule, replica);
}

/* Reads at most `limit` rows, and tells whether those are all. */
static enum ic_rc read_some(struct ic_query *query, read_row read, size_t limit, struct ic_replica *replica,
                            bool *ret_is_whole)
{
    size_t count = 0;
    bool is_whole = true;
    while (is_whole && ic_query_next(query)) {
        is_whole = count++ < limit;
        if (is_whole) {
            read(query, replica);
        }
    }
    *ret_is_whole = is_whole;
    return ic_query_end(query);
}

enum ic_rc ic_store_suppressions_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count, size_t limit,
                                    struct ic_replica *replica, bool *ret_is_whole, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_SUPPRESSIONS_OF, elg_ids, count, err);
    return read_some(&query, read_suppression, limit, replica, ret_is_whole);
}

enum ic_rc ic_store_aliases_of(struct ic_store_tx *tx, const struct ic_id *elg_ids, size_t count, size_t limit,
                               struct ic_replica *replica, bool *ret_is_whole, struct ic_err *err)
{
    struct ic_query query;
    begin_of(&query, tx, IC_STATEMENT_ALIASES_OF, elg_ids, count, err);
    return read_some(&query, read_alias, limit, replica, ret_is_whole);
}

/* ---- Rows of one event, behind a key. ---- */

static enum ic_rc read_of_one(struct ic_query *query, const struct ic_id *elg_id, const struct ic_handle *behind,
                              size_t limit, read_row read, struct ic_replica *replica)
{
    static_assert(IC_P_SUPPRESSIONS_OF_ONE_ELG_ID == IC_P_ALIASES_OF_ONE_ELG_ID &&
                      IC_P_SUPPRESSIONS_OF_ONE_TAR_USERNAME == IC_P_ALIASES_OF_ONE_ALIAS_USERNAME &&
                      IC_P_SUPPRESSIONS_OF_ONE_LIMIT == IC_P_ALIASES_OF_ONE_LIMIT,
                  "one order");
    struct ic_str key = behind->text[0] ? ic_handle_text(behind) : ic_str_from(before_handles);
    ic_query_put_id(query, IC_P_SUPPRESSIONS_OF_ONE_ELG_ID, elg_id);
    ic_query_put_text(query, IC_P_SUPPRESSIONS_OF_ONE_TAR_USERNAME, key);
    ic_query_put_int64(query, IC_P_SUPPRESSIONS_OF_ONE_LIMIT, (int64_t)limit);
    return read_all(query, read, replica);
}

enum ic_rc ic_store_suppressions_of_one(struct ic_store_tx *tx, const struct ic_id *elg_id,
                                        const struct ic_handle *behind, size_t limit, struct ic_replica *replica,
                                        struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SUPPRESSIONS_OF_ONE, operation, err);
    return read_of_one(&query, elg_id, behind, limit, read_suppression, replica);
}

enum ic_rc ic_store_aliases_of_one(struct ic_store_tx *tx, const struct ic_id *elg_id, const struct ic_handle *behind,
                                   size_t limit, struct ic_replica *replica, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ALIASES_OF_ONE, operation, err);
    return read_of_one(&query, elg_id, behind, limit, read_alias, replica);
}
