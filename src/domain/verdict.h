/* Whether a message that somebody is about to write breaks a rule of the team: said before it is written.
 *
 * A verdict has two halves, so that the server, which has a database, the desktop, which has a replica, and a replay,
 * which has a list, come to the same one: `ic_verdict_ask` turns a rule and the intended message into a question that
 * an index answers with a bounded number of rows, and `ic_verdict_judge` turns the answer into a finding.
 *
 * Promises: pure. What happened exactly a window ago does not count any more; what bears a later time than `now_ms`,
 * because a clock was ahead, does. History that is not there is said to be missing and never taken for none: an outcome
 * is *missing* when nothing that is known breaks the rule and not everything is known.
 * Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_VERDICT_H
#define IC_DOMAIN_VERDICT_H

#include "domain/rule.h"

/* What somebody is about to do. */
struct ic_verdict_act {
    int64_t now_ms;
    struct ic_id opr_id;
    struct ic_handle act_username;
    struct ic_id tar_id;        /* Empty: the team does not know the target yet. */
    uint64_t text_print;        /* Of the intended text (domain/text_print); 0: there is none yet. */
    const struct ic_zone *zone; /* The operator's clocks. */
};

/* What is counted. */
enum ic_verdict_subject {
    IC_VERDICT_SUBJECT_NOTHING,      /* The clock alone decides. */
    IC_VERDICT_SUBJECT_EVENTS,       /* Events of the metric. */
    IC_VERDICT_SUBJECT_PROFILES,     /* Targets that were written to, each at its latest message. */
    IC_VERDICT_SUBJECT_TARGET,       /* Messages to the target. */
    IC_VERDICT_SUBJECT_UNANSWERED,   /* Messages to the target behind its latest reply. */
    IC_VERDICT_SUBJECT_OTHER_ACTORS, /* Messages to the target from other actors. */
    IC_VERDICT_SUBJECT_TEXT,         /* Messages of that text. */
};

struct ic_verdict_question {
    enum ic_verdict_subject subject;
    enum ic_goal_metric metric;    /* Of events. */
    struct ic_id opr_id;           /* Of whom only; empty: of anybody. */
    struct ic_handle act_username; /* As which actor only; empty: as any. Of other actors: as any but this one. */
    struct ic_id tar_id;
    uint64_t text_print;
    int64_t after_ms;  /* Only what happened later. */
    int64_t count_max; /* Nobody needs to count further; at least 1. */
};

struct ic_verdict_answer {
    int64_t count;      /* At most `count_max`, of the newest. */
    int64_t oldest_ms;  /* When the oldest of those happened that were counted; anything when there are none. */
    bool counts_target; /* Of profiles: the intended target is one of those behind `after_ms`. */
};

struct ic_verdict_finding {
    enum ic_verdict_outcome outcome;
    int64_t counted;  /* Up to the rule's limit, or 1 where that is 0. */
    int64_t wait_sec; /* Of a warning: until the rule would let it pass, rounded up; -1: no wait helps. */
};

/* False when the rule says nothing of such a message: it is for others, or of a target or text that there is not. */
bool ic_verdict_ask(const struct ic_rule_terms *rule, const struct ic_verdict_act *act,
                    struct ic_verdict_question *ret_question);

/* Judges the answer to that question. `whole_since_ms` tells since when the history that was asked is whole. */
struct ic_verdict_finding ic_verdict_judge(const struct ic_rule_terms *rule, const struct ic_verdict_act *act,
                                           const struct ic_verdict_question *question,
                                           const struct ic_verdict_answer *answer, int64_t whole_since_ms);

#endif
