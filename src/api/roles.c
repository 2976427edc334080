#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/role.h"
#include "service/roles.h"

static const char operation[] = "api.roles";

static enum ic_rc read_opr_id(const struct ic_http_request *request, struct ic_id *ret_opr_id, struct ic_err *err)
{
    return ic_id_parse(IC_ID_OPERATOR, request->parameters[0], ret_opr_id)
               ? IC_OK
               : ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such operator.");
}

static enum ic_rc read_role(const struct ic_http_request *request, enum ic_role *ret_role, struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, operation, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    enum ic_role role = ic_role_read(&reader);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_role = role;
    }
    return rc;
}

enum ic_rc ic_api_change_role(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id opr_id;
    enum ic_role role;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_opr_id(request, &opr_id, err);
    }
    if (rc == IC_OK) {
        rc = read_role(request, &role, err);
    }
    if (rc == IC_OK) {
        rc = ic_roles_change(context, &asker, &opr_id, role, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

enum ic_rc ic_api_hand_over_team(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id opr_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_opr_id(request, &opr_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_roles_hand_over(context, &asker, &opr_id, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}
