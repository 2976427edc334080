/* The rules of can.c: what they promise whatever they say, and that docs/security.md says what they say. */

#include "service/can.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LINE_SIZE = 512 };

static struct ic_asker ask(enum ic_role role, enum ic_credential credential)
{
    struct ic_asker asker = {.opr_id = {"OPR-00000001"}, .role = role, .credential = credential, .is_recent = true};
    memset(asker.has_scope, true, sizeof asker.has_scope);
    return asker;
}

static bool may(const struct ic_asker *asker, enum ic_action action, enum ic_whose whose)
{
    return ic_can(asker, action, whose) == IC_VERDICT_YES;
}

static void test_who_is_known_by_nothing_may_nothing(void **state)
{
    (void)state;
    struct ic_asker nobody = {0};
    nobody.is_recent = true;
    for (int action = 0; action < IC_ACTION_COUNT; action++) {
        assert_int_equal(ic_can(&nobody, (enum ic_action)action, IC_WHOSE_THEIRS), IC_VERDICT_FORBIDDEN);
        assert_int_equal(ic_can(&nobody, (enum ic_action)action, IC_WHOSE_ANOTHERS), IC_VERDICT_FORBIDDEN);
    }
}

static void test_a_higher_role_may_whatever_a_lower_one_may(void **state)
{
    (void)state;
    for (int way = IC_CREDENTIAL_SESSION; way < IC_CREDENTIAL_COUNT; way++) {
        for (int action = 0; action < IC_ACTION_COUNT; action++) {
            for (int role = IC_ROLE_OWNER; role < IC_ROLE_VIEWER; role++) {
                struct ic_asker higher = ask((enum ic_role)role, (enum ic_credential)way);
                struct ic_asker lower = ask((enum ic_role)(role + 1), (enum ic_credential)way);
                for (int whose = IC_WHOSE_THEIRS; whose <= IC_WHOSE_ANOTHERS; whose++) {
                    assert_true(may(&higher, (enum ic_action)action, (enum ic_whose)whose) ||
                                !may(&lower, (enum ic_action)action, (enum ic_whose)whose));
                }
            }
        }
    }
}

static void test_a_token_may_no_more_than_its_operator_and_only_what_its_scopes_open(void **state)
{
    (void)state;
    for (int action = 0; action < IC_ACTION_COUNT; action++) {
        enum ic_token_scope scope;
        bool has_scope = ic_action_scope((enum ic_action)action, &scope);
        for (int role = 0; role < IC_ROLE_COUNT; role++) {
            struct ic_asker person = ask((enum ic_role)role, IC_CREDENTIAL_SESSION);
            struct ic_asker token = ask((enum ic_role)role, IC_CREDENTIAL_TOKEN);
            assert_int_equal(may(&token, (enum ic_action)action, IC_WHOSE_THEIRS),
                             has_scope && may(&person, (enum ic_action)action, IC_WHOSE_THEIRS));
            if (has_scope) {
                token.has_scope[scope] = false;
                assert_int_equal(ic_can(&token, (enum ic_action)action, IC_WHOSE_THEIRS),
                                 IC_VERDICT_INSUFFICIENT_SCOPE);
            }
        }
    }
}

static void test_nobody_changes_their_own_role_and_nobody_makes_an_owner_by_a_role(void **state)
{
    (void)state;
    for (int role = 0; role < IC_ROLE_COUNT; role++) {
        struct ic_asker asker = ask((enum ic_role)role, IC_CREDENTIAL_SESSION);
        for (int before = 0; before < IC_ROLE_COUNT; before++) {
            for (int after = 0; after < IC_ROLE_COUNT; after++) {
                enum ic_action action = ic_role_change_action((enum ic_role)before, (enum ic_role)after);
                bool is_of_owner = before == IC_ROLE_OWNER || after == IC_ROLE_OWNER;
                bool is_of_admin = before == IC_ROLE_ADMIN || after == IC_ROLE_ADMIN;
                assert_false(may(&asker, action, IC_WHOSE_THEIRS));
                assert_int_equal(may(&asker, action, IC_WHOSE_ANOTHERS),
                                 !is_of_owner && role <= (is_of_admin ? IC_ROLE_OWNER : IC_ROLE_ADMIN));
            }
        }
    }
}

static void test_what_is_sensitive_takes_a_recent_sign_in(void **state)
{
    (void)state;
    static const enum ic_action sensitive[] = {IC_ACTION_CHANGE_ROLE, IC_ACTION_CHANGE_ADMIN, IC_ACTION_HAND_OVER_TEAM,
                                               IC_ACTION_CREATE_TOKEN};
    struct ic_asker owner = ask(IC_ROLE_OWNER, IC_CREDENTIAL_SESSION);
    owner.is_recent = false;
    for (size_t i = 0; i < sizeof sensitive / sizeof sensitive[0]; i++) {
        enum ic_whose whose = sensitive[i] == IC_ACTION_CREATE_TOKEN ? IC_WHOSE_THEIRS : IC_WHOSE_ANOTHERS;
        assert_int_equal(ic_can(&owner, sensitive[i], whose), IC_VERDICT_SIGN_IN_AGAIN);
    }
}

static void test_a_refusal_says_what_is_missing(void **state)
{
    (void)state;
    struct ic_asker viewer = ask(IC_ROLE_VIEWER, IC_CREDENTIAL_SESSION);
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_can_check(&viewer, IC_ACTION_TRANSFER_ACTOR, IC_WHOSE_THEIRS, &err), IC_FORBIDDEN);
    assert_string_equal(err.detail, "This takes the role admin, or one that may more.");
    struct ic_asker token = {.role = IC_ROLE_OWNER, .credential = IC_CREDENTIAL_TOKEN};
    err = IC_ERR_NONE;
    assert_int_equal(ic_can_check(&token, IC_ACTION_SEE_LEADS, IC_WHOSE_THEIRS, &err), IC_FORBIDDEN);
    assert_int_equal(err.code, IC_CODE_INSUFFICIENT_SCOPE);
    assert_string_equal(err.detail, "The token lacks the scope read_leads.");
    struct ic_asker admin = ask(IC_ROLE_ADMIN, IC_CREDENTIAL_SESSION);
    err = IC_ERR_NONE;
    assert_int_equal(ic_can_check(&admin, IC_ACTION_REVOKE_DEVICE, IC_WHOSE_ANOTHERS, &err), IC_NOT_FOUND);
}

/* ---- The document. ---- */

/* "yes", "no", or "yes (ours only)": what a role may, by asking. */
static const char *say(enum ic_action action, enum ic_role role, enum ic_credential way)
{
    struct ic_asker asker = ask(role, way);
    bool theirs = may(&asker, action, IC_WHOSE_THEIRS);
    bool anothers = may(&asker, action, IC_WHOSE_ANOTHERS);
    return theirs && anothers ? "all" : theirs ? "own" : anothers ? "others'" : "no";
}

static const char *say_unseen(enum ic_action action, enum ic_credential way)
{
    struct ic_asker asker = ask(IC_ROLE_VIEWER, way);
    switch (ic_can(&asker, action, IC_WHOSE_ANOTHERS)) {
    case IC_VERDICT_NOT_FOUND:
        return "404";
    case IC_VERDICT_YES:
        return "-";
    default:
        return "403";
    }
}

static void put_row(enum ic_action action, char row[LINE_SIZE])
{
    struct ic_asker desktop = ask(IC_ROLE_OWNER, IC_CREDENTIAL_DEVICE);
    struct ic_asker waiting = ask(IC_ROLE_OWNER, IC_CREDENTIAL_SESSION);
    bool is_desktops = may(&desktop, action, IC_WHOSE_THEIRS);
    enum ic_credential way = is_desktops ? IC_CREDENTIAL_DEVICE : IC_CREDENTIAL_SESSION;
    enum ic_token_scope scope;
    bool has_scope = ic_action_scope(action, &scope);
    waiting.is_recent = false;
    bool is_sensitive = ic_can(&waiting, action, IC_WHOSE_THEIRS) == IC_VERDICT_SIGN_IN_AGAIN ||
                        ic_can(&waiting, action, IC_WHOSE_ANOTHERS) == IC_VERDICT_SIGN_IN_AGAIN;
    (void)snprintf(row, LINE_SIZE, "| `%s` | %s | %s | %s | %s | %s | %s%s | %s |\n", ic_action_name(action),
                   say(action, IC_ROLE_VIEWER, way), say(action, IC_ROLE_OPERATOR, way),
                   say(action, IC_ROLE_ADMIN, way), say(action, IC_ROLE_OWNER, way), say_unseen(action, way),
                   is_desktops ? "desktop" : "browser", is_sensitive ? ", signed in lately" : "",
                   has_scope ? ic_token_scope_name(scope) : "-");
}

static bool page_has(const char *row)
{
    char line[LINE_SIZE];
    FILE *page = fopen(IC_SECURITY_PAGE, "re");
    assert_non_null(page);
    bool has = false;
    while (!has && fgets(line, sizeof line, page)) {
        has = strcmp(line, row) == 0;
    }
    fclose(page);
    return has;
}

static void test_the_security_page_shows_every_rule_as_it_is(void **state)
{
    (void)state;
    int missing_count = 0;
    for (int action = 0; action < IC_ACTION_COUNT; action++) {
        char row[LINE_SIZE];
        put_row((enum ic_action)action, row);
        if (!page_has(row)) {
            print_error("docs/security.md lacks this row: %s", row);
            missing_count++;
        }
    }
    assert_int_equal(missing_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_known_by_nothing_may_nothing),
        cmocka_unit_test(test_a_higher_role_may_whatever_a_lower_one_may),
        cmocka_unit_test(test_a_token_may_no_more_than_its_operator_and_only_what_its_scopes_open),
        cmocka_unit_test(test_nobody_changes_their_own_role_and_nobody_makes_an_owner_by_a_role),
        cmocka_unit_test(test_what_is_sensitive_takes_a_recent_sign_in),
        cmocka_unit_test(test_a_refusal_says_what_is_missing),
        cmocka_unit_test(test_the_security_page_shows_every_rule_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
