#include "service/coverage.h"

#include "api/analytics_question.h"
#include "api/cached.h"
#include "api/handlers.h"

/* By one field, and whether one or both are known. */
static void write_coverage(struct ic_json_writer *writer, const char *key, const struct ic_coverage *coverage)
{
    int64_t contacted = 0;
    int64_t emails[IC_CONTACT_STATE_COUNT] = {0};
    int64_t phones[IC_CONTACT_STATE_COUNT] = {0};
    for (int email = 0; email < IC_CONTACT_STATE_COUNT; email++) {
        for (int phone = 0; phone < IC_CONTACT_STATE_COUNT; phone++) {
            int64_t count = coverage->counts[email][phone];
            contacted += count;
            emails[email] += count;
            phones[phone] += count;
        }
    }
    int64_t both = coverage->counts[IC_CONTACT_STATE_FOUND][IC_CONTACT_STATE_FOUND];
    const struct {
        const char *field;
        const int64_t *counts;
    } fields[] = {{"email", emails}, {"phone_num", phones}};
    ic_json_key(writer, key);
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "contacted", contacted);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        ic_json_key(writer, fields[i].field);
        ic_json_object_begin(writer);
        ic_json_put_int64(writer, "found", fields[i].counts[IC_CONTACT_STATE_FOUND]);
        ic_json_put_int64(writer, "not_found", fields[i].counts[IC_CONTACT_STATE_NOT_FOUND]);
        ic_json_put_int64(writer, "not_searched", fields[i].counts[IC_CONTACT_STATE_NOT_SEARCHED]);
        ic_json_object_end(writer);
    }
    ic_json_put_int64(writer, "either", emails[IC_CONTACT_STATE_FOUND] + phones[IC_CONTACT_STATE_FOUND] - both);
    ic_json_put_int64(writer, "both", both);
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_coverage(struct ic_service *service, const struct ic_asker *asker,
                              const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_analytics_question question;
    struct ic_coverage_answer answer;
    enum ic_rc rc = ic_analytics_question_read(request, false, asker, &question, err);
    if (rc == IC_OK) {
        rc = ic_coverage_get(service, asker, &question, request->arena, &answer, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_analytics_range_write(&writer, &answer.range);
    write_coverage(&writer, "coverage", &answer.coverage);
    write_coverage(&writer, "previous", &answer.previous);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_get_coverage(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_COVERAGE, context, request, response, err);
}
