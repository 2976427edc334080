#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/signed_in.h"
#include "contract/limits.h"
#include "service/passwords.h"

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

/* What somebody signs in by: a link, or an account and its password. */
struct sign_in {
    struct ic_str link;
    struct ic_str account;
    struct ic_str password;
};

static enum ic_rc decode_sign_in(const struct ic_http_request *request, struct sign_in *ret_sign_in, struct ic_err *err)
{
    struct ic_json_reader reader;
    struct sign_in sign_in;
    enum ic_rc rc = ic_body_read(request, "api.session", &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    sign_in.link = ic_body_find_secret(&reader, "link");
    sign_in.account = ic_body_find_text(&reader, "account", IC_LIMIT_EMAIL_CHARACTERS_MAX);
    sign_in.password = ic_body_find_text(&reader, "password", IC_LIMIT_PASSWORD_CHARACTERS_MAX);
    bool has_account = sign_in.account.size > 0 && sign_in.password.size > 0;
    bool has_one = (sign_in.link.size > 0) != has_account && (sign_in.account.size > 0) == (sign_in.password.size > 0);
    if (ic_json_reader_ok(&reader) && !has_one) {
        ic_json_refuse(&reader, "link", "Send a link, or an account and its password.");
    }
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_sign_in = sign_in;
    }
    return rc;
}

enum ic_rc ic_api_sign_in(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err)
{
    struct sign_in sign_in;
    struct ic_identity identity;
    struct ic_secret session;
    const struct ic_visitor visitor = ic_authorise_visitor(request);
    enum ic_rc rc = ic_authorise_same_site(context, request, err);
    if (rc == IC_OK) {
        rc = decode_sign_in(request, &sign_in, err);
    }
    if (rc == IC_OK && sign_in.link.size > 0) {
        rc = ic_identity_sign_in(context, sign_in.link, &visitor, request->arena, &identity, &session, err);
    } else if (rc == IC_OK) {
        rc = ic_passwords_sign_in(context, sign_in.account, sign_in.password, &visitor, request->arena, &identity,
                                  &session, err);
    }
    return rc == IC_OK ? ic_signed_in_answer(request, response, 201, &identity, &session, err) : rc;
}

enum ic_rc ic_api_sign_out(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err)
{
    struct ic_identity identity;
    enum ic_rc rc = ic_authorise_change(context, request, &identity, err);
    if (rc == IC_OK) {
        const struct ic_asker asker = ic_session_asker(&identity, request->address, identity.proven_at);
        rc = ic_sessions_sign_out(context, &asker, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
        ic_signed_in_clear_cookie(response);
    }
    return rc;
}
