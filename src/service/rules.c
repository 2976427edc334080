#include "service/rules.h"

static const char operation[] = "service.rules.list";

static const int64_t day_ms = 86400000;

struct list_read {
    struct ic_rule_query query;
    int64_t now;
    struct ic_arena *arena;
    struct ic_rule_page page;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    struct ic_rule_page *page = &read->page;
    enum ic_rc rc = ic_store_rule_list(tx, &read->query, read->arena, &page->list, err);
    if (rc != IC_OK) {
        return rc;
    }
    page->warnings = ic_arena_alloc_array(read->arena, page->list.count + 1, sizeof *page->warnings);
    if (!page->warnings) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; rc == IC_OK && i < page->list.count; i++) {
        rc = ic_store_rule_warnings(tx, &page->list.items[i].rule.rule_id, read->now - IC_RULE_WARNINGS_DAYS * day_ms,
                                    IC_RULE_WARNINGS_MAX, &page->warnings[i], err);
    }
    return rc;
}

static enum ic_rc hash_question(const struct ic_rule_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "rules");
    ic_list_question_put_int64(&question, asked->is_oldest_first);
    for (int i = 0; i < IC_PROPOSAL_STATUS_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_status[i]);
    }
    return ic_list_question_end(&question, ret_hash, err);
}

enum ic_rc ic_rules_list(struct ic_service *service, const struct ic_asker *asker, const struct ic_rule_query *asked,
                         struct ic_str after, struct ic_arena *arena, struct ic_rule_page *ret_page, struct ic_err *err)
{
    struct list_read read = {.query = *asked, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    struct ic_list_place place;
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        read.query.behind = after.size > 0 ? &place : NULL;
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = read.page;
    if (read.page.list.has_next) {
        ic_list_cursor_write(&question, &read.page.list.next, &ret_page->next);
    }
    return IC_OK;
}
