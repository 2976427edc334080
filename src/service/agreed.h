/* A goal or a rule as proposals handle it, and what is written of everything that is done to one.
 *
 * Promises: every deed is an event, an entry of the audit and, where a proposal has it done, a row of that proposal's
 * history, in the caller's transaction; a goal or rule whose status changes names the event as its newest change.
 * Memory: texts live in the given arena. Threads: as the transaction's. */
#ifndef IC_SERVICE_AGREED_H
#define IC_SERVICE_AGREED_H

#include "service/can.h"
#include "service/service.h"
#include "store/goals.h"
#include "store/proposals.h"
#include "store/rules.h"
#include "store/votes.h"

/* Who does something, and when. */
struct ic_deed {
    struct ic_service *service;
    const struct ic_asker *asker; /* NULL: the server, by itself. */
    int64_t now;
    struct ic_arena *arena;
};

struct ic_agreed {
    bool is_rule;
    struct ic_goal goal; /* One of the two. */
    struct ic_rule rule;
};

/* The goal or rule of an id; fails with not_found. */
IC_NODISCARD enum ic_rc ic_agreed_get(struct ic_store_tx *tx, const struct ic_id *id, struct ic_arena *arena,
                                      struct ic_agreed *ret_agreed, struct ic_err *err);

const struct ic_id *ic_agreed_id(const struct ic_agreed *agreed);
enum ic_proposal_status ic_agreed_status(const struct ic_agreed *agreed);

/* Whose it is; empty: the team's, or an actor's. */
const struct ic_id *ic_agreed_operator(const struct ic_agreed *agreed);

/* What a proposal is about. */
const struct ic_id *ic_proposal_object(const struct ic_proposal *proposal);

/* A reason that somebody gives, in one line, trimmed; may be empty. Fails with invalid_field. */
IC_NODISCARD enum ic_rc ic_reason_check(struct ic_str reason, struct ic_str *ret_reason, struct ic_err *err);

enum { IC_AGREED_TEXT_SIZE = 256 };

/* "goal: 7 Bookings Made, Daily". */
struct ic_str ic_agreed_text(const struct ic_agreed *agreed, char text[IC_AGREED_TEXT_SIZE]);

/* Logs "`verb` `what it is`". By a person it is of type User, by the server of type System and in the name of
 * `on_behalf_of`. */
IC_NODISCARD enum ic_rc ic_deed_log(struct ic_store_tx *tx, const struct ic_deed *deed,
                                    const struct ic_id *on_behalf_of, const char *verb, const struct ic_agreed *agreed,
                                    struct ic_id *ret_elg_id, struct ic_err *err);

/* An entry of the audit; `before` and `after` are JSON or empty. Call it last. */
IC_NODISCARD enum ic_rc ic_deed_record(struct ic_store_tx *tx, const struct ic_deed *deed, enum ic_audit_action action,
                                       const struct ic_id *object_id, struct ic_str before, struct ic_str after,
                                       struct ic_err *err);

IC_NODISCARD enum ic_rc ic_agreed_set_status(struct ic_store_tx *tx, const struct ic_agreed *agreed,
                                             enum ic_proposal_status status, const struct ic_id *elg_id,
                                             struct ic_err *err);

/* Archives what is active: its event, its status, its entry. `verb` as of ic_deed_log. */
IC_NODISCARD enum ic_rc ic_agreed_archive(struct ic_store_tx *tx, const struct ic_deed *deed,
                                          const struct ic_id *on_behalf_of, const char *verb,
                                          const struct ic_agreed *agreed, struct ic_err *err);

/* The proposal ends so: it is decided, what it is about becomes what follows from that, and what it replaces is
 * archived when it is adopted. Fails with conflict when it is not open. */
IC_NODISCARD enum ic_rc ic_proposal_conclude(struct ic_store_tx *tx, const struct ic_deed *deed,
                                             struct ic_proposal *proposal, enum ic_proposal_outcome outcome,
                                             const struct ic_ballot_count *count, struct ic_err *err);

/* Counts an open proposal's ballot. `ret_votes` may be NULL. */
IC_NODISCARD enum ic_rc ic_proposal_count(struct ic_store_tx *tx, const struct ic_proposal *proposal,
                                          struct ic_arena *arena, struct ic_ballot_count *ret_count,
                                          struct ic_vote_list *ret_votes, struct ic_err *err);

/* Counts an open proposal's ballot and concludes it when it has ended. */
IC_NODISCARD enum ic_rc ic_proposal_settle(struct ic_store_tx *tx, const struct ic_deed *deed,
                                           struct ic_proposal *proposal, struct ic_err *err);

#endif
