#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/cached.h"
#include "api/list_page.h"
#include "api/parameters.h"
#include "service/actors.h"

static const char *status_name(int index)
{
    return ic_actor_status_name((enum ic_actor_status)index);
}

static const char *order_name(int index)
{
    return ic_actor_order_name((enum ic_actor_order)index);
}

static const struct ic_parameter_names statuses = {status_name, IC_ACTOR_STATUS_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_ACTOR_ORDER_COUNT};

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_actor_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_order;
    int order = IC_ACTOR_ORDER_HANDLE_ASCENDING;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choices(&parameters, "act_status", &statuses, asked->has_status);
    ic_parameters_id(&parameters, "opr_id", IC_ID_OPERATOR, &asked->opr_id);
    ic_parameters_text(&parameters, "search", &asked->term);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    asked->order = (enum ic_actor_order)order;
    return ic_parameters_end(&parameters);
}

static void write_actor(struct ic_json_writer *writer, const struct ic_actor_entry *actor)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "act_id", actor->act_id.text);
    ic_json_put_text(writer, "act_username", actor->act_username);
    ic_json_put_name(writer, "opr_id", actor->opr_id.text);
    ic_json_put_text(writer, "opr_name", actor->opr_name);
    ic_json_put_name(writer, "act_status", ic_actor_status_name(actor->act_status));
    ic_json_put_int64(writer, "created_at", actor->created_at);
    ic_json_put_int64(writer, "last_activity", actor->last_activity);
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_actors(struct ic_service *service, const struct ic_asker *asker,
                            const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct ic_actor_page page;
    struct ic_actor_query asked = {0};
    struct ic_str after = {0};
    enum ic_rc rc = read_query(request, &asked, &after, err);
    if (rc == IC_OK) {
        rc = ic_actors_list(service, asker, &asked, after, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_list_page_begin(&writer);
    for (size_t i = 0; i < page.list.count; i++) {
        write_actor(&writer, &page.list.items[i]);
    }
    ic_list_page_end(&writer, &page.next, page.total);
    return IC_OK;
}

enum ic_rc ic_api_list_actors(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_ACTORS, context, request, response, err);
}

enum ic_rc ic_api_transfer_actor(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    static const char operation[] = "api.actors.transfer";
    struct ic_asker asker;
    struct ic_id act_id;
    struct ic_id to_opr_id;
    struct ic_json_reader reader;
    struct ic_transferred transferred;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_ACTOR, request->parameters[0], &act_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such actor.");
    }
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    ic_body_get_id(&reader, "opr_id", IC_ID_OPERATOR, &to_opr_id);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_actors_transfer(context, &asker, &act_id, &to_opr_id, request->arena, &transferred, err);
    }
    if (rc == IC_OK) {
        struct ic_json_writer writer;
        ic_json_writer_init(&writer, &response->body);
        ic_json_object_begin(&writer);
        ic_json_put_name(&writer, "act_id", transferred.act_id.text);
        ic_json_put_name(&writer, "elg_id", transferred.elg_id.text);
        ic_json_object_end(&writer);
    }
    return rc;
}
