#include "service/analytics.h"
#include "api/cached.h"
#include "api/handlers.h"
#include "api/parameters.h"
#include "base/json_write.h"

static const char operation[] = "api.analytics";

/* ---- The question. ---- */

static const char *scope_name(int index)
{
    return ic_analytics_scope_name((enum ic_analytics_scope)index);
}

static const char *unit_name(int index)
{
    return ic_analytics_unit_name((enum ic_analytics_unit)index);
}

static const struct ic_parameter_names scopes = {scope_name, IC_ANALYTICS_SCOPE_COUNT};
static const struct ic_parameter_names units = {unit_name, IC_ANALYTICS_UNIT_COUNT};

static bool read_number(struct ic_str text, size_t from, size_t size, int *ret_number)
{
    int number = 0;
    for (size_t i = from; i < from + size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number = number * 10 + (text.data[i] - '0');
    }
    *ret_number = number;
    return true;
}

/* A day as 2026-03-29; a missing one stays what it is. */
static enum ic_rc read_day(struct ic_str text, struct ic_analytics_day *day, struct ic_err *err)
{
    int year = 0;
    int month = 0;
    int number = 0;
    if (text.size == 0) {
        return IC_OK;
    }
    if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-' || !read_number(text, 0, 4, &year) ||
        !read_number(text, 5, 2, &month) || !read_number(text, 8, 2, &number) || year == 0) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "from and to are days, as 2026-03-29.");
    }
    *day = (struct ic_analytics_day){year, month, number};
    return IC_OK;
}

static enum ic_rc read_question(const struct ic_asker *asker, const struct ic_http_request *request,
                                struct ic_analytics_question *question, struct ic_err *err)
{
    struct ic_parameters parameters;
    struct ic_str from = IC_STR("");
    struct ic_str to = IC_STR("");
    struct ic_str handle = IC_STR("");
    bool is_given;
    int scope = IC_ANALYTICS_SCOPE_TEAM;
    int unit = IC_ANALYTICS_UNIT_DAY;
    *question = (struct ic_analytics_question){0};
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_text(&parameters, "from", &from);
    ic_parameters_text(&parameters, "to", &to);
    ic_parameters_text(&parameters, "time_zone", &question->time_zone);
    ic_parameters_choice(&parameters, "by", &units, &is_given, &unit);
    ic_parameters_choice(&parameters, "scope", &scopes, &is_given, &scope);
    ic_parameters_id(&parameters, "opr_id", IC_ID_OPERATOR, &question->scope.opr_id);
    ic_parameters_text(&parameters, "act_username", &handle);
    enum ic_rc rc = ic_parameters_end(&parameters);
    if (rc == IC_OK && handle.size > 0 && !ic_handle_parse(handle, &question->scope.act_username)) {
        rc = ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "act_username is no handle.");
    }
    if (rc == IC_OK && scope == IC_ANALYTICS_SCOPE_MINE && !ic_id_is_empty(&question->scope.opr_id)) {
        rc = ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "Ask for scope=mine or for an opr_id.");
    }
    if (rc == IC_OK && scope == IC_ANALYTICS_SCOPE_MINE) {
        question->scope.opr_id = asker->opr_id;
    }
    question->by = unit == IC_ANALYTICS_UNIT_MONTH  ? IC_ZONE_MONTH
                   : unit == IC_ANALYTICS_UNIT_WEEK ? IC_ZONE_WEEK
                                                    : IC_ZONE_DAY;
    if (rc == IC_OK) {
        rc = read_day(from, &question->from, err);
    }
    return rc == IC_OK ? read_day(to, &question->to, err) : rc;
}

/* ---- The answer. ---- */

static void write_figures(struct ic_json_writer *writer, const char *key, const struct ic_figures *figures)
{
    if (key) {
        ic_json_key(writer, key);
    }
    ic_json_object_begin(writer);
    for (int i = 0; i < IC_FIGURE_COUNT; i++) {
        ic_json_put_int64(writer, ic_figure_name((enum ic_figure)i), figures->counts[i]);
    }
    ic_json_object_end(writer);
}

static void write_volume(struct ic_json_writer *writer, const struct ic_analytics *analytics)
{
    ic_json_key(writer, "volume");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < analytics->volume_count; i++) {
        ic_json_object_begin(writer);
        ic_json_put_int64(writer, "from", analytics->volume[i].from_ms);
        ic_json_put_int64(writer, "until", analytics->volume[i].until_ms);
        write_figures(writer, "figures", &analytics->volume[i].figures);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void write_heatmap(struct ic_json_writer *writer, const struct ic_analytics *analytics)
{
    ic_json_key(writer, "heatmap");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < IC_ANALYTICS_HOURS; i++) {
        write_figures(writer, NULL, &analytics->heatmap[i]);
    }
    ic_json_array_end(writer);
}

static void write_leaders(struct ic_json_writer *writer, const char *key, const struct ic_analytics_leaders *leaders)
{
    ic_json_key(writer, key);
    ic_json_array_begin(writer);
    for (size_t i = 0; i < leaders->count; i++) {
        const struct ic_analytics_leader *leader = &leaders->items[i];
        ic_json_object_begin(writer);
        if (ic_id_is_empty(&leader->opr_id)) {
            ic_json_put_text(writer, "act_username", ic_handle_text(&leader->act_username));
        } else {
            ic_json_put_text(writer, "opr_id", ic_id_text(&leader->opr_id));
            ic_json_put_text(writer, "opr_name", leader->opr_name);
        }
        write_figures(writer, "figures", &leader->figures);
        write_figures(writer, "previous", &leader->previous);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

enum ic_rc ic_cached_analytics(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_analytics_question question;
    struct ic_analytics *analytics = ic_arena_alloc_array(request->arena, 1, sizeof *analytics);
    if (!analytics) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = read_question(asker, request, &question, err);
    if (rc == IC_OK) {
        rc = ic_analytics_get(service, asker, &question, request->arena, analytics, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "now", analytics->now);
    ic_json_put_text(&writer, "time_zone", analytics->time_zone);
    ic_json_put_int64(&writer, "previous_from", analytics->previous_from_ms);
    ic_json_put_int64(&writer, "from", analytics->from_ms);
    ic_json_put_int64(&writer, "until", analytics->until_ms);
    write_figures(&writer, "figures", &analytics->figures);
    write_figures(&writer, "previous", &analytics->previous);
    write_volume(&writer, analytics);
    write_heatmap(&writer, analytics);
    write_leaders(&writer, "operators", &analytics->operators);
    write_leaders(&writer, "actors", &analytics->actors);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_get_analytics(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_ANALYTICS, context, request, response, err);
}
