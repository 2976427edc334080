/* Rules: the limits that the team gave itself, for itself, an operator or an actor.
 *
 * Promises: as of goals: a rule is written in the transaction of the event that says so, that event is its change in
 * the feed, and an event changes one rule at most. Rules are never deleted. Memory: the text of a rule that was read
 * lives in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_RULES_H
#define IC_STORE_RULES_H

#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/list_place.h"
#include "store/store.h"

struct ic_rule {
    struct ic_id rule_id;
    enum ic_rule_type type;
    enum ic_goal_metric metric;
    int64_t limit_value;     /* 0 or more. */
    int64_t time_window_sec; /* Above 0. */
    int quiet_from_minute;   /* Of quiet hours, as the next two: minutes of the day, 0 to 1439. */
    int quiet_to_minute;
    struct ic_str quiet_zone; /* Whose clocks (IANA); empty: those of whoever writes. */
    struct ic_str severity;   /* 1 to IC_LIMIT_SEVERITY_CHARACTERS_MAX characters. */
    struct ic_id assigned_to_opr;
    struct ic_id assigned_to_act;
    enum ic_proposal_status status;
    struct ic_id suggested_by;
    int64_t created_at;
};

/* An active rule, and how it became one. */
struct ic_active_rule {
    struct ic_rule rule;
    struct ic_handle act_username; /* Of its actor; empty: none. */
    struct ic_str suggested_by_name;
    int64_t adopted_at; /* 0: nobody knows. */
    bool is_voted;      /* The team has voted on it. */
    int64_t votes_for;  /* Of a vote, as the next. */
    int64_t votes_against;
};

struct ic_active_rules {
    struct ic_active_rule *items;
    size_t count;
};

enum { IC_STORE_ACTIVE_RULES_MAX = 1000, IC_STORE_RULE_LOOKS_MAX = 2000 };

/* Which rules. */
struct ic_rule_query {
    bool is_oldest_first;
    bool has_status[IC_PROPOSAL_STATUS_COUNT]; /* One of these; none: any. */
    const struct ic_list_place *behind;        /* NULL: the first page. */
    size_t limit;
};

struct ic_rule_list {
    struct ic_active_rule *items; /* What is not active has no adoption, or had one. */
    size_t count;
    bool has_next;
    struct ic_list_place next;
};

/* How often a rule warned lately. */
struct ic_rule_warnings {
    int64_t count;   /* At most the limit that was given. */
    int64_t last_at; /* 0: not lately. */
};

/* As of goals. */
IC_NODISCARD enum ic_rc ic_store_rule_insert(struct ic_store_tx *tx, const struct ic_rule *rule,
                                             const struct ic_id *elg_id, const struct ic_rand *rand,
                                             struct ic_id *ret_rule_id, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_rule_set_status(struct ic_store_tx *tx, const struct ic_id *rule_id,
                                                 enum ic_proposal_status status, const struct ic_id *elg_id,
                                                 struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_rule_change(struct ic_store_tx *tx, const struct ic_rule *rule,
                                             const struct ic_id *elg_id, struct ic_err *err);
IC_NODISCARD enum ic_rc ic_store_rule_get(struct ic_store_tx *tx, const struct ic_id *rule_id, struct ic_arena *arena,
                                          struct ic_rule *ret_rule, struct ic_err *err);

/* The active rules, oldest first: the first IC_STORE_ACTIVE_RULES_MAX of them, which is more than a team may have. */
IC_NODISCARD enum ic_rc ic_store_rules_active(struct ic_store_tx *tx, struct ic_arena *arena,
                                              struct ic_active_rules *ret_rules, struct ic_err *err);

/* One page of all rules; with a status it looks at IC_STORE_RULE_LOOKS_MAX of them. */
IC_NODISCARD enum ic_rc ic_store_rule_list(struct ic_store_tx *tx, const struct ic_rule_query *asked,
                                           struct ic_arena *arena, struct ic_rule_list *ret_list, struct ic_err *err);

/* Its warnings at `since` or later, of which the newest `limit` are counted. */
IC_NODISCARD enum ic_rc ic_store_rule_warnings(struct ic_store_tx *tx, const struct ic_id *rule_id, int64_t since,
                                               int64_t limit, struct ic_rule_warnings *ret_warnings,
                                               struct ic_err *err);

#endif
