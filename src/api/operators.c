#include "api/handlers.h"

#include "api/cached.h"
#include "api/list_page.h"
#include "api/parameters.h"
#include "service/operators.h"

static const char *status_name(int index)
{
    return ic_operator_status_name((enum ic_operator_status)index);
}

static const char *role_name(int index)
{
    return ic_role_name((enum ic_role)index);
}

static const char *order_name(int index)
{
    return ic_operator_order_name((enum ic_operator_order)index);
}

static const struct ic_parameter_names statuses = {status_name, IC_OPERATOR_STATUS_COUNT};
static const struct ic_parameter_names roles = {role_name, IC_ROLE_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_OPERATOR_ORDER_COUNT};

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_operator_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_order;
    int order = IC_OPERATOR_ORDER_NAME_ASCENDING;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choices(&parameters, "opr_status", &statuses, asked->has_status);
    ic_parameters_choices(&parameters, "role", &roles, asked->has_role);
    ic_parameters_text(&parameters, "search", &asked->term);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    asked->order = (enum ic_operator_order)order;
    return ic_parameters_end(&parameters);
}

static void write_operator(struct ic_json_writer *writer, const struct ic_operator *operator_)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "opr_id", operator_->opr_id.text);
    ic_json_put_text(writer, "opr_name", operator_->opr_name);
    ic_json_put_text(writer, "opr_email", operator_->opr_email);
    ic_json_put_name(writer, "opr_status", ic_operator_status_name(operator_->opr_status));
    ic_json_put_name(writer, "role", ic_role_name(operator_->role));
    ic_json_put_text(writer, "time_zone", operator_->time_zone);
    ic_json_put_int64(writer, "created_at", operator_->created_at);
    ic_json_put_int64(writer, "last_activity", operator_->last_activity);
    ic_json_key(writer, "disabled_at");
    if (operator_->disabled_at > 0) {
        ic_json_int64(writer, operator_->disabled_at);
    } else {
        ic_json_null(writer);
    }
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_operators(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_operator_page page;
    struct ic_operator_query asked = {0};
    struct ic_str after = {0};
    enum ic_rc rc = read_query(request, &asked, &after, err);
    if (rc == IC_OK) {
        rc = ic_operators_list(service, asker, &asked, after, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_list_page_begin(&writer);
    for (size_t i = 0; i < page.list.count; i++) {
        write_operator(&writer, &page.list.items[i]);
    }
    ic_list_page_end(&writer, &page.next, page.total);
    return IC_OK;
}

enum ic_rc ic_api_list_operators(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_OPERATORS, context, request, response, err);
}
