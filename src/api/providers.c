#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/provider_errand.h"
#include "api/provider_way.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/plain_text.h"
#include "service/providers.h"

#include <stdio.h>

static const char operation[] = "api.providers";

enum ic_rc ic_api_list_providers(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    (void)request, (void)err;
    const struct ic_service *service = context;
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < ic_oidc_count(service->oidc); i++) {
        const struct ic_oidc_settings *settings = ic_oidc_settings_of(service->oidc, i);
        ic_json_object_begin(&writer);
        ic_json_put_name(&writer, "provider_name", settings->name);
        ic_json_put_name(&writer, "title", settings->title);
        ic_json_object_end(&writer);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

/* ---- Setting out. ---- */

/* The cookie lives as long as the journey; Lax, because the browser comes back from another site. */
static enum ic_rc set_cookie(const struct ic_http_request *request, struct ic_http_response *response, const char *kept,
                             struct ic_err *err)
{
    char text[IC_OIDC_SEALED_TEXT_SIZE + 128];
    int written =
        snprintf(text, sizeof text, IC_PROVIDER_COOKIE "=%s; Max-Age=%d; Path=/; Secure; HttpOnly; SameSite=Lax", kept,
                 IC_OIDC_JOURNEY_MS / 1000);
    struct ic_str cookie;
    if (!ic_arena_copy(request->arena, (struct ic_str){text, (size_t)written}, &cookie)) {
        return ic_arena_failed(operation, err);
    }
    ic_http_header_set(response, "Set-Cookie", cookie);
    return IC_OK;
}

/* What kept a browser from setting out; only the log is told why. */
static enum ic_rc fail(enum ic_oidc_reason reason, struct ic_err *err)
{
    if (reason == IC_OIDC_BUSY) {
        return ic_err_set(err, IC_CODE_BUSY, operation, "Many people sign in just now; try again.");
    }
    return ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "The provider cannot be asked: %s.",
                      ic_oidc_reason_name(reason));
}

static enum ic_rc set_out(struct ic_service *service, const struct ic_http_request *request, size_t index,
                          const struct ic_provider_errand *errand, struct ic_http_response *response,
                          struct ic_err *err)
{
    struct ic_buf packed;
    struct ic_str way_back;
    struct ic_oidc_departure departure;
    ic_buf_init(&packed, IC_OIDC_ERRAND_SIZE);
    ic_provider_errand_pack(errand, &packed);
    enum ic_rc rc = ic_buf_check(&packed, operation, err);
    if (rc == IC_OK) {
        rc = ic_provider_way_back(service, request, index, &way_back, err);
    }
    if (rc == IC_OK) {
        enum ic_oidc_reason reason = ic_oidc_begin(service->oidc, index, errand->purpose == IC_PROVIDER_PROVE, way_back,
                                                   ic_buf_view(&packed), request->arena, &departure);
        if (reason != IC_OIDC_OK) {
            ic_provider_log_refused(service, request, index, reason);
            rc = fail(reason, err);
        }
    }
    if (rc == IC_OK) {
        rc = set_cookie(request, response, departure.kept, err);
    }
    if (rc == IC_OK) {
        struct ic_json_writer writer;
        ic_json_writer_init(&writer, &response->body);
        ic_json_object_begin(&writer);
        ic_json_put_text(&writer, "address", departure.address);
        ic_json_object_end(&writer);
    }
    if (packed.data) {
        ic_secret_wipe(packed.data, packed.size); /* An invitation's secret. */
    }
    ic_buf_release(&packed);
    return rc;
}

static enum ic_rc find_provider(const struct ic_service *service, const struct ic_http_request *request,
                                size_t *ret_index, struct ic_err *err)
{
    return ic_oidc_find(service->oidc, request->parameters[0], ret_index)
               ? IC_OK
               : ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such provider.");
}

enum ic_rc ic_api_begin_provider_sign_in(void *context, const struct ic_http_request *request,
                                         struct ic_http_response *response, struct ic_err *err)
{
    size_t index = 0;
    struct ic_json_reader reader;
    struct ic_provider_errand errand = {.purpose = IC_PROVIDER_SIGN_IN};
    enum ic_rc rc = ic_authorise_same_site(context, request, err);
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    errand.link = ic_body_find_secret(&reader, "link");
    errand.opr_name = ic_body_find_text(&reader, "opr_name", IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX);
    errand.time_zone = ic_json_find_text(&reader, "time_zone", 1, IC_TIME_ZONE_BYTES_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        const struct ic_provider_wish wish = {.opr_name = errand.opr_name, .time_zone = errand.time_zone};
        rc = ic_providers_check_wish(&wish, err);
    }
    if (rc == IC_OK) {
        rc = find_provider(context, request, &index, err);
    }
    return rc == IC_OK ? set_out(context, request, index, &errand, response, err) : rc;
}

static enum ic_rc set_out_signed_in(void *context, const struct ic_http_request *request,
                                    enum ic_provider_purpose purpose, enum ic_action action,
                                    struct ic_http_response *response, struct ic_err *err)
{
    size_t index = 0;
    struct ic_asker asker;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_can_check(&asker, action, IC_WHOSE_THEIRS, err);
    }
    if (rc == IC_OK) {
        rc = find_provider(context, request, &index, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    const struct ic_provider_errand errand = {.purpose = purpose, .session_id = asker.session_id};
    return set_out(context, request, index, &errand, response, err);
}

enum ic_rc ic_api_begin_provider_link(void *context, const struct ic_http_request *request,
                                      struct ic_http_response *response, struct ic_err *err)
{
    return set_out_signed_in(context, request, IC_PROVIDER_LINK, IC_ACTION_LINK_PROVIDER, response, err);
}

enum ic_rc ic_api_begin_provider_proof(void *context, const struct ic_http_request *request,
                                       struct ic_http_response *response, struct ic_err *err)
{
    return set_out_signed_in(context, request, IC_PROVIDER_PROVE, IC_ACTION_SEE_PROVIDERS, response, err);
}
