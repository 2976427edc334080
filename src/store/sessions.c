#include "store/sessions.h"

#include "contract/limits.h"
#include "store/query.h"

static const char nobody_detail[] = "Nobody is signed in.";

static enum ic_rc delete_ended(struct ic_store_tx *tx, int64_t now, const char *operation, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSIONS_DELETE_ENDED, operation, err);
    ic_query_put_int64(&query, IC_P_SESSIONS_DELETE_ENDED_NOW, now);
    return ic_query_run(&query);
}

static void put_session(struct ic_query *query, const struct ic_session *session, const struct ic_id *session_id)
{
    ic_query_put_id(query, IC_P_SESSION_INSERT_SESSION_ID, session_id);
    ic_query_put_hash(query, IC_P_SESSION_INSERT_SECRET_HASH, &session->secret_hash);
    ic_query_put_id(query, IC_P_SESSION_INSERT_OPR_ID, &session->opr_id);
    ic_query_put_text(query, IC_P_SESSION_INSERT_ADDRESS, session->address);
    ic_query_put_text(query, IC_P_SESSION_INSERT_USER_AGENT, session->user_agent);
    ic_query_put_int64(query, IC_P_SESSION_INSERT_CREATED_AT, session->created_at);
    ic_query_put_int64(query, IC_P_SESSION_INSERT_PROVEN_AT, session->proven_at);
    ic_query_put_int64(query, IC_P_SESSION_INSERT_LAST_SEEN_AT, session->last_seen_at);
    ic_query_put_int64(query, IC_P_SESSION_INSERT_EXPIRES_AT, session->expires_at);
}

enum ic_rc ic_store_session_insert(struct ic_store_tx *tx, const struct ic_session *session, const struct ic_rand *rand,
                                   struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.session.insert";
    enum ic_rc rc = delete_ended(tx, session->created_at, operation, err);
    for (int i = 0; !rc && i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_SESSION, rand);
        struct ic_query query;
        enum ic_driver_rc outcome;
        ic_query_begin(&query, tx, IC_STATEMENT_SESSION_INSERT, operation, err);
        put_session(&query, session, &id);
        rc = ic_query_run_unique(&query, &outcome);
        if (!rc && outcome == IC_DRIVER_OK) {
            *ret_id = id;
            return IC_OK;
        }
    }
    return rc ? rc : ic_query_ids_exhausted(operation, err);
}

static void read_session(struct ic_query *query, struct ic_arena *arena, struct ic_session *ret_session)
{
    *ret_session = (struct ic_session){
        .session_id = ic_query_id(query, 0),
        .opr_id = ic_query_id(query, 1),
        .address = ic_query_text(query, 2, arena),
        .user_agent = ic_query_text(query, 3, arena),
        .created_at = ic_query_int64(query, 4),
        .proven_at = ic_query_int64(query, 5),
        .last_seen_at = ic_query_int64(query, 6),
        .expires_at = ic_query_int64(query, 7),
    };
}

enum ic_rc ic_store_session_get(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                                struct ic_arena *arena, struct ic_session *ret_session, struct ic_err *err)
{
    static const char operation[] = "store.session.get";
    struct ic_query query;
    struct ic_session session = {0};
    ic_query_begin(&query, tx, IC_STATEMENT_SESSION_GET, operation, err);
    ic_query_put_hash(&query, IC_P_SESSION_GET_SECRET_HASH, secret_hash);
    ic_query_put_int64(&query, IC_P_SESSION_GET_NOW, now);
    ic_query_put_int64(&query, IC_P_SESSION_GET_IDLE_SINCE, now - IC_LIMIT_SESSION_IDLE_MS);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_session(&query, arena, &session);
        session.secret_hash = *secret_hash;
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_UNAUTHENTICATED, operation, "%s", nobody_detail);
    }
    if (!rc) {
        *ret_session = session;
    }
    return rc;
}

enum ic_rc ic_store_session_touch(struct ic_store_tx *tx, const struct ic_hash *secret_hash, struct ic_str address,
                                  int64_t last_seen_at, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSION_TOUCH, "store.session.touch", err);
    ic_query_put_hash(&query, IC_P_SESSION_TOUCH_SECRET_HASH, secret_hash);
    ic_query_put_text(&query, IC_P_SESSION_TOUCH_ADDRESS, address);
    ic_query_put_int64(&query, IC_P_SESSION_TOUCH_LAST_SEEN_AT, last_seen_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_session_prove(struct ic_store_tx *tx, const struct ic_id *session_id,
                                  const struct ic_hash *secret_hash, int64_t proven_at, struct ic_err *err)
{
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSION_PROVE, "store.session.prove", err);
    ic_query_put_id(&query, IC_P_SESSION_PROVE_SESSION_ID, session_id);
    ic_query_put_hash(&query, IC_P_SESSION_PROVE_SECRET_HASH, secret_hash);
    ic_query_put_int64(&query, IC_P_SESSION_PROVE_PROVEN_AT, proven_at);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(err, IC_CODE_UNAUTHENTICATED, query.operation, "%s", nobody_detail);
    }
    return rc;
}

enum ic_rc ic_store_session_delete(struct ic_store_tx *tx, const struct ic_hash *secret_hash, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSION_DELETE, "store.session.delete", err);
    ic_query_put_hash(&query, IC_P_SESSION_DELETE_SECRET_HASH, secret_hash);
    return ic_query_run(&query);
}

enum ic_rc ic_store_session_end(struct ic_store_tx *tx, const struct ic_id *session_id, const struct ic_id *opr_id,
                                struct ic_err *err)
{
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSION_END, "store.session.end", err);
    ic_query_put_id(&query, IC_P_SESSION_END_SESSION_ID, session_id);
    ic_query_put_id(&query, IC_P_SESSION_END_OPR_ID, opr_id);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, query.operation, "There is no such session.");
    }
    return rc;
}

enum ic_rc ic_store_sessions_end_all(struct ic_store_tx *tx, const struct ic_id *opr_id,
                                     const struct ic_id *but_session_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSIONS_END_ALL, "store.sessions.end_all", err);
    ic_query_put_id(&query, IC_P_SESSIONS_END_ALL_OPR_ID, opr_id);
    ic_query_put_id(&query, IC_P_SESSIONS_END_ALL_BUT_SESSION_ID, but_session_id);
    return ic_query_run(&query);
}

enum ic_rc ic_store_session_list(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                 struct ic_arena *arena, struct ic_session_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.session.list";
    struct ic_session_list list = {
        .items = ic_arena_alloc_array(arena, IC_SESSION_LIST_COUNT_MAX, sizeof *list.items),
    };
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SESSION_LIST, operation, err);
    ic_query_put_id(&query, IC_P_SESSION_LIST_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_SESSION_LIST_NOW, now);
    ic_query_put_int64(&query, IC_P_SESSION_LIST_IDLE_SINCE, now - IC_LIMIT_SESSION_IDLE_MS);
    ic_query_put_int64(&query, IC_P_SESSION_LIST_LIMIT, IC_SESSION_LIST_COUNT_MAX);
    while (list.count < IC_SESSION_LIST_COUNT_MAX && ic_query_next(&query)) {
        read_session(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_credential_ids(struct ic_store_tx *tx, const struct ic_id *behind, int64_t now,
                                   struct ic_id *ret_ids, size_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    size_t count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_CREDENTIAL_IDS, "store.credential.ids", err);
    /* Every id lies behind a hyphen, and an empty text would be NULL. */
    ic_query_put_text(&query, IC_P_CREDENTIAL_IDS_BEHIND, ic_id_is_empty(behind) ? IC_STR("-") : ic_id_text(behind));
    ic_query_put_int64(&query, IC_P_CREDENTIAL_IDS_NOW, now);
    ic_query_put_int64(&query, IC_P_CREDENTIAL_IDS_IDLE_SINCE, now - IC_LIMIT_SESSION_IDLE_MS);
    ic_query_put_int64(&query, IC_P_CREDENTIAL_IDS_LIMIT, IC_CREDENTIAL_IDS_COUNT_MAX);
    while (count < IC_CREDENTIAL_IDS_COUNT_MAX && ic_query_next(&query)) {
        ret_ids[count++] = ic_query_id(&query, 0);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_count = count;
    }
    return rc;
}
