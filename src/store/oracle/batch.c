#include "store/oracle/batch.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 24 /* An int64 as text. */ };

static size_t size_of(const struct ic_value *value)
{
    switch (value->kind) {
    case IC_VALUE_TEXT:
        return value->text.size;
    case IC_VALUE_INT64:
        return NUMBER_SIZE;
    case IC_VALUE_NULL:
        break;
    }
    return 0;
}

static bool is_long(const struct ic_value *value)
{
    return size_of(value) > IC_ORACLE_VARCHAR_SIZE_MAX;
}

size_t ic_oracle_batch_count(const struct ic_value *values, size_t width, size_t row_count)
{
    assert(width <= IC_ORACLE_PARAMETERS_MAX && row_count > 0);
    size_t strides[IC_ORACLE_PARAMETERS_MAX] = {0};
    size_t most = row_count < IC_ORACLE_BATCH_ROWS_MAX ? row_count : IC_ORACLE_BATCH_ROWS_MAX;
    for (size_t row = 0; row < most; row++) {
        bool has_long = false;
        size_t row_size = 0;
        for (size_t i = 0; i < width; i++) {
            const struct ic_value *value = &values[row * width + i];
            has_long |= is_long(value);
            strides[i] = size_of(value) > strides[i] ? size_of(value) : strides[i];
            row_size += strides[i] + sizeof(ic_odbc_len);
        }
        if (has_long || row_size * (row + 1) > IC_ORACLE_BATCH_SIZE_MAX) {
            return row > 0 ? row : 1;
        }
    }
    return most;
}

static void measure(struct ic_oracle_column *column, const struct ic_value *values, size_t width, size_t row_count)
{
    bool has_text = false;
    bool has_number = false;
    *column = (struct ic_oracle_column){.stride = 1}; /* ODBC takes no buffer of nothing. */
    for (size_t row = 0; row < row_count; row++) {
        const struct ic_value *value = &values[row * width];
        size_t size = size_of(value);
        has_text |= value->kind == IC_VALUE_TEXT && size > 0;
        has_number |= value->kind == IC_VALUE_INT64;
        column->is_long |= is_long(value);
        column->stride = size > column->stride ? size : column->stride;
    }
    column->is_number = has_number && !has_text;
}

static void put(struct ic_oracle_column *column, size_t row, const struct ic_value *value)
{
    char *text = column->texts + row * column->stride;
    switch (value->kind) {
    case IC_VALUE_TEXT:
        if (value->text.size > 0) {
            memcpy(text, value->text.data, value->text.size);
            ic_odbc_len size = (ic_odbc_len)value->text.size;
            column->sizes[row] = column->is_long ? IC_ODBC_LEN_DATA_AT_EXEC_OFFSET - size : size;
            return;
        }
        break;
    case IC_VALUE_INT64:
        column->sizes[row] = snprintf(text, NUMBER_SIZE, "%" PRId64, value->int64);
        return;
    case IC_VALUE_NULL:
        break;
    }
    column->sizes[row] = IC_ODBC_NULL_DATA;
}

/* Makes room for so many bytes; what was there is lost. */
static bool have_room(struct ic_oracle_batch *batch, size_t size)
{
    /* One that was needed for a long text is not kept for ever. */
    bool is_too_large = batch->room > 2 * IC_ORACLE_BATCH_SIZE_MAX && size <= IC_ORACLE_BATCH_SIZE_MAX;
    if (batch->room >= size && !is_too_large) {
        return true;
    }
    free(batch->memory);
    batch->memory = malloc(size);
    batch->room = batch->memory ? size : 0;
    return batch->memory != NULL;
}

bool ic_oracle_batch_fill(struct ic_oracle_batch *batch, const struct ic_value *values, size_t width, size_t row_count)
{
    assert(width <= IC_ORACLE_PARAMETERS_MAX);
    size_t sizes_size = row_count * sizeof(ic_odbc_len);
    size_t size = row_count * sizeof *batch->statuses;
    for (size_t i = 0; i < width; i++) {
        measure(&batch->columns[i], values + i, width, row_count);
        size += sizes_size + batch->columns[i].stride * row_count;
    }
    if (!have_room(batch, size)) {
        return false;
    }
    char *at = batch->memory; /* What must be aligned comes first. */
    for (size_t i = 0; i < width; i++, at += sizes_size) {
        batch->columns[i].sizes = (ic_odbc_len *)(void *)at;
    }
    batch->statuses = (ic_odbc_usmall *)(void *)at;
    memset(batch->statuses, 0, row_count * sizeof *batch->statuses);
    at += row_count * sizeof *batch->statuses;
    for (size_t i = 0; i < width; i++) {
        struct ic_oracle_column *column = &batch->columns[i];
        column->texts = at;
        at += column->stride * row_count;
        for (size_t row = 0; row < row_count; row++) {
            put(column, row, &values[row * width + i]);
        }
    }
    batch->row_count = row_count;
    batch->column_count = (int)width;
    return true;
}

void ic_oracle_batch_release(struct ic_oracle_batch *batch)
{
    free(batch->memory);
    *batch = (struct ic_oracle_batch){0};
}
