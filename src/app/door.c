#include "app/door.h"

#include "contract/limits.h"

static const char operation[] = "app.door";

/* An empty text leaves what is there. */
static enum ic_rc read_number(const char *text, const char *key, int max, int *number, struct ic_err *err)
{
    int64_t value = 0;
    if (text[0] == '\0') {
        return IC_OK;
    }
    if (!ic_str_to_int64(ic_str_from(text), &value) || value < 1 || value > max) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "%s is a number from 1 to %d.", key, max);
    }
    *number = (int)value;
    return IC_OK;
}

enum ic_rc ic_door_read(const struct ic_config *config, struct ic_door *ret_door, struct ic_err *err)
{
    enum { CONNECTIONS_MAX = 65536, REQUESTS_MAX = 100000, WAIT_MS_MAX = 600000 };
    struct ic_door door = {
        .limits =
            {
                .connections = IC_LIMIT_CONNECTIONS_MAX,
                .connections_of_address = IC_LIMIT_CONNECTIONS_OF_ADDRESS_MAX,
                .requests_of_address = IC_LIMIT_REQUESTS_OF_ADDRESS_PER_S,
                .head_ms = IC_LIMIT_HEAD_MS_MAX,
                .body_ms = IC_LIMIT_BODY_MS_MAX,
                .idle_ms = IC_LIMIT_IDLE_MS_MAX,
            },
        .requests_of_one = IC_LIMIT_REQUESTS_OF_ONE_PER_S,
    };
    struct ic_http_limits *limits = &door.limits;
    const struct {
        const char *text;
        const char *key;
        int max;
        int *number;
    } numbers[] = {
        {config->connections, "connections", CONNECTIONS_MAX, &limits->connections},
        {config->connections_of_address, "connections-of-address", CONNECTIONS_MAX, &limits->connections_of_address},
        {config->requests_of_address, "requests-of-address", REQUESTS_MAX, &limits->requests_of_address},
        {config->requests_of_one, "requests-of-one", REQUESTS_MAX, &door.requests_of_one},
        {config->head_ms, "head-ms", WAIT_MS_MAX, &limits->head_ms},
        {config->body_ms, "body-ms", WAIT_MS_MAX, &limits->body_ms},
        {config->idle_ms, "idle-ms", WAIT_MS_MAX, &limits->idle_ms},
    };
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && rc == IC_OK; i++) {
        rc = read_number(numbers[i].text, numbers[i].key, numbers[i].max, numbers[i].number, err);
    }
    if (rc == IC_OK && !ic_http_proxies_parse(ic_str_from(config->trust_proxy), &door.proxies)) {
        rc = ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                        "trust-proxy is a list of at most %d addresses or networks, such as 10.0.0.0/8,::1.",
                        IC_HTTP_PROXIES_MAX);
    }
    if (rc == IC_OK) {
        rc = ic_own_address_read(config->auth_url, &door.own_address, err);
    }
    if (rc == IC_OK) {
        *ret_door = door;
    }
    return rc;
}
