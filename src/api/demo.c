#include "api/handlers.h"

#include "api/authorise.h"
#include "api/entry.h"
#include "service/demo.h"
#include "service/home.h"

enum ic_rc ic_api_load_demo(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct ic_service *service = context;
    struct ic_identity identity;
    struct ic_home home;
    enum ic_rc rc = ic_authorise_change(service, request, &identity, err);
    if (rc == IC_OK && identity.operator_.role != IC_ROLE_OWNER) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, "api.demo", "Only the owner may load sample data.");
    }
    if (rc == IC_OK) {
        struct ic_demo_options options = ic_demo_small(ic_clock_now_ms(&service->clock));
        rc = ic_demo_load(service->store, &options, NULL, err);
    }
    if (rc == IC_OK) {
        rc = ic_home_get(service, &identity.operator_.opr_id, request->arena, &home, err);
    }
    if (rc == IC_OK) {
        struct ic_json_writer writer;
        response->status = 201;
        ic_json_writer_init(&writer, &response->body);
        ic_entry_write_totals(&writer, &home.totals);
    }
    return rc;
}
