#include "api/handlers.h"

#include "api/cached.h"
#include "api/entry.h"
#include "service/home.h"

static void put_window(struct ic_json_writer *writer, const struct ic_window *window)
{
    ic_json_key(writer, "window");
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "from", window->from);
    ic_json_put_int64(writer, "until", window->until);
    ic_json_put_int64(writer, "messages", window->messages);
    ic_json_put_int64(writer, "contacted", window->contacted);
    ic_json_put_int64(writer, "replied", window->replied);
    ic_json_put_int64(writer, "warm", window->warm);
    ic_json_put_int64(writer, "booked", window->booked);
    ic_json_put_int64(writer, "paid", window->paid);
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_home(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_home home;
    enum ic_rc rc = ic_home_get(service, asker, request->arena, &home, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "cursor", home.cursor);
    ic_json_key(&writer, "totals");
    ic_entry_write_totals(&writer, &home.totals);
    put_window(&writer, &home.window);
    ic_json_key(&writer, "activity");
    ic_entry_write_list(&writer, &home.activity);
    ic_json_put_int64(&writer, "devices", (int64_t)home.devices);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_get_home(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_HOME, context, request, response, err);
}
