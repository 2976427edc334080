/* What was refused is counted and told to the audit, in few entries however often it was tried. */
#include "team.h"

#include "service/audit_list.h"
#include "service/roles.h"
#include "service/upkeep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ic_asker asks(struct team *team, const char *name, enum ic_role role)
{
    struct ic_asker asker = team_add(team, name, role);
    asker.refusals = &team->service.refusals;
    asker.address = IC_STR("192.0.2.9");
    return asker;
}

static void try_change_role(struct team *team, const struct ic_asker *asker)
{
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_roles_change(&team->service, asker, &team->owner.opr_id, IC_ROLE_VIEWER, team->arena, &err),
                     IC_FORBIDDEN);
}

static struct ic_audit_list refused(struct team *team)
{
    const struct ic_audit_query asked = {.action = IC_STR("refused"), .is_oldest_first = true, .limit = 200};
    struct ic_audit_page page;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_audit_list(&team->service, &team->owner, &asked, IC_STR(""), team->arena, &page, &err), IC_OK);
    return page.list;
}

static int64_t number_of(const struct ic_audit_entry *entry, const char *key)
{
    char needle[32];
    long long number = -1;
    (void)snprintf(needle, sizeof needle, "\"%s\":", key);
    const char *found = strstr(entry->value_after.data, needle);
    assert_non_null(found);
    number = strtoll(found + strlen(needle), NULL, 10);
    return number;
}

static void test_a_refusal_is_told_once_with_who_and_what_and_why(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_asker maya = asks(team, "Maya", IC_ROLE_OPERATOR);
    try_change_role(team, &maya);
    assert_int_equal(refused(team).count, 0); /* Being refused writes nothing. */
    ic_upkeep_step(&team->service);
    struct ic_audit_list list = refused(team);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].opr_id.text, maya.opr_id.text);
    assert_true(ic_str_is(list.items[0].known_by, "browser"));
    assert_true(ic_str_is(list.items[0].address, "192.0.2.9"));
    assert_true(ic_str_is(list.items[0].object_id, "change_owner"));
    assert_non_null(strstr(list.items[0].value_after.data, "\"code\":\"forbidden\",\"count\":1,"));
    ic_upkeep_step(&team->service);
    assert_int_equal(refused(team).count, 1);
}

static void test_a_thousand_refusals_of_a_kind_are_two_entries_in_an_hour(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_asker maya = asks(team, "Maya", IC_ROLE_OPERATOR);
    for (int i = 0; i < 1000; i++) {
        try_change_role(team, &maya);
        if (i % 100 == 0) {
            ic_upkeep_step(&team->service);
            team->now += 1000;
        }
    }
    assert_int_equal(refused(team).count, 1);
    team->now += IC_REFUSAL_WINDOW_MS;
    ic_upkeep_step(&team->service);
    struct ic_audit_list list = refused(team);
    assert_int_equal(list.count, 2);
    assert_int_equal(number_of(&list.items[0], "count") + number_of(&list.items[1], "count"), 1000);
}

static void test_what_there_is_no_room_for_is_counted_together(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    team_join(team, NULL);
    for (int i = 0; i < IC_REFUSALS_MAX + 50; i++) {
        struct ic_asker asker = {.credential = IC_CREDENTIAL_SESSION};
        (void)snprintf(asker.opr_id.text, sizeof asker.opr_id.text, "OPR-%08X", i);
        ic_refusals_count(&team->service.refusals, &asker, "change_role", IC_CODE_FORBIDDEN);
    }
    assert_int_equal(ic_refusals_write(&team->service.refusals, team->store, false, &err), IC_OK);
    struct ic_audit_list list = refused(team);
    assert_int_equal(list.count, IC_REFUSALS_MAX + 1);
    const struct ic_audit_entry *last = &list.items[list.count - 1];
    assert_true(ic_str_is(last->object_id, "others"));
    assert_int_equal(number_of(last, "count"), 50);
    assert_true(ic_id_is_empty(&last->opr_id));
}

static void test_places_are_free_again_when_their_hour_is_over(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    team_join(team, NULL);
    for (int i = 0; i < 3 * IC_REFUSALS_MAX; i++) {
        struct ic_asker asker = {.credential = IC_CREDENTIAL_SESSION};
        (void)snprintf(asker.opr_id.text, sizeof asker.opr_id.text, "OPR-%08X", i);
        ic_refusals_count(&team->service.refusals, &asker, "change_role", IC_CODE_FORBIDDEN);
        if (i % IC_REFUSALS_MAX == IC_REFUSALS_MAX - 1) {
            assert_int_equal(ic_refusals_write(&team->service.refusals, team->store, false, &err), IC_OK);
            team->now += IC_REFUSAL_WINDOW_MS;
        }
    }
    struct ic_audit_query asked = {.action = IC_STR("refused"), .limit = 200, .is_oldest_first = true};
    struct ic_audit_page page;
    size_t count = 0;
    struct ic_list_cursor after = {{0}};
    do {
        assert_int_equal(
            ic_audit_list(&team->service, &team->owner, &asked, ic_str_from(after.text), team->arena, &page, &err),
            IC_OK);
        for (size_t i = 0; i < page.list.count; i++) {
            assert_true(ic_str_is(page.list.items[i].object_id, "change_role"));
        }
        count += page.list.count;
        after = page.next;
    } while (after.text[0] != '\0');
    assert_int_equal(count, 3 * IC_REFUSALS_MAX);
}

static void test_what_is_left_is_written_at_the_end(void **state)
{
    struct team *team = *state;
    struct ic_upkeep upkeep = {.is_running = false};
    struct ic_err err = IC_ERR_NONE;
    team_join(team, NULL);
    struct ic_asker maya = asks(team, "Maya", IC_ROLE_OPERATOR);
    try_change_role(team, &maya);
    ic_upkeep_step(&team->service);
    try_change_role(team, &maya); /* Its hour has just begun. */
    assert_int_equal(ic_upkeep_start(&upkeep, &team->service, &err), IC_OK);
    ic_upkeep_stop(&upkeep);
    assert_int_equal(refused(team).count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_refusal_is_told_once_with_who_and_what_and_why, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_thousand_refusals_of_a_kind_are_two_entries_in_an_hour, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_what_there_is_no_room_for_is_counted_together, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_places_are_free_again_when_their_hour_is_over, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_left_is_written_at_the_end, team_set_up, team_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
