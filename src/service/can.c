#include "service/can.h"

#include "service/refusals.h"

#include <assert.h>

/* The words of the table below. Roles stand in the contract from the one that may most to the one that may least;
 * nobody may what takes more than the owner. */
enum least {
    NOBODY = -1,
    OWNER = IC_ROLE_OWNER,
    ADMIN = IC_ROLE_ADMIN,
    OPERATOR = IC_ROLE_OPERATOR,
    VIEWER = IC_ROLE_VIEWER
};

/* Whether who may not touch what is another's may know that it is there. */
enum sight { SEEN, HIDDEN };

/* By what the asker has to be known; an API token serves wherever a scope opens the action to it. */
enum way { BROWSER = IC_CREDENTIAL_SESSION, DESKTOP = IC_CREDENTIAL_DEVICE };

/* The scope that opens the action to tokens. */
enum scope {
    NO_SCOPE = -1,
    READ_LEADS = IC_TOKEN_SCOPE_READ_LEADS,
    WRITE_LEADS = IC_TOKEN_SCOPE_WRITE_LEADS,
    READ_LOGS = IC_TOKEN_SCOPE_READ_LOGS,
    READ_TEAM = IC_TOKEN_SCOPE_READ_TEAM,
    ACTORS = IC_TOKEN_SCOPE_TRANSFER_ACTORS
};

/* Whether a session has to have shown lately who it is. */
enum age { ANY, RECENT };

struct rule {
    const char *name;
    enum least theirs;   /* The least role for what is theirs, or the team's. */
    enum least anothers; /* The least role for what is another's. */
    enum sight sight;
    enum way way;
    enum scope scope;
    enum age age;
};

/* clang-format off */
static const struct rule rules[] = {
    /*                              name              theirs    anothers  sight   way      scope        age */
    [IC_ACTION_SEE_HOME]       = {"see_home",       VIEWER,   VIEWER,   SEEN,   BROWSER, READ_LOGS,   ANY},
    [IC_ACTION_FOLLOW_LIVE]    = {"follow_live",    VIEWER,   VIEWER,   SEEN,   BROWSER, READ_LOGS,   ANY},
    [IC_ACTION_SEE_LOGS]       = {"see_logs",       VIEWER,   VIEWER,   SEEN,   BROWSER, READ_LOGS,   ANY},
    [IC_ACTION_SEE_LEADS]      = {"see_leads",      VIEWER,   VIEWER,   SEEN,   BROWSER, READ_LEADS,  ANY},
    [IC_ACTION_SEE_TEAM]       = {"see_team",       VIEWER,   VIEWER,   SEEN,   BROWSER, READ_TEAM,   ANY},
    [IC_ACTION_SEE_VERDICTS]   = {"see_verdicts",   OPERATOR, NOBODY,   SEEN,   BROWSER, READ_LEADS,  ANY},
    [IC_ACTION_CHANGE_TARGET]  = {"change_target",  OPERATOR, OPERATOR, SEEN,   BROWSER, WRITE_LEADS, ANY},
    [IC_ACTION_TRANSFER_ACTOR] = {"transfer_actor", ADMIN,    ADMIN,    SEEN,   BROWSER, ACTORS,      ANY},
    [IC_ACTION_LOAD_DEMO]      = {"load_demo",      OWNER,    OWNER,    SEEN,   BROWSER, NO_SCOPE,    ANY},
    [IC_ACTION_SEE_PROPOSALS]   = {"see_proposals",   VIEWER,   VIEWER,   SEEN, BROWSER, READ_TEAM, ANY},
    [IC_ACTION_PROPOSE]         = {"propose",         OPERATOR, OPERATOR, SEEN, BROWSER, NO_SCOPE,  ANY},
    [IC_ACTION_CHANGE_PROPOSAL] = {"change_proposal", OPERATOR, NOBODY,   SEEN, BROWSER, NO_SCOPE,  ANY},
    [IC_ACTION_VOTE]            = {"vote",            OPERATOR, OPERATOR, SEEN, BROWSER, NO_SCOPE,  ANY},
    [IC_ACTION_SEE_SETTINGS]    = {"see_settings",    VIEWER,   VIEWER,   SEEN, BROWSER, READ_TEAM, ANY},
    [IC_ACTION_CHANGE_SETTINGS] = {"change_settings", ADMIN,    ADMIN,    SEEN, BROWSER, NO_SCOPE,  ANY},
    [IC_ACTION_SEE_AUDIT]      = {"see_audit",      ADMIN,    ADMIN,    SEEN,   BROWSER, NO_SCOPE,    ANY},

    [IC_ACTION_PAIR_DEVICE]    = {"pair_device",    OPERATOR, NOBODY,   HIDDEN, BROWSER, NO_SCOPE,    ANY},
    [IC_ACTION_SEE_DEVICES]    = {"see_devices",    VIEWER,   NOBODY,   HIDDEN, BROWSER, NO_SCOPE,    ANY},
    [IC_ACTION_REVOKE_DEVICE]  = {"revoke_device",  VIEWER,   NOBODY,   HIDDEN, BROWSER, NO_SCOPE,    ANY},
    [IC_ACTION_PUSH]           = {"push",           OPERATOR, NOBODY,   HIDDEN, DESKTOP, NO_SCOPE,    ANY},
    [IC_ACTION_PULL]           = {"pull",           VIEWER,   NOBODY,   HIDDEN, DESKTOP, NO_SCOPE,    ANY},

    [IC_ACTION_CHANGE_ROLE]    = {"change_role",    NOBODY,   ADMIN,    SEEN,   BROWSER, NO_SCOPE,    RECENT},
    [IC_ACTION_CHANGE_ADMIN]   = {"change_admin",   NOBODY,   OWNER,    SEEN,   BROWSER, NO_SCOPE,    RECENT},
    [IC_ACTION_CHANGE_OWNER]   = {"change_owner",   NOBODY,   NOBODY,   SEEN,   BROWSER, NO_SCOPE,    ANY},
    [IC_ACTION_HAND_OVER_TEAM] = {"hand_over_team", NOBODY,   OWNER,    SEEN,   BROWSER, NO_SCOPE,    RECENT},

    [IC_ACTION_CREATE_TOKEN]   = {"create_token",   VIEWER,   NOBODY,   HIDDEN, BROWSER, NO_SCOPE,    RECENT},
    [IC_ACTION_SEE_TOKENS]     = {"see_tokens",     VIEWER,   NOBODY,   HIDDEN, BROWSER, NO_SCOPE,    ANY},
    [IC_ACTION_REVOKE_TOKEN]   = {"revoke_token",   VIEWER,   NOBODY,   HIDDEN, BROWSER, NO_SCOPE,    ANY},

    [IC_ACTION_SEE_SESSIONS]       = {"see_sessions",       VIEWER, NOBODY, HIDDEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_END_SESSION]        = {"end_session",        VIEWER, NOBODY, HIDDEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_END_ALL_SESSIONS]   = {"end_all_sessions",   VIEWER, NOBODY, HIDDEN, BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_CHANGE_PASSWORD]    = {"change_password",    VIEWER, NOBODY, SEEN,   BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_SET_FIRST_PASSWORD] = {"set_first_password", VIEWER, NOBODY, SEEN,   BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_GIVE_RESET_LINK]    = {"give_reset_link",    NOBODY, ADMIN,  SEEN,   BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_GIVE_ADMIN_LINK]    = {"give_admin_link",    NOBODY, OWNER,  SEEN,   BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_GIVE_OWNER_LINK]    = {"give_owner_link",    NOBODY, NOBODY, SEEN,   BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_SEE_PROVIDERS]      = {"see_providers",      VIEWER, NOBODY, HIDDEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_LINK_PROVIDER]      = {"link_provider",      VIEWER, NOBODY, HIDDEN, BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_UNLINK_PROVIDER]    = {"unlink_provider",    VIEWER, NOBODY, HIDDEN, BROWSER, NO_SCOPE, RECENT},

    [IC_ACTION_INVITE]               = {"invite",               ADMIN,  NOBODY, SEEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_INVITE_ADMIN]         = {"invite_admin",         OWNER,  NOBODY, SEEN, BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_SEE_INVITATIONS]      = {"see_invitations",      ADMIN,  ADMIN,  SEEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_REVOKE_INVITATION]    = {"revoke_invitation",    ADMIN,  ADMIN,  SEEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_SEE_EMAIL_DOMAINS]    = {"see_email_domains",    ADMIN,  ADMIN,  SEEN, BROWSER, NO_SCOPE, ANY},
    [IC_ACTION_CHANGE_EMAIL_DOMAINS] = {"change_email_domains", OWNER,  OWNER,  SEEN, BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_DISABLE_OPERATOR]     = {"disable_operator",     NOBODY, ADMIN,  SEEN, BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_DISABLE_ADMIN]        = {"disable_admin",        NOBODY, OWNER,  SEEN, BROWSER, NO_SCOPE, RECENT},
    [IC_ACTION_DISABLE_OWNER]        = {"disable_owner",        NOBODY, NOBODY, SEEN, BROWSER, NO_SCOPE, ANY},
};
/* clang-format on */

_Static_assert(sizeof rules / sizeof rules[0] == IC_ACTION_COUNT, "every action has a rule");

static const struct rule *rule_of(enum ic_action action)
{
    assert(action >= 0 && action < IC_ACTION_COUNT && rules[action].name);
    return &rules[action];
}

static enum least least_role(const struct rule *rule, enum ic_whose whose)
{
    return whose == IC_WHOSE_THEIRS ? rule->theirs : rule->anothers;
}

static enum ic_verdict judge_credential(const struct ic_asker *asker, const struct rule *rule)
{
    if (asker->credential != IC_CREDENTIAL_TOKEN) {
        return (int)asker->credential == (int)rule->way ? IC_VERDICT_YES : IC_VERDICT_FORBIDDEN;
    }
    if (rule->scope == NO_SCOPE) {
        return IC_VERDICT_FORBIDDEN;
    }
    return asker->has_scope[rule->scope] ? IC_VERDICT_YES : IC_VERDICT_INSUFFICIENT_SCOPE;
}

enum ic_verdict ic_can(const struct ic_asker *asker, enum ic_action action, enum ic_whose whose)
{
    const struct rule *rule = rule_of(action);
    enum ic_verdict verdict = judge_credential(asker, rule);
    if (verdict != IC_VERDICT_YES) {
        return verdict;
    }
    if ((int)asker->role > (int)least_role(rule, whose)) {
        return whose == IC_WHOSE_ANOTHERS && rule->sight == HIDDEN ? IC_VERDICT_NOT_FOUND : IC_VERDICT_FORBIDDEN;
    }
    return rule->age == RECENT && !asker->is_recent ? IC_VERDICT_SIGN_IN_AGAIN : IC_VERDICT_YES;
}

static enum ic_rc refuse(const struct ic_asker *asker, const struct rule *rule, enum ic_whose whose, struct ic_err *err)
{
    enum least least = least_role(rule, whose);
    if (judge_credential(asker, rule) != IC_VERDICT_YES) {
        return ic_err_set(err, IC_CODE_FORBIDDEN, rule->name, "This is not done by what was sent to sign in.");
    }
    if (least == NOBODY) {
        return ic_err_set(err, IC_CODE_FORBIDDEN, rule->name, "Nobody may do this to %s.",
                          whose == IC_WHOSE_THEIRS ? "themselves" : "another");
    }
    return ic_err_set(err, IC_CODE_FORBIDDEN, rule->name, "This takes the role %s, or one that may more.",
                      ic_role_name((enum ic_role)least));
}

static enum ic_rc tell(const struct ic_asker *asker, const struct rule *rule, enum ic_verdict verdict,
                       enum ic_whose whose, struct ic_err *err)
{
    switch (verdict) {
    case IC_VERDICT_YES:
        return IC_OK;
    case IC_VERDICT_NOT_FOUND:
        return ic_err_set(err, IC_CODE_NOT_FOUND, rule->name, "There is no such thing.");
    case IC_VERDICT_INSUFFICIENT_SCOPE:
        return ic_err_set(err, IC_CODE_INSUFFICIENT_SCOPE, rule->name, "The token lacks the scope %s.",
                          ic_token_scope_name((enum ic_token_scope)rule->scope));
    case IC_VERDICT_SIGN_IN_AGAIN:
        return ic_err_set(err, IC_CODE_SIGN_IN_AGAIN, rule->name, "Show once more who you are, then try again.");
    case IC_VERDICT_FORBIDDEN:
        break;
    }
    return refuse(asker, rule, whose, err);
}

enum ic_rc ic_can_check(const struct ic_asker *asker, enum ic_action action, enum ic_whose whose, struct ic_err *err)
{
    static const enum ic_code codes[] = {
        [IC_VERDICT_FORBIDDEN] = IC_CODE_FORBIDDEN,
        [IC_VERDICT_NOT_FOUND] = IC_CODE_NOT_FOUND,
        [IC_VERDICT_INSUFFICIENT_SCOPE] = IC_CODE_INSUFFICIENT_SCOPE,
        [IC_VERDICT_SIGN_IN_AGAIN] = IC_CODE_SIGN_IN_AGAIN,
    };
    const struct rule *rule = rule_of(action);
    enum ic_verdict verdict = ic_can(asker, action, whose);
    if (verdict != IC_VERDICT_YES && asker->refusals) {
        ic_refusals_count(asker->refusals, asker, rule->name, codes[verdict]);
    }
    return tell(asker, rule, verdict, whose, err);
}

enum ic_whose ic_whose_is(const struct ic_asker *asker, const struct ic_id *opr_id)
{
    return ic_id_equal(&asker->opr_id, opr_id) ? IC_WHOSE_THEIRS : IC_WHOSE_ANOTHERS;
}

const char *ic_action_name(enum ic_action action)
{
    return rule_of(action)->name;
}

bool ic_action_scope(enum ic_action action, enum ic_token_scope *ret_scope)
{
    enum scope scope = rule_of(action)->scope;
    if (scope != NO_SCOPE) {
        *ret_scope = (enum ic_token_scope)scope;
    }
    return scope != NO_SCOPE;
}

bool ic_role_can_use_scope(enum ic_role role, enum ic_token_scope scope)
{
    struct ic_asker holder = {.role = role, .credential = IC_CREDENTIAL_TOKEN};
    holder.has_scope[scope] = true;
    bool can = false;
    for (int action = 0; action < IC_ACTION_COUNT; action++) {
        can = can || ic_can(&holder, (enum ic_action)action, IC_WHOSE_THEIRS) == IC_VERDICT_YES;
    }
    return can;
}

enum ic_action ic_role_change_action(enum ic_role before, enum ic_role after)
{
    if (before == IC_ROLE_OWNER || after == IC_ROLE_OWNER) {
        return IC_ACTION_CHANGE_OWNER;
    }
    return before == IC_ROLE_ADMIN || after == IC_ROLE_ADMIN ? IC_ACTION_CHANGE_ADMIN : IC_ACTION_CHANGE_ROLE;
}
