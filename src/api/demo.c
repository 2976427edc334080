#include "api/handlers.h"

#include "api/authorise.h"
#include "api/entry.h"
#include "service/demo.h"
#include "service/home.h"

enum ic_rc ic_api_load_demo(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_home home;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_demo_fill(context, &asker, err);
    }
    if (rc == IC_OK) {
        rc = ic_home_get(context, &asker, request->arena, &home, err);
    }
    if (rc == IC_OK) {
        struct ic_json_writer writer;
        response->status = 201;
        ic_json_writer_init(&writer, &response->body);
        ic_entry_write_totals(&writer, &home.totals);
    }
    return rc;
}
