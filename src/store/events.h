/* Events: what happened, append-only; outreach is the event of a sent message. With them go the actors and targets that
 * they name, the team's totals, the operations that made them and the change feed.
 *
 * Promises: an event, its outreach, its change and the totals are written together; the feed's cursor grows in commit
 * order; an op_id stands for one event for ever.
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_EVENTS_H
#define IC_STORE_EVENTS_H

#include "base/hash.h"
#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"
#include "store/store.h"

/* An event as a list shows it. Ids that are empty and texts of size 0 are absent. */
struct ic_log_entry {
    struct ic_id elg_id;
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
};

struct ic_log_list {
    struct ic_log_entry *items;
    size_t count;
};

/* Where a page begins: behind this entry, in the order newest first. */
struct ic_log_position {
    int64_t created_at; /* INT64_MAX: at the newest. */
    struct ic_id elg_id;
};

struct ic_totals {
    int64_t targets;
    int64_t logs;
    int64_t actors;
    int64_t operators;
};

/* A sent message to be written. */
struct ic_outreach {
    struct ic_id opr_id;
    struct ic_id device_id; /* Empty: not from a desktop. */
    struct ic_handle act_username;
    struct ic_handle tar_username;
    struct ic_str thread_id;
    struct ic_str message_text; /* Empty: without text. */
    int64_t sent_at;
    int64_t created_at;
    int64_t received_at;
    struct ic_op_id op_id;
    struct ic_hash op_hash; /* Of the operation's content. */
};

struct ic_outreach_ids {
    struct ic_id elg_id;
    struct ic_id olg_id;
    struct ic_id act_id;
    struct ic_id tar_id;
};

/* What an op_id stands for already; fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_operation_find(struct ic_store_tx *tx, const struct ic_op_id *op_id,
                                                struct ic_hash *ret_op_hash, struct ic_outreach_ids *ret_ids,
                                                struct ic_err *err);

/* Writes event, outreach, operation and change; finds or makes the actor (per operator and handle) and the target. The
 * op_id must be new: look first. */
IC_NODISCARD enum ic_rc ic_store_outreach_insert(struct ic_store_tx *tx, const struct ic_outreach *outreach,
                                                 const struct ic_rand *rand, struct ic_outreach_ids *ret_ids,
                                                 struct ic_err *err);

/* An event without a message (User, System); `act_id`, `tar_id` and `details` of the entry may be absent. */
IC_NODISCARD enum ic_rc ic_store_event_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry,
                                              const struct ic_rand *rand, struct ic_id *ret_elg_id, struct ic_err *err);

/* The message of an outreach event. */
struct ic_message {
    struct ic_str thread_id; /* May be empty. */
    struct ic_str message_text;
    int64_t sent_at;
};

/* As ic_store_event_insert, with its outreach: for sample data and imports, whose actors and targets are known and
 * which no operation made. */
IC_NODISCARD enum ic_rc ic_store_message_insert(struct ic_store_tx *tx, const struct ic_log_entry *entry,
                                                const struct ic_message *message, const struct ic_rand *rand,
                                                struct ic_id *ret_elg_id, struct ic_id *ret_olg_id, struct ic_err *err);

/* At most `limit` entries behind `position`, newest first: created_at, then elg_id, both descending. */
IC_NODISCARD enum ic_rc ic_store_log_list(struct ic_store_tx *tx, const struct ic_log_position *position, size_t limit,
                                          struct ic_arena *arena, struct ic_log_list *ret_list, struct ic_err *err);

/* One entry with its whole text (size 0: none); fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_log_get(struct ic_store_tx *tx, const struct ic_id *elg_id, struct ic_arena *arena,
                                         struct ic_log_entry *ret_entry, struct ic_str *ret_message_text,
                                         struct ic_err *err);

IC_NODISCARD enum ic_rc ic_store_totals_get(struct ic_store_tx *tx, struct ic_totals *ret_totals, struct ic_err *err);

/* A follower that is further behind than this reads the page again instead: sample data and imports append as many
 * changes as they have events. */
enum { IC_STORE_FOLLOW_CHANGES_MAX = 1000 };

/* A change of the feed: an event that was added. */
struct ic_change {
    int64_t cursor;
    struct ic_log_entry entry;
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
