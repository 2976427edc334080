/* Events: what happened, append-only; outreach is the event of a sent message. With them go the log that they are, the
 * team's totals and the change feed.
 *
 * Promises: an event, its outreach, its change, its roll-ups and the totals are written together; the feed's cursor
 * grows in commit order; a position in the log is unique and grows with the time of the event.
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_EVENTS_H
#define IC_STORE_EVENTS_H

#include "base/hash.h"
#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

/* What a rule said of a message that was sent all the same. */
struct ic_log_warning {
    struct ic_log_warning *next; /* By the rule's id; NULL: the last. */
    struct ic_id rule_id;
    enum ic_rule_type type;
    int64_t counted;
    int64_t wait_sec;     /* -1: no wait helped. */
    bool was_shown;       /* The person saw it before. */
    struct ic_str reason; /* Why they sent it all the same. */
};

/* An event as a list shows it. Ids that are empty and texts of size 0 are absent. */
struct ic_log_entry {
    struct ic_id elg_id;
    int64_t log_position; /* Unique; grows with created_at. */
    enum ic_event_type event_type;
    int64_t created_at;  /* When it happened, bounded by the server's clock. */
    int64_t received_at; /* When the server learned of it. */
    struct ic_id opr_id;
    struct ic_str opr_name;
    struct ic_id act_id;
    struct ic_str act_username;
    struct ic_id tar_id;
    struct ic_str tar_username;
    enum ic_target_status tar_status; /* Only when tar_id is given. */
    struct ic_str details;
    struct ic_id olg_id;
    int64_t sent_at; /* By the desktop's clock; only when olg_id is given. */
    struct ic_str message_preview;
    int64_t message_characters;
    struct ic_log_warning *warnings; /* The first; NULL: none. */
};

struct ic_log_list {
    struct ic_log_entry *items;
    size_t count;
    int64_t next; /* The position behind which the log goes on; 0: it ends here. */
};

/* Which part of the log, and in which order. */
struct ic_log_query {
    struct ic_id opr_id; /* Empty, as the next two: any. */
    struct ic_id act_id;
    struct ic_id tar_id;
    bool has_event_type;
    enum ic_event_type event_type;
    int64_t from;       /* At this instant or later; 0: from the beginning. */
    int64_t until;      /* Before this instant; 0: to the end. */
    struct ic_str term; /* Found in the target's handle or the message, in at least IC_SEARCH_CHARACTERS_MIN characters;
                           empty: not asked. */
    bool is_oldest_first;
    int64_t behind; /* The position that the page lies behind; 0: the first page. */
    size_t limit;
};

struct ic_totals {
    int64_t targets;
    int64_t logs;
    int64_t actors;
    int64_t operators;
};

/* What is written of an event. Ids that are empty and texts of size 0 are absent. */
struct ic_new_event {
    enum ic_event_type event_type;
    int64_t created_at; /* 0 to IC_STORE_TIME_MAX. */
    int64_t received_at;
    struct ic_id opr_id;
    struct ic_id act_id;
    struct ic_id tar_id;
    struct ic_str tar_username; /* For the search; given with tar_id. */
    const char *status_before;  /* A status's name, when the target was moved; else NULL. */
    const char *status_after;
    struct ic_str details;
    bool is_first_contact;                    /* The target was not contacted before, as far as is known. */
    const struct ic_message *message;         /* NULL: no outreach. */
    const struct ic_operation_key *operation; /* NULL: no desktop's. */
};

/* The message of an outreach event. */
struct ic_message {
    struct ic_str thread_id; /* May be empty. */
    struct ic_str message_text;
    int64_t sent_at;
};

/* What a desktop tells of an operation's time beside when, by its own clock, it was done. */
struct ic_told_times {
    bool has_age;
    int64_t age_ms; /* How long ago it was captured, by a clock that does not jump. */
    bool has_clock_ahead;
    int64_t clock_ahead_ms; /* How far the desktop's clock was ahead of the server's. */
    int64_t hybrid_time;    /* As it was given, whatever of it counts; 0: none. */
};

/* What made an event. */
struct ic_operation_key {
    struct ic_op_id op_id;
    struct ic_hash op_hash; /* Of its content. */
    struct ic_id device_id; /* Empty: not a desktop. */
    enum ic_operation_kind kind;
    int64_t sent_at; /* By the desktop's clock. */
    struct ic_told_times told;
};

struct ic_event_ids {
    struct ic_id elg_id;
    int64_t log_position;
    struct ic_id olg_id; /* Empty without a message. */
};

/* Times that a position has room for: until the year 2248. */
#define IC_STORE_TIME_MAX ((int64_t)1 << 43)

enum { IC_STORE_POSITION_BITS = 20 };

/* An event's number has the span of its time (2^22 ms, some 70 minutes) above, and the low bits of its cursor below: so
 * numbers are dense, and yet grow with the time from span to span. Two events of one span whose cursors are 2^27 apart
 * would have the same. */
enum { IC_STORE_SPAN_BITS = 22, IC_STORE_NUMBER_BITS = 27 };

/* Writes events with their outreach, operations, changes and roll-ups, many at a time in as few exchanges with the
 * engine as it can; `ret_ids` has room for `count`. Actors and targets must be there. */
IC_NODISCARD enum ic_rc ic_store_events_insert(struct ic_store_tx *tx, const struct ic_new_event *events, size_t count,
                                               const struct ic_rand *rand, struct ic_event_ids *ret_ids,
                                               struct ic_err *err);

/* One event without a message (User, System); `act_id`, `tar_id` and `details` of the entry may be absent. */
IC_NODISCARD enum ic_rc ic_store_event_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry,
                                              const struct ic_rand *rand, struct ic_id *ret_elg_id, struct ic_err *err);

/* Has the target's events so far found by that handle, too. */
IC_NODISCARD enum ic_rc ic_store_events_find_by(struct ic_store_tx *tx, const struct ic_id *tar_id,
                                                const struct ic_handle *tar_username, struct ic_err *err);

/* One page of the log. A search looks at a bounded part of it: its page may have fewer entries than the limit, or none,
 * and still a next one. */
IC_NODISCARD enum ic_rc ic_store_log_list(struct ic_store_tx *tx, const struct ic_log_query *query,
                                          struct ic_arena *arena, struct ic_log_list *ret_list, struct ic_err *err);

/* The entries at these positions, in their order; a position without one is left out. */
IC_NODISCARD enum ic_rc ic_store_log_at(struct ic_store_tx *tx, const int64_t *positions, size_t count,
                                        struct ic_arena *arena, struct ic_log_list *ret_list, struct ic_err *err);

/* One entry with its whole text (size 0: none); fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_log_get(struct ic_store_tx *tx, const struct ic_id *elg_id, struct ic_arena *arena,
                                         struct ic_log_entry *ret_entry, struct ic_str *ret_message_text,
                                         struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_totals_get(struct ic_store_tx *tx, struct ic_totals *ret_totals, struct ic_err *err);

/* A follower that is further behind than this reads the page again instead: sample data and imports append as many
 * changes as they have events. */
enum { IC_STORE_FOLLOW_CHANGES_MAX = 1000 };

/* A change of the feed: an event that was added, or an operator who came or went. */
struct ic_change {
    int64_t cursor;
    bool is_event;
    struct ic_log_entry entry; /* Of an event. */
    /* Of an operator, as they are now. */
    struct ic_id opr_id;
    enum ic_operator_status opr_status;
    int64_t last_activity;
};

struct ic_change_list {
    struct ic_change *items;
    size_t count;
};

/* The newest cursor; 0 when nothing has changed yet. */
IC_NODISCARD enum ic_rc ic_store_cursor_get(struct ic_store_tx *tx, int64_t *ret_cursor, struct ic_err *err);

/* At most `limit` changes behind `cursor`, in the feed's order. */
IC_NODISCARD enum ic_rc ic_store_change_list(struct ic_store_tx *tx, int64_t cursor, size_t limit,
                                             struct ic_arena *arena, struct ic_change_list *ret_list,
                                             struct ic_err *err);

#endif
