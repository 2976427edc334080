/* A write or a read that stays inside its function until it is let go, so that others gather behind it. */
#ifndef IC_TESTS_CONFORMANCE_HOLDER_H
#define IC_TESTS_CONFORMANCE_HOLDER_H

#include "gate.h"
#include "store/store.h"

struct holder {
    struct ic_store *store;
    struct gate entered; /* Opened by the function: it has its turn. */
    struct gate leave;   /* Opened by the test. */
    enum ic_rc rc;       /* Of the call, once the thread is joined. */
};

#define HOLDER_OF(of_store)                                                            \
    {                                                                                  \
        .store = (of_store), .entered = GATE_CLOSED, .leave = GATE_CLOSED, .rc = IC_OK \
    }

/* Threads, with a struct holder. */
void *holder_write(void *context);
void *holder_read(void *context);

#endif
