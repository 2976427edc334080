#include "service/disabling.h"
#include "service/passwords.h"
#include "team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char good[] = "a good long secret";
static const char other[] = "another long secret";

static enum ic_code look(struct team *team, const struct ic_secret *session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    (void)!ic_sessions_get(&team->service, ic_str_from(session->text), team_visitor.address, team->arena, &identity,
                           &err);
    return err.code;
}

static enum ic_code sign_in_from(struct team *team, const char *account, const char *password, const char *address,
                                 struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    const struct ic_visitor visitor = {.address = ic_str_from(address)};
    (void)!ic_passwords_sign_in(&team->service, ic_str_from(account), ic_str_from(password), &visitor, team->arena,
                                &identity, ret_session, &err);
    return err.code;
}

static enum ic_code sign_in(struct team *team, const char *account, const char *password, struct ic_secret *ret_session)
{
    return sign_in_from(team, account, password, "192.0.2.1", ret_session);
}

static enum ic_code change(struct team *team, const struct ic_asker *asker, const char *present, const char *password,
                           struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_passwords_change(&team->service, asker, ic_str_from(present), ic_str_from(password), team->arena,
                               ret_session, &err);
    return err.code;
}

/* The owner joins and sets a password. */
static struct ic_secret begin(struct team *team)
{
    struct ic_secret session;
    (void)team_join(team, &session);
    assert_int_equal(change(team, &team->owner, "", good, &session), IC_CODE_OK);
    return session;
}

static void test_a_password_signs_in_by_name_or_address_and_no_other_does(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    (void)begin(team);
    assert_int_equal(sign_in(team, "Anna", good, &session), IC_CODE_OK);
    assert_int_equal(sign_in(team, "ANNA@example.com", good, &session), IC_CODE_OK);
    assert_int_equal(look(team, &session), IC_CODE_OK);
    assert_int_equal(sign_in(team, "Anna", other, &session), IC_CODE_WRONG_PASSWORD);
    assert_int_equal(sign_in(team, "Anna", "", &session), IC_CODE_WRONG_PASSWORD);
}

static void test_a_wrong_name_and_a_wrong_password_are_told_alike(void **state)
{
    struct team *team = *state;
    struct ic_err known = IC_ERR_NONE, unknown = IC_ERR_NONE;
    struct ic_identity identity;
    struct ic_secret session;
    (void)begin(team);
    (void)!ic_passwords_sign_in(&team->service, IC_STR("Anna"), IC_STR("wrong"), &team_visitor, team->arena, &identity,
                                &session, &known);
    (void)!ic_passwords_sign_in(&team->service, IC_STR("Zoe"), IC_STR("wrong"), &team_visitor, team->arena, &identity,
                                &session, &unknown);
    assert_int_equal(known.code, IC_CODE_WRONG_PASSWORD);
    assert_memory_equal(&known, &unknown, sizeof known);
}

static void test_who_never_set_a_password_signs_in_by_none(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    (void)team_join(team, NULL);
    assert_int_equal(sign_in(team, "Anna", "", &session), IC_CODE_WRONG_PASSWORD);
    assert_int_equal(sign_in(team, "Anna", good, &session), IC_CODE_WRONG_PASSWORD);
}

static void test_guessing_at_an_account_is_bounded_from_wherever_it_comes(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    char address[16] = "192.0.2.100";
    (void)begin(team);
    for (int i = 0; i < IC_ACCOUNT_FAILURES_MAX; i++) {
        address[10] = (char)('0' + i % 10);
        assert_int_equal(sign_in_from(team, i % 2 ? "Anna" : "ANNA", "wrong", address, &session),
                         IC_CODE_WRONG_PASSWORD);
    }
    assert_int_equal(sign_in_from(team, "Anna", good, "198.51.100.1", &session), IC_CODE_TOO_MANY_REQUESTS);
    team->now += IC_FAILURE_WINDOW_MS;
    assert_int_equal(sign_in_from(team, "Anna", good, "198.51.100.1", &session), IC_CODE_OK);
}

static void test_guessing_from_an_address_is_bounded_whatever_the_account(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    char account[8] = "Nobody0";
    (void)begin(team);
    for (int i = 0; i < IC_ADDRESS_FAILURES_MAX; i++) {
        account[6] = (char)('0' + i % 64);
        assert_int_equal(sign_in(team, account, "wrong", &session), IC_CODE_WRONG_PASSWORD);
    }
    assert_int_equal(sign_in(team, "Anna", good, &session), IC_CODE_TOO_MANY_REQUESTS);
    assert_int_equal(sign_in_from(team, "Anna", good, "198.51.100.1", &session), IC_CODE_OK);
}

static void test_signing_in_ends_the_session_that_the_browser_had(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    struct ic_secret planted = begin(team), session;
    const struct ic_visitor visitor = {.address = team_visitor.address, .session = ic_str_from(planted.text)};
    assert_int_equal(ic_passwords_sign_in(&team->service, IC_STR("Anna"), ic_str_from(good), &visitor, team->arena,
                                          &identity, &session, &err),
                     IC_OK);
    assert_string_not_equal(session.text, planted.text);
    assert_int_equal(look(team, &planted), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(look(team, &session), IC_CODE_OK);
}

static void test_a_changed_password_takes_the_present_one_and_ends_other_sessions(void **state)
{
    struct team *team = *state;
    struct ic_secret session = begin(team), elsewhere, renewed;
    assert_int_equal(sign_in(team, "Anna", good, &elsewhere), IC_CODE_OK);
    assert_int_equal(change(team, &team->owner, "", other, &renewed), IC_CODE_WRONG_PASSWORD);
    assert_int_equal(change(team, &team->owner, other, other, &renewed), IC_CODE_WRONG_PASSWORD);
    assert_int_equal(change(team, &team->owner, good, "password1", &renewed), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(look(team, &elsewhere), IC_CODE_OK);
    assert_int_equal(change(team, &team->owner, good, other, &renewed), IC_CODE_OK);
    assert_int_equal(look(team, &elsewhere), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(look(team, &session), IC_CODE_UNAUTHENTICATED); /* It goes on under another secret. */
    assert_int_equal(look(team, &renewed), IC_CODE_OK);
    assert_int_equal(sign_in(team, "Anna", good, &session), IC_CODE_WRONG_PASSWORD);
    assert_int_equal(sign_in(team, "Anna", other, &session), IC_CODE_OK);
}

static void test_a_first_password_takes_a_recent_sign_in(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    (void)team_join(team, NULL);
    struct ic_asker late = team->owner;
    late.is_recent = false;
    assert_int_equal(change(team, &late, "", good, &session), IC_CODE_SIGN_IN_AGAIN);
    assert_int_equal(change(team, &team->owner, "", good, &session), IC_CODE_OK);
}

static void test_who_shows_again_who_they_are_has_signed_in_lately(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    struct ic_secret session = begin(team), renewed;
    team->now += IC_LIMIT_RECENT_MS + 1;
    assert_int_equal(
        ic_sessions_get(&team->service, ic_str_from(session.text), team_visitor.address, team->arena, &identity, &err),
        IC_OK);
    struct ic_asker asker = ic_session_asker(&identity, team_visitor.address, team->now);
    assert_false(asker.is_recent);
    assert_int_equal(ic_passwords_prove(&team->service, &asker, ic_str_from(other), team->arena, &renewed, &err),
                     IC_UNAUTHENTICATED);
    err = IC_ERR_NONE;
    assert_int_equal(ic_passwords_prove(&team->service, &asker, ic_str_from(good), team->arena, &renewed, &err), IC_OK);
    assert_int_equal(look(team, &session), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(
        ic_sessions_get(&team->service, ic_str_from(renewed.text), team_visitor.address, team->arena, &identity, &err),
        IC_OK);
    assert_true(ic_id_equal(&identity.session_id, &asker.session_id));
    assert_true(ic_session_asker(&identity, team_visitor.address, team->now).is_recent);
}

/* ---- Links for those who forgot theirs. ---- */

static enum ic_code give(struct team *team, const struct ic_asker *asker, const struct ic_id *opr_id,
                         struct ic_secret *ret_link)
{
    struct ic_err err = IC_ERR_NONE;
    int64_t expires_at;
    (void)!ic_passwords_give_link(&team->service, asker, opr_id, team->arena, ret_link, &expires_at, &err);
    return err.code;
}

static enum ic_code reset(struct team *team, const struct ic_secret *link, const char *password,
                          struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    (void)!ic_passwords_reset(&team->service, ic_str_from(link->text), ic_str_from(password), &team_visitor,
                              team->arena, &identity, ret_session, &err);
    return err.code;
}

static void test_an_admin_gives_a_link_by_which_an_operator_sets_a_new_password(void **state)
{
    struct team *team = *state;
    struct ic_secret session = begin(team), link, renewed;
    struct ic_asker admin = team_add(team, "admin", IC_ROLE_ADMIN);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    assert_int_equal(give(team, &admin, &jonas.opr_id, &link), IC_CODE_OK);
    /* It opens nothing else. */
    assert_int_equal(ic_identity_sign_in(&team->service, ic_str_from(link.text), &team_visitor, team->arena, &identity,
                                         &session, &err),
                     IC_UNAUTHENTICATED);
    assert_int_equal(reset(team, &link, "password1", &renewed), IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(reset(team, &link, good, &renewed), IC_CODE_OK);
    assert_int_equal(look(team, &renewed), IC_CODE_OK);
    assert_int_equal(reset(team, &link, other, &renewed), IC_CODE_INVALID_LINK);
    assert_int_equal(sign_in(team, "jonas", good, &renewed), IC_CODE_OK);
}

static void test_links_for_a_new_password_go_down_the_ranks_alone(void **state)
{
    struct team *team = *state;
    struct ic_secret link;
    (void)begin(team);
    struct ic_asker admin = team_add(team, "admin", IC_ROLE_ADMIN);
    struct ic_asker second = team_add(team, "second", IC_ROLE_ADMIN);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    assert_int_equal(give(team, &jonas, &second.opr_id, &link), IC_CODE_FORBIDDEN);
    assert_int_equal(give(team, &admin, &second.opr_id, &link), IC_CODE_FORBIDDEN);
    assert_int_equal(give(team, &admin, &admin.opr_id, &link), IC_CODE_FORBIDDEN);
    assert_int_equal(give(team, &admin, &team->owner.opr_id, &link), IC_CODE_FORBIDDEN);
    assert_int_equal(give(team, &team->owner, &second.opr_id, &link), IC_CODE_OK);
    admin.is_recent = false;
    assert_int_equal(give(team, &admin, &jonas.opr_id, &link), IC_CODE_SIGN_IN_AGAIN);
}

static void test_a_later_link_ends_the_one_before_and_time_ends_each(void **state)
{
    struct team *team = *state;
    struct ic_secret first, second, session;
    (void)begin(team);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    assert_int_equal(give(team, &team->owner, &jonas.opr_id, &first), IC_CODE_OK);
    assert_int_equal(give(team, &team->owner, &jonas.opr_id, &second), IC_CODE_OK);
    assert_int_equal(reset(team, &first, good, &session), IC_CODE_INVALID_LINK);
    team->now += IC_LIMIT_LINK_LIFETIME_MS;
    assert_int_equal(reset(team, &second, good, &session), IC_CODE_INVALID_LINK);
    team->now--;
    assert_int_equal(reset(team, &second, good, &session), IC_CODE_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_password_signs_in_by_name_or_address_and_no_other_does),
        TEST(test_a_wrong_name_and_a_wrong_password_are_told_alike),
        TEST(test_who_never_set_a_password_signs_in_by_none),
        TEST(test_guessing_at_an_account_is_bounded_from_wherever_it_comes),
        TEST(test_guessing_from_an_address_is_bounded_whatever_the_account),
        TEST(test_signing_in_ends_the_session_that_the_browser_had),
        TEST(test_a_changed_password_takes_the_present_one_and_ends_other_sessions),
        TEST(test_a_first_password_takes_a_recent_sign_in),
        TEST(test_who_shows_again_who_they_are_has_signed_in_lately),
        TEST(test_an_admin_gives_a_link_by_which_an_operator_sets_a_new_password),
        TEST(test_links_for_a_new_password_go_down_the_ranks_alone),
        TEST(test_a_later_link_ends_the_one_before_and_time_ends_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
