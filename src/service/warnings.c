#include "service/warnings.h"

#include "domain/text_print.h"
#include "service/verdicts.h"
#include "store/operators.h"
#include "store/verdicts.h"

static const char operation_name[] = "service.warnings.record";

enum { WARNINGS_MAX = 200 }; /* That are written together. */

struct ic_warning_rule {
    struct ic_id rule_id;
    struct ic_rule_terms terms;
    int64_t active_since;
};

/* Warnings that wait to be written. */
struct pending {
    struct ic_store_tx *tx;
    struct ic_warning *items;
    size_t count;
};

enum ic_rc ic_warning_rules_read(struct ic_service *service, struct ic_store_tx *tx, const struct ic_id *opr_id,
                                 struct ic_arena *arena, struct ic_warning_rules *ret_rules, struct ic_err *err)
{
    struct ic_active_rules active;
    struct ic_operator operator_;
    struct ic_warning_rules rules = {.count = 0};
    enum ic_rc rc = ic_store_rules_active(tx, arena, &active, err);
    if (rc == IC_OK && active.count > 0) {
        rc = ic_store_operator_get(tx, opr_id, arena, &operator_, err);
        rules.items = ic_arena_alloc_array(arena, active.count, sizeof *rules.items);
        rules.room = ic_arena_alloc_array(arena, WARNINGS_MAX, sizeof *rules.room);
        if (rc == IC_OK && (!rules.items || !rules.room)) {
            rc = ic_arena_failed(operation_name, err);
        }
    }
    if (rc != IC_OK) {
        return rc;
    }
    for (size_t i = 0; i < active.count; i++) {
        const struct ic_active_rule *item = &active.items[i];
        rules.zone = ic_zones_find(&service->zones, operator_.time_zone);
        rules.items[rules.count++] = (struct ic_warning_rule){
            .rule_id = item->rule.rule_id,
            .terms = ic_verdict_terms(service, item),
            .active_since = item->adopted_at > 0 ? item->adopted_at : item->rule.created_at,
        };
    }
    *ret_rules = rules;
    return IC_OK;
}

static enum ic_rc flush(struct pending *pending, struct ic_err *err)
{
    enum ic_rc rc = ic_store_warnings_insert(pending->tx, pending->items, pending->count, err);
    pending->count = 0;
    return rc;
}

static bool was_shown(const struct ic_operation *operation, const struct ic_id *rule_id)
{
    for (size_t i = 0; i < operation->warnings_shown_count; i++) {
        if (ic_id_equal(&operation->warnings_shown[i], rule_id)) {
            return true;
        }
    }
    return false;
}

static enum ic_rc put(struct pending *pending, const struct ic_written_message *message,
                      const struct ic_warning_rule *rule, const struct ic_verdict_finding *finding, struct ic_err *err)
{
    bool is_shown = was_shown(message->operation, &rule->rule_id);
    pending->items[pending->count++] = (struct ic_warning){
        .elg_id = message->ids->elg_id,
        .opr_id = message->outreach->opr_id,
        .act_id = message->ids->act_id,
        .created_at = message->outreach->created_at,
        .log_position = message->log_position,
        .rule_id = rule->rule_id,
        .counted = finding->counted,
        .wait_sec = finding->wait_sec,
        .was_shown = is_shown,
        .reason = is_shown ? message->operation->override_reason : IC_STR(""),
    };
    return pending->count == WARNINGS_MAX ? flush(pending, err) : IC_OK;
}

static enum ic_rc judge(struct pending *pending, const struct ic_warning_rule *rule, const struct ic_verdict_act *act,
                        const struct ic_written_message *message, struct ic_err *err)
{
    struct ic_verdict_question question;
    struct ic_verdict_answer answer;
    int64_t looked_since_ms;
    if (rule->active_since > act->now_ms || !ic_verdict_ask(&rule->terms, act, &question)) {
        return IC_OK;
    }
    enum ic_rc rc =
        ic_store_verdict_answer(pending->tx, &question, message->log_position, &answer, &looked_since_ms, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_verdict_finding finding = ic_verdict_judge(&rule->terms, act, &question, &answer, looked_since_ms);
    return finding.outcome == IC_VERDICT_OUTCOME_WARNED ? put(pending, message, rule, &finding, err) : IC_OK;
}

enum ic_rc ic_warnings_record(struct ic_store_tx *tx, const struct ic_warning_rules *rules,
                              const struct ic_written_message *messages, size_t count, struct ic_err *err)
{
    struct pending pending = {.tx = tx, .items = rules->room};
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        const struct ic_written_message *message = &messages[i];
        const struct ic_verdict_act act = {.now_ms = message->outreach->created_at,
                                           .opr_id = message->outreach->opr_id,
                                           .act_username = message->outreach->act_username,
                                           .tar_id = message->ids->tar_id,
                                           .text_print = ic_text_print(message->outreach->message_text),
                                           .zone = rules->zone};
        for (size_t k = 0; k < rules->count && rc == IC_OK; k++) {
            rc = judge(&pending, &rules->items[k], &act, message, err);
        }
    }
    return rc == IC_OK ? flush(&pending, err) : rc;
}
