#include "api/handlers.h"

#include "api/authorise.h"
#include "api/provider_errand.h"
#include "api/provider_way.h"
#include "api/signed_in.h"
#include "base/log.h"
#include "service/guesses.h"
#include "service/providers.h"

#include <stdio.h>

static const char operation[] = "api.provider_callback";
static const char asked_for[] = "provider_sign_in";

enum { RETRY_AFTER_S = 2 };

enum ic_rc ic_provider_way_back(const struct ic_service *service, const struct ic_http_request *request, size_t index,
                                struct ic_str *ret_address, struct ic_err *err)
{
    char text[IC_OIDC_ADDRESS_SIZE];
    struct ic_str own = service->own_address.url;
    struct ic_str place = own.size > 0 ? own : request->host;
    int written = snprintf(text, sizeof text, "%s%.*s/api/v1/providers/%s/callback", own.size > 0 ? "" : "http://",
                           (int)place.size, place.data, ic_oidc_settings_of(service->oidc, index)->name);
    if (written < 0 || (size_t)written >= sizeof text) {
        return ic_err_set(err, IC_CODE_TARGET_TOO_LONG, operation, "The address is too long.");
    }
    return ic_arena_copy(request->arena, (struct ic_str){text, (size_t)written}, ret_address)
               ? IC_OK
               : ic_arena_failed(operation, err);
}

static void log_refused(const struct ic_service *service, const struct ic_http_request *request, size_t index,
                        const char *reason, const char *code)
{
    const struct ic_log_field fields[] = {
        IC_LOG_TEXT("reason", ic_str_from(reason)),
        IC_LOG_TEXT("code", ic_str_from(code)),
        IC_LOG_TEXT("provider", ic_str_from(ic_oidc_settings_of(service->oidc, index)->name)),
        IC_LOG_TEXT("address", request->address),
        IC_LOG_TEXT("request_id", request->request_id),
        {.key = NULL},
    };
    ic_log(IC_LOG_WARN, "provider.refused", fields);
}

void ic_provider_log_refused(const struct ic_service *service, const struct ic_http_request *request, size_t index,
                             enum ic_oidc_reason reason)
{
    log_refused(service, request, index, ic_oidc_reason_name(reason), "");
}

/* Sends the browser on and has it forget its journey. */
static enum ic_rc send_on(struct ic_http_response *response, const char *place)
{
    response->status = 303;
    ic_http_header_set(response, "Location", ic_str_from(place));
    ic_http_header_set(response, "Set-Cookie",
                       IC_STR(IC_PROVIDER_COOKIE "=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"));
    return IC_OK;
}

/* The page says that it did not work, and nothing of why. Whoever left signed in and still is goes back to where they
 * left: the page to sign in would send them on without a word. */
static enum ic_rc refuse(struct ic_http_response *response, bool is_signed_in, bool passes)
{
    static const char *const places[2][2] = {{"/sign-in?provider=refused", "/sign-in?provider=later"},
                                             {"/account?provider=refused", "/account?provider=later"}};
    response->retry_after_s = passes ? RETRY_AFTER_S : 0;
    return send_on(response, places[is_signed_in][passes]);
}

/* What a callback brings in its query; `error` is looked at only for being there. What else providers send along is
 * theirs. */
struct query {
    struct ic_str code, state, issuer, error;
    bool has_issuer, has_error;
};

static enum ic_oidc_reason read_query(const struct ic_http_request *request, struct query *ret_query)
{
    struct ic_http_query parameters;
    struct query query = {0};
    struct ic_err err = IC_ERR_NONE;
    if (ic_http_query_parse(request, &parameters, &err) != IC_OK) {
        return IC_OIDC_CALLBACK_MALFORMED;
    }
    bool has_code = ic_http_query_find(&parameters, "code", &query.code) && query.code.size > 0;
    bool has_state = ic_http_query_find(&parameters, "state", &query.state);
    query.has_issuer = ic_http_query_find(&parameters, "iss", &query.issuer);
    query.has_error = ic_http_query_find(&parameters, "error", &query.error);
    if (!has_state || has_code == query.has_error) {
        return IC_OIDC_CALLBACK_MALFORMED;
    }
    *ret_query = query;
    return IC_OIDC_OK;
}

/* Everything that is known of somebody who came back. */
struct arrival {
    struct ic_oidc_journey journey;
    struct ic_provider_errand errand;
    struct ic_asker asker; /* Only of those who were signed in when they left, and are. */
    bool is_signed_in;
    struct ic_oidc_person person;
};

/* Whoever left signed in comes back in the same session. */
static enum ic_oidc_reason check_session(struct ic_service *service, const struct ic_http_request *request,
                                         struct arrival *arrival)
{
    struct ic_err err = IC_ERR_NONE;
    if (arrival->errand.purpose == IC_PROVIDER_SIGN_IN) {
        return IC_OIDC_OK;
    }
    bool is_same = ic_authorise(service, request, &arrival->asker, &err) == IC_OK &&
                   arrival->asker.credential == IC_CREDENTIAL_SESSION &&
                   ic_id_equal(&arrival->asker.session_id, &arrival->errand.session_id);
    arrival->is_signed_in = is_same;
    return is_same ? IC_OIDC_OK : IC_OIDC_OTHER_SESSION;
}

static enum ic_oidc_reason receive(struct ic_service *service, const struct ic_http_request *request, size_t index,
                                   struct arrival *arrival)
{
    struct query query;
    struct ic_str way_back;
    struct ic_err err = IC_ERR_NONE;
    enum ic_oidc_reason reason = read_query(request, &query);
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    const struct ic_oidc_callback callback = {
        .index = index, .kept = ic_http_cookie_find(request, IC_PROVIDER_COOKIE), .state = query.state};
    reason = ic_oidc_open(service->oidc, &callback, &arrival->journey);
    if (reason == IC_OIDC_OK && !ic_provider_errand_unpack(&arrival->journey, &arrival->errand)) {
        reason = IC_OIDC_JOURNEY_MISSING;
    }
    if (reason == IC_OIDC_OK) {
        reason = check_session(service, request, arrival);
    }
    if (reason == IC_OIDC_OK && query.has_error) {
        reason = IC_OIDC_PROVIDER_REFUSED;
    }
    if (reason == IC_OIDC_OK && ic_provider_way_back(service, request, index, &way_back, &err) != IC_OK) {
        reason = IC_OIDC_OUT_OF_MEMORY;
    }
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    const struct ic_oidc_return came = {
        .code = query.code, .has_issuer = query.has_issuer, .issuer = query.issuer, .redirect_address = way_back};
    return ic_oidc_finish(service->oidc, &arrival->journey, arrival->errand.purpose == IC_PROVIDER_PROVE, &came,
                          request->arena, &arrival->person);
}

/* Does what they set out for; `ret_session` is a new session's secret, or empty. */
static enum ic_rc run_errand(struct ic_service *service, const struct ic_http_request *request,
                             const struct arrival *arrival, struct ic_secret *ret_session, struct ic_err *err)
{
    struct ic_identity identity;
    const struct ic_provider_errand *errand = &arrival->errand;
    const struct ic_provider_wish wish = {
        .link = errand->link, .opr_name = errand->opr_name, .time_zone = errand->time_zone};
    const struct ic_visitor visitor = ic_authorise_visitor(request);
    const struct ic_provider_person person = {
        .issuer = arrival->person.issuer,
        .subject = arrival->person.subject,
        .email = arrival->person.email,
        .email_is_verified = arrival->person.email.size > 0, /* No other is told. */
        .name = arrival->person.name,
    };
    switch (errand->purpose) {
    case IC_PROVIDER_LINK:
        return ic_providers_link(service, &arrival->asker, &person, request->arena, err);
    case IC_PROVIDER_PROVE:
        return ic_providers_prove(service, &arrival->asker, &person, request->arena, ret_session, err);
    default:
        return ic_providers_enter(service, &person, &wish, &visitor, request->arena, &identity, ret_session, err);
    }
}

static enum ic_rc let_in(struct ic_service *service, const struct ic_http_request *request, size_t index,
                         const struct arrival *arrival, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_secret session = {.text = ""};
    struct ic_err refused = IC_ERR_NONE;
    enum ic_rc rc = run_errand(service, request, arrival, &session, &refused);
    if (rc != IC_OK) {
        log_refused(service, request, index, "service", ic_code_name(refused.code));
        return refuse(response, arrival->is_signed_in, refused.retry || rc == IC_BUSY || rc == IC_RATE_LIMITED);
    }
    if (session.text[0]) {
        rc = ic_signed_in_set_cookie(request, response, &session, err);
        ic_secret_wipe(&session, sizeof session);
    }
    if (rc != IC_OK) {
        return rc;
    }
    return send_on(response, arrival->errand.purpose == IC_PROVIDER_SIGN_IN ? "/" : "/account");
}

enum ic_rc ic_api_finish_provider_sign_in(void *context, const struct ic_http_request *request,
                                          struct ic_http_response *response, struct ic_err *err)
{
    struct ic_service *service = context;
    struct arrival arrival = {.errand = {.purpose = IC_PROVIDER_SIGN_IN}};
    struct ic_err refused = IC_ERR_NONE;
    size_t index;
    if (!ic_oidc_find(service->oidc, request->parameters[0], &index)) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such provider.");
    }
    if (ic_guesses_check(service, (struct ic_str){0}, request->address, asked_for, &refused) != IC_OK) {
        log_refused(service, request, index, "service", ic_code_name(refused.code));
        return refuse(response, false, true);
    }
    enum ic_rc rc;
    enum ic_oidc_reason reason = receive(service, request, index, &arrival);
    if (reason == IC_OIDC_OK) {
        rc = let_in(service, request, index, &arrival, response, err);
    } else {
        ic_provider_log_refused(service, request, index, reason);
        if (!ic_oidc_reason_passes(reason)) {
            ic_guesses_count(service, (struct ic_str){0}, request->address, asked_for, IC_CODE_UNAUTHENTICATED);
        }
        rc = refuse(response, arrival.is_signed_in, ic_oidc_reason_passes(reason));
    }
    ic_secret_wipe(&arrival, sizeof arrival);
    return rc;
}
