#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/device.h"
#include "api/protocol.h"
#include "service/devices.h"

static void put_time_or_null(struct ic_json_writer *writer, const char *key, int64_t time)
{
    ic_json_key(writer, key);
    if (time > 0) {
        ic_json_int64(writer, time);
    } else {
        ic_json_null(writer);
    }
}

void ic_device_encode(struct ic_json_writer *writer, const struct ic_device *device, int64_t now)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "device_id", device->device_id.text);
    ic_json_put_text(writer, "device_name", device->device_name);
    ic_json_put_text(writer, "agent_version", device->agent_version);
    ic_json_put_int64(writer, "created_at", device->created_at);
    put_time_or_null(writer, "last_seen_at", device->last_seen_at);
    put_time_or_null(writer, "last_synced_at", device->last_synced_at);
    ic_json_put_bool(writer, "is_online", ic_device_is_online(device, now));
    ic_json_object_end(writer);
}

enum ic_rc ic_api_list_devices(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_service *service = context;
    struct ic_asker asker;
    struct ic_device_list list;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_devices_list(context, &asker, request->arena, &list, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    int64_t now = ic_clock_now_ms(&service->clock);
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < list.count; i++) {
        ic_device_encode(&writer, &list.items[i], now);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_revoke_device(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id device_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!ic_id_parse(IC_ID_DEVICE, request->parameters[0], &device_id)) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, "api.devices.revoke", "There is no such desktop.");
    }
    rc = ic_devices_revoke(context, &asker, &device_id, request->arena, err);
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

static enum ic_rc read_protocol(const struct ic_http_request *request, struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, "api.devices.token", &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    int64_t protocol = ic_json_get_int64(&reader, "protocol", 1, INT32_MAX);
    rc = ic_json_reader_finish(&reader);
    return rc == IC_OK ? ic_protocol_check(protocol, "/protocol", err) : rc;
}

enum ic_rc ic_api_renew_device_token(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err)
{
    struct ic_device device;
    struct ic_secret token;
    enum ic_rc rc = ic_authorise_device(context, request, &device, err);
    if (rc == IC_OK) {
        rc = read_protocol(request, err);
    }
    if (rc == IC_OK) {
        rc = ic_devices_renew_token(context, &device, request->address, &token, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    response->status = 201;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "device_token", token.text);
    ic_json_object_end(&writer);
    ic_secret_wipe(&token, sizeof token);
    return IC_OK;
}
