#include "api/handlers.h"

#include "api/authorise.h"
#include "api/cached.h"
#include "api/list_page.h"
#include "api/parameters.h"
#include "service/leads.h"

static const char *status_name(int index)
{
    return ic_target_status_name((enum ic_target_status)index);
}

static const char *state_name(int index)
{
    return ic_contact_state_name((enum ic_contact_state)index);
}

static const char *order_name(int index)
{
    return ic_lead_order_name((enum ic_lead_order)index);
}

static const struct ic_parameter_names statuses = {status_name, IC_TARGET_STATUS_COUNT};
static const struct ic_parameter_names states = {state_name, IC_CONTACT_STATE_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_LEAD_ORDER_COUNT};

static void read_state(struct ic_parameters *parameters, const char *name, bool *is_given, enum ic_contact_state *state)
{
    int index = 0;
    ic_parameters_choice(parameters, name, &states, is_given, &index);
    *state = (enum ic_contact_state)index;
}

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_lead_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_order;
    int order = IC_LEAD_ORDER_UPDATED_NEWEST;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choices(&parameters, "tar_status", &statuses, asked->has_status);
    read_state(&parameters, "email_state", &asked->has_email_state, &asked->email_state);
    read_state(&parameters, "phone_num_state", &asked->has_phone_num_state, &asked->phone_num_state);
    ic_parameters_id(&parameters, "first_opr_id", IC_ID_OPERATOR, &asked->first_opr_id);
    ic_parameters_id(&parameters, "first_act_id", IC_ID_ACTOR, &asked->first_act_id);
    ic_parameters_time(&parameters, "contacted_from", &asked->contacted_from);
    ic_parameters_time(&parameters, "contacted_until", &asked->contacted_until);
    ic_parameters_text(&parameters, "search", &asked->term);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    asked->order = (enum ic_lead_order)order;
    return ic_parameters_end(&parameters);
}

static void write_contact(struct ic_json_writer *writer, const char *state_key, const char *key,
                          const struct ic_contact *contact)
{
    ic_json_put_name(writer, state_key, ic_contact_state_name(contact->state));
    ic_json_put_optional_text(writer, key, contact->text);
}

static void write_lead(struct ic_json_writer *writer, const struct ic_lead *lead)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "tar_id", lead->tar_id.text);
    ic_json_put_text(writer, "tar_username", lead->tar_username);
    ic_json_put_name(writer, "tar_status", ic_target_status_name(lead->tar_status));
    ic_json_put_int64(writer, "last_updated", lead->last_updated);
    if (lead->first_contacted) {
        ic_json_put_int64(writer, "first_contacted", lead->first_contacted);
    }
    if (!ic_id_is_empty(&lead->first_opr_id)) {
        ic_json_put_name(writer, "first_opr_id", lead->first_opr_id.text);
        ic_json_put_text(writer, "first_opr_name", lead->first_opr_name);
    }
    if (!ic_id_is_empty(&lead->first_act_id)) {
        ic_json_put_name(writer, "first_act_id", lead->first_act_id.text);
        ic_json_put_text(writer, "first_act_username", lead->first_act_username);
    }
    write_contact(writer, "email_state", "email", &lead->email);
    write_contact(writer, "phone_num_state", "phone_num", &lead->phone_num);
    write_contact(writer, "cont_source_state", "cont_source", &lead->cont_source);
    ic_json_put_optional_text(writer, "notes_preview", lead->notes_preview);
    ic_json_put_bool(writer, "has_more_notes", lead->has_more_notes);
    ic_json_put_optional_text(writer, "merged_into", ic_id_text(&lead->merged_into));
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_leads(struct ic_service *service, const struct ic_asker *asker,
                           const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_lead_page page;
    struct ic_lead_query asked = {0};
    struct ic_str after = {0};
    enum ic_rc rc = read_query(request, &asked, &after, err);
    if (rc == IC_OK) {
        rc = ic_leads_list(service, asker, &asked, after, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_list_page_begin(&writer);
    for (size_t i = 0; i < page.list.count; i++) {
        write_lead(&writer, &page.list.items[i]);
    }
    ic_list_page_end(&writer, &page.next, page.total);
    return IC_OK;
}

enum ic_rc ic_api_list_leads(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_LEADS, context, request, response, err);
}

enum ic_rc ic_api_get_lead(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id tar_id;
    struct ic_lead lead;
    struct ic_str notes;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!ic_id_parse(IC_ID_TARGET, request->parameters[0], &tar_id)) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, "api.leads", "There is no such target.");
    }
    rc = ic_leads_get(context, &asker, &tar_id, request->arena, &lead, &notes, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "lead");
    write_lead(&writer, &lead);
    ic_json_put_optional_text(&writer, "notes", notes);
    ic_json_object_end(&writer);
    return IC_OK;
}
