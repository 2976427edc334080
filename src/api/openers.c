#include "service/openers.h"

#include "api/analytics_question.h"
#include "api/cached.h"
#include "api/entry.h"
#include "api/handlers.h"
#include "api/opener_print.h"

static void write_counts(struct ic_json_writer *writer, const char *key, const struct ic_opener_counts *counts)
{
    ic_json_key(writer, key);
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "contacted", counts->contacted);
    ic_json_put_int64(writer, "answered", counts->answered);
    ic_json_object_end(writer);
}

static void write_opener(struct ic_json_writer *writer, const struct ic_opener *opener)
{
    char digits[IC_OPENER_PRINT_DIGITS + 1];
    ic_opener_print_write(opener->print, digits);
    ic_json_object_begin(writer);
    ic_json_put_text(writer, "opener", ic_str_from(digits));
    write_counts(writer, "counts", &opener->counts);
    write_counts(writer, "previous", &opener->previous);
    ic_json_key(writer, "example");
    ic_entry_write(writer, &opener->example);
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_openers(struct ic_service *service, const struct ic_asker *asker,
                             const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    struct ic_analytics_question question;
    struct ic_openers_answer answer;
    enum ic_rc rc = ic_analytics_question_read(request, false, asker, &question, err);
    if (rc == IC_OK) {
        rc = ic_openers_get(service, asker, &question, request->arena, &answer, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_analytics_range_write(&writer, &answer.range);
    ic_json_put_int64(&writer, "different", answer.different);
    write_counts(&writer, "total", &answer.total);
    write_counts(&writer, "previous", &answer.previous);
    ic_json_key(&writer, "openers");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < answer.count; i++) {
        write_opener(&writer, &answer.items[i]);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_list_openers(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_OPENERS, context, request, response, err);
}
