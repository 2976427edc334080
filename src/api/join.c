#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/signed_in.h"
#include "contract/limits.h"
#include "service/plain_text.h"

static enum ic_rc decode(const struct ic_http_request *request, struct ic_join *ret_join, struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_join join = {0};
    enum ic_rc rc = ic_body_read(request, "api.join", &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    join.link = ic_body_get_secret(&reader, "link");
    join.opr_name = ic_body_get_text(&reader, "opr_name", IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX);
    join.opr_email = ic_body_get_text(&reader, "opr_email", IC_LIMIT_EMAIL_CHARACTERS_MAX);
    join.time_zone = ic_json_get_text(&reader, "time_zone", 1, IC_TIME_ZONE_BYTES_MAX);
    join.password = ic_body_find_text(&reader, "password", IC_LIMIT_PASSWORD_CHARACTERS_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_join = join;
    }
    return rc;
}

enum ic_rc ic_api_join(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    struct ic_join join;
    struct ic_identity identity;
    struct ic_secret session;
    enum ic_rc rc = ic_authorise_same_site(context, request, err);
    if (rc == IC_OK) {
        rc = decode(request, &join, err);
    }
    if (rc == IC_OK) {
        const struct ic_visitor visitor = ic_authorise_visitor(request);
        rc = ic_identity_join(context, &join, &visitor, request->arena, &identity, &session, err);
    }
    return rc == IC_OK ? ic_signed_in_answer(request, response, 201, &identity, &session, err) : rc;
}
