/* What the team has settled of itself. A setting that nobody has changed has its default.
 *
 * Promises: a setting is a row of its own name, so that another one needs no migration; a name that is not known here,
 * of a newer server, is left as it is. Memory: texts live in the given arena. Threads: as the transaction's. */
#ifndef IC_STORE_TEAM_SETTINGS_H
#define IC_STORE_TEAM_SETTINGS_H

#include "domain/id.h"
#include "store/store.h"

enum { IC_DEFAULT_QUORUM_PERCENT = 50, IC_DEFAULT_MAJORITY_PERCENT = 50, IC_DEFAULT_VOTING_HOURS = 72 };

struct ic_team_settings {
    int64_t quorum_percent;   /* 1 to 100: of the members of a ballot who have to vote. */
    int64_t majority_percent; /* 50 to 100: of those who voted for or against who have to be for. */
    int64_t voting_hours;     /* 1 to IC_LIMIT_VOTING_HOURS_MAX. */
    struct ic_str time_zone;  /* IANA name; "UTC" by default. */
};

IC_NODISCARD enum ic_rc ic_store_team_settings_get(struct ic_store_tx *tx, struct ic_arena *arena,
                                                   struct ic_team_settings *ret_settings, struct ic_err *err);

/* Writes those of them that differ from what is there. */
IC_NODISCARD enum ic_rc ic_store_team_settings_put(struct ic_store_tx *tx, const struct ic_team_settings *settings,
                                                   const struct ic_id *opr_id, int64_t now, struct ic_arena *arena,
                                                   struct ic_err *err);

#endif
