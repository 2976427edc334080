#include "api/handlers.h"

#include "api/agreed.h"
#include "api/cached.h"
#include "api/parameters.h"
#include "service/goal_progress.h"

static const char *scope_name(int index)
{
    return ic_goal_scope_name((enum ic_goal_scope)index);
}

static const struct ic_parameter_names scopes = {scope_name, IC_GOAL_SCOPE_COUNT};

static void write_period(struct ic_json_writer *writer, const struct ic_goal_period *period, int64_t value,
                         bool has_mine, int64_t mine)
{
    ic_json_put_int64(writer, "from", period->from_ms);
    ic_json_put_int64(writer, "until", period->until_ms);
    ic_json_put_int64(writer, "value", value);
    if (has_mine) {
        ic_json_put_int64(writer, "mine", mine);
    }
}

static void write_running(struct ic_json_writer *writer, const struct ic_goal_progress *progress)
{
    ic_json_key(writer, "running");
    ic_json_object_begin(writer);
    write_period(writer, &progress->period, progress->value, progress->has_mine, progress->mine);
    ic_json_put_int64(writer, "expected", progress->pace.expected);
    ic_json_put_int64(writer, "needed", progress->pace.needed);
    if (progress->pace.has_forecast) {
        ic_json_put_int64(writer, "forecast", progress->pace.forecast);
    }
    ic_json_object_end(writer);
}

static void write_members(struct ic_json_writer *writer, const struct ic_goal_progress *progress)
{
    const struct ic_goal_entry *entry = &progress->entry;
    const struct ic_agreed agreed = {.is_rule = false, .goal = entry->goal};
    ic_json_key(writer, "goal");
    ic_agreed_write(writer, &agreed);
    ic_json_put_text(writer, "suggested_by_name", entry->suggested_by_name);
    ic_json_put_optional_text(writer, "opr_name", entry->opr_name);
    ic_json_put_optional_text(writer, "act_username", ic_handle_text(&entry->act_username));
    ic_json_put_text(writer, "time_zone", progress->time_zone);
    if (entry->adopted_at > 0) {
        ic_json_put_int64(writer, "adopted_at", entry->adopted_at);
    }
    if (entry->is_voted) {
        ic_json_put_int64(writer, "votes_for", entry->votes_for);
        ic_json_put_int64(writer, "votes_against", entry->votes_against);
    }
    if (progress->is_running) {
        write_running(writer, progress);
    }
}

static enum ic_rc read_query(const struct ic_http_request *request, bool *ret_only_mine, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_scope;
    int scope = IC_GOAL_SCOPE_TEAM;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choice(&parameters, "scope", &scopes, &has_scope, &scope);
    *ret_only_mine = scope == IC_GOAL_SCOPE_MINE;
    return ic_parameters_end(&parameters);
}

enum ic_rc ic_cached_goals(struct ic_service *service, const struct ic_asker *asker,
                           const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_goal_progress_list list;
    bool only_mine = false;
    enum ic_rc rc = read_query(request, &only_mine, err);
    if (rc == IC_OK) {
        rc = ic_goal_progress_list(service, asker, only_mine, request->arena, &list, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "now", list.now);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < list.count; i++) {
        ic_json_object_begin(&writer);
        write_members(&writer, &list.items[i]);
        ic_json_object_end(&writer);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_list_goals(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_GOALS, context, request, response, err);
}

enum ic_rc ic_cached_goal(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_id goal_id;
    struct ic_goal_details details;
    enum ic_rc rc = IC_OK;
    if (!ic_id_parse(IC_ID_GOAL, request->parameters[0], &goal_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, "api.goals.get", "There is no such goal.");
    }
    if (rc == IC_OK) {
        rc = ic_goal_details_get(service, asker, &goal_id, request->arena, &details, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "now", details.now);
    write_members(&writer, &details.progress);
    ic_json_key(&writer, "past");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < details.past_count; i++) {
        const struct ic_goal_past *past = &details.past[i];
        ic_json_object_begin(&writer);
        write_period(&writer, &past->period, past->value, details.progress.has_mine, past->mine);
        ic_json_object_end(&writer);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_get_goal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_GOAL, context, request, response, err);
}
