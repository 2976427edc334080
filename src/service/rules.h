/* The team's rules as pages show them.
 *
 * Promises: a page is one snapshot; of the warnings of a rule the newest IC_RULE_WARNINGS_MAX of the last
 * IC_RULE_WARNINGS_DAYS are counted. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_RULES_H
#define IC_SERVICE_RULES_H

#include "service/can.h"
#include "service/list_cursor.h"
#include "service/service.h"
#include "store/rules.h"

enum { IC_RULE_WARNINGS_DAYS = 7, IC_RULE_WARNINGS_MAX = 1000 };

struct ic_rule_page {
    struct ic_rule_list list;
    struct ic_rule_warnings *warnings; /* Of each. */
    struct ic_list_cursor next;
};

/* Fails with invalid_parameter and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_rules_list(struct ic_service *service, const struct ic_asker *asker,
                                      const struct ic_rule_query *asked, struct ic_str after, struct ic_arena *arena,
                                      struct ic_rule_page *ret_page, struct ic_err *err);

#endif
