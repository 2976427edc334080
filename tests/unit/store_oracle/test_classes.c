#include "store/oracle/classes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void test_a_number_of_oracle_has_the_class_that_the_store_acts_on(void **state)
{
    static const struct {
        enum ic_driver_rc rc;
        int numbers[24];
    } cases[] = {
        {IC_DRIVER_CONSTRAINT, {2290, 2291, 2292, 1400, 1407, 1401, 1438, 1461, 12899}},
        {IC_DRIVER_BUSY, {54, 30006, 12516, 12519, 12520, 18, 20, 1013}},
        {IC_DRIVER_RETRY, {60, 8177, 1555}},
        {IC_DRIVER_LOST,
         {3113, 3114, 3135, 12170, 12537, 12541, 12543, 12547, 12571, 1033, 1034, 1089, 1012, 28, 2396, 25408}},
        {IC_DRIVER_FULL, {1653, 1654, 30036, 19809, 1536}},
        {IC_DRIVER_READONLY, {16000, 1456, 1031}},
        {IC_DRIVER_IO, {1110, 1115}},
        {IC_DRIVER_CORRUPT, {1578}},
        {IC_DRIVER_NOMEM, {4030, 4031}},
        {IC_DRIVER_OTHER, {900, 942, 955, 1017, 12154, 99999}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t j = 0; cases[i].numbers[j]; j++) {
            char words[64];
            (void)snprintf(words, sizeof words, "[Oracle][ODBC][Ora]ORA-%05d: words", cases[i].numbers[j]);
            assert_int_equal(ic_oracle_number(7, words), cases[i].numbers[j]);
            assert_int_equal(ic_oracle_class("HY000", cases[i].numbers[j], words), cases[i].rc);
        }
    }
}

static void test_a_taken_key_is_told_from_another_taken_value_by_the_constraints_name(void **state)
{
    static const struct {
        enum ic_driver_rc rc;
        const char *words;
    } cases[] = {
        {IC_DRIVER_PRIMARY_KEY, "ORA-00001: unique constraint (CRM.OPERATORS_PKEY) violated"},
        {IC_DRIVER_PRIMARY_KEY, "ORA-00001: unique constraint (crm.operators_pkey) violated"},
        {IC_DRIVER_PRIMARY_KEY,
         "[Oracle][ODBC][Ora]ORA-00001: unique constraint (CRM.A_PKEY) violated on table CRM.A columns (A_ID)"},
        {IC_DRIVER_PRIMARY_KEY, "(1 row) ORA-00001: unique constraint (CRM.A_PKEY) violated"},
        {IC_DRIVER_UNIQUE, "ORA-00001: unique constraint (CRM.SYS_C0010) violated on table CRM.A columns (A_PKEY)"},
        {IC_DRIVER_UNIQUE, "ORA-00001: unique constraint (CRM.PKEY_OF_A) violated"},
        {IC_DRIVER_UNIQUE, "ORA-00001"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ic_oracle_class("23000", 1, cases[i].words), cases[i].rc);
    }
}

static void test_where_oracle_has_no_number_the_sqlstate_decides(void **state)
{
    static const struct {
        enum ic_driver_rc rc;
        const char *sqlstate;
    } cases[] = {
        {IC_DRIVER_LOST, "08S01"},  {IC_DRIVER_LOST, "08001"},       {IC_DRIVER_LOST, "HYT01"},
        {IC_DRIVER_BUSY, "HYT00"},  {IC_DRIVER_BUSY, "HY008"},       {IC_DRIVER_NOMEM, "HY001"},
        {IC_DRIVER_RETRY, "40001"}, {IC_DRIVER_CONSTRAINT, "23000"}, {IC_DRIVER_CONSTRAINT, "22001"},
        {IC_DRIVER_OTHER, "IM002"}, {IC_DRIVER_OTHER, "42000"},      {IC_DRIVER_OTHER, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ic_oracle_class(cases[i].sqlstate, 0, "words"), cases[i].rc);
    }
}

static void test_a_native_code_counts_only_when_it_is_of_oracles_driver(void **state)
{
    (void)state;
    assert_int_equal(ic_oracle_number(1, "[Oracle][ODBC]something"), 1);
    assert_int_equal(ic_oracle_number(1, "[unixODBC]ERROR: something"), 0);
    assert_int_equal(ic_oracle_number(1, "ORA-something"), 0);
    assert_int_equal(ic_oracle_number(0, "ORA-00054: busy"), 54);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_number_of_oracle_has_the_class_that_the_store_acts_on),
        cmocka_unit_test(test_a_taken_key_is_told_from_another_taken_value_by_the_constraints_name),
        cmocka_unit_test(test_where_oracle_has_no_number_the_sqlstate_decides),
        cmocka_unit_test(test_a_native_code_counts_only_when_it_is_of_oracles_driver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
