#include "toy_center.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void toy_center_init(struct toy_center *center)
{
    *center = (struct toy_center){.op_ids = calloc(TOY_OPERATIONS_MAX, sizeof *center->op_ids)};
    if (!center->op_ids) {
        abort();
    }
}

void toy_center_release(struct toy_center *center)
{
    free(center->op_ids);
}

bool toy_center_has(const struct toy_center *center, const char *op_id)
{
    for (size_t i = 0; i < center->count; i++) {
        if (strcmp(center->op_ids[i], op_id) == 0) {
            return true;
        }
    }
    return false;
}

static json_t *make_problem(int status, const char *code, const char *field)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "type", "about:blank", "title", "Refused", "status", status,
                     "code", code, "detail", "The toy says so.", "field", field, "request_id", "toy");
}

char *toy_problem(int status, const char *code, const char *field)
{
    json_t *problem = make_problem(status, code, field);
    char *text = json_dumps(problem, JSON_COMPACT);
    json_decref(problem);
    return text;
}

static bool text_has(json_t *operation, const char *word)
{
    const char *text = json_string_value(json_object_get(operation, "message_text"));
    return text && strstr(text, word);
}

static json_t *take(struct toy_center *center, json_t *operation)
{
    const char *op_id = json_string_value(json_object_get(operation, "op_id"));
    if (text_has(operation, "reject")) {
        return json_pack("{s:s, s:s, s:o}", "op_id", op_id, "outcome", "rejected", "problem",
                         make_problem(409, "op_conflict", "/op_id"));
    }
    bool known = toy_center_has(center, op_id);
    if (!known) {
        memcpy(center->op_ids[center->count++], op_id, sizeof center->op_ids[0]);
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "op_id", op_id, "outcome", known ? "duplicate" : "accepted",
                     "elg_id", "ELG-0123456789", "olg_id", "OLG-0123456789", "act_id", "ACT-0123ABCD", "tar_id",
                     "TAR-0123abcd");
}

int toy_center_push(struct toy_center *center, const char *token, const char *body, size_t size, char **ret_answer)
{
    center->pushes++;
    if (center->token && strcmp(center->token, token) != 0) {
        *ret_answer = toy_problem(401, "invalid_token", "");
        return 401;
    }
    json_t *push = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
    json_t *operations = json_object_get(push, "operations");
    size_t count = json_array_size(operations);
    if (count == 0) {
        json_decref(push);
        *ret_answer = toy_problem(400, "invalid_field", "/operations");
        return 400;
    }
    center->largest_push = count > center->largest_push ? count : center->largest_push;
    center->largest_body = size > center->largest_body ? size : center->largest_body;
    json_t *results = json_array();
    size_t index;
    json_t *operation;
    json_array_foreach (operations, index, operation) {
        if (text_has(operation, "poison")) {
            json_decref(results);
            json_decref(push);
            *ret_answer = toy_problem(400, "invalid_field", "/operations/0/message_text");
            return 400;
        }
    }
    json_array_foreach (operations, index, operation) {
        json_array_append_new(results, take(center, operation));
    }
    json_t *answer = json_pack("{s:o, s:i}", "results", results, "server_time", 1);
    *ret_answer = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    json_decref(push);
    return 200;
}

static void add_goals_and_rules(json_t *page)
{
    json_t *goal = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:i}", "goal_id", "GOL-00000001", "metric",
                             "Bookings Made", "target_value", 3, "frequency", "Daily", "status", "Active",
                             "suggested_by", "OPR-00000001", "created_at", 1, "start_date", 1);
    json_t *rule =
        json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:i}", "rule_id", "RUL-00000001", "type", "Frequency Cap",
                  "metric", "Total Messages Sent", "limit_value", 3, "time_window_sec", 60, "severity", "Soft Warning",
                  "status", "Pending Suggestion", "suggested_by", "OPR-00000001", "created_at", 1);
    json_object_set_new(page, "goals", json_pack("[o]", goal));
    json_object_set_new(page, "rules", json_pack("[o]", rule));
    json_object_set_new(page, "next", json_string("toy-with-goals"));
}

int toy_center_pull(struct toy_center *center, const char *path, const char *token, char **ret_answer)
{
    bool asks_for_goals = strstr(path, "&features=goals_and_rules") != NULL;
    bool has_goals = center->features && strstr(center->features, "goals_and_rules");
    center->pulls++;
    if (asks_for_goals && !has_goals) {
        center->refusals++;
        *ret_answer = toy_problem(400, "invalid_parameter", "features");
        return 400;
    }
    center->goals_and_rules += asks_for_goals;
    if (center->token && strcmp(center->token, token) != 0) {
        *ret_answer = toy_problem(401, "invalid_token", "");
        return 401;
    }
    json_t *page =
        json_pack("{s:s, s:[], s:[], s:[], s:[], s:[], s:[], s:s, s:b, s:i, s:o}", "phase", "feed", "suppressions",
                  "operators", "actors", "targets", "aliases", "outreach", "next", "toy", "has_more", 0, "server_time",
                  1, "features", json_loads(center->features ? center->features : "[]", 0, NULL));
    if (asks_for_goals) {
        add_goals_and_rules(page);
    }
    *ret_answer = json_dumps(page, JSON_COMPACT);
    json_decref(page);
    return 200;
}

int toy_center_take(struct toy_center *center, const char *path, const char *token, const char *body, size_t size,
                    char **ret_answer)
{
    if (strncmp(path, "/api/v1/sync/pull", strlen("/api/v1/sync/pull")) == 0) {
        return toy_center_pull(center, path, token, ret_answer);
    }
    return toy_center_push(center, token, body, size, ret_answer);
}
