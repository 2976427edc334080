/* What is bound to a statement, with a text of no bytes for what it is to Oracle: NULL.
 *
 * Promises: what the caller bound is read when the statement runs, as ODBC has it, and never changed. Parameters are
 * bound by columns. Memory: parameters_release. Threads: the statement's. */
#ifndef IC_TESTS_ORACLE_PARAMETERS_H
#define IC_TESTS_ORACLE_PARAMETERS_H

#include "manager.h"

#include <stdbool.h>
#include <stddef.h>

struct parameter {
    bool is_bound;
    SQLSMALLINT direction;
    SQLSMALLINT c_type;
    SQLSMALLINT sql_type;
    SQLULEN column_size;
    SQLSMALLINT digits;
    SQLPOINTER value;
    SQLLEN room;
    SQLLEN *sizes; /* The caller's. */
    SQLLEN *own;   /* What the driver manager is given instead. */
};

struct parameters {
    struct parameter *all;
    size_t count;
    size_t row_count;  /* 0: 1. */
    bool was_put;      /* Something of the text that is being put. */
    bool is_put_empty; /* Nothing of it, though it was begun. */
};

void parameters_release(struct parameters *parameters);

/* Remembers what is bound at a position, from 1; false when there is no memory. */
bool parameters_bind(struct parameters *parameters, size_t position, const struct parameter *parameter);

/* Binds them all for a run. */
SQLRETURN parameters_apply(struct parameters *parameters, SQLHSTMT real);

#endif
