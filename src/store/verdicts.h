/* What the rules of the team ask of its history, answered out of the log.
 *
 * Promises: an answer costs a walk along an index that ends at the question's `count_max`, at its window or, where
 * something is passed over on the way, at IC_STORE_VERDICT_LOOKS_MAX rows: what lies behind those is told as not looked
 * at. It is the answer that domain/history gives. A reply is an event that moved the target to Replied; the milestones
 * of the other metrics are first reaches. Memory: values. Threads: as the transaction's. */
#ifndef IC_STORE_VERDICTS_H
#define IC_STORE_VERDICTS_H

#include "domain/verdict.h"
#include "store/store.h"

enum { IC_STORE_VERDICT_LOOKS_MAX = 20000 };

/* Answers a question by what stands in the log before `before_position` (INT64_MAX: by all). `ret_looked_since_ms`
 * tells since when everything was looked at. */
IC_NODISCARD enum ic_rc ic_store_verdict_answer(struct ic_store_tx *tx, const struct ic_verdict_question *question,
                                                int64_t before_position, struct ic_verdict_answer *ret_answer,
                                                int64_t *ret_looked_since_ms, struct ic_err *err);

#endif
