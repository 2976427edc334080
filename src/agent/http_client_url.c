#include "agent/http_client.h"

#include "agent/http_client_library.h"

#include <string.h>

static const char operation[] = "agent.http_client";

/* A part of the address; NULL when it has none. To be freed with curl_free. */
static char *url_part(const struct ic_http_client_library *curl, CURLU *url, CURLUPart part)
{
    char *text = NULL;
    return curl->url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

/* Whether the address is a scheme, a host and perhaps a port. */
static bool is_bare(const struct ic_http_client_library *curl, CURLU *url)
{
    static const CURLUPart others[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT};
    char *path = url_part(curl, url, CURLUPART_PATH);
    bool bare = path && strcmp(path, "/") == 0;
    curl->free(path);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *part = url_part(curl, url, others[i]);
        bare = bare && !part;
        curl->free(part);
    }
    return bare;
}

enum ic_rc ic_http_client_url_check(const char *typed, char ret_url[IC_SERVER_URL_SIZE], struct ic_err *err)
{
    const struct ic_http_client_library *curl;
    enum ic_rc rc = ic_http_client_library_get(&curl, err);
    if (rc != IC_OK) {
        return rc;
    }
    CURLU *url = curl->url();
    char *whole = NULL;
    bool fits = url && curl->url_set(url, CURLUPART_URL, typed, 0) == CURLUE_OK && is_bare(curl, url) &&
                curl->url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK && strlen(whole) <= IC_SERVER_URL_SIZE;
    if (fits) {
        whole[strlen(whole) - 1] = '\0'; /* The slash of the empty path. */
        fits = ic_server_url_is_safe(whole);
    }
    if (fits) {
        memcpy(ret_url, whole, strlen(whole) + 1);
    }
    curl->free(whole);
    curl->url_cleanup(url);
    if (!fits) {
        return ic_err_set(
            err, IC_CODE_INVALID_PARAMETER, operation,
            "A server's address is like https://crm.example.org: https (http only to this machine itself), "
            "a host and perhaps a port, nothing more.");
    }
    return IC_OK;
}
