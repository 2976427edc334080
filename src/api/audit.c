#include "api/handlers.h"

#include "api/audit_entry.h"
#include "api/authorise.h"
#include "api/parameters.h"
#include "service/audit_list.h"

static const char operation[] = "api.audit";

enum { OBJECT_BYTES_MAX = 64 };

static const char *action_name(int index)
{
    return ic_audit_action_name((enum ic_audit_action)index);
}

static const char *order_name(int index)
{
    return ic_log_order_name((enum ic_log_order)index);
}

static const struct ic_parameter_names actions = {action_name, IC_AUDIT_ACTION_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_LOG_ORDER_COUNT};

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_audit_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_action;
    bool has_order;
    int action = 0;
    int order = IC_LOG_ORDER_NEWEST;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_id(&parameters, "opr_id", IC_ID_OPERATOR, &asked->opr_id);
    ic_parameters_choice(&parameters, "action", &actions, &has_action, &action);
    ic_parameters_text(&parameters, "object_id", &asked->object_id);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    enum ic_rc rc = ic_parameters_end(&parameters);
    if (rc == IC_OK && asked->object_id.size > OBJECT_BYTES_MAX) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "object_id", "It has at most %d characters.",
                              OBJECT_BYTES_MAX);
    }
    asked->action = has_action ? ic_str_from(action_name(action)) : IC_STR("");
    asked->is_oldest_first = order == IC_LOG_ORDER_OLDEST;
    return rc;
}

static void write_page(struct ic_http_response *response, const struct ic_audit_page *page)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < page->list.count; i++) {
        ic_audit_entry_write(&writer, &page->list.items[i]);
    }
    ic_json_array_end(&writer);
    ic_json_key(&writer, "head");
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "audit_number", page->head.audit_number);
    ic_json_put_name(&writer, "entry_hash", page->head.entry_hash.text);
    ic_json_object_end(&writer);
    ic_json_key(&writer, "next");
    if (page->next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page->next.text));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
}

enum ic_rc ic_api_list_audit(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_audit_page page;
    struct ic_audit_query asked = {.limit = 0};
    struct ic_str after = {0};
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_query(request, &asked, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_audit_list(context, &asker, &asked, after, request->arena, &page, err);
    }
    if (rc == IC_OK) {
        write_page(response, &page);
    }
    return rc;
}
