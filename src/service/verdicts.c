#include "service/verdicts.h"

#include "domain/text_print.h"
#include "store/operators.h"
#include "store/suppressions.h"
#include "store/targets.h"
#include "store/verdicts.h"

#include <stdlib.h>

static const char operation[] = "verdicts.get";

struct judging {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_verdict_wish *wish;
    struct ic_arena *arena;
    struct ic_verdict_act act;
    struct ic_verdict_list list;
};

static enum ic_rc find_target(struct ic_store_tx *tx, struct judging *judging, struct ic_err *err)
{
    struct ic_named_target target;
    struct ic_suppression suppression;
    const struct ic_handle *handle = &judging->wish->tar_username;
    enum ic_rc rc = ic_store_targets_find(tx, handle, 1, &target, err);
    if (rc == IC_OK) {
        rc = ic_store_suppressions_find(tx, handle, 1, judging->arena, &suppression, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    judging->list.tar_username = *handle;
    judging->list.is_excluded = suppression.exclusion.is_excluded;
    if (target.is_there) {
        judging->list.tar_id = target.tar_id;
        judging->list.tar_username = target.tar_username;
    }
    return IC_OK;
}

struct ic_rule_terms ic_verdict_terms(struct ic_service *service, const struct ic_active_rule *active)
{
    const struct ic_rule *rule = &active->rule;
    return (struct ic_rule_terms){
        .type = rule->type,
        .metric = rule->metric,
        .limit_value = rule->limit_value,
        .time_window_sec = rule->time_window_sec,
        .quiet_from_minute = rule->quiet_from_minute,
        .quiet_to_minute = rule->quiet_to_minute,
        .quiet_zone = rule->quiet_zone.size > 0 ? ic_zones_find(&service->zones, rule->quiet_zone) : NULL,
        .assigned_to_opr = rule->assigned_to_opr,
        .act_username = active->act_username,
    };
}

static enum ic_rc judge(struct ic_store_tx *tx, struct judging *judging, const struct ic_active_rule *active,
                        struct ic_err *err)
{
    struct ic_rule_terms terms = ic_verdict_terms(judging->service, active);
    struct ic_verdict_question question;
    struct ic_verdict_answer answer;
    int64_t looked_since_ms;
    if (!ic_verdict_ask(&terms, &judging->act, &question)) {
        return IC_OK;
    }
    enum ic_rc rc = ic_store_verdict_answer(tx, &question, INT64_MAX, &answer, &looked_since_ms, err);
    if (rc == IC_OK) {
        judging->list.items[judging->list.count++] = (struct ic_rule_finding){
            .rule = *active,
            .finding = ic_verdict_judge(&terms, &judging->act, &question, &answer, looked_since_ms),
        };
    }
    return rc;
}

static int64_t urgency(const struct ic_rule_finding *item)
{
    if (item->finding.outcome != IC_VERDICT_OUTCOME_WARNED) {
        return item->finding.outcome == IC_VERDICT_OUTCOME_MISSING ? -1 : -2;
    }
    return item->finding.wait_sec < 0 ? INT64_MAX : item->finding.wait_sec;
}

static int by_urgency(const void *left, const void *right)
{
    const struct ic_rule_finding *a = left, *b = right;
    int64_t first = urgency(a), second = urgency(b);
    if (first != second) {
        return first > second ? -1 : 1;
    }
    return ic_id_equal(&a->rule.rule.rule_id, &b->rule.rule.rule_id)
               ? 0
               : (a->rule.rule.created_at > b->rule.rule.created_at) -
                     (a->rule.rule.created_at < b->rule.rule.created_at);
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct judging *judging = context;
    struct ic_operator operator_;
    struct ic_active_rules rules;
    enum ic_rc rc = ic_store_operator_get(tx, &judging->asker->opr_id, judging->arena, &operator_, err);
    if (rc == IC_OK) {
        rc = find_target(tx, judging, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_rules_active(tx, judging->arena, &rules, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    judging->act.zone = ic_zones_find(&judging->service->zones, operator_.time_zone);
    judging->act.tar_id = judging->list.tar_id;
    judging->list.count = 0;
    judging->list.items = ic_arena_alloc_array(judging->arena, rules.count, sizeof *judging->list.items);
    if (!judging->list.items) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < rules.count && rc == IC_OK; i++) {
        rc = judge(tx, judging, &rules.items[i], err);
    }
    return rc;
}

enum ic_rc ic_verdicts_get(struct ic_service *service, const struct ic_asker *asker, const struct ic_verdict_wish *wish,
                           struct ic_arena *arena, struct ic_verdict_list *ret_verdicts, struct ic_err *err)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    struct judging judging = {.service = service,
                              .asker = asker,
                              .wish = wish,
                              .arena = arena,
                              .act = {.now_ms = now,
                                      .opr_id = asker->opr_id,
                                      .act_username = wish->act_username,
                                      .text_print = ic_text_print(wish->message_text)},
                              .list = {.judged_at = now}};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_VERDICTS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &judging, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    if (judging.list.count > 0) {
        qsort(judging.list.items, judging.list.count, sizeof *judging.list.items, by_urgency);
    }
    *ret_verdicts = judging.list;
    return IC_OK;
}
