/* Proposals and rules as pages show them.
 *
 * Promises: of an open proposal the count is as it stands at that moment; of a decided one as it was when it was
 * decided. Memory: results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_PROPOSAL_PAGES_H
#define IC_SERVICE_PROPOSAL_PAGES_H

#include "service/agreed.h"
#include "service/list_cursor.h"

struct ic_proposal_view {
    struct ic_proposal proposal; /* With the count. */
    struct ic_agreed agreed;     /* What it is about, as it is now. */
    int64_t quorum;              /* Votes that make one of that many members. */
    bool has_voted;              /* Whoever asks. */
    enum ic_vote_choice own_choice;
    bool is_member;            /* Whoever asks is a member of its ballot. */
    bool can_change;           /* Whoever asks may change and withdraw it now. */
    struct ic_vote_list votes; /* Only of one that was got alone. */
};

struct ic_proposal_page {
    struct ic_proposal_view *items;
    size_t count;
    int64_t open; /* That are voted on, of the whole team. */
    struct ic_list_cursor next;
};

/* A page. Fails with invalid_parameter and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_proposals_list(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_proposal_query *asked, struct ic_str after,
                                          struct ic_arena *arena, struct ic_proposal_page *ret_page,
                                          struct ic_err *err);

/* One, with its votes; fails with not_found and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_proposals_get(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_id *proposal_id, struct ic_arena *arena,
                                         struct ic_proposal_view *ret_view, struct ic_err *err);

struct ic_proposal_history {
    struct ic_proposal_deed_list deeds;
    struct ic_list_cursor next;
};

/* A page of what was done to one, oldest first; fails with not_found, invalid_parameter and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_proposals_history(struct ic_service *service, const struct ic_asker *asker,
                                             const struct ic_id *proposal_id, size_t limit, struct ic_str after,
                                             struct ic_arena *arena, struct ic_proposal_history *ret_history,
                                             struct ic_err *err);

#endif
