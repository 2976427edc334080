#include "api/signed_in.h"

#include "api/authorise.h"
#include "base/json_write.h"
#include "contract/limits.h"

#include <stdio.h>

/* Lax, not Strict: a link from another site must open a signed-in page. The prefix makes browsers insist on Secure, on
 * the whole path and on this very host. */
#define COOKIE_ATTRIBUTES "Path=/; Secure; HttpOnly; SameSite=Lax"

void ic_signed_in_write(struct ic_http_response *response, const struct ic_identity *identity)
{
    struct ic_json_writer writer;
    const struct ic_operator *operator_ = &identity->operator_;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "operator");
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "opr_id", operator_->opr_id.text);
    ic_json_put_text(&writer, "opr_name", operator_->opr_name);
    ic_json_put_text(&writer, "opr_email", operator_->opr_email);
    ic_json_put_name(&writer, "role", ic_role_name(operator_->role));
    ic_json_put_text(&writer, "time_zone", operator_->time_zone);
    ic_json_object_end(&writer);
    ic_json_put_name(&writer, "session_id", identity->session_id.text);
    ic_json_put_int64(&writer, "proven_at", identity->proven_at);
    ic_json_put_int64(&writer, "expires_at", identity->expires_at);
    ic_json_put_name(&writer, "version", IC_VERSION);
    ic_json_object_end(&writer);
}

enum ic_rc ic_signed_in_set_cookie(const struct ic_http_request *request, struct ic_http_response *response,
                                   const struct ic_secret *session, struct ic_err *err)
{
    char text[256];
    int written = snprintf(text, sizeof text, IC_SESSION_COOKIE "=%s; Max-Age=%lld; " COOKIE_ATTRIBUTES, session->text,
                           (long long)(IC_LIMIT_SESSION_LIFETIME_MS / 1000));
    struct ic_str cookie;
    bool is_copied = ic_arena_copy(request->arena, (struct ic_str){text, (size_t)written}, &cookie);
    ic_secret_wipe(text, sizeof text);
    if (!is_copied) {
        return ic_arena_failed("api.signed_in.set_cookie", err);
    }
    ic_http_header_set(response, "Set-Cookie", cookie);
    return IC_OK;
}

enum ic_rc ic_signed_in_answer(const struct ic_http_request *request, struct ic_http_response *response, int status,
                               const struct ic_identity *identity, struct ic_secret *session, struct ic_err *err)
{
    enum ic_rc rc = ic_signed_in_set_cookie(request, response, session, err);
    ic_secret_wipe(session, sizeof *session);
    if (rc == IC_OK) {
        response->status = status;
        ic_signed_in_write(response, identity);
    }
    return rc;
}

void ic_signed_in_clear_cookie(struct ic_http_response *response)
{
    ic_http_header_set(response, "Set-Cookie", IC_STR(IC_SESSION_COOKIE "=; Max-Age=0; " COOKIE_ATTRIBUTES));
}
