#include "service/audit_list.h"

static enum ic_rc hash_question(const struct ic_audit_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "audit");
    ic_list_question_put_text(&question, ic_id_text(&asked->opr_id));
    ic_list_question_put_text(&question, asked->action);
    ic_list_question_put_text(&question, asked->object_id);
    ic_list_question_put_int64(&question, asked->is_oldest_first);
    return ic_list_question_end(&question, ret_hash, err);
}

struct list_read {
    struct ic_audit_query query;
    struct ic_arena *arena;
    struct ic_audit_list list;
    struct ic_audit_head head;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    enum ic_rc rc = ic_store_audit_head(tx, &read->head, err);
    return rc == IC_OK ? ic_store_audit_list(tx, &read->query, read->arena, &read->list, err) : rc;
}

enum ic_rc ic_audit_list(struct ic_service *service, const struct ic_asker *asker, const struct ic_audit_query *asked,
                         struct ic_str after, struct ic_arena *arena, struct ic_audit_page *ret_page,
                         struct ic_err *err)
{
    struct list_read read = {.query = *asked, .arena = arena};
    struct ic_list_place place = {0};
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_AUDIT, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
        read.query.behind = place.number;
    }
    if (rc == IC_OK) {
        read.query.limit++; /* One more tells whether there is a next page. */
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = (struct ic_audit_page){.list = read.list, .head = read.head};
    if (read.list.count > asked->limit) {
        ret_page->list.count = asked->limit;
        place.number = read.list.items[asked->limit - 1].audit_number;
        ic_list_cursor_write(&question, &place, &ret_page->next);
    }
    return IC_OK;
}
