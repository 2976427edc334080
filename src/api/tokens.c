#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "service/tokens.h"

#include <stdio.h>

static const char operation[] = "api.tokens";

/* ---- In. ---- */

/* Names of scopes, none twice. */
static enum ic_rc read_scopes(const json_t *names, bool *has_scope, struct ic_err *err)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        enum ic_token_scope scope;
        const json_t *name = json_array_get(names, i);
        bool is_scope =
            json_is_string(name) && ic_token_scope_parse(json_string_value(name), json_string_length(name), &scope);
        if (!is_scope || has_scope[scope]) {
            char field[32];
            (void)snprintf(field, sizeof field, "/scopes/%zu", i);
            return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field, "%s",
                                    is_scope ? "It is there twice." : "There is no such scope.");
        }
        has_scope[scope] = true;
    }
    return IC_OK;
}

static enum ic_rc read_wish(const struct ic_http_request *request, struct ic_token_wish *ret_wish, struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_token_wish wish = {0};
    enum ic_rc rc = ic_body_read(request, operation, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    wish.token_name = ic_body_get_text(&reader, "token_name", IC_LIMIT_TOKEN_NAME_CHARACTERS_MAX);
    const json_t *names = ic_json_get_array(&reader, "scopes", 1, IC_TOKEN_SCOPE_COUNT);
    wish.expires_at = ic_json_get_int64(&reader, "expires_at", 0, INT64_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = read_scopes(names, wish.has_scope, err);
    }
    if (rc == IC_OK) {
        *ret_wish = wish;
    }
    return rc;
}

/* ---- Out. ---- */

static void write_token(struct ic_json_writer *writer, const struct ic_token *token)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "token_id", token->token_id.text);
    ic_json_put_text(writer, "token_name", token->token_name);
    ic_json_key(writer, "scopes");
    ic_json_array_begin(writer);
    for (int scope = 0; scope < IC_TOKEN_SCOPE_COUNT; scope++) {
        if (token->has_scope[scope]) {
            ic_json_text(writer, ic_str_from(ic_token_scope_name((enum ic_token_scope)scope)));
        }
    }
    ic_json_array_end(writer);
    ic_json_put_int64(writer, "created_at", token->created_at);
    ic_json_key(writer, "last_used_at");
    if (token->last_used_at > 0) {
        ic_json_int64(writer, token->last_used_at);
    } else {
        ic_json_null(writer);
    }
    ic_json_put_int64(writer, "expires_at", token->expires_at);
    ic_json_object_end(writer);
}

enum ic_rc ic_api_create_token(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_token_wish wish;
    struct ic_token token;
    struct ic_token_text text;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_wish(request, &wish, err);
    }
    if (rc == IC_OK) {
        rc = ic_tokens_create(context, &asker, &wish, &token, &text, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    response->status = 201;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "token");
    write_token(&writer, &token);
    ic_json_put_text(&writer, "token_text", ic_str_from(text.text));
    ic_json_object_end(&writer);
    ic_secret_wipe(&text, sizeof text);
    return IC_OK;
}

enum ic_rc ic_api_list_tokens(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_token_list list;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = ic_tokens_list(context, &asker, request->arena, &list, err);
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
        write_token(&writer, &list.items[i]);
    }
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    return IC_OK;
}

enum ic_rc ic_api_revoke_token(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id token_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK && !ic_id_parse(IC_ID_TOKEN, request->parameters[0], &token_id)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such token.");
    }
    if (rc == IC_OK) {
        rc = ic_tokens_revoke(context, &asker, &token_id, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}
