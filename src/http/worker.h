/* Threads that run what may block.
 *
 * Promises: jobs run in the order they came, each once; a full queue refuses at once; close returns after every job
 * that was taken has run.
 * Memory: a job is its submitter's and must live until it has run. Threads: submit from any. */
#ifndef IC_HTTP_WORKER_H
#define IC_HTTP_WORKER_H

#include "base/err.h"

enum { IC_WORKER_QUEUE_MAX = 1024 }; /* A second of work for eight workers that need 8 ms each. */

struct ic_worker_job {
    struct ic_worker_job *next;
    void (*run)(struct ic_worker_job *job);
};

struct ic_worker_pool;

/* Starts `count` threads; NULL when memory or threads ran out. */
struct ic_worker_pool *ic_worker_pool_create(int count, int queue_max);

/* False when `queue_max` jobs wait already or the pool is closed. */
IC_NODISCARD bool ic_worker_pool_submit(struct ic_worker_pool *pool, struct ic_worker_job *job);

/* Refuses new jobs, runs what is queued and ends the threads; the pool can still be asked. NULL is accepted. */
void ic_worker_pool_close(struct ic_worker_pool *pool);

/* Closes and frees; NULL is accepted. */
void ic_worker_pool_destroy(struct ic_worker_pool *pool);

#endif
