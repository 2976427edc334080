/* Of whom the team has contact data: the states of e-mail and phone of the targets that were first contacted in a
 * range, as they are now (docs/metrics.md).
 *
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_COVERAGE_H
#define IC_SERVICE_COVERAGE_H

#include "service/analytics_range.h"
#include "store/reaches.h"

struct ic_coverage_answer {
    struct ic_analytics_range range;
    struct ic_coverage coverage;
    struct ic_coverage previous; /* Of the range before. */
};

/* Fails as ic_analytics_range_find. */
IC_NODISCARD enum ic_rc ic_coverage_get(struct ic_service *service, const struct ic_asker *asker,
                                        const struct ic_analytics_question *question, struct ic_arena *arena,
                                        struct ic_coverage_answer *ret_answer, struct ic_err *err);

#endif
