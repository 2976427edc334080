/* Threads of a test: doors that one opens and others wait at, and several threads doing one thing at once.
 *
 * Promises: no wait is longer than GATE_WAIT_S; threads only note what came of their calls, because cmocka's assertions
 * belong to the test's thread. Memory: the caller's. Threads: any. */
#ifndef IC_TESTS_CONFORMANCE_GATE_H
#define IC_TESTS_CONFORMANCE_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum { GATE_WAIT_S = 60, THREAD_COUNT = 8 };

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    int open_count;
};

#define GATE_CLOSED                                            \
    {                                                          \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
    }

/* Opens it once more. */
void gate_open(struct gate *gate);

/* Waits until the gate was opened `count` times; false when that took too long. */
bool gate_wait(struct gate *gate, int count);

/* Starts a thread. */
pthread_t thread_start(void *(*run)(void *context), void *context);
void thread_join(pthread_t thread);

/* Runs THREAD_COUNT threads, each with its own of the contexts, which lie one behind the other. */
void threads_run(void *(*run)(void *context), void *contexts, size_t context_size);

#endif
