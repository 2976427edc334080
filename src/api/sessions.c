#include "api/handlers.h"

#include "api/authorise.h"
#include "base/json_write.h"
#include "service/passwords.h"

static const char operation[] = "api.sessions";

static void write_session(struct ic_json_writer *writer, const struct ic_session *session, const struct ic_asker *asker)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "session_id", session->session_id.text);
    ic_json_put_text(writer, "address", session->address);
    ic_json_put_text(writer, "user_agent", session->user_agent);
    ic_json_put_int64(writer, "created_at", session->created_at);
    ic_json_put_int64(writer, "proven_at", session->proven_at);
    ic_json_put_int64(writer, "last_seen_at", session->last_seen_at);
    ic_json_put_int64(writer, "expires_at", session->expires_at);
    ic_json_put_bool(writer, "is_this", ic_id_equal(&session->session_id, &asker->session_id));
    ic_json_object_end(writer);
}

enum ic_rc ic_api_list_sessions(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_session_list list;
    bool has_password = false;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_sessions_list(context, &asker, request->arena, &list, err);
    }
    if (rc == IC_OK) {
        rc = ic_passwords_has(context, &asker, &has_password, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_bool(&writer, "has_password", has_password);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < list.count; i++) {
        write_session(&writer, &list.items[i], &asker);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_end_session(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id session_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_SESSION, request->parameters[0], &session_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such session.");
    }
    if (rc == IC_OK) {
        rc = ic_sessions_end(context, &asker, &session_id, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

enum ic_rc ic_api_end_all_sessions(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_sessions_end_all(context, &asker, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}
