#include "http/exchange.h"

#include "http/answer.h"
#include "http/assets.h"
#include "http/problem.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_ID_BYTES = 8, REQUEST_ID_SIZE = 2 * REQUEST_ID_BYTES, REFUSAL_BYTES_MAX = 8192 };

struct ic_http_exchange {
    struct ic_worker_job job;
    struct ic_http_task task;
    struct ic_http_loop *loop;
    struct evhttp_request *source; /* NULL until libevent has the request whole. */
    struct ic_arena *arena;
    struct ic_http_request request;
    struct ic_guard_framing framing;
    struct ic_http_response response;
    const struct ic_http_route *route; /* NULL: a file, or `err` says why there is neither. */
    struct ic_asset_answer file;
    struct ic_err err;
};

/* ---- The answer. ---- */

void ic_http_exchange_destroy(struct ic_http_exchange *exchange)
{
    struct ic_http_subject *subject = exchange->response.stream_subject;
    if (subject) {
        subject->ended(subject); /* Its stream never began. */
    }
    ic_buf_release(&exchange->response.body);
    ic_arena_destroy(exchange->arena);
    free(exchange);
}

static struct ic_http_answer answer_of(struct ic_http_exchange *exchange)
{
    return (struct ic_http_answer){
        .response = &exchange->response,
        .arena = exchange->arena,
        .is_head = exchange->request.method == IC_HTTP_HEAD,
        .closes = exchange->framing.closes || exchange->loop->is_stopping,
    };
}

/* Hands the answer to libevent; the exchange ends. */
static void send_answer(struct ic_http_exchange *exchange, const struct ic_http_answer *answer)
{
    struct evhttp_connection *evhttp = evhttp_request_get_connection(exchange->source);
    ic_http_answer_send(exchange->source, answer);
    if (evhttp) {
        struct ic_http_connection *connection = ic_http_connection_get(&exchange->loop->connections, evhttp);
        ic_http_connection_answered(connection, exchange->source, answer->closes);
    }
    ic_http_exchange_destroy(exchange);
}

static void answer_response(struct ic_http_exchange *exchange)
{
    struct ic_http_answer answer = answer_of(exchange);
    answer.owned = ic_buf_take(&exchange->response.body, &answer.body.size);
    answer.body.data = answer.owned;
    send_answer(exchange, &answer);
}

static void answer_problem(struct ic_http_exchange *exchange)
{
    ic_http_problem_write(&exchange->response, &exchange->err, exchange->request.request_id);
    answer_response(exchange);
}

static void answer_file(struct ic_http_exchange *exchange)
{
    const struct ic_asset_answer *file = &exchange->file;
    struct ic_http_response *response = &exchange->response;
    struct ic_http_answer answer = answer_of(exchange);
    response->status = file->status;
    response->content_type = file->asset->content_type;
    ic_http_header_set(response, "ETag", ic_str_from(file->etag));
    ic_http_header_set(response, "Vary", IC_STR("Accept-Encoding"));
    ic_http_header_set(response, "Cache-Control",
                       file->asset->is_immutable ? IC_STR("public, max-age=31536000, immutable") : IC_STR("no-cache"));
    if (file->content_encoding) {
        ic_http_header_set(response, "Content-Encoding", ic_str_from(file->content_encoding));
    }
    answer.body = (struct ic_str){(const char *)file->bytes.data, file->bytes.size};
    send_answer(exchange, &answer);
}

/* Makes the answer a live stream; a problem when there are too many. */
static void answer_stream(struct ic_http_exchange *exchange)
{
    struct ic_http_loop *loop = exchange->loop;
    struct ic_http_response *response = &exchange->response;
    response->content_type = "text/event-stream";
    ic_http_header_set(response, "X-Accel-Buffering", IC_STR("no")); /* nginx would hold events back. */
    if (exchange->request.method == IC_HTTP_HEAD) {
        answer_response(exchange);
        return;
    }
    struct evhttp_connection *evhttp = evhttp_request_get_connection(exchange->source);
    if (!evhttp) {
        evhttp_request_free(exchange->source);
        ic_http_exchange_destroy(exchange);
        return;
    }
    struct ic_sse_stream *stream = loop->is_stopping ? NULL : ic_sse_reserve(loop);
    if (!stream) {
        ic_err_set(&exchange->err, IC_CODE_BUSY, "http.stream", "There are too many live streams.");
        answer_problem(exchange);
        return;
    }
    struct ic_http_answer answer = answer_of(exchange);
    answer.closes = true; /* Nothing else was let in behind it. */
    ic_http_answer_begin_stream(exchange->source, &answer);
    const struct ic_sse_opening opening = {
        .feed = response->stream_feed, .cursor = response->stream_cursor, .subject = response->stream_subject};
    response->stream_subject = NULL;
    ic_sse_open(stream, ic_http_connection_get(&loop->connections, evhttp), exchange->source, &opening);
    ic_http_exchange_destroy(exchange);
}

/* ---- The handler. ---- */

static void come_back(struct ic_http_loop *loop, struct ic_http_task *task)
{
    struct ic_http_exchange *exchange =
        (struct ic_http_exchange *)(void *)((char *)task - offsetof(struct ic_http_exchange, task));
    (void)loop;
    if (exchange->err.code != IC_CODE_OK) {
        answer_problem(exchange);
    } else if (exchange->response.is_stream) {
        answer_stream(exchange);
    } else {
        answer_response(exchange);
    }
}

static void run_handler(struct ic_worker_job *job)
{
    struct ic_http_exchange *exchange =
        (struct ic_http_exchange *)(void *)((char *)job - offsetof(struct ic_http_exchange, job));
    const struct ic_http_router *router = &exchange->loop->options->router;
    struct ic_err *err = &exchange->err;
    enum ic_rc rc = exchange->route->handle(router->context, &exchange->request, &exchange->response, err);
    if (rc == IC_OK) {
        *err = IC_ERR_NONE;
        if (ic_buf_check(&exchange->response.body, "http.response", err) == IC_TOO_LARGE) {
            err->code = IC_CODE_INTERNAL; /* Ours, not the client's. */
        }
    } else {
        ic_err_set(err, IC_CODE_INTERNAL, "http.handler", "A handler failed without a reason.");
    }
    ic_http_loop_post(exchange->loop, &exchange->task);
}

/* ---- The head. ---- */

static struct ic_http_exchange *create(struct ic_http_loop *loop)
{
    struct ic_http_exchange *exchange = calloc(1, sizeof *exchange);
    struct ic_arena *arena = ic_arena_create(IC_HTTP_ARENA_BYTES_MAX);
    if (!exchange || !arena) {
        free(exchange);
        ic_arena_destroy(arena);
        return NULL;
    }
    exchange->loop = loop;
    exchange->arena = arena;
    exchange->job.run = run_handler;
    exchange->task.run = come_back;
    exchange->request.arena = arena;
    exchange->response.status = 200;
    exchange->response.content_type = "application/json";
    ic_buf_init(&exchange->response.body, IC_HTTP_RESPONSE_BYTES_MAX);
    return exchange;
}

static void fill_origin(struct ic_http_exchange *exchange, const struct ic_http_connection *connection)
{
    static const char digits[] = "0123456789abcdef";
    struct ic_http_request *request = &exchange->request;
    unsigned char bytes[REQUEST_ID_BYTES];
    char *address = NULL;
    ev_uint16_t port = 0;
    evhttp_connection_get_peer(connection->evhttp, &address, &port);
    if (!ic_arena_copy(exchange->arena, ic_str_from(address), &request->address)) {
        request->address = IC_STR("");
    }
    char *id = ic_arena_alloc(exchange->arena, REQUEST_ID_SIZE + 1);
    ic_rand_fill(&exchange->loop->options->rand, bytes, sizeof bytes);
    for (size_t i = 0; id && i < sizeof bytes; i++) {
        id[2 * i] = digits[bytes[i] >> 4];
        id[2 * i + 1] = digits[bytes[i] & 15];
    }
    request->request_id = id ? (struct ic_str){id, REQUEST_ID_SIZE} : IC_STR("");
}

static bool is_file_path(struct ic_str path)
{
    return !ic_str_starts_with(path, IC_STR("/api/")) && !ic_str_is(path, "/api") && !ic_str_is(path, "/healthz");
}

/* Names the methods that the path takes. */
static void set_allow(struct ic_http_exchange *exchange, const char *allow)
{
    struct ic_str copy;
    if (ic_arena_copy(exchange->arena, ic_str_from(allow), &copy)) {
        ic_http_header_set(&exchange->response, "Allow", copy);
    }
}

/* Finds what answers: a file, or a route whose limit the body keeps. */
static enum ic_rc find(struct ic_http_exchange *exchange, struct ic_err *err)
{
    const struct ic_http_server_options *options = exchange->loop->options;
    struct ic_http_request *request = &exchange->request;
    char allow[IC_HTTP_ALLOW_SIZE] = "";
    bool is_reading = request->method == IC_HTTP_GET || request->method == IC_HTTP_HEAD;
    if (is_reading && is_file_path(request->path) &&
        ic_asset_find(options->assets, options->assets_count, request->path,
                      ic_http_header_find(request, "Accept-Encoding"), ic_http_header_find(request, "If-None-Match"),
                      &exchange->file)) {
        return IC_OK;
    }
    enum ic_rc rc = ic_http_router_find(&options->router, request, &exchange->route, allow, err);
    if (rc == IC_NOT_FOUND && !is_reading && is_file_path(request->path)) {
        snprintf(allow, sizeof allow, "GET, HEAD");
        *err = IC_ERR_NONE;
        rc = ic_err_set(err, IC_CODE_METHOD_NOT_ALLOWED, "http.route", "This address takes %s.", allow);
    }
    if (allow[0]) {
        set_allow(exchange, allow);
    }
    if (rc == IC_OK && exchange->framing.body_size > exchange->route->body_bytes_max) {
        return ic_err_set(err, IC_CODE_BODY_TOO_LARGE, "http.route", "The body has %zu bytes; it may have %zu.",
                          exchange->framing.body_size, exchange->route->body_bytes_max);
    }
    return rc;
}

/* Answers at once, past libevent, and ends the exchange. */
static void refuse(struct ic_http_exchange *exchange, struct ic_http_connection *connection)
{
    struct ic_http_answer answer = answer_of(exchange);
    struct ic_buf bytes;
    if (exchange->err.code == IC_CODE_METHOD_NOT_ALLOWED && exchange->response.headers_count == 0) {
        set_allow(exchange, "GET, HEAD, POST, PUT, PATCH, DELETE");
    }
    ic_http_problem_write(&exchange->response, &exchange->err, exchange->request.request_id);
    answer.closes = true;
    answer.body = ic_buf_view(&exchange->response.body);
    ic_buf_init(&bytes, REFUSAL_BYTES_MAX);
    ic_http_answer_write(&answer, &bytes);
    ic_http_connection_refuse(connection, ic_buf_view(&bytes));
    ic_buf_release(&bytes);
    ic_http_exchange_destroy(exchange);
}

/* Whether the address may ask for one more thing now. */
static enum ic_rc pace(struct ic_http_exchange *exchange, struct ic_err *err)
{
    const struct ic_http_loop *loop = exchange->loop;
    const struct ic_http_network key = ic_http_address_key(exchange->request.address);
    struct ic_str bytes = {(const char *)key.bytes, sizeof key.bytes};
    int wait_s = 0;
    if (!loop->pace || ic_pace_take(loop->pace, bytes, ic_clock_monotonic_ms(&loop->options->clock), &wait_s)) {
        return IC_OK;
    }
    ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, "http.pace", "Too many requests; go on after a moment.");
    return ic_err_set_wait(err, wait_s);
}

static void refuse_without_memory(struct ic_http_connection *connection)
{
    ic_http_connection_refuse(connection, IC_STR("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
                                                 "Content-Length: 0\r\nConnection: close\r\n\r\n"));
}

void ic_http_exchange_on_refused(void *context, struct ic_http_connection *connection, const struct ic_err *err)
{
    struct ic_http_exchange *exchange = create(context);
    if (!exchange) {
        refuse_without_memory(connection);
        return;
    }
    exchange->err = *err;
    fill_origin(exchange, connection);
    refuse(exchange, connection);
}

void ic_http_exchange_on_head(void *context, struct ic_http_connection *connection, struct ic_str head)
{
    struct ic_http_loop *loop = context;
    struct ic_http_exchange *exchange = create(loop);
    struct ic_str copy;
    if (!exchange) {
        refuse_without_memory(connection);
        return;
    }
    struct ic_err *err = &exchange->err;
    fill_origin(exchange, connection);
    enum ic_rc rc = ic_arena_copy(exchange->arena, head, &copy) ? IC_OK : ic_arena_failed("http.head", err);
    if (rc == IC_OK) {
        rc = ic_guard_read(copy, loop->hosts, &exchange->request, &exchange->framing, err);
    }
    bool is_through = rc == IC_OK;
    if (is_through) {
        struct ic_http_request *request = &exchange->request;
        request->address = ic_http_address_of(&loop->options->proxies, request, request->address);
        rc = pace(exchange, err);
    }
    if (rc == IC_OK) {
        rc = find(exchange, err);
    }
    /* What nobody will answer is refused before its body comes; libevent would not know the method. */
    if (rc != IC_OK && (!is_through || exchange->framing.body_size > 0 || exchange->request.method == IC_HTTP_OTHER)) {
        refuse(exchange, connection);
        return;
    }
    ic_http_connection_admit(connection, exchange, exchange->framing.body_size);
}

/* ---- The whole request. ---- */

/* Views the body; fails when it is not what the head announced, or not text. A packed one is bytes: who unpacks it
 * finds out whether there is text in it. */
static enum ic_rc read_body(struct ic_http_exchange *exchange, struct ic_err *err)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(exchange->source);
    size_t size = evbuffer_get_length(input);
    if (size != exchange->framing.body_size) {
        exchange->framing.closes = true;
        return ic_err_set(err, IC_CODE_MALFORMED_REQUEST, "http.body", "The body has %zu bytes where %zu were said.",
                          size, exchange->framing.body_size);
    }
    if (size == 0) {
        return IC_OK;
    }
    const char *bytes = (const char *)evbuffer_pullup(input, -1);
    if (!bytes) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "http.body", "There is no memory for %zu bytes.", size);
    }
    bool is_packed = ic_str_equal_folded(ic_http_header_find(&exchange->request, "Content-Encoding"), IC_STR("gzip"));
    if (!is_packed && memchr(bytes, '\0', size)) {
        exchange->framing.closes = true;
        return ic_err_set(err, IC_CODE_MALFORMED_JSON, "http.body", "The body holds a NUL.");
    }
    exchange->request.body = (struct ic_str){bytes, size};
    return IC_OK;
}

void ic_http_exchange_begin(struct evhttp_request *source, void *argument)
{
    struct ic_http_loop *loop = argument;
    struct ic_http_exchange *exchange =
        ic_http_connection_take(ic_http_connection_get(&loop->connections, evhttp_request_get_connection(source)));
    exchange->source = source;
    if (exchange->err.code != IC_CODE_OK || read_body(exchange, &exchange->err) != IC_OK) {
        answer_problem(exchange);
    } else if (!exchange->route) {
        answer_file(exchange);
    } else if (!ic_worker_pool_submit(loop->workers, &exchange->job)) {
        ic_err_set(&exchange->err, IC_CODE_BUSY, "http.queue", "The server has too much to do.");
        answer_problem(exchange);
    }
}
