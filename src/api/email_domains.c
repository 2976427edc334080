#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/role.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/email_domains.h"

static const char operation[] = "api.email_domains";

enum ic_rc ic_api_list_email_domains(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_email_domain_list list;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_email_domains_list(context, &asker, request->arena, &list, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < list.count; i++) {
        const struct ic_email_domain *email_domain = &list.items[i];
        ic_json_object_begin(&writer);
        ic_json_put_text(&writer, "email_domain", email_domain->email_domain);
        ic_json_put_name(&writer, "role", ic_role_name(email_domain->role));
        ic_json_put_name(&writer, "opr_id", email_domain->opr_id.text);
        ic_json_put_text(&writer, "opr_name", email_domain->opr_name);
        ic_json_put_int64(&writer, "created_at", email_domain->created_at);
        ic_json_object_end(&writer);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_allow_email_domain(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_json_reader reader;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str email_domain = ic_body_get_text(&reader, "email_domain", IC_LIMIT_EMAIL_CHARACTERS_MAX);
    enum ic_role role = ic_role_read(&reader);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_email_domains_allow(context, &asker, email_domain, role, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

enum ic_rc ic_api_disallow_email_domain(void *context, const struct ic_http_request *request,
                                        struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_email_domains_disallow(context, &asker, request->parameters[0], err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}
