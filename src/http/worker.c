#include "http/worker.h"

#include <pthread.h>
#include <stdlib.h>

struct ic_worker_pool {
    pthread_mutex_t lock; /* Guards the queue and is_closed. */
    pthread_cond_t changed;
    struct ic_worker_job *first;
    struct ic_worker_job *last;
    int queued;
    int queue_max;
    bool is_closed;
    int thread_count;
    pthread_t threads[];
};

static struct ic_worker_job *take(struct ic_worker_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (!pool->first && !pool->is_closed) {
        pthread_cond_wait(&pool->changed, &pool->lock);
    }
    struct ic_worker_job *job = pool->first;
    if (job) {
        pool->first = job->next;
        if (!pool->first) {
            pool->last = NULL;
        }
        pool->queued--;
    }
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *work(void *argument)
{
    struct ic_worker_pool *pool = argument;
    struct ic_worker_job *job;
    while ((job = take(pool))) {
        job->run(job);
    }
    return NULL;
}

struct ic_worker_pool *ic_worker_pool_create(int count, int queue_max)
{
    struct ic_worker_pool *pool = calloc(1, sizeof *pool + (size_t)count * sizeof pool->threads[0]);
    if (!pool) {
        return NULL;
    }
    pool->queue_max = queue_max;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    for (int i = 0; i < count; i++) {
        if (pthread_create(&pool->threads[i], NULL, work, pool) != 0) {
            ic_worker_pool_destroy(pool);
            return NULL;
        }
        pool->thread_count++;
    }
    return pool;
}

bool ic_worker_pool_submit(struct ic_worker_pool *pool, struct ic_worker_job *job)
{
    pthread_mutex_lock(&pool->lock);
    bool is_taken = !pool->is_closed && pool->queued < pool->queue_max;
    if (is_taken) {
        job->next = NULL;
        if (pool->last) {
            pool->last->next = job;
        } else {
            pool->first = job;
        }
        pool->last = job;
        pool->queued++;
        pthread_cond_signal(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
    return is_taken;
}

void ic_worker_pool_close(struct ic_worker_pool *pool)
{
    if (!pool) {
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->is_closed = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->thread_count; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    pool->thread_count = 0;
}

void ic_worker_pool_destroy(struct ic_worker_pool *pool)
{
    if (!pool) {
        return;
    }
    ic_worker_pool_close(pool);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
