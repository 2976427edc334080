#include "service/own_address.h"

#include <string.h>

static const char operation[] = "service.own_address";

enum { HOST_BYTES_MAX = 253, PORT_DIGITS_MAX = 5 };

#define HTTP  IC_STR("http://")
#define HTTPS IC_STR("https://")

static struct ic_str behind(struct ic_str text, struct ic_str start)
{
    return (struct ic_str){text.data + start.size, text.size - start.size};
}

static enum ic_rc refuse(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                      "AUTH_URL is this server's own address, such as https://crm.example.com: nothing behind the name "
                      "but a port that is not the usual one, and http for this machine itself only.");
}

/* The bytes of the name: those before the port. A literal IPv6 address has its own colons. */
static size_t measure_name(struct ic_str host)
{
    const char *end = host.size > 0 && host.data[0] == '[' ? memchr(host.data, ']', host.size) : NULL;
    if (end) {
        return (size_t)(end - host.data) + 1;
    }
    const char *colon = host.size > 0 ? memchr(host.data, ':', host.size) : NULL;
    return colon ? (size_t)(colon - host.data) : host.size;
}

static bool has_form(struct ic_str host, size_t name_size)
{
    bool is_literal = host.size > 0 && host.data[0] == '[';
    for (size_t i = 0; i < name_size; i++) {
        char c = host.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
        if (!is_plain && !(is_literal && strchr("[]:", c))) {
            return false;
        }
    }
    return name_size > 0 && name_size <= HOST_BYTES_MAX;
}

/* Whether what follows the name is a port that browsers name, or nothing. */
static bool is_port(struct ic_str text, struct ic_str usual)
{
    int64_t number = 0;
    return text.size == 0 ||
           (text.data[0] == ':' && text.size <= 1 + PORT_DIGITS_MAX && text.data[1] != '0' &&
            !ic_str_equal(text, usual) && ic_str_to_int64((struct ic_str){text.data + 1, text.size - 1}, &number) &&
            number > 0 && number < 65536);
}

enum ic_rc ic_own_address_read(const char *text, struct ic_own_address *ret_own, struct ic_err *err)
{
    struct ic_str url = ic_str_from(text);
    bool is_plain = ic_str_starts_with(url, HTTP);
    *ret_own = (struct ic_own_address){.url = {.data = "", .size = 0}, .host = {.data = "", .size = 0}};
    if (url.size == 0) {
        return IC_OK;
    }
    if (!is_plain && !ic_str_starts_with(url, HTTPS)) {
        return refuse(err);
    }
    struct ic_str host = behind(url, is_plain ? HTTP : HTTPS);
    size_t name_size = measure_name(host);
    struct ic_str name = {host.data, name_size};
    bool is_this_machine = ic_str_is(name, "localhost") || ic_str_is(name, "127.0.0.1") || ic_str_is(name, "[::1]");
    if (!has_form(host, name_size) || (is_plain && !is_this_machine) ||
        !is_port((struct ic_str){host.data + name_size, host.size - name_size},
                 is_plain ? IC_STR(":80") : IC_STR(":443"))) {
        return refuse(err);
    }
    *ret_own = (struct ic_own_address){.url = url, .host = host};
    return IC_OK;
}

bool ic_own_address_is_origin(const struct ic_own_address *own, struct ic_str origin, struct ic_str host)
{
    if (host.size == 0) {
        return false;
    }
    if (own->host.size > 0 && ic_str_equal_folded(host, own->host)) {
        return ic_str_equal(origin, own->url);
    }
    return ic_str_starts_with(origin, HTTP) && ic_str_equal(behind(origin, HTTP), host);
}
