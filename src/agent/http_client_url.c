#include "agent/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

static const char operation[] = "agent.http_client";

/* Whether the host is this machine, by what it is and not by how it begins: 127.0.0.1.example.org is another one.
 * libcurl resolves "localhost" to the loopback by itself. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
        return true;
    }
    return inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

/* A part of the address; NULL when it has none. To be freed with curl_free. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

/* Whether the address is a scheme, a host and perhaps a port, and the scheme is safe for that host. */
static bool is_server_url(CURLU *url)
{
    char *scheme = url_part(url, CURLUPART_SCHEME), *host = url_part(url, CURLUPART_HOST);
    char *path = url_part(url, CURLUPART_PATH), *user = url_part(url, CURLUPART_USER);
    char *password = url_part(url, CURLUPART_PASSWORD), *query = url_part(url, CURLUPART_QUERY);
    char *fragment = url_part(url, CURLUPART_FRAGMENT);
    bool bare = path && strcmp(path, "/") == 0 && !user && !password && !query && !fragment;
    bool safe = scheme && host && (strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback(host)));
    curl_free(scheme);
    curl_free(host);
    curl_free(path);
    curl_free(user);
    curl_free(password);
    curl_free(query);
    curl_free(fragment);
    return bare && safe;
}

enum ic_rc ic_http_client_url_check(const char *typed, char ret_url[IC_HTTP_CLIENT_URL_SIZE], struct ic_err *err)
{
    CURLU *url = curl_url();
    char *whole = NULL;
    bool fits = url && curl_url_set(url, CURLUPART_URL, typed, 0) == CURLUE_OK && is_server_url(url) &&
                curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK && strlen(whole) <= IC_HTTP_CLIENT_URL_SIZE;
    if (fits) {
        /* Without the slash of the empty path. */
        size_t size = strlen(whole) - 1;
        memcpy(ret_url, whole, size);
        ret_url[size] = '\0';
    }
    curl_free(whole);
    curl_url_cleanup(url);
    if (!fits) {
        return ic_err_set(
            err, IC_CODE_INVALID_PARAMETER, operation,
            "A server's address is like https://crm.example.org: https (http only to this machine itself), "
            "a host and perhaps a port, nothing more.");
    }
    return IC_OK;
}
