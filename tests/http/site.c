#include "site.h"

#include "wire.h"

#include "base/json_write.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Routes. ---- */

static enum ic_rc healthz(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err)
{
    (void)context, (void)request, (void)err;
    ic_buf_put(&response->body, IC_STR("{\"status\":\"ok\"}"));
    return IC_OK;
}

/* Says what it understood: the path, the query, the body's size, the parameters. */
static enum ic_rc echo(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    (void)context, (void)err;
    response->content_type = "text/plain; charset=utf-8";
    ic_buf_put_format(&response->body, "method=%d path=%.*s query=%.*s body=%zu", (int)request->method,
                      (int)request->path.size, request->path.data, (int)request->query.size, request->query.data,
                      request->body.size);
    for (int i = 0; i < IC_HTTP_PARAMETERS_MAX && request->parameters[i].size; i++) {
        ic_buf_put_format(&response->body, " {%.*s}", (int)request->parameters[i].size, request->parameters[i].data);
    }
    return IC_OK;
}

static enum ic_rc remove_item(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    (void)context, (void)request, (void)err;
    response->status = 204;
    return IC_OK;
}

static enum ic_rc big(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                      struct ic_err *err)
{
    static const char line[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";
    (void)context, (void)request, (void)err;
    response->content_type = "text/plain; charset=utf-8";
    while (response->body.size < SITE_BIG_BYTES) {
        ic_buf_put(&response->body, (struct ic_str){line, sizeof line - 1});
    }
    return IC_OK;
}

static enum ic_rc fail_inside(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    (void)context, (void)request;
    ic_buf_put(&response->body, IC_STR("half an answer"));
    ic_http_header_set(response, "X-Half", IC_STR("yes"));
    return ic_err_set_field(err, IC_CODE_INTERNAL, "site.fail", "/secret", "The password is swordfish.");
}

static enum ic_rc fail_often(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    (void)context, (void)request;
    response->retry_after_s = 7;
    return ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, "site.often", "Seven seconds, please.");
}

static enum ic_rc fail_unsigned(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    (void)context, (void)request, (void)response;
    return ic_err_set(err, IC_CODE_UNAUTHENTICATED, "site.unsigned", "Who are you?");
}

static enum ic_rc wait_here(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct site *site = context;
    (void)request, (void)err;
    pthread_mutex_lock(&site->lock);
    site->waiting++;
    pthread_cond_broadcast(&site->changed);
    while (site->released == 0) {
        pthread_cond_wait(&site->changed, &site->lock);
    }
    site->released--;
    site->waiting--;
    pthread_mutex_unlock(&site->lock);
    ic_buf_put(&response->body, IC_STR("{\"waited\":true}"));
    return IC_OK;
}

static enum ic_rc live(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    struct site *site = context;
    struct ic_http_query query;
    struct ic_str text;
    enum ic_rc rc = ic_http_query_parse(request, &query, err);
    response->is_stream = true;
    response->stream_cursor = atomic_load(&site->newest);
    if (rc == IC_OK && ic_http_query_find(&query, "cursor", &text) &&
        !ic_str_to_int64(text, &response->stream_cursor)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, "site.live", "cursor", "This is not a number.");
    }
    return rc;
}

static const struct ic_http_route routes[] = {
    {IC_HTTP_GET, "/healthz", healthz, 0, false},
    {IC_HTTP_GET, "/api/echo", echo, 0, true},
    {IC_HTTP_POST, "/api/echo", echo, SITE_BODY_BYTES_MAX, true},
    {IC_HTTP_GET, "/api/items/{item}", echo, 0, true},
    {IC_HTTP_PUT, "/api/items/{item}", echo, SITE_BODY_BYTES_MAX, true},
    {IC_HTTP_PATCH, "/api/items/{item}", echo, SITE_BODY_BYTES_MAX, true},
    {IC_HTTP_DELETE, "/api/items/{item}", remove_item, 0, false},
    {IC_HTTP_POST, "/api/items/{item}/touch", echo, 0, true},
    {IC_HTTP_POST, "/api/large", echo, 1 << 20, true},
    {IC_HTTP_GET, "/api/big", big, 0, true},
    {IC_HTTP_GET, "/api/fail", fail_inside, 0, false},
    {IC_HTTP_GET, "/api/often", fail_often, 0, false},
    {IC_HTTP_GET, "/api/unsigned", fail_unsigned, 0, false},
    {IC_HTTP_GET, "/api/wait", wait_here, 0, true},
    {IC_HTTP_GET, "/api/live", live, 0, true},
};

/* ---- Files. ---- */

#define BYTES(text)                                     \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

static const struct ic_asset files[] = {
    {.path = "/assets/app-1a2b3c.js",
     .content_type = "text/javascript; charset=utf-8",
     .etag = "\"app\"",
     .is_immutable = true,
     .identity = BYTES("import './everything';"),
     .gzip = BYTES("(app in gzip)"),
     .brotli = BYTES("(app in brotli)")},
    {.path = "/favicon.png", .content_type = "image/png", .etag = "\"png\"", .identity = BYTES("(an image)")},
    {.path = "/index.html",
     .content_type = "text/html; charset=utf-8",
     .etag = "\"index\"",
     .identity = BYTES("<!doctype html><title>The page</title>"),
     .gzip = BYTES("(the page in gzip)")},
};

/* ---- The feed. ---- */

static enum ic_rc feed_read(void *context, int64_t cursor, struct ic_buf *frames, int64_t *ret_cursor,
                            struct ic_err *err)
{
    struct site *site = context;
    int64_t newest = atomic_load(&site->newest);
    atomic_fetch_add(&site->reads, 1);
    if (cursor == newest) {
        atomic_store(&site->seen, newest);
    }
    if (atomic_load(&site->fails) > 0) {
        atomic_fetch_sub(&site->fails, 1);
        return ic_err_set(err, IC_CODE_UNAVAILABLE, "site.feed", "Not now.");
    }
    if (cursor > newest) {
        ic_buf_put_format(frames, "id: %" PRId64 "\nevent: reset\ndata: {}\n\n", newest);
        *ret_cursor = newest;
        return IC_OK;
    }
    int filler = atomic_load(&site->filler);
    for (int i = 0; i < IC_HTTP_FEED_BATCH && cursor < newest; i++) {
        cursor++;
        if (cursor > atomic_load(&site->muted)) {
            ic_buf_put_format(frames, "id: %" PRId64 "\ndata: %0*d\n\n", cursor, filler, 0);
        }
    }
    *ret_cursor = cursor;
    return ic_buf_check(frames, "site.feed", err);
}

static enum ic_rc feed_newest(void *context, int64_t *ret_cursor, struct ic_err *err)
{
    struct site *site = context;
    (void)err;
    *ret_cursor = atomic_load(&site->newest);
    return IC_OK;
}

/* ---- Time. ---- */

static int64_t now_ms(void *context)
{
    struct ic_clock machine = ic_clock_system();
    struct site *site = context;
    return ic_clock_now_ms(&machine) + atomic_load(&site->passed_ms);
}

static int64_t monotonic_ms(void *context)
{
    struct ic_clock machine = ic_clock_system();
    struct site *site = context;
    return ic_clock_monotonic_ms(&machine) + atomic_load(&site->passed_ms);
}

void site_pass(struct site *site, int64_t ms)
{
    atomic_fetch_add(&site->passed_ms, ms);
}

/* ---- Life. ---- */

void site_init(struct site *site, const struct ic_http_server_options *options)
{
    struct ic_http_server_options chosen = {.loops = 2, .workers = 4};
    struct ic_err err = IC_ERR_NONE;
    if (options) {
        chosen = *options;
    }
    *site = (struct site){.port = 0};
    pthread_mutex_init(&site->lock, NULL);
    pthread_cond_init(&site->changed, NULL);
    chosen.listen = "127.0.0.1:0";
    chosen.router =
        (struct ic_http_router){.routes = routes, .routes_count = sizeof routes / sizeof routes[0], .context = site};
    chosen.feeds[0] = (struct ic_http_feed){.read = feed_read, .newest = feed_newest, .context = site};
    chosen.assets = files;
    chosen.assets_count = sizeof files / sizeof files[0];
    chosen.clock = (struct ic_clock){.now_ms = now_ms, .monotonic_ms = monotonic_ms, .context = site};
    chosen.rand = ic_rand_system();
    if (ic_http_server_create(&chosen, &site->server, &err) != IC_OK) {
        fail_msg("The server does not start: %s", err.detail);
    }
    const char *authority = ic_http_server_url(site->server) + strlen("http://");
    snprintf(site->host, sizeof site->host, "%s", authority);
    site->port = (int)strtol(strrchr(authority, ':') + 1, NULL, 10);
}

void site_release(struct site *site, int count)
{
    pthread_mutex_lock(&site->lock);
    site->released += count;
    pthread_cond_broadcast(&site->changed);
    pthread_mutex_unlock(&site->lock);
}

void site_destroy(struct site *site)
{
    site_release(site, 1 << 20);
    site_destroy_waiting(site);
}

void site_destroy_waiting(struct site *site)
{
    ic_http_server_destroy(site->server);
    pthread_cond_destroy(&site->changed);
    pthread_mutex_destroy(&site->lock);
}

void site_publish(struct site *site, int count)
{
    atomic_fetch_add(&site->newest, count);
    ic_http_server_publish(site->server);
}

void site_await_feed(struct site *site)
{
    struct ic_clock machine = ic_clock_system();
    int64_t deadline = ic_clock_monotonic_ms(&machine) + WIRE_DEADLINE_MS;
    while (atomic_load(&site->seen) != atomic_load(&site->newest)) {
        assert_true(ic_clock_monotonic_ms(&machine) < deadline);
        sched_yield();
    }
}

void site_await_waiting(struct site *site, int count)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += WIRE_DEADLINE_MS / 1000;
    int failure = 0;
    pthread_mutex_lock(&site->lock);
    while (site->waiting < count && !failure) {
        failure = pthread_cond_timedwait(&site->changed, &site->lock, &deadline);
    }
    pthread_mutex_unlock(&site->lock);
    assert_int_equal(failure, 0);
}

void site_assert_alive(const struct site *site)
{
    struct wire wire;
    char request[128];
    wire_open(&wire, site->port);
    int size = snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", site->host);
    assert_true(wire_send(&wire, (struct ic_str){request, (size_t)size}));
    struct wire_reply reply = wire_read_reply(&wire, false);
    assert_int_equal(reply.status, 200);
    assert_true(ic_str_is(reply.body, "{\"status\":\"ok\"}"));
    wire_close(&wire);
}
