/* A PostgreSQL server of the test program's own, and connections to it.
 *
 * Promises: the server runs from fixture_main's begin to its end, in a temporary folder; a guard process removes both,
 * also when the program dies. A program that hangs ends after FIXTURE_SECONDS_MAX. Each test begins with an empty
 * database and an open writer; what it opens and prepares is closed behind it.
 * Memory: the fixture's. Threads: one. */
#ifndef IC_TESTS_STORE_POSTGRES_FIXTURE_H
#define IC_TESTS_STORE_POSTGRES_FIXTURE_H

#include "store/postgres/connection.h"
#include "store/postgres/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    FIXTURE_SECONDS_MAX = 240,
    FIXTURE_SHORT_MS = 1000, /* The bound of a call that a test wants to see run out. */
    FIXTURE_OPENED_MAX = 32,
    FIXTURE_PREPARED_MAX = 32,
};

struct fixture {
    char folder[64];
    char url[160];
    int guard_fd;
    int guard;
    struct ic_connection *writer;
    struct ic_connection *opened[FIXTURE_OPENED_MAX];
    size_t opened_count;
    struct {
        struct ic_statement_text text;
        char name[16];
        struct ic_prepared *prepared;
    } statements[FIXTURE_PREPARED_MAX];
    size_t statement_count;
};

/* Starts the server, runs the tests and removes the server; gives the program's exit status. Where PostgreSQL is not
 * installed, says so and skips them. */
int fixture_main(const char *name, const struct CMUnitTest *tests, size_t test_count);

/* Setup and teardown of a test. */
int fixture_begin(void **state);
int fixture_end(void **state);

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, fixture_begin, fixture_end)

/* Runs tests/postgres with a command about the server; it must do well. */
void fixture_server(struct fixture *fixture, const char *command);

/* Opens a connection; it must do well. */
struct ic_connection *fixture_open(struct fixture *fixture, bool is_writing, int call_ms_max);

/* Closes one before the test's end. */
void fixture_close(struct fixture *fixture, struct ic_connection *connection);

/* Prepares a statement for this test; it must do well. */
struct ic_prepared *fixture_prepare(struct fixture *fixture, struct ic_connection *connection, const char *sql,
                                    int parameter_count);

/* Runs statements; they must do well. */
void fixture_execute(struct ic_connection *connection, const char *sql);

/* The only number that a query gives. */
int64_t fixture_number(struct fixture *fixture, struct ic_connection *connection, const char *sql);

#endif
