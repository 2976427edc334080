#include "store/operators.h"

#include "store/query.h"

#include <string.h>

/* The form that names and addresses are compared in: ASCII letters folded, everything else as it is. */
static bool fold(struct ic_str text, char *folded, size_t size_max)
{
    if (text.size > size_max) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return true;
}

enum {
    NAME_BYTES_MAX = 4 * IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX,
    EMAIL_BYTES_MAX = 4 * IC_LIMIT_EMAIL_CHARACTERS_MAX
};

enum ic_rc ic_store_operator_insert(struct ic_store_tx *tx, const struct ic_operator *operator_,
                                    const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.operator.insert";
    char name[NAME_BYTES_MAX];
    char email[EMAIL_BYTES_MAX];
    if (!fold(operator_->opr_name, name, sizeof name) || !fold(operator_->opr_email, email, sizeof email)) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The name or the e-mail address is too long.");
    }
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_OPERATOR, rand);
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_OPERATOR_INSERT_OPR_ID, &id);
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_OPR_EMAIL, operator_->opr_email);
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_OPR_EMAIL_FOLDED,
                          (struct ic_str){email, operator_->opr_email.size});
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_OPR_NAME, operator_->opr_name);
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_OPR_NAME_FOLDED,
                          (struct ic_str){name, operator_->opr_name.size});
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_OPR_STATUS,
                          ic_str_from(ic_operator_status_name(operator_->opr_status)));
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_ROLE, ic_str_from(ic_role_name(operator_->role)));
        ic_query_put_text(&query, IC_P_OPERATOR_INSERT_TIME_ZONE, operator_->time_zone);
        ic_query_put_int64(&query, IC_P_OPERATOR_INSERT_CREATED_AT, operator_->created_at);
        ic_query_put_int64(&query, IC_P_OPERATOR_INSERT_LAST_ACTIVITY, operator_->last_activity);
        enum ic_driver_rc outcome;
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_UNIQUE) {
            return ic_err_set(err, IC_CODE_NAME_TAKEN, operation,
                              "An operator has this name or e-mail address already.");
        }
        if (outcome == IC_DRIVER_OK) {
            tx->added.operators++;
            *ret_id = id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

enum ic_rc ic_store_operator_is_taken(struct ic_store_tx *tx, const struct ic_operator *operator_, bool *ret_is_taken,
                                      struct ic_err *err)
{
    static const char operation[] = "store.operator.is_taken";
    char name[NAME_BYTES_MAX];
    char email[EMAIL_BYTES_MAX];
    if (!fold(operator_->opr_name, name, sizeof name) || !fold(operator_->opr_email, email, sizeof email)) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The name or the e-mail address is too long.");
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATORS_COUNT_TAKEN, operation, err);
    ic_query_put_text(&query, IC_P_OPERATORS_COUNT_TAKEN_OPR_NAME_FOLDED,
                      (struct ic_str){name, operator_->opr_name.size});
    ic_query_put_text(&query, IC_P_OPERATORS_COUNT_TAKEN_OPR_EMAIL_FOLDED,
                      (struct ic_str){email, operator_->opr_email.size});
    int64_t count = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_is_taken = count > 0;
    }
    return rc;
}

static void read_operator(struct ic_query *query, struct ic_arena *arena, struct ic_operator *ret_operator)
{
    struct ic_operator found = {
        .opr_id = ic_query_id(query, 0),
        .opr_name = ic_query_text(query, 1, arena),
        .opr_email = ic_query_text(query, 2, arena),
        .time_zone = ic_query_text(query, 5, arena),
        .created_at = ic_query_int64(query, 6),
        .last_activity = ic_query_int64(query, 7),
        .disabled_at = ic_query_int64(query, 8),
    };
    struct ic_str status = ic_query_peek_text(query, 3);
    struct ic_str role = ic_query_peek_text(query, 4);
    if (!ic_operator_status_parse(status.data, status.size, &found.opr_status) ||
        !ic_role_parse(role.data, role.size, &found.role)) {
        ic_query_corrupt(query, "an operator's status or role is none");
    }
    *ret_operator = found;
}

/* Reads the one row of a query whose parameters are bound; fails with not_found. */
static enum ic_rc find_operator(struct ic_query *query, struct ic_arena *arena, struct ic_operator *ret_operator)
{
    struct ic_operator found = {0};
    bool is_there = ic_query_next(query);
    if (is_there) {
        read_operator(query, arena, &found);
    }
    enum ic_rc rc = ic_query_end(query);
    if (rc) {
        return rc;
    }
    if (!is_there) {
        return ic_err_set(query->err, IC_CODE_NOT_FOUND, query->operation, "There is no such operator.");
    }
    *ret_operator = found;
    return IC_OK;
}

enum ic_rc ic_store_operator_get(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_arena *arena,
                                 struct ic_operator *ret_operator, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_GET, "store.operator.get", err);
    ic_query_put_id(&query, IC_P_OPERATOR_GET_OPR_ID, opr_id);
    return find_operator(&query, arena, ret_operator);
}

enum ic_rc ic_store_operator_find(struct ic_store_tx *tx, struct ic_str text, struct ic_arena *arena,
                                  struct ic_operator *ret_operator, struct ic_err *err)
{
    static const char operation[] = "store.operator.find";
    char folded[EMAIL_BYTES_MAX];
    if (!fold(text, folded, sizeof folded)) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such operator.");
    }
    /* The address first: somebody may have taken another's address as a name. The miss must not fill `err`. */
    struct ic_query query;
    struct ic_err miss = IC_ERR_NONE;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_FIND_BY_EMAIL, operation, &miss);
    ic_query_put_text(&query, IC_P_OPERATOR_FIND_BY_EMAIL_OPR_EMAIL_FOLDED, (struct ic_str){folded, text.size});
    enum ic_rc rc = find_operator(&query, arena, ret_operator);
    if (rc != IC_NOT_FOUND) {
        if (rc && err && err->code == IC_CODE_OK) {
            *err = miss;
        }
        return rc;
    }
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_FIND_BY_NAME, operation, err);
    ic_query_put_text(&query, IC_P_OPERATOR_FIND_BY_NAME_OPR_NAME_FOLDED, (struct ic_str){folded, text.size});
    return find_operator(&query, arena, ret_operator);
}

enum ic_rc ic_store_operator_standing(struct ic_store_tx *tx, const struct ic_id *opr_id, enum ic_role *ret_role,
                                      struct ic_err *err)
{
    struct ic_query query;
    enum ic_role role = IC_ROLE_VIEWER;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_STANDING, "store.operator.standing", err);
    ic_query_put_id(&query, IC_P_OPERATOR_STANDING_OPR_ID, opr_id);
    bool is_there = ic_query_next(&query);
    struct ic_str name = is_there ? ic_query_peek_text(&query, 0) : (struct ic_str){0};
    if (is_there && !ic_role_parse(name.data, name.size, &role)) {
        ic_query_corrupt(&query, "an operator's role is none");
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && !is_there) {
        rc = ic_err_set(err, IC_CODE_UNAUTHENTICATED, query.operation, "They may not sign in.");
    }
    if (!rc) {
        *ret_role = role;
    }
    return rc;
}

enum ic_rc ic_store_operator_set_role(struct ic_store_tx *tx, const struct ic_id *opr_id, enum ic_role before,
                                      enum ic_role role, struct ic_err *err)
{
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_SET_ROLE, "store.operator.set_role", err);
    ic_query_put_id(&query, IC_P_OPERATOR_SET_ROLE_OPR_ID, opr_id);
    ic_query_put_text(&query, IC_P_OPERATOR_SET_ROLE_ROLE_BEFORE, ic_str_from(ic_role_name(before)));
    ic_query_put_text(&query, IC_P_OPERATOR_SET_ROLE_ROLE, ic_str_from(ic_role_name(role)));
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, query.operation, "They have another role by now.");
    }
    return rc;
}

/* Ends a change that there was nothing of to make, when it was made before. */
static enum ic_rc end_switch(struct ic_query *query, const char *detail)
{
    int64_t changed_count = 0;
    enum ic_rc rc = ic_query_run_counted(query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(query->err, IC_CODE_CONFLICT, query->operation, "%s", detail);
    }
    return rc;
}

enum ic_rc ic_store_operator_disable(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                     struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_DISABLE, "store.operator.disable", err);
    ic_query_put_id(&query, IC_P_OPERATOR_DISABLE_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_OPERATOR_DISABLE_NOW, now);
    return end_switch(&query, "They are disabled already.");
}

enum ic_rc ic_store_operator_enable(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_ENABLE, "store.operator.enable", err);
    ic_query_put_id(&query, IC_P_OPERATOR_ENABLE_OPR_ID, opr_id);
    return end_switch(&query, "They are not disabled.");
}

enum ic_rc ic_store_owner_find(struct ic_store_tx *tx, struct ic_arena *arena, struct ic_operator *ret_operator,
                               struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OWNER_FIND, "store.owner.find", err);
    return find_operator(&query, arena, ret_operator);
}

enum ic_rc ic_store_operator_touch(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t at, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATOR_TOUCH, "store.operator.touch", err);
    ic_query_put_id(&query, IC_P_OPERATOR_TOUCH_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_OPERATOR_TOUCH_LAST_ACTIVITY, at);
    return ic_query_run(&query);
}
