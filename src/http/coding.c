#include "http/coding.h"

#include "base/gzip.h"

#include <string.h>

static struct ic_str trimmed(struct ic_str text)
{
    while (text.size && text.data[0] == ' ') {
        text.data++;
        text.size--;
    }
    while (text.size && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    return text;
}

struct ic_str ic_coding_next_item(struct ic_str *rest)
{
    const char *comma = memchr(rest->data, ',', rest->size);
    size_t size = comma ? (size_t)(comma - rest->data) : rest->size;
    struct ic_str item = {rest->data, size};
    size_t behind = comma ? size + 1 : size;
    rest->data += behind;
    rest->size -= behind;
    return trimmed(item);
}

/* RFC 9110, 12.4.2: "q=" and a weight of up to three decimals, in thousandths; what is none counts as 0. */
static int read_weight(struct ic_str parameters)
{
    enum { WHOLE = 1000, DECIMALS_MAX = 3 };
    parameters = trimmed(parameters);
    if (parameters.size == 0) {
        return WHOLE;
    }
    if (parameters.size < 3 || (parameters.data[0] != 'q' && parameters.data[0] != 'Q') || parameters.data[1] != '=') {
        return 0;
    }
    struct ic_str digits = {parameters.data + 2, parameters.size - 2};
    bool has_decimals = digits.size > 1 && digits.data[1] == '.';
    if ((digits.data[0] != '0' && digits.data[0] != '1') || (digits.size > 1 && !has_decimals) ||
        digits.size > 2 + DECIMALS_MAX) {
        return 0;
    }
    int weight = digits.data[0] == '1' ? WHOLE : 0, place = WHOLE / 10;
    for (size_t i = 2; i < digits.size; i++, place /= 10) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return 0;
        }
        weight += (digits.data[i] - '0') * place;
    }
    return weight <= WHOLE ? weight : 0;
}

/* RFC 9110, 12.5.3. */
int ic_coding_weigh(struct ic_str accept_encoding, const char *coding, int otherwise)
{
    int any = otherwise;
    while (accept_encoding.size) {
        struct ic_str item = ic_coding_next_item(&accept_encoding);
        const char *semicolon = item.size ? memchr(item.data, ';', item.size) : NULL;
        size_t size = semicolon ? (size_t)(semicolon - item.data) : item.size;
        struct ic_str name = trimmed((struct ic_str){item.data, size});
        struct ic_str parameters = semicolon ? (struct ic_str){semicolon + 1, item.size - size - 1} : IC_STR("");
        if (ic_str_equal_folded(name, ic_str_from(coding))) {
            return read_weight(parameters);
        }
        if (ic_str_is(name, "*")) {
            any = read_weight(parameters);
        }
    }
    return any;
}

enum ic_rc ic_coding_pack(const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err)
{
    struct ic_str accept_encoding = ic_http_header_find(request, "Accept-Encoding");
    ic_http_header_set(response, "Vary", IC_STR("Accept-Encoding"));
    /* Not named, the identity is acceptable, but a coding that is named is preferred. */
    int weight = ic_coding_weigh(accept_encoding, "gzip", 0);
    bool is_worth_it = response->body.failed == IC_CODE_OK && response->body.size >= IC_CODING_PACK_BYTES_MIN;
    if (!is_worth_it || weight == 0 || weight < ic_coding_weigh(accept_encoding, "identity", 1)) {
        return IC_OK;
    }
    struct ic_buf packed;
    ic_buf_init(&packed, response->body.size_max);
    enum ic_rc rc = ic_gzip_pack(ic_buf_view(&response->body), &packed, err);
    if (rc != IC_OK) {
        ic_buf_release(&packed);
        return rc;
    }
    ic_buf_release(&response->body);
    response->body = packed;
    ic_http_header_set(response, "Content-Encoding", IC_STR("gzip"));
    return IC_OK;
}
