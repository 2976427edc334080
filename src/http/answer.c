#include "http/answer.h"

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/util.h>
#include <stdio.h>
#include <stdlib.h>

enum { DATE_SIZE = 40, NUMBER_SIZE = 24, STATUS_NO_CONTENT = 204, STATUS_NOT_MODIFIED = 304 };

/* What every answer carries. The policy lets the web app load itself and nothing else, without inline code. */
static const struct {
    const char *name;
    const char *value;
} always[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

/* Where headers go: to libevent or into bytes. */
struct sink {
    struct evkeyvalq *headers;
    struct ic_arena *arena;
    struct ic_buf *bytes;
};

static void put(const struct sink *sink, const char *name, struct ic_str value)
{
    if (sink->bytes) {
        ic_buf_put_format(sink->bytes, "%s: %.*s\r\n", name, (int)value.size, value.data);
        return;
    }
    struct ic_str copy; /* libevent wants a NUL behind it. */
    if (ic_arena_copy(sink->arena, value, &copy)) {
        evhttp_add_header(sink->headers, name, copy.data);
    }
}

static void put_number(const struct sink *sink, const char *name, size_t number)
{
    char digits[NUMBER_SIZE];
    int size = snprintf(digits, sizeof digits, "%zu", number);
    put(sink, name, (struct ic_str){digits, (size_t)size});
}

static bool may_have_body(const struct ic_http_answer *answer)
{
    int status = answer->response->status;
    return status != STATUS_NO_CONTENT && status != STATUS_NOT_MODIFIED;
}

static void put_headers(const struct sink *sink, const struct ic_http_answer *answer)
{
    const struct ic_http_response *response = answer->response;
    bool is_cached = false;
    char date[DATE_SIZE];
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        put(sink, always[i].name, ic_str_from(always[i].value));
    }
    if (evutil_date_rfc1123(date, sizeof date, NULL) > 0) {
        put(sink, "Date", ic_str_from(date));
    }
    for (size_t i = 0; i < response->headers_count; i++) {
        is_cached = is_cached || ic_str_is(response->headers[i].name, "Cache-Control");
        put(sink, response->headers[i].name.data, response->headers[i].value);
    }
    if (!is_cached) {
        put(sink, "Cache-Control", IC_STR("no-store"));
    }
    if (response->retry_after_s > 0) {
        put_number(sink, "Retry-After", (size_t)response->retry_after_s);
    }
    if (may_have_body(answer)) {
        put(sink, "Content-Type", ic_str_from(response->content_type));
        if (!response->is_stream) {
            put_number(sink, "Content-Length", answer->body.size);
        }
    }
    if (answer->closes) {
        put(sink, "Connection", IC_STR("close"));
    }
}

static const char *phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    size_t i = 0;
    while (i + 1 < sizeof phrases / sizeof phrases[0] && phrases[i].status != status) {
        i++;
    }
    return phrases[i].status == status ? phrases[i].phrase : "Answer";
}

/* libevent answers with the version that the client claims, and lets the client's Connection header override ours. */
static struct sink prepare(struct evhttp_request *request, const struct ic_http_answer *answer)
{
    evhttp_remove_header(evhttp_request_get_input_headers(request), "Connection");
    request->flags &= ~EVHTTP_PROXY_REQUEST;
    request->major = 1;
    request->minor = request->minor == 0 ? 0 : 1;
    return (struct sink){.headers = evhttp_request_get_output_headers(request), .arena = answer->arena};
}

static void free_owned(const void *data, size_t size, void *owned)
{
    (void)data;
    (void)size;
    free(owned);
}

void ic_http_answer_send(struct evhttp_request *request, const struct ic_http_answer *answer)
{
    struct sink sink = prepare(request, answer);
    struct evbuffer *body = evbuffer_new();
    bool is_owned_by_body = false;
    put_headers(&sink, answer);
    if (body && may_have_body(answer) && !answer->is_head && answer->body.size > 0) {
        is_owned_by_body = evbuffer_add_reference(body, answer->body.data, answer->body.size,
                                                  answer->owned ? free_owned : NULL, answer->owned) == 0;
    }
    if (!is_owned_by_body) {
        free(answer->owned);
    }
    evhttp_send_reply(request, answer->response->status, phrase(answer->response->status), body);
    if (body) {
        evbuffer_free(body);
    }
}

void ic_http_answer_begin_stream(struct evhttp_request *request, const struct ic_http_answer *answer)
{
    struct sink sink = prepare(request, answer);
    put_headers(&sink, answer);
}

void ic_http_answer_write(const struct ic_http_answer *answer, struct ic_buf *bytes)
{
    struct sink sink = {.bytes = bytes};
    ic_buf_put_format(bytes, "HTTP/1.1 %d %s\r\n", answer->response->status, phrase(answer->response->status));
    put_headers(&sink, answer);
    ic_buf_put(bytes, IC_STR("\r\n"));
    if (!answer->is_head) {
        ic_buf_put(bytes, answer->body);
    }
}
