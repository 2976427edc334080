#include "api/handlers.h"

#include "api/authorise.h"
#include "service/disabling.h"

typedef enum ic_rc (*change_of)(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *opr_id,
                                struct ic_arena *arena, struct ic_err *err);

static enum ic_rc change(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                         change_of run, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id opr_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_OPERATOR, request->parameters[0], &opr_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, "api.disabling", "There is no such operator.");
    }
    if (rc == IC_OK) {
        rc = run(context, &asker, &opr_id, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

enum ic_rc ic_api_disable_operator(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err)
{
    return change(context, request, response, ic_operators_disable, err);
}

enum ic_rc ic_api_enable_operator(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err)
{
    return change(context, request, response, ic_operators_enable, err);
}
