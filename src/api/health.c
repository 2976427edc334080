#include "api/handlers.h"

#include "base/json_write.h"
#include "service/live.h"

enum ic_rc ic_api_get_health(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    struct ic_service *service = context;
    int64_t cursor = 0;
    (void)request;
    /* The smallest question that the store must answer from disk. */
    enum ic_rc rc = ic_live_newest(service, &cursor, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "status", "ok");
    ic_json_put_name(&writer, "version", IC_VERSION);
    ic_json_put_int64(&writer, "schema_version", ic_store_schema_version(service->store));
    ic_json_object_end(&writer);
    return IC_OK;
}
