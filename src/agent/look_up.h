/* What a person is shown of a handle: the replica, with this desktop's own operations on top that the replica does not
 * have yet.
 *
 * Promises: answered from the disk, by index; a handle that the team has excluded is never shown as free: neither while
 * a replica begins anew nor because of a lift that the server has not confirmed. Nobody is free as long as the team's
 * history was never here whole. Memory: what is found lives in the arena. Threads: the ledger's. */
#ifndef IC_AGENT_LOOK_UP_H
#define IC_AGENT_LOOK_UP_H

#include "agent/ledger.h"
#include "domain/replica.h"

enum {
    IC_LOOK_UP_CONTACTS_MAX = 20, /* The latest messages. */
    IC_LOOK_UP_OWN_MAX = 100,     /* Own operations that are looked at, the latest. */
    IC_LOOK_UP_MERGES_MAX = 16,   /* How often a target may have become another one. */
};

enum ic_look_up_state {
    IC_LOOK_UP_UNKNOWN, /* Nothing of it is here, and neither is the team's history. */
    IC_LOOK_UP_FREE,
    IC_LOOK_UP_CONTACTED,
    IC_LOOK_UP_EXCLUDED,
};

/* A message to the target. */
struct ic_look_up_contact {
    int64_t created_at;
    struct ic_str opr_name; /* Empty: one's own. */
    struct ic_handle act_username;
    bool is_pending; /* One's own that the replica does not have yet. */
};

struct ic_look_up {
    enum ic_look_up_state state;
    int64_t pulled_at;                   /* When the team's history was last up to date here; 0: never. */
    bool is_target;                      /* `target` is filled in. */
    struct ic_pulled_target target;      /* As it is now, whatever its handle was. */
    struct ic_str reason;                /* Why it is excluded, if somebody said so. */
    struct ic_look_up_contact *contacts; /* Newest first. */
    size_t contacts_count;
};

/* Looks a handle up. */
IC_NODISCARD enum ic_rc ic_look_up(struct ic_ledger *ledger, const struct ic_handle *tar_username,
                                   struct ic_arena *arena, struct ic_look_up *ret_found, struct ic_err *err);

#endif
