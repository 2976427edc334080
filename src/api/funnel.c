#include "service/funnel.h"

#include "api/analytics_question.h"
#include "api/cached.h"
#include "api/handlers.h"

static void write_median(struct ic_json_writer *writer, const char *key, int64_t median_ms)
{
    if (median_ms >= 0) {
        ic_json_put_int64(writer, key, median_ms);
    }
}

/* One object; `key` NULL: of an array. */
static void write_funnel(struct ic_json_writer *writer, const char *key, const struct ic_funnel *funnel)
{
    if (key) {
        ic_json_key(writer, key);
    }
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "from", funnel->from_ms);
    ic_json_put_int64(writer, "until", funnel->until_ms);
    ic_json_put_int64(writer, "contacted", funnel->contacted);
    ic_json_key(writer, "stages");
    ic_json_array_begin(writer);
    for (int i = 0; i < IC_FUNNEL_STAGES; i++) {
        const struct ic_funnel_stage *stage = &funnel->stages[i];
        ic_json_object_begin(writer);
        ic_json_put_text(writer, "tar_status",
                         ic_str_from(ic_target_status_name((enum ic_target_status)(IC_FUNNEL_FIRST + i))));
        ic_json_put_int64(writer, "reached", stage->reached);
        write_median(writer, "since_contact_ms", stage->since_contact_ms);
        write_median(writer, "since_before_ms", stage->since_before_ms);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
    ic_json_object_end(writer);
}

enum ic_rc ic_cached_funnel(struct ic_service *service, const struct ic_asker *asker,
                            const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err)
{
    struct ic_analytics_question question;
    struct ic_funnel_answer answer;
    enum ic_rc rc = ic_analytics_question_read(request, false, asker, &question, err);
    if (rc == IC_OK) {
        rc = ic_funnel_get(service, asker, &question, request->arena, &answer, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_analytics_range_write(&writer, &answer.range);
    write_funnel(&writer, "total", &answer.total);
    write_funnel(&writer, "previous", &answer.previous);
    ic_json_key(&writer, "cohorts");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < answer.cohorts_count; i++) {
        write_funnel(&writer, NULL, &answer.cohorts[i]);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_get_funnel(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_FUNNEL, context, request, response, err);
}
