/* Oracle's text of a statement, turned into one that PostgreSQL with orafce takes.
 *
 * Promises: only words are turned, never what is quoted; comments go. What PostgreSQL would take and Oracle would not
 * is refused, where that is cheap to see; the gate sees the rest. Memory: text_release. Threads: any. */
#ifndef IC_TESTS_ORACLE_TEXTS_H
#define IC_TESTS_ORACLE_TEXTS_H

#include "errors.h"

#include <stddef.h>

enum { WAIT_NONE = -1 };

struct text {
    char *sql;              /* NULL when it is refused. */
    bool commits;           /* It commits what came before it, and itself. */
    bool is_of_transaction; /* It is about the transaction, and no part of it. */
    int wait_s;             /* For a lock; WAIT_NONE. */
    struct failure refused; /* As Oracle would. */
};

/* Turns `size` bytes. False: there is no memory. */
bool text_init(struct text *text, const char *oracle, size_t size);
void text_release(struct text *text);

#endif
