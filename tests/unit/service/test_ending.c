/* Sessions, desktops and live streams: seeing them, and ending them. */
#include "service/devices.h"
#include "service/disabling.h"
#include "service/pairing.h"
#include "service/passwords.h"
#include "service/tokens.h"
#include "team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum ic_code look(struct team *team, const struct ic_secret *session, struct ic_identity *ret_identity)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_sessions_get(&team->service, ic_str_from(session->text), team_visitor.address, team->arena, ret_identity,
                           &err);
    return err.code;
}

/* Somebody signs in by a link. */
static struct ic_asker sign_in(struct team *team, const char *opr_name, struct ic_str user_agent,
                               struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_operator operator_;
    struct ic_identity identity;
    struct ic_secret link;
    const struct ic_visitor visitor = {.address = team_visitor.address, .user_agent = user_agent};
    assert_int_equal(
        ic_identity_create_link(&team->service, ic_str_from(opr_name), team->arena, &link, &operator_, &err), IC_OK);
    assert_int_equal(ic_identity_sign_in(&team->service, ic_str_from(link.text), &visitor, team->arena, &identity,
                                         ret_session, &err),
                     IC_OK);
    return ic_session_asker(&identity, team_visitor.address, team->now);
}

/* ---- Sessions. ---- */

static void test_one_sees_one_s_own_sessions_and_ends_any_of_them(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    struct ic_session_list list;
    struct ic_secret first, second, others;
    (void)team_join(team, &first);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    jonas = sign_in(team, "jonas", (struct ic_str){0}, &others);
    team->now += 1000;
    struct ic_asker asker = sign_in(team, "Anna", IC_STR("Bro\nwser\x1b[31m \xc3\xa4"), &second);
    assert_int_equal(ic_sessions_list(&team->service, &asker, team->arena, &list, &err), IC_OK);
    assert_int_equal(list.count, 2);
    assert_true(ic_id_equal(&list.items[0].session_id, &asker.session_id));
    assert_true(ic_str_is(list.items[0].user_agent, "Bro?wser?[31m ??"));
    assert_true(ic_str_is(list.items[0].address, "192.0.2.1"));
    assert_int_equal(ic_sessions_end(&team->service, &jonas, &list.items[1].session_id, &err), IC_NOT_FOUND);
    err = IC_ERR_NONE;
    assert_int_equal(ic_sessions_end(&team->service, &asker, &list.items[1].session_id, &err), IC_OK);
    assert_int_equal(look(team, &first, &identity), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(look(team, &second, &identity), IC_CODE_OK);
    assert_int_equal(look(team, &others, &identity), IC_CODE_OK);
}

static void test_a_browser_s_long_name_is_cut(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_session_list list;
    struct ic_secret session;
    char name[1000];
    memset(name, 'x', sizeof name);
    (void)team_join(team, NULL);
    struct ic_asker asker = sign_in(team, "Anna", (struct ic_str){name, sizeof name}, &session);
    assert_int_equal(ic_sessions_list(&team->service, &asker, team->arena, &list, &err), IC_OK);
    assert_int_equal(list.items[0].user_agent.size + list.items[1].user_agent.size,
                     IC_LIMIT_USER_AGENT_CHARACTERS_MAX + team_visitor.user_agent.size);
}

static void test_ending_all_leaves_the_one_that_asks_and_takes_the_desktops(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    struct ic_device_list devices;
    struct ic_secret first, second, others;
    (void)team_join(team, &first);
    (void)team_pair(team, &team->owner.opr_id);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    (void)sign_in(team, "jonas", (struct ic_str){0}, &others);
    (void)team_pair(team, &jonas.opr_id);
    struct ic_asker asker = sign_in(team, "Anna", (struct ic_str){0}, &second);
    asker.is_recent = false;
    assert_int_equal(ic_sessions_end_all(&team->service, &asker, team->arena, &err), IC_FORBIDDEN);
    err = IC_ERR_NONE;
    asker.is_recent = true;
    assert_int_equal(ic_sessions_end_all(&team->service, &asker, team->arena, &err), IC_OK);
    assert_int_equal(look(team, &first, &identity), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(look(team, &second, &identity), IC_CODE_OK);
    assert_int_equal(look(team, &others, &identity), IC_CODE_OK);
    assert_int_equal(ic_devices_list(&team->service, &asker, team->arena, &devices, &err), IC_OK);
    assert_int_equal(devices.count, 0);
    assert_int_equal(ic_devices_list(&team->service, &jonas, team->arena, &devices, &err), IC_OK);
    assert_int_equal(devices.count, 1);
}

/* ---- Disabling. ---- */

static enum ic_code disable(struct team *team, const struct ic_asker *asker, const struct ic_id *opr_id)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_operators_disable(&team->service, asker, opr_id, team->arena, &err);
    return err.code;
}

static void test_who_is_disabled_comes_in_by_nothing_until_enabled(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    struct ic_operator operator_;
    struct ic_device_list devices;
    struct ic_secret session, link;
    struct ic_token token;
    struct ic_token_text text;
    struct ic_asker asked;
    const struct ic_token_wish wish = {.token_name = IC_STR("Sheet"),
                                       .has_scope = {[IC_TOKEN_SCOPE_READ_LEADS] = true},
                                       .expires_at = team->now + 9999};
    (void)team_join(team, NULL);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    (void)sign_in(team, "jonas", (struct ic_str){0}, &session);
    (void)team_pair(team, &jonas.opr_id);
    assert_int_equal(ic_tokens_create(&team->service, &jonas, &wish, &token, &text, &err), IC_OK);
    assert_int_equal(ic_identity_create_link(&team->service, IC_STR("jonas"), team->arena, &link, &operator_, &err),
                     IC_OK);

    assert_int_equal(disable(team, &team->owner, &jonas.opr_id), IC_CODE_OK);
    assert_int_equal(disable(team, &team->owner, &jonas.opr_id), IC_CODE_CONFLICT);
    assert_int_equal(look(team, &session, &identity), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(ic_tokens_ask(&team->service, ic_str_from(text.text), team->arena, &asked, &err),
                     IC_UNAUTHENTICATED);
    assert_int_equal(ic_identity_sign_in(&team->service, ic_str_from(link.text), &team_visitor, team->arena, &identity,
                                         &session, &err),
                     IC_UNAUTHENTICATED);
    err = IC_ERR_NONE;
    assert_int_equal(ic_identity_create_link(&team->service, IC_STR("jonas"), team->arena, &link, &operator_, &err),
                     IC_CONFLICT);
    err = IC_ERR_NONE;
    assert_int_equal(ic_devices_list(&team->service, &jonas, team->arena, &devices, &err), IC_OK);
    assert_int_equal(devices.count, 0);

    assert_int_equal(ic_operators_enable(&team->service, &team->owner, &jonas.opr_id, team->arena, &err), IC_OK);
    assert_int_equal(look(team, &session, &identity), IC_CODE_UNAUTHENTICATED); /* Nothing comes back. */
    assert_int_equal(ic_tokens_ask(&team->service, ic_str_from(text.text), team->arena, &asked, &err),
                     IC_UNAUTHENTICATED);
    err = IC_ERR_NONE;
    (void)sign_in(team, "jonas", (struct ic_str){0}, &session);
    assert_int_equal(look(team, &session, &identity), IC_CODE_OK);
    assert_int_equal(ic_operators_enable(&team->service, &team->owner, &jonas.opr_id, team->arena, &err), IC_CONFLICT);
}

static void test_what_a_disabled_person_had_begun_does_nothing(void **state)
{
    struct team *team = *state;
    (void)team_join(team, NULL);
    struct ic_asker admin = team_add(team, "admin", IC_ROLE_ADMIN);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    assert_int_equal(disable(team, &team->owner, &admin.opr_id), IC_CODE_OK);
    assert_int_equal(disable(team, &admin, &jonas.opr_id), IC_CODE_UNAUTHENTICATED);
}

static void test_disabling_goes_down_the_ranks_alone(void **state)
{
    struct team *team = *state;
    (void)team_join(team, NULL);
    struct ic_asker admin = team_add(team, "admin", IC_ROLE_ADMIN);
    struct ic_asker second = team_add(team, "second", IC_ROLE_ADMIN);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    assert_int_equal(disable(team, &jonas, &admin.opr_id), IC_CODE_FORBIDDEN);
    assert_int_equal(disable(team, &admin, &second.opr_id), IC_CODE_FORBIDDEN);
    assert_int_equal(disable(team, &admin, &admin.opr_id), IC_CODE_FORBIDDEN);
    assert_int_equal(disable(team, &admin, &team->owner.opr_id), IC_CODE_FORBIDDEN);
    assert_int_equal(disable(team, &team->owner, &team->owner.opr_id), IC_CODE_FORBIDDEN);
    assert_int_equal(disable(team, &admin, &jonas.opr_id), IC_CODE_OK);
    assert_int_equal(disable(team, &team->owner, &second.opr_id), IC_CODE_OK);
}

/* ---- Live streams. ---- */

static bool is_over_after_a_look(struct team *team, struct ic_watched_stream *stream)
{
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_stream_watch_look(&team->service.stream_watch, &team->service, &err), IC_OK);
    return atomic_load(&stream->is_over);
}

static void test_streams_end_with_what_let_them_in_and_no_others(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_watched_stream annas, jonas_one, jonas_two;
    struct ic_stream_watch *watch = &team->service.stream_watch;
    struct ic_secret session;
    (void)team_join(team, NULL);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    jonas = sign_in(team, "jonas", (struct ic_str){0}, &session);
    struct ic_asker second = sign_in(team, "jonas", (struct ic_str){0}, &session);
    ic_stream_watch_open(watch, &team->owner, &annas);
    ic_stream_watch_open(watch, &jonas, &jonas_one);
    ic_stream_watch_open(watch, &second, &jonas_two);
    assert_int_equal(ic_sessions_sign_out(&team->service, &jonas, &err), IC_OK);
    assert_true(atomic_load(&jonas_one.is_over));
    assert_false(atomic_load(&jonas_two.is_over));
    assert_int_equal(disable(team, &team->owner, &jonas.opr_id), IC_CODE_OK);
    assert_true(atomic_load(&jonas_two.is_over));
    assert_false(is_over_after_a_look(team, &annas));
    ic_stream_watch_close(watch, &jonas_one);
    ic_stream_watch_close(watch, &annas);
    ic_stream_watch_close(watch, &jonas_two);
}

static void test_a_stream_that_another_server_has_ended_is_noticed(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_watched_stream stream, tokens;
    struct ic_secret session;
    struct ic_token token;
    struct ic_token_text text;
    struct ic_service other;
    struct ic_stream_watch *watch = &team->service.stream_watch;
    const struct ic_token_wish wish = {.token_name = IC_STR("Sheet"),
                                       .has_scope = {[IC_TOKEN_SCOPE_READ_LOGS] = true},
                                       .expires_at = team->now + 9999};
    (void)team_join(team, NULL);
    struct ic_asker asker = sign_in(team, "Anna", (struct ic_str){0}, &session), by_token;
    assert_int_equal(ic_tokens_create(&team->service, &team->owner, &wish, &token, &text, &err), IC_OK);
    assert_int_equal(ic_tokens_ask(&team->service, ic_str_from(text.text), team->arena, &by_token, &err), IC_OK);
    ic_service_init(&other, team->store, &team->service.clock, &team->service.rand);
    ic_stream_watch_open(watch, &asker, &stream);
    ic_stream_watch_open(watch, &by_token, &tokens);
    assert_false(is_over_after_a_look(team, &stream));
    assert_false(is_over_after_a_look(team, &tokens));
    assert_int_equal(ic_sessions_sign_out(&other, &asker, &err), IC_OK);
    assert_true(is_over_after_a_look(team, &stream));
    assert_false(is_over_after_a_look(team, &tokens));
    assert_int_equal(ic_tokens_revoke(&other, &team->owner, &token.token_id, team->arena, &err), IC_OK);
    assert_true(is_over_after_a_look(team, &tokens));
    ic_stream_watch_close(watch, &stream);
    ic_stream_watch_close(watch, &tokens);
    ic_service_release(&other);
}

static void test_a_stream_ends_with_the_idle_limit_of_its_session(void **state)
{
    struct team *team = *state;
    struct ic_watched_stream stream;
    (void)team_join(team, NULL);
    ic_stream_watch_open(&team->service.stream_watch, &team->owner, &stream);
    team->now += IC_LIMIT_SESSION_IDLE_MS - 1;
    assert_false(is_over_after_a_look(team, &stream));
    team->now++;
    assert_true(is_over_after_a_look(team, &stream));
    ic_stream_watch_close(&team->service.stream_watch, &stream);
}

/* ---- Desktops' tokens. ---- */

static struct ic_secret pair(struct team *team)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_pairing_started started;
    struct ic_pairing_claimed claimed;
    struct ic_device device;
    assert_int_equal(
        ic_pairing_start(&team->service, IC_STR("Laptop"), IC_STR("1.0"), IC_STR("127.0.0.1"), &started, &err), IC_OK);
    assert_int_equal(
        ic_pairing_approve(&team->service, &team->owner, ic_str_from(started.pairing_code), team->arena, &device, &err),
        IC_OK);
    assert_int_equal(ic_pairing_claim(&team->service, ic_str_from(started.pairing_secret.text), team_visitor.address,
                                      team->arena, &claimed, &err),
                     IC_OK);
    return claimed.device_token;
}

static enum ic_code use(struct team *team, const struct ic_secret *token, struct ic_device *ret_device)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_devices_get_by_token(&team->service, ic_str_from(token->text), team->arena, ret_device, &err);
    return err.code;
}

static struct ic_secret renew(struct team *team, const struct ic_device *device)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret token;
    assert_int_equal(ic_devices_renew_token(&team->service, device, team_visitor.address, &token, &err), IC_OK);
    return token;
}

static void test_a_token_holds_until_the_next_one_is_used(void **state)
{
    struct team *team = *state;
    struct ic_device device;
    (void)team_join(team, NULL);
    struct ic_secret first = pair(team);
    assert_int_equal(use(team, &first, &device), IC_CODE_OK);
    assert_int_equal(device.token_created_at, team->now);
    struct ic_secret lost = renew(team, &device); /* Its answer never came. */
    struct ic_secret next = renew(team, &device);
    assert_int_equal(use(team, &lost, &device), IC_CODE_INVALID_TOKEN);
    assert_int_equal(use(team, &first, &device), IC_CODE_OK);
    team->now += 1000;
    assert_int_equal(use(team, &next, &device), IC_CODE_OK);
    assert_int_equal(device.token_created_at, team->now);
    assert_int_equal(use(team, &next, &device), IC_CODE_OK);
    assert_int_equal(use(team, &first, &device), IC_CODE_INVALID_TOKEN);
}

static void test_what_was_on_its_way_with_the_former_token_ends_nothing(void **state)
{
    struct team *team = *state;
    struct ic_device device;
    (void)team_join(team, NULL);
    struct ic_secret first = pair(team);
    assert_int_equal(use(team, &first, &device), IC_CODE_OK);
    struct ic_secret next = renew(team, &device);
    assert_int_equal(use(team, &next, &device), IC_CODE_OK);
    team->now += IC_TOKEN_GRACE_MS - 1;
    assert_int_equal(use(team, &first, &device), IC_CODE_INVALID_TOKEN);
    assert_int_equal(use(team, &next, &device), IC_CODE_OK);
}

static void test_a_copied_token_that_is_used_after_it_was_replaced_ends_the_desktop(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_device device;
    struct ic_device_list devices;
    (void)team_join(team, NULL);
    struct ic_secret first = pair(team);
    assert_int_equal(use(team, &first, &device), IC_CODE_OK);
    struct ic_secret next = renew(team, &device);
    assert_int_equal(use(team, &next, &device), IC_CODE_OK);
    team->now += IC_TOKEN_GRACE_MS;
    assert_int_equal(use(team, &first, &device), IC_CODE_INVALID_TOKEN);
    assert_int_equal(use(team, &next, &device), IC_CODE_INVALID_TOKEN);
    assert_int_equal(ic_devices_list(&team->service, &team->owner, team->arena, &devices, &err), IC_OK);
    assert_int_equal(devices.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_sees_one_s_own_sessions_and_ends_any_of_them),
        TEST(test_a_browser_s_long_name_is_cut),
        TEST(test_ending_all_leaves_the_one_that_asks_and_takes_the_desktops),
        TEST(test_who_is_disabled_comes_in_by_nothing_until_enabled),
        TEST(test_what_a_disabled_person_had_begun_does_nothing),
        TEST(test_disabling_goes_down_the_ranks_alone),
        TEST(test_streams_end_with_what_let_them_in_and_no_others),
        TEST(test_a_stream_that_another_server_has_ended_is_noticed),
        TEST(test_a_stream_ends_with_the_idle_limit_of_its_session),
        TEST(test_a_token_holds_until_the_next_one_is_used),
        TEST(test_what_was_on_its_way_with_the_former_token_ends_nothing),
        TEST(test_a_copied_token_that_is_used_after_it_was_replaced_ends_the_desktop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
