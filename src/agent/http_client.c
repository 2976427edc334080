#include "agent/http_client.h"

#include "agent/event_reader.h"
#include "agent/http_client_library.h"
#include "base/secret.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_MS = IC_HTTP_CLIENT_EXCHANGE_MS_MAX,
    POLL_FOREVER_MS = 24 * 60 * 60 * 1000, /* A wait that may return early: once a day. */
    TOKEN_HEADER_SIZE = 128,
    MS_PER_S = 1000,
};

static const char operation[] = "agent.http_client";

/* libcurl and its TLS library take some megabytes once they are in use: they are begun by the first exchange, so that a
 * host that never pushes does without. */
struct ic_http_client {
    _Atomic(CURLM *) multi; /* NULL before the first exchange. */
    const struct ic_http_client_library *curl;
    CURL *easy; /* Kept, and with it the connection. */
    atomic_bool interrupted;
    const struct ic_clock *clock;

    /* The stream of news. */
    CURL *listener; /* NULL: it is closed. */
    struct curl_slist *listener_headers;
    bool is_open;        /* The server has begun to answer well. */
    bool has_news;       /* An event came, or it opened or closed: what a wait is for. */
    int64_t heard_at_ms; /* When something came last, or it was begun; monotonic. */
    struct ic_event_reader reader;
};

static enum ic_rc no_memory(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a connection.");
}

enum ic_rc ic_http_client_create(const struct ic_clock *clock, struct ic_http_client **ret_client, struct ic_err *err)
{
    struct ic_http_client *client = calloc(1, sizeof *client);
    if (!client) {
        return no_memory(err);
    }
    client->clock = clock;
    *ret_client = client;
    return IC_OK;
}

bool ic_http_client_has_begun(const struct ic_http_client *client)
{
    return client->easy != NULL;
}

static enum ic_rc begin(struct ic_http_client *client, struct ic_err *err)
{
    if (client->easy) {
        return IC_OK;
    }
    enum ic_rc rc = ic_http_client_library_get(&client->curl, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (client->curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return no_memory(err);
    }
    CURLM *multi = client->curl->multi_init();
    client->easy = multi ? client->curl->easy_init() : NULL;
    if (!client->easy) {
        client->curl->multi_cleanup(multi);
        client->curl->global_cleanup();
        return no_memory(err);
    }
    client->curl->multi_setopt(multi, CURLMOPT_MAXCONNECTS, 2L);
    atomic_store(&client->multi, multi);
    return IC_OK;
}

void ic_http_client_destroy(struct ic_http_client *client)
{
    if (client && client->easy) {
        ic_http_client_hang_up(client);
        client->curl->easy_cleanup(client->easy);
        client->curl->multi_cleanup(client->multi);
        client->curl->global_cleanup();
    }
    free(client);
}

void ic_http_client_interrupt(struct ic_http_client *client)
{
    /* The flag first: an exchange that begins meanwhile sees it before it waits. */
    atomic_store(&client->interrupted, true);
    ic_http_client_wake(client);
}

void ic_http_client_wake(struct ic_http_client *client)
{
    CURLM *multi = atomic_load(&client->multi);
    if (multi) {
        client->curl->multi_wakeup(multi);
    }
}

static size_t take_body(char *data, size_t item_size, size_t count, void *context)
{
    struct ic_buf *body = context;
    size_t size = item_size * count;
    ic_buf_put(body, (struct ic_str){data, size});
    return body->failed == IC_CODE_OK ? size : CURL_WRITEFUNC_ERROR;
}

static bool append(const struct ic_http_client_library *curl, struct curl_slist **list, const char *header)
{
    struct curl_slist *longer = curl->slist_append(*list, header);
    if (longer) {
        *list = longer;
    }
    return longer != NULL;
}

static bool make_headers(const struct ic_http_client_library *curl, const struct ic_exchange_request *request,
                         const char *accept, struct curl_slist **headers)
{
    bool made = append(curl, headers, accept);
    if (request->body.size > 0) {
        made = made && append(curl, headers, "Content-Type: application/json") && append(curl, headers, "Expect:");
    }
    if (request->is_packed) {
        made = made && append(curl, headers, "Content-Encoding: gzip");
    }
    if (request->token) {
        char header[TOKEN_HEADER_SIZE];
        snprintf(header, sizeof header, "Authorization: Bearer %s", request->token);
        made = made && append(curl, headers, header);
        ic_secret_wipe(header, sizeof header);
    }
    return made;
}

static bool configure(const struct ic_http_client_library *curl, CURL *easy, const char *url,
                      const struct curl_slist *headers)
{
    bool is_http = strncmp(url, "http:", 5) == 0;
    CURLcode rc = curl->easy_setopt(easy, CURLOPT_URL, url);
    rc |= curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    rc |= curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    rc |= curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    rc |= curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    rc |= curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)IC_HTTP_CLIENT_CONNECT_MS_MAX);
    rc |= curl->easy_setopt(easy, CURLOPT_USERAGENT, "instacrm-agent/" IC_VERSION);
    rc |= curl->easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (is_http) {
        /* What is meant for this machine, token and all, must not go out to a proxy of the environment. */
        rc |= curl->easy_setopt(easy, CURLOPT_PROXY, "");
    }
    return rc == CURLE_OK;
}

static bool configure_exchange(const struct ic_http_client_library *curl, CURL *easy,
                               const struct ic_exchange_request *request, struct ic_buf *body)
{
    CURLcode rc = curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)IC_HTTP_CLIENT_EXCHANGE_MS_MAX);
    rc |= curl->easy_setopt(easy, CURLOPT_MAXFILESIZE, (long)IC_EXCHANGE_ANSWER_BYTES_MAX);
    rc |= curl->easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    rc |= curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    rc |= curl->easy_setopt(easy, CURLOPT_WRITEDATA, body);
    if (request->body.size > 0) {
        rc |= curl->easy_setopt(easy, CURLOPT_POST, 1L);
        rc |= curl->easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
        rc |= curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size);
    } else {
        rc |= curl->easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    return rc == CURLE_OK;
}

/* Moves everything that can be moved; true when the exchange, if there is one, is done and `ret_result` says how. */
static bool perform(struct ic_http_client *client, CURLcode *ret_result)
{
    bool done = false;
    int running, left;
    CURLMsg *message;
    if (client->curl->multi_perform(client->multi, &running) != CURLM_OK) {
        *ret_result = CURLE_OUT_OF_MEMORY;
        return true;
    }
    while ((message = client->curl->multi_info_read(client->multi, &left))) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        if (message->easy_handle == client->easy) {
            *ret_result = message->data.result;
            done = true;
        } else {
            ic_http_client_hang_up(client);
        }
    }
    return done;
}

/* Carries the exchange to its end; CURLE_ABORTED_BY_CALLBACK when it was interrupted. */
static CURLcode transfer(struct ic_http_client *client)
{
    if (client->curl->multi_add_handle(client->multi, client->easy) != CURLM_OK) {
        return CURLE_OUT_OF_MEMORY;
    }
    CURLcode rc = CURLE_ABORTED_BY_CALLBACK;
    while (!atomic_load(&client->interrupted) && !perform(client, &rc)) {
        if (client->curl->multi_poll(client->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK) {
            break;
        }
    }
    client->curl->multi_remove_handle(client->multi, client->easy);
    return rc;
}

static enum ic_rc fail(const struct ic_http_client_library *curl, CURLcode native, struct ic_err *err)
{
    enum ic_code code = native == CURLE_OPERATION_TIMEDOUT ? IC_CODE_TIMEOUT : IC_CODE_UNAVAILABLE;
    return ic_err_set_native(err, code, operation, (int)native, true, "The server cannot be reached: %.160s.",
                             curl->easy_strerror(native));
}

static void describe(const struct ic_http_client_library *curl, CURL *easy, struct ic_exchange_answer *answer)
{
    long status = 0;
    curl_off_t retry_after_s = 0;
    const char *type = NULL;
    curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    curl->easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    answer->status = (int)status;
    if (retry_after_s > 0) {
        bool fits = retry_after_s < IC_EXCHANGE_RETRY_AFTER_MS_MAX / MS_PER_S;
        answer->retry_after_ms = fits ? (int64_t)retry_after_s * MS_PER_S : IC_EXCHANGE_RETRY_AFTER_MS_MAX;
    }
    static const char problem[] = "application/problem+json";
    answer->is_problem = type && strncmp(type, problem, sizeof problem - 1) == 0;
}

static enum ic_rc run(void *context, const struct ic_exchange_request *request, struct ic_exchange_answer *ret_answer,
                      struct ic_err *err)
{
    struct ic_http_client *client = context;
    char url[2 * IC_SERVER_URL_SIZE];
    struct curl_slist *headers = NULL;
    enum ic_rc rc = begin(client, err);
    if (rc != IC_OK) {
        return rc;
    }
    const struct ic_http_client_library *curl = client->curl;
    snprintf(url, sizeof url, "%s%s", request->server_url, request->path);
    curl->easy_reset(client->easy);
    if (!make_headers(curl, request, "Accept: application/json, application/problem+json", &headers) ||
        !configure(curl, client->easy, url, headers) ||
        !configure_exchange(curl, client->easy, request, &ret_answer->body)) {
        rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a request.");
        goto out;
    }
    CURLcode native = transfer(client);
    if (native == CURLE_OK) {
        describe(curl, client->easy, ret_answer);
    } else {
        rc = fail(curl, native, err);
    }
    /* The options point to what ends here. */
    curl->easy_reset(client->easy);
    curl->easy_setopt(client->easy, CURLOPT_QUICK_EXIT, 1L);
out:
    curl->slist_free_all(headers);
    return rc;
}

struct ic_exchange ic_http_client_exchange(struct ic_http_client *client)
{
    return (struct ic_exchange){.run = run, .context = client};
}

/* Bytes of the stream. A refusal has a body, too: it is no stream, and ends here. */
static size_t take_news(char *data, size_t item_size, size_t count, void *context)
{
    struct ic_http_client *client = context;
    long status = 0;
    size_t size = item_size * count;
    unsigned before = client->reader.count;
    client->curl->easy_getinfo(client->listener, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        return CURL_WRITEFUNC_ERROR;
    }
    ic_event_reader_take(&client->reader, (struct ic_str){data, size});
    client->heard_at_ms = ic_clock_monotonic_ms(client->clock);
    client->has_news |= !client->is_open || client->reader.count != before;
    client->is_open = true;
    return size;
}

enum ic_rc ic_http_client_listen(struct ic_http_client *client, const struct ic_exchange_request *request,
                                 struct ic_err *err)
{
    char url[2 * IC_SERVER_URL_SIZE];
    ic_http_client_hang_up(client);
    enum ic_rc rc = begin(client, err);
    if (rc != IC_OK) {
        return rc;
    }
    const struct ic_http_client_library *curl = client->curl;
    client->listener = curl->easy_init();
    snprintf(url, sizeof url, "%s%s", request->server_url, request->path);
    bool made = client->listener &&
                make_headers(curl, request, "Accept: text/event-stream", &client->listener_headers) &&
                configure(curl, client->listener, url, client->listener_headers) &&
                curl->easy_setopt(client->listener, CURLOPT_WRITEFUNCTION, take_news) == CURLE_OK &&
                curl->easy_setopt(client->listener, CURLOPT_WRITEDATA, client) == CURLE_OK &&
                curl->multi_add_handle(client->multi, client->listener) == CURLM_OK;
    if (!made) {
        ic_http_client_hang_up(client);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a stream.");
    }
    client->heard_at_ms = ic_clock_monotonic_ms(client->clock);
    client->has_news = false;
    return IC_OK;
}

void ic_http_client_hang_up(struct ic_http_client *client)
{
    if (client->listener) {
        const struct ic_http_client_library *curl = client->curl;
        curl->multi_remove_handle(client->multi, client->listener);
        curl->easy_cleanup(client->listener);
        client->listener = NULL;
        client->has_news = true;
        for (struct curl_slist *header = client->listener_headers; header; header = header->next) {
            ic_secret_wipe(header->data, strlen(header->data));
        }
        curl->slist_free_all(client->listener_headers);
        client->listener_headers = NULL;
    }
    client->is_open = false;
    client->reader = (struct ic_event_reader){.count = client->reader.count};
}

enum ic_http_stream ic_http_client_stream(const struct ic_http_client *client)
{
    if (!client->listener) {
        return IC_HTTP_STREAM_CLOSED;
    }
    return client->is_open ? IC_HTTP_STREAM_OPEN : IC_HTTP_STREAM_OPENING;
}

unsigned ic_http_client_take_events(struct ic_http_client *client)
{
    unsigned count = client->reader.count;
    client->reader.count = 0;
    return count;
}

/* How long the stream may still be silent; closes it when that is over. */
static int64_t silence_left_ms(struct ic_http_client *client)
{
    if (!client->listener) {
        return POLL_FOREVER_MS;
    }
    int64_t silent_ms = ic_clock_monotonic_ms(client->clock) - client->heard_at_ms;
    if (silent_ms < IC_HTTP_CLIENT_SILENCE_MS_MAX) {
        return IC_HTTP_CLIENT_SILENCE_MS_MAX - silent_ms;
    }
    ic_http_client_hang_up(client);
    return 0;
}

void ic_http_client_wait(struct ic_http_client *client, int64_t wait_ms)
{
    CURLcode none;
    if (begin(client, NULL) != IC_OK) {
        return;
    }
    (void)perform(client, &none);
    int64_t left_ms = silence_left_ms(client);
    left_ms = wait_ms >= 0 && wait_ms < left_ms ? wait_ms : left_ms;
    if (!client->has_news && !atomic_load(&client->interrupted)) {
        client->curl->multi_poll(client->multi, NULL, 0, (int)left_ms, NULL);
        (void)perform(client, &none);
    }
    client->has_news = false;
}
