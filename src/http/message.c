#include "http/message.h"

#include "base/utf8.h"

#include <assert.h>
#include <string.h>

static const char query_operation[] = "http.query";

struct ic_str ic_http_header_find(const struct ic_http_request *request, const char *name)
{
    struct ic_str wanted = ic_str_from(name);
    for (size_t i = 0; i < request->headers_count; i++) {
        if (ic_str_equal_folded(request->headers[i].name, wanted)) {
            return request->headers[i].value;
        }
    }
    return (struct ic_str){0};
}

/* Splits the first piece up to `separator` off `rest`. */
static struct ic_str split(struct ic_str *rest, char separator)
{
    const char *end = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
    size_t size = end ? (size_t)(end - rest->data) : rest->size;
    struct ic_str piece = {rest->data, size};
    size_t behind = end ? size + 1 : size;
    rest->data = rest->data ? rest->data + behind : NULL;
    rest->size -= behind;
    return piece;
}

static struct ic_str trimmed(struct ic_str text)
{
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.size--;
    }
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t')) {
        text.size--;
    }
    return text;
}

struct ic_str ic_http_cookie_find(const struct ic_http_request *request, const char *name)
{
    struct ic_str rest = ic_http_header_find(request, "Cookie");
    struct ic_str found = {0};
    bool seen = false;
    while (rest.size) {
        struct ic_str value = trimmed(split(&rest, ';'));
        struct ic_str key = split(&value, '=');
        if (!ic_str_is(key, name)) {
            continue;
        }
        if (seen) {
            /* Two cookies of one name: another site on this host may have tossed one in. Believe neither. */
            return (struct ic_str){0};
        }
        seen = true;
        found = value;
    }
    return found;
}

static bool has_control(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c == 0x7F) {
            return true;
        }
    }
    return false;
}

void ic_http_header_set(struct ic_http_response *response, const char *name, struct ic_str value)
{
    assert(response->headers_count < IC_HTTP_HEADERS_SET_MAX && !has_control(value));
    response->headers[response->headers_count++] = (struct ic_http_header){ic_str_from(name), value};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decodes into the arena, with a NUL behind it; fails for a broken escape, a control character or what is not
 * UTF-8. '+' is a plus: ours are not forms. */
static enum ic_rc decode(struct ic_arena *arena, struct ic_str text, struct ic_str *ret_decoded, struct ic_err *err)
{
    char *out = ic_arena_alloc(arena, text.size + 1);
    if (!out) {
        return ic_arena_failed(query_operation, err);
    }
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%') {
            bool is_whole = text.size - i > 2;
            int high = is_whole ? hex_digit(text.data[i + 1]) : -1;
            int low = is_whole ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return ic_err_set(err, IC_CODE_INVALID_PARAMETER, query_operation, "The query has a broken escape.");
            }
            c = (char)(unsigned char)(high * 16 + low);
            i += 2;
        }
        out[size++] = c;
    }
    *ret_decoded = (struct ic_str){out, size};
    return !has_control(*ret_decoded) && ic_utf8_valid(*ret_decoded)
               ? IC_OK
               : ic_err_set(err, IC_CODE_INVALID_PARAMETER, query_operation,
                            "The query holds control characters or is not UTF-8.");
}

static size_t count_pieces(struct ic_str text)
{
    size_t count = text.size > 0;
    for (size_t i = 0; i < text.size; i++) {
        count += text.data[i] == '&';
    }
    return count;
}

/* What a parameter is called where it is told of. */
static const char *told_name(struct ic_str name)
{
    return ic_str_is_name(name) ? name.data : "?";
}

enum ic_rc ic_http_query_parse(const struct ic_http_request *request, struct ic_http_query *ret_query,
                               struct ic_err *err)
{
    struct ic_http_query query = {0};
    size_t room = count_pieces(request->query);
    if (room > IC_HTTP_QUERY_PARAMETERS_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, query_operation, "A query may have %d parameters.",
                          IC_HTTP_QUERY_PARAMETERS_MAX);
    }
    query.items = ic_arena_alloc_array(request->arena, room, sizeof query.items[0]);
    query.used = ic_arena_alloc_array(request->arena, room, sizeof query.used[0]);
    if (!query.items || !query.used) {
        return ic_arena_failed(query_operation, err);
    }
    struct ic_str rest = request->query;
    while (rest.size) {
        struct ic_str value = split(&rest, '&');
        struct ic_str name = split(&value, '=');
        struct ic_http_header *item = &query.items[query.count];
        enum ic_rc rc = decode(request->arena, name, &item->name, err);
        if (rc == IC_OK) {
            rc = decode(request->arena, value, &item->value, err);
        }
        if (rc != IC_OK) {
            return rc;
        }
        for (size_t i = 0; i < query.count; i++) {
            if (ic_str_equal(query.items[i].name, item->name)) {
                return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, query_operation, told_name(item->name),
                                        "This parameter is given twice.");
            }
        }
        query.count++;
    }
    *ret_query = query;
    return IC_OK;
}

bool ic_http_query_find(struct ic_http_query *query, const char *name, struct ic_str *ret_value)
{
    for (size_t i = 0; i < query->count; i++) {
        if (ic_str_is(query->items[i].name, name)) {
            query->used[i] = true;
            *ret_value = query->items[i].value;
            return true;
        }
    }
    return false;
}

enum ic_rc ic_http_query_finish(const struct ic_http_query *query, struct ic_err *err)
{
    for (size_t i = 0; i < query->count; i++) {
        if (!query->used[i]) {
            return ic_err_set_field(err, IC_CODE_UNKNOWN_PARAMETER, query_operation, told_name(query->items[i].name),
                                    "This parameter is not known here.");
        }
    }
    return IC_OK;
}
