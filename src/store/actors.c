#include "store/actors.h"

#include "store/query.h"

enum ic_rc ic_store_actor_insert(struct ic_store_tx *tx, const struct ic_actor *actor, const struct ic_rand *rand,
                                 struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.actor.insert";
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_ACTOR, rand);
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_ACTOR_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_ACTOR_INSERT_ACT_ID, &id);
        ic_query_put_text(&query, IC_P_ACTOR_INSERT_ACT_USERNAME, ic_handle_text(&actor->act_username));
        ic_query_put_id(&query, IC_P_ACTOR_INSERT_OPR_ID, &actor->opr_id);
        ic_query_put_text(&query, IC_P_ACTOR_INSERT_ACT_STATUS, ic_str_from(ic_actor_status_name(actor->act_status)));
        ic_query_put_int64(&query, IC_P_ACTOR_INSERT_CREATED_AT, actor->created_at);
        ic_query_put_int64(&query, IC_P_ACTOR_INSERT_LAST_ACTIVITY, actor->last_activity);
        enum ic_driver_rc outcome;
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_UNIQUE) {
            return ic_err_set(err, IC_CODE_CONFLICT, operation, "The operator has an actor of this handle already.");
        }
        if (outcome == IC_DRIVER_OK) {
            tx->added.actors++;
            *ret_id = id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

static enum ic_rc actor_touch(struct ic_store_tx *tx, const struct ic_id *act_id, int64_t at, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ACTOR_TOUCH, "store.actor.touch", err);
    ic_query_put_id(&query, IC_P_ACTOR_TOUCH_ACT_ID, act_id);
    ic_query_put_int64(&query, IC_P_ACTOR_TOUCH_LAST_ACTIVITY, at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_actor_find(struct ic_store_tx *tx, const struct ic_handle *act_username, const struct ic_id *opr_id,
                               struct ic_id *ret_id, int64_t *ret_last_activity, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ACTOR_FIND, "store.actor.find", err);
    ic_query_put_text(&query, IC_P_ACTOR_FIND_ACT_USERNAME, ic_handle_text(act_username));
    ic_query_put_id(&query, IC_P_ACTOR_FIND_OPR_ID, opr_id);
    struct ic_id act_id = {{0}};
    int64_t last_activity = 0;
    if (ic_query_next(&query)) {
        act_id = ic_query_id(&query, 0);
        last_activity = ic_query_int64(&query, 1);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_id = act_id;
        *ret_last_activity = last_activity;
    }
    return rc;
}

enum ic_rc ic_store_actor_use(struct ic_store_tx *tx, const struct ic_handle *act_username, const struct ic_id *opr_id,
                              int64_t at, const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err)
{
    struct ic_id act_id;
    int64_t last_activity;
    enum ic_rc rc = ic_store_actor_find(tx, act_username, opr_id, &act_id, &last_activity, err);
    if (rc) {
        return rc;
    }
    if (ic_id_is_empty(&act_id)) {
        struct ic_actor actor = {
            .act_username = *act_username,
            .opr_id = *opr_id,
            .act_status = IC_ACTOR_STATUS_ACTIVE,
            .created_at = at,
            .last_activity = at,
        };
        return ic_store_actor_insert(tx, &actor, rand, ret_id, err);
    }
    if (last_activity < at) {
        rc = actor_touch(tx, &act_id, at, err);
    }
    if (!rc) {
        *ret_id = act_id;
    }
    return rc;
}

enum ic_rc ic_store_actor_get(struct ic_store_tx *tx, const struct ic_id *act_id, struct ic_actor *ret_actor,
                              struct ic_err *err)
{
    static const char operation[] = "store.actor.get";
    struct ic_actor actor = {.created_at = 0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ACTOR_GET, operation, err);
    ic_query_put_id(&query, IC_P_ACTOR_GET_ACT_ID, act_id);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        struct ic_str status = ic_query_peek_text(&query, 3);
        bool is_whole = ic_actor_status_parse(status.data, status.size, &actor.act_status);
        actor.act_id = ic_query_id(&query, 0);
        is_whole = ic_handle_parse(ic_query_peek_text(&query, 1), &actor.act_username) && is_whole;
        actor.opr_id = ic_query_id(&query, 2);
        actor.created_at = ic_query_int64(&query, 4);
        actor.last_activity = ic_query_int64(&query, 5);
        if (!is_whole) {
            ic_query_corrupt(&query, "an actor's handle or status is none");
        }
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such actor.");
    }
    if (!rc) {
        *ret_actor = actor;
    }
    return rc;
}

enum ic_rc ic_store_actor_set_status(struct ic_store_tx *tx, const struct ic_id *act_id,
                                     enum ic_actor_status act_status, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ACTOR_SET_STATUS, "store.actor.set_status", err);
    ic_query_put_id(&query, IC_P_ACTOR_SET_STATUS_ACT_ID, act_id);
    ic_query_put_text(&query, IC_P_ACTOR_SET_STATUS_ACT_STATUS, ic_str_from(ic_actor_status_name(act_status)));
    return ic_query_run(&query);
}
