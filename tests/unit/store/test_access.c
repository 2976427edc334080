#include "fixture.h"
#include "store/access.h"
#include "store/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ic_hash hash_of(const char *text)
{
    struct ic_hash hash;
    ic_hash_of(ic_str_from(text), &hash);
    return hash;
}

/* Forgets an expected failure, so that the next one is told. */
static void expect(struct fixture *fixture, enum ic_rc rc, enum ic_code code)
{
    assert_int_equal(rc, ic_code_rc(code));
    assert_int_equal(fixture->err.code, code);
    fixture->err = IC_ERR_NONE;
}

/* ---- Links. ---- */

static void test_a_link_is_taken_once(void **state)
{
    struct fixture *fixture = *state;
    struct ic_link link = {
        .secret_hash = hash_of("a"),
        .opr_id = fixture_operator(&fixture->tx, "Maya"),
        .created_at = 10,
        .expires_at = 100,
    };
    expect(fixture, ic_store_link_insert(&fixture->tx, &link, &fixture->err), IC_CODE_OK);
    struct ic_link taken = {0};
    expect(fixture, ic_store_link_take(&fixture->tx, &link.secret_hash, 99, &taken, &fixture->err), IC_CODE_OK);
    assert_memory_equal(&taken, &link, sizeof link);
    struct ic_link untouched = {.created_at = 7};
    expect(fixture, ic_store_link_take(&fixture->tx, &link.secret_hash, 99, &untouched, &fixture->err),
           IC_CODE_INVALID_LINK);
    assert_int_equal(untouched.created_at, 7);
}

static void test_a_link_that_has_expired_or_never_was_is_invalid(void **state)
{
    struct fixture *fixture = *state;
    struct ic_link link = {.secret_hash = hash_of("a"), .created_at = 10, .expires_at = 100};
    struct ic_hash other = hash_of("b");
    struct ic_link taken;
    expect(fixture, ic_store_link_insert(&fixture->tx, &link, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_link_take(&fixture->tx, &link.secret_hash, 100, &taken, &fixture->err),
           IC_CODE_INVALID_LINK);
    expect(fixture, ic_store_link_take(&fixture->tx, &other, 50, &taken, &fixture->err), IC_CODE_INVALID_LINK);
}

static void test_first_owner_links_end_together(void **state)
{
    struct fixture *fixture = *state;
    struct ic_link owners[2] = {
        {.secret_hash = hash_of("a"), .created_at = 10, .expires_at = 100},
        {.secret_hash = hash_of("b"), .created_at = 10, .expires_at = 100},
    };
    struct ic_link other = {
        .secret_hash = hash_of("c"),
        .opr_id = fixture_operator(&fixture->tx, "Maya"),
        .created_at = 10,
        .expires_at = 100,
    };
    struct ic_link taken;
    expect(fixture, ic_store_link_insert(&fixture->tx, &owners[0], &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_link_insert(&fixture->tx, &owners[1], &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_link_insert(&fixture->tx, &other, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_owner_links_delete(&fixture->tx, &fixture->err), IC_CODE_OK);
    for (int i = 0; i < 2; i++) {
        expect(fixture, ic_store_link_take(&fixture->tx, &owners[i].secret_hash, 50, &taken, &fixture->err),
               IC_CODE_INVALID_LINK);
    }
    expect(fixture, ic_store_link_take(&fixture->tx, &other.secret_hash, 50, &taken, &fixture->err), IC_CODE_OK);
}

/* ---- Sessions. ---- */

static struct ic_session insert_session(struct fixture *fixture, const char *secret, int64_t created_at)
{
    struct ic_session session = {
        .secret_hash = hash_of(secret),
        .opr_id = fixture_operator(&fixture->tx, secret),
        .user_agent = IC_STR("Browser/1.0"),
        .created_at = created_at,
        .proven_at = created_at,
        .last_seen_at = created_at,
        .expires_at = created_at + IC_LIMIT_SESSION_LIFETIME_MS,
    };
    expect(fixture, ic_store_session_insert(&fixture->tx, &session, &fixture->rand, &session.session_id, &fixture->err),
           IC_CODE_OK);
    return session;
}

static void test_a_session_lives_while_it_is_used_and_not_beyond_its_end(void **state)
{
    struct fixture *fixture = *state;
    struct ic_session session = insert_session(fixture, "a", 1000);
    const struct ic_hash *hash = &session.secret_hash;
    struct ic_session found;
    int64_t idle_end = 1000 + IC_LIMIT_SESSION_IDLE_MS;
    expect(fixture, ic_store_session_get(&fixture->tx, hash, idle_end - 1, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    assert_true(ic_id_equal(&found.session_id, &session.session_id));
    assert_true(ic_id_equal(&found.opr_id, &session.opr_id));
    assert_true(ic_str_is(found.user_agent, "Browser/1.0"));
    assert_int_equal(found.proven_at, 1000);
    assert_int_equal(found.expires_at, session.expires_at);
    expect(fixture, ic_store_session_get(&fixture->tx, hash, idle_end, fixture->arena, &found, &fixture->err),
           IC_CODE_UNAUTHENTICATED);
    expect(fixture, ic_store_session_touch(&fixture->tx, hash, (struct ic_str){0}, idle_end - 1, &fixture->err),
           IC_CODE_OK);
    expect(fixture, ic_store_session_get(&fixture->tx, hash, idle_end, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    assert_true(found.last_seen_at == idle_end - 1);
    /* Late news does not turn the clock back. */
    expect(fixture, ic_store_session_touch(&fixture->tx, hash, (struct ic_str){0}, 1001, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_session_get(&fixture->tx, hash, idle_end, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    expect(fixture,
           ic_store_session_touch(&fixture->tx, hash, (struct ic_str){0}, session.expires_at - 1, &fixture->err),
           IC_CODE_OK);
    expect(fixture,
           ic_store_session_get(&fixture->tx, hash, session.expires_at - 1, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    expect(fixture, ic_store_session_get(&fixture->tx, hash, session.expires_at, fixture->arena, &found, &fixture->err),
           IC_CODE_UNAUTHENTICATED);
}

static void test_a_session_that_was_ended_is_gone(void **state)
{
    struct fixture *fixture = *state;
    struct ic_session session = insert_session(fixture, "a", 1000);
    struct ic_session found;
    expect(fixture, ic_store_session_delete(&fixture->tx, &session.secret_hash, &fixture->err), IC_CODE_OK);
    expect(fixture,
           ic_store_session_get(&fixture->tx, &session.secret_hash, 1001, fixture->arena, &found, &fixture->err),
           IC_CODE_UNAUTHENTICATED);
    expect(fixture, ic_store_session_delete(&fixture->tx, &session.secret_hash, &fixture->err), IC_CODE_OK);
}

static void test_ended_sessions_and_links_are_cleared_by_the_next(void **state)
{
    struct fixture *fixture = *state;
    struct ic_session session = insert_session(fixture, "a", 1000);
    struct ic_link link = {.secret_hash = hash_of("l"), .created_at = 10, .expires_at = 100};
    expect(fixture, ic_store_link_insert(&fixture->tx, &link, &fixture->err), IC_CODE_OK);
    insert_session(fixture, "b", session.expires_at);
    link.secret_hash = hash_of("m");
    link.created_at = 100;
    link.expires_at = 200;
    expect(fixture, ic_store_link_insert(&fixture->tx, &link, &fixture->err), IC_CODE_OK);
    fixture_commit(fixture);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM sessions"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM links"), 1);
}

/* ---- Pairings. ---- */

static struct ic_pairing sample_pairing(const char *code)
{
    return (struct ic_pairing){
        .pairing_code = ic_str_from(code),
        .secret_hash = hash_of(code),
        .device_name = IC_STR("Maya's laptop \xF0\x9F\x92\xBB"),
        .agent_version = IC_STR("0.1.0"),
        .address = IC_STR("127.0.0.1"),
        .created_at = 1000,
        .expires_at = 1000 + IC_LIMIT_PAIRING_LIFETIME_MS,
    };
}

static struct ic_id insert_device(struct fixture *fixture, const struct ic_id *opr_id, const char *name,
                                  int64_t created_at)
{
    struct ic_device device = {
        .opr_id = *opr_id,
        .device_name = ic_str_from(name),
        .agent_version = IC_STR("0.1.0"),
        .created_at = created_at,
    };
    struct ic_id id;
    expect(fixture, ic_store_device_insert(&fixture->tx, &device, &fixture->rand, &id, &fixture->err), IC_CODE_OK);
    return id;
}

static void test_a_pairing_goes_from_waiting_to_approved_to_over(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_id device_id = insert_device(fixture, &maya, "laptop", 1);
    struct ic_pairing given = sample_pairing("ABCD2345");
    struct ic_pairing found;
    expect(fixture, ic_store_pairing_insert(&fixture->tx, &given, 1000, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_pairing_get(&fixture->tx, given.pairing_code, 1001, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    assert_true(ic_str_equal(found.device_name, given.device_name) && ic_str_equal(found.address, given.address));
    assert_true(ic_str_equal(found.agent_version, given.agent_version));
    assert_true(ic_id_is_empty(&found.opr_id) && found.expires_at == given.expires_at);

    expect(fixture, ic_store_pairing_approve(&fixture->tx, given.pairing_code, &maya, &device_id, &fixture->err),
           IC_CODE_OK);
    expect(fixture, ic_store_pairing_approve(&fixture->tx, given.pairing_code, &maya, &device_id, &fixture->err),
           IC_CODE_UNKNOWN_PAIRING);
    expect(fixture, ic_store_pairing_get(&fixture->tx, given.pairing_code, 1001, fixture->arena, &found, &fixture->err),
           IC_CODE_UNKNOWN_PAIRING);
    expect(
        fixture,
        ic_store_pairing_find_by_secret(&fixture->tx, &given.secret_hash, 1001, fixture->arena, &found, &fixture->err),
        IC_CODE_OK);
    assert_true(ic_id_equal(&found.opr_id, &maya) && ic_id_equal(&found.device_id, &device_id));

    expect(fixture, ic_store_pairing_delete(&fixture->tx, &given.secret_hash, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_pairing_delete(&fixture->tx, &given.secret_hash, &fixture->err), IC_CODE_UNKNOWN_PAIRING);
    expect(
        fixture,
        ic_store_pairing_find_by_secret(&fixture->tx, &given.secret_hash, 1001, fixture->arena, &found, &fixture->err),
        IC_CODE_UNKNOWN_PAIRING);
}

static void test_an_expired_pairing_does_not_exist(void **state)
{
    struct fixture *fixture = *state;
    struct ic_pairing given = sample_pairing("ABCD2345");
    struct ic_pairing found;
    int64_t end = given.expires_at;
    expect(fixture, ic_store_pairing_insert(&fixture->tx, &given, 1000, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_pairing_get(&fixture->tx, given.pairing_code, end, fixture->arena, &found, &fixture->err),
           IC_CODE_UNKNOWN_PAIRING);
    expect(
        fixture,
        ic_store_pairing_find_by_secret(&fixture->tx, &given.secret_hash, end, fixture->arena, &found, &fixture->err),
        IC_CODE_UNKNOWN_PAIRING);
    /* Its code is free again. */
    expect(fixture, ic_store_pairing_insert(&fixture->tx, &given, 1001, &fixture->err), IC_CODE_CONFLICT);
    expect(fixture, ic_store_pairing_insert(&fixture->tx, &given, end, &fixture->err), IC_CODE_OK);
}

static void test_only_so_many_desktops_may_wait(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < IC_LIMIT_PAIRINGS_WAITING_MAX; i++) {
        char code[16];
        (void)snprintf(code, sizeof code, "AAAA%04d", i);
        struct ic_pairing pairing = sample_pairing(code);
        expect(fixture, ic_store_pairing_insert(&fixture->tx, &pairing, 1000, &fixture->err), IC_CODE_OK);
    }
    struct ic_pairing one_more = sample_pairing("BBBB2222");
    expect(fixture, ic_store_pairing_insert(&fixture->tx, &one_more, 1000, &fixture->err), IC_CODE_TOO_MANY_REQUESTS);
    expect(fixture, ic_store_pairing_insert(&fixture->tx, &one_more, one_more.expires_at, &fixture->err), IC_CODE_OK);
}

/* ---- Devices. ---- */

static void test_a_device_is_known_by_its_token_until_it_is_revoked(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_id jonas = fixture_operator(&fixture->tx, "Jonas");
    struct ic_id id = insert_device(fixture, &maya, "laptop", 1000);
    struct ic_hash token = hash_of("token");
    struct ic_device found;
    expect(fixture, ic_store_device_get_by_token(&fixture->tx, &token, fixture->arena, &found, &fixture->err),
           IC_CODE_INVALID_TOKEN);
    expect(fixture, ic_store_device_set_token(&fixture->tx, &id, &token, 1000, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_device_get_by_token(&fixture->tx, &token, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    assert_true(ic_id_equal(&found.device_id, &id) && ic_id_equal(&found.opr_id, &maya));
    assert_true(ic_str_is(found.device_name, "laptop") && found.last_seen_at == 0 && found.created_at == 1000);

    expect(fixture, ic_store_device_touch(&fixture->tx, &id, IC_STR("0.2.0"), 2000, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_device_touch(&fixture->tx, &id, IC_STR(""), 3000, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_device_get_by_token(&fixture->tx, &token, fixture->arena, &found, &fixture->err),
           IC_CODE_OK);
    assert_true(ic_str_is(found.agent_version, "0.2.0") && found.last_seen_at == 3000);

    expect(fixture, ic_store_device_revoke(&fixture->tx, &id, &jonas, 4000, &fixture->err), IC_CODE_NOT_FOUND);
    expect(fixture, ic_store_device_revoke(&fixture->tx, &id, &maya, 4000, &fixture->err), IC_CODE_OK);
    expect(fixture, ic_store_device_revoke(&fixture->tx, &id, &maya, 4000, &fixture->err), IC_CODE_NOT_FOUND);
    expect(fixture, ic_store_device_get_by_token(&fixture->tx, &token, fixture->arena, &found, &fixture->err),
           IC_CODE_INVALID_TOKEN);
    expect(fixture, ic_store_device_set_token(&fixture->tx, &id, &token, 1000, &fixture->err), IC_CODE_NOT_FOUND);
}

static void test_an_empty_token_is_nobodys(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    insert_device(fixture, &maya, "laptop", 1000);
    insert_device(fixture, &maya, "desk", 1000); /* Two without a token do not clash. */
    struct ic_hash empty = {0};
    struct ic_device found;
    expect(fixture, ic_store_device_get_by_token(&fixture->tx, &empty, fixture->arena, &found, &fixture->err),
           IC_CODE_INVALID_TOKEN);
}

static void test_devices_are_listed_newest_first_without_revoked_and_others(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_id jonas = fixture_operator(&fixture->tx, "Jonas");
    insert_device(fixture, &maya, "old", 1000);
    struct ic_id revoked = insert_device(fixture, &maya, "revoked", 1500);
    insert_device(fixture, &maya, "new", 2000);
    insert_device(fixture, &jonas, "other", 1700);
    expect(fixture, ic_store_device_revoke(&fixture->tx, &revoked, &maya, 4000, &fixture->err), IC_CODE_OK);
    struct ic_device_list list;
    expect(fixture, ic_store_device_list(&fixture->tx, &maya, fixture->arena, &list, &fixture->err), IC_CODE_OK);
    assert_int_equal(list.count, 2);
    assert_true(ic_str_is(list.items[0].device_name, "new"));
    assert_true(ic_str_is(list.items[1].device_name, "old"));
    for (int i = 0; i < IC_DEVICE_LIST_COUNT_MAX; i++) {
        insert_device(fixture, &maya, "many", 3000);
    }
    expect(fixture, ic_store_device_list(&fixture->tx, &maya, fixture->arena, &list, &fixture->err), IC_CODE_OK);
    assert_int_equal(list.count, IC_DEVICE_LIST_COUNT_MAX);
}

static void test_a_device_id_that_is_taken_is_drawn_again(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id ids[2];
    struct ic_device device = {
        .opr_id = fixture_operator(&fixture->tx, "Maya"),
        .device_name = IC_STR("laptop"),
        .agent_version = IC_STR("0.1.0"),
    };
    for (int i = 0; i < 2; i++) {
        struct ic_rand_seed seed;
        struct ic_rand rand = ic_rand_seeded(&seed, 1);
        expect(fixture, ic_store_device_insert(&fixture->tx, &device, &rand, &ids[i], &fixture->err), IC_CODE_OK);
    }
    assert_false(ic_id_equal(&ids[0], &ids[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_link_is_taken_once, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_link_that_has_expired_or_never_was_is_invalid, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_first_owner_links_end_together, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_session_lives_while_it_is_used_and_not_beyond_its_end, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_session_that_was_ended_is_gone, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_ended_sessions_and_links_are_cleared_by_the_next, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_pairing_goes_from_waiting_to_approved_to_over, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_an_expired_pairing_does_not_exist, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_only_so_many_desktops_may_wait, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_device_is_known_by_its_token_until_it_is_revoked, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_an_empty_token_is_nobodys, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_devices_are_listed_newest_first_without_revoked_and_others, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_device_id_that_is_taken_is_drawn_again, fixture_begin, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
