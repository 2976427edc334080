#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/signed_in.h"

enum ic_rc ic_api_get_session(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_identity identity;
    enum ic_rc rc = ic_authorise_session(context, request, &identity, err);
    if (rc == IC_OK) {
        ic_signed_in_write(response, &identity);
    }
    return rc;
}

static enum ic_rc decode_link(const struct ic_http_request *request, struct ic_str *ret_link, struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, "api.session", &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str link = ic_body_get_secret(&reader, "link");
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_link = link;
    }
    return rc;
}

enum ic_rc ic_api_sign_in(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err)
{
    struct ic_str link;
    struct ic_identity identity;
    struct ic_secret session;
    enum ic_rc rc = ic_authorise_same_site(request, err);
    if (rc == IC_OK) {
        rc = decode_link(request, &link, err);
    }
    if (rc == IC_OK) {
        rc = ic_identity_sign_in(context, link, request->arena, &identity, &session, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    rc = ic_signed_in_set_cookie(request, response, &session, err);
    ic_secret_wipe(&session, sizeof session);
    response->status = 201;
    ic_signed_in_write(response, &identity);
    return rc;
}

enum ic_rc ic_api_sign_out(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err)
{
    struct ic_identity identity;
    enum ic_rc rc = ic_authorise_change(context, request, &identity, err);
    if (rc == IC_OK) {
        rc = ic_identity_sign_out(context, ic_http_cookie_find(request, IC_SESSION_COOKIE), err);
    }
    if (rc == IC_OK) {
        response->status = 204;
        ic_signed_in_clear_cookie(response);
    }
    return rc;
}
