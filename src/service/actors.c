#include "service/actors.h"

#include "service/list_term.h"
#include "store/events.h"

static const char operation[] = "service.actors.list";

static enum ic_rc hash_question(const struct ic_actor_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "actors");
    ic_list_question_put_int64(&question, (int64_t)asked->order);
    for (int i = 0; i < IC_ACTOR_STATUS_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_status[i]);
    }
    ic_list_question_put_text(&question, ic_str_from(asked->opr_id.text));
    ic_list_question_put_text(&question, asked->term);
    return ic_list_question_end(&question, ret_hash, err);
}

struct list_read {
    struct ic_actor_query query;
    struct ic_arena *arena;
    struct ic_actor_list list;
    struct ic_totals totals;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    enum ic_rc rc = ic_store_totals_get(tx, &read->totals, err);
    return rc ? rc : ic_store_actor_list(tx, &read->query, read->arena, &read->list, err);
}

enum ic_rc ic_actors_list(struct ic_service *service, const struct ic_actor_query *asked, struct ic_str after,
                          struct ic_arena *arena, struct ic_actor_page *ret_page, struct ic_err *err)
{
    struct list_read read = {.query = *asked, .arena = arena};
    struct ic_list_place place;
    struct ic_hash question;
    enum ic_rc rc = ic_list_term_check(asked->term, operation, err);
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        read.query.behind = after.size > 0 ? &place : NULL;
        read.query.looks_max = IC_STORE_ACTOR_LOOKS_MAX;
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = (struct ic_actor_page){.list = read.list, .total = read.totals.actors};
    if (read.list.has_next) {
        ic_list_cursor_write(&question, &read.list.next, &ret_page->next);
    }
    return IC_OK;
}
