/* Who may do what: the one place where that is decided.
 *
 * Promises: every service asks here before it shows or changes anything, so that nothing is reached around it, whatever
 * the way in. There is one rule for each action (the table in can.c; docs/security.md shows it). What another owns and
 * the asker may not know of does not exist for them: `not_found`, as if it were not there; what they may see and not
 * touch is `forbidden`. An API token may what its operator may at that moment, and of that only what its scopes open.
 * Memory: values. Threads: any; pure but for what ic_can_check counts. */
#ifndef IC_SERVICE_CAN_H
#define IC_SERVICE_CAN_H

#include "base/err.h"
#include "contract/vocabulary.h"
#include "domain/id.h"

struct ic_refusals;

/* By what somebody is known. */
enum ic_credential {
    IC_CREDENTIAL_NONE,    /* By nothing: may nothing. */
    IC_CREDENTIAL_SESSION, /* A browser's cookie. */
    IC_CREDENTIAL_DEVICE,  /* A paired desktop's token. */
    IC_CREDENTIAL_TOKEN,   /* An API token. */
    IC_CREDENTIAL_COMMAND, /* They run a command on the server's machine: only what asks nobody is done so. */
    IC_CREDENTIAL_COUNT
};

/* Who asks, as they were known when they asked. */
struct ic_asker {
    struct ic_id opr_id;
    enum ic_role role;
    enum ic_credential credential;
    bool is_recent;                       /* They have shown who they are lately; only of a session. */
    bool has_scope[IC_TOKEN_SCOPE_COUNT]; /* Only of a token. */
    /* For the audit. */
    struct ic_id device_id;       /* Only of a device. */
    struct ic_id token_id;        /* Only of a token. */
    struct ic_id session_id;      /* Only of a session. */
    struct ic_str address;        /* Where the request came from, which it belongs to; empty: not by a request. */
    struct ic_refusals *refusals; /* Where it is counted what they are refused; NULL: nowhere. */
};

/* What somebody may want to do. The table in can.c has a row for each. */
enum ic_action {
    IC_ACTION_SEE_HOME,
    IC_ACTION_FOLLOW_LIVE,
    IC_ACTION_SEE_LOGS,
    IC_ACTION_SEE_LEADS,
    IC_ACTION_SEE_TEAM,
    IC_ACTION_SEE_VERDICTS,
    IC_ACTION_CHANGE_TARGET,
    IC_ACTION_TRANSFER_ACTOR,
    IC_ACTION_LOAD_DEMO,
    IC_ACTION_SEE_PROPOSALS,
    IC_ACTION_PROPOSE,
    IC_ACTION_CHANGE_PROPOSAL,
    IC_ACTION_VOTE,
    IC_ACTION_SEE_SETTINGS,
    IC_ACTION_CHANGE_SETTINGS,
    IC_ACTION_SEE_AUDIT,
    IC_ACTION_PAIR_DEVICE,
    IC_ACTION_SEE_DEVICES,
    IC_ACTION_REVOKE_DEVICE,
    IC_ACTION_PUSH,
    IC_ACTION_PULL,
    IC_ACTION_CHANGE_ROLE,
    IC_ACTION_CHANGE_ADMIN,
    IC_ACTION_CHANGE_OWNER,
    IC_ACTION_HAND_OVER_TEAM,
    IC_ACTION_CREATE_TOKEN,
    IC_ACTION_SEE_TOKENS,
    IC_ACTION_REVOKE_TOKEN,
    IC_ACTION_SEE_SESSIONS,
    IC_ACTION_END_SESSION,
    IC_ACTION_END_ALL_SESSIONS,
    IC_ACTION_CHANGE_PASSWORD,
    IC_ACTION_SET_FIRST_PASSWORD,
    IC_ACTION_GIVE_RESET_LINK,
    IC_ACTION_GIVE_ADMIN_LINK,
    IC_ACTION_GIVE_OWNER_LINK,
    IC_ACTION_SEE_PROVIDERS,
    IC_ACTION_LINK_PROVIDER,
    IC_ACTION_UNLINK_PROVIDER,
    IC_ACTION_INVITE,
    IC_ACTION_INVITE_ADMIN,
    IC_ACTION_SEE_INVITATIONS,
    IC_ACTION_REVOKE_INVITATION,
    IC_ACTION_SEE_EMAIL_DOMAINS,
    IC_ACTION_CHANGE_EMAIL_DOMAINS,
    IC_ACTION_DISABLE_OPERATOR,
    IC_ACTION_DISABLE_ADMIN,
    IC_ACTION_DISABLE_OWNER,
    IC_ACTION_COUNT
};

/* Whose the thing is that it is done to. */
enum ic_whose {
    IC_WHOSE_THEIRS,   /* The asker's, or the whole team's. */
    IC_WHOSE_ANOTHERS, /* Another operator's. */
};

enum ic_verdict {
    IC_VERDICT_YES,
    IC_VERDICT_FORBIDDEN,
    IC_VERDICT_NOT_FOUND,
    IC_VERDICT_INSUFFICIENT_SCOPE,
    IC_VERDICT_SIGN_IN_AGAIN,
};

/* Whether they may. */
enum ic_verdict ic_can(const struct ic_asker *asker, enum ic_action action, enum ic_whose whose);

/* As ic_can; fails with forbidden, not_found, insufficient_scope or sign_in_again, says what is missing, and
 * counts it for the audit. */
IC_NODISCARD enum ic_rc ic_can_check(const struct ic_asker *asker, enum ic_action action, enum ic_whose whose,
                                     struct ic_err *err);

/* Whose a thing of the operator `opr_id` is to the asker. */
enum ic_whose ic_whose_is(const struct ic_asker *asker, const struct ic_id *opr_id);

/* "see_home", as docs/security.md names it. */
const char *ic_action_name(enum ic_action action);

/* The scope that opens the action to tokens; false when none does. */
bool ic_action_scope(enum ic_action action, enum ic_token_scope *ret_scope);

/* Whether a role may anything that the scope opens. */
bool ic_role_can_use_scope(enum ic_role role, enum ic_token_scope scope);

/* What it is to give an operator of the role `before` the role `after`. */
enum ic_action ic_role_change_action(enum ic_role before, enum ic_role after);

#endif
