#include "store/reaches.h"

#include "store/log_entry.h"
#include "store/rollup.h"

static const char walk_operation[] = "store.reaches.walk";
static const char coverage_operation[] = "store.coverage.get";

bool ic_reach_is_answered(const struct ic_reach *contact)
{
    return contact->replied_at > 0 && contact->replied_at >= contact->contacted_at &&
           contact->replied_at - contact->contacted_at <= IC_ROLLUP_ANSWER_MS;
}

static int64_t time_of(int64_t position)
{
    return position >> IC_STORE_POSITION_BITS;
}

enum ic_rc ic_store_reaches_walk(struct ic_store_tx *tx, const struct ic_metric_scope *scope, const char *milestone,
                                 int64_t from_ms, int64_t until_ms, ic_store_reach_each each, void *context,
                                 struct ic_err *err)
{
    struct ic_log_interval interval = ic_log_interval_of(&(struct ic_log_query){.from = from_ms, .until = until_ms});
    struct ic_query query;
    enum ic_rc told = IC_OK;
    ic_query_begin(&query, tx, IC_STATEMENT_REACHES_BY_CONTACT, walk_operation, err);
    ic_query_put_text(&query, IC_P_REACHES_BY_CONTACT_MILESTONE, ic_str_from(milestone));
    ic_query_put_int64(&query, IC_P_REACHES_BY_CONTACT_ABOVE, interval.above);
    ic_query_put_int64(&query, IC_P_REACHES_BY_CONTACT_BELOW, interval.below);
    ic_query_put_id(&query, IC_P_REACHES_BY_CONTACT_OPR_ID, &scope->opr_id);
    ic_query_put_text(&query, IC_P_REACHES_BY_CONTACT_ACT_USERNAME, ic_handle_text(&scope->act_username));
    while (told == IC_OK && ic_query_next(&query)) {
        struct ic_reach reach = {
            .contact_position = ic_query_int64(&query, 0),
            .contacted_at = time_of(ic_query_int64(&query, 0)),
            .reached_at = time_of(ic_query_int64(&query, 1)),
            .opener_print = ic_query_int64(&query, 2),
            .replied_at = ic_query_int64(&query, 3),
        };
        told = each(context, &reach, err);
    }
    enum ic_rc rc = ic_query_end(&query);
    return told != IC_OK ? told : rc;
}

enum ic_rc ic_store_coverage_get(struct ic_store_tx *tx, const struct ic_metric_scope *scope, int64_t from_ms,
                                 int64_t until_ms, struct ic_coverage *ret_coverage, struct ic_err *err)
{
    struct ic_log_interval interval = ic_log_interval_of(&(struct ic_log_query){.from = from_ms, .until = until_ms});
    struct ic_coverage coverage = {0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_CONTACTS_BY_COVERAGE, coverage_operation, err);
    ic_query_put_int64(&query, IC_P_CONTACTS_BY_COVERAGE_ABOVE, interval.above);
    ic_query_put_int64(&query, IC_P_CONTACTS_BY_COVERAGE_BELOW, interval.below);
    ic_query_put_id(&query, IC_P_CONTACTS_BY_COVERAGE_OPR_ID, &scope->opr_id);
    ic_query_put_text(&query, IC_P_CONTACTS_BY_COVERAGE_ACT_USERNAME, ic_handle_text(&scope->act_username));
    while (ic_query_next(&query)) {
        enum ic_contact_state email;
        enum ic_contact_state phone;
        struct ic_str text = ic_query_peek_text(&query, 0);
        bool is_good = ic_contact_state_parse(text.data, text.size, &email);
        text = ic_query_peek_text(&query, 1);
        if (!is_good || !ic_contact_state_parse(text.data, text.size, &phone)) {
            ic_query_corrupt(&query, "a contact field's state is none");
            break;
        }
        coverage.counts[email][phone] += ic_query_int64(&query, 2);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (rc == IC_OK) {
        *ret_coverage = coverage;
    }
    return rc;
}
