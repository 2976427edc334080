/* The values of one run of a statement, or of many runs at once, as ODBC takes them: a column of texts for each
 * parameter. Whole numbers are written out, because Oracle's driver knows none of 64 bits.
 *
 * Promises: a batch holds copies, so that it may outlive what it was filled from. It holds at most
 * IC_ORACLE_BATCH_ROWS_MAX rows and IC_ORACLE_BATCH_SIZE_MAX bytes, unless one row alone is larger; a row with a text
 * that no VARCHAR2 takes is alone. Memory: its own, kept for the next filling. Threads: one at a time. */
#ifndef IC_STORE_ORACLE_BATCH_H
#define IC_STORE_ORACLE_BATCH_H

#include "store/driver.h"
#include "store/oracle/odbc_abi.h"

enum {
    IC_ORACLE_PARAMETERS_MAX = 32,
    IC_ORACLE_BATCH_ROWS_MAX = 500,
    IC_ORACLE_BATCH_SIZE_MAX = 1 << 20,
    IC_ORACLE_VARCHAR_SIZE_MAX = 4000, /* Bytes. */
};

/* What all rows have at one parameter. */
struct ic_oracle_column {
    bool is_number; /* All of them, but for NULLs. */
    bool is_long;   /* The one row's text is too long for a VARCHAR2. */
    size_t stride;  /* From one text to the next; no text is longer. */
    char *texts;
    ic_odbc_len *sizes; /* IC_ODBC_NULL_DATA: NULL; of a long text, that it follows. */
};

struct ic_oracle_batch {
    size_t row_count;
    int column_count;
    struct ic_oracle_column columns[IC_ORACLE_PARAMETERS_MAX];
    ic_odbc_usmall *statuses; /* For the driver to say what became of each row. */
    char *memory;
    size_t room;
};

/* How many of the rows belong into the next batch; at least 1. Rows are `width` values each. */
size_t ic_oracle_batch_count(const struct ic_value *values, size_t width, size_t row_count);

/* Fills it anew; false when there is no memory. */
IC_NODISCARD bool ic_oracle_batch_fill(struct ic_oracle_batch *batch, const struct ic_value *values, size_t width,
                                       size_t row_count);

void ic_oracle_batch_release(struct ic_oracle_batch *batch);

#endif
