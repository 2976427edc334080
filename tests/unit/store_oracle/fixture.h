/* The driver on a double of the driver manager (odbc_double.h), which does what no real one does when it is told.
 *
 * Promises: every test begins with a double that behaves, and with the environment of a user; `*state` is the double's
 * behaviour. A program that hangs ends after FIXTURE_SECONDS_MAX. Memory: the fixture's. Threads: one. */
#ifndef IC_TESTS_STORE_ORACLE_FIXTURE_H
#define IC_TESTS_STORE_ORACLE_FIXTURE_H

#include "odbc_double.h"
#include "store/oracle/connection.h"
#include "store/oracle/line.h"
#include "store/oracle/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    FIXTURE_SECONDS_MAX = 120,
    FIXTURE_SHORT_MS = 500, /* The bound of a call that a test wants to see run out. */
    FIXTURE_MOMENT_MS = 20,
    FIXTURE_PATIENCE_MS = 20000,
};

int fixture_begin(void **state);
int fixture_end(void **state);

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, fixture_begin, fixture_end)

/* The database that the environment names; it must do well. The caller destroys it. */
struct ic_database *fixture_database(void);

/* Opens a connection to it, with that bound of each call. */
enum ic_rc fixture_try(int call_ms_max, struct ic_connection **ret_connection, struct ic_err *err);

/* As that; it must do well. */
struct ic_connection *fixture_open(int call_ms_max);

/* Waits until the count is so; fails the test when that takes too long. */
void fixture_await(atomic_int *count, int wanted);

#endif
