#include "api/cached.h"

#include "api/authorise.h"
#include "http/coding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES_MAX = 64 << 10 }; /* A head is shorter. */

#define EVENTS   (1U << IC_CACHE_TAG_EVENTS)
#define PRESENCE (1U << IC_CACHE_TAG_PRESENCE)

/* Home and goals tell of windows that end with a quarter of an hour, and of a pace: their answers end with the minute.
 * A list is exact: it is what its rows are, and lives until one of them may have changed. */
static const struct ic_cached pages[] = {
    [IC_CACHED_HOME] = {"/api/v1/home", ic_cached_home, EVENTS | PRESENCE, 60000},
    [IC_CACHED_LOGS] = {"/api/v1/logs", ic_cached_logs, EVENTS, 0},
    [IC_CACHED_LEADS] = {"/api/v1/leads", ic_cached_leads, EVENTS, 0},
    [IC_CACHED_ACTORS] = {"/api/v1/actors", ic_cached_actors, EVENTS, 0},
    [IC_CACHED_OPERATORS] = {"/api/v1/operators", ic_cached_operators, EVENTS | PRESENCE, 0},
    [IC_CACHED_GOALS] = {"/api/v1/goals", ic_cached_goals, EVENTS, 60000},
    [IC_CACHED_GOAL] = {"/api/v1/goals/{goal_id}", ic_cached_goal, EVENTS, 60000},
    [IC_CACHED_ANALYTICS] = {"/api/v1/analytics", ic_cached_analytics, EVENTS, 60000},
    [IC_CACHED_FUNNEL] = {"/api/v1/analytics/funnel", ic_cached_funnel, EVENTS, 60000},
    [IC_CACHED_OPENERS] = {"/api/v1/analytics/openers", ic_cached_openers, EVENTS, 60000},
    [IC_CACHED_COVERAGE] = {"/api/v1/analytics/coverage", ic_cached_coverage, EVENTS, 60000},
    [IC_CACHED_FIGURE_ROWS] = {"/api/v1/analytics/rows", ic_cached_figure_rows, EVENTS, 60000},
};

const struct ic_cached *ic_cached_get(enum ic_cached_page page)
{
    assert((size_t)page < sizeof pages / sizeof pages[0]);
    return &pages[page];
}

void ic_cached_write_table(struct ic_buf *buf)
{
    ic_buf_put(buf, IC_STR("| function | tags | lives at most |\n|---|---|---|\n"));
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        ic_buf_put_format(buf, "| `GET %s` | ", pages[i].route);
        const char *comma = "";
        for (int tag = 0; tag < IC_CACHE_TAG_COUNT; tag++) {
            if (pages[i].tags & (1U << tag)) {
                ic_buf_put_format(buf, "%s%s", comma, ic_cache_tag_name((enum ic_cache_tag)tag));
                comma = ", ";
            }
        }
        if (pages[i].lifetime_ms > 0) {
            ic_buf_put_format(buf, " | %lld s |\n", (long long)(pages[i].lifetime_ms / 1000));
        } else {
            ic_buf_put(buf, IC_STR(" | until a tag changes |\n"));
        }
    }
}

/* A part of a key, with its size before it, so that two parts are never read as others. */
static void put_part(struct ic_buf *buf, struct ic_str part)
{
    ic_buf_put_int64(buf, (int64_t)part.size);
    ic_buf_put_char(buf, ':');
    ic_buf_put(buf, part);
}

static int compare_names(const void *left, const void *right)
{
    const struct ic_http_header *one = left;
    const struct ic_http_header *two = right;
    size_t shorter = one->name.size < two->name.size ? one->name.size : two->name.size;
    int order = shorter > 0 ? memcmp(one->name.data, two->name.data, shorter) : 0;
    return order ? order : (one->name.size > two->name.size) - (one->name.size < two->name.size);
}

/* Everything that the answer depends on besides the database and the clock. */
static enum ic_rc make_key(enum ic_cached_page page, const struct ic_asker *asker,
                           const struct ic_http_request *request, struct ic_hash *ret_key, struct ic_err *err)
{
    struct ic_http_query query;
    struct ic_buf buf;
    bool wants_packed = ic_coding_weigh(ic_http_header_find(request, "Accept-Encoding"), "gzip", 0) > 0 &&
                        ic_coding_weigh(ic_http_header_find(request, "Accept-Encoding"), "gzip", 0) >=
                            ic_coding_weigh(ic_http_header_find(request, "Accept-Encoding"), "identity", 1);
    enum ic_rc rc = ic_http_query_parse(request, &query, err);
    if (rc != IC_OK) {
        return rc;
    }
    ic_buf_init(&buf, KEY_BYTES_MAX);
    ic_buf_put_format(&buf, "%d %d %d %d %d ", (int)page, (int)wants_packed, (int)asker->role, (int)asker->credential,
                      (int)asker->is_recent);
    for (int i = 0; i < IC_TOKEN_SCOPE_COUNT; i++) {
        ic_buf_put_char(&buf, asker->has_scope[i] ? '1' : '0');
    }
    put_part(&buf, ic_id_text(&asker->opr_id));
    put_part(&buf, request->path);
    if (query.count > 0) {
        qsort(query.items, query.count, sizeof *query.items, compare_names);
    }
    for (size_t i = 0; i < query.count; i++) {
        put_part(&buf, query.items[i].name);
        put_part(&buf, query.items[i].value);
    }
    rc = ic_buf_check(&buf, "api.cached", err);
    if (rc == IC_OK) {
        ic_hash_of(ic_buf_view(&buf), ret_key);
    }
    ic_buf_release(&buf);
    return rc;
}

struct computation {
    ic_cached_function function;
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_http_request *request;
};

static enum ic_rc compute(void *context, struct ic_cache_body *body, struct ic_err *err)
{
    const struct computation *computation = context;
    struct ic_http_response made = {.status = 200};
    ic_buf_init(&made.body, body->bytes.size_max);
    enum ic_rc rc = computation->function(computation->service, computation->asker, computation->request, &made, err);
    if (rc == IC_OK) {
        rc = ic_coding_pack(computation->request, &made, err);
    }
    if (rc != IC_OK) {
        ic_buf_release(&made.body);
        return rc;
    }
    for (size_t i = 0; i < made.headers_count; i++) {
        body->is_packed = body->is_packed || ic_str_is(made.headers[i].name, "Content-Encoding");
    }
    ic_buf_release(&body->bytes);
    body->bytes = made.body;
    return IC_OK;
}

/* RFC 9110, 13.1.2: any of the list, or anything at all. Weak tags compare by what stands between their quotes. */
static bool is_known(const struct ic_http_request *request, struct ic_str etag)
{
    struct ic_str rest = ic_http_header_find(request, "If-None-Match");
    while (rest.size > 0) {
        struct ic_str item = ic_coding_next_item(&rest);
        if (ic_str_equal(item, etag) || ic_str_equal(item, (struct ic_str){etag.data + 2, etag.size - 2})) {
            return true;
        }
    }
    return false;
}

enum ic_rc ic_cached_answer(enum ic_cached_page page, struct ic_service *service, const struct ic_http_request *request,
                            struct ic_http_response *response, struct ic_err *err)
{
    const struct ic_cached *cached = ic_cached_get(page);
    struct ic_asker asker;
    struct ic_hash key;
    struct ic_cache_stamp stamp;
    struct ic_str etag;
    char text[IC_CACHE_ETAG_SIZE + 1];
    enum ic_rc rc = ic_authorise(service, request, &asker, err);
    if (rc == IC_OK && service->cache.is_off) {
        return cached->function(service, &asker, request, response, err);
    }
    if (rc == IC_OK) {
        rc = make_key(page, &asker, request, &key, err);
    }
    if (rc == IC_OK) {
        rc = ic_cache_stamp_get(&service->cache, service->store, cached->tags, cached->lifetime_ms,
                                ic_clock_now_ms(&service->clock), &stamp, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    ic_cache_etag(&service->cache, &key, &stamp, text);
    if (!ic_arena_copy(request->arena, ic_str_from(text), &etag)) {
        return ic_arena_failed("api.cached", err);
    }
    bool is_unchanged = is_known(request, etag);
    if (!is_unchanged) {
        struct computation computation = {cached->function, service, &asker, request};
        struct ic_cache_body body = {.bytes = response->body};
        rc = ic_cache_get(&service->cache, &key, &stamp, compute, &computation, &body, err);
        response->body = body.bytes;
        if (rc == IC_OK && body.is_packed) {
            ic_http_header_set(response, "Content-Encoding", IC_STR("gzip"));
        }
    }
    if (rc == IC_OK) {
        response->status = is_unchanged ? 304 : 200;
        ic_http_header_set(response, "ETag", etag);
        ic_http_header_set(response, "Vary", IC_STR("Accept-Encoding"));
    }
    return rc;
}
