#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/team_settings.h"

static const char operation[] = "api.team_settings";

static void write_settings(struct ic_http_response *response, const struct ic_team_settings *settings)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "quorum_percent", settings->quorum_percent);
    ic_json_put_int64(&writer, "majority_percent", settings->majority_percent);
    ic_json_put_int64(&writer, "voting_hours", settings->voting_hours);
    ic_json_put_text(&writer, "time_zone", settings->time_zone);
    ic_json_object_end(&writer);
}

enum ic_rc ic_api_get_settings(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_team_settings settings;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_team_settings_get(context, &asker, request->arena, &settings, err);
    }
    if (rc == IC_OK) {
        write_settings(response, &settings);
    }
    return rc;
}

enum ic_rc ic_api_change_settings(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_json_reader reader;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    const struct ic_team_settings settings = {
        .quorum_percent = ic_json_get_int64(&reader, "quorum_percent", 1, 100),
        .majority_percent = ic_json_get_int64(&reader, "majority_percent", 50, 100),
        .voting_hours = ic_json_get_int64(&reader, "voting_hours", 1, IC_LIMIT_VOTING_HOURS_MAX),
        .time_zone = ic_json_get_text(&reader, "time_zone", 1, IC_LIMIT_TIME_ZONE_CHARACTERS_MAX),
    };
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_team_settings_change(context, &asker, &settings, request->arena, err);
    }
    if (rc == IC_OK) {
        write_settings(response, &settings);
    }
    return rc;
}
