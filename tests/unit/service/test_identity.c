#include "team.h"

#include "contract/limits.h"
#include "service/logs.h"
#include "store/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ic_code try_join(struct team *team, const struct ic_secret *link, const char *opr_name,
                             struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    const struct ic_join join = {
        .link = ic_str_from(link->text),
        .opr_name = ic_str_from(opr_name),
        .opr_email = IC_STR("anna@example.com"),
        .time_zone = IC_STR("Europe/Berlin"),
    };
    (void)!ic_identity_join(&team->service, &join, &team_visitor, team->arena, &identity, ret_session, &err);
    return err.code;
}

static struct ic_secret make_owner_link(struct team *team)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret link;
    assert_int_equal(ic_identity_create_owner_link(&team->service, &link, &err), IC_OK);
    return link;
}

static enum ic_code look(struct team *team, const struct ic_secret *session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    (void)!ic_sessions_get(&team->service, ic_str_from(session->text), team_visitor.address, team->arena, &identity,
                           &err);
    return err.code;
}

static void test_an_owner_link_makes_the_owner_a_session_and_an_event(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret session;
    struct ic_log_page page;
    struct ic_identity identity = team_join(team, &session);
    assert_int_equal(identity.operator_.role, IC_ROLE_OWNER);
    assert_int_equal(identity.expires_at, team->now + IC_LIMIT_SESSION_LIFETIME_MS);
    assert_int_equal(look(team, &session), IC_CODE_OK);
    assert_int_equal(ic_logs_list(&team->service, &team->owner, &(struct ic_log_query){.limit = 10}, (struct ic_str){0},
                                  team->arena, &page, &err),
                     IC_OK);
    assert_int_equal(page.list.count, 1);
    assert_int_equal(page.list.items[0].event_type, IC_EVENT_TYPE_USER);
    assert_true(ic_str_is(page.list.items[0].details, "joined the team"));
    assert_true(ic_id_equal(&page.list.items[0].opr_id, &identity.operator_.opr_id));
}

static void test_a_refused_name_leaves_the_link_usable(void **state)
{
    struct team *team = *state;
    struct ic_secret link = make_owner_link(team), session;
    assert_int_equal(try_join(team, &link, "  ", &session), IC_CODE_INVALID_FIELD);
    assert_int_equal(try_join(team, &link, "An\nna", &session), IC_CODE_INVALID_FIELD);
    assert_int_equal(team_totals(team).operators, 0);
    assert_int_equal(try_join(team, &link, " Anna ", &session), IC_CODE_OK);
}

static void test_a_new_owner_link_ends_the_one_before(void **state)
{
    struct team *team = *state;
    struct ic_secret first = make_owner_link(team), second = make_owner_link(team), session;
    assert_int_equal(try_join(team, &first, "Anna", &session), IC_CODE_INVALID_LINK);
    assert_int_equal(try_join(team, &second, "Anna", &session), IC_CODE_OK);
}

static void test_an_owner_ends_every_owner_link_and_no_other_is_made(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret link = make_owner_link(team), session;
    assert_int_equal(try_join(team, &link, "Anna", &session), IC_CODE_OK);
    assert_int_equal(try_join(team, &link, "Bert", &session), IC_CODE_INVALID_LINK);
    assert_int_equal(ic_identity_create_owner_link(&team->service, &link, &err), IC_CONFLICT);
    assert_int_equal(err.code, IC_CODE_OWNER_EXISTS);
}

static void test_a_link_ends_with_its_lifetime(void **state)
{
    struct team *team = *state;
    struct ic_secret link = make_owner_link(team), session;
    team->now += IC_LIMIT_LINK_LIFETIME_MS;
    assert_int_equal(try_join(team, &link, "Anna", &session), IC_CODE_INVALID_LINK);
    team->now--;
    assert_int_equal(try_join(team, &link, "Anna", &session), IC_CODE_OK);
}

static enum ic_code try_sign_in(struct team *team, const struct ic_secret *link, struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    (void)!ic_identity_sign_in(&team->service, ic_str_from(link->text), &team_visitor, team->arena, &identity,
                               ret_session, &err);
    return err.code;
}

static void test_a_sign_in_link_is_found_by_name_or_address_and_used_once(void **state)
{
    struct team *team = *state;
    static const char *const texts[] = {"", "anna", "ANNA@example.com"};
    (void)team_join(team, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct ic_err err = IC_ERR_NONE;
        struct ic_secret link, session;
        struct ic_operator operator_;
        assert_int_equal(
            ic_identity_create_link(&team->service, ic_str_from(texts[i]), team->arena, &link, &operator_, &err),
            IC_OK);
        assert_true(ic_str_is(operator_.opr_name, "Anna"));
        assert_int_equal(try_sign_in(team, &link, &session), IC_CODE_OK);
        assert_int_equal(look(team, &session), IC_CODE_OK);
        assert_int_equal(try_sign_in(team, &link, &session), IC_CODE_INVALID_LINK);
    }
}

static void test_each_kind_of_link_opens_only_its_own_door(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret owner_link = make_owner_link(team), link, session;
    struct ic_operator operator_;
    assert_int_equal(try_sign_in(team, &owner_link, &session), IC_CODE_INVALID_LINK);
    assert_int_equal(try_join(team, &owner_link, "Anna", &session), IC_CODE_OK); /* It was not used up. */
    assert_int_equal(ic_identity_create_link(&team->service, IC_STR("Anna"), team->arena, &link, &operator_, &err),
                     IC_OK);
    assert_int_equal(try_join(team, &link, "Bert", &session), IC_CODE_INVALID_LINK);
    assert_int_equal(try_sign_in(team, &link, &session), IC_CODE_OK);
}

static void test_there_is_no_link_for_nobody(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret link;
    struct ic_operator operator_;
    assert_int_equal(ic_identity_create_link(&team->service, IC_STR("Zoe"), team->arena, &link, &operator_, &err),
                     IC_NOT_FOUND);
}

static void test_an_idle_session_ends_and_a_used_one_lives_on_to_its_end(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    struct ic_identity identity = team_join(team, &session);
    /* Used just before every idle limit, it lives until the absolute one. */
    while (team->now + IC_LIMIT_SESSION_IDLE_MS - 1 < identity.expires_at) {
        team->now += IC_LIMIT_SESSION_IDLE_MS - 1;
        assert_int_equal(look(team, &session), IC_CODE_OK);
    }
    team->now = identity.expires_at - 1;
    assert_int_equal(look(team, &session), IC_CODE_OK);
    team->now = identity.expires_at;
    assert_int_equal(look(team, &session), IC_CODE_UNAUTHENTICATED);
}

static void test_a_session_that_nobody_uses_ends_at_the_idle_limit(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    (void)team_join(team, &session);
    team->now += IC_LIMIT_SESSION_IDLE_MS;
    assert_int_equal(look(team, &session), IC_CODE_UNAUTHENTICATED);
}

struct session_look {
    struct ic_arena *arena;
    struct ic_hash secret_hash;
    int64_t now;
    int64_t last_seen_at;
};

static enum ic_rc run_session_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct session_look *sought = context;
    struct ic_session session;
    enum ic_rc rc = ic_store_session_get(tx, &sought->secret_hash, sought->now, sought->arena, &session, err);
    sought->last_seen_at = session.last_seen_at;
    return rc;
}

static int64_t last_seen_at(struct team *team, const struct ic_secret *session)
{
    struct ic_err err = IC_ERR_NONE;
    struct session_look sought = {.arena = team->arena, .now = team->now};
    ic_hash_of(ic_str_from(session->text), &sought.secret_hash);
    assert_int_equal(ic_store_read(team->store, run_session_look, &sought, &err), IC_OK);
    return sought.last_seen_at;
}

static void test_a_session_s_use_is_written_down_at_most_once_a_minute(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    (void)team_join(team, &session);
    int64_t begun_at = team->now;
    team->now += IC_SESSION_TOUCH_MS - 1;
    assert_int_equal(look(team, &session), IC_CODE_OK);
    assert_int_equal(last_seen_at(team, &session), begun_at);
    team->now++;
    assert_int_equal(look(team, &session), IC_CODE_OK);
    assert_int_equal(last_seen_at(team, &session), team->now);
}

static void test_signing_out_ends_the_session_at_once_and_may_be_repeated(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret session;
    (void)team_join(team, &session);
    assert_int_equal(ic_sessions_sign_out(&team->service, &team->owner, &err), IC_OK);
    assert_int_equal(look(team, &session), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(ic_sessions_sign_out(&team->service, &team->owner, &err), IC_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_owner_link_makes_the_owner_a_session_and_an_event),
        TEST(test_a_refused_name_leaves_the_link_usable),
        TEST(test_a_new_owner_link_ends_the_one_before),
        TEST(test_an_owner_ends_every_owner_link_and_no_other_is_made),
        TEST(test_a_link_ends_with_its_lifetime),
        TEST(test_a_sign_in_link_is_found_by_name_or_address_and_used_once),
        TEST(test_each_kind_of_link_opens_only_its_own_door),
        TEST(test_there_is_no_link_for_nobody),
        TEST(test_an_idle_session_ends_and_a_used_one_lives_on_to_its_end),
        TEST(test_a_session_that_nobody_uses_ends_at_the_idle_limit),
        TEST(test_a_session_s_use_is_written_down_at_most_once_a_minute),
        TEST(test_signing_out_ends_the_session_at_once_and_may_be_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
