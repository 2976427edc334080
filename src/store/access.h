/* What lets somebody in: one-time links, pairings and devices. Secrets are kept as hashes only.
 *
 * Promises: using up (`take`) a link or a pairing happens once, also when two ask at the same time. What has expired at
 * `now` does not exist.
 * Memory: texts of results live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_ACCESS_H
#define IC_STORE_ACCESS_H

#include "base/hash.h"
#include "contract/vocabulary.h"
#include "domain/id.h"
#include "store/store.h"

/* What a link may be used for. */
enum ic_link_purpose {
    IC_LINK_SIGN_IN, /* To sign in, to set a new password as well; the first owner's to join. */
    IC_LINK_RESET,   /* To set a new password, and for nothing else. */
};

/* A link that is used once: the first owner's (opr_id empty) or an operator's. */
struct ic_link {
    struct ic_hash secret_hash;
    struct ic_id opr_id;
    enum ic_link_purpose purpose;
    int64_t created_at;
    int64_t expires_at;
};

/* Deletes what has expired, then inserts. */
IC_NODISCARD enum ic_rc ic_store_link_insert(struct ic_store_tx *tx, const struct ic_link *link, struct ic_err *err);

/* Fails with invalid_link. */
IC_NODISCARD enum ic_rc ic_store_link_find(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                                           struct ic_link *ret_link, struct ic_err *err);

/* Deletes the link and tells what it was; fails with invalid_link. */
IC_NODISCARD enum ic_rc ic_store_link_take(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                                           struct ic_link *ret_link, struct ic_err *err);

/* Deletes every first-owner link: a new one replaces them, and an owner ends them. */
IC_NODISCARD enum ic_rc ic_store_owner_links_delete(struct ic_store_tx *tx, struct ic_err *err);

/* Deletes every link of the operator's. */
IC_NODISCARD enum ic_rc ic_store_links_delete(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_err *err);

/* A desktop that waits for approval, or was approved and not yet claimed. */
struct ic_pairing {
    struct ic_str pairing_code;
    struct ic_hash secret_hash;
    struct ic_str device_name;
    struct ic_str agent_version;
    struct ic_str address;
    struct ic_id opr_id;    /* Who approved; empty: nobody yet. */
    struct ic_id device_id; /* Given at approval. */
    int64_t created_at;
    int64_t expires_at;
};

/* Deletes what has expired, then inserts; too_many_requests when IC_LIMIT_PAIRINGS_WAITING_MAX wait already (approved
 * ones that nobody has claimed count, too), conflict when the code is taken. */
IC_NODISCARD enum ic_rc ic_store_pairing_insert(struct ic_store_tx *tx, const struct ic_pairing *pairing, int64_t now,
                                                struct ic_err *err);

/* One that waits for approval; fails with unknown_pairing. */
IC_NODISCARD enum ic_rc ic_store_pairing_get(struct ic_store_tx *tx, struct ic_str pairing_code, int64_t now,
                                             struct ic_arena *arena, struct ic_pairing *ret_pairing,
                                             struct ic_err *err);

/* Fails with unknown_pairing when it is approved already. */
IC_NODISCARD enum ic_rc ic_store_pairing_approve(struct ic_store_tx *tx, struct ic_str pairing_code,
                                                 const struct ic_id *opr_id, const struct ic_id *device_id,
                                                 struct ic_err *err);

/* By the desktop's secret, approved or not; fails with unknown_pairing. */
IC_NODISCARD enum ic_rc ic_store_pairing_find_by_secret(struct ic_store_tx *tx, const struct ic_hash *secret_hash,
                                                        int64_t now, struct ic_arena *arena,
                                                        struct ic_pairing *ret_pairing, struct ic_err *err);

/* Ends a pairing; fails with unknown_pairing when somebody else has ended it. */
IC_NODISCARD enum ic_rc ic_store_pairing_delete(struct ic_store_tx *tx, const struct ic_hash *secret_hash,
                                                struct ic_err *err);

/* A paired desktop. */
struct ic_device {
    struct ic_id device_id;
    struct ic_id opr_id;
    enum ic_role role;         /* Its operator's, as it is now; only of one that was got by its token. */
    struct ic_hash token_hash; /* Empty text until the desktop has claimed it. */
    struct ic_str device_name;
    struct ic_str agent_version;
    int64_t created_at;
    int64_t last_seen_at;     /* 0: never. */
    int64_t last_synced_at;   /* When it last handed something over or had caught up; 0: never. */
    int64_t token_created_at; /* 0: before that was written down. Only of one that was got by its token. */
};

enum { IC_DEVICE_LIST_COUNT_MAX = 100 };

struct ic_device_list {
    struct ic_device *items;
    size_t count;
};

/* Inserts with an id of its own making, drawn again on a collision. */
IC_NODISCARD enum ic_rc ic_store_device_insert(struct ic_store_tx *tx, const struct ic_device *device,
                                               const struct ic_rand *rand, struct ic_id *ret_id, struct ic_err *err);

/* Fails with not_found when the desktop was revoked. */
IC_NODISCARD enum ic_rc ic_store_device_set_token(struct ic_store_tx *tx, const struct ic_id *device_id,
                                                  const struct ic_hash *token_hash, int64_t now, struct ic_err *err);

/* Gives the desktop a token that takes its token's place when it is first used, instead of one that it was given before
 * and did not use; fails with not_found when the desktop was revoked. */
IC_NODISCARD enum ic_rc ic_store_device_set_next_token(struct ic_store_tx *tx, const struct ic_id *device_id,
                                                       const struct ic_hash *token_hash, struct ic_err *err);

/* What a token is to a desktop. */
enum ic_token_turn {
    IC_TOKEN_TURN_NONE,    /* Nothing. */
    IC_TOKEN_TURN_PRESENT, /* The one that it has. */
    IC_TOKEN_TURN_NEXT,    /* It was given and is used for the first time. */
    IC_TOKEN_TURN_FORMER,  /* Another has taken its place, at ic_device.token_created_at. */
};

/* Whose token this is, whichever; told by one statement, so that a turn in between cannot hide it. A revoked device has
 * none. */
IC_NODISCARD enum ic_rc ic_store_device_find_by_turn(struct ic_store_tx *tx, const struct ic_hash *token_hash,
                                                     struct ic_arena *arena, enum ic_token_turn *ret_turn,
                                                     struct ic_device *ret_device, struct ic_err *err);

/* Makes the next token the present one and the present one the former; does nothing when that has happened. */
IC_NODISCARD enum ic_rc ic_store_device_turn_token(struct ic_store_tx *tx, const struct ic_id *device_id,
                                                   const struct ic_hash *next_token_hash, int64_t now,
                                                   struct ic_err *err);

/* By its token; fails with invalid_token. A revoked device has none, and one of a disabled operator is none. */
IC_NODISCARD enum ic_rc ic_store_device_get_by_token(struct ic_store_tx *tx, const struct ic_hash *token_hash,
                                                     struct ic_arena *arena, struct ic_device *ret_device,
                                                     struct ic_err *err);

/* A desktop that was heard of. */
struct ic_heartbeat {
    struct ic_id device_id;
    int64_t last_seen_at;
    int64_t last_synced_at;      /* 0: leaves what is known. */
    struct ic_str agent_version; /* Empty: leaves what is known. */
    bool is_revoked;             /* The answer: there is no such desktop any more. */
};

/* Writes what was heard of some desktops, in as few exchanges with the engine as it can, and answers. */
IC_NODISCARD enum ic_rc ic_store_devices_touch(struct ic_store_tx *tx, struct ic_heartbeat *heartbeats, size_t count,
                                               struct ic_err *err);

/* As that of one desktop that handed something over. */
IC_NODISCARD enum ic_rc ic_store_device_touch(struct ic_store_tx *tx, const struct ic_id *device_id,
                                              struct ic_str agent_version, int64_t now, struct ic_err *err);

/* An operator whose status is not what their desktops say. */
struct ic_operator_switch {
    struct ic_id opr_id;
    enum ic_operator_status opr_status; /* What it is to be. */
};

/* Lists at most `count_max` of those: an operator is online while a desktop of theirs was seen after `seen_since`. */
IC_NODISCARD enum ic_rc ic_store_operators_to_switch(struct ic_store_tx *tx, int64_t seen_since, size_t count_max,
                                                     struct ic_operator_switch *ret_switches, size_t *ret_count,
                                                     struct ic_err *err);

/* An operator's desktops that are not revoked, newest first, at most IC_DEVICE_LIST_COUNT_MAX. */
IC_NODISCARD enum ic_rc ic_store_device_list(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_arena *arena,
                                             struct ic_device_list *ret_list, struct ic_err *err);

/* Ends all desktops of an operator. */
IC_NODISCARD enum ic_rc ic_store_devices_revoke_all(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                                    struct ic_err *err);

/* Ends its tokens; not_found when it is not this operator's or is revoked already. */
IC_NODISCARD enum ic_rc ic_store_device_revoke(struct ic_store_tx *tx, const struct ic_id *device_id,
                                               const struct ic_id *opr_id, int64_t now, struct ic_err *err);

#endif
