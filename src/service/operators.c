#include "service/operators.h"

#include "service/list_term.h"
#include "store/events.h"

static const char operation[] = "service.operators.list";

static enum ic_rc hash_question(const struct ic_operator_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "operators");
    ic_list_question_put_int64(&question, (int64_t)asked->order);
    for (int i = 0; i < IC_OPERATOR_STATUS_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_status[i]);
    }
    for (int i = 0; i < IC_ROLE_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_role[i]);
    }
    ic_list_question_put_text(&question, asked->term);
    return ic_list_question_end(&question, ret_hash, err);
}

struct list_read {
    struct ic_operator_query query;
    struct ic_arena *arena;
    struct ic_operator_list list;
    struct ic_totals totals;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    enum ic_rc rc = ic_store_totals_get(tx, &read->totals, err);
    return rc ? rc : ic_store_operator_list(tx, &read->query, read->arena, &read->list, err);
}

enum ic_rc ic_operators_list(struct ic_service *service, const struct ic_asker *asker,
                             const struct ic_operator_query *asked, struct ic_str after, struct ic_arena *arena,
                             struct ic_operator_page *ret_page, struct ic_err *err)
{
    struct list_read read = {.query = *asked, .arena = arena};
    struct ic_list_place place;
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_TEAM, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_list_term_check(asked->term, operation, err);
    }
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        read.query.behind = after.size > 0 ? &place : NULL;
        read.query.looks_max = IC_STORE_OPERATOR_LOOKS_MAX;
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = (struct ic_operator_page){.list = read.list, .total = read.totals.operators};
    if (read.list.has_next) {
        ic_list_cursor_write(&question, &read.list.next, &ret_page->next);
    }
    return IC_OK;
}
