#include "api/handlers.h"

#include "api/agreed.h"
#include "api/authorise.h"
#include "api/body.h"
#include "api/parameters.h"
#include "service/replay.h"

static const char operation[] = "api.replay";

static void write_days(struct ic_json_writer *writer, const struct ic_replay *replay)
{
    ic_json_key(writer, "days");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < replay->days_count; i++) {
        ic_json_object_begin(writer);
        ic_json_put_int64(writer, "from", replay->days[i].from);
        ic_json_put_int64(writer, "messages", replay->days[i].messages);
        ic_json_put_int64(writer, "warnings", replay->days[i].warnings);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void write_whom(struct ic_json_writer *writer, const struct ic_replay *replay)
{
    ic_json_key(writer, "operators");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < replay->operators_count; i++) {
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "opr_id", replay->operators[i].opr_id.text);
        ic_json_put_text(writer, "opr_name", replay->operators[i].opr_name);
        ic_json_put_int64(writer, "warnings", replay->operators[i].warnings);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
    ic_json_key(writer, "actors");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < replay->actors_count; i++) {
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "act_username", replay->actors[i].act_username.text);
        ic_json_put_int64(writer, "warnings", replay->actors[i].warnings);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void write_item(struct ic_json_writer *writer, const struct ic_replay_item *item)
{
    const struct ic_log_entry *entry = &item->entry;
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "elg_id", entry->elg_id.text);
    ic_json_put_int64(writer, "created_at", entry->created_at);
    ic_json_put_name(writer, "opr_id", entry->opr_id.text);
    ic_json_put_text(writer, "opr_name", entry->opr_name);
    ic_json_put_name(writer, "act_id", entry->act_id.text);
    ic_json_put_text(writer, "act_username", entry->act_username);
    ic_json_put_name(writer, "tar_id", entry->tar_id.text);
    ic_json_put_text(writer, "tar_username", entry->tar_username);
    ic_json_put_optional_text(writer, "message_preview", entry->message_preview);
    ic_json_put_int64(writer, "counted", item->counted);
    if (item->wait_sec >= 0) {
        ic_json_put_int64(writer, "wait_sec", item->wait_sec);
    }
    ic_json_object_end(writer);
}

static void answer(struct ic_http_response *response, const struct ic_replay *replay)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_int64(&writer, "from", replay->from);
    ic_json_put_int64(&writer, "until", replay->until);
    ic_json_put_text(&writer, "time_zone", replay->time_zone);
    ic_json_put_int64(&writer, "messages", replay->messages);
    ic_json_put_int64(&writer, "judged", replay->judged);
    ic_json_put_int64(&writer, "warnings", replay->warnings);
    ic_json_put_int64(&writer, "missing", replay->missing);
    write_days(&writer, replay);
    write_whom(&writer, replay);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < replay->items_count; i++) {
        write_item(&writer, &replay->items[i]);
    }
    ic_json_array_end(&writer);
    ic_json_key(&writer, "next");
    if (replay->next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(replay->next.text));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
}

static enum ic_rc read_page(const struct ic_http_request *request, size_t *ret_limit, struct ic_str *ret_after,
                            struct ic_err *err)
{
    struct ic_parameters parameters;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_page_size(&parameters, ret_limit);
    ic_parameters_text(&parameters, "after", ret_after);
    return ic_parameters_end(&parameters);
}

enum ic_rc ic_api_replay_proposal(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    struct ic_str after = {0};
    size_t limit;
    struct ic_replay replay;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_PROPOSAL, request->parameters[0], &proposal_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such proposal.");
    }
    if (rc == IC_OK) {
        rc = read_page(request, &limit, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_replay_proposal(context, &asker, &proposal_id, limit, after, request->arena, &replay, err);
    }
    if (rc == IC_OK) {
        answer(response, &replay);
    }
    return rc;
}

enum ic_rc ic_api_replay_rule(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_json_reader reader;
    struct ic_proposal_wish wish;
    struct ic_str after = {0};
    size_t limit;
    struct ic_replay replay;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_page(request, &limit, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    ic_agreed_read_rule(&reader, &wish);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_replay_draft(context, &asker, &wish, limit, after, request->arena, &replay, err);
    }
    if (rc == IC_OK) {
        answer(response, &replay);
    }
    return rc;
}
