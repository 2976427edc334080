#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/device.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/pairing.h"

static enum ic_rc decode_start(const struct ic_http_request *request, struct ic_str *ret_device_name,
                               struct ic_str *ret_agent_version, struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, "api.pairings.start", &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str device_name = ic_body_get_text(&reader, "device_name", IC_LIMIT_DEVICE_NAME_CHARACTERS_MAX);
    struct ic_str agent_version = ic_body_get_text(&reader, "agent_version", IC_LIMIT_VERSION_CHARACTERS_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        *ret_device_name = device_name;
        *ret_agent_version = agent_version;
    }
    return rc;
}

enum ic_rc ic_api_start_pairing(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_str device_name, agent_version;
    struct ic_pairing_started started;
    enum ic_rc rc = decode_start(request, &device_name, &agent_version, err);
    if (rc == IC_OK) {
        rc = ic_pairing_start(context, device_name, agent_version, request->address, &started, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    response->status = 201;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "pairing_code", started.pairing_code);
    ic_json_put_name(&writer, "pairing_secret", started.pairing_secret.text);
    ic_json_put_int64(&writer, "expires_at", started.expires_at);
    ic_json_put_int64(&writer, "poll_ms", IC_PAIRING_POLL_MS);
    ic_json_object_end(&writer);
    ic_secret_wipe(&started, sizeof started);
    return IC_OK;
}

static void write_claimed(struct ic_http_response *response, const struct ic_pairing_claimed *claimed)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "state", claimed->is_approved ? "approved" : "pending");
    if (claimed->is_approved) {
        ic_json_put_name(&writer, "device_id", claimed->device_id.text);
        ic_json_put_name(&writer, "device_token", claimed->device_token.text);
        ic_json_put_name(&writer, "opr_id", claimed->opr_id.text);
        ic_json_put_text(&writer, "opr_name", claimed->opr_name);
    }
    ic_json_object_end(&writer);
}

enum ic_rc ic_api_claim_pairing(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_pairing_claimed claimed;
    enum ic_rc rc = ic_body_read(request, "api.pairings.claim", &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str secret = ic_body_get_secret(&reader, "pairing_secret");
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_pairing_claim(context, secret, request->address, request->arena, &claimed, err);
    }
    if (rc == IC_OK) {
        response->status = claimed.is_approved ? 200 : 202;
        write_claimed(response, &claimed);
        ic_secret_wipe(&claimed, sizeof claimed);
    }
    return rc;
}

enum ic_rc ic_api_get_pairing(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_pairing pairing;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_pairing_get(context, &asker, request->parameters[0], request->arena, &pairing, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_text(&writer, "pairing_code", pairing.pairing_code);
    ic_json_put_text(&writer, "device_name", pairing.device_name);
    ic_json_put_text(&writer, "agent_version", pairing.agent_version);
    ic_json_put_text(&writer, "address", pairing.address);
    ic_json_put_int64(&writer, "created_at", pairing.created_at);
    ic_json_put_int64(&writer, "expires_at", pairing.expires_at);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_approve_pairing(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err)
{
    struct ic_service *service = context;
    struct ic_asker asker;
    struct ic_device device;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_pairing_approve(context, &asker, request->parameters[0], request->arena, &device, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    response->status = 201;
    ic_json_writer_init(&writer, &response->body);
    ic_device_encode(&writer, &device, ic_clock_now_ms(&service->clock));
    return IC_OK;
}
