/* What the team's rules say of a message that somebody is about to write.
 *
 * Promises: judged by domain/verdict on one snapshot, as a desktop judges it; only rules that are for such a message
 * are told. A target that the team excluded is said to be so. Nothing is written.
 * Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_VERDICTS_H
#define IC_SERVICE_VERDICTS_H

#include "domain/verdict.h"
#include "service/can.h"
#include "service/service.h"
#include "store/rules.h"

/* A message of the asker's that is intended. */
struct ic_verdict_wish {
    struct ic_handle act_username;
    struct ic_handle tar_username;
    struct ic_str message_text; /* Empty: nothing is written yet. */
};

struct ic_rule_finding {
    struct ic_active_rule rule;
    struct ic_verdict_finding finding;
};

struct ic_verdict_list {
    int64_t judged_at;
    struct ic_id tar_id;           /* Empty: the team does not know the target. */
    struct ic_handle tar_username; /* Its own, which may be another one now. */
    bool is_excluded;              /* Nobody of the team is to write to it. */
    struct ic_rule_finding *items; /* Warnings first, the longest wait before the others. */
    size_t count;
};

/* What an active rule says; a zone is the service's. */
struct ic_rule_terms ic_verdict_terms(struct ic_service *service, const struct ic_active_rule *active);

IC_NODISCARD enum ic_rc ic_verdicts_get(struct ic_service *service, const struct ic_asker *asker,
                                        const struct ic_verdict_wish *wish, struct ic_arena *arena,
                                        struct ic_verdict_list *ret_verdicts, struct ic_err *err);

#endif
