#include "api/handlers.h"

#include "api/authorise.h"
#include "api/entry.h"
#include "contract/limits.h"
#include "service/logs.h"

static const char operation[] = "api.logs";

static enum ic_rc read_limit(struct ic_http_query *query, int64_t *ret_limit, struct ic_err *err)
{
    struct ic_str text;
    int64_t limit = IC_LIMIT_LOGS_PAGE_SIZE_DEFAULT;
    if (ic_http_query_find(query, "limit", &text) &&
        (!ic_str_to_int64(text, &limit) || limit < 1 || limit > IC_LIMIT_LOGS_PAGE_SIZE_MAX)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "limit", "It may be 1 to %d.",
                                IC_LIMIT_LOGS_PAGE_SIZE_MAX);
    }
    *ret_limit = limit;
    return IC_OK;
}

static enum ic_rc read_query(const struct ic_http_request *request, int64_t *ret_limit, struct ic_str *ret_after,
                             struct ic_err *err)
{
    struct ic_http_query query;
    struct ic_str after = {0};
    enum ic_rc rc = ic_http_query_parse(request, &query, err);
    if (rc == IC_OK) {
        rc = read_limit(&query, ret_limit, err);
    }
    if (rc == IC_OK && ic_http_query_find(&query, "after", &after) && after.size == 0) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "after", "It is empty.");
    }
    if (rc == IC_OK) {
        *ret_after = after;
        rc = ic_http_query_finish(&query, err);
    }
    return rc;
}

static void write_page(struct ic_http_response *response, const struct ic_log_page *page)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_entry_write_list(&writer, &page->list);
    ic_json_key(&writer, "next");
    if (page->next[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page->next));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
}

enum ic_rc ic_api_list_logs(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct ic_identity identity;
    struct ic_log_page page;
    struct ic_str after = {0};
    int64_t limit = 0;
    enum ic_rc rc = ic_authorise_session(context, request, &identity, err);
    if (rc == IC_OK) {
        rc = read_query(request, &limit, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_logs_list(context, after, (size_t)limit, request->arena, &page, err);
    }
    if (rc == IC_OK) {
        write_page(response, &page);
    }
    return rc;
}

enum ic_rc ic_api_get_log(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err)
{
    struct ic_identity identity;
    struct ic_id elg_id;
    struct ic_log_entry entry;
    struct ic_str message_text;
    enum ic_rc rc = ic_authorise_session(context, request, &identity, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (!ic_id_parse(IC_ID_EVENT, request->parameters[0], &elg_id)) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such event.");
    }
    rc = ic_logs_get(context, &elg_id, request->arena, &entry, &message_text, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "entry");
    ic_entry_write(&writer, &entry);
    ic_json_put_optional_text(&writer, "message_text", message_text);
    ic_json_object_end(&writer);
    return IC_OK;
}
