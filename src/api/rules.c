#include "api/handlers.h"

#include "api/agreed.h"
#include "api/authorise.h"
#include "api/parameters.h"
#include "service/rules.h"

static const char *status_name(int index)
{
    return ic_proposal_status_name((enum ic_proposal_status)index);
}

static const char *order_name(int index)
{
    return ic_log_order_name((enum ic_log_order)index);
}

static const struct ic_parameter_names statuses = {status_name, IC_PROPOSAL_STATUS_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_LOG_ORDER_COUNT};

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_rule_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_order;
    int order = IC_LOG_ORDER_NEWEST;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choices(&parameters, "status", &statuses, asked->has_status);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    asked->is_oldest_first = order == IC_LOG_ORDER_OLDEST;
    return ic_parameters_end(&parameters);
}

static void write_entry(struct ic_json_writer *writer, const struct ic_active_rule *entry,
                        const struct ic_rule_warnings *warnings)
{
    const struct ic_agreed agreed = {.is_rule = true, .rule = entry->rule};
    ic_json_object_begin(writer);
    ic_json_key(writer, "rule");
    ic_agreed_write(writer, &agreed);
    ic_json_put_text(writer, "suggested_by_name", entry->suggested_by_name);
    ic_json_put_optional_text(writer, "act_username", ic_handle_text(&entry->act_username));
    if (entry->adopted_at > 0) {
        ic_json_put_int64(writer, "adopted_at", entry->adopted_at);
    }
    if (entry->adopted_at > 0 && entry->is_voted) {
        ic_json_put_int64(writer, "votes_for", entry->votes_for);
        ic_json_put_int64(writer, "votes_against", entry->votes_against);
    }
    ic_json_put_int64(writer, "warnings", warnings->count);
    if (warnings->last_at > 0) {
        ic_json_put_int64(writer, "last_warned_at", warnings->last_at);
    }
    ic_json_object_end(writer);
}

enum ic_rc ic_api_list_rules(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_rule_page page;
    struct ic_rule_query asked = {.is_oldest_first = false};
    struct ic_str after = {0};
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_query(request, &asked, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_rules_list(context, &asker, &asked, after, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < page.list.count; i++) {
        write_entry(&writer, &page.list.items[i], &page.warnings[i]);
    }
    ic_json_array_end(&writer);
    ic_json_key(&writer, "next");
    if (page.next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page.next.text));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
    return IC_OK;
}
