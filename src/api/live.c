#include "api/handlers.h"

#include "api/authorise.h"
#include "api/entry.h"
#include "api/routes.h"
#include "service/live.h"

#include <stdlib.h>

/* Room for a batch of entries with their previews, in the store's rows. */
enum { FEED_ARENA_BYTES_MAX = 1 << 20 };

static enum ic_rc parse_cursor(struct ic_str text, const char *name, int64_t *ret_cursor, struct ic_err *err)
{
    return ic_str_to_int64(text, ret_cursor) ? IC_OK
                                             : ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, "api.live", name,
                                                                "This is not a cursor of the change feed.");
}

/* A browser that reconnects repeats the page's address with its old cursor, and says in Last-Event-ID how far it came.
 */
static enum ic_rc read_cursor(struct ic_service *service, const struct ic_http_request *request, int64_t *ret_cursor,
                              struct ic_err *err)
{
    struct ic_http_query query;
    struct ic_str text;
    int64_t cursor = -1;
    enum ic_rc rc = ic_http_query_parse(request, &query, err);
    if (rc == IC_OK && ic_http_query_find(&query, "cursor", &text)) {
        rc = parse_cursor(text, "cursor", &cursor, err);
    }
    if (rc == IC_OK) {
        rc = ic_http_query_finish(&query, err);
    }
    struct ic_str last_event_id = ic_http_header_find(request, "Last-Event-ID");
    if (rc == IC_OK && last_event_id.size > 0) {
        rc = parse_cursor(last_event_id, "Last-Event-ID", &cursor, err);
    }
    if (rc == IC_OK && cursor < 0) {
        rc = ic_live_newest(service, &cursor, err);
    }
    if (rc == IC_OK) {
        *ret_cursor = cursor;
    }
    return rc;
}

/* A stream, as the HTTP server and the watch know it. */
struct watched {
    struct ic_http_subject subject;
    struct ic_service *service;
    struct ic_watched_stream stream;
};

static struct watched *watched_of(struct ic_http_subject *subject)
{
    return (struct watched *)(void *)((char *)subject - offsetof(struct watched, subject));
}

static bool is_over(struct ic_http_subject *subject)
{
    return atomic_load(&watched_of(subject)->stream.is_over);
}

static void ended(struct ic_http_subject *subject)
{
    struct watched *watched = watched_of(subject);
    ic_stream_watch_close(&watched->service->stream_watch, &watched->stream);
    free(watched);
}

/* Has the stream end with what let it in. */
static enum ic_rc watch(struct ic_service *service, const struct ic_asker *asker, struct ic_http_response *response,
                        struct ic_err *err)
{
    struct watched *watched = calloc(1, sizeof *watched);
    if (!watched) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "api.live", "There is no memory for the stream.");
    }
    watched->subject = (struct ic_http_subject){.is_over = is_over, .ended = ended};
    watched->service = service;
    ic_stream_watch_open(&service->stream_watch, asker, &watched->stream);
    response->stream_subject = &watched->subject;
    return IC_OK;
}

enum ic_rc ic_api_live(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    struct ic_asker asker;
    int64_t cursor = 0;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_live_check(&asker, err);
    }
    if (rc == IC_OK) {
        rc = read_cursor(context, request, &cursor, err);
    }
    if (rc == IC_OK) {
        rc = watch(context, &asker, response, err);
    }
    if (rc == IC_OK) {
        response->is_stream = true;
        response->stream_cursor = cursor;
    }
    return rc;
}

/* An operator came or went. */
static void put_operator(struct ic_buf *frames, const struct ic_change *change)
{
    struct ic_json_writer writer;
    ic_buf_put_format(frames, "id: %lld\nevent: operator\ndata: ", (long long)change->cursor);
    ic_json_writer_init(&writer, frames);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "opr_id", change->opr_id.text);
    ic_json_put_name(&writer, "opr_status", ic_operator_status_name(change->opr_status));
    ic_json_put_int64(&writer, "last_activity", change->last_activity);
    ic_json_object_end(&writer);
    ic_buf_put(frames, IC_STR("\n\n"));
}

static void put_change(struct ic_buf *frames, const struct ic_change *change, const struct ic_totals *totals)
{
    struct ic_json_writer writer;
    if (!change->is_event) {
        put_operator(frames, change);
        return;
    }
    ic_buf_put_format(frames, "id: %lld\nevent: change\ndata: ", (long long)change->cursor);
    ic_json_writer_init(&writer, frames);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "entry");
    ic_entry_write(&writer, &change->entry);
    ic_json_key(&writer, "totals");
    ic_entry_write_totals(&writer, totals);
    ic_json_object_end(&writer);
    ic_buf_put(frames, IC_STR("\n\n"));
}

static enum ic_rc put_frames(const struct ic_live *live, int64_t cursor, struct ic_buf *frames, int64_t *ret_cursor,
                             struct ic_err *err)
{
    if (live->is_reset) {
        ic_buf_put_format(frames, "id: %lld\nevent: reset\ndata: {}\n\n", (long long)live->newest);
        cursor = live->newest;
    }
    for (size_t i = 0; i < live->changes.count; i++) {
        put_change(frames, &live->changes.items[i], &live->totals);
        cursor = live->changes.items[i].cursor;
    }
    enum ic_rc rc = ic_buf_check(frames, "api.live.frames", err);
    if (rc == IC_OK) {
        *ret_cursor = cursor;
    }
    return rc;
}

static enum ic_rc feed_read(void *context, int64_t cursor, struct ic_buf *frames, int64_t *ret_cursor,
                            struct ic_err *err)
{
    struct ic_live live;
    struct ic_arena *arena = ic_arena_create(FEED_ARENA_BYTES_MAX);
    if (!arena) {
        return ic_arena_failed("api.live.read", err);
    }
    enum ic_rc rc = ic_live_read(context, cursor, IC_HTTP_FEED_BATCH, arena, &live, err);
    if (rc == IC_OK) {
        rc = put_frames(&live, cursor, frames, ret_cursor, err);
    }
    ic_arena_destroy(arena);
    return rc;
}

static enum ic_rc feed_newest(void *context, int64_t *ret_cursor, struct ic_err *err)
{
    return ic_live_newest(context, ret_cursor, err);
}

struct ic_http_feed ic_api_feed(struct ic_service *service)
{
    return (struct ic_http_feed){.read = feed_read, .newest = feed_newest, .context = service};
}
