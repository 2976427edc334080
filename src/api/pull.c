#include "api/handlers.h"

#include "api/agent.h"
#include "api/authorise.h"
#include "api/parameters.h"
#include "api/protocol.h"
#include "http/coding.h"
#include "service/pull.h"

static const char *feature_name(int index)
{
    return ic_sync_feature_name((enum ic_sync_feature)index);
}

static void read_features(struct ic_parameters *parameters, struct ic_features *features)
{
    static const struct ic_parameter_names names = {feature_name, IC_SYNC_FEATURE_COUNT};
    bool flags[IC_SYNC_FEATURE_COUNT] = {false};
    ic_parameters_choices(parameters, "features", &names, flags);
    for (int i = 0; i < IC_SYNC_FEATURE_COUNT; i++) {
        if (flags[i]) {
            ic_features_add(features, (enum ic_sync_feature)i);
        }
    }
}

static enum ic_rc read_parameters(const struct ic_http_request *request, struct ic_pull *pull, struct ic_err *err)
{
    struct ic_parameters parameters;
    int64_t protocol = IC_LIMIT_PROTOCOL_VERSION;
    int64_t limit = IC_LIMIT_PULL_ROWS_MAX;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_count(&parameters, "protocol", INT32_MAX, &protocol);
    ic_parameters_text(&parameters, "after", &pull->after);
    ic_parameters_id(&parameters, "seen", IC_ID_EVENT, &pull->seen);
    read_features(&parameters, &pull->features);
    ic_parameters_count(&parameters, "limit", IC_LIMIT_PULL_ROWS_MAX, &limit);
    enum ic_rc rc = ic_protocol_check(protocol, "protocol", err);
    /* A newer desktop may ask for what is not known here, and is to be told why. */
    rc = rc == IC_OK ? ic_parameters_end(&parameters) : rc;
    if (rc == IC_OK && pull->after.size > 0 && !ic_place_has_form(pull->after)) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, "api.pull", "after", "This is not a place.");
    }
    pull->limit = (size_t)limit;
    return rc;
}

enum ic_rc ic_api_pull(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    struct ic_device device;
    struct ic_pull_page page;
    struct ic_pull pull = {.device = &device, .agent_version = ic_agent_version(request)};
    enum ic_rc rc = ic_authorise_device(context, request, &device, err);
    if (rc == IC_OK) {
        rc = read_parameters(request, &pull, err);
    }
    if (rc == IC_OK) {
        rc = ic_pull_read(context, &pull, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_pull_page_encode(&page, &writer);
    return ic_coding_pack(request, response, err);
}
