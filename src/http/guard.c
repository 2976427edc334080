#include "http/guard.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const char operation[] = "http.guard";

static enum ic_rc refuse(struct ic_err *err, const char *why)
{
    return ic_err_set(err, IC_CODE_MALFORMED_REQUEST, operation, "%s", why);
}

/* ---- Characters. ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

/* RFC 9110, 5.6.2. */
static bool is_token(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_alphanumeric(text.data[i]) && (!text.data[i] || !strchr("!#$%&'*+-.^_`|~", text.data[i]))) {
            return false;
        }
    }
    return text.size > 0;
}

static bool is_digits(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
    }
    return text.size > 0;
}

/* ---- The bytes of a head. ---- */

void ic_guard_scan_init(struct ic_guard_scan *scan)
{
    *scan = (struct ic_guard_scan){0};
}

static enum ic_rc end_line(struct ic_guard_scan *scan, struct ic_err *err)
{
    scan->after_cr = false;
    if (scan->request_size > 0) {
        scan->is_whole = scan->line_size == 0;
    } else if (scan->line_size == 0) {
        /* RFC 9112, 2.2 lets a server skip empty lines before a request. Only broken clients send them. */
        return refuse(err, "A request begins with its method.");
    } else {
        scan->request_size = scan->line_size;
    }
    scan->line_size = 0;
    return IC_OK;
}

static enum ic_rc count_byte(struct ic_guard_scan *scan, struct ic_err *err)
{
    scan->line_size++;
    if (scan->request_size == 0) {
        return scan->line_size <= IC_GUARD_LINE_BYTES_MAX
                   ? IC_OK
                   : ic_err_set(err, IC_CODE_TARGET_TOO_LONG, operation, "The address may have %d bytes.",
                                IC_LIMIT_TARGET_BYTES_MAX);
    }
    return ++scan->headers_size <= IC_LIMIT_HEADER_BYTES_MAX
               ? IC_OK
               : ic_err_set(err, IC_CODE_HEADERS_TOO_LARGE, operation, "The headers may have %d bytes.",
                            IC_LIMIT_HEADER_BYTES_MAX);
}

static enum ic_rc scan_byte(struct ic_guard_scan *scan, char c, struct ic_err *err)
{
    if (scan->after_cr != (c == '\n')) {
        /* RFC 9112, 2.2: what one reader takes for the end of a line, another may not. */
        return refuse(err, "A line ends with a carriage return and a line feed, and neither stands alone.");
    }
    if (c == '\n') {
        return end_line(scan, err);
    }
    if (c == '\r') {
        scan->after_cr = true;
        return IC_OK;
    }
    if (is_control(c) && c != '\t') {
        return refuse(err, "A head holds no control characters.");
    }
    if (scan->line_size == 0 && (c == ' ' || c == '\t')) {
        return refuse(err, "A line is not folded and does not begin with a space."); /* RFC 9112, 5.2. */
    }
    return count_byte(scan, err);
}

enum ic_rc ic_guard_scan(struct ic_guard_scan *scan, struct ic_str bytes, size_t *ret_used, struct ic_err *err)
{
    size_t used = 0;
    enum ic_rc rc = IC_OK;
    while (used < bytes.size && !scan->is_whole && rc == IC_OK) {
        rc = scan_byte(scan, bytes.data[used++], err);
    }
    if (rc == IC_OK) {
        *ret_used = used;
    }
    return rc;
}

/* ---- Hosts. ---- */

bool ic_guard_hosts_add(struct ic_guard_hosts *hosts, const char *name)
{
    if (hosts->count == IC_GUARD_HOSTS_MAX || strlen(name) >= IC_GUARD_HOST_SIZE) {
        return false;
    }
    snprintf(hosts->names[hosts->count++], IC_GUARD_HOST_SIZE, "%s", name);
    return true;
}

/* The size of the name or address that `host` begins with; 0 when it begins with none. */
static size_t measure_name(struct ic_str host, bool *ret_is_address)
{
    size_t size = 0;
    bool has_letter = false;
    if (host.size && host.data[0] == '[') {
        for (size = 1; size < host.size && host.data[size] != ']'; size++) {
            if (!strchr("0123456789abcdefABCDEF:.", host.data[size])) {
                return 0;
            }
        }
        *ret_is_address = true;
        return size < host.size && size > 2 ? size + 1 : 0;
    }
    while (size < host.size && (is_alphanumeric(host.data[size]) || strchr("-._", host.data[size]))) {
        has_letter = has_letter || (!is_digit(host.data[size]) && host.data[size] != '.');
        size++;
    }
    *ret_is_address = !has_letter;
    return size;
}

/* RFC 9110, 7.2: a name or an address, and perhaps a port; one of ours. */
static enum ic_rc check_host(struct ic_str host, const struct ic_guard_hosts *hosts, struct ic_err *err)
{
    enum { PORT_DIGITS_MAX = 5 };
    bool is_address = false;
    size_t size = measure_name(host, &is_address);
    struct ic_str port = {host.data + size, host.size - size};
    bool has_port = port.size > 0;
    if (has_port) {
        port = (struct ic_str){port.data + 1, port.size - 1};
    }
    if (size == 0 || (has_port && (host.data[size] != ':' || !is_digits(port) || port.size > PORT_DIGITS_MAX))) {
        return refuse(err, "Host is not a name or an address, with or without a port.");
    }
    for (size_t i = 0; i < hosts->count; i++) {
        if (ic_str_equal_folded(host, ic_str_from(hosts->names[i]))) {
            return IC_OK;
        }
    }
    return hosts->any_address && is_address
               ? IC_OK
               : ic_err_set(err, IC_CODE_WRONG_HOST, operation, "Open this server by its own address.");
}

/* ---- The request line. ---- */

/* Splits off what comes before the first `separator`; false when there is none. */
static bool take_until(struct ic_str *rest, char separator, struct ic_str *ret_taken)
{
    const char *end = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
    if (!end) {
        return false;
    }
    size_t size = (size_t)(end - rest->data);
    *ret_taken = (struct ic_str){rest->data, size};
    *rest = (struct ic_str){end + 1, rest->size - size - 1};
    return true;
}

static bool take_line(struct ic_str *rest, struct ic_str *ret_line)
{
    if (!take_until(rest, '\n', ret_line)) {
        return false;
    }
    ret_line->size--; /* The carriage return that the scan has seen there. */
    return true;
}

static enum ic_http_method method_of(struct ic_str name)
{
    static const char *const names[] = {[IC_HTTP_GET] = "GET", [IC_HTTP_HEAD] = "HEAD",   [IC_HTTP_POST] = "POST",
                                        [IC_HTTP_PUT] = "PUT", [IC_HTTP_PATCH] = "PATCH", [IC_HTTP_DELETE] = "DELETE"};
    int method = 0;
    while (method < IC_HTTP_OTHER && !ic_str_is(name, names[method])) {
        method++;
    }
    return (enum ic_http_method)method;
}

/* RFC 9112, 3: method SP target SP version, single spaces. */
static enum ic_rc read_request_line(struct ic_str line, enum ic_http_method *ret_method, struct ic_str *ret_target,
                                    struct ic_guard_framing *framing, struct ic_err *err)
{
    struct ic_str method, version = line;
    if (!take_until(&version, ' ', &method) || !take_until(&version, ' ', ret_target) || !is_token(method) ||
        ret_target->size == 0) {
        return refuse(err, "A request line has a method, a target and a version, with a space between them.");
    }
    *ret_method = method_of(method);
    const char *v = version.data;
    if (version.size != sizeof "HTTP/1.1" - 1 || memcmp(v, "HTTP/", 5) != 0 || !is_digit(v[5]) || v[6] != '.' ||
        !is_digit(v[7])) {
        return refuse(err, "The version is not one of HTTP.");
    }
    if (v[5] != '1' || v[7] > '1') {
        return ic_err_set(err, IC_CODE_HTTP_VERSION, operation, "This is %.*s.", (int)version.size, v);
    }
    framing->is_http_1_0 = v[7] == '0';
    framing->closes = framing->is_http_1_0;
    return IC_OK;
}

/* ---- The target. ---- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Takes the escapes out of a path; refuses what would mean two things to two readers. */
static enum ic_rc unescape_path(struct ic_str raw, struct ic_arena *arena, struct ic_str *ret_path, struct ic_err *err)
{
    char *path = ic_arena_alloc(arena, raw.size);
    size_t size = 0;
    if (!path) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < raw.size; i++) {
        char c = raw.data[i];
        bool is_escaped = c == '%';
        if (is_escaped) {
            int high = raw.size - i > 2 ? hex_digit(raw.data[i + 1]) : -1;
            int low = raw.size - i > 2 ? hex_digit(raw.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return refuse(err, "The path has a broken escape.");
            }
            c = (char)(unsigned char)(high * 16 + low);
            i += 2;
        }
        if (is_control(c) || c == '\\' || (is_escaped ? c == '/' : c == '#' || (unsigned char)c >= 0x80)) {
            return refuse(err, "The path holds a character that it may not.");
        }
        path[size++] = c;
    }
    *ret_path = (struct ic_str){path, size};
    return ic_utf8_valid(*ret_path) ? IC_OK : refuse(err, "The path is not UTF-8.");
}

static enum ic_rc check_segments(struct ic_str path, struct ic_err *err)
{
    struct ic_str rest = {path.data + 1, path.size - 1};
    struct ic_str segment;
    do {
        bool has_more = take_until(&rest, '/', &segment);
        if (!has_more) {
            segment = rest;
            rest.size = 0;
        }
        if (ic_str_is(segment, ".") || ic_str_is(segment, "..")) {
            return refuse(err, "The path may not hold \".\" or \"..\".");
        }
    } while (rest.size);
    return IC_OK;
}

/* Takes "http://authority" off an absolute target (RFC 9112, 3.2.2). */
static enum ic_rc strip_authority(struct ic_str *target, const struct ic_guard_hosts *hosts, struct ic_err *err)
{
    const struct ic_str scheme = IC_STR("http://");
    if (target->size < scheme.size || !ic_str_equal_folded((struct ic_str){target->data, scheme.size}, scheme)) {
        return IC_OK;
    }
    struct ic_str rest = {target->data + scheme.size, target->size - scheme.size};
    const char *slash = rest.size ? memchr(rest.data, '/', rest.size) : NULL;
    size_t size = slash ? (size_t)(slash - rest.data) : rest.size;
    *target = (struct ic_str){rest.data + size, rest.size - size};
    return check_host((struct ic_str){rest.data, size}, hosts, err);
}

static enum ic_rc read_target(struct ic_str target, const struct ic_guard_hosts *hosts, struct ic_http_request *request,
                              struct ic_err *err)
{
    if (target.size > IC_LIMIT_TARGET_BYTES_MAX) {
        return ic_err_set(err, IC_CODE_TARGET_TOO_LONG, operation, "The address has %zu bytes; it may have %d.",
                          target.size, IC_LIMIT_TARGET_BYTES_MAX);
    }
    enum ic_rc rc = strip_authority(&target, hosts, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (request->method == IC_HTTP_OTHER && (target.size == 0 || target.data[0] != '/')) {
        /* OPTIONS * and CONNECT name:port are well-formed, but nothing of ours. */
        return ic_err_set(err, IC_CODE_METHOD_NOT_ALLOWED, operation, "This method is not taken here.");
    }
    if (target.size == 0 || target.data[0] != '/' || ic_str_starts_with(target, IC_STR("//"))) {
        return refuse(err, "The target begins with one slash.");
    }
    struct ic_str path = target, query = {0};
    if (take_until(&target, '?', &path)) {
        query = target;
    }
    for (size_t i = 0; i < query.size; i++) {
        if (is_control(query.data[i]) || query.data[i] == '#' || (unsigned char)query.data[i] >= 0x80) {
            return refuse(err, "The query holds a character that it may not.");
        }
    }
    request->query = query;
    rc = unescape_path(path, request->arena, &request->path, err);
    return rc == IC_OK ? check_segments(request->path, err) : rc;
}

/* ---- The headers. ---- */

/* RFC 9112, 5: name ":" value, nothing between name and colon. */
static enum ic_rc read_header(struct ic_str line, struct ic_http_header *ret_header, struct ic_err *err)
{
    struct ic_str name, value = line;
    if (!take_until(&value, ':', &name) || !is_token(name)) {
        return refuse(err, "A header line has a name, a colon and a value, and the name is a token.");
    }
    while (value.size && value.data[0] == ' ') {
        value = (struct ic_str){value.data + 1, value.size - 1};
    }
    while (value.size && (value.data[value.size - 1] == ' ' || value.data[value.size - 1] == '\t')) {
        value.size--;
    }
    if (value.size && value.data[0] == '\t') {
        /* Allowed by RFC 9112; libevent, which reads the framing headers again, would keep the tab. */
        return refuse(err, "A header's value does not begin with a tab.");
    }
    *ret_header = (struct ic_http_header){name, value};
    return IC_OK;
}

static enum ic_rc read_headers(struct ic_str rest, struct ic_http_request *request, struct ic_err *err)
{
    struct ic_http_header *headers =
        ic_arena_alloc_array(request->arena, IC_GUARD_HEADERS_MAX, sizeof request->headers[0]);
    struct ic_str line;
    size_t count = 0;
    if (!headers) {
        return ic_arena_failed(operation, err);
    }
    while (take_line(&rest, &line) && line.size > 0) {
        if (count == IC_GUARD_HEADERS_MAX) {
            return ic_err_set(err, IC_CODE_HEADERS_TOO_LARGE, operation, "There may be %d headers.",
                              IC_GUARD_HEADERS_MAX);
        }
        enum ic_rc rc = read_header(line, &headers[count], err);
        if (rc != IC_OK) {
            return rc;
        }
        count++;
    }
    request->headers = headers;
    request->headers_count = count;
    return IC_OK;
}

/* The headers that the checks below look at; each at most once. */
enum single {
    HOST,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    AUTHORIZATION,
    CONTENT_TYPE,
    CONTENT_ENCODING,
    COOKIE,
    ORIGIN,
    EXPECT,
    SINGLE_COUNT
};

struct singles {
    struct ic_str values[SINGLE_COUNT];
    bool given[SINGLE_COUNT];
};

static enum ic_rc gather(const struct ic_http_request *request, struct singles *singles, struct ic_err *err)
{
    static const char *const names[SINGLE_COUNT] = {"Host",          "Content-Length", "Transfer-Encoding",
                                                    "Authorization", "Content-Type",   "Content-Encoding",
                                                    "Cookie",        "Origin",         "Expect"};
    for (size_t i = 0; i < request->headers_count; i++) {
        for (int j = 0; j < SINGLE_COUNT; j++) {
            if (!ic_str_equal_folded(request->headers[i].name, ic_str_from(names[j]))) {
                continue;
            }
            if (singles->given[j]) {
                return ic_err_set(err, IC_CODE_MALFORMED_REQUEST, operation, "%s is given twice.", names[j]);
            }
            singles->given[j] = true;
            singles->values[j] = request->headers[i].value;
        }
    }
    return IC_OK;
}

/* Whether a Connection header names "close" among others (RFC 9110, 7.6.1). */
static bool asks_to_close(const struct ic_http_request *request)
{
    for (size_t i = 0; i < request->headers_count; i++) {
        struct ic_str rest = request->headers[i].value;
        bool has_more = ic_str_equal_folded(request->headers[i].name, IC_STR("Connection"));
        while (has_more) {
            struct ic_str option;
            has_more = take_until(&rest, ',', &option);
            if (!has_more) {
                option = rest;
            }
            while (option.size && strchr(" \t", option.data[0])) {
                option = (struct ic_str){option.data + 1, option.size - 1};
            }
            while (option.size && strchr(" \t", option.data[option.size - 1])) {
                option.size--;
            }
            if (ic_str_equal_folded(option, IC_STR("close"))) {
                return true;
            }
        }
    }
    return false;
}

/* ---- The body. ---- */

/* "application/json", with no parameter but charset=utf-8. */
static bool is_json(struct ic_str type)
{
    struct ic_str essence;
    if (!take_until(&type, ';', &essence)) {
        return ic_str_equal_folded(type, IC_STR("application/json"));
    }
    while (type.size && type.data[0] == ' ') {
        type = (struct ic_str){type.data + 1, type.size - 1};
    }
    return ic_str_equal_folded(essence, IC_STR("application/json")) &&
           (ic_str_equal_folded(type, IC_STR("charset=utf-8")) ||
            ic_str_equal_folded(type, IC_STR("charset=\"utf-8\"")));
}

static enum ic_rc read_length(struct ic_str length, size_t *ret_size, struct ic_err *err)
{
    int64_t size = 0;
    if (!is_digits(length)) {
        return refuse(err, "Content-Length is not a number.");
    }
    while (length.size > 1 && length.data[0] == '0') {
        length = (struct ic_str){length.data + 1, length.size - 1};
    }
    if (!ic_str_to_int64(length, &size) || size > IC_LIMIT_BODY_BYTES_MAX) {
        return ic_err_set(err, IC_CODE_BODY_TOO_LARGE, operation, "A body may have %d bytes.", IC_LIMIT_BODY_BYTES_MAX);
    }
    *ret_size = (size_t)size;
    return IC_OK;
}

static bool takes_body(enum ic_http_method method)
{
    return method != IC_HTTP_GET && method != IC_HTTP_HEAD && method != IC_HTTP_DELETE;
}

/* Where the body ends: said by Content-Length alone. */
static enum ic_rc read_framing(const struct singles *singles, struct ic_guard_framing *framing, struct ic_err *err)
{
    if (singles->given[TRANSFER_ENCODING]) {
        if (singles->given[CONTENT_LENGTH] || framing->is_http_1_0) {
            return refuse(err, "Transfer-Encoding may not stand here.");
        }
        return ic_err_set(err, IC_CODE_LENGTH_REQUIRED, operation, "A body is sent with a Content-Length.");
    }
    if (singles->given[EXPECT] && !framing->is_http_1_0 &&
        !ic_str_equal_folded(singles->values[EXPECT], IC_STR("100-continue"))) {
        return refuse(err, "Nothing but 100-continue can be expected.");
    }
    return singles->given[CONTENT_LENGTH] ? read_length(singles->values[CONTENT_LENGTH], &framing->body_size, err)
                                          : IC_OK;
}

static enum ic_rc check_body(enum ic_http_method method, const struct singles *singles, size_t body_size,
                             struct ic_err *err)
{
    if (body_size > 0 && !takes_body(method)) {
        return refuse(err, "This method takes no body.");
    }
    if (body_size > 0 && method != IC_HTTP_OTHER && !is_json(singles->values[CONTENT_TYPE])) {
        return ic_err_set(err, IC_CODE_UNSUPPORTED_MEDIA_TYPE, operation,
                          "The body must be application/json in UTF-8.");
    }
    struct ic_str encoding = singles->values[CONTENT_ENCODING];
    if (singles->given[CONTENT_ENCODING] && !ic_str_equal_folded(encoding, IC_STR("identity")) &&
        !ic_str_equal_folded(encoding, IC_STR("gzip"))) {
        return ic_err_set(err, IC_CODE_UNSUPPORTED_MEDIA_TYPE, operation, "A body may be packed by gzip only.");
    }
    return IC_OK;
}

enum ic_rc ic_guard_read(struct ic_str head, const struct ic_guard_hosts *hosts, struct ic_http_request *request,
                         struct ic_guard_framing *ret_framing, struct ic_err *err)
{
    struct ic_guard_framing framing = {0};
    struct singles singles = {0};
    struct ic_str line = {0}, target = {0};
    request->method = IC_HTTP_OTHER;
    enum ic_rc rc = take_line(&head, &line) ? read_request_line(line, &request->method, &target, &framing, err)
                                            : refuse(err, "There is no request line.");
    if (rc == IC_OK) {
        rc = read_headers(head, request, err);
    }
    if (rc == IC_OK) {
        rc = gather(request, &singles, err);
    }
    if (rc == IC_OK) {
        rc = read_framing(&singles, &framing, err);
    }
    if (rc == IC_OK) {
        rc = singles.given[HOST] ? check_host(singles.values[HOST], hosts, err) : refuse(err, "Host is missing.");
    }
    if (rc == IC_OK) {
        request->host = singles.values[HOST];
        rc = read_target(target, hosts, request, err);
    }
    if (rc == IC_OK) {
        rc = check_body(request->method, &singles, framing.body_size, err);
    }
    if (rc == IC_OK) {
        framing.closes = framing.closes || asks_to_close(request);
        *ret_framing = framing;
    }
    return rc;
}
