#include "check.h"

#include "replica_check.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPECTED_SIZE = 512 };

/* How long a desktop keeps what was acknowledged. */
#define KEPT_MS (INT64_C(90) * 86400000)

/* Runs a query of one number. */
static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        value = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return value;
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

/* Each operation that somebody did is an event, once, with what they did in it. */
static void check_operations(struct world *world, sqlite3 *db)
{
    static const char sql[] =
        "SELECT o.elg_id, e.event_type, opr.opr_name, t.tar_username, a.act_username, m.message_text, m.sent_at "
        "FROM operations o JOIN event_logs e ON e.elg_id = o.elg_id JOIN operators opr ON opr.opr_id = e.opr_id "
        "LEFT JOIN targets t ON t.tar_id = e.tar_id LEFT JOIN actors a ON a.act_id = e.act_id "
        "LEFT JOIN outreach_logs m ON m.elg_id = e.elg_id WHERE o.op_id = ?1";
    sqlite3_stmt *statement = NULL;
    int64_t operations_count = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        world_fail(world, "the checker knows the tables", "%s", sqlite3_errmsg(db));
    }
    for (size_t i = 0; i < world->model.count && !world_has_failed(world); i++) {
        const struct model_entry *entry = &world->model.entries[i];
        const struct wish *wish = &entry->wish;
        char operator_[32];
        if (entry->kind != MODEL_OPERATION) {
            continue;
        }
        operations_count++;
        (void)snprintf(operator_, sizeof operator_, "Operator %d", wish->desk % CENTER_OPERATORS_COUNT);
        sqlite3_bind_text(statement, 1, wish->op_id, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_ROW) {
            world_fail(world, "what was acknowledged is there", "%s of desk %d was, and is not.", wish->op_id,
                       wish->desk);
        } else if (strcmp(text_of(statement, 0), entry->elg_id) != 0) {
            world_fail(world, "an operation has the same ids for ever", "%s was %s.", wish->op_id, entry->elg_id);
        } else if (strcmp(text_of(statement, 2), operator_) != 0) {
            world_fail(world, "an event is its sender's", "%s of %s is %s's.", wish->op_id, operator_,
                       text_of(statement, 2));
        } else if (wish->kind == WISH_OUTREACH && (strcmp(text_of(statement, 5), wish->value) != 0 ||
                                                   sqlite3_column_int64(statement, 6) != wish->sent_at)) {
            world_fail(world, "an event holds what was done", "%s is \"%s\", not \"%s\".", wish->op_id,
                       text_of(statement, 5), wish->value);
        }
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    int64_t count = ask(db, "SELECT count(*) FROM operations");
    if (count != operations_count) {
        world_fail(world, "nothing is there that was not done", "The server has %lld operations, not %lld.",
                   (long long)count, (long long)operations_count);
    }
    if (ask(db, "SELECT count(*) FROM event_logs WHERE created_at > received_at") != 0) {
        world_fail(world, "nothing happens in the future", "An event is dated later than it came.");
    }
    if (ask(db, "SELECT count(*) FROM (SELECT 1 FROM operations GROUP BY elg_id HAVING count(*) > 1)") != 0) {
        world_fail(world, "each operation is an event of its own", "Two operations have one event.");
    }
    if (ask(db, "SELECT count(*) FROM outreach_logs m WHERE NOT EXISTS (SELECT 1 FROM operations o WHERE o.elg_id = "
                "m.elg_id)") != 0) {
        world_fail(world, "nothing is there that was not done", "A message has no operation.");
    }
}

/* What a target's row should say. */
static void expect_target(const struct model_person *person, char *ret_text, size_t size)
{
    const struct model_register *fields = person->fields;
    const char *stage = fields[WISH_STATUS].is_set ? fields[WISH_STATUS].value : "Cold No Reply";
    int used = snprintf(ret_text, size, "%s %s %s|%s", person->handle, person->is_excluded ? "Excluded" : stage,
                        person->is_excluded ? stage : "", fields[WISH_NOTES].value);
    for (int i = WISH_EMAIL; i < WISH_FIELDS_COUNT; i++) {
        const char *state = !fields[i].is_set ? "Not Searched" : fields[i].value[0] ? "Found" : "Not Found";
        used += snprintf(ret_text + used, size - (size_t)used, "|%s %s", state, fields[i].value);
    }
}

/* Every target is as the model has it, and there is no other. */
static void check_targets(struct world *world, const struct model_state *state, sqlite3 *db)
{
    static const char sql[] =
        "SELECT tar_username, tar_username || ' ' || tar_status || ' ' || ifnull(stage, '') || '|' || ifnull(notes, "
        "'') "
        "|| '|' || email_state || ' ' || ifnull(email, '') || '|' || phone_num_state || ' ' || ifnull(phone_num, '') "
        "|| '|' || cont_source_state || ' ' || ifnull(cont_source, '') FROM targets WHERE merged_into IS NULL";
    sqlite3_stmt *statement = NULL;
    int64_t count = 0, expected = 0;
    (void)sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    while (sqlite3_step(statement) == SQLITE_ROW && !world_has_failed(world)) {
        char text[EXPECTED_SIZE] = "";
        const struct model_person *person = model_person_of(state, text_of(statement, 0));
        if (person) {
            expect_target(person, text, sizeof text);
        }
        if (strcmp(text, text_of(statement, 1)) != 0) {
            world_fail(world, "fields merge as the protocol says", "\"%s\" should be \"%s\".", text_of(statement, 1),
                       text);
        }
        count++;
    }
    sqlite3_finalize(statement);
    for (int i = 0; i < state->persons_count; i++) {
        expected += state->persons[i].is_target && !state->persons[i].is_gone;
    }
    if (count != expected) {
        world_fail(world, "who was contacted is a target", "There are %lld targets, not %lld.", (long long)count,
                   (long long)expected);
    }
}

/* Every handle is suppressed or not as the model has it. */
static void check_suppressions(struct world *world, const struct model_state *state, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    (void)sqlite3_prepare_v2(db, "SELECT is_suppressed FROM suppressions WHERE tar_username = ?1", -1, &statement,
                             NULL);
    for (int i = 0; i < state->handles_count && !world_has_failed(world); i++) {
        bool is_excluded = state->persons[state->owners[i]].is_excluded;
        sqlite3_bind_text(statement, 1, state->handles[i], -1, SQLITE_STATIC);
        bool is_suppressed = sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0);
        if (is_suppressed != is_excluded) {
            world_fail(world, "who is excluded is suppressed", "%s is %s, and should be %s.", state->handles[i],
                       is_suppressed ? "suppressed" : "free", is_excluded ? "suppressed" : "free");
        }
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
}

/* Every goal and rule is as the model has it, and there is no other. */
static void check_proposals(struct world *world, struct model_state *state, sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int count = 0;
    (void)sqlite3_prepare_v2(db,
                             "SELECT goal_id, status, target_value FROM goals UNION ALL SELECT rule_id, status, "
                             "limit_value FROM rules",
                             -1, &statement, NULL);
    while (sqlite3_step(statement) == SQLITE_ROW && !world_has_failed(world)) {
        const struct model_proposal *proposal = model_proposal_of(state, text_of(statement, 0));
        if (!proposal || strcmp(proposal->status, text_of(statement, 1)) != 0 ||
            proposal->value != sqlite3_column_int64(statement, 2)) {
            world_fail(world, "goals and rules are what was agreed", "%s is %s, and should be %s.",
                       text_of(statement, 0), text_of(statement, 1), proposal ? proposal->status : "none");
        }
        count++;
    }
    sqlite3_finalize(statement);
    if (count != state->proposals_count) {
        world_fail(world, "goals and rules are what was agreed", "There are %d, not %d.", count,
                   state->proposals_count);
    }
}

static void check_server(struct world *world, sqlite3 *db)
{
    if (ask(db, "SELECT count(*) = 1 AND min(integrity_check) = 'ok' FROM pragma_integrity_check") != 1) {
        world_fail(world, "the server's file is sound", "SQLite's integrity check finds damage.");
    }
    if (ask(db, "SELECT count(*) FROM pragma_foreign_key_check") != 0) {
        world_fail(world, "the server's rows refer to something", "A foreign key leads nowhere.");
    }
    if (ask(db, "SELECT (SELECT count(*) FROM targets WHERE merged_into IS NULL) = (SELECT total_value FROM totals "
                "WHERE total_name = 'targets') "
                "AND (SELECT count(*) FROM event_logs) = (SELECT total_value FROM totals WHERE total_name = 'logs')") !=
        1) {
        world_fail(world, "totals are the sums", "They are not.");
    }
    const char *mismatch = center_check_rollups(world->center);
    if (mismatch[0]) {
        world_fail(world, "roll-ups equal the events", "%s", mismatch);
    }
}

/* Everything that the extension was promised is on the server; nothing waits, nothing was given up. */
static void check_desk(struct world *world, int number)
{
    struct desk *desk = world->places[number].desk;
    size_t count;
    const struct wish *wishes = desk_wishes(desk, &count);
    for (size_t i = 0; i < count && !world_has_failed(world); i++) {
        bool is_forgotten = world->trace.now - wishes[i].done_at > KEPT_MS; /* And the server was restored. */
        if (!model_find(&world->model, wishes[i].op_id) && !is_forgotten) {
            world_fail(world, "what was captured reaches the server", "%s of desk %d never did.", wishes[i].op_id,
                       number);
        }
    }
    if (desk_ask(desk, "SELECT count(*) FROM outbox WHERE state = 'rejected'") != 0) {
        world_fail(world, "no good operation is rejected", "Desk %d has one.", number);
    }
    if (desk_ask(desk, "SELECT count(*) = 1 AND min(integrity_check) = 'ok' FROM pragma_integrity_check") != 1) {
        world_fail(world, "a ledger is sound", "SQLite's integrity check finds damage at desk %d.", number);
    }
}

void check_world(struct world *world)
{
    sqlite3 *db = center_observe(world->center);
    struct model_state *state = malloc(sizeof *state);
    if (!state) {
        abort();
    }
    model_fold(&world->model, state);
    check_operations(world, db);
    check_targets(world, state, db);
    check_suppressions(world, state, db);
    check_proposals(world, state, db);
    check_server(world, db);
    free(state);
    for (int i = 0; i < world->plan->desks_count && !world_has_failed(world); i++) {
        check_desk(world, i);
        replica_check(world, i, db);
    }
    center_observe_end(world->center, db);
}
