/* A driver manager and driver in one, for what no real one does when it is told: to hang, to lack a function, to know
 * no arrays, to cut texts into odd pieces, to say a password aloud. It is a library of its own, which the driver loads.
 *
 * Promises: every statement that is no SELECT changes a row for each that is bound. `SELECT n pieces` gives one row: n
 * times PIECE. Memory: static. Threads: any; the test sets `behaviour` while no call is under way. */
#ifndef IC_TESTS_STORE_ORACLE_ODBC_DOUBLE_H
#define IC_TESTS_STORE_ORACLE_ODBC_DOUBLE_H

#include <stdatomic.h>
#include <stdbool.h>

enum { DOUBLE_VALUES_SIZE = 1 << 18 };

#define PIECE "\xC3\xA9\xF0\x9F\x8D\x95-" /* It falls apart at odd places. */

struct odbc_behaviour {
    const char *hangs_in; /* The name of a function; NULL: none. */
    bool refuses_logon;   /* And repeats the whole connection string. */
    bool garbles;         /* Texts come back with question marks. */
    bool knows_no_arrays;
    const char *fails;  /* A statement that begins so fails ... */
    int number;         /* ... with this of Oracle's errors, */
    const char *words;  /* ... in these words. */
    atomic_bool let_go; /* Whoever hangs goes on. */
    atomic_int hanging_count;
    atomic_int connected_count;
    atomic_int execution_count;      /* SQLExecute. */
    int timeout_s;                   /* The last SQL_ATTR_QUERY_TIMEOUT. */
    int put_count;                   /* SQLPutData, ... */
    int cut_count;                   /* ... and how often a piece began in the middle of a character. */
    char connected_with[2048];       /* The last connection string. */
    char values[DOUBLE_VALUES_SIZE]; /* What was bound to the first parameter, one behind the other: "a,b,NULL,". */
};

/* In the library. */
struct odbc_behaviour *odbc_behaviour(void);

#endif
