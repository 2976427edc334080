#include "store/figure_rows.h"

#include "store/log_entry.h"

static const char operation[] = "store.figure.rows";

struct page {
    struct ic_store_tx *tx;
    const struct ic_figure_rows *rows;
    struct ic_log_interval interval;
    int64_t limit;
    struct ic_err *err;
};

static void begin_messages(struct ic_query *query, const struct page *page)
{
    const struct ic_metric_scope *scope = page->rows->scope;
    if (scope->act_username.text[0] != '\0') {
        ic_query_begin(query, page->tx, IC_STATEMENT_FIGURE_ROWS_MESSAGES_OF_ACTOR, operation, page->err);
        ic_query_put_text(query, IC_P_FIGURE_ROWS_MESSAGES_OF_ACTOR_ACT_USERNAME, ic_handle_text(&scope->act_username));
        ic_query_put_id(query, IC_P_FIGURE_ROWS_MESSAGES_OF_ACTOR_OPR_ID, &scope->opr_id);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_OF_ACTOR_ABOVE, page->interval.above);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_OF_ACTOR_BELOW, page->interval.below);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_OF_ACTOR_LIMIT, page->limit);
    } else if (!ic_id_is_empty(&scope->opr_id)) {
        ic_query_begin(query, page->tx, IC_STATEMENT_FIGURE_ROWS_MESSAGES_OF_OPERATOR, operation, page->err);
        ic_query_put_id(query, IC_P_FIGURE_ROWS_MESSAGES_OF_OPERATOR_OPR_ID, &scope->opr_id);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_OF_OPERATOR_ABOVE, page->interval.above);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_OF_OPERATOR_BELOW, page->interval.below);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_OF_OPERATOR_LIMIT, page->limit);
    } else {
        ic_query_begin(query, page->tx, IC_STATEMENT_FIGURE_ROWS_MESSAGES, operation, page->err);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_ABOVE, page->interval.above);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_BELOW, page->interval.below);
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_MESSAGES_LIMIT, page->limit);
    }
}

static void begin_reaches(struct ic_query *query, const struct page *page, enum ic_target_status status)
{
    const struct ic_metric_scope *scope = page->rows->scope;
    ic_query_begin(query, page->tx, IC_STATEMENT_FIGURE_ROWS_REACHES, operation, page->err);
    ic_query_put_text(query, IC_P_FIGURE_ROWS_REACHES_MILESTONE, ic_str_from(ic_target_status_name(status)));
    ic_query_put_int64(query, IC_P_FIGURE_ROWS_REACHES_ABOVE, page->interval.above);
    ic_query_put_int64(query, IC_P_FIGURE_ROWS_REACHES_BELOW, page->interval.below);
    ic_query_put_id(query, IC_P_FIGURE_ROWS_REACHES_OPR_ID, &scope->opr_id);
    ic_query_put_text(query, IC_P_FIGURE_ROWS_REACHES_ACT_USERNAME, ic_handle_text(&scope->act_username));
    ic_query_put_int64(query, IC_P_FIGURE_ROWS_REACHES_LIMIT, page->limit);
}

static void begin_contacts(struct ic_query *query, const struct page *page, bool is_answered)
{
    const struct ic_metric_scope *scope = page->rows->scope;
    const struct ic_contacts_filter *filter = &page->rows->filter;
    ic_query_begin(query, page->tx, IC_STATEMENT_FIGURE_ROWS_CONTACTS, operation, page->err);
    ic_query_put_int64(query, IC_P_FIGURE_ROWS_CONTACTS_ABOVE, page->interval.above);
    ic_query_put_int64(query, IC_P_FIGURE_ROWS_CONTACTS_BELOW, page->interval.below);
    ic_query_put_id(query, IC_P_FIGURE_ROWS_CONTACTS_OPR_ID, &scope->opr_id);
    ic_query_put_text(query, IC_P_FIGURE_ROWS_CONTACTS_ACT_USERNAME, ic_handle_text(&scope->act_username));
    if (is_answered || filter->is_answered) {
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_CONTACTS_IS_ANSWERED, 1);
    }
    if (filter->has_opener) {
        ic_query_put_int64(query, IC_P_FIGURE_ROWS_CONTACTS_OPENER_PRINT, filter->opener_print);
    }
    if (filter->has_email_state) {
        ic_query_put_text(query, IC_P_FIGURE_ROWS_CONTACTS_EMAIL_STATE,
                          ic_str_from(ic_contact_state_name(filter->email_state)));
    }
    if (filter->has_phone_num_state) {
        ic_query_put_text(query, IC_P_FIGURE_ROWS_CONTACTS_PHONE_NUM_STATE,
                          ic_str_from(ic_contact_state_name(filter->phone_num_state)));
    }
    if (filter->has_stage) {
        static const int places[IC_FUNNEL_STAGES] = {
            IC_P_FIGURE_ROWS_CONTACTS_STAGE_1, IC_P_FIGURE_ROWS_CONTACTS_STAGE_2, IC_P_FIGURE_ROWS_CONTACTS_STAGE_3,
            IC_P_FIGURE_ROWS_CONTACTS_STAGE_4, IC_P_FIGURE_ROWS_CONTACTS_STAGE_5,
        };
        for (int stage = (int)filter->stage; stage <= IC_FUNNEL_LAST; stage++) {
            ic_query_put_text(query, places[stage - (int)filter->stage],
                              ic_str_from(ic_target_status_name((enum ic_target_status)stage)));
        }
    }
    ic_query_put_int64(query, IC_P_FIGURE_ROWS_CONTACTS_LIMIT, page->limit);
}

static void begin(struct ic_query *query, const struct page *page)
{
    switch (page->rows->figure) {
    case IC_FIGURE_MESSAGES:
        begin_messages(query, page);
        return;
    case IC_FIGURE_CONTACTED:
    case IC_FIGURE_ANSWERED:
        begin_contacts(query, page, page->rows->figure == IC_FIGURE_ANSWERED);
        return;
    case IC_FIGURE_REPLIED:
        begin_reaches(query, page, IC_TARGET_STATUS_REPLIED);
        return;
    case IC_FIGURE_WARM:
        begin_reaches(query, page, IC_TARGET_STATUS_WARM);
        return;
    case IC_FIGURE_BOOKED:
        begin_reaches(query, page, IC_TARGET_STATUS_BOOKED);
        return;
    case IC_FIGURE_PAID:
    default:
        begin_reaches(query, page, IC_TARGET_STATUS_PAID);
        return;
    }
}

enum ic_rc ic_store_figure_rows(struct ic_store_tx *tx, const struct ic_figure_rows *rows, int64_t from_ms,
                                int64_t until_ms, int64_t before, int64_t *positions, size_t positions_max,
                                size_t *count, struct ic_err *err)
{
    struct page page = {
        .tx = tx,
        .rows = rows,
        .interval = ic_log_interval_of(&(struct ic_log_query){.from = from_ms, .until = until_ms, .behind = before}),
        .limit = (int64_t)(positions_max - *count),
        .err = err,
    };
    struct ic_query query;
    begin(&query, &page);
    while (*count < positions_max && ic_query_next(&query)) {
        positions[(*count)++] = ic_query_int64(&query, 0);
    }
    return ic_query_end(&query);
}
