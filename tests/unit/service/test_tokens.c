#include "team.h"

#include "contract/limits.h"
#include "service/leads.h"
#include "service/roles.h"
#include "service/targets.h"
#include "service/tokens.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000 };

static struct ic_token_wish wish_of(struct team *team, enum ic_token_scope scope)
{
    struct ic_token_wish wish = {.token_name = IC_STR("Sheet"), .expires_at = team->now + HOUR_MS};
    wish.has_scope[scope] = true;
    return wish;
}

static enum ic_code create(struct team *team, const struct ic_asker *asker, const struct ic_token_wish *wish,
                           struct ic_token *ret_token, struct ic_token_text *ret_text)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_tokens_create(&team->service, asker, wish, ret_token, ret_text, &err);
    return err.code;
}

static struct ic_token_text must_create(struct team *team, const struct ic_asker *asker, enum ic_token_scope scope,
                                        struct ic_token *ret_token)
{
    struct ic_token_text text;
    struct ic_token_wish wish = wish_of(team, scope);
    assert_int_equal(create(team, asker, &wish, ret_token, &text), IC_CODE_OK);
    return text;
}

static enum ic_code ask(struct team *team, const struct ic_token_text *text, struct ic_asker *ret_asker)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_tokens_ask(&team->service, ic_str_from(text->text), team->arena, ret_asker, &err);
    return err.code;
}

static enum ic_code look(struct team *team, const struct ic_asker *asker)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_lead_page page;
    const struct ic_lead_query query = {.limit = 1};
    (void)!ic_leads_list(&team->service, asker, &query, IC_STR(""), team->arena, &page, &err);
    return err.code;
}

static enum ic_code revoke(struct team *team, const struct ic_asker *asker, const struct ic_token *token)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_tokens_revoke(&team->service, asker, &token->token_id, team->arena, &err);
    return err.code;
}

static struct ic_token_list list(struct team *team, const struct ic_asker *asker)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_token_list found;
    assert_int_equal(ic_tokens_list(&team->service, asker, team->arena, &found, &err), IC_OK);
    return found;
}

static void test_a_token_may_what_its_scopes_open_and_nothing_else(void **state)
{
    struct team *team = *state;
    struct ic_asker asker;
    struct ic_token token;
    team_join(team, NULL);
    struct ic_token_text leads = must_create(team, &team->owner, IC_TOKEN_SCOPE_READ_LEADS, &token);
    struct ic_token_text logs = must_create(team, &team->owner, IC_TOKEN_SCOPE_READ_LOGS, &token);
    assert_true(ic_token_has_form(ic_str_from(leads.text)));
    assert_int_equal(ask(team, &leads, &asker), IC_CODE_OK);
    assert_int_equal(look(team, &asker), IC_CODE_OK);
    assert_int_equal(ask(team, &logs, &asker), IC_CODE_OK);
    assert_int_equal(look(team, &asker), IC_CODE_INSUFFICIENT_SCOPE);
    /* A token makes no tokens. */
    struct ic_token_wish wish = wish_of(team, IC_TOKEN_SCOPE_READ_LEADS);
    assert_int_equal(create(team, &asker, &wish, &token, &leads), IC_CODE_FORBIDDEN);
}

static void test_a_token_ends_when_it_says_and_at_most_a_year_later(void **state)
{
    struct team *team = *state;
    struct ic_asker asker;
    struct ic_token token;
    team_join(team, NULL);
    struct ic_token_text text = must_create(team, &team->owner, IC_TOKEN_SCOPE_READ_LEADS, &token);
    team->now += HOUR_MS - 1;
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(list(team, &team->owner).count, 1);
    team->now++;
    assert_int_equal(ask(team, &text, &asker), IC_CODE_INVALID_TOKEN);
    assert_int_equal(list(team, &team->owner).count, 0);
    struct ic_token_wish wish = wish_of(team, IC_TOKEN_SCOPE_READ_LEADS);
    wish.expires_at = team->now + IC_LIMIT_TOKEN_LIFETIME_MS_MAX;
    assert_int_equal(create(team, &team->owner, &wish, &token, &text), IC_CODE_OK);
    wish.expires_at++;
    assert_int_equal(create(team, &team->owner, &wish, &token, &text), IC_CODE_INVALID_FIELD);
    wish.expires_at = team->now;
    assert_int_equal(create(team, &team->owner, &wish, &token, &text), IC_CODE_INVALID_FIELD);
}

static void test_a_revoked_token_is_unknown_at_once_and_only_its_own_operator_revokes_it(void **state)
{
    struct team *team = *state;
    struct ic_asker asker;
    struct ic_token token;
    team_join(team, NULL);
    struct ic_asker ben = team_add(team, "Ben", IC_ROLE_VIEWER);
    struct ic_token_text text = must_create(team, &ben, IC_TOKEN_SCOPE_READ_LEADS, &token);
    assert_int_equal(revoke(team, &team->owner, &token), IC_CODE_NOT_FOUND);
    assert_int_equal(list(team, &team->owner).count, 0);
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(revoke(team, &asker, &token), IC_CODE_FORBIDDEN);
    assert_int_equal(revoke(team, &ben, &token), IC_CODE_OK);
    assert_int_equal(ask(team, &text, &asker), IC_CODE_INVALID_TOKEN);
    assert_int_equal(revoke(team, &ben, &token), IC_CODE_NOT_FOUND);
    assert_int_equal(list(team, &ben).count, 0);
}

static void test_a_token_has_the_role_that_its_operator_has_when_it_is_used(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_asker asker;
    struct ic_token token;
    struct ic_target_changed changed;
    struct ic_handle handle;
    const struct ic_id tar_id = {"TAR-00000000"};
    team_join(team, NULL);
    struct ic_asker ben = team_add(team, "Ben", IC_ROLE_OPERATOR);
    struct ic_token_text text = must_create(team, &ben, IC_TOKEN_SCOPE_WRITE_LEADS, &token);
    assert_true(ic_handle_parse(IC_STR("new.name"), &handle));
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(ic_targets_rename(&team->service, &asker, &tar_id, &handle, &changed, &err), IC_NOT_FOUND);
    assert_int_equal(ic_roles_change(&team->service, &team->owner, &ben.opr_id, IC_ROLE_VIEWER, team->arena, &err),
                     IC_OK);
    /* Also for who asked before, and is at it now. */
    err = IC_ERR_NONE;
    assert_int_equal(ic_targets_rename(&team->service, &asker, &tar_id, &handle, &changed, &err), IC_FORBIDDEN);
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(asker.role, IC_ROLE_VIEWER);
}

static void test_a_token_is_not_made_for_what_the_role_may_not(void **state)
{
    struct team *team = *state;
    struct ic_token token;
    struct ic_token_text text;
    team_join(team, NULL);
    struct ic_asker viewer = team_add(team, "Vic", IC_ROLE_VIEWER);
    struct ic_token_wish wish = wish_of(team, IC_TOKEN_SCOPE_READ_LEADS);
    wish.has_scope[IC_TOKEN_SCOPE_WRITE_LEADS] = true;
    assert_int_equal(create(team, &viewer, &wish, &token, &text), IC_CODE_FORBIDDEN);
    assert_int_equal(list(team, &viewer).count, 0);
}

static void test_the_last_use_is_written_down_once_a_minute(void **state)
{
    struct team *team = *state;
    struct ic_asker asker;
    struct ic_token token;
    team_join(team, NULL);
    struct ic_token_text text = must_create(team, &team->owner, IC_TOKEN_SCOPE_READ_LEADS, &token);
    int64_t begun = team->now;
    assert_int_equal(list(team, &team->owner).items[0].last_used_at, 0);
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(list(team, &team->owner).items[0].last_used_at, begun);
    team->now += IC_TOKEN_TOUCH_MS - 1;
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(list(team, &team->owner).items[0].last_used_at, begun);
    team->now++;
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    assert_int_equal(list(team, &team->owner).items[0].last_used_at, begun + IC_TOKEN_TOUCH_MS);
}

static void test_an_operator_has_a_bounded_number_of_tokens(void **state)
{
    struct team *team = *state;
    struct ic_token token;
    struct ic_token_text text;
    team_join(team, NULL);
    for (int i = 0; i < IC_LIMIT_TOKENS_MAX; i++) {
        must_create(team, &team->owner, IC_TOKEN_SCOPE_READ_LEADS, &token);
    }
    struct ic_token_wish wish = wish_of(team, IC_TOKEN_SCOPE_READ_LEADS);
    assert_int_equal(create(team, &team->owner, &wish, &token, &text), IC_CODE_CONFLICT);
    assert_int_equal(list(team, &team->owner).count, IC_LIMIT_TOKENS_MAX);
    team->now += HOUR_MS;
    wish = wish_of(team, IC_TOKEN_SCOPE_READ_LEADS);
    assert_int_equal(create(team, &team->owner, &wish, &token, &text), IC_CODE_OK);
}

/* Whether the bytes are anywhere in the file. */
static bool file_has(const char *path, const char *bytes)
{
    static char content[8 << 20];
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    size_t size = fread(content, 1, sizeof content, file);
    fclose(file);
    return memmem(content, size, bytes, strlen(bytes));
}

static void test_a_token_is_nowhere_in_the_database(void **state)
{
    struct team *team = *state;
    static const char *const files[] = {"instacrm.db", "instacrm.db-wal"};
    struct ic_asker asker;
    struct ic_token token;
    bool has_name = false;
    team_join(team, NULL);
    struct ic_token_text text = must_create(team, &team->owner, IC_TOKEN_SCOPE_READ_LEADS, &token);
    assert_int_equal(ask(team, &text, &asker), IC_CODE_OK);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", team->folder, files[i]);
        assert_false(file_has(path, text.text + sizeof IC_TOKEN_PREFIX - 1));
        has_name = has_name || file_has(path, token.token_id.text);
    }
    assert_true(has_name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_token_may_what_its_scopes_open_and_nothing_else, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_token_ends_when_it_says_and_at_most_a_year_later, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_revoked_token_is_unknown_at_once_and_only_its_own_operator_revokes_it,
                                        team_set_up, team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_token_has_the_role_that_its_operator_has_when_it_is_used, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_token_is_not_made_for_what_the_role_may_not, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_the_last_use_is_written_down_once_a_minute, team_set_up, team_tear_down),
        cmocka_unit_test_setup_teardown(test_an_operator_has_a_bounded_number_of_tokens, team_set_up, team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_token_is_nowhere_in_the_database, team_set_up, team_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
