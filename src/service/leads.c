#include "service/leads.h"

#include "service/list_term.h"
#include "store/events.h"

static const char operation[] = "service.leads.list";

static enum ic_rc check(const struct ic_lead_query *asked, struct ic_err *err)
{
    if (asked->contacted_until && asked->contacted_until <= asked->contacted_from) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "contacted_until",
                                "It is not after 'contacted_from'.");
    }
    return ic_list_term_check(asked->term, operation, err);
}

static enum ic_rc hash_question(const struct ic_lead_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "leads");
    ic_list_question_put_int64(&question, (int64_t)asked->order);
    for (int i = 0; i < IC_TARGET_STATUS_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_status[i]);
    }
    ic_list_question_put_int64(&question, asked->has_email_state ? (int64_t)asked->email_state : -1);
    ic_list_question_put_int64(&question, asked->has_phone_num_state ? (int64_t)asked->phone_num_state : -1);
    ic_list_question_put_text(&question, ic_str_from(asked->first_opr_id.text));
    ic_list_question_put_text(&question, ic_str_from(asked->first_act_id.text));
    ic_list_question_put_int64(&question, asked->contacted_from);
    ic_list_question_put_int64(&question, asked->contacted_until);
    ic_list_question_put_text(&question, asked->term);
    return ic_list_question_end(&question, ret_hash, err);
}

struct list_read {
    struct ic_lead_query query;
    struct ic_arena *arena;
    struct ic_lead_list list;
    struct ic_totals totals;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    enum ic_rc rc = ic_store_totals_get(tx, &read->totals, err);
    return rc ? rc : ic_store_lead_list(tx, &read->query, &ic_lead_bounds, read->arena, &read->list, err);
}

enum ic_rc ic_leads_list(struct ic_service *service, const struct ic_asker *asker, const struct ic_lead_query *asked,
                         struct ic_str after, struct ic_arena *arena, struct ic_lead_page *ret_page, struct ic_err *err)
{
    struct list_read read = {.query = *asked, .arena = arena};
    struct ic_list_place place;
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LEADS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check(asked, err);
    }
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
    *ret_page = (struct ic_lead_page){.list = read.list, .total = read.totals.targets};
    if (read.list.has_next) {
        ic_list_cursor_write(&question, &read.list.next, &ret_page->next);
    }
    return IC_OK;
}

struct lead_read {
    const struct ic_id *tar_id;
    struct ic_arena *arena;
    struct ic_lead lead;
    struct ic_str notes;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct lead_read *read = context;
    return ic_store_lead_get(tx, read->tar_id, read->arena, &read->lead, &read->notes, err);
}

enum ic_rc ic_leads_get(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *tar_id,
                        struct ic_arena *arena, struct ic_lead *ret_lead, struct ic_str *ret_notes, struct ic_err *err)
{
    struct lead_read read = {.tar_id = tar_id, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LEADS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &read, err);
    }
    if (rc == IC_OK) {
        *ret_lead = read.lead;
        *ret_notes = read.notes;
    }
    return rc;
}
