#include "store/oracle/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ic_value number(int64_t value)
{
    return (struct ic_value){.kind = IC_VALUE_INT64, .int64 = value};
}

static struct ic_value text(const char *data, size_t size)
{
    return (struct ic_value){.kind = IC_VALUE_TEXT, .text = {data, size}};
}

static const struct ic_value null = {.kind = IC_VALUE_NULL};

static void assert_cell(const struct ic_oracle_column *column, size_t row, const char *expected)
{
    assert_int_equal(column->sizes[row], strlen(expected));
    assert_memory_equal(column->texts + row * column->stride, expected, strlen(expected));
}

static void test_rows_become_columns_of_texts(void **state)
{
    (void)state;
    struct ic_oracle_batch batch = {0};
    const struct ic_value rows[] = {
        number(INT64_MIN),
        text("Ana", 3),
        null,
        number(1), /* 1 */
        number(INT64_MAX),
        text("", 0),
        null,
        null, /* 2 */
        null,
        text("Bob", 2),
        null,
        text("2", 1),
    };
    assert_true(ic_oracle_batch_fill(&batch, rows, 4, 3));
    assert_int_equal(batch.row_count, 3);
    assert_cell(&batch.columns[0], 0, "-9223372036854775808");
    assert_cell(&batch.columns[0], 1, "9223372036854775807");
    assert_int_equal(batch.columns[0].sizes[2], IC_ODBC_NULL_DATA);
    assert_true(batch.columns[0].is_number);
    assert_cell(&batch.columns[1], 0, "Ana");
    assert_int_equal(batch.columns[1].sizes[1], IC_ODBC_NULL_DATA); /* The empty text. */
    assert_cell(&batch.columns[1], 2, "Bo");
    assert_int_equal(batch.columns[1].stride, 3);
    assert_false(batch.columns[1].is_number);
    assert_int_equal(batch.columns[2].sizes[1], IC_ODBC_NULL_DATA);
    assert_false(batch.columns[2].is_number);
    assert_false(batch.columns[3].is_number); /* A number goes as a text where others are texts. */
    assert_cell(&batch.columns[3], 0, "1");
    ic_oracle_batch_release(&batch);
}

static void test_a_batch_has_so_many_rows_and_bytes_and_no_row_with_a_long_text_beside_others(void **state)
{
    enum { ROWS = 1200, LONG = IC_ORACLE_VARCHAR_SIZE_MAX + 1 };
    (void)state;
    char *data = calloc(LONG, 1);
    struct ic_value *rows = calloc(ROWS, sizeof *rows);
    memset(data, 'x', LONG);
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = number(1);
    }
    assert_int_equal(ic_oracle_batch_count(rows, 1, ROWS), IC_ORACLE_BATCH_ROWS_MAX);
    assert_int_equal(ic_oracle_batch_count(rows, 1, 7), 7);
    rows[3] = text(data, LONG);
    assert_int_equal(ic_oracle_batch_count(rows, 1, ROWS), 3);
    assert_int_equal(ic_oracle_batch_count(rows + 3, 1, ROWS - 3), 1);
    rows[3] = text(data, LONG - 1); /* All rows get as much room as this one. */
    size_t count = ic_oracle_batch_count(rows, 1, ROWS);
    assert_true(count > 200 && count < IC_ORACLE_BATCH_SIZE_MAX / (LONG - 1) + 1);
    struct ic_oracle_batch batch = {0};
    assert_true(ic_oracle_batch_fill(&batch, rows + 3, 1, 1));
    assert_false(batch.columns[0].is_long);
    rows[3] = text(data, LONG);
    assert_true(ic_oracle_batch_fill(&batch, rows + 3, 1, 1));
    assert_true(batch.columns[0].is_long);
    assert_int_equal(batch.columns[0].sizes[0], IC_ODBC_LEN_DATA_AT_EXEC_OFFSET - LONG);
    ic_oracle_batch_release(&batch);
    free(rows);
    free(data);
}

static void test_the_room_of_a_long_text_is_not_kept_for_ever(void **state)
{
    enum { LONG = 4 * IC_ORACLE_BATCH_SIZE_MAX };
    (void)state;
    char *data = calloc(LONG, 1);
    struct ic_oracle_batch batch = {0};
    struct ic_value value = text(data, LONG);
    assert_true(ic_oracle_batch_fill(&batch, &value, 1, 1));
    assert_true(batch.room > LONG);
    value = number(1);
    assert_true(ic_oracle_batch_fill(&batch, &value, 1, 1));
    assert_true(batch.room < IC_ORACLE_BATCH_SIZE_MAX);
    ic_oracle_batch_release(&batch);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_become_columns_of_texts),
        cmocka_unit_test(test_a_batch_has_so_many_rows_and_bytes_and_no_row_with_a_long_text_beside_others),
        cmocka_unit_test(test_the_room_of_a_long_text_is_not_kept_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
