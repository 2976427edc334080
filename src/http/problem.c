#include "http/problem.h"

#include "base/json_write.h"
#include "base/log.h"

#include <stdio.h>

enum { RETRY_AFTER_S = 1 };

/* Our faults are errors; that there is too much to do is worth a look; the rest is the client's matter. */
static enum ic_log_level level_of(const struct ic_err *err)
{
    switch (ic_code_rc(err->code)) {
    case IC_INTERNAL:
    case IC_CORRUPT:
    case IC_NOMEM:
        return IC_LOG_ERROR;
    case IC_BUSY:
    case IC_UNAVAILABLE:
        return IC_LOG_WARN;
    case IC_TIMEOUT:
        return err->code == IC_CODE_TIMEOUT ? IC_LOG_WARN : IC_LOG_DEBUG;
    default:
        return IC_LOG_DEBUG;
    }
}

static void log_problem(const struct ic_err *err, int status, struct ic_str request_id)
{
    const struct ic_log_field fields[] = {
        IC_LOG_TEXT("request_id", request_id),
        IC_LOG_NUMBER("status", status),
        IC_LOG_TEXT("code", ic_str_from(ic_code_name(err->code))),
        IC_LOG_TEXT("operation", ic_str_from(err->operation)),
        IC_LOG_TEXT("field", ic_str_from(err->field)),
        IC_LOG_TEXT("detail", ic_str_from(err->detail)),
        IC_LOG_NUMBER("native", err->native),
        {.key = NULL},
    };
    ic_log(level_of(err), "http.problem", fields);
}

void ic_http_problem_put(struct ic_json_writer *writer, const struct ic_err *err, struct ic_str request_id)
{
    enum ic_rc rc = ic_code_rc(err->code);
    /* Why something is unavailable names sockets, paths and servers: it is for the log. */
    bool may_tell = rc != IC_INTERNAL && rc != IC_CORRUPT && rc != IC_UNAVAILABLE;
    ic_json_object_begin(writer);
    char type[96];
    snprintf(type, sizeof type, "urn:instacrm:problem:%s", ic_code_name(err->code));
    ic_json_put_name(writer, "type", type);
    ic_json_put_name(writer, "title", ic_code_title(err->code));
    ic_json_put_int64(writer, "status", ic_code_status(err->code));
    ic_json_put_name(writer, "code", ic_code_name(err->code));
    if (may_tell) {
        ic_json_put_optional_text(writer, "detail", ic_str_from(err->detail));
        ic_json_put_optional_text(writer, "field", ic_str_from(err->field));
    }
    ic_json_put_text(writer, "request_id", request_id);
    ic_json_object_end(writer);
}

/* Drops what the response held, except what names the methods that the address takes. */
static void reset_headers(struct ic_http_response *response, int status)
{
    struct ic_http_header allow = {0};
    for (size_t i = 0; i < response->headers_count; i++) {
        if (ic_str_is(response->headers[i].name, "Allow")) {
            allow = response->headers[i];
        }
    }
    response->headers_count = 0;
    if (status == 405 && allow.name.size > 0) {
        response->headers[response->headers_count++] = allow;
    }
}

void ic_http_problem_write(struct ic_http_response *response, const struct ic_err *err, struct ic_str request_id)
{
    int status = ic_code_status(err->code);
    ic_buf_reset(&response->body);
    response->status = status;
    response->content_type = "application/problem+json";
    reset_headers(response, status);
    response->is_stream = false;
    if (status == 429 || status == 503) {
        if (response->retry_after_s == 0) {
            response->retry_after_s = err->retry_after_s > 0 ? err->retry_after_s : RETRY_AFTER_S;
        }
    } else {
        response->retry_after_s = 0;
    }
    if (status == 401) {
        ic_http_header_set(response, "WWW-Authenticate", IC_STR("Bearer"));
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_http_problem_put(&writer, err, request_id);
    log_problem(err, status, request_id);
}
