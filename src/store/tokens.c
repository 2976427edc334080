#include "store/tokens.h"

#include "store/query.h"

#include <string.h>

enum { SCOPES_BYTES_MAX = 255 };

/* ---- Scopes: their names with spaces between them. ---- */

static bool write_scopes(const struct ic_token *token, char *text, size_t size_max, struct ic_str *ret_scopes)
{
    size_t size = 0;
    for (int scope = 0; scope < IC_TOKEN_SCOPE_COUNT; scope++) {
        if (!token->has_scope[scope]) {
            continue;
        }
        struct ic_str name = ic_str_from(ic_token_scope_name((enum ic_token_scope)scope));
        if (size + 1 + name.size > size_max) {
            return false;
        }
        if (size > 0) {
            text[size++] = ' ';
        }
        memcpy(text + size, name.data, name.size);
        size += name.size;
    }
    *ret_scopes = (struct ic_str){text, size};
    return true;
}

/* A scope that is not known here, of a newer server, opens nothing. */
static void read_scopes(struct ic_str text, struct ic_token *token)
{
    size_t begin = 0;
    for (size_t end = 0; end <= text.size; end++) {
        enum ic_token_scope scope;
        if (end < text.size && text.data[end] != ' ') {
            continue;
        }
        if (ic_token_scope_parse(text.data + begin, end - begin, &scope)) {
            token->has_scope[scope] = true;
        }
        begin = end + 1;
    }
}

/* ---- Reading. ---- */

static void read_token(struct ic_query *query, struct ic_arena *arena, struct ic_token *ret_token)
{
    *ret_token = (struct ic_token){
        .token_id = ic_query_id(query, 0),
        .opr_id = ic_query_id(query, 1),
        .token_name = ic_query_text(query, 2, arena),
        .created_at = ic_query_int64(query, 4),
        .last_used_at = ic_query_int64(query, 5),
        .expires_at = ic_query_int64(query, 6),
    };
    read_scopes(ic_query_peek_text(query, 3), ret_token);
}

enum ic_rc ic_store_token_get_by_hash(struct ic_store_tx *tx, const struct ic_hash *token_hash, int64_t now,
                                      struct ic_arena *arena, struct ic_token *ret_token, struct ic_err *err)
{
    static const char operation[] = "store.token.get_by_hash";
    struct ic_token token;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKEN_GET_BY_HASH, operation, err);
    ic_query_put_hash(&query, IC_P_TOKEN_GET_BY_HASH_TOKEN_HASH, token_hash);
    ic_query_put_int64(&query, IC_P_TOKEN_GET_BY_HASH_NOW, now);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_token(&query, arena, &token);
        struct ic_str role = ic_query_peek_text(&query, 7);
        if (!ic_role_parse(role.data, role.size, &token.role)) {
            ic_query_corrupt(&query, "an operator's role is none");
        }
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_INVALID_TOKEN, operation, "It was revoked, has expired or never existed.");
    }
    if (!rc) {
        *ret_token = token;
    }
    return rc;
}

enum ic_rc ic_store_token_get(struct ic_store_tx *tx, const struct ic_id *token_id, struct ic_arena *arena,
                              struct ic_token *ret_token, struct ic_err *err)
{
    static const char operation[] = "store.token.get";
    struct ic_token token;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKEN_GET, operation, err);
    ic_query_put_id(&query, IC_P_TOKEN_GET_TOKEN_ID, token_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_token(&query, arena, &token);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such token.");
    }
    if (!rc) {
        *ret_token = token;
    }
    return rc;
}

enum ic_rc ic_store_token_list(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now, struct ic_arena *arena,
                               struct ic_token_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.token.list";
    struct ic_token_list list = {.items = ic_arena_alloc_array(arena, IC_LIMIT_TOKENS_MAX, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKEN_LIST, operation, err);
    ic_query_put_id(&query, IC_P_TOKEN_LIST_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_TOKEN_LIST_NOW, now);
    ic_query_put_int64(&query, IC_P_TOKEN_LIST_LIMIT, IC_LIMIT_TOKENS_MAX);
    while (list.count < IC_LIMIT_TOKENS_MAX && ic_query_next(&query)) {
        read_token(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

/* ---- Writing. ---- */

static enum ic_rc check_room(struct ic_store_tx *tx, const struct ic_token *token, struct ic_err *err)
{
    static const char operation[] = "store.tokens.count";
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKENS_COUNT, operation, err);
    ic_query_put_id(&query, IC_P_TOKENS_COUNT_OPR_ID, &token->opr_id);
    ic_query_put_int64(&query, IC_P_TOKENS_COUNT_NOW, token->created_at);
    int64_t count = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && count >= IC_LIMIT_TOKENS_MAX) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "There are %d tokens already: revoke one first.",
                        IC_LIMIT_TOKENS_MAX);
    }
    return rc;
}

enum ic_rc ic_store_token_insert(struct ic_store_tx *tx, const struct ic_token *token, const struct ic_hash *token_hash,
                                 const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.token.insert";
    char scopes_text[SCOPES_BYTES_MAX];
    struct ic_str scopes;
    if (!write_scopes(token, scopes_text, sizeof scopes_text, &scopes)) {
        return ic_err_set(err, IC_CODE_INTERNAL, operation, "The scopes' names are too long together.");
    }
    enum ic_rc rc = check_room(tx, token, err);
    for (int i = 0; !rc && i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_TOKEN, rand);
        struct ic_query query;
        enum ic_driver_rc outcome;
        ic_query_begin(&query, tx, IC_STATEMENT_TOKEN_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_TOKEN_INSERT_TOKEN_ID, &id);
        ic_query_put_hash(&query, IC_P_TOKEN_INSERT_TOKEN_HASH, token_hash);
        ic_query_put_id(&query, IC_P_TOKEN_INSERT_OPR_ID, &token->opr_id);
        ic_query_put_text(&query, IC_P_TOKEN_INSERT_TOKEN_NAME, token->token_name);
        ic_query_put_text(&query, IC_P_TOKEN_INSERT_SCOPES, scopes);
        ic_query_put_int64(&query, IC_P_TOKEN_INSERT_CREATED_AT, token->created_at);
        ic_query_put_int64(&query, IC_P_TOKEN_INSERT_EXPIRES_AT, token->expires_at);
        rc = ic_query_run_unique(&query, &outcome);
        if (!rc && outcome == IC_DRIVER_OK) {
            *ret_id = id;
            return IC_OK;
        }
    }
    return rc ? rc : ic_query_ids_exhausted(operation, err);
}

enum ic_rc ic_store_token_touch(struct ic_store_tx *tx, const struct ic_id *token_id, int64_t last_used_at,
                                struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKEN_TOUCH, "store.token.touch", err);
    ic_query_put_id(&query, IC_P_TOKEN_TOUCH_TOKEN_ID, token_id);
    ic_query_put_int64(&query, IC_P_TOKEN_TOUCH_LAST_USED_AT, last_used_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_token_revoke(struct ic_store_tx *tx, const struct ic_id *token_id, int64_t now, struct ic_err *err)
{
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKEN_REVOKE, "store.token.revoke", err);
    ic_query_put_id(&query, IC_P_TOKEN_REVOKE_TOKEN_ID, token_id);
    ic_query_put_int64(&query, IC_P_TOKEN_REVOKE_NOW, now);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "There is no such token.");
    }
    return rc;
}

enum ic_rc ic_store_tokens_revoke_all(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                      struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TOKENS_REVOKE_ALL, "store.tokens.revoke_all", err);
    ic_query_put_id(&query, IC_P_TOKENS_REVOKE_ALL_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_TOKENS_REVOKE_ALL_NOW, now);
    return ic_query_run(&query);
}
