/* What a replay of a rule is fed with: messages, and what came of them, in the order of the log.
 *
 * Promises: as store/verdicts.h counts, so that a replay says what a verdict would have said. A call reads a bounded
 * number of rows. Memory: the caller's arrays; texts live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_REPLAY_H
#define IC_STORE_REPLAY_H

#include "domain/history.h"
#include "store/store.h"

struct ic_replay_event {
    int64_t log_position;
    struct ic_id elg_id; /* Only of a message. */
    struct ic_history_event event;
};

/* What lies between two positions, neither included. */
struct ic_replay_range {
    int64_t after_position;
    int64_t before_position;
};

/* What a rule asks of messages beside when and by whom they were sent. */
enum ic_replay_need {
    IC_REPLAY_NEEDS_TARGET, /* As it was. */
    IC_REPLAY_NEEDS_TEXT,   /* And the text's print. */
    IC_REPLAY_NEEDS_PERSON, /* The target that it has become, where it was merged. */
};

/* At most `limit` messages from the beginning of the range. */
IC_NODISCARD enum ic_rc ic_store_replay_messages(struct ic_store_tx *tx, const struct ic_replay_range *range,
                                                 enum ic_replay_need need, size_t limit,
                                                 struct ic_replay_event *ret_events, size_t *ret_count,
                                                 struct ic_err *err);

/* The same of replies; every one, as awaiting them asks. */
IC_NODISCARD enum ic_rc ic_store_replay_replies(struct ic_store_tx *tx, const struct ic_replay_range *range,
                                                size_t limit, struct ic_replay_event *ret_events, size_t *ret_count,
                                                struct ic_err *err);

/* The same of first reaches of what a metric counts, which is none of messages. */
IC_NODISCARD enum ic_rc ic_store_replay_reaches(struct ic_store_tx *tx, const struct ic_replay_range *range,
                                                enum ic_goal_metric metric, size_t limit,
                                                struct ic_replay_event *ret_events, size_t *ret_count,
                                                struct ic_err *err);

/* Moves the beginning of the range on so far that at most `count` messages lie in it; tells whether it had to. */
IC_NODISCARD enum ic_rc ic_store_replay_shorten(struct ic_store_tx *tx, struct ic_replay_range *range, int64_t count,
                                                bool *ret_is_shorter, struct ic_err *err);

struct ic_replay_person {
    struct ic_id opr_id;
    struct ic_str opr_name;
    struct ic_str time_zone;
};

struct ic_replay_people {
    struct ic_replay_person *items;
    size_t count;
};

/* Every operator, at most `limit`, in the order of opr_id. */
IC_NODISCARD enum ic_rc ic_store_replay_people(struct ic_store_tx *tx, size_t limit, struct ic_arena *arena,
                                               struct ic_replay_people *ret_people, struct ic_err *err);

#endif
