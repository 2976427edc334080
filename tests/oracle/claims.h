/* What the claims about the stand-in have in common: it, loaded as the driver loads it, connections and statements.
 *
 * Promises: what must go well and does not fails the test. Each test begins with a schema of two empty tables, `guests`
 * and `rooms`, and a connection on which each statement commits itself; what it opens is closed behind it.
 * Memory: static. Threads: a connection belongs to one at a time. */
#ifndef IC_TESTS_ORACLE_CLAIMS_H
#define IC_TESTS_ORACLE_CLAIMS_H

#include "manager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CONNECTIONS_MAX = 4, TOLD_SIZE = 1024 };

struct line {
    SQLHDBC dbc;
    SQLHSTMT stmt; /* One to work with. */
    bool is_open;
};

/* What a call has failed with. */
struct told {
    char state[6];
    SQLINTEGER number;
    char words[TOLD_SIZE];
};

extern struct manager odbc; /* The stand-in's functions. */
extern SQLHENV env;
extern struct line *line; /* The test's connection. */

/* Loads the library that the environment names; false when a function is missing. */
bool claims_load(void);

int claims_begin(void **state);
int claims_end(void **state);
#define claim(function) cmocka_unit_test_setup_teardown(function, claims_begin, claims_end)

/* A text for ODBC, which only reads it, but says that in an old manner. */
SQLCHAR *text_of(const char *text);

/* Another connection, to where ORACLE_CONN_STRING says. */
struct line *line_open(void);
/* Tries one to somewhere else, and keeps why that failed. */
struct told line_fail_to_open(const char *where);

/* From now on statements are of a transaction; and its end. */
void line_use_transactions(struct line *self);
void line_end(struct line *self, SQLSMALLINT how);

/* Runs SQL; it must do well, or fail. */
void run(struct line *self, const char *sql);
struct told fail_to_run(struct line *self, const char *sql);

/* What the last call on a handle has failed with. */
struct told tell(SQLSMALLINT kind, SQLHANDLE handle);

/* The only value of the only row; "NULL" for none. It lives until the next call. */
const char *look(struct line *self, const char *sql);

#endif
