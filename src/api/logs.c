#include "api/handlers.h"

#include "api/authorise.h"
#include "api/cached.h"
#include "api/entry.h"
#include "api/parameters.h"
#include "service/logs.h"

static const char operation[] = "api.logs";

static const char *type_name(int index)
{
    return ic_event_type_name((enum ic_event_type)index);
}

static const char *order_name(int index)
{
    return ic_log_order_name((enum ic_log_order)index);
}

static const struct ic_parameter_names types = {type_name, IC_EVENT_TYPE_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_LOG_ORDER_COUNT};

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_log_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_order;
    int type = 0;
    int order = IC_LOG_ORDER_NEWEST;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_id(&parameters, "opr_id", IC_ID_OPERATOR, &asked->opr_id);
    ic_parameters_id(&parameters, "act_id", IC_ID_ACTOR, &asked->act_id);
    ic_parameters_id(&parameters, "tar_id", IC_ID_TARGET, &asked->tar_id);
    ic_parameters_choice(&parameters, "event_type", &types, &asked->has_event_type, &type);
    ic_parameters_time(&parameters, "from", &asked->from);
    ic_parameters_time(&parameters, "until", &asked->until);
    ic_parameters_text(&parameters, "search", &asked->term);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    asked->event_type = (enum ic_event_type)type;
    asked->is_oldest_first = order == IC_LOG_ORDER_OLDEST;
    return ic_parameters_end(&parameters);
}

static void write_page(struct ic_http_response *response, const struct ic_log_page *page)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_entry_write_list(&writer, &page->list);
    ic_json_key(&writer, "next");
    if (page->next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page->next.text));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
}

enum ic_rc ic_cached_logs(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_log_page page;
    struct ic_log_query asked = {0};
    struct ic_str after = {0};
    enum ic_rc rc = read_query(request, &asked, &after, err);
    if (rc == IC_OK) {
        rc = ic_logs_list(service, asker, &asked, after, request->arena, &page, err);
    }
    if (rc == IC_OK) {
        write_page(response, &page);
    }
    return rc;
}

enum ic_rc ic_api_list_logs(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_LOGS, context, request, response, err);
}

enum ic_rc ic_api_get_log(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id elg_id;
    struct ic_log_entry entry;
    struct ic_str message_text;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!ic_id_parse(IC_ID_EVENT, request->parameters[0], &elg_id)) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such event.");
    }
    rc = ic_logs_get(context, &asker, &elg_id, request->arena, &entry, &message_text, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "entry");
    ic_entry_write(&writer, &entry);
    ic_json_put_optional_text(&writer, "message_text", message_text);
    ic_json_object_end(&writer);
    return IC_OK;
}
