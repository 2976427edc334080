#include "service/tokens.h"

#include "base/log.h"
#include "contract/limits.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"
#include "service/plain_text.h"

#include <stdio.h>
#include <string.h>

static const char create_operation[] = "service.tokens.create";

bool ic_token_has_form(struct ic_str text)
{
    const struct ic_str prefix = IC_STR(IC_TOKEN_PREFIX);
    return ic_str_starts_with(text, prefix) &&
           ic_secret_has_form((struct ic_str){text.data + prefix.size, text.size - prefix.size});
}

/* ---- Making one. ---- */

struct create_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    struct ic_token token;
    struct ic_hash token_hash;
};

static enum ic_rc check_scopes(const struct ic_asker *asker, const bool *has_scope, struct ic_err *err)
{
    for (int scope = 0; scope < IC_TOKEN_SCOPE_COUNT; scope++) {
        if (has_scope[scope] && !ic_role_can_use_scope(asker->role, (enum ic_token_scope)scope)) {
            return ic_err_set_field(err, IC_CODE_FORBIDDEN, create_operation, "/scopes",
                                    "The role %s may nothing that %s opens.", ic_role_name(asker->role),
                                    ic_token_scope_name((enum ic_token_scope)scope));
        }
    }
    return IC_OK;
}

static enum ic_rc check_wish(const struct ic_token_wish *wish, int64_t now, struct ic_token *token, struct ic_err *err)
{
    enum ic_rc rc = ic_plain_text_check(wish->token_name, IC_LIMIT_TOKEN_NAME_CHARACTERS_MAX, "/token_name",
                                        &token->token_name, err);
    if (rc == IC_OK && (wish->expires_at <= now || wish->expires_at - now > IC_LIMIT_TOKEN_LIFETIME_MS_MAX)) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_FIELD, create_operation, "/expires_at",
                              "A token ends within %lld days.",
                              (long long)(IC_LIMIT_TOKEN_LIFETIME_MS_MAX / (24 * 60 * 60 * INT64_C(1000))));
    }
    return rc;
}

static enum ic_rc record_created(struct ic_store_tx *tx, const struct create_write *write, struct ic_err *err)
{
    const struct ic_token *token = &write->token;
    struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_TOKEN_CREATED, .object_id = ic_id_text(&token->token_id)};
    struct ic_audit_value value;
    ic_audit_value_begin(&value);
    ic_json_put_text(&value.writer, "token_name", token->token_name);
    ic_json_key(&value.writer, "scopes");
    ic_json_array_begin(&value.writer);
    for (int scope = 0; scope < IC_TOKEN_SCOPE_COUNT; scope++) {
        if (token->has_scope[scope]) {
            ic_json_text(&value.writer, ic_str_from(ic_token_scope_name((enum ic_token_scope)scope)));
        }
    }
    ic_json_array_end(&value.writer);
    ic_json_put_int64(&value.writer, "expires_at", token->expires_at);
    enum ic_rc rc = ic_audit_value_end(&value, &deed.value_after, err);
    if (rc == IC_OK) {
        rc = ic_audit_record(tx, write->asker, &deed, token->created_at, err);
    }
    ic_audit_value_release(&value);
    return rc;
}

static enum ic_rc run_create(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct create_write *write = context;
    const struct ic_token *token = &write->token;
    enum ic_rc rc = ic_asker_can(tx, write->asker, IC_ACTION_CREATE_TOKEN, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_token_insert(tx, token, &write->token_hash, &write->service->rand, &write->token.token_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, write->service, &write->asker->opr_id, "made API token", token->token_name,
                                 token->created_at, err);
    }
    return rc == IC_OK ? record_created(tx, write, err) : rc;
}

static void make_text(const struct ic_rand *rand, struct ic_token_text *text)
{
    struct ic_secret secret;
    ic_secret_create(rand, &secret);
    (void)snprintf(text->text, sizeof text->text, IC_TOKEN_PREFIX "%s", secret.text);
    ic_secret_wipe(&secret, sizeof secret);
}

enum ic_rc ic_tokens_create(struct ic_service *service, const struct ic_asker *asker, const struct ic_token_wish *wish,
                            struct ic_token *ret_token, struct ic_token_text *ret_text, struct ic_err *err)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    struct create_write write = {
        .service = service,
        .asker = asker,
        .token = {.opr_id = asker->opr_id, .created_at = now, .expires_at = wish->expires_at},
    };
    memcpy(write.token.has_scope, wish->has_scope, sizeof write.token.has_scope);
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_CREATE_TOKEN, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check_wish(wish, now, &write.token, err);
    }
    if (rc == IC_OK) {
        rc = check_scopes(asker, wish->has_scope, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_token_text text;
    make_text(&service->rand, &text);
    ic_hash_of(ic_str_from(text.text), &write.token_hash);
    rc = ic_store_write(service->store, run_create, &write, err);
    if (rc == IC_OK) {
        *ret_token = write.token;
        *ret_text = text;
    }
    ic_secret_wipe(&text, sizeof text);
    return rc;
}

/* ---- Seeing and revoking them. ---- */

struct list_read {
    const struct ic_asker *asker;
    int64_t now;
    struct ic_arena *arena;
    struct ic_token_list list;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    return ic_store_token_list(tx, &read->asker->opr_id, read->now, read->arena, &read->list, err);
}

enum ic_rc ic_tokens_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                          struct ic_token_list *ret_list, struct ic_err *err)
{
    struct list_read read = {.asker = asker, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_TOKENS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc == IC_OK) {
        *ret_list = read.list;
    }
    return rc;
}

struct revoke_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *token_id;
    struct ic_arena *arena;
    int64_t now;
};

static enum ic_rc run_revoke(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct revoke_write *write = context;
    struct ic_token token;
    /* First whether they may at all: whether the token is there is not told to who may not. */
    enum ic_rc rc = ic_asker_can(tx, write->asker, IC_ACTION_REVOKE_TOKEN, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_token_get(tx, write->token_id, write->arena, &token, err);
    }
    if (rc == IC_OK) {
        rc = ic_asker_can(tx, write->asker, IC_ACTION_REVOKE_TOKEN, ic_whose_is(write->asker, &token.opr_id), err);
    }
    if (rc == IC_OK) {
        rc = ic_store_token_revoke(tx, write->token_id, write->now, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, write->service, &write->asker->opr_id, "revoked API token", token.token_name,
                                 write->now, err);
    }
    return rc == IC_OK ? ic_audit_record_change(tx, write->asker, IC_AUDIT_ACTION_TOKEN_REVOKED, write->token_id,
                                                "token_name", token.token_name, IC_STR(""), write->now, err)
                       : rc;
}

enum ic_rc ic_tokens_revoke(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *token_id,
                            struct ic_arena *arena, struct ic_err *err)
{
    struct revoke_write write = {service, asker, token_id, arena, ic_clock_now_ms(&service->clock)};
    enum ic_rc rc = ic_store_write(service->store, run_revoke, &write, err);
    if (rc == IC_OK) {
        ic_stream_watch_end(&service->stream_watch, token_id);
    }
    return rc;
}

/* ---- Using one. ---- */

struct ask_read {
    struct ic_hash token_hash;
    int64_t now;
    struct ic_arena *arena;
    struct ic_token token;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ask_read *read = context;
    return ic_store_token_get_by_hash(tx, &read->token_hash, read->now, read->arena, &read->token, err);
}

static enum ic_rc run_touch(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct ask_read *read = context;
    return ic_store_token_touch(tx, &read->token.token_id, read->now, err);
}

enum ic_rc ic_tokens_ask(struct ic_service *service, struct ic_str text, struct ic_arena *arena,
                         struct ic_asker *ret_asker, struct ic_err *err)
{
    struct ask_read read = {.now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_hash_of(text, &read.token_hash);
    enum ic_rc rc = ic_store_read(service->store, run_get, &read, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (read.now - read.token.last_used_at >= IC_TOKEN_TOUCH_MS) {
        /* The token holds whether or not this can be written down: a busy writer must not turn its program away. */
        struct ic_err touch_err = IC_ERR_NONE;
        if (ic_store_write(service->store, run_touch, &read, &touch_err) != IC_OK) {
            ic_log_err(IC_LOG_WARN, "token.touch_failed", &touch_err);
        }
    }
    *ret_asker = ic_asker_by_token(&read.token);
    return IC_OK;
}
