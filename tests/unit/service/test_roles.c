#include "team.h"

#include "service/logs.h"
#include "service/roles.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ic_code change(struct team *team, const struct ic_asker *asker, const struct ic_asker *whom,
                           enum ic_role role)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_roles_change(&team->service, asker, &whom->opr_id, role, team->arena, &err);
    return err.code;
}

static enum ic_code hand_over(struct team *team, const struct ic_asker *asker, const struct ic_asker *whom)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_roles_hand_over(&team->service, asker, &whom->opr_id, team->arena, &err);
    return err.code;
}

struct standing_read {
    const struct ic_id *opr_id;
    enum ic_role role;
};

static enum ic_rc run_standing(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct standing_read *read = context;
    return ic_store_operator_standing(tx, read->opr_id, &read->role, err);
}

static enum ic_role role_of(struct team *team, const struct ic_asker *whom)
{
    struct ic_err err = IC_ERR_NONE;
    struct standing_read read = {&whom->opr_id, IC_ROLE_VIEWER};
    assert_int_equal(ic_store_read(team->store, run_standing, &read, &err), IC_OK);
    return read.role;
}

static void test_an_admin_changes_who_is_below_them_and_the_log_tells_it(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_log_page page;
    team_join(team, NULL);
    struct ic_asker admin = team_add(team, "Ada", IC_ROLE_ADMIN);
    struct ic_asker ben = team_add(team, "Ben", IC_ROLE_VIEWER);
    assert_int_equal(change(team, &admin, &ben, IC_ROLE_OPERATOR), IC_CODE_OK);
    assert_int_equal(role_of(team, &ben), IC_ROLE_OPERATOR);
    assert_int_equal(
        ic_logs_list(&team->service, &admin, &(struct ic_log_query){.limit = 1}, IC_STR(""), team->arena, &page, &err),
        IC_OK);
    assert_true(ic_str_is(page.list.items[0].details, "changed the role from viewer to operator of Ben"));
    assert_true(ic_id_equal(&page.list.items[0].opr_id, &admin.opr_id));
    assert_int_equal(change(team, &admin, &ben, IC_ROLE_OPERATOR), IC_CODE_CONFLICT);
}

static void test_an_admin_neither_makes_nor_unmakes_admins_and_the_owner_does(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_asker admin = team_add(team, "Ada", IC_ROLE_ADMIN);
    struct ic_asker other = team_add(team, "Otto", IC_ROLE_ADMIN);
    struct ic_asker ben = team_add(team, "Ben", IC_ROLE_OPERATOR);
    assert_int_equal(change(team, &admin, &ben, IC_ROLE_ADMIN), IC_CODE_FORBIDDEN);
    assert_int_equal(change(team, &admin, &other, IC_ROLE_VIEWER), IC_CODE_FORBIDDEN);
    assert_int_equal(change(team, &team->owner, &ben, IC_ROLE_ADMIN), IC_CODE_OK);
    assert_int_equal(change(team, &team->owner, &other, IC_ROLE_VIEWER), IC_CODE_OK);
    assert_int_equal(role_of(team, &ben), IC_ROLE_ADMIN);
    assert_int_equal(role_of(team, &other), IC_ROLE_VIEWER);
}

static void test_nobody_changes_themselves_nor_the_owner(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_asker admin = team_add(team, "Ada", IC_ROLE_ADMIN);
    struct ic_asker viewer = team_add(team, "Vic", IC_ROLE_VIEWER);
    assert_int_equal(change(team, &admin, &admin, IC_ROLE_VIEWER), IC_CODE_FORBIDDEN);
    assert_int_equal(change(team, &viewer, &viewer, IC_ROLE_OWNER), IC_CODE_FORBIDDEN);
    assert_int_equal(change(team, &team->owner, &team->owner, IC_ROLE_VIEWER), IC_CODE_FORBIDDEN);
    assert_int_equal(change(team, &admin, &team->owner, IC_ROLE_VIEWER), IC_CODE_FORBIDDEN);
    assert_int_equal(change(team, &team->owner, &admin, IC_ROLE_OWNER), IC_CODE_FORBIDDEN);
    assert_int_equal(role_of(team, &team->owner), IC_ROLE_OWNER);
}

static void test_the_team_is_handed_over_whole_and_once(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_asker admin = team_add(team, "Ada", IC_ROLE_ADMIN);
    struct ic_asker ben = team_add(team, "Ben", IC_ROLE_VIEWER);
    struct ic_asker missing = {.opr_id = {"OPR-00000000"}};
    assert_int_equal(hand_over(team, &admin, &ben), IC_CODE_FORBIDDEN);
    assert_int_equal(hand_over(team, &team->owner, &team->owner), IC_CODE_FORBIDDEN);
    assert_int_equal(hand_over(team, &team->owner, &missing), IC_CODE_NOT_FOUND);
    assert_int_equal(hand_over(team, &team->owner, &ben), IC_CODE_OK);
    assert_int_equal(role_of(team, &ben), IC_ROLE_OWNER);
    assert_int_equal(role_of(team, &team->owner), IC_ROLE_ADMIN);
    /* Who was the owner when they asked is so no more when it is done. */
    assert_int_equal(hand_over(team, &team->owner, &admin), IC_CODE_FORBIDDEN);
}

static void test_a_role_that_was_taken_away_does_not_act_any_more(void **state)
{
    struct team *team = *state;
    team_join(team, NULL);
    struct ic_asker admin = team_add(team, "Ada", IC_ROLE_ADMIN);
    struct ic_asker ben = team_add(team, "Ben", IC_ROLE_VIEWER);
    assert_int_equal(change(team, &team->owner, &admin, IC_ROLE_OPERATOR), IC_CODE_OK);
    assert_int_equal(change(team, &admin, &ben, IC_ROLE_OPERATOR), IC_CODE_FORBIDDEN);
    assert_int_equal(role_of(team, &ben), IC_ROLE_VIEWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_admin_changes_who_is_below_them_and_the_log_tells_it, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_an_admin_neither_makes_nor_unmakes_admins_and_the_owner_does, team_set_up,
                                        team_tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_changes_themselves_nor_the_owner, team_set_up, team_tear_down),
        cmocka_unit_test_setup_teardown(test_the_team_is_handed_over_whole_and_once, team_set_up, team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_role_that_was_taken_away_does_not_act_any_more, team_set_up,
                                        team_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
