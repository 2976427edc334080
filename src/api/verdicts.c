#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "base/json_write.h"
#include "service/verdicts.h"

static const char operation[] = "api.verdicts";

static void get_handle(struct ic_json_reader *reader, const char *key, struct ic_handle *ret_handle)
{
    struct ic_str text = ic_body_get_text(reader, key, IC_LIMIT_HANDLE_CHARACTERS_MAX);
    if (ic_json_reader_ok(reader) && !ic_handle_parse(text, ret_handle)) {
        ic_json_refuse(reader, key, "This is not a handle: a-z, 0-9, dot and underscore.");
    }
}

static enum ic_rc read_wish(const struct ic_http_request *request, struct ic_verdict_wish *wish, struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, operation, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    get_handle(&reader, "act_username", &wish->act_username);
    get_handle(&reader, "tar_username", &wish->tar_username);
    wish->message_text = ic_json_find_text(&reader, "message_text", 1, IC_LIMIT_MESSAGE_BYTES_MAX);
    return ic_json_reader_finish(&reader);
}

static void write_rule(struct ic_json_writer *writer, const struct ic_active_rule *active)
{
    const struct ic_rule *rule = &active->rule;
    ic_json_put_name(writer, "rule_id", rule->rule_id.text);
    ic_json_put_name(writer, "type", ic_rule_type_name(rule->type));
    ic_json_put_name(writer, "metric", ic_goal_metric_name(rule->metric));
    ic_json_put_int64(writer, "limit_value", rule->limit_value);
    ic_json_put_int64(writer, "time_window_sec", rule->time_window_sec);
    if (rule->type == IC_RULE_TYPE_QUIET_HOURS) {
        ic_json_put_int64(writer, "quiet_from_minute", rule->quiet_from_minute);
        ic_json_put_int64(writer, "quiet_to_minute", rule->quiet_to_minute);
        ic_json_put_optional_text(writer, "quiet_zone", rule->quiet_zone);
    }
    ic_json_put_text(writer, "severity", rule->severity);
    ic_json_put_optional_text(writer, "assigned_to_opr", ic_id_text(&rule->assigned_to_opr));
    ic_json_put_optional_text(writer, "assigned_to_act", ic_id_text(&rule->assigned_to_act));
    ic_json_put_name(writer, "suggested_by", rule->suggested_by.text);
    ic_json_put_text(writer, "suggested_by_name", active->suggested_by_name);
    if (active->adopted_at > 0) {
        ic_json_put_int64(writer, "adopted_at", active->adopted_at);
    }
    if (active->is_voted) {
        ic_json_put_int64(writer, "votes_for", active->votes_for);
        ic_json_put_int64(writer, "votes_against", active->votes_against);
    }
}

static void write_finding(struct ic_json_writer *writer, const struct ic_rule_finding *item)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "outcome", ic_verdict_outcome_name(item->finding.outcome));
    ic_json_put_int64(writer, "counted", item->finding.counted);
    if (item->finding.outcome == IC_VERDICT_OUTCOME_WARNED && item->finding.wait_sec >= 0) {
        ic_json_put_int64(writer, "wait_sec", item->finding.wait_sec);
    }
    write_rule(writer, &item->rule);
    ic_json_object_end(writer);
}

enum ic_rc ic_api_get_verdict(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_verdict_wish wish = {0};
    struct ic_verdict_list verdicts;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_wish(request, &wish, err);
    }
    if (rc == IC_OK) {
        rc = ic_verdicts_get(context, &asker, &wish, request->arena, &verdicts, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "judged_at", verdicts.judged_at);
    ic_json_put_optional_text(&writer, "tar_id", ic_id_text(&verdicts.tar_id));
    ic_json_put_text(&writer, "tar_username", ic_handle_text(&verdicts.tar_username));
    ic_json_put_bool(&writer, "is_excluded", verdicts.is_excluded);
    ic_json_key(&writer, "findings");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < verdicts.count; i++) {
        write_finding(&writer, &verdicts.items[i]);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}
