#include "api/handlers.h"

#include "api/agent.h"
#include "api/authorise.h"
#include "api/parameters.h"
#include "api/protocol.h"
#include "api/routes.h"
#include "contract/limits.h"
#include "service/asker.h"
#include "service/live.h"

#include <stdlib.h>

/* Behind no change: whoever opens a stream is told at once where the feed stands. */
enum { BEFORE_ALL = -1 };

/* A desktop's stream, as the HTTP server and the presence know it. */
struct device_stream {
    struct ic_http_subject subject;
    struct ic_service *service;
    struct ic_presence_stream presence;
};

static struct device_stream *stream_of(struct ic_http_subject *subject)
{
    return (struct device_stream *)(void *)((char *)subject - offsetof(struct device_stream, subject));
}

static bool is_over(struct ic_http_subject *subject)
{
    return atomic_load(&stream_of(subject)->presence.is_over);
}

static void ended(struct ic_http_subject *subject)
{
    struct device_stream *stream = stream_of(subject);
    ic_presence_close(stream->service, &stream->presence);
    free(stream);
}

static enum ic_rc read_parameters(const struct ic_http_request *request, struct ic_err *err)
{
    struct ic_parameters parameters;
    int64_t protocol = IC_LIMIT_PROTOCOL_VERSION;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_count(&parameters, "protocol", INT32_MAX, &protocol);
    enum ic_rc rc = ic_protocol_check(protocol, "protocol", err);
    return rc == IC_OK ? ic_parameters_end(&parameters) : rc;
}

enum ic_rc ic_api_sync_live(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct ic_device device;
    enum ic_rc rc = ic_authorise_device(context, request, &device, err);
    if (rc == IC_OK) {
        const struct ic_asker asker = ic_asker_by_device(&device);
        rc = ic_live_check_desktop(&asker, err);
    }
    if (rc == IC_OK) {
        rc = read_parameters(request, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct device_stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "api.sync_live", "There is no memory for the stream.");
    }
    stream->subject = (struct ic_http_subject){.is_over = is_over, .ended = ended};
    stream->service = context;
    ic_presence_note(context, &device, false, ic_agent_version(request));
    ic_presence_open(context, &device, &stream->presence);
    response->is_stream = true;
    response->stream_feed = IC_API_FEED_OF_DEVICES;
    response->stream_cursor = BEFORE_ALL;
    response->stream_subject = &stream->subject;
    return IC_OK;
}

static enum ic_rc newest(void *context, int64_t *ret_cursor, struct ic_err *err)
{
    return ic_live_newest(context, ret_cursor, err);
}

/* However much has changed, a desktop needs to hear it once: it pulls. */
static enum ic_rc read(void *context, int64_t cursor, struct ic_buf *frames, int64_t *ret_cursor, struct ic_err *err)
{
    int64_t now_at;
    enum ic_rc rc = ic_live_newest(context, &now_at, err);
    if (rc != IC_OK || now_at == cursor) {
        return rc;
    }
    ic_buf_put_format(frames, "id: %lld\nevent: cursor\ndata: {\"cursor\":%lld}\n\n", (long long)now_at,
                      (long long)now_at);
    rc = ic_buf_check(frames, "api.sync_live.read", err);
    if (rc == IC_OK) {
        *ret_cursor = now_at;
    }
    return rc;
}

struct ic_http_feed ic_api_feed_of_devices(struct ic_service *service)
{
    return (struct ic_http_feed){.read = read, .newest = newest, .context = service};
}
