/* First messages of the same words, or nearly the same, and how many of them were answered (docs/metrics.md).
 *
 * Promises: openers are told by a print of their words, of which no text is kept; the example is a message of the log,
 * as it is kept. Memory: results live in the given arena; what is counted is freed. Threads: any. */
#ifndef IC_SERVICE_OPENERS_H
#define IC_SERVICE_OPENERS_H

#include "service/analytics_range.h"
#include "store/events.h"

enum {
    IC_OPENERS_MAX = 50,                 /* Are told: those that were sent most. */
    IC_OPENERS_COUNTED_MAX = 256 * 1024, /* Different ones, of both ranges. */
};

struct ic_opener_counts {
    int64_t contacted;
    int64_t answered;
};

struct ic_opener {
    int64_t print; /* 0: without words. */
    struct ic_opener_counts counts;
    struct ic_opener_counts previous; /* Of the range before. */
    int64_t last_position;            /* Of the newest of them, in the range. */
    struct ic_log_entry example;      /* That one. */
};

struct ic_openers_answer {
    struct ic_analytics_range range;
    struct ic_opener *items; /* What was sent most first, and then what was sent last. */
    size_t count;
    int64_t different; /* Openers with words in the range, of which some are told. */
    struct ic_opener_counts total;
    struct ic_opener_counts previous;
};

/* Fails as ic_analytics_range_find, and with too_much_history for more than IC_OPENERS_COUNTED_MAX different openers.
 */
IC_NODISCARD enum ic_rc ic_openers_get(struct ic_service *service, const struct ic_asker *asker,
                                       const struct ic_analytics_question *question, struct ic_arena *arena,
                                       struct ic_openers_answer *ret_answer, struct ic_err *err);

#endif
