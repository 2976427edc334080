/* A page of a pull: a part of the replica that a desktop keeps (PullPage of contract/openapi.yaml).
 *
 * Promises: one encoder for the server and one decoder for the desktop, in a file each, so that the two cannot differ;
 * what was decoded satisfies the contract; fields and features that this version does not know are passed over, so
 * that an older desktop understands a newer server. A page holds at most IC_LIMIT_PULL_ROWS_MAX rows of a kind.
 * Memory: of an encoded page everything is its maker's; of a decoded one texts view the document and arrays live in the
 * given arena. Threads: pure. */
#ifndef IC_SYNC_PULL_PAGE_H
#define IC_SYNC_PULL_PAGE_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "domain/replica.h"
#include "sync/features.h"

struct ic_pull_page {
    enum ic_pull_phase phase;
    bool is_reset;      /* The place was of no use; this page begins a new snapshot. */
    bool has_lost_past; /* The server lost events that the desktop knows. */
    struct ic_pulled_suppression *suppressions;
    size_t suppressions_count;
    struct ic_pulled_operator *operators;
    size_t operators_count;
    struct ic_pulled_actor *actors;
    size_t actors_count;
    struct ic_pulled_target *targets;
    size_t targets_count;
    struct ic_pulled_alias *aliases;
    size_t aliases_count;
    struct ic_pulled_outreach *outreach;
    size_t outreach_count;
    bool has_goals_and_rules; /* The desktop asked for them, or the server tells them. */
    struct ic_pulled_goal *goals;
    size_t goals_count;
    struct ic_pulled_rule *rules;
    size_t rules_count;
    int64_t hybrid_time; /* The largest of what the page tells; 0: it tells none. */
    struct ic_str next;  /* A place: where to go on. */
    bool has_more;
    bool has_progress; /* It is a snapshot, and this is how many targets of how many are through. */
    int64_t done;
    int64_t total;
    int64_t server_time;
    struct ic_features features;
};

/* Bytes that a row takes in a page, at most. */
size_t ic_pulled_target_bytes(const struct ic_pulled_target *target);
size_t ic_pulled_suppression_bytes(const struct ic_pulled_suppression *suppression);
size_t ic_pulled_operator_bytes(const struct ic_pulled_operator *row);
size_t ic_pulled_rule_bytes(const struct ic_pulled_rule *row);

enum {
    /* Of a row without free texts. */
    IC_PULLED_SMALL_BYTES_MAX = 256,
    /* Of a suppression and an operator, whose text is as long as it may be. */
    IC_PULLED_SUPPRESSION_BYTES_MAX = 6 * IC_LIMIT_REASON_CHARACTERS_MAX + IC_PULLED_SMALL_BYTES_MAX,
    IC_PULLED_OPERATOR_BYTES_MAX = 6 * IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX + IC_PULLED_SMALL_BYTES_MAX,
    /* Of a goal, and of a rule whose severity is as long as it may be. */
    IC_PULLED_GOAL_BYTES_MAX = 512,
    IC_PULLED_RULE_BYTES_MAX = 6 * IC_LIMIT_SEVERITY_CHARACTERS_MAX + IC_PULLED_GOAL_BYTES_MAX,
    /* Of a target whose texts are as long as they may be, each character a control character or four bytes. */
    IC_PULLED_TARGET_BYTES_MAX = 6 * (IC_LIMIT_NOTES_CHARACTERS_MAX + IC_LIMIT_EMAIL_CHARACTERS_MAX +
                                      IC_LIMIT_PHONE_NUM_CHARACTERS_MAX + IC_LIMIT_CONT_SOURCE_CHARACTERS_MAX) +
                                 1024,
    /* Of a page without its rows. */
    IC_PULL_PAGE_FRAME_BYTES_MAX = 2048,
};

void ic_pull_page_encode(const struct ic_pull_page *page, struct ic_json_writer *writer);

/* Reads a page; the error names the field to blame. `err` must be given. */
IC_NODISCARD enum ic_rc ic_pull_page_decode(json_t *object, struct ic_arena *arena, struct ic_pull_page *ret_page,
                                            struct ic_err *err);

#endif
