#include "api/agent.h"

#include "contract/limits.h"

static bool is_shown(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '+' || c == '~';
}

struct ic_str ic_agent_version(const struct ic_http_request *request)
{
    const struct ic_str product = IC_STR("instacrm-agent/");
    struct ic_str text = ic_http_header_find(request, "User-Agent");
    struct ic_str version = {0};
    if (!ic_str_starts_with(text, product)) {
        return version;
    }
    version.data = text.data + product.size;
    while (version.size < text.size - product.size && is_shown(version.data[version.size])) {
        version.size++;
    }
    return version.size <= IC_LIMIT_VERSION_CHARACTERS_MAX ? version : (struct ic_str){0};
}
