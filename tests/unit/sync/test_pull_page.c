#include "sync/pull_page.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define EMPTY "\"suppressions\":[],\"operators\":[],\"actors\":[],\"targets\":[],\"aliases\":[],\"outreach\":[]"
#define REST  "\"next\":\"abc-_9\",\"has_more\":false,\"server_time\":7,\"features\":[\"pull\"]"

static int setup(void **state)
{
    *state = ic_arena_create(64 << 20);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    ic_arena_destroy(*state);
    return 0;
}

static enum ic_rc decode(void **state, struct ic_str text, struct ic_pull_page *ret_page, struct ic_err *err)
{
    json_t *object;
    *err = IC_ERR_NONE;
    assert_int_equal(ic_json_parse(text, "test", *state, &object, err), IC_OK);
    return ic_pull_page_decode(object, *state, ret_page, err);
}

/* One row of each kind, and every optional field. */
static struct ic_pull_page full(void)
{
    static struct ic_pulled_suppression suppressions[] = {
        {.tar_username = {"not_her"}, .is_suppressed = true, .opr_id = {"OPR-00000001"}, .changed_at = 11},
        {.tar_username = {"again"}, .opr_id = {"OPR-00000002"}, .changed_at = 12},
    };
    static struct ic_pulled_operator operators[] = {{{"OPR-00000001"}, {0}, IC_OPERATOR_STATUS_ONLINE, 13}};
    static struct ic_pulled_actor actors[] = {
        {{"ACT-00000001"}, {"our.account"}, {"OPR-00000001"}, IC_ACTOR_STATUS_SUSPENDED_BY_TEAM, 14}};
    static struct ic_pulled_target targets[] = {
        {.tar_id = {"TAR-0000000a"},
         .tar_username = {"a_prospect"},
         .tar_status = IC_TARGET_STATUS_EXCLUDED,
         .has_stage = true,
         .stage = IC_TARGET_STATUS_WARM,
         .merged_into = {"TAR-0000000b"},
         .first_contacted = 15,
         .last_updated = 16,
         .phone_num = {.state = IC_CONTACT_STATE_NOT_FOUND}},
        {.tar_id = {"TAR-0000000b"}, .tar_username = {"another"}, .last_updated = 17},
    };
    static struct ic_pulled_alias aliases[] = {{{"old.name"}, {"TAR-0000000b"}}};
    static struct ic_pulled_outreach outreach[] = {
        {{"ELG-0000000001"}, {"OPR-00000001"}, {"ACT-00000001"}, {"TAR-0000000a"}, 18}};
    static struct ic_pulled_goal goals[] = {
        {.goal_id = {"GOL-00000001"},
         .target_value = INT64_C(9007199254740991),
         .assigned_to_opr = {"OPR-00000001"},
         .assigned_to_act = {"ACT-00000001"},
         .suggested_by = {"OPR-00000002"},
         .created_at = 21,
         .start_date = 22,
         .end_date = 23},
        {.goal_id = {"GOL-00000002"}, .target_value = 1, .suggested_by = {"OPR-00000002"}},
    };
    static struct ic_pulled_rule rules[] = {{.rule_id = {"RUL-0000000Z"},
                                             .limit_value = 0,
                                             .time_window_sec = 60,
                                             .suggested_by = {"OPR-00000001"},
                                             .created_at = 24}};
    for (size_t i = 0; i < 2; i++) {
        goals[i].metric = IC_STR("Bookings Made");
        goals[i].frequency = IC_STR("Daily");
        goals[i].status = IC_STR("Active");
    }
    rules[0].type = IC_STR("Frequency Cap");
    rules[0].metric = IC_STR("Total Messages Sent");
    rules[0].severity = IC_STR("\"Soft\"");
    rules[0].status = IC_STR("Archived");
    suppressions[0].reason = IC_STR("asked \"not\" to");
    operators[0].opr_name = IC_STR("Ann \xc3\xa4");
    targets[0].notes = IC_STR("two\nlines");
    targets[0].email = (struct ic_pulled_contact){IC_CONTACT_STATE_FOUND, IC_STR("a@b.c")};
    return (struct ic_pull_page){
        .phase = IC_PULL_PHASE_SNAPSHOT,
        .is_reset = true,
        .has_lost_past = true,
        .suppressions = suppressions,
        .suppressions_count = 2,
        .operators = operators,
        .operators_count = 1,
        .actors = actors,
        .actors_count = 1,
        .targets = targets,
        .targets_count = 2,
        .aliases = aliases,
        .aliases_count = 1,
        .outreach = outreach,
        .outreach_count = 1,
        .has_goals_and_rules = true,
        .goals = goals,
        .goals_count = 2,
        .rules = rules,
        .rules_count = 1,
        .hybrid_time = 19,
        .next = IC_STR("abc-_9"),
        .has_more = true,
        .has_progress = true,
        .done = 2,
        .total = 3,
        .server_time = 20,
        .features = ic_features_all(),
    };
}

static struct ic_str encode(void **state, const struct ic_pull_page *page)
{
    struct ic_buf buf;
    struct ic_json_writer writer;
    struct ic_str copy;
    ic_buf_init(&buf, 32 << 20);
    ic_json_writer_init(&writer, &buf);
    ic_pull_page_encode(page, &writer);
    assert_int_equal(buf.failed, IC_CODE_OK);
    assert_true(ic_arena_copy(*state, ic_buf_view(&buf), &copy));
    ic_buf_release(&buf);
    return copy;
}

static void test_a_page_comes_back_as_it_was_told(void **state)
{
    struct ic_pull_page page = full(), back;
    struct ic_err err;
    struct ic_str text = encode(state, &page);
    assert_int_equal(decode(state, text, &back, &err), IC_OK);
    assert_true(back.is_reset && back.has_lost_past && back.has_more && back.has_progress);
    assert_string_equal(back.suppressions[0].tar_username.text, "not_her");
    assert_true(back.suppressions[0].is_suppressed && !back.suppressions[1].is_suppressed);
    assert_true(ic_str_is(back.suppressions[0].reason, "asked \"not\" to"));
    assert_int_equal(back.operators[0].opr_status, IC_OPERATOR_STATUS_ONLINE);
    assert_int_equal(back.actors[0].act_status, IC_ACTOR_STATUS_SUSPENDED_BY_TEAM);
    assert_true(back.targets[0].has_stage && !back.targets[1].has_stage);
    assert_int_equal(back.targets[0].stage, IC_TARGET_STATUS_WARM);
    assert_string_equal(back.targets[0].merged_into.text, "TAR-0000000b");
    assert_true(ic_id_is_empty(&back.targets[1].merged_into));
    assert_true(ic_str_is(back.targets[0].notes, "two\nlines"));
    assert_string_equal(back.aliases[0].alias_username.text, "old.name");
    assert_string_equal(back.outreach[0].elg_id.text, "ELG-0000000001");
    assert_true(back.has_goals_and_rules && back.goals_count == 2 && back.rules_count == 1);
    assert_true(back.goals[0].target_value == INT64_C(9007199254740991) && back.goals[0].end_date == 23);
    assert_string_equal(back.goals[0].assigned_to_act.text, "ACT-00000001");
    assert_true(ic_id_is_empty(&back.goals[1].assigned_to_opr) && back.goals[1].end_date == 0);
    assert_true(ic_str_is(back.rules[0].severity, "\"Soft\"") && ic_str_is(back.rules[0].status, "Archived"));
    assert_true(back.done == 2 && back.total == 3 && back.hybrid_time == 19 && back.server_time == 20);
    /* And nothing is left out: told again, it is the same text. */
    assert_true(ic_str_equal(encode(state, &back), text));
}

static void test_an_older_servers_page_has_no_goals_and_rules_and_one_for_an_older_desktop_neither(void **state)
{
    struct ic_pull_page page;
    struct ic_err err;
    assert_int_equal(decode(state, IC_STR("{\"phase\":\"feed\"," EMPTY "," REST "}"), &page, &err), IC_OK);
    assert_false(page.has_goals_and_rules);
    page = full();
    page.has_goals_and_rules = false;
    struct ic_str text = encode(state, &page);
    assert_null(memmem(text.data, text.size, "goals\"", 6));
    assert_null(memmem(text.data, text.size, "rules\":", 7));
}

#define GOAL_BEGIN "{\"goal_id\":\"GOL-00000001\",\"metric\":\"Messages Read\",\"target_value\":"
#define GOAL_END                                                                                           \
    ",\"frequency\":\"Weekly\",\"status\":\"Expired\",\"suggested_by\":\"OPR-00000001\",\"created_at\":1," \
    "\"start_date\":1}"
#define RULE_BEGIN                                                                                           \
    "{\"rule_id\":\"RUL-00000001\",\"type\":\"Quiet Hours\",\"metric\":\"Messages Read\",\"limit_value\":0," \
    "\"time_window_sec\":1,\"severity\":"
#define RULE_END ",\"status\":\"Active\",\"suggested_by\":\"OPR-00000001\",\"created_at\":1,\"from\":\"22:00\"}"

static void test_names_of_a_newer_servers_goals_and_rules_are_kept_as_they_are(void **state)
{
    struct ic_pull_page page;
    struct ic_err err;
    const struct ic_str newer = IC_STR("{\"phase\":\"feed\"," EMPTY ",\"goals\":[" GOAL_BEGIN "1" GOAL_END
                                       "],\"rules\":[" RULE_BEGIN "\"Hard\"" RULE_END "]," REST "}");
    assert_int_equal(decode(state, newer, &page, &err), IC_OK);
    assert_true(ic_str_is(page.goals[0].metric, "Messages Read") && ic_str_is(page.goals[0].frequency, "Weekly"));
    assert_true(ic_str_is(page.goals[0].status, "Expired"));
    assert_true(ic_str_is(page.rules[0].type, "Quiet Hours") && ic_str_is(page.rules[0].severity, "Hard"));
}

static void test_what_a_newer_server_adds_is_passed_over(void **state)
{
    struct ic_pull_page page;
    struct ic_err err;
    const struct ic_str newer = IC_STR(
        "{\"phase\":\"feed\",\"suppressions\":[{\"tar_username\":\"a\",\"is_suppressed\":true,\"until\":5,"
        "\"opr_id\":\"OPR-00000001\",\"changed_at\":1}],\"operators\":[],\"actors\":[],\"targets\":[],\"aliases\":[],"
        "\"outreach\":[],\"groups\":[{}],\"next\":\"a\",\"has_more\":false,\"server_time\":7,\"features\":[\"more\"]}");
    assert_int_equal(decode(state, newer, &page, &err), IC_OK);
    assert_int_equal(page.suppressions_count, 1);
    assert_true(page.features.bits == 0);
}

#define NAME_TOO_LONG "0123456789012345678901234567890123456789012345678901234567890123456789"

static void test_a_page_that_breaks_the_contract_is_refused_and_the_field_named(void **state)
{
    static const struct {
        const char *text;
        const char *field;
    } cases[] = {
        {"{\"phase\":\"later\"," EMPTY "," REST "}", "/phase"},
        {"{\"phase\":\"feed\"," REST "}", "/suppressions"},
        {"{\"phase\":\"feed\"," EMPTY ",\"next\":\"a b\",\"has_more\":false,\"server_time\":1}", "/next"},
        {"{\"phase\":\"feed\"," EMPTY ",\"next\":\"\",\"has_more\":false,\"server_time\":1}", "/next"},
        {"{\"phase\":\"feed\"," EMPTY ",\"hybrid_time\":9007199254740992," REST "}", "/hybrid_time"},
        {"{\"phase\":\"feed\"," EMPTY ",\"progress\":{\"done\":1}," REST "}", "/progress/total"},
        {"{\"phase\":\"feed\",\"suppressions\":[{\"tar_username\":\"Upper\"}]}", "/suppressions/0/tar_username"},
        {"{\"phase\":\"feed\",\"suppressions\":[],\"operators\":[],\"actors\":[],\"targets\":[{"
         "\"tar_id\":\"TAR-0000000a\",\"tar_username\":\"a\",\"tar_status\":\"Warm\",\"last_updated\":1,"
         "\"email_state\":\"Found\"}]}",
         "/targets/0/email"},
        {"{\"phase\":\"feed\",\"suppressions\":[],\"operators\":[],\"actors\":[],\"targets\":[7]}", "/targets/0"},
        {"{\"phase\":\"feed\"," EMPTY ",\"goals\":[]," REST "}", "/rules"},
        {"{\"phase\":\"feed\"," EMPTY ",\"rules\":[]," REST "}", "/goals"},
        {"{\"phase\":\"feed\"," EMPTY ",\"rules\":[],\"goals\":[" GOAL_BEGIN "0" GOAL_END "]," REST "}",
         "/goals/0/target_value"},
        {"{\"phase\":\"feed\"," EMPTY ",\"rules\":[],\"goals\":[" GOAL_BEGIN "9007199254740992" GOAL_END "]," REST "}",
         "/goals/0/target_value"},
        {"{\"phase\":\"feed\"," EMPTY ",\"rules\":[],\"goals\":[{\"goal_id\":\"RUL-00000001\"}]," REST "}",
         "/goals/0/goal_id"},
        {"{\"phase\":\"feed\"," EMPTY ",\"goals\":[],\"rules\":[" RULE_BEGIN "\"\"" RULE_END "]," REST "}",
         "/rules/0/severity"},
        {"{\"phase\":\"feed\"," EMPTY ",\"goals\":[],\"rules\":[{\"rule_id\":\"RUL-00000001\",\"type\":\"" NAME_TOO_LONG
         "\"}]," REST "}",
         "/rules/0/type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_pull_page page = {.server_time = 99};
        struct ic_err err;
        assert_int_equal(decode(state, ic_str_from(cases[i].text), &page, &err), IC_INVALID);
        assert_string_equal(err.field, cases[i].field);
        assert_int_equal(page.server_time, 99);
    }
}

static void test_more_rows_than_a_page_holds_are_refused(void **state)
{
    struct ic_pull_page page = full(), back;
    struct ic_err err;
    page.aliases_count = IC_LIMIT_PULL_ROWS_MAX + 1;
    page.aliases = ic_arena_alloc_array(*state, page.aliases_count, sizeof *page.aliases);
    for (size_t i = 0; i < page.aliases_count; i++) {
        page.aliases[i] = (struct ic_pulled_alias){{"old.name"}, {"TAR-0000000b"}};
    }
    assert_int_equal(decode(state, encode(state, &page), &back, &err), IC_INVALID);
    assert_string_equal(err.field, "/aliases");
    page.aliases_count--;
    assert_int_equal(decode(state, encode(state, &page), &back, &err), IC_OK);
}

/* Bytes by which a page grows when a row is added to it. */
static size_t growth(void **state, const struct ic_pull_page *without, const struct ic_pull_page *with)
{
    return encode(state, with).size - encode(state, without).size;
}

static void test_a_row_never_takes_more_bytes_than_were_counted(void **state)
{
    static char control[IC_LIMIT_NOTES_CHARACTERS_MAX + 1];
    memset(control, 1, IC_LIMIT_NOTES_CHARACTERS_MAX);
    struct ic_pulled_target target = {
        .tar_id = {"TAR-0000000a"},
        .tar_username = {"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"},
        .tar_status = IC_TARGET_STATUS_TABLETURNERR_CLIENT,
        .has_stage = true,
        .stage = IC_TARGET_STATUS_TABLETURNERR_CLIENT,
        .merged_into = {"TAR-0000000b"},
        .first_contacted = INT64_C(253402300799999),
        .last_updated = INT64_C(253402300799999),
        .notes = {control, IC_LIMIT_NOTES_CHARACTERS_MAX},
        .email = {IC_CONTACT_STATE_NOT_SEARCHED, {control, IC_LIMIT_EMAIL_CHARACTERS_MAX}},
        .phone_num = {IC_CONTACT_STATE_NOT_SEARCHED, {control, IC_LIMIT_PHONE_NUM_CHARACTERS_MAX}},
        .cont_source = {IC_CONTACT_STATE_NOT_SEARCHED, {control, IC_LIMIT_CONT_SOURCE_CHARACTERS_MAX}},
    };
    struct ic_pulled_suppression suppression = {
        .tar_username = target.tar_username,
        .reason = {control, IC_LIMIT_REASON_CHARACTERS_MAX},
        .opr_id = {"OPR-00000001"},
        .changed_at = target.last_updated,
    };
    struct ic_pulled_operator person = {
        .opr_id = {"OPR-00000001"},
        .opr_name = {control, IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX},
        .last_activity = target.last_updated,
    };
    struct ic_pulled_outreach outreach = {
        {"ELG-0000000001"}, {"OPR-00000001"}, {"ACT-00000001"}, {"TAR-0000000a"}, target.last_updated};
    struct ic_pulled_goal goal = {
        .goal_id = {"GOL-00000001"},
        .metric = IC_STR("Unique Profiles Contacted"),
        .target_value = INT64_C(9007199254740991),
        .frequency = IC_STR("Monthly"),
        .assigned_to_opr = {"OPR-00000001"},
        .assigned_to_act = {"ACT-00000001"},
        .status = IC_STR("Pending Suggestion"),
        .suggested_by = {"OPR-00000001"},
        .created_at = target.last_updated,
        .start_date = target.last_updated,
        .end_date = target.last_updated,
    };
    struct ic_pulled_rule rule = {
        .rule_id = {"RUL-00000001"},
        .type = IC_STR("Interval Spacing"),
        .metric = goal.metric,
        .limit_value = goal.target_value,
        .time_window_sec = goal.target_value,
        .severity = {control, IC_LIMIT_SEVERITY_CHARACTERS_MAX},
        .assigned_to_opr = goal.assigned_to_opr,
        .assigned_to_act = goal.assigned_to_act,
        .status = goal.status,
        .suggested_by = goal.suggested_by,
        .created_at = goal.created_at,
    };
    struct ic_pull_page without = {.next = IC_STR("a"), .has_goals_and_rules = true}, with = without;
    with.targets = &target;
    with.targets_count = 1;
    assert_true(growth(state, &without, &with) <= ic_pulled_target_bytes(&target));
    assert_true(ic_pulled_target_bytes(&target) <= IC_PULLED_TARGET_BYTES_MAX);
    with = without;
    with.suppressions = &suppression;
    with.suppressions_count = 1;
    assert_true(growth(state, &without, &with) <= ic_pulled_suppression_bytes(&suppression));
    with = without;
    with.operators = &person;
    with.operators_count = 1;
    assert_true(growth(state, &without, &with) <= ic_pulled_operator_bytes(&person));
    with = without;
    with.outreach = &outreach;
    with.outreach_count = 1;
    assert_true(growth(state, &without, &with) <= IC_PULLED_SMALL_BYTES_MAX);
    with = without;
    with.goals = &goal;
    with.goals_count = 1;
    assert_true(growth(state, &without, &with) <= IC_PULLED_GOAL_BYTES_MAX);
    with = without;
    with.rules = &rule;
    with.rules_count = 1;
    assert_true(growth(state, &without, &with) <= ic_pulled_rule_bytes(&rule));
    assert_true(ic_pulled_rule_bytes(&rule) <= IC_PULLED_RULE_BYTES_MAX);
    assert_true(encode(state, &without).size <= IC_PULL_PAGE_FRAME_BYTES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_page_comes_back_as_it_was_told, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_an_older_servers_page_has_no_goals_and_rules_and_one_for_an_older_desktop_neither, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_of_a_newer_servers_goals_and_rules_are_kept_as_they_are, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_a_newer_server_adds_is_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_page_that_breaks_the_contract_is_refused_and_the_field_named, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_more_rows_than_a_page_holds_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_row_never_takes_more_bytes_than_were_counted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
