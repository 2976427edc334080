#include "gate.h"

#include "engine.h"

#include <time.h>

void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->open_count++;
    pthread_cond_broadcast(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}

bool gate_wait(struct gate *gate, int count)
{
    struct timespec deadline;
    (void)clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += GATE_WAIT_S;
    int failure = 0;
    pthread_mutex_lock(&gate->lock);
    while (gate->open_count < count && !failure) {
        failure = pthread_cond_timedwait(&gate->opened, &gate->lock, &deadline);
    }
    bool is_open = gate->open_count >= count;
    pthread_mutex_unlock(&gate->lock);
    return is_open;
}

pthread_t thread_start(void *(*run)(void *context), void *context)
{
    pthread_t thread;
    must(pthread_create(&thread, NULL, run, context) == 0, "a thread starts");
    return thread;
}

void thread_join(pthread_t thread)
{
    must(pthread_join(thread, NULL) == 0, "a thread ends");
}

void threads_run(void *(*run)(void *context), void *contexts, size_t context_size)
{
    pthread_t threads[THREAD_COUNT];
    for (size_t i = 0; i < THREAD_COUNT; i++) {
        threads[i] = thread_start(run, (char *)contexts + i * context_size);
    }
    for (size_t i = 0; i < THREAD_COUNT; i++) {
        thread_join(threads[i]);
    }
}
