#include "service/figure_rows.h"

#include "api/analytics_question.h"
#include "api/cached.h"
#include "api/entry.h"
#include "api/handlers.h"
#include "api/opener_print.h"
#include "service/analytics.h"

static const char operation[] = "api.figure_rows";

static const char *figure_name(int index)
{
    return ic_figure_name((enum ic_figure)index);
}

static const char *state_name(int index)
{
    return ic_contact_state_name((enum ic_contact_state)index);
}

static const char *stage_name(int index)
{
    return ic_target_status_name((enum ic_target_status)(IC_FUNNEL_FIRST + index));
}

static const struct ic_parameter_names figures = {figure_name, IC_FIGURE_COUNT};
static const struct ic_parameter_names states = {state_name, IC_CONTACT_STATE_COUNT};
static const struct ic_parameter_names stages = {stage_name, IC_FUNNEL_STAGES};

static enum ic_rc refuse(const char *field, const char *detail, struct ic_err *err)
{
    return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, field, "%s", detail);
}

/* -1: not given. */
static enum ic_rc read_hour(struct ic_str text, int *ret_hour, struct ic_err *err)
{
    int hour = 0;
    if (text.size == 0) {
        *ret_hour = -1;
        return IC_OK;
    }
    bool is_number = text.size <= 3;
    for (size_t i = 0; i < text.size && is_number; i++) {
        is_number = text.data[i] >= '0' && text.data[i] <= '9';
        hour = hour * 10 + (text.data[i] - '0');
    }
    if (!is_number || hour >= IC_ANALYTICS_HOURS || (text.size > 1 && text.data[0] == '0')) {
        return refuse("hour_of_week", "It is a number from 0 (Monday, 0 h) to 167.", err);
    }
    *ret_hour = hour;
    return IC_OK;
}

/* The conditions that only first contacts have. */
static enum ic_rc check_filter(const struct ic_figure_rows_question *question, struct ic_err *err)
{
    const struct ic_contacts_filter *filter = &question->filter;
    bool is_filtered =
        filter->has_opener || filter->has_email_state || filter->has_phone_num_state || filter->has_stage;
    if (is_filtered && question->figure != IC_FIGURE_CONTACTED && question->figure != IC_FIGURE_ANSWERED) {
        return refuse("figure", "opener, stage, email_state and phone_num_state go with contacted and answered.", err);
    }
    return IC_OK;
}

static enum ic_rc read_question(const struct ic_http_request *request, const struct ic_asker *asker,
                                struct ic_figure_rows_question *question, struct ic_err *err)
{
    struct ic_parameters parameters;
    struct ic_analytics_parameters given;
    struct ic_str opener = IC_STR("");
    struct ic_str hour = IC_STR("");
    bool has_figure;
    int figure = IC_FIGURE_MESSAGES;
    int email_state = 0;
    int phone_num_state = 0;
    int stage = 0;
    *question = (struct ic_figure_rows_question){.hour_of_week = -1};
    struct ic_contacts_filter *filter = &question->filter;
    ic_parameters_begin(&parameters, request, err);
    ic_analytics_parameters_read(&parameters, false, &given);
    ic_parameters_choice(&parameters, "figure", &figures, &has_figure, &figure);
    ic_parameters_text(&parameters, "hour_of_week", &hour);
    ic_parameters_text(&parameters, "opener", &opener);
    ic_parameters_choice(&parameters, "stage", &stages, &filter->has_stage, &stage);
    ic_parameters_choice(&parameters, "email_state", &states, &filter->has_email_state, &email_state);
    ic_parameters_choice(&parameters, "phone_num_state", &states, &filter->has_phone_num_state, &phone_num_state);
    ic_parameters_page_size(&parameters, &question->limit);
    ic_parameters_text(&parameters, "after", &question->after);
    enum ic_rc rc = ic_parameters_end(&parameters);
    if (rc == IC_OK && opener.size > 0 && !ic_opener_print_read(opener, &filter->opener_print)) {
        rc = refuse("opener", "It is none that was told.", err);
    }
    question->figure = (enum ic_figure)figure;
    filter->has_opener = opener.size > 0;
    filter->email_state = (enum ic_contact_state)email_state;
    filter->phone_num_state = (enum ic_contact_state)phone_num_state;
    filter->stage = (enum ic_target_status)(IC_FUNNEL_FIRST + stage);
    if (rc == IC_OK) {
        rc = check_filter(question, err);
    }
    if (rc == IC_OK) {
        rc = read_hour(hour, &question->hour_of_week, err);
    }
    return rc == IC_OK ? ic_analytics_question_make(&given, asker, &question->analytics, err) : rc;
}

enum ic_rc ic_cached_figure_rows(struct ic_service *service, const struct ic_asker *asker,
                                 const struct ic_http_request *request, struct ic_http_response *response,
                                 struct ic_err *err)
{
    struct ic_figure_rows_question question;
    struct ic_figure_rows_page page;
    enum ic_rc rc = read_question(request, asker, &question, err);
    if (rc == IC_OK) {
        rc = ic_figure_rows_list(service, asker, &question, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_analytics_range_write(&writer, &page.range);
    ic_json_key(&writer, "items");
    ic_entry_write_list(&writer, &page.list);
    ic_json_key(&writer, "next");
    if (page.next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page.next.text));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_list_figure_rows(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_FIGURE_ROWS, context, request, response, err);
}
