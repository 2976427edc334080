#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/signed_in.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/passwords.h"

static const char operation[] = "api.passwords";

/* What the bodies of these routes hold; what a route does not take is refused as unknown. */
struct password_body {
    struct ic_str link;
    struct ic_str password;
    struct ic_str present_password;
};

enum { TAKES_LINK = 1, TAKES_PRESENT = 2 };

static enum ic_rc decode(const struct ic_http_request *request, int takes, struct password_body *ret_body,
                         struct ic_err *err)
{
    struct ic_json_reader reader;
    struct password_body body = {0};
    enum ic_rc rc = ic_body_read(request, operation, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (takes & TAKES_LINK) {
        body.link = ic_body_get_secret(&reader, "link");
    }
    if (takes & TAKES_PRESENT) {
        body.present_password = ic_body_find_text(&reader, "present_password", IC_LIMIT_PASSWORD_CHARACTERS_MAX);
    }
    body.password = ic_body_get_text(&reader, "password", IC_LIMIT_PASSWORD_CHARACTERS_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_body = body;
    }
    return rc;
}

/* Who is signed in, as a person and as an asker. */
static enum ic_rc authorise(struct ic_service *service, const struct ic_http_request *request,
                            struct ic_identity *ret_identity, struct ic_asker *ret_asker, struct ic_err *err)
{
    enum ic_rc rc = ic_authorise_change(service, request, ret_identity, err);
    if (rc == IC_OK) {
        *ret_asker = ic_session_asker(ret_identity, request->address, ic_clock_now_ms(&service->clock));
        ret_asker->refusals = &service->refusals;
    }
    return rc;
}

enum ic_rc ic_api_sign_in_again(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_service *service = context;
    struct ic_identity identity;
    struct ic_asker asker;
    struct password_body body;
    struct ic_secret session;
    enum ic_rc rc = authorise(service, request, &identity, &asker, err);
    if (rc == IC_OK) {
        rc = decode(request, 0, &body, err);
    }
    if (rc == IC_OK) {
        rc = ic_passwords_prove(service, &asker, body.password, request->arena, &session, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    identity.proven_at = ic_clock_now_ms(&service->clock);
    return ic_signed_in_answer(request, response, 200, &identity, &session, err);
}

enum ic_rc ic_api_change_password(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err)
{
    struct ic_service *service = context;
    struct ic_identity identity;
    struct ic_asker asker;
    struct password_body body;
    struct ic_secret session;
    enum ic_rc rc = authorise(service, request, &identity, &asker, err);
    if (rc == IC_OK) {
        rc = decode(request, TAKES_PRESENT, &body, err);
    }
    if (rc == IC_OK) {
        rc = ic_passwords_change(service, &asker, body.present_password, body.password, request->arena, &session, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    identity.proven_at = ic_clock_now_ms(&service->clock);
    return ic_signed_in_answer(request, response, 200, &identity, &session, err);
}

enum ic_rc ic_api_reset_password(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    struct ic_identity identity;
    struct password_body body;
    struct ic_secret session;
    const struct ic_visitor visitor = ic_authorise_visitor(request);
    enum ic_rc rc = ic_authorise_same_site(context, request, err);
    if (rc == IC_OK) {
        rc = decode(request, TAKES_LINK, &body, err);
    }
    if (rc == IC_OK) {
        rc = ic_passwords_reset(context, body.link, body.password, &visitor, request->arena, &identity, &session, err);
    }
    return rc == IC_OK ? ic_signed_in_answer(request, response, 201, &identity, &session, err) : rc;
}

enum ic_rc ic_api_give_reset_link(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id opr_id;
    struct ic_secret link;
    int64_t expires_at;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_OPERATOR, request->parameters[0], &opr_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such operator.");
    }
    if (rc == IC_OK) {
        rc = ic_passwords_give_link(context, &asker, &opr_id, request->arena, &link, &expires_at, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    response->status = 201;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "link", link.text);
    ic_json_put_int64(&writer, "expires_at", expires_at);
    ic_json_object_end(&writer);
    ic_secret_wipe(&link, sizeof link);
    return IC_OK;
}
