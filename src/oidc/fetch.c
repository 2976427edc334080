#include "oidc/fetch.h"

#include "oidc/address.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum { HTTP_OK = 200, REDIRECT_FIRST = 300, REDIRECT_END = 400 };

struct receiver {
    struct ic_buf *body;
    int64_t max_age_s;
};

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct receiver *receiver = context;
    ic_buf_put(receiver->body, (struct ic_str){data, size * count});
    return receiver->body->failed == IC_CODE_OK ? size * count : 0; /* Less than was given ends it. */
}

/* Cache-Control: ..., max-age=N, ...; no-store and no-cache are 0. */
static void read_cache_control(struct receiver *receiver, struct ic_str value)
{
    while (value.size > 0) {
        const char *comma = memchr(value.data, ',', value.size);
        struct ic_str part = {value.data, comma ? (size_t)(comma - value.data) : value.size};
        value = (struct ic_str){value.data + part.size, value.size - part.size};
        if (comma) {
            value = (struct ic_str){value.data + 1, value.size - 1};
        }
        while (part.size > 0 && (part.data[0] == ' ' || part.data[0] == '\t')) {
            part = (struct ic_str){part.data + 1, part.size - 1};
        }
        const struct ic_str age = IC_STR("max-age=");
        int64_t seconds;
        if (ic_str_is(part, "no-store") || ic_str_is(part, "no-cache")) {
            receiver->max_age_s = 0;
            return;
        }
        if (ic_str_starts_with(part, age) &&
            ic_str_to_int64((struct ic_str){part.data + age.size, part.size - age.size}, &seconds)) {
            receiver->max_age_s = seconds;
        }
    }
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    static const char name[] = "cache-control:";
    size_t left = size * count;
    while (left > 0 && (data[left - 1] == '\r' || data[left - 1] == '\n' || data[left - 1] == ' ')) {
        left--;
    }
    if (left >= sizeof name - 1 && strncasecmp(data, name, sizeof name - 1) == 0) {
        read_cache_control(context, (struct ic_str){data + sizeof name - 1, left - (sizeof name - 1)});
    }
    return size * count;
}

static int on_progress(void *context, curl_off_t download_size, curl_off_t downloaded, curl_off_t upload_size,
                       curl_off_t uploaded)
{
    (void)download_size, (void)downloaded, (void)upload_size, (void)uploaded;
    const struct ic_oidc_request *request = context;
    return atomic_load(request->stops) ? 1 : 0; /* Anything but 0 ends it. */
}

static bool set_options(CURL *easy, const struct ic_oidc_request *request, struct receiver *receiver,
                        struct curl_slist *headers)
{
    bool is_plain = strncmp(request->address, "http:", 5) == 0;
    CURLcode failed = CURLE_OK;
#define SET(option, value) (failed = failed != CURLE_OK ? failed : curl_easy_setopt(easy, option, value))
    SET(CURLOPT_URL, request->address);
    SET(CURLOPT_PROTOCOLS_STR, is_plain ? "http" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_TIMEOUT_MS, (long)IC_OIDC_FETCH_MS);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)IC_OIDC_CONNECT_MS);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_MAXFILESIZE, (long)IC_OIDC_ANSWER_BYTES_MAX);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, receiver);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, receiver);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, request);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_USERAGENT, "InstaCRM/" IC_VERSION);
    if (is_plain) {
        SET(CURLOPT_PROXY, ""); /* This machine is not reached by another. */
    }
    if (request->form) {
        SET(CURLOPT_POSTFIELDS, request->form);
    }
    if (request->basic) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERPWD, request->basic);
    }
#undef SET
    return failed == CURLE_OK;
}

static enum ic_oidc_reason reason_of(CURLcode code, const struct ic_oidc_request *request, const struct ic_buf *body)
{
    if (body->failed == IC_CODE_BODY_TOO_LARGE || code == CURLE_FILESIZE_EXCEEDED) {
        return IC_OIDC_ANSWER_TOO_LARGE;
    }
    if (atomic_load(request->stops)) {
        return IC_OIDC_STOPPED;
    }
    return code == CURLE_OPERATION_TIMEDOUT ? IC_OIDC_TIMEOUT : IC_OIDC_UNREACHABLE;
}

enum ic_oidc_reason ic_oidc_fetch(const struct ic_oidc_request *request, struct ic_buf *body, int64_t *ret_max_age_s)
{
    struct receiver receiver = {.body = body, .max_age_s = -1};
    enum ic_oidc_reason reason = IC_OIDC_OUT_OF_MEMORY;
    if (!ic_oidc_address_is_safe(request->address, request->may_be_plain)) {
        return IC_OIDC_ADDRESS;
    }
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    if (easy && headers && set_options(easy, request, &receiver, headers)) {
        long status = 0;
        CURLcode code = curl_easy_perform(easy);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK) {
            reason = reason_of(code, request, body);
        } else if (status >= REDIRECT_FIRST && status < REDIRECT_END) {
            reason = IC_OIDC_REDIRECT;
        } else {
            reason = status == HTTP_OK ? IC_OIDC_OK : IC_OIDC_STATUS;
        }
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    *ret_max_age_s = receiver.max_age_s;
    return reason;
}
