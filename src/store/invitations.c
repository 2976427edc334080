#include "store/invitations.h"

#include "store/query.h"

/* Fails with conflict when the query's one number has reached `count_max`. */
static enum ic_rc check_room(struct ic_store_tx *tx, enum ic_statement statement, int64_t count_max, const char *what,
                             struct ic_err *err)
{
    static const char operation[] = "store.invitations.count";
    struct ic_query query;
    ic_query_begin(&query, tx, statement, operation, err);
    int64_t count = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && count >= count_max) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "There are %lld %s already: take one back first.",
                        (long long)count, what);
    }
    return rc;
}

/* Ends a query for one row that may not be there. */
static enum ic_rc end_get(struct ic_query *query, bool is_there, enum ic_code missing, const char *detail)
{
    enum ic_rc rc = ic_query_end(query);
    if (!rc && !is_there) {
        rc = ic_err_set(query->err, missing, query->operation, "%s", detail);
    }
    return rc;
}

/* Ends a query that must have changed one row. */
static enum ic_rc end_change(struct ic_query *query, enum ic_code missing, const char *detail)
{
    int64_t changed_count = 0;
    enum ic_rc rc = ic_query_run_counted(query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(query->err, missing, query->operation, "%s", detail);
    }
    return rc;
}

static enum ic_role read_role(struct ic_query *query, int column)
{
    enum ic_role role = IC_ROLE_VIEWER;
    struct ic_str name = ic_query_peek_text(query, column);
    if (!ic_role_parse(name.data, name.size, &role)) {
        ic_query_corrupt(query, "the role of whoever joins is none");
    }
    return role;
}

/* ---- Invitations. ---- */

static const char invalid_detail[] = "The invitation was used, was taken back, has expired or never existed.";

static enum ic_rc delete_ended(struct ic_store_tx *tx, int64_t now, const char *operation, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_INVITATIONS_DELETE_ENDED, operation, err);
    ic_query_put_int64(&query, IC_P_INVITATIONS_DELETE_ENDED_NOW, now);
    return ic_query_run(&query);
}

static void put_invitation(struct ic_query *query, const struct ic_invitation *invitation,
                           const struct ic_hash *secret_hash, const struct ic_id *invitation_id)
{
    ic_query_put_id(query, IC_P_INVITATION_INSERT_INVITATION_ID, invitation_id);
    ic_query_put_hash(query, IC_P_INVITATION_INSERT_SECRET_HASH, secret_hash);
    ic_query_put_text(query, IC_P_INVITATION_INSERT_ROLE, ic_str_from(ic_role_name(invitation->role)));
    ic_query_put_text(query, IC_P_INVITATION_INSERT_OPR_EMAIL, invitation->opr_email);
    ic_query_put_id(query, IC_P_INVITATION_INSERT_INVITED_BY, &invitation->invited_by);
    ic_query_put_int64(query, IC_P_INVITATION_INSERT_CREATED_AT, invitation->created_at);
    ic_query_put_int64(query, IC_P_INVITATION_INSERT_EXPIRES_AT, invitation->expires_at);
}

enum ic_rc ic_store_invitation_insert(struct ic_store_tx *tx, const struct ic_invitation *invitation,
                                      const struct ic_hash *secret_hash, const struct ic_rand *rand,
                                      struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.invitation.insert";
    enum ic_rc rc = delete_ended(tx, invitation->created_at, operation, err);
    if (!rc) {
        rc = check_room(tx, IC_STATEMENT_INVITATIONS_COUNT, IC_LIMIT_INVITATIONS_MAX, "invitations", err);
    }
    for (int i = 0; !rc && i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_INVITATION, rand);
        struct ic_query query;
        enum ic_driver_rc outcome;
        ic_query_begin(&query, tx, IC_STATEMENT_INVITATION_INSERT, operation, err);
        put_invitation(&query, invitation, secret_hash, &id);
        rc = ic_query_run_unique(&query, &outcome);
        if (!rc && outcome == IC_DRIVER_OK) {
            *ret_id = id;
            return IC_OK;
        }
    }
    return rc ? rc : ic_query_ids_exhausted(operation, err);
}

static void read_invitation(struct ic_query *query, struct ic_arena *arena, struct ic_invitation *ret_invitation)
{
    *ret_invitation = (struct ic_invitation){
        .invitation_id = ic_query_id(query, 0),
        .role = read_role(query, 1),
        .opr_email = ic_query_text(query, 2, arena),
        .invited_by = ic_query_id(query, 3),
        .invited_by_name = ic_query_text(query, 4, arena),
        .created_at = ic_query_int64(query, 5),
        .expires_at = ic_query_int64(query, 6),
    };
}

static enum ic_rc get_invitation(struct ic_query *query, struct ic_arena *arena, enum ic_code missing,
                                 const char *detail, struct ic_invitation *ret_invitation)
{
    struct ic_invitation invitation = {0};
    bool is_there = ic_query_next(query);
    if (is_there) {
        read_invitation(query, arena, &invitation);
    }
    enum ic_rc rc = end_get(query, is_there, missing, detail);
    if (!rc) {
        *ret_invitation = invitation;
    }
    return rc;
}

enum ic_rc ic_store_invitation_get(struct ic_store_tx *tx, const struct ic_id *invitation_id, int64_t now,
                                   struct ic_arena *arena, struct ic_invitation *ret_invitation, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_INVITATION_GET, "store.invitation.get", err);
    ic_query_put_id(&query, IC_P_INVITATION_GET_INVITATION_ID, invitation_id);
    ic_query_put_int64(&query, IC_P_INVITATION_GET_NOW, now);
    return get_invitation(&query, arena, IC_CODE_NOT_FOUND, "There is no such invitation.", ret_invitation);
}

enum ic_rc ic_store_invitation_find_by_secret(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                                              struct ic_arena *arena, struct ic_invitation *ret_invitation,
                                              struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_INVITATION_FIND_BY_SECRET, "store.invitation.find_by_secret", err);
    ic_query_put_hash(&query, IC_P_INVITATION_FIND_BY_SECRET_SECRET_HASH, secret_hash);
    ic_query_put_int64(&query, IC_P_INVITATION_FIND_BY_SECRET_NOW, now);
    return get_invitation(&query, arena, IC_CODE_INVALID_LINK, invalid_detail, ret_invitation);
}

enum ic_rc ic_store_invitation_list(struct ic_store_tx *tx, int64_t now, struct ic_arena *arena,
                                    struct ic_invitation_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.invitation.list";
    struct ic_invitation_list list = {
        .items = ic_arena_alloc_array(arena, IC_LIMIT_INVITATIONS_MAX, sizeof *list.items),
    };
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_INVITATION_LIST, operation, err);
    ic_query_put_int64(&query, IC_P_INVITATION_LIST_NOW, now);
    ic_query_put_int64(&query, IC_P_INVITATION_LIST_LIMIT, IC_LIMIT_INVITATIONS_MAX);
    while (list.count < IC_LIMIT_INVITATIONS_MAX && ic_query_next(&query)) {
        read_invitation(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_invitation_delete(struct ic_store_tx *tx, const struct ic_id *invitation_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_INVITATION_DELETE, "store.invitation.delete", err);
    ic_query_put_id(&query, IC_P_INVITATION_DELETE_INVITATION_ID, invitation_id);
    return end_change(&query, IC_CODE_INVALID_LINK, invalid_detail);
}

enum ic_rc ic_store_invitations_delete_by(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_INVITATIONS_DELETE_BY, "store.invitations.delete_by", err);
    ic_query_put_id(&query, IC_P_INVITATIONS_DELETE_BY_OPR_ID, opr_id);
    return ic_query_run(&query);
}

/* ---- E-mail domains. ---- */

static const char no_domain_detail[] = "This e-mail domain is not allowed.";

/* Writers take turns, so that what is free stays so until the commit. */
static enum ic_rc check_free(struct ic_store_tx *tx, struct ic_str email_domain, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_EMAIL_DOMAIN_FIND, "store.email_domain.insert", err);
    ic_query_put_text(&query, IC_P_EMAIL_DOMAIN_FIND_EMAIL_DOMAIN, email_domain);
    bool is_taken = ic_query_next(&query);
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && is_taken) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, query.operation, "This e-mail domain is allowed already.");
    }
    return rc;
}

enum ic_rc ic_store_email_domain_insert(struct ic_store_tx *tx, const struct ic_email_domain *email_domain,
                                        struct ic_err *err)
{
    enum ic_rc rc = check_room(tx, IC_STATEMENT_EMAIL_DOMAINS_COUNT, IC_LIMIT_EMAIL_DOMAINS_MAX, "domains", err);
    if (!rc) {
        rc = check_free(tx, email_domain->email_domain, err);
    }
    if (rc) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_EMAIL_DOMAIN_INSERT, "store.email_domain.insert", err);
    ic_query_put_text(&query, IC_P_EMAIL_DOMAIN_INSERT_EMAIL_DOMAIN, email_domain->email_domain);
    ic_query_put_text(&query, IC_P_EMAIL_DOMAIN_INSERT_ROLE, ic_str_from(ic_role_name(email_domain->role)));
    ic_query_put_id(&query, IC_P_EMAIL_DOMAIN_INSERT_OPR_ID, &email_domain->opr_id);
    ic_query_put_int64(&query, IC_P_EMAIL_DOMAIN_INSERT_CREATED_AT, email_domain->created_at);
    return ic_query_run(&query);
}

static void read_email_domain(struct ic_query *query, struct ic_arena *arena, struct ic_email_domain *ret_email_domain)
{
    *ret_email_domain = (struct ic_email_domain){
        .email_domain = ic_query_text(query, 0, arena),
        .role = read_role(query, 1),
        .opr_id = ic_query_id(query, 2),
        .opr_name = ic_query_text(query, 3, arena),
        .created_at = ic_query_int64(query, 4),
    };
}

enum ic_rc ic_store_email_domain_find(struct ic_store_tx *tx, struct ic_str email_domain, struct ic_arena *arena,
                                      struct ic_email_domain *ret_email_domain, struct ic_err *err)
{
    struct ic_query query;
    struct ic_email_domain found = {0};
    ic_query_begin(&query, tx, IC_STATEMENT_EMAIL_DOMAIN_FIND, "store.email_domain.find", err);
    ic_query_put_text(&query, IC_P_EMAIL_DOMAIN_FIND_EMAIL_DOMAIN, email_domain);
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_email_domain(&query, arena, &found);
    }
    enum ic_rc rc = end_get(&query, is_there, IC_CODE_NOT_FOUND, no_domain_detail);
    if (!rc) {
        *ret_email_domain = found;
    }
    return rc;
}

enum ic_rc ic_store_email_domain_list(struct ic_store_tx *tx, struct ic_arena *arena,
                                      struct ic_email_domain_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.email_domain.list";
    struct ic_email_domain_list list = {
        .items = ic_arena_alloc_array(arena, IC_LIMIT_EMAIL_DOMAINS_MAX, sizeof *list.items),
    };
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_EMAIL_DOMAIN_LIST, operation, err);
    ic_query_put_int64(&query, IC_P_EMAIL_DOMAIN_LIST_LIMIT, IC_LIMIT_EMAIL_DOMAINS_MAX);
    while (list.count < IC_LIMIT_EMAIL_DOMAINS_MAX && ic_query_next(&query)) {
        read_email_domain(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_email_domain_delete(struct ic_store_tx *tx, struct ic_str email_domain, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_EMAIL_DOMAIN_DELETE, "store.email_domain.delete", err);
    ic_query_put_text(&query, IC_P_EMAIL_DOMAIN_DELETE_EMAIL_DOMAIN, email_domain);
    return end_change(&query, IC_CODE_NOT_FOUND, no_domain_detail);
}
