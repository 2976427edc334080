#include "api/analytics_question.h"

static const char operation[] = "api.analytics";

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

void ic_analytics_parameters_read(struct ic_parameters *parameters, bool has_unit,
                                  struct ic_analytics_parameters *given)
{
    bool is_given;
    *given = (struct ic_analytics_parameters){.scope = IC_ANALYTICS_SCOPE_TEAM, .unit = IC_ANALYTICS_UNIT_DAY};
    ic_parameters_text(parameters, "from", &given->from);
    ic_parameters_text(parameters, "to", &given->to);
    ic_parameters_text(parameters, "time_zone", &given->time_zone);
    if (has_unit) {
        ic_parameters_choice(parameters, "by", &units, &is_given, &given->unit);
    }
    ic_parameters_choice(parameters, "scope", &scopes, &is_given, &given->scope);
    ic_parameters_id(parameters, "opr_id", IC_ID_OPERATOR, &given->opr_id);
    ic_parameters_text(parameters, "act_username", &given->act_username);
}

enum ic_rc ic_analytics_question_make(const struct ic_analytics_parameters *given, const struct ic_asker *asker,
                                      struct ic_analytics_question *ret_question, struct ic_err *err)
{
    struct ic_analytics_question question = {.time_zone = given->time_zone, .scope.opr_id = given->opr_id};
    if (given->act_username.size > 0 && !ic_handle_parse(given->act_username, &question.scope.act_username)) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "act_username is no handle.");
    }
    if (given->scope == IC_ANALYTICS_SCOPE_MINE) {
        if (!ic_id_is_empty(&given->opr_id)) {
            return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "Ask for scope=mine or for an opr_id.");
        }
        question.scope.opr_id = asker->opr_id;
    }
    question.by = given->unit == IC_ANALYTICS_UNIT_MONTH  ? IC_ZONE_MONTH
                  : given->unit == IC_ANALYTICS_UNIT_WEEK ? IC_ZONE_WEEK
                                                          : IC_ZONE_DAY;
    enum ic_rc rc = read_day(given->from, &question.from, err);
    if (rc == IC_OK) {
        rc = read_day(given->to, &question.to, err);
    }
    if (rc == IC_OK) {
        *ret_question = question;
    }
    return rc;
}

enum ic_rc ic_analytics_question_read(const struct ic_http_request *request, bool has_unit,
                                      const struct ic_asker *asker, struct ic_analytics_question *ret_question,
                                      struct ic_err *err)
{
    struct ic_parameters parameters;
    struct ic_analytics_parameters given;
    ic_parameters_begin(&parameters, request, err);
    ic_analytics_parameters_read(&parameters, has_unit, &given);
    enum ic_rc rc = ic_parameters_end(&parameters);
    return rc == IC_OK ? ic_analytics_question_make(&given, asker, ret_question, err) : rc;
}

void ic_analytics_range_write(struct ic_json_writer *writer, const struct ic_analytics_range *range)
{
    ic_json_put_int64(writer, "now", range->now);
    ic_json_put_text(writer, "time_zone", range->time_zone);
    ic_json_put_int64(writer, "previous_from", range->previous_from_ms);
    ic_json_put_int64(writer, "from", range->from_ms);
    ic_json_put_int64(writer, "until", range->until_ms);
}
