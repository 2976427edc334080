#include "http/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { BITS_MAX = 128, MAPPED_BITS = 96, SITE_BITS = 64 };

static const unsigned char mapped[MAPPED_BITS / 8] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/* Reads a literal address; false when it is none. */
static bool read_address(struct ic_str text, struct ic_http_network *ret_network)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof copy) {
        return false;
    }
    snprintf(copy, sizeof copy, "%.*s", (int)text.size, text.data);
    *ret_network = (struct ic_http_network){.bits = BITS_MAX};
    if (inet_pton(AF_INET6, copy, ret_network->bytes) == 1) {
        return true;
    }
    memcpy(ret_network->bytes, mapped, sizeof mapped);
    return inet_pton(AF_INET, copy, ret_network->bytes + sizeof mapped) == 1;
}

static bool is_mapped(const struct ic_http_network *network)
{
    return memcmp(network->bytes, mapped, sizeof mapped) == 0;
}

/* Clears what stands behind the network's bits. */
static void cut(struct ic_http_network *network, int bits)
{
    for (int i = bits; i < BITS_MAX; i++) {
        network->bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
    }
    network->bits = bits;
}

/* "10.0.0.0/8", or an address alone. */
static bool read_network(struct ic_str text, struct ic_http_network *ret_network)
{
    const char *slash = text.size ? memchr(text.data, '/', text.size) : NULL;
    size_t size = slash ? (size_t)(slash - text.data) : text.size;
    int64_t bits = BITS_MAX;
    if (!read_address((struct ic_str){text.data, size}, ret_network)) {
        return false;
    }
    if (slash) {
        struct ic_str digits = {slash + 1, text.size - size - 1};
        int before = memchr(text.data, ':', size) ? 0 : MAPPED_BITS;
        if (!ic_str_to_int64(digits, &bits) || bits < 0 || bits > BITS_MAX - before) {
            return false;
        }
        bits += before;
    }
    cut(ret_network, (int)bits);
    return true;
}

static struct ic_str trim(struct ic_str text)
{
    while (text.size && strchr(" \t", text.data[0])) {
        text = (struct ic_str){text.data + 1, text.size - 1};
    }
    while (text.size && strchr(" \t", text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* Takes what stands behind the last comma off the list's end; whether there was a comma. */
static bool take_last(struct ic_str *list, struct ic_str *ret_last)
{
    size_t from = list->size;
    while (from > 0 && list->data[from - 1] != ',') {
        from--;
    }
    *ret_last = trim((struct ic_str){list->data + from, list->size - from});
    list->size = from > 0 ? from - 1 : 0;
    return from > 0;
}

bool ic_http_proxies_parse(struct ic_str text, struct ic_http_proxies *ret_proxies)
{
    *ret_proxies = (struct ic_http_proxies){.count = 0};
    bool has_more = text.size > 0;
    while (has_more) {
        struct ic_str last;
        has_more = take_last(&text, &last);
        if (ret_proxies->count == IC_HTTP_PROXIES_MAX ||
            !read_network(last, &ret_proxies->networks[ret_proxies->count])) {
            return false;
        }
        ret_proxies->count++;
    }
    return true;
}

bool ic_http_proxies_has(const struct ic_http_proxies *proxies, struct ic_str address)
{
    struct ic_http_network asked;
    if (proxies->count == 0 || !read_address(address, &asked)) {
        return false;
    }
    for (size_t i = 0; i < proxies->count; i++) {
        struct ic_http_network same_size = asked;
        cut(&same_size, proxies->networks[i].bits);
        if (memcmp(same_size.bytes, proxies->networks[i].bytes, sizeof same_size.bytes) == 0) {
            return true;
        }
    }
    return false;
}

struct ic_str ic_http_address_of(const struct ic_http_proxies *proxies, const struct ic_http_request *request,
                                 struct ic_str peer)
{
    struct ic_str known = peer;
    struct ic_http_network read;
    /* A proxy writes behind what it was sent: the last header's last address is the nearest. */
    for (size_t i = request->headers_count; i > 0; i--) {
        struct ic_str list = request->headers[i - 1].value;
        if (!ic_str_equal_folded(request->headers[i - 1].name, IC_STR("X-Forwarded-For"))) {
            continue;
        }
        while (list.size > 0 && ic_http_proxies_has(proxies, known)) {
            struct ic_str before;
            (void)take_last(&list, &before);
            if (!read_address(before, &read)) {
                return known;
            }
            known = before;
        }
    }
    return known;
}

struct ic_http_network ic_http_address_key(struct ic_str address)
{
    struct ic_http_network key;
    if (!read_address(address, &key)) {
        return (struct ic_http_network){.bits = 0};
    }
    if (!is_mapped(&key)) {
        cut(&key, SITE_BITS);
    }
    return key;
}
