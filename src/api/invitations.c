#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/role.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/invitations.h"

static const char operation[] = "api.invitations";

static void write_invitation(struct ic_json_writer *writer, const struct ic_invitation *invitation)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "invitation_id", invitation->invitation_id.text);
    ic_json_put_name(writer, "role", ic_role_name(invitation->role));
    ic_json_put_text(writer, "opr_email", invitation->opr_email);
    ic_json_put_name(writer, "invited_by", invitation->invited_by.text);
    ic_json_put_int64(writer, "created_at", invitation->created_at);
    ic_json_put_int64(writer, "expires_at", invitation->expires_at);
    if (invitation->invited_by_name.size > 0) {
        ic_json_put_text(writer, "invited_by_name", invitation->invited_by_name);
    }
    ic_json_object_end(writer);
}

enum ic_rc ic_api_list_invitations(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_invitation_list list;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_invitations_list(context, &asker, request->arena, &list, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < list.count; i++) {
        write_invitation(&writer, &list.items[i]);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_invite(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                         struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_json_reader reader;
    struct ic_invitation invitation;
    struct ic_secret link;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    enum ic_role role = ic_role_read(&reader);
    struct ic_str opr_email = ic_body_find_text(&reader, "opr_email", IC_LIMIT_EMAIL_CHARACTERS_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_invitations_create(context, &asker, role, opr_email, &invitation, &link, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    response->status = 201;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "invitation");
    write_invitation(&writer, &invitation);
    ic_json_put_name(&writer, "link", link.text);
    ic_json_object_end(&writer);
    ic_secret_wipe(&link, sizeof link);
    return IC_OK;
}

enum ic_rc ic_api_revoke_invitation(void *context, const struct ic_http_request *request,
                                    struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id invitation_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_INVITATION, request->parameters[0], &invitation_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such invitation.");
    }
    if (rc == IC_OK) {
        rc = ic_invitations_revoke(context, &asker, &invitation_id, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

enum ic_rc ic_api_look_at_invitation(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_invitation invitation;
    enum ic_rc rc = ic_authorise_same_site(context, request, err);
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str link = ic_body_get_secret(&reader, "link");
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_invitations_look(context, link, request->address, request->arena, &invitation, err);
    }
    if (rc == IC_OK) {
        struct ic_json_writer writer;
        ic_json_writer_init(&writer, &response->body);
        write_invitation(&writer, &invitation);
    }
    return rc;
}
