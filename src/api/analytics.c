#include "service/analytics.h"

#include "api/analytics_question.h"
#include "api/cached.h"
#include "api/handlers.h"

static const char operation[] = "api.analytics";

static void write_figures(struct ic_json_writer *writer, const char *key, const struct ic_figures *figures)
{
    if (key) {
        ic_json_key(writer, key);
    }
    ic_json_object_begin(writer);
    for (int i = 0; i < IC_FIGURE_COUNT; i++) {
        ic_json_put_int64(writer, ic_figure_name((enum ic_figure)i), figures->counts[i]);
    }
    ic_json_object_end(writer);
}

static void write_volume(struct ic_json_writer *writer, const struct ic_analytics *analytics)
{
    ic_json_key(writer, "volume");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < analytics->volume_count; i++) {
        ic_json_object_begin(writer);
        ic_json_put_int64(writer, "from", analytics->volume[i].from_ms);
        ic_json_put_int64(writer, "until", analytics->volume[i].until_ms);
        write_figures(writer, "figures", &analytics->volume[i].figures);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void write_heatmap(struct ic_json_writer *writer, const struct ic_analytics *analytics)
{
    ic_json_key(writer, "heatmap");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < IC_ANALYTICS_HOURS; i++) {
        write_figures(writer, NULL, &analytics->heatmap[i]);
    }
    ic_json_array_end(writer);
}

static void write_leaders(struct ic_json_writer *writer, const char *key, const struct ic_analytics_leaders *leaders)
{
    ic_json_key(writer, key);
    ic_json_array_begin(writer);
    for (size_t i = 0; i < leaders->count; i++) {
        const struct ic_analytics_leader *leader = &leaders->items[i];
        ic_json_object_begin(writer);
        if (ic_id_is_empty(&leader->opr_id)) {
            ic_json_put_text(writer, "act_username", ic_handle_text(&leader->act_username));
        } else {
            ic_json_put_text(writer, "opr_id", ic_id_text(&leader->opr_id));
            ic_json_put_text(writer, "opr_name", leader->opr_name);
        }
        write_figures(writer, "figures", &leader->figures);
        write_figures(writer, "previous", &leader->previous);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

enum ic_rc ic_cached_analytics(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_analytics_question question;
    struct ic_analytics *analytics = ic_arena_alloc_array(request->arena, 1, sizeof *analytics);
    if (!analytics) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = ic_analytics_question_read(request, true, asker, &question, err);
    if (rc == IC_OK) {
        rc = ic_analytics_get(service, asker, &question, request->arena, analytics, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_analytics_range_write(&writer, &analytics->range);
    write_figures(&writer, "figures", &analytics->figures);
    write_figures(&writer, "previous", &analytics->previous);
    write_volume(&writer, analytics);
    write_heatmap(&writer, analytics);
    write_leaders(&writer, "operators", &analytics->operators);
    write_leaders(&writer, "actors", &analytics->actors);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_get_analytics(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    return ic_cached_answer(IC_CACHED_ANALYTICS, context, request, response, err);
}
