#include "agent/http_client.h"

#include "base/secret.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POLL_MS = IC_HTTP_CLIENT_EXCHANGE_MS_MAX, TOKEN_HEADER_SIZE = 128, MS_PER_S = 1000 };

static const char operation[] = "agent.http_client";

/* libcurl and its TLS library take some megabytes once they are in use: they are begun by the first exchange, so that a
 * host that never pushes does without. */
struct ic_http_client {
    _Atomic(CURLM *) multi; /* NULL before the first exchange. */
    CURL *easy;             /* Kept, and with it the connection. */
    atomic_bool interrupted;
};

enum ic_rc ic_http_client_create(struct ic_http_client **ret_client, struct ic_err *err)
{
    struct ic_http_client *client = calloc(1, sizeof *client);
    if (!client) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a connection.");
    }
    *ret_client = client;
    return IC_OK;
}

static bool begin(struct ic_http_client *client)
{
    if (client->easy) {
        return true;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return false;
    }
    CURLM *multi = curl_multi_init();
    client->easy = multi ? curl_easy_init() : NULL;
    if (!client->easy) {
        curl_multi_cleanup(multi);
        curl_global_cleanup();
        return false;
    }
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L);
    atomic_store(&client->multi, multi);
    return true;
}

void ic_http_client_destroy(struct ic_http_client *client)
{
    if (client && client->easy) {
        curl_easy_cleanup(client->easy);
        curl_multi_cleanup(client->multi);
        curl_global_cleanup();
    }
    free(client);
}

void ic_http_client_interrupt(struct ic_http_client *client)
{
    /* The flag first: an exchange that begins meanwhile sees it before it waits. */
    atomic_store(&client->interrupted, true);
    CURLM *multi = atomic_load(&client->multi);
    if (multi) {
        curl_multi_wakeup(multi);
    }
}

/* Whether the host is this machine, by what it is and not by how it begins: 127.0.0.1.example.org is another one.
 * libcurl resolves "localhost" to the loopback by itself. */
static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
        return true;
    }
    return inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

/* A part of the address; NULL when it has none. To be freed with curl_free. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

/* Whether the address is a scheme, a host and perhaps a port, and the scheme is safe for that host. */
static bool is_server_url(CURLU *url)
{
    char *scheme = url_part(url, CURLUPART_SCHEME), *host = url_part(url, CURLUPART_HOST);
    char *path = url_part(url, CURLUPART_PATH), *user = url_part(url, CURLUPART_USER);
    char *password = url_part(url, CURLUPART_PASSWORD), *query = url_part(url, CURLUPART_QUERY);
    char *fragment = url_part(url, CURLUPART_FRAGMENT);
    bool bare = path && strcmp(path, "/") == 0 && !user && !password && !query && !fragment;
    bool safe = scheme && host && (strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback(host)));
    curl_free(scheme);
    curl_free(host);
    curl_free(path);
    curl_free(user);
    curl_free(password);
    curl_free(query);
    curl_free(fragment);
    return bare && safe;
}

enum ic_rc ic_http_client_url_check(const char *typed, char ret_url[IC_HTTP_CLIENT_URL_SIZE], struct ic_err *err)
{
    CURLU *url = curl_url();
    char *whole = NULL;
    bool fits = url && curl_url_set(url, CURLUPART_URL, typed, 0) == CURLUE_OK && is_server_url(url) &&
                curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK && strlen(whole) <= IC_HTTP_CLIENT_URL_SIZE;
    if (fits) {
        /* Without the slash of the empty path. */
        size_t size = strlen(whole) - 1;
        memcpy(ret_url, whole, size);
        ret_url[size] = '\0';
    }
    curl_free(whole);
    curl_url_cleanup(url);
    if (!fits) {
        return ic_err_set(
            err, IC_CODE_INVALID_PARAMETER, operation,
            "A server's address is like https://crm.example.org: https (http only to this machine itself), "
            "a host and perhaps a port, nothing more.");
    }
    return IC_OK;
}

static size_t take_body(char *data, size_t item_size, size_t count, void *context)
{
    struct ic_buf *body = context;
    size_t size = item_size * count;
    ic_buf_put(body, (struct ic_str){data, size});
    return body->failed == IC_CODE_OK ? size : CURL_WRITEFUNC_ERROR;
}

static bool append(struct curl_slist **list, const char *header)
{
    struct curl_slist *longer = curl_slist_append(*list, header);
    if (longer) {
        *list = longer;
    }
    return longer != NULL;
}

static bool make_headers(const struct ic_exchange_request *request, struct curl_slist **headers)
{
    bool made = append(headers, "Accept: application/json, application/problem+json");
    if (request->body.size > 0) {
        made = made && append(headers, "Content-Type: application/json") && append(headers, "Expect:");
    }
    if (request->is_packed) {
        made = made && append(headers, "Content-Encoding: gzip");
    }
    if (request->token) {
        char header[TOKEN_HEADER_SIZE];
        snprintf(header, sizeof header, "Authorization: Bearer %s", request->token);
        made = made && append(headers, header);
        ic_secret_wipe(header, sizeof header);
    }
    return made;
}

static bool configure(CURL *easy, const char *url, const struct ic_exchange_request *request,
                      const struct curl_slist *headers, struct ic_buf *body)
{
    bool is_http = strncmp(url, "http:", 5) == 0;
    CURLcode rc = curl_easy_setopt(easy, CURLOPT_URL, url);
    rc |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    rc |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    rc |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    rc |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)IC_HTTP_CLIENT_CONNECT_MS_MAX);
    rc |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)IC_HTTP_CLIENT_EXCHANGE_MS_MAX);
    rc |= curl_easy_setopt(easy, CURLOPT_MAXFILESIZE, (long)IC_EXCHANGE_ANSWER_BYTES_MAX);
    rc |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    rc |= curl_easy_setopt(easy, CURLOPT_USERAGENT, "instacrm-agent/" IC_VERSION);
    rc |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    rc |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    if (is_http) {
        /* What is meant for this machine, token and all, must not go out to a proxy of the environment. */
        rc |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
    if (request->body.size > 0) {
        rc |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
        rc |= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
        rc |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size);
    } else {
        rc |= curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    return rc == CURLE_OK;
}

/* Carries the transfer to its end; CURLE_ABORTED_BY_CALLBACK when it was interrupted. */
static CURLcode transfer(struct ic_http_client *client)
{
    if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK) {
        return CURLE_OUT_OF_MEMORY;
    }
    CURLcode rc = CURLE_ABORTED_BY_CALLBACK;
    int running = 1;
    while (running > 0 && !atomic_load(&client->interrupted)) {
        if (curl_multi_perform(client->multi, &running) != CURLM_OK) {
            break;
        }
        if (running > 0 && curl_multi_poll(client->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK) {
            break;
        }
    }
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(client->multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            rc = message->data.result;
        }
    }
    curl_multi_remove_handle(client->multi, client->easy);
    return rc;
}

static enum ic_rc fail(CURLcode native, struct ic_err *err)
{
    enum ic_code code = native == CURLE_OPERATION_TIMEDOUT ? IC_CODE_TIMEOUT : IC_CODE_UNAVAILABLE;
    return ic_err_set_native(err, code, operation, (int)native, true, "The server cannot be reached: %.160s.",
                             curl_easy_strerror(native));
}

static void describe(CURL *easy, struct ic_exchange_answer *answer)
{
    long status = 0;
    curl_off_t retry_after_s = 0;
    const char *type = NULL;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
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
    char url[2 * IC_HTTP_CLIENT_URL_SIZE];
    struct curl_slist *headers = NULL;
    enum ic_rc rc = IC_OK;
    if (!begin(client)) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a connection.");
    }
    snprintf(url, sizeof url, "%s%s", request->server_url, request->path);
    curl_easy_reset(client->easy);
    if (!make_headers(request, &headers) || !configure(client->easy, url, request, headers, &ret_answer->body)) {
        rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a request.");
        goto out;
    }
    CURLcode native = transfer(client);
    if (native == CURLE_OK) {
        describe(client->easy, ret_answer);
    } else {
        rc = fail(native, err);
    }
    /* The options point to what ends here. */
    curl_easy_reset(client->easy);
    curl_easy_setopt(client->easy, CURLOPT_QUICK_EXIT, 1L);
out:
    curl_slist_free_all(headers);
    return rc;
}

struct ic_exchange ic_http_client_exchange(struct ic_http_client *client)
{
    return (struct ic_exchange){.run = run, .context = client};
}
