#include "http/guard.h"

#include "contract/limits.h"

#include <stdio.h>
#include <string.h>

static const char operation[] = "http.guard";

/* ---- Characters. ---- */

static bool is_alphanumeric(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 9110, 5.6.2. */
static bool is_token(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '\0' || (!is_alphanumeric(c) && !strchr("!#$%&'*+-.^_`|~", c))) {
            return false;
        }
    }
    return text.size > 0;
}

static bool has_control(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) {
            return true;
        }
    }
    return false;
}

static bool is_digits(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

static struct ic_str trimmed(struct ic_str text)
{
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text = (struct ic_str){text.data + 1, text.size - 1};
    }
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t')) {
        text.size--;
    }
    return text;
}

/* ---- The bytes of heads. ---- */

void ic_guard_scan_init(struct ic_guard_scan *scan)
{
    *scan = (struct ic_guard_scan){.phase = IC_GUARD_IDLE};
    ic_buf_init(&scan->line, IC_LIMIT_HEADER_BYTES_MAX);
}

void ic_guard_scan_next(struct ic_guard_scan *scan)
{
    scan->phase = IC_GUARD_IDLE;
}

void ic_guard_scan_release(struct ic_guard_scan *scan)
{
    ic_buf_release(&scan->line);
}

static bool is_known_method(struct ic_str method)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (ic_str_is(method, known[i])) {
            return true;
        }
    }
    return false;
}

/* Splits off what comes before the first space. */
static struct ic_str take_word(struct ic_str *rest)
{
    const char *space = rest->size ? memchr(rest->data, ' ', rest->size) : NULL;
    size_t size = space ? (size_t)(space - rest->data) : rest->size;
    struct ic_str word = {rest->data, size};
    size_t behind = space ? size + 1 : size;
    *rest = (struct ic_str){rest->data + behind, rest->size - behind};
    return word;
}

/* RFC 9112, 3: method SP target SP version, single spaces. */
static enum ic_code check_request_line(struct ic_str line)
{
    struct ic_str method = take_word(&line);
    struct ic_str target = take_word(&line);
    const struct ic_str protocol = IC_STR("HTTP/");
    bool has_version = line.size == protocol.size + 3 && ic_str_starts_with(line, protocol) &&
                       is_digits((struct ic_str){line.data + protocol.size, 1}) &&
                       line.data[protocol.size + 1] == '.' &&
                       is_digits((struct ic_str){line.data + protocol.size + 2, 1});
    if (!is_token(method) || target.size == 0 || has_control(target) || !has_version) {
        return IC_CODE_MALFORMED_REQUEST;
    }
    if (line.data[protocol.size] != '1') {
        return IC_CODE_HTTP_VERSION;
    }
    if (!is_known_method(method)) {
        return IC_CODE_METHOD_NOT_ALLOWED;
    }
    return target.size > IC_LIMIT_TARGET_BYTES_MAX ? IC_CODE_TARGET_TOO_LONG : IC_CODE_OK;
}

/* RFC 9112, 5: name ":" value, nothing between name and colon. */
static enum ic_code check_header_line(struct ic_guard_scan *scan, struct ic_str line)
{
    const char *colon = memchr(line.data, ':', line.size);
    size_t size = colon ? (size_t)(colon - line.data) : 0;
    struct ic_str name = {line.data, size};
    if (!colon || !is_token(name)) {
        return IC_CODE_MALFORMED_REQUEST;
    }
    struct ic_str value = {colon + 1, line.size - size - 1};
    if (has_control(value)) {
        return IC_CODE_MALFORMED_REQUEST;
    }
    bool is_length = ic_str_equal_folded(name, IC_STR("Content-Length"));
    scan->has_length = scan->has_length || is_length;
    scan->has_coding = scan->has_coding || ic_str_equal_folded(name, IC_STR("Transfer-Encoding"));
    if (scan->has_length && scan->has_coding) {
        return IC_CODE_MALFORMED_REQUEST;
    }
    if (is_length) {
        value = trimmed(value);
        int64_t length = 0;
        if (!is_digits(value)) {
            return IC_CODE_MALFORMED_REQUEST;
        }
        /* Zeros in front are allowed; what does not fit is too large in any case. */
        while (value.size > 1 && value.data[0] == '0') {
            value = (struct ic_str){value.data + 1, value.size - 1};
        }
        if (!ic_str_to_int64(value, &length) || length > IC_LIMIT_BODY_BYTES_MAX) {
            return IC_CODE_BODY_TOO_LARGE;
        }
    }
    return IC_CODE_OK;
}

static enum ic_code end_line(struct ic_guard_scan *scan)
{
    struct ic_str line = ic_buf_view(&scan->line);
    enum ic_code code = IC_CODE_OK;
    if (line.size && line.data[line.size - 1] == '\r') {
        line.size--;
    }
    if (scan->is_first_line) {
        code = check_request_line(line);
    } else if (line.size == 0) {
        scan->phase = IC_GUARD_BODY;
    } else {
        code = check_header_line(scan, line);
    }
    scan->is_first_line = false;
    if (scan->phase == IC_GUARD_BODY) {
        ic_buf_release(&scan->line);
    } else {
        ic_buf_reset(&scan->line);
    }
    return code;
}

/* One byte inside a head. */
static enum ic_code scan_byte(struct ic_guard_scan *scan, unsigned char c)
{
    if (c == '\n') {
        return end_line(scan);
    }
    bool at_line_start = scan->line.size == 0;
    if (c == '\0' || (at_line_start && (c == ' ' || c == '\t'))) {
        return IC_CODE_MALFORMED_REQUEST; /* A folded line (RFC 9112, 5.2), or space before the request line. */
    }
    if (++scan->head_size > IC_LIMIT_HEADER_BYTES_MAX) {
        return scan->is_first_line ? IC_CODE_TARGET_TOO_LONG : IC_CODE_HEADERS_TOO_LARGE;
    }
    ic_buf_put_char(&scan->line, (char)c);
    return scan->line.failed == IC_CODE_OK ? IC_CODE_OK : IC_CODE_OUT_OF_MEMORY;
}

enum ic_code ic_guard_scan(struct ic_guard_scan *scan, const unsigned char *bytes, size_t size)
{
    enum ic_code code = IC_CODE_OK;
    for (size_t i = 0; i < size && scan->phase != IC_GUARD_BODY && code == IC_CODE_OK; i++) {
        if (scan->phase == IC_GUARD_IDLE) {
            scan->phase = IC_GUARD_HEAD;
            scan->is_first_line = true;
            scan->has_length = false;
            scan->has_coding = false;
            scan->head_size = 0;
            ic_buf_reset(&scan->line);
        }
        code = scan_byte(scan, bytes[i]);
    }
    return code;
}

/* ---- A parsed request. ---- */

bool ic_guard_hosts_add(struct ic_guard_hosts *hosts, const char *name)
{
    if (hosts->count == IC_GUARD_HOSTS_MAX || strlen(name) >= IC_GUARD_HOST_SIZE) {
        return false;
    }
    snprintf(hosts->names[hosts->count++], IC_GUARD_HOST_SIZE, "%s", name);
    return true;
}

static enum ic_rc refuse(struct ic_err *err, const char *what)
{
    return ic_err_set(err, IC_CODE_MALFORMED_REQUEST, operation, "%s", what);
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
    SINGLE_COUNT
};

static const char *const single_names[SINGLE_COUNT] = {
    "Host",   "Content-Length", "Transfer-Encoding", "Authorization", "Content-Type", "Content-Encoding",
    "Cookie", "Origin",
};

struct singles {
    struct ic_str values[SINGLE_COUNT];
    bool given[SINGLE_COUNT];
};

static enum ic_rc gather(const struct ic_guard_request *request, struct singles *singles, struct ic_err *err)
{
    for (size_t i = 0; i < request->headers_count; i++) {
        const struct ic_http_header *header = &request->headers[i];
        if (!is_token(header->name)) {
            return refuse(err, "A header's name is not a token.");
        }
        if (has_control(header->value)) {
            return refuse(err, "A header's value holds a control character.");
        }
        for (int j = 0; j < SINGLE_COUNT; j++) {
            if (!ic_str_equal_folded(header->name, ic_str_from(single_names[j]))) {
                continue;
            }
            if (singles->given[j]) {
                return ic_err_set(err, IC_CODE_MALFORMED_REQUEST, operation, "%s is given twice.", single_names[j]);
            }
            singles->given[j] = true;
            singles->values[j] = header->value;
        }
    }
    return IC_OK;
}

static bool takes_body(const char *method)
{
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0;
}

/* "application/json", with no parameter but charset=utf-8. */
static bool is_json(struct ic_str type)
{
    const struct ic_str wanted = IC_STR("application/json");
    if (type.size < wanted.size || !ic_str_equal_folded((struct ic_str){type.data, wanted.size}, wanted)) {
        return false;
    }
    struct ic_str rest = {type.data + wanted.size, type.size - wanted.size};
    while (rest.size && (rest.data[0] == ' ' || rest.data[0] == ';')) {
        rest.data++;
        rest.size--;
    }
    return rest.size == 0 || ic_str_equal_folded(rest, IC_STR("charset=utf-8")) ||
           ic_str_equal_folded(rest, IC_STR("charset=\"utf-8\""));
}

static enum ic_rc check_body(const struct ic_guard_request *request, const struct singles *singles, struct ic_err *err)
{
    if (singles->given[TRANSFER_ENCODING]) {
        if (singles->given[CONTENT_LENGTH] || request->minor == 0) {
            return refuse(err, "Transfer-Encoding may not stand here.");
        }
        return ic_err_set(err, IC_CODE_LENGTH_REQUIRED, operation, "A body is sent with a Content-Length.");
    }
    struct ic_str length = singles->values[CONTENT_LENGTH];
    if (singles->given[CONTENT_LENGTH] && !is_digits(length)) {
        return refuse(err, "Content-Length is not a number.");
    }
    bool has_body = request->body_size > 0 || (singles->given[CONTENT_LENGTH] && !ic_str_is(length, "0"));
    if (has_body && !takes_body(request->method)) {
        return refuse(err, "This method takes no body.");
    }
    if (has_body && !is_json(singles->values[CONTENT_TYPE])) {
        return ic_err_set(err, IC_CODE_UNSUPPORTED_MEDIA_TYPE, operation,
                          "The body must be application/json in UTF-8.");
    }
    if (singles->given[CONTENT_ENCODING] &&
        !ic_str_equal_folded(singles->values[CONTENT_ENCODING], IC_STR("identity"))) {
        return ic_err_set(err, IC_CODE_UNSUPPORTED_MEDIA_TYPE, operation, "A compressed body is not taken here.");
    }
    return IC_OK;
}

/* Whether `host` is an IP address in digits, with or without a port. */
static bool is_address(struct ic_str host)
{
    if (host.size && host.data[0] == '[') {
        return true;
    }
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        if ((c < '0' || c > '9') && c != '.' && c != ':') {
            return false;
        }
    }
    return host.size > 0;
}

static enum ic_rc check_host(struct ic_str host, const struct ic_guard_hosts *hosts, struct ic_err *err)
{
    for (size_t i = 0; i < host.size; i++) {
        unsigned char c = (unsigned char)host.data[i];
        if (!is_alphanumeric(c) && (c == '\0' || !strchr(".-_:[]", c))) {
            return refuse(err, "Host is not a name.");
        }
    }
    if (host.size == 0) {
        return refuse(err, "Host is empty.");
    }
    if (hosts->any_address && is_address(host)) {
        return IC_OK;
    }
    for (size_t i = 0; i < hosts->count; i++) {
        if (ic_str_equal_folded(host, ic_str_from(hosts->names[i]))) {
            return IC_OK;
        }
    }
    return ic_err_set(err, IC_CODE_WRONG_HOST, operation, "Open this server by its own address.");
}

/* Refuses what would mean two things to two readers: escaped slashes, NULs and dots, "." and ".." segments. */
static enum ic_rc check_path(struct ic_str path, struct ic_err *err)
{
    for (size_t i = 0; i < path.size; i++) {
        unsigned char c = (unsigned char)path.data[i];
        if (c <= 0x20 || c >= 0x7F || c == '\\' || c == '#') {
            return refuse(err, "The path holds a character that it may not.");
        }
        if (c == '%') {
            /* Nothing of ours needs an escape in its path. */
            return ic_err_set(err, IC_CODE_NOT_FOUND, operation, "Nothing has this address.");
        }
    }
    struct ic_str rest = path;
    while (rest.size) {
        const char *slash = memchr(rest.data + 1, '/', rest.size - 1);
        size_t size = slash ? (size_t)(slash - rest.data) : rest.size;
        struct ic_str segment = {rest.data + 1, size - 1};
        if (ic_str_is(segment, ".") || ic_str_is(segment, "..")) {
            return refuse(err, "The path may not hold . or .. segments.");
        }
        rest.data += size;
        rest.size -= size;
    }
    return IC_OK;
}

/* Takes "http://authority" off an absolute target (RFC 9112, 3.2.2); its authority must be ours, too. */
static enum ic_rc strip_authority(struct ic_str *target, const struct ic_guard_hosts *hosts, struct ic_err *err)
{
    const struct ic_str scheme = IC_STR("http://");
    if (target->size < scheme.size || !ic_str_equal_folded((struct ic_str){target->data, scheme.size}, scheme)) {
        return IC_OK;
    }
    struct ic_str rest = {target->data + scheme.size, target->size - scheme.size};
    size_t size = 0;
    while (size < rest.size && rest.data[size] != '/' && rest.data[size] != '?') {
        size++;
    }
    enum ic_rc rc = check_host((struct ic_str){rest.data, size}, hosts, err);
    *target = (struct ic_str){rest.data + size, rest.size - size};
    return rc;
}

static enum ic_rc check_target(struct ic_str target, const struct ic_guard_hosts *hosts, struct ic_str *ret_path,
                               struct ic_str *ret_query, struct ic_err *err)
{
    if (target.size > IC_LIMIT_TARGET_BYTES_MAX) {
        return ic_err_set(err, IC_CODE_TARGET_TOO_LONG, operation, "The address has more than %d bytes.",
                          IC_LIMIT_TARGET_BYTES_MAX);
    }
    enum ic_rc rc = strip_authority(&target, hosts, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (target.size == 0 || target.data[0] != '/') {
        return refuse(err, "The target must begin with a slash.");
    }
    const char *mark = memchr(target.data, '?', target.size);
    size_t path_size = mark ? (size_t)(mark - target.data) : target.size;
    struct ic_str query = {0};
    if (mark) {
        query = (struct ic_str){mark + 1, target.size - path_size - 1};
        if (has_control(query) || memchr(query.data, ' ', query.size) || memchr(query.data, '#', query.size)) {
            return refuse(err, "The query holds a character that it may not.");
        }
    }
    *ret_path = (struct ic_str){target.data, path_size};
    *ret_query = query;
    return check_path(*ret_path, err);
}

enum ic_rc ic_guard_check(const struct ic_guard_request *request, const struct ic_guard_hosts *hosts,
                          struct ic_str *ret_path, struct ic_str *ret_query, struct ic_str *ret_host,
                          struct ic_err *err)
{
    if (request->major != 1 || request->minor < 0 || request->minor > 1) {
        return ic_err_set(err, IC_CODE_HTTP_VERSION, operation, "This is HTTP/%d.%d.", request->major, request->minor);
    }
    struct singles singles = {0};
    enum ic_rc rc = gather(request, &singles, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!singles.given[HOST]) {
        return refuse(err, "Host is missing.");
    }
    rc = check_host(singles.values[HOST], hosts, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!request->method) {
        return ic_err_set(err, IC_CODE_METHOD_NOT_ALLOWED, operation, "This method is not taken here.");
    }
    rc = check_target(request->target, hosts, ret_path, ret_query, err);
    if (rc != IC_OK) {
        return rc;
    }
    *ret_host = singles.values[HOST];
    return check_body(request, &singles, err);
}
