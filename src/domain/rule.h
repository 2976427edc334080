/* What a rule of the team says: soft limits that people gave themselves (docs/rules.md tells each kind in words).
 *
 * Promises: one rule of what each kind may hold, for proposals, pulls and desktops. A limit is the team's own, never
 * the platform's. Memory: a zone is borrowed. Threads: pure. */
#ifndef IC_DOMAIN_RULE_H
#define IC_DOMAIN_RULE_H

#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "domain/zone.h"

enum {
    IC_RULE_LIMIT_MAX = 1000,             /* What a rule counts up to. */
    IC_RULE_WINDOW_SEC_MAX = 366 * 86400, /* How far back it looks. */
    IC_RULE_DAY_MINUTES = 1440,
};

/* The kinds' common form. What a kind does not use is 0 or empty. */
struct ic_rule_terms {
    enum ic_rule_type type;
    enum ic_goal_metric metric;       /* What a frequency cap and an interval spacing count; of others messages. */
    int64_t limit_value;              /* How many there may be within the window. */
    int64_t time_window_sec;          /* How far back is counted; of quiet hours 1. */
    int quiet_from_minute;            /* Of quiet hours: minutes of the day, 0 to 1439; from is not to. */
    int quiet_to_minute;              /* They end before this minute; smaller than `from`: on the next day. */
    const struct ic_zone *quiet_zone; /* Whose clocks. NULL: the operator's, which the act brings. */
    struct ic_id assigned_to_opr;     /* Empty, as the next: for everybody. */
    struct ic_handle act_username;    /* An actor's handle: a shared one is one account, whoever writes from it. */
};

/* Whether the kind counts a metric of one's choice; the others count messages. */
bool ic_rule_type_has_metric(enum ic_rule_type type);

/* Why the terms are none, as a sentence, and the field to blame; NULL when they can hold. */
const char *ic_rule_fault(const struct ic_rule_terms *terms, const char **ret_field);

/* Whether the rule is for what this operator sends from this actor. */
bool ic_rule_applies(const struct ic_rule_terms *terms, const struct ic_id *opr_id,
                     const struct ic_handle *act_username);

#endif
