#include "store/targets.h"

#include "store/query.h"

static struct ic_str state_name(enum ic_contact_state state)
{
    switch (state) {
    case IC_CONTACT_NOT_SEARCHED:
        return IC_STR("Not Searched");
    case IC_CONTACT_NOT_FOUND:
        return IC_STR("Not Found");
    case IC_CONTACT_FOUND:
        return IC_STR("Found");
    }
    return IC_STR("");
}

static void put_target(struct ic_query *query, const struct ic_target *target, const struct ic_id *id)
{
    ic_query_put_id(query, IC_P_TARGET_INSERT_TAR_ID, id);
    ic_query_put_text(query, IC_P_TARGET_INSERT_TAR_USERNAME, ic_handle_text(&target->tar_username));
    ic_query_put_text(query, IC_P_TARGET_INSERT_TAR_STATUS, ic_str_from(ic_target_status_name(target->tar_status)));
    ic_query_put_optional_time(query, IC_P_TARGET_INSERT_FIRST_CONTACTED, target->first_contacted);
    ic_query_put_text(query, IC_P_TARGET_INSERT_NOTES, target->notes);
    ic_query_put_int64(query, IC_P_TARGET_INSERT_LAST_UPDATED, target->last_updated);
    ic_query_put_text(query, IC_P_TARGET_INSERT_EMAIL, target->email.text);
    ic_query_put_text(query, IC_P_TARGET_INSERT_EMAIL_STATE, state_name(target->email.state));
    ic_query_put_text(query, IC_P_TARGET_INSERT_PHONE_NUM, target->phone_num.text);
    ic_query_put_text(query, IC_P_TARGET_INSERT_PHONE_NUM_STATE, state_name(target->phone_num.state));
    ic_query_put_text(query, IC_P_TARGET_INSERT_CONT_SOURCE, target->cont_source.text);
    ic_query_put_text(query, IC_P_TARGET_INSERT_CONT_SOURCE_STATE, state_name(target->cont_source.state));
}

enum ic_rc ic_store_target_insert(struct ic_store_tx *tx, const struct ic_target *target, const struct ic_rand *rand,
                                  struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.target.insert";
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_TARGET, rand);
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_TARGET_INSERT, operation, err);
        put_target(&query, target, &id);
        enum ic_driver_rc outcome;
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_UNIQUE) {
            return ic_err_set(err, IC_CODE_CONFLICT, operation, "There is a target of this handle already.");
        }
        if (outcome == IC_DRIVER_OK) {
            tx->added.targets++;
            *ret_id = id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

static enum ic_rc set_first_contacted(struct ic_store_tx *tx, const struct ic_id *tar_id, int64_t at,
                                      struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGET_CONTACTED, "store.target.contacted", err);
    ic_query_put_id(&query, IC_P_TARGET_CONTACTED_TAR_ID, tar_id);
    ic_query_put_int64(&query, IC_P_TARGET_CONTACTED_FIRST_CONTACTED, at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_target_contact(struct ic_store_tx *tx, const struct ic_handle *tar_username, int64_t at,
                                   const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGET_FIND, "store.target.find", err);
    ic_query_put_text(&query, IC_P_TARGET_FIND_TAR_USERNAME, ic_handle_text(tar_username));
    bool is_there = ic_query_next(&query);
    struct ic_id tar_id = {0};
    int64_t first_contacted = 0;
    if (is_there) {
        tar_id = ic_query_id(&query, 0);
        first_contacted = ic_query_int64(&query, 1);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc) {
        return rc;
    }
    if (!is_there) {
        struct ic_target target = {
            .tar_username = *tar_username,
            .tar_status = IC_TARGET_STATUS_COLD_NO_REPLY,
            .first_contacted = at,
            .last_updated = at,
        };
        return ic_store_target_insert(tx, &target, rand, ret_id, err);
    }
    if (first_contacted == 0 || at < first_contacted) {
        rc = set_first_contacted(tx, &tar_id, at, err);
    }
    if (!rc) {
        *ret_id = tar_id;
    }
    return rc;
}
