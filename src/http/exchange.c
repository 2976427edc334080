#include "http/exchange.h"

#include "base/log.h"
#include "contract/limits.h"
#include "http/assets.h"
#include "http/problem.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 100, REQUEST_ID_BYTES = 8, REQUEST_ID_SIZE = 2 * REQUEST_ID_BYTES };

struct exchange {
    struct ic_worker_job job;
    struct ic_http_task task;
    struct ic_http_loop *loop;
    struct evhttp_request *source;
    struct ic_arena *arena;
    struct ic_http_request request;
    struct ic_http_response response;
    const struct ic_http_route *route;
    struct ic_err err;
    bool must_close;
};

/* ---- The answer. ---- */

/* What every response carries. The policy lets the web app load itself and nothing else, without inline code. */
static const struct {
    const char *name;
    const char *value;
} security_headers[] = {
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

static void put_header(struct evhttp_request *source, const char *name, const char *value)
{
    evhttp_add_header(evhttp_request_get_output_headers(source), name, value);
}

static void put_common_headers(struct exchange *exchange)
{
    for (size_t i = 0; i < sizeof security_headers / sizeof security_headers[0]; i++) {
        put_header(exchange->source, security_headers[i].name, security_headers[i].value);
    }
    if (exchange->must_close || exchange->loop->is_stopping) {
        put_header(exchange->source, "Connection", "close");
    }
    /* libevent echoes the version that the client claims. */
    exchange->source->major = 1;
    exchange->source->minor = exchange->source->minor == 0 ? 0 : 1;
}

static void destroy(struct exchange *exchange)
{
    ic_buf_release(&exchange->response.body);
    ic_arena_destroy(exchange->arena);
    free(exchange);
}

/* Hands the answer to libevent. `bytes` must outlive the sending unless it is the response's own buffer. */
static void send_answer(struct exchange *exchange, int status, const char *content_type, const void *bytes, size_t size)
{
    struct evhttp_request *source = exchange->source;
    struct evbuffer *body = evbuffer_new();
    bool has_body = status != 204 && status != 304;
    put_common_headers(exchange);
    if (has_body) {
        char length[24];
        snprintf(length, sizeof length, "%zu", size);
        put_header(source, "Content-Type", content_type);
        put_header(source, "Content-Length", length);
    }
    if (body && has_body && evhttp_request_get_command(source) != EVHTTP_REQ_HEAD) {
        evbuffer_add(body, bytes, size);
    }
    evhttp_send_reply(source, status, NULL, body);
    if (body) {
        evbuffer_free(body);
    }
}

static void put_response_headers(struct exchange *exchange)
{
    struct ic_http_response *response = &exchange->response;
    put_header(exchange->source, "Cache-Control", "no-store");
    for (size_t i = 0; i < response->headers_count; i++) {
        struct ic_str name, value;
        if (ic_arena_copy(exchange->arena, response->headers[i].name, &name) &&
            ic_arena_copy(exchange->arena, response->headers[i].value, &value)) {
            put_header(exchange->source, name.data, value.data);
        }
    }
    if (response->retry_after_s > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", response->retry_after_s);
        put_header(exchange->source, "Retry-After", seconds);
    }
}

/* Opens the stream that a handler asked for; a problem instead when there are too many. */
static bool become_stream(struct exchange *exchange)
{
    if (!evhttp_request_get_connection(exchange->source)) {
        evhttp_request_free(exchange->source);
        return true;
    }
    if (exchange->loop->is_stopping) {
        return false;
    }
    put_common_headers(exchange);
    put_header(exchange->source, "Content-Type", "text/event-stream");
    put_header(exchange->source, "Cache-Control", "no-store");
    put_header(exchange->source, "X-Accel-Buffering", "no");
    if (ic_sse_open(exchange->loop, exchange->source, exchange->response.stream_cursor)) {
        return true;
    }
    evhttp_clear_headers(evhttp_request_get_output_headers(exchange->source));
    return false;
}

static void answer_response(struct exchange *exchange)
{
    if (exchange->response.is_stream) {
        if (become_stream(exchange)) {
            destroy(exchange);
            return;
        }
        ic_err_set(&exchange->err, IC_CODE_BUSY, "http.stream", "There are too many live streams.");
        ic_http_problem_write(&exchange->response, &exchange->err, exchange->request.request_id);
    }
    put_response_headers(exchange);
    struct ic_str body = ic_buf_view(&exchange->response.body);
    send_answer(exchange, exchange->response.status, exchange->response.content_type, body.data, body.size);
    destroy(exchange);
}

/* Answers with what `err` says; `allow` may be empty. */
static void answer_problem(struct exchange *exchange, const char *allow)
{
    ic_http_problem_write(&exchange->response, &exchange->err, exchange->request.request_id);
    if (allow[0]) {
        put_header(exchange->source, "Allow", allow);
    }
    answer_response(exchange);
}

/* ---- The handler. ---- */

static void come_back(struct ic_http_loop *loop, struct ic_http_task *task)
{
    (void)loop;
    answer_response((struct exchange *)(void *)((char *)task - offsetof(struct exchange, task)));
}

static void run_handler(struct ic_worker_job *job)
{
    struct exchange *exchange = (struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
    const struct ic_http_router *router = &exchange->loop->options->router;
    enum ic_rc rc = exchange->route->handle(router->context, &exchange->request, &exchange->response, &exchange->err);
    if (rc == IC_OK) {
        rc = ic_buf_check(&exchange->response.body, "http.response", &exchange->err);
        if (rc == IC_TOO_LARGE) {
            exchange->err.code = IC_CODE_INTERNAL; /* Ours, not the client's. */
        }
    }
    if (rc != IC_OK) {
        if (exchange->err.code == IC_CODE_OK) {
            ic_err_set(&exchange->err, IC_CODE_INTERNAL, "http.handler", "A handler failed without a reason.");
        }
        ic_http_problem_write(&exchange->response, &exchange->err, exchange->request.request_id);
    }
    ic_http_loop_post(exchange->loop, &exchange->task);
}

/* ---- The request. ---- */

/* NULL for a method that no route can have. */
static const char *method_of(enum evhttp_cmd_type command, enum ic_http_method *ret_method)
{
    static const struct {
        enum evhttp_cmd_type command;
        enum ic_http_method method;
        const char *name;
    } methods[] = {
        {EVHTTP_REQ_GET, IC_HTTP_GET, "GET"},       {EVHTTP_REQ_HEAD, IC_HTTP_HEAD, "HEAD"},
        {EVHTTP_REQ_POST, IC_HTTP_POST, "POST"},    {EVHTTP_REQ_PUT, IC_HTTP_PUT, "PUT"},
        {EVHTTP_REQ_PATCH, IC_HTTP_PATCH, "PATCH"}, {EVHTTP_REQ_DELETE, IC_HTTP_DELETE, "DELETE"},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (methods[i].command == command) {
            *ret_method = methods[i].method;
            return methods[i].name;
        }
    }
    return NULL;
}

static struct exchange *create(struct ic_http_loop *loop, struct evhttp_request *source)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    struct ic_arena *arena = ic_arena_create(IC_HTTP_ARENA_BYTES_MAX);
    if (!exchange || !arena) {
        free(exchange);
        ic_arena_destroy(arena);
        return NULL;
    }
    *exchange = (struct exchange){.loop = loop, .source = source, .arena = arena};
    exchange->job.run = run_handler;
    exchange->task.run = come_back;
    exchange->request.arena = arena;
    exchange->response.status = 200;
    exchange->response.content_type = "application/json";
    ic_buf_init(&exchange->response.body, IC_HTTP_RESPONSE_BYTES_MAX);
    return exchange;
}

/* Copies the head into the arena: libevent's own may go when the connection does. */
static bool copy_head(struct exchange *exchange, struct ic_str *ret_target)
{
    struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->source);
    struct ic_http_request *request = &exchange->request;
    struct ic_http_header *copies = ic_arena_alloc_array(exchange->arena, HEADERS_MAX, sizeof copies[0]);
    size_t count = 0;
    for (struct evkeyval *header = copies ? headers->tqh_first : NULL; header; header = header->next.tqe_next) {
        if (count == HEADERS_MAX || !ic_arena_copy(exchange->arena, ic_str_from(header->key), &copies[count].name) ||
            !ic_arena_copy(exchange->arena, ic_str_from(header->value), &copies[count].value)) {
            return false;
        }
        count++;
    }
    request->headers = copies;
    request->headers_count = count;
    return copies && ic_arena_copy(exchange->arena, ic_str_from(evhttp_request_get_uri(exchange->source)), ret_target);
}

static void fill_origin(struct exchange *exchange)
{
    struct ic_http_request *request = &exchange->request;
    struct evhttp_connection *connection = evhttp_request_get_connection(exchange->source);
    char *address = NULL;
    ev_uint16_t port = 0;
    evhttp_connection_get_peer(connection, &address, &port);
    if (!address || !ic_arena_copy(exchange->arena, ic_str_from(address), &request->address)) {
        request->address = IC_STR("");
    }
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[REQUEST_ID_BYTES];
    char *id = ic_arena_alloc(exchange->arena, REQUEST_ID_SIZE + 1);
    ic_rand_fill(&exchange->loop->options->rand, bytes, sizeof bytes);
    for (size_t i = 0; id && i < sizeof bytes; i++) {
        id[2 * i] = digits[bytes[i] >> 4];
        id[2 * i + 1] = digits[bytes[i] & 15];
    }
    request->request_id = id ? (struct ic_str){id, REQUEST_ID_SIZE} : IC_STR("");
}

/* What libevent could not read has no target: it says only whether something was too large. */
static enum ic_rc refuse_unread(const struct exchange *exchange, struct ic_err *err)
{
    enum { LIBEVENT_TOO_LARGE = 413 };
    if (evhttp_request_get_response_code(exchange->source) != LIBEVENT_TOO_LARGE) {
        return ic_err_set(err, IC_CODE_MALFORMED_REQUEST, "http.parse", "The request cannot be read.");
    }
    struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->source);
    const char *length = evhttp_find_header(headers, "Content-Length");
    int64_t size = 0;
    if (length && (!ic_str_to_int64(ic_str_from(length), &size) || size > IC_LIMIT_BODY_BYTES_MAX)) {
        return ic_err_set(err, IC_CODE_BODY_TOO_LARGE, "http.parse", "A body may have %d bytes.",
                          IC_LIMIT_BODY_BYTES_MAX);
    }
    return ic_err_set(err, IC_CODE_HEADERS_TOO_LARGE, "http.parse", "Headers may have %d bytes.",
                      IC_LIMIT_HEADER_BYTES_MAX);
}

/* Reads and checks everything that comes before a route; a failure closes the connection. */
static enum ic_rc pass_the_door(struct exchange *exchange, struct ic_err *err)
{
    struct ic_http_loop *loop = exchange->loop;
    struct evhttp_connection *connection = evhttp_request_get_connection(exchange->source);
    struct ic_http_connection *known =
        ic_http_connection_find(&loop->connections, evhttp_connection_get_bufferevent(connection));
    if (!known) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.connection", "The connection could not be kept track of.");
    }
    if (!evhttp_request_get_uri(exchange->source)) {
        return refuse_unread(exchange, err);
    }
    struct ic_str target;
    if (!copy_head(exchange, &target)) {
        return ic_err_set(err, IC_CODE_HEADERS_TOO_LARGE, "http.parse", "A request may have %d headers.", HEADERS_MAX);
    }
    struct evbuffer *input = evhttp_request_get_input_buffer(exchange->source);
    struct ic_http_request *request = &exchange->request;
    struct ic_guard_request head = {
        .method = method_of(evhttp_request_get_command(exchange->source), &request->method),
        .major = exchange->source->major,
        .minor = exchange->source->minor,
        .target = target,
        .headers = request->headers,
        .headers_count = request->headers_count,
        .body_size = evbuffer_get_length(input),
    };
    enum ic_rc rc = ic_guard_check(&head, loop->hosts, &request->path, &request->query, &request->host, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!ic_http_connection_next(known)) {
        exchange->must_close = true; /* This one is fine; what follows it is not. */
    }
    if (known->is_refused) {
        return ic_err_set(err, IC_CODE_BUSY, "http.connection", "There are too many connections.");
    }
    if (head.body_size > 0) {
        request->body = (struct ic_str){(const char *)evbuffer_pullup(input, -1), head.body_size};
    }
    return IC_OK;
}

static bool is_asset_path(struct ic_str path)
{
    return !ic_str_starts_with(path, IC_STR("/api/")) && !ic_str_is(path, "/api") && !ic_str_is(path, "/healthz");
}

/* Answers from the embedded files; false when the path has none or the method is not for files. */
static bool answer_asset(struct exchange *exchange)
{
    const struct ic_http_request *request = &exchange->request;
    const struct ic_http_server_options *options = exchange->loop->options;
    struct ic_asset_answer answer;
    bool is_read = request->method == IC_HTTP_GET || request->method == IC_HTTP_HEAD;
    if (!is_read || !is_asset_path(request->path) ||
        !ic_asset_find(options->assets, options->assets_count, request->path,
                       ic_http_header_find(request, "Accept-Encoding"), ic_http_header_find(request, "If-None-Match"),
                       &answer)) {
        return false;
    }
    put_header(exchange->source, "ETag", answer.etag);
    put_header(exchange->source, "Vary", "Accept-Encoding");
    put_header(exchange->source, "Cache-Control",
               answer.asset->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (answer.content_encoding && answer.status == 200) {
        put_header(exchange->source, "Content-Encoding", answer.content_encoding);
    }
    send_answer(exchange, answer.status, answer.asset->content_type, answer.bytes.data, answer.bytes.size);
    destroy(exchange);
    return true;
}

static enum ic_rc find_route(struct exchange *exchange, char *ret_allow, struct ic_err *err)
{
    const struct ic_http_router *router = &exchange->loop->options->router;
    struct ic_http_request *request = &exchange->request;
    enum ic_rc rc = ic_http_router_find(router, request, &exchange->route, ret_allow, err);
    if (rc == IC_NOT_FOUND && is_asset_path(request->path) && request->method != IC_HTTP_GET &&
        request->method != IC_HTTP_HEAD) {
        *err = IC_ERR_NONE;
        snprintf(ret_allow, IC_HTTP_ALLOW_SIZE, "GET, HEAD");
        return ic_err_set(err, IC_CODE_METHOD_NOT_ALLOWED, "http.route", "This address takes GET, HEAD.");
    }
    if (rc == IC_OK && request->body.size > exchange->route->body_bytes_max) {
        return ic_err_set(err, IC_CODE_BODY_TOO_LARGE, "http.route", "The body has %zu bytes; it may have %zu.",
                          request->body.size, exchange->route->body_bytes_max);
    }
    return rc;
}

void ic_http_exchange_begin(struct evhttp_request *source, void *argument)
{
    struct exchange *exchange = create(argument, source);
    if (!exchange) {
        evhttp_send_error(source, 503, NULL);
        return;
    }
    char allow[IC_HTTP_ALLOW_SIZE] = "";
    fill_origin(exchange);
    if (pass_the_door(exchange, &exchange->err) != IC_OK) {
        exchange->must_close = true;
        answer_problem(exchange, allow);
        return;
    }
    if (answer_asset(exchange)) {
        return;
    }
    if (find_route(exchange, allow, &exchange->err) != IC_OK) {
        answer_problem(exchange, allow);
        return;
    }
    if (!ic_worker_pool_submit(exchange->loop->workers, &exchange->job)) {
        ic_err_set(&exchange->err, IC_CODE_BUSY, "http.queue", "%d requests wait already.", IC_WORKER_QUEUE_MAX);
        answer_problem(exchange, allow);
    }
}
