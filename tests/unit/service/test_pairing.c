#include "team.h"

#include "contract/limits.h"
#include "service/devices.h"
#include "service/logs.h"
#include "service/pairing.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ic_code try_start(struct team *team, const char *device_name, const char *address,
                              struct ic_pairing_started *ret_started)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_pairing_start(&team->service, ic_str_from(device_name), IC_STR("1.0"), ic_str_from(address), ret_started,
                            &err);
    return err.code;
}

static struct ic_pairing_started start(struct team *team)
{
    struct ic_pairing_started started;
    assert_int_equal(try_start(team, "Laptop", "127.0.0.1", &started), IC_CODE_OK);
    return started;
}

static enum ic_code try_get(struct team *team, const char *code)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_pairing pairing;
    (void)!ic_pairing_get(&team->service, &team->owner, ic_str_from(code), team->arena, &pairing, &err);
    return err.code;
}

static enum ic_code try_approve(struct team *team, const char *code)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_device device;
    (void)!ic_pairing_approve(&team->service, &team->owner, ic_str_from(code), team->arena, &device, &err);
    return err.code;
}

static enum ic_code try_claim(struct team *team, const struct ic_secret *secret, struct ic_pairing_claimed *ret_claimed)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_pairing_claim(&team->service, ic_str_from(secret->text), IC_STR("192.0.2.7"), team->arena, ret_claimed,
                            &err);
    return err.code;
}

static void test_a_code_has_eight_characters_that_do_not_look_alike(void **state)
{
    struct team *team = *state;
    for (int i = 0; i < 30; i++) {
        struct ic_pairing_started started = start(team);
        assert_int_equal(strlen(started.pairing_code), IC_PAIRING_CODE_SIZE);
        assert_int_equal(strspn(started.pairing_code, "23456789ABCDEFGHJKLMNPQRSTVWXYZ"), IC_PAIRING_CODE_SIZE);
    }
}

static void test_a_desktop_gets_its_token_once_and_only_after_approval(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity anna = team_join(team, NULL);
    struct ic_pairing_started started = start(team);
    struct ic_pairing_claimed claimed;
    struct ic_device device;
    assert_int_equal(try_claim(team, &started.pairing_secret, &claimed), IC_CODE_OK);
    assert_false(claimed.is_approved);
    assert_int_equal(try_approve(team, started.pairing_code), IC_CODE_OK);
    assert_int_equal(try_claim(team, &started.pairing_secret, &claimed), IC_CODE_OK);
    assert_true(claimed.is_approved);
    assert_true(ic_str_is(claimed.opr_name, "Anna"));
    assert_int_equal(try_claim(team, &started.pairing_secret, &claimed), IC_CODE_UNKNOWN_PAIRING);
    assert_int_equal(
        ic_devices_get_by_token(&team->service, ic_str_from(claimed.device_token.text), team->arena, &device, &err),
        IC_OK);
    assert_true(ic_id_equal(&device.device_id, &claimed.device_id));
    assert_true(ic_id_equal(&device.opr_id, &anna.operator_.opr_id));
}

static void test_approving_and_revoking_are_logged_and_approving_happens_once(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_log_page page;
    team_join(team, NULL);
    struct ic_pairing_started started = start(team);
    struct ic_device_list list;
    team->now += 1000;
    assert_int_equal(try_approve(team, started.pairing_code), IC_CODE_OK);
    assert_int_equal(try_approve(team, started.pairing_code), IC_CODE_UNKNOWN_PAIRING);
    assert_int_equal(ic_devices_list(&team->service, &team->owner, team->arena, &list, &err), IC_OK);
    assert_int_equal(list.count, 1);
    team->now += 1000;
    assert_int_equal(ic_devices_revoke(&team->service, &team->owner, &list.items[0].device_id, team->arena, &err),
                     IC_OK);
    assert_int_equal(ic_logs_list(&team->service, &team->owner, &(struct ic_log_query){.limit = 10}, (struct ic_str){0},
                                  team->arena, &page, &err),
                     IC_OK);
    assert_int_equal(page.list.count, 3);
    assert_true(ic_str_is(page.list.items[0].details, "revoked desktop Laptop"));
    assert_true(ic_str_is(page.list.items[1].details, "paired desktop Laptop"));
}

static void test_a_revoked_desktop_is_unknown_at_once_and_cannot_be_revoked_by_others(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity anna = team_join(team, NULL);
    struct ic_device device = team_pair(team, &anna.operator_.opr_id);
    struct ic_asker other = team_add(team, "Ben", IC_ROLE_ADMIN);
    assert_int_equal(ic_devices_revoke(&team->service, &other, &device.device_id, team->arena, &err), IC_NOT_FOUND);
    struct ic_operation operation = team_operation(team, "Hello.");
    const struct ic_push_batch batch = {.device = &device, .operations = &operation, .count = 1};
    struct ic_push_outcome *outcomes;
    int64_t server_time;
    err = IC_ERR_NONE;
    assert_int_equal(ic_devices_revoke(&team->service, &team->owner, &device.device_id, team->arena, &err), IC_OK);
    /* Authorised before the revocation, but not committed: it does not get in. */
    assert_int_equal(ic_push_apply(&team->service, &batch, team->arena, &outcomes, &server_time, &err),
                     IC_UNAUTHENTICATED);
    assert_int_equal(err.code, IC_CODE_INVALID_TOKEN);
    assert_int_equal(team_totals(team).targets, 0);
}

static void test_a_desktop_that_is_revoked_before_it_claims_gets_no_token(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    team_join(team, NULL);
    struct ic_pairing_started started = start(team);
    struct ic_pairing_claimed claimed;
    struct ic_device device;
    assert_int_equal(
        ic_pairing_approve(&team->service, &team->owner, ic_str_from(started.pairing_code), team->arena, &device, &err),
        IC_OK);
    assert_int_equal(ic_devices_revoke(&team->service, &team->owner, &device.device_id, team->arena, &err), IC_OK);
    assert_int_equal(try_claim(team, &started.pairing_secret, &claimed), IC_CODE_NOT_FOUND);
}

static void test_a_pairing_ends_with_its_lifetime(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_pairing_started started = start(team);
    struct ic_pairing_claimed claimed;
    team->now += IC_LIMIT_PAIRING_LIFETIME_MS - 1;
    assert_int_equal(try_get(team, started.pairing_code), IC_CODE_OK);
    team->now++;
    assert_int_equal(try_get(team, started.pairing_code), IC_CODE_UNKNOWN_PAIRING);
    assert_int_equal(try_approve(team, started.pairing_code), IC_CODE_UNKNOWN_PAIRING);
    assert_int_equal(try_claim(team, &started.pairing_secret, &claimed), IC_CODE_UNKNOWN_PAIRING);
}

static void test_an_operator_who_guesses_codes_is_stopped_for_a_while(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    for (int i = 0; i < IC_CODE_GUESSES_MAX; i++) {
        assert_int_equal(try_get(team, "22222222"), IC_CODE_UNKNOWN_PAIRING);
    }
    struct ic_pairing_started started = start(team);
    assert_int_equal(try_get(team, started.pairing_code), IC_CODE_TOO_MANY_REQUESTS);
    assert_int_equal(try_approve(team, started.pairing_code), IC_CODE_TOO_MANY_REQUESTS);
    team->now += IC_CODE_GUESS_WINDOW_MS - 1;
    assert_int_equal(try_get(team, "22222222"), IC_CODE_TOO_MANY_REQUESTS);
    team->now++;
    assert_int_equal(try_get(team, "22222222"), IC_CODE_UNKNOWN_PAIRING);
}

static void test_one_address_cannot_take_every_place_in_the_queue(void **state)
{
    struct team *team = *state;
    struct ic_pairing_started started;
    for (int i = 0; i < IC_PAIRING_STARTS_MAX; i++) {
        assert_int_equal(try_start(team, "Laptop", "192.0.2.1", &started), IC_CODE_OK);
    }
    assert_int_equal(try_start(team, "Laptop", "192.0.2.1", &started), IC_CODE_TOO_MANY_REQUESTS);
    assert_int_equal(try_start(team, "Laptop", "192.0.2.2", &started), IC_CODE_OK);
}

static void test_at_most_so_many_desktops_wait_at_once(void **state)
{
    struct team *team = *state;
    struct ic_pairing_started started;
    char address[32];
    for (int i = 0; i < IC_LIMIT_PAIRINGS_WAITING_MAX; i++) {
        snprintf(address, sizeof address, "192.0.2.%d", i / 10);
        assert_int_equal(try_start(team, "Laptop", address, &started), IC_CODE_OK);
    }
    assert_int_equal(try_start(team, "Laptop", "198.51.100.1", &started), IC_CODE_TOO_MANY_REQUESTS);
    team->now += IC_LIMIT_PAIRING_LIFETIME_MS;
    assert_int_equal(try_start(team, "Laptop", "198.51.100.1", &started), IC_CODE_OK);
}

static void test_a_desktop_needs_a_name_that_can_be_read(void **state)
{
    struct team *team = *state;
    struct ic_pairing_started started;
    assert_int_equal(try_start(team, " \t ", "127.0.0.1", &started), IC_CODE_INVALID_FIELD);
    assert_int_equal(try_start(team, "Lap\x1btop", "127.0.0.1", &started), IC_CODE_INVALID_FIELD);
    assert_int_equal(
        try_start(team, "12345678901234567890123456789012345678901234567890123456789012345", "127.0.0.1", &started),
        IC_CODE_INVALID_FIELD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_code_has_eight_characters_that_do_not_look_alike),
        TEST(test_a_desktop_gets_its_token_once_and_only_after_approval),
        TEST(test_approving_and_revoking_are_logged_and_approving_happens_once),
        TEST(test_a_revoked_desktop_is_unknown_at_once_and_cannot_be_revoked_by_others),
        TEST(test_a_desktop_that_is_revoked_before_it_claims_gets_no_token),
        TEST(test_a_pairing_ends_with_its_lifetime),
        TEST(test_an_operator_who_guesses_codes_is_stopped_for_a_while),
        TEST(test_one_address_cannot_take_every_place_in_the_queue),
        TEST(test_at_most_so_many_desktops_wait_at_once),
        TEST(test_a_desktop_needs_a_name_that_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
