#include "center_inside.h"

#include "service/actors.h"
#include "service/targets.h"
#include "store/events.h"
#include "store/goals.h"
#include "store/rules.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL_SIZE = 512, ARENA_SIZE = 1 << 20 };

/* Asks the database for an id; empty when there is none. */
static struct ic_id ask_id(struct center *center, const char *sql)
{
    struct ic_id id = {.text = ""};
    sqlite3_stmt *statement = NULL;
    sqlite3 *db = center_observe(center);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        abort();
    }
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_bytes(statement, 0) > 0) {
        (void)snprintf(id.text, sizeof id.text, "%s", (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    center_observe_end(center, db);
    return id;
}

static struct ic_id operator_id(struct center *center, int number)
{
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "SELECT opr_id FROM operators WHERE opr_name = 'Operator %d'", number);
    return ask_id(center, sql);
}

/* The target that a handle means: by a former one first. */
static struct ic_id target_id(struct center *center, const char *handle)
{
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql,
                   "SELECT coalesce((SELECT tar_id FROM aliases WHERE alias_username = '%s'), (SELECT tar_id FROM "
                   "targets WHERE tar_username = '%s' AND merged_into IS NULL))",
                   handle, handle);
    return ask_id(center, sql);
}

/* What a person does, who is the owner. */
struct deed {
    struct ic_asker asker;
    struct ic_id id;    /* Of a target, or an actor. */
    struct ic_id other; /* Of another target, an operator, an event. */
    struct ic_handle handle;
    enum ic_target_field field;
};

static struct ic_asker owner_of(struct center *center)
{
    return (struct ic_asker){
        .opr_id = operator_id(center, 0),
        .role = IC_ROLE_OWNER,
        .credential = IC_CREDENTIAL_SESSION,
    };
}

static enum ic_rc run_rename(struct ic_service *service, void *context, struct ic_err *err)
{
    const struct deed *deed = context;
    struct ic_target_changed changed;
    return ic_targets_rename(service, &deed->asker, &deed->id, &deed->handle, &changed, err);
}

bool center_rename(struct center *center, const char *from, const char *to)
{
    struct deed deed = {.asker = owner_of(center), .id = target_id(center, from)};
    bool is_handle = ic_handle_parse(ic_str_from(to), &deed.handle);
    assert(is_handle);
    (void)is_handle;
    return deed.id.text[0] && center_run(center, "renames a target", run_rename, &deed);
}

static enum ic_rc run_merge(struct ic_service *service, void *context, struct ic_err *err)
{
    const struct deed *deed = context;
    struct ic_target_changed changed;
    return ic_targets_merge(service, &deed->asker, &deed->id, &deed->other, &changed, err);
}

bool center_merge(struct center *center, const char *from, const char *into)
{
    struct deed deed = {.asker = owner_of(center), .id = target_id(center, from), .other = target_id(center, into)};
    return deed.id.text[0] && deed.other.text[0] && center_run(center, "merges two targets", run_merge, &deed);
}

static enum ic_rc run_transfer(struct ic_service *service, void *context, struct ic_err *err)
{
    const struct deed *deed = context;
    struct ic_transferred transferred;
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    enum ic_rc rc = ic_actors_transfer(service, &deed->asker, &deed->id, &deed->other, arena, &transferred, err);
    ic_arena_destroy(arena);
    return rc;
}

bool center_transfer(struct center *center, const char *act_username, int from, int to)
{
    struct deed deed = {.asker = owner_of(center), .other = operator_id(center, to)};
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql,
                   "SELECT act_id FROM actors JOIN operators USING (opr_id) WHERE act_username = '%s' AND opr_name = "
                   "'Operator %d'",
                   act_username, from);
    deed.id = ask_id(center, sql);
    return deed.id.text[0] && center_run(center, "transfers an actor", run_transfer, &deed);
}

static enum ic_rc run_revive(struct ic_service *service, void *context, struct ic_err *err)
{
    const struct deed *deed = context;
    struct ic_target_changed changed;
    return ic_targets_restore(service, &deed->asker, &deed->id, &deed->other, deed->field, &changed, err);
}

bool center_revive(struct center *center, const char *elg_id, enum wish_field field, int64_t *ret_hybrid_time)
{
    struct deed deed = {.asker = owner_of(center), .field = (enum ic_target_field)desk_field(field)};
    char sql[SQL_SIZE];
    (void)snprintf(deed.other.text, sizeof deed.other.text, "%s", elg_id);
    (void)snprintf(sql, sizeof sql, "SELECT tar_id FROM event_logs WHERE elg_id = '%s'", elg_id);
    deed.id = ask_id(center, sql);
    if (!deed.id.text[0] || !center_run(center, "restores a value", run_revive, &deed)) {
        return false;
    }
    sqlite3_stmt *statement = NULL;
    sqlite3 *db = center_observe(center);
    (void)sqlite3_prepare_v2(db,
                             "SELECT h.hybrid_time FROM field_history h JOIN changes c ON c.elg_id = h.elg_id "
                             "ORDER BY c.cursor DESC LIMIT 1",
                             -1, &statement, NULL);
    (void)sqlite3_step(statement);
    *ret_hybrid_time = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    center_observe_end(center, db);
    return true;
}

/* ---- Goals and rules. ---- */

struct proposing {
    struct ic_service *service;
    struct ic_id opr_id;
    struct ic_id id; /* Empty: it is to be made. */
    bool is_rule;
    bool is_assigned; /* To whoever suggests it; else it is the team's. */
    int64_t value;
    enum ic_proposal_status status;
};

static enum ic_rc suggest(struct ic_store_tx *tx, struct proposing *proposing, const struct ic_id *elg_id,
                          struct ic_err *err)
{
    static const struct ic_id none = {.text = ""};
    const struct ic_rand *rand = &proposing->service->rand;
    int64_t now = ic_clock_now_ms(&proposing->service->clock);
    const struct ic_goal goal = {
        .metric = (enum ic_goal_metric)(proposing->value % IC_GOAL_METRIC_COUNT),
        .target_value = proposing->value,
        .assigned_to_opr = proposing->is_assigned ? proposing->opr_id : none,
        .status = proposing->status,
        .suggested_by = proposing->opr_id,
        .created_at = now,
        .start_date = now,
        .end_date = proposing->is_assigned ? now + 1 : 0,
    };
    const struct ic_rule rule = {
        .type = (enum ic_rule_type)(proposing->value % IC_RULE_TYPE_COUNT),
        .limit_value = proposing->value,
        .time_window_sec = proposing->value,
        .severity = IC_STR("Soft Warning"),
        .assigned_to_opr = goal.assigned_to_opr,
        .status = proposing->status,
        .suggested_by = proposing->opr_id,
        .created_at = now,
    };
    return proposing->is_rule ? ic_store_rule_insert(tx, &rule, elg_id, rand, &proposing->id, err)
                              : ic_store_goal_insert(tx, &goal, elg_id, rand, &proposing->id, err);
}

static enum ic_rc write_proposal(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct proposing *proposing = context;
    int64_t now = ic_clock_now_ms(&proposing->service->clock);
    const struct ic_log_entry entry = {
        .event_type = IC_EVENT_TYPE_USER, .created_at = now, .received_at = now, .opr_id = proposing->opr_id};
    struct ic_id elg_id;
    enum ic_rc rc = ic_store_event_insert(tx, &entry, &proposing->service->rand, &elg_id, err);
    if (!rc && ic_id_is_empty(&proposing->id)) {
        rc = suggest(tx, proposing, &elg_id, err);
    } else if (!rc && proposing->is_rule) {
        rc = ic_store_rule_set_status(tx, &proposing->id, proposing->status, &elg_id, err);
    } else if (!rc) {
        rc = ic_store_goal_set_status(tx, &proposing->id, proposing->status, &elg_id, err);
    }
    return rc;
}

static enum ic_rc run_propose(struct ic_service *service, void *context, struct ic_err *err)
{
    struct proposing proposing = *(const struct proposing *)context;
    proposing.service = service;
    return ic_store_write(service->store, write_proposal, &proposing, err);
}

bool center_suggest(struct center *center, bool is_rule, int operator_, int64_t value, char *ret_id, size_t size)
{
    struct proposing proposing = {
        .opr_id = operator_id(center, operator_),
        .is_rule = is_rule,
        .is_assigned = value % 3 == 0,
        .value = value,
        .status = value % 2 ? IC_PROPOSAL_STATUS_ACTIVE : IC_PROPOSAL_STATUS_PENDING_SUGGESTION,
    };
    if (!center_run(center, "takes a suggestion", run_propose, &proposing)) {
        return false;
    }
    char sql[SQL_SIZE];
    (void)snprintf(sql, sizeof sql, "SELECT %s FROM %s = %lld", is_rule ? "rule_id" : "goal_id",
                   is_rule ? "rules WHERE limit_value" : "goals WHERE target_value", (long long)value);
    struct ic_id id = ask_id(center, sql);
    (void)snprintf(ret_id, size, "%s", id.text);
    return true;
}

bool center_decide(struct center *center, const char *id, const char *status)
{
    struct proposing proposing = {.opr_id = operator_id(center, 0), .is_rule = id[0] == 'R'};
    (void)snprintf(proposing.id.text, sizeof proposing.id.text, "%s", id);
    bool is_status = ic_proposal_status_parse(status, strlen(status), &proposing.status);
    assert(is_status);
    (void)is_status;
    return center_run(center, "decides on a suggestion", run_propose, &proposing);
}
