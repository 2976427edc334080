#include "http/guard.h"

#include "contract/limits.h"

#include <stdio.h>
#include <string.h>

static const char operation[] = "http.guard";

/* ---- The bytes of heads. ---- */

void ic_guard_scan_init(struct ic_guard_scan *scan)
{
    *scan = (struct ic_guard_scan){.phase = IC_GUARD_IDLE, .at_line_start = true, .line_is_empty = true};
}

/* One byte inside a head; false when it may not be there. */
static bool scan_byte(struct ic_guard_scan *scan, unsigned char c)
{
    if (c == '\0') {
        return false;
    }
    if (c == '\n') {
        if (scan->line_is_empty) {
            scan->phase = IC_GUARD_BODY;
        }
        scan->at_line_start = true;
        scan->line_is_empty = true;
        return true;
    }
    if (scan->at_line_start && (c == ' ' || c == '\t')) {
        return false; /* A folded line (RFC 9112, 5.2), or space before the request line. */
    }
    if (c != '\r') {
        scan->line_is_empty = false;
    }
    scan->at_line_start = false;
    return true;
}

bool ic_guard_scan(struct ic_guard_scan *scan, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size && scan->phase != IC_GUARD_BODY; i++) {
        if (scan->phase == IC_GUARD_IDLE) {
            if (bytes[i] == '\r' || bytes[i] == '\n') {
                continue; /* Empty lines before a request are to be ignored (RFC 9112, 2.2). */
            }
            scan->phase = IC_GUARD_HEAD;
        }
        if (!scan_byte(scan, bytes[i])) {
            return false;
        }
    }
    return true;
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

static bool is_digits(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
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
    enum { LENGTH_DIGITS_MAX = 18 };
    if (singles->given[CONTENT_LENGTH] && (!is_digits(length) || length.size > LENGTH_DIGITS_MAX)) {
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
