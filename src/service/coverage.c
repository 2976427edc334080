#include "service/coverage.h"

struct reading {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_analytics_question *question;
    struct ic_arena *arena;
    struct ic_coverage_answer answer;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_coverage_answer *answer = &reading->answer;
    const struct ic_metric_scope *scope = &reading->question->scope;
    enum ic_rc rc = ic_analytics_range_find(tx, reading->service, reading->asker, reading->question, reading->arena,
                                            &answer->range, err);
    if (rc == IC_OK) {
        rc = ic_store_coverage_get(tx, scope, answer->range.from_ms, answer->range.until_ms, &answer->coverage, err);
    }
    return rc == IC_OK ? ic_store_coverage_get(tx, scope, answer->range.previous_from_ms, answer->range.from_ms,
                                               &answer->previous, err)
                       : rc;
}

enum ic_rc ic_coverage_get(struct ic_service *service, const struct ic_asker *asker,
                           const struct ic_analytics_question *question, struct ic_arena *arena,
                           struct ic_coverage_answer *ret_answer, struct ic_err *err)
{
    struct reading reading = {.service = service, .asker = asker, .question = question, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_HOME, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &reading, err);
    }
    if (rc == IC_OK) {
        *ret_answer = reading.answer;
    }
    return rc;
}
