#include "store/credentials.h"

#include "store/query.h"

#include <string.h>

/* ---- Passwords. ---- */

enum ic_rc ic_store_password_find(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_password *ret_password,
                                  struct ic_err *err)
{
    struct ic_query query;
    struct ic_password password = {0};
    ic_query_begin(&query, tx, IC_STATEMENT_PASSWORD_GET, "store.password.find", err);
    ic_query_put_id(&query, IC_P_PASSWORD_GET_OPR_ID, opr_id);
    if (ic_query_next(&query)) {
        struct ic_str text = ic_query_peek_text(&query, 0);
        if (text.size == 0 || text.size >= sizeof password.hash.text) {
            ic_query_corrupt(&query, "a password's hash is none");
        } else {
            memcpy(password.hash.text, text.data, text.size);
        }
        password.changed_at = ic_query_int64(&query, 1);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_password = password;
    }
    return rc;
}

enum ic_rc ic_store_password_put(struct ic_store_tx *tx, const struct ic_id *opr_id, const struct ic_password *password,
                                 struct ic_err *err)
{
    static const char operation[] = "store.password.put";
    struct ic_query query;
    int64_t changed_count = 0;
    struct ic_str hash = ic_str_from(password->hash.text);
    ic_query_begin(&query, tx, IC_STATEMENT_PASSWORD_UPDATE, operation, err);
    ic_query_put_id(&query, IC_P_PASSWORD_UPDATE_OPR_ID, opr_id);
    ic_query_put_text(&query, IC_P_PASSWORD_UPDATE_PASSWORD_HASH, hash);
    ic_query_put_int64(&query, IC_P_PASSWORD_UPDATE_CHANGED_AT, password->changed_at);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (rc || changed_count > 0) {
        return rc;
    }
    ic_query_begin(&query, tx, IC_STATEMENT_PASSWORD_INSERT, operation, err);
    ic_query_put_id(&query, IC_P_PASSWORD_INSERT_OPR_ID, opr_id);
    ic_query_put_text(&query, IC_P_PASSWORD_INSERT_PASSWORD_HASH, hash);
    ic_query_put_int64(&query, IC_P_PASSWORD_INSERT_CHANGED_AT, password->changed_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_password_rehash(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                    const struct ic_password_hash *before, const struct ic_password_hash *after,
                                    struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PASSWORD_REHASH, "store.password.rehash", err);
    ic_query_put_id(&query, IC_P_PASSWORD_REHASH_OPR_ID, opr_id);
    ic_query_put_text(&query, IC_P_PASSWORD_REHASH_PASSWORD_HASH_BEFORE, ic_str_from(before->text));
    ic_query_put_text(&query, IC_P_PASSWORD_REHASH_PASSWORD_HASH, ic_str_from(after->text));
    return ic_query_run(&query);
}

/* ---- Accounts with providers. ---- */

static const char missing_detail[] = "No such account with a provider is known.";

enum ic_rc ic_store_provider_account_get(struct ic_store_tx *tx, struct ic_str issuer, struct ic_str subject,
                                         struct ic_arena *arena, struct ic_provider_account *ret_account,
                                         struct ic_err *err)
{
    struct ic_query query;
    struct ic_provider_account account = {.issuer = issuer, .subject = subject};
    ic_query_begin(&query, tx, IC_STATEMENT_IDENTITY_GET, "store.provider_account.get", err);
    ic_query_put_text(&query, IC_P_IDENTITY_GET_ISSUER, issuer);
    ic_query_put_text(&query, IC_P_IDENTITY_GET_SUBJECT, subject);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        account.opr_id = ic_query_id(&query, 0);
        account.email = ic_query_text(&query, 1, arena);
        account.created_at = ic_query_int64(&query, 2);
        account.last_used_at = ic_query_int64(&query, 3);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "%s", missing_detail);
    }
    if (!rc) {
        *ret_account = account;
    }
    return rc;
}

/* Writers take turns, so that what is free stays so until the commit. */
static enum ic_rc check_free(struct ic_store_tx *tx, const struct ic_provider_account *account, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_IDENTITY_GET, "store.provider_account.insert", err);
    ic_query_put_text(&query, IC_P_IDENTITY_GET_ISSUER, account->issuer);
    ic_query_put_text(&query, IC_P_IDENTITY_GET_SUBJECT, account->subject);
    bool is_taken = ic_query_next(&query);
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && is_taken) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, query.operation, "This account is linked to an operator already.");
    }
    return rc;
}

enum ic_rc ic_store_provider_account_insert(struct ic_store_tx *tx, const struct ic_provider_account *account,
                                            struct ic_err *err)
{
    enum ic_rc rc = check_free(tx, account, err);
    if (rc) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_IDENTITY_INSERT, "store.provider_account.insert", err);
    ic_query_put_text(&query, IC_P_IDENTITY_INSERT_ISSUER, account->issuer);
    ic_query_put_text(&query, IC_P_IDENTITY_INSERT_SUBJECT, account->subject);
    ic_query_put_id(&query, IC_P_IDENTITY_INSERT_OPR_ID, &account->opr_id);
    ic_query_put_text(&query, IC_P_IDENTITY_INSERT_EMAIL, account->email);
    ic_query_put_int64(&query, IC_P_IDENTITY_INSERT_CREATED_AT, account->created_at);
    ic_query_put_optional_time(&query, IC_P_IDENTITY_INSERT_LAST_USED_AT, account->last_used_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_provider_account_touch(struct ic_store_tx *tx, const struct ic_provider_account *account,
                                           struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_IDENTITY_TOUCH, "store.provider_account.touch", err);
    ic_query_put_text(&query, IC_P_IDENTITY_TOUCH_ISSUER, account->issuer);
    ic_query_put_text(&query, IC_P_IDENTITY_TOUCH_SUBJECT, account->subject);
    ic_query_put_text(&query, IC_P_IDENTITY_TOUCH_EMAIL, account->email);
    ic_query_put_int64(&query, IC_P_IDENTITY_TOUCH_LAST_USED_AT, account->last_used_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_provider_account_list(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_arena *arena,
                                          struct ic_provider_account_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.provider_account.list";
    struct ic_provider_account_list list = {
        .items = ic_arena_alloc_array(arena, IC_PROVIDER_ACCOUNTS_MAX, sizeof *list.items),
    };
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_IDENTITY_LIST, operation, err);
    ic_query_put_id(&query, IC_P_IDENTITY_LIST_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_IDENTITY_LIST_LIMIT, IC_PROVIDER_ACCOUNTS_MAX);
    while (list.count < IC_PROVIDER_ACCOUNTS_MAX && ic_query_next(&query)) {
        list.items[list.count++] = (struct ic_provider_account){
            .issuer = ic_query_text(&query, 0, arena),
            .subject = ic_query_text(&query, 1, arena),
            .opr_id = ic_query_id(&query, 2),
            .email = ic_query_text(&query, 3, arena),
            .created_at = ic_query_int64(&query, 4),
            .last_used_at = ic_query_int64(&query, 5),
        };
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_provider_account_delete(struct ic_store_tx *tx, struct ic_str issuer, struct ic_str subject,
                                            const struct ic_id *opr_id, struct ic_err *err)
{
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_IDENTITY_DELETE, "store.provider_account.delete", err);
    ic_query_put_text(&query, IC_P_IDENTITY_DELETE_ISSUER, issuer);
    ic_query_put_text(&query, IC_P_IDENTITY_DELETE_SUBJECT, subject);
    ic_query_put_id(&query, IC_P_IDENTITY_DELETE_OPR_ID, opr_id);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "%s", missing_detail);
    }
    return rc;
}
