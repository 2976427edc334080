#include "sync/moves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LINE_SIZE = 512 };

/* The rows of the page's table, one line each. */
static FILE *open_table(void)
{
    char line[LINE_SIZE];
    FILE *page = fopen(IC_SYNC_PAGE, "r");
    assert_non_null(page);
    while (fgets(line, sizeof line, page)) {
        if (strcmp(line, "## States of an operation\n") == 0) {
            assert_non_null(fgets(line, sizeof line, page)); /* An empty line, the heads, the rule. */
            assert_non_null(fgets(line, sizeof line, page));
            assert_string_equal(line, "| from | by | to | on the desktop's disk |\n");
            assert_non_null(fgets(line, sizeof line, page));
            return page;
        }
    }
    fail_msg("The page has no such table.");
    return NULL;
}

static void test_the_table_is_the_pages_row_by_row(void **state)
{
    (void)state;
    char line[LINE_SIZE], expected[LINE_SIZE];
    FILE *page = open_table();
    for (int i = 0; i < IC_MOVE_COUNT; i++) {
        const struct ic_move *move = ic_move_get((enum ic_operation_move)i);
        int size = snprintf(expected, sizeof expected, "| %s | %s | %s |", ic_operation_state_name(move->from),
                            move->by, ic_operation_state_name(move->to));
        assert_non_null(fgets(line, sizeof line, page));
        line[size] = '\0';
        assert_string_equal(line, expected);
    }
    assert_non_null(fgets(line, sizeof line, page));
    assert_string_equal(line, "\n");
    fclose(page);
}

static void test_a_move_from_another_state_is_refused(void **state)
{
    (void)state;
    static const enum ic_operation_state states[] = {IC_STATE_NONE, IC_STATE_PENDING, IC_STATE_ACKNOWLEDGED,
                                                     IC_STATE_REJECTED};
    for (int i = 0; i < IC_MOVE_COUNT; i++) {
        const struct ic_move *move = ic_move_get((enum ic_operation_move)i);
        for (size_t j = 0; j < sizeof states / sizeof states[0]; j++) {
            enum ic_operation_state to = IC_STATE_NONE;
            bool moved = ic_move_apply(states[j], (enum ic_operation_move)i, &to);
            assert_int_equal(moved, states[j] == move->from);
            assert_int_equal(to, moved ? move->to : IC_STATE_NONE);
        }
    }
}

static void test_nothing_leaves_the_ledger_that_the_server_has_not_taken_and_no_person_dismissed(void **state)
{
    (void)state;
    for (int i = 0; i < IC_MOVE_COUNT; i++) {
        const struct ic_move *move = ic_move_get((enum ic_operation_move)i);
        assert_true(move->to != IC_STATE_NONE || move->from == IC_STATE_ACKNOWLEDGED || i == IC_MOVE_DISMISS);
    }
}

static void test_a_name_is_a_state_and_back(void **state)
{
    (void)state;
    enum ic_operation_state parsed;
    assert_true(ic_operation_state_parse(IC_STR("rejected"), &parsed));
    assert_int_equal(parsed, IC_STATE_REJECTED);
    assert_string_equal(ic_operation_state_name(IC_STATE_ACKNOWLEDGED), "acknowledged");
    assert_false(ic_operation_state_parse(IC_STR("lost"), &parsed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_the_pages_row_by_row),
        cmocka_unit_test(test_a_move_from_another_state_is_refused),
        cmocka_unit_test(test_nothing_leaves_the_ledger_that_the_server_has_not_taken_and_no_person_dismissed),
        cmocka_unit_test(test_a_name_is_a_state_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
