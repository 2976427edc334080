#include "api/authorise.h"

#include "service/asker.h"
#include "service/tokens.h"

static const char operation[] = "api.authorise";

/* Whether one more request of this person, desktop or token is taken now. */
static enum ic_rc pace(struct ic_service *service, const struct ic_id *id, struct ic_err *err)
{
    int wait_s = 0;
    if (ic_pace_take(&service->requests, ic_id_text(id), ic_clock_monotonic_ms(&service->clock), &wait_s)) {
        return IC_OK;
    }
    ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, operation, "Too many requests; go on after a moment.");
    return ic_err_set_wait(err, wait_s);
}

enum ic_rc ic_authorise_same_site(const struct ic_service *service, const struct ic_http_request *request,
                                  struct ic_err *err)
{
    /* Old browsers do not send Sec-Fetch-Site; those that do must not contradict the Origin. */
    struct ic_str fetch_site = ic_http_header_find(request, "Sec-Fetch-Site");
    struct ic_str origin = ic_http_header_find(request, "Origin");
    bool is_own = ic_own_address_is_origin(&service->own_address, origin, request->host) &&
                  ic_str_is(ic_http_header_find(request, "X-InstaCRM"), "1") &&
                  (fetch_site.size == 0 || ic_str_is(fetch_site, "same-origin"));
    return is_own ? IC_OK
                  : ic_err_set(err, IC_CODE_CROSS_SITE, operation,
                               "Only a page of this server may ask for this: send its Origin and X-InstaCRM: 1.");
}

struct ic_visitor ic_authorise_visitor(const struct ic_http_request *request)
{
    return (struct ic_visitor){
        .address = request->address,
        .user_agent = ic_http_header_find(request, "User-Agent"),
        .session = ic_http_cookie_find(request, IC_SESSION_COOKIE),
    };
}

enum ic_rc ic_authorise_session(struct ic_service *service, const struct ic_http_request *request,
                                struct ic_identity *ret_identity, struct ic_err *err)
{
    struct ic_str session = ic_http_cookie_find(request, IC_SESSION_COOKIE);
    if (!ic_secret_has_form(session)) {
        return ic_err_set(err, IC_CODE_UNAUTHENTICATED, operation, "Nobody is signed in.");
    }
    enum ic_rc rc = ic_sessions_get(service, session, request->address, request->arena, ret_identity, err);
    return rc == IC_OK ? pace(service, &ret_identity->operator_.opr_id, err) : rc;
}

enum ic_rc ic_authorise_change(struct ic_service *service, const struct ic_http_request *request,
                               struct ic_identity *ret_identity, struct ic_err *err)
{
    enum ic_rc rc = ic_authorise_same_site(service, request, err);
    return rc == IC_OK ? ic_authorise_session(service, request, ret_identity, err) : rc;
}

static bool find_bearer(const struct ic_http_request *request, struct ic_str *ret_token)
{
    const struct ic_str scheme = IC_STR("Bearer ");
    struct ic_str header = ic_http_header_find(request, "Authorization");
    if (header.size < scheme.size || !ic_str_equal_folded((struct ic_str){header.data, scheme.size}, scheme)) {
        return false;
    }
    *ret_token = (struct ic_str){header.data + scheme.size, header.size - scheme.size};
    return true;
}

enum ic_rc ic_authorise_device(struct ic_service *service, const struct ic_http_request *request,
                               struct ic_device *ret_device, struct ic_err *err)
{
    struct ic_str token;
    if (!find_bearer(request, &token)) {
        return ic_err_set(err, IC_CODE_UNAUTHENTICATED, operation, "Send the token as a bearer token.");
    }
    if (!ic_secret_has_form(token)) {
        return ic_err_set(err, IC_CODE_INVALID_TOKEN, operation, "This is no token of this server.");
    }
    enum ic_rc rc = ic_devices_get_by_token(service, token, request->arena, ret_device, err);
    return rc == IC_OK ? pace(service, &ret_device->device_id, err) : rc;
}

static enum ic_rc ask_cookie(struct ic_service *service, const struct ic_http_request *request,
                             struct ic_asker *ret_asker, struct ic_err *err)
{
    struct ic_identity identity;
    bool only_reads = request->method == IC_HTTP_GET || request->method == IC_HTTP_HEAD;
    enum ic_rc rc = only_reads ? IC_OK : ic_authorise_same_site(service, request, err);
    if (rc == IC_OK) {
        rc = ic_authorise_session(service, request, &identity, err);
    }
    if (rc == IC_OK) {
        *ret_asker = ic_session_asker(&identity, request->address, ic_clock_now_ms(&service->clock));
    }
    return rc;
}

static enum ic_rc ask_bearer(struct ic_service *service, const struct ic_http_request *request,
                             struct ic_asker *ret_asker, struct ic_err *err)
{
    struct ic_device device;
    struct ic_str token;
    if (find_bearer(request, &token) && ic_token_has_form(token)) {
        enum ic_rc asked = ic_tokens_ask(service, token, request->arena, ret_asker, err);
        return asked == IC_OK ? pace(service, &ret_asker->token_id, err) : asked;
    }
    enum ic_rc rc = ic_authorise_device(service, request, &device, err);
    if (rc == IC_OK) {
        *ret_asker = ic_asker_by_device(&device);
    }
    return rc;
}

/* Who sends a token means it: the cookie that a browser may add is not looked at, and no page of another site can send
 * a token without asking first. */
enum ic_rc ic_authorise(struct ic_service *service, const struct ic_http_request *request, struct ic_asker *ret_asker,
                        struct ic_err *err)
{
    enum ic_rc rc = ic_http_header_find(request, "Authorization").size > 0
                        ? ask_bearer(service, request, ret_asker, err)
                        : ask_cookie(service, request, ret_asker, err);
    if (rc == IC_OK) {
        ret_asker->address = request->address;
        ret_asker->refusals = &service->refusals;
    }
    return rc;
}
