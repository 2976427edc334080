#include "agent/server_url.h"

#include <arpa/inet.h>
#include <string.h>

/* Whether the host is this machine, by what it is and not by how it begins: 127.0.0.1.example.org is another one.
 * libcurl resolves "localhost" to the loopback by itself. */
static bool is_loopback(const char *host, size_t size)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;
    if ((size == 9 && memcmp(host, "localhost", size) == 0) || (size == 5 && memcmp(host, "[::1]", size) == 0)) {
        return true;
    }
    if (size >= sizeof text) {
        return false;
    }
    memcpy(text, host, size);
    text[size] = '\0';
    return inet_pton(AF_INET, text, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

/* How long the host is; 0: there is none. */
static size_t host_size(const char *text)
{
    if (text[0] == '[') {
        size_t inside = strspn(text + 1, "0123456789abcdefABCDEF:.");
        return inside > 0 && text[1 + inside] == ']' ? inside + 2 : 0;
    }
    return strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_");
}

bool ic_server_url_is_safe(const char *url)
{
    static const char https[] = "https://", http[] = "http://";
    bool is_https = strncmp(url, https, sizeof https - 1) == 0;
    if (!is_https && strncmp(url, http, sizeof http - 1) != 0) {
        return false;
    }
    const char *host = url + (is_https ? sizeof https : sizeof http) - 1;
    size_t size = host_size(host);
    const char *rest = host + size;
    if (size == 0 || !(is_https || is_loopback(host, size)) || strlen(url) >= IC_SERVER_URL_SIZE) {
        return false;
    }
    if (*rest == ':') {
        size_t digits = strspn(rest + 1, "0123456789");
        rest += digits > 0 && digits <= 5 ? 1 + digits : 0;
    }
    return *rest == '\0';
}
