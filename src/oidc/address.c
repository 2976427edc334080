#include "oidc/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum { LOOPBACK_NET = 127 };

/* Names of this machine itself, as curl gives hosts: IPv6 in brackets. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
        return true;
    }
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == LOOPBACK_NET;
}

static bool has_part(CURLU *parts, CURLUPart which)
{
    char *text = NULL;
    bool has = curl_url_get(parts, which, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

bool ic_oidc_address_is_safe(const char *address, bool may_be_plain)
{
    bool is_safe = false;
    char *scheme = NULL, *host = NULL;
    CURLU *parts = curl_url();
    if (!parts || curl_url_set(parts, CURLUPART_URL, address, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK || has_part(parts, CURLUPART_USER) ||
        has_part(parts, CURLUPART_PASSWORD) || has_part(parts, CURLUPART_FRAGMENT)) {
        goto out;
    }
    is_safe = strcmp(scheme, "https") == 0 || (may_be_plain && strcmp(scheme, "http") == 0 && is_loopback(host));
out:
    curl_free(host);
    curl_free(scheme);
    curl_url_cleanup(parts);
    return is_safe;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void ic_oidc_address_put_escaped(struct ic_buf *buf, struct ic_str value)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (is_unreserved(c)) {
            ic_buf_put_char(buf, (char)c);
        } else {
            ic_buf_put_format(buf, "%%%02X", c);
        }
    }
}

static void put(struct ic_buf *buf, const char *name, struct ic_str value)
{
    ic_buf_put(buf, ic_str_from(name));
    ic_buf_put_char(buf, '=');
    ic_oidc_address_put_escaped(buf, value);
}

void ic_oidc_address_put_parameter(struct ic_buf *buf, const char *name, struct ic_str value)
{
    bool has_query = buf->size > 0 && memchr(buf->data, '?', buf->size);
    ic_buf_put_char(buf, has_query ? '&' : '?');
    put(buf, name, value);
}

void ic_oidc_form_put(struct ic_buf *buf, const char *name, struct ic_str value)
{
    if (buf->size > 0) {
        ic_buf_put_char(buf, '&');
    }
    put(buf, name, value);
}
