/* The rows of a replica: what a desktop keeps of the server's state, as the store reads it and sync carries it.
 *
 * Promises: each satisfies the schema of contract/openapi.yaml that its comment names. Ids that are empty, times that
 * are 0 and texts of size 0 are absent. Memory: texts are whoever's made the row. Threads: values. */
#ifndef IC_DOMAIN_REPLICA_H
#define IC_DOMAIN_REPLICA_H

#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"

/* Suppression: a handle that is not to be contacted, or may be again. */
struct ic_pulled_suppression {
    struct ic_handle tar_username;
    bool is_suppressed;
    struct ic_str reason;
    struct ic_id opr_id; /* Who changed it last. */
    int64_t changed_at;
};

/* PulledOperator. */
struct ic_pulled_operator {
    struct ic_id opr_id;
    struct ic_str opr_name;
    enum ic_operator_status opr_status;
    int64_t last_activity;
};

/* PulledActor. */
struct ic_pulled_actor {
    struct ic_id act_id;
    struct ic_handle act_username;
    struct ic_id opr_id;
    enum ic_actor_status act_status;
    int64_t last_activity;
};

struct ic_pulled_contact {
    enum ic_contact_state state;
    struct ic_str text; /* Given exactly when the state is found. */
};

/* PulledTarget. */
struct ic_pulled_target {
    struct ic_id tar_id;
    struct ic_handle tar_username;
    enum ic_target_status tar_status;
    bool has_stage; /* It is Excluded, and `stage` is what it is when that is lifted. */
    enum ic_target_status stage;
    struct ic_id merged_into;
    int64_t first_contacted;
    int64_t last_updated;
    struct ic_str notes;
    struct ic_pulled_contact email;
    struct ic_pulled_contact phone_num;
    struct ic_pulled_contact cont_source;
};

/* Alias: a former handle of a target. */
struct ic_pulled_alias {
    struct ic_handle alias_username;
    struct ic_id tar_id;
};

/* PulledOutreach: that a message was sent. */
struct ic_pulled_outreach {
    struct ic_id elg_id;
    struct ic_id opr_id;
    struct ic_id act_id;
    struct ic_id tar_id;
    int64_t created_at;
};

/* PulledGoal. The names of its metric, frequency and status may be a newer server's. */
struct ic_pulled_goal {
    struct ic_id goal_id;
    struct ic_str metric;
    int64_t target_value;
    struct ic_str frequency;
    struct ic_id assigned_to_opr;
    struct ic_id assigned_to_act;
    struct ic_str status;
    struct ic_id suggested_by;
    int64_t created_at;
    int64_t start_date;
    int64_t end_date;
};

/* PulledRule. The names of its type, metric and status may be a newer server's. */
struct ic_pulled_rule {
    struct ic_id rule_id;
    struct ic_str type;
    struct ic_str metric;
    int64_t limit_value;
    int64_t time_window_sec;
    struct ic_str severity;
    struct ic_id assigned_to_opr;
    struct ic_id assigned_to_act;
    struct ic_str status;
    struct ic_id suggested_by;
    int64_t created_at;
};

#endif
