/* A push of a desktop's as the tests do harm to it: three messages with op_ids of their own, which may be sent again
 * and again. */
#ifndef IC_TESTS_CONFORMANCE_PUSHES_H
#define IC_TESTS_CONFORMANCE_PUSHES_H

#include "fixture.h"

enum { PUSH_COUNT = 3 };

struct push {
    struct ic_store *store;
    struct ic_outreach outreach[PUSH_COUNT];
    /* What came of it. */
    enum ic_rc rc;
    struct ic_err err;
    int64_t took_ms;
};

/* `number` makes the targets its own. */
void push_init(struct push *push, struct ic_store *store, const struct ic_id *owner, int number);

/* As a write's function with a struct push: writes what is not there yet. */
enum ic_rc push_write(struct ic_store_tx *tx, void *context, struct ic_err *err);

/* Pushes once and keeps what came of it; may be a thread. */
void *push_run(void *context);

/* How many of its messages the database has, each of them once. */
int push_count_kept(struct ic_store *store, const struct push *push);

#endif
