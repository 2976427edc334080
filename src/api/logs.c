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

static enum ic_rc read_id(struct ic_http_query *query, const char *name, enum ic_id_kind kind, struct ic_id *ret_id,
                          struct ic_err *err)
{
    struct ic_str text;
    if (ic_http_query_find(query, name, &text) && !ic_id_parse(kind, text, ret_id)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, name, "This is no such id.");
    }
    return IC_OK;
}

static enum ic_rc read_time(struct ic_http_query *query, const char *name, int64_t *ret_time, struct ic_err *err)
{
    struct ic_str text;
    if (ic_http_query_find(query, name, &text) &&
        (!ic_str_to_int64(text, ret_time) || *ret_time < 1 || *ret_time >= IC_STORE_TIME_MAX)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, name,
                                "It is a time in milliseconds since 1970.");
    }
    return IC_OK;
}

static enum ic_rc read_type(struct ic_http_query *query, struct ic_log_query *asked, struct ic_err *err)
{
    struct ic_str text;
    asked->has_event_type = ic_http_query_find(query, "event_type", &text);
    if (asked->has_event_type && !ic_event_type_parse(text.data, text.size, &asked->event_type)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "event_type", "There is no such type.");
    }
    return IC_OK;
}

static enum ic_rc read_order(struct ic_http_query *query, struct ic_log_query *asked, struct ic_err *err)
{
    struct ic_str text;
    if (!ic_http_query_find(query, "order", &text) || ic_str_is(text, "newest")) {
        return IC_OK;
    }
    asked->is_oldest_first = ic_str_is(text, "oldest");
    return asked->is_oldest_first
               ? IC_OK
               : ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "order", "It is 'newest' or 'oldest'.");
}

/* Reads a text that must not be empty where it is given. */
static enum ic_rc read_text(struct ic_http_query *query, const char *name, struct ic_str *ret_text, struct ic_err *err)
{
    if (ic_http_query_find(query, name, ret_text) && ret_text->size == 0) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, name, "It is empty.");
    }
    return IC_OK;
}

static enum ic_rc read_filters(struct ic_http_query *query, struct ic_log_query *asked, struct ic_err *err)
{
    enum ic_rc rc = read_id(query, "opr_id", IC_ID_OPERATOR, &asked->opr_id, err);
    if (rc == IC_OK) {
        rc = read_id(query, "act_id", IC_ID_ACTOR, &asked->act_id, err);
    }
    if (rc == IC_OK) {
        rc = read_id(query, "tar_id", IC_ID_TARGET, &asked->tar_id, err);
    }
    if (rc == IC_OK) {
        rc = read_type(query, asked, err);
    }
    if (rc == IC_OK) {
        rc = read_time(query, "from", &asked->from, err);
    }
    return rc == IC_OK ? read_time(query, "until", &asked->until, err) : rc;
}

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_log_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_http_query query;
    int64_t limit = 0;
    enum ic_rc rc = ic_http_query_parse(request, &query, err);
    if (rc == IC_OK) {
        rc = read_filters(&query, asked, err);
    }
    if (rc == IC_OK) {
        rc = read_text(&query, "search", &asked->term, err);
    }
    if (rc == IC_OK) {
        rc = read_order(&query, asked, err);
    }
    if (rc == IC_OK) {
        rc = read_limit(&query, &limit, err);
        asked->limit = (size_t)limit;
    }
    if (rc == IC_OK) {
        rc = read_text(&query, "after", ret_after, err);
    }
    return rc == IC_OK ? ic_http_query_finish(&query, err) : rc;
}

static void write_page(struct ic_http_response *response, const struct ic_log_page *page)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_entry_write_list(&writer, &page->list);
    ic_json_key(&writer, "next");
    if (page->next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page->next.text));
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
    struct ic_log_query asked = {0};
    struct ic_str after = {0};
    enum ic_rc rc = ic_authorise_session(context, request, &identity, err);
    if (rc == IC_OK) {
        rc = read_query(request, &asked, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_logs_list(context, &asked, after, request->arena, &page, err);
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
