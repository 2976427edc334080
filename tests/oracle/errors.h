/* Failures as Oracle's ODBC driver would tell them.
 *
 * Promises: what the driver manager says of its own (a wrong handle, a call out of turn) stays as it is; all else
 * becomes an ORA number, ORA-00600 where none fits, with PostgreSQL's words in it. Memory: the caller's. Threads: any.
 */
#ifndef IC_TESTS_ORACLE_ERRORS_H
#define IC_TESTS_ORACLE_ERRORS_H

#include <stdbool.h>

enum { STATE_SIZE = 6, WORDS_SIZE = 1024 };

struct failure {
    char state[STATE_SIZE]; /* Empty: there is none. */
    int number;             /* Of ORA-00000; 0: the driver's own. */
    char words[WORDS_SIZE];
};

/* Sets a failure of the database's, of which `words` tell what Oracle's words do. */
void failure_set(struct failure *failure, int number, const char *words);

/* Sets one that Oracle's driver finds by itself. */
void failure_set_own(struct failure *failure, const char *state, const char *words);

/* Turns one that has come up on PostgreSQL; `is_waiting`: in a statement that waits so many seconds for a lock. */
void failure_turn(struct failure *failure, bool is_waiting);

#endif
