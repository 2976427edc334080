#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "base/json_write.h"
#include "oidc/claims.h"
#include "service/providers.h"

static const char operation[] = "api.provider_accounts";

enum ic_rc ic_api_list_provider_accounts(void *context, const struct ic_http_request *request,
                                         struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_provider_account_list list;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_providers_list(context, &asker, request->arena, &list, err);
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
        const struct ic_provider_account *account = &list.items[i];
        ic_json_object_begin(&writer);
        ic_json_put_text(&writer, "issuer", account->issuer);
        ic_json_put_text(&writer, "subject", account->subject);
        ic_json_put_optional_text(&writer, "email", account->email);
        ic_json_put_int64(&writer, "created_at", account->created_at);
        ic_json_put_int64(&writer, "last_used_at", account->last_used_at);
        ic_json_object_end(&writer);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_unlink_provider_account(void *context, const struct ic_http_request *request,
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
    struct ic_str issuer = ic_json_get_text(&reader, "issuer", 1, IC_OIDC_ISSUER_BYTES_MAX);
    struct ic_str subject = ic_json_get_text(&reader, "subject", 1, IC_OIDC_SUBJECT_BYTES_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_providers_unlink(context, &asker, issuer, subject, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}
