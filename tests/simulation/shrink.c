#include "shrink.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads as much as there is of `size` bytes. */
static bool read_all(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    for (size_t done = 0; done < size;) {
        ssize_t got = read(fd, at + done, size - done);
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

void shrink_try(const struct plan *plan, FILE *out, struct outcome *ret_outcome)
{
    int ends[2];
    if (pipe(ends)) {
        abort();
    }
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        abort();
    }
    if (pid == 0) {
        struct outcome outcome;
        world_run(plan, out, &outcome);
        bool is_told = write(ends[1], &outcome, sizeof outcome) == (ssize_t)sizeof outcome;
        (void)fflush(NULL);
        _exit(is_told ? 0 : 2);
    }
    (void)close(ends[1]);
    *ret_outcome = (struct outcome){0};
    bool is_whole = read_all(ends[0], ret_outcome, sizeof *ret_outcome);
    (void)close(ends[0]);
    int status = 0;
    (void)waitpid(pid, &status, 0);
    if (!is_whole) {
        *ret_outcome = (struct outcome){.failure.claim = "the program does not end badly"};
        (void)snprintf(ret_outcome->failure.words, WORDS_SIZE, "It ended with %s %d.",
                       WIFSIGNALED(status) ? "signal" : "status",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

struct shrinking {
    struct plan *plan;
    const struct failure *failure;
    int tries_count;
};

/* Takes the plan over if it fails in the same way. */
static bool take_if_it_fails(struct shrinking *shrinking, struct plan *candidate)
{
    struct outcome outcome;
    shrinking->tries_count++;
    shrink_try(candidate, NULL, &outcome);
    bool is_same = strcmp(outcome.failure.claim, shrinking->failure->claim) == 0;
    if (is_same) {
        struct plan old = *shrinking->plan;
        *shrinking->plan = *candidate;
        *candidate = old;
    }
    return is_same;
}

/* Tries without the steps from `first` on, `count` of them. */
static bool try_without(struct shrinking *shrinking, size_t first, size_t count)
{
    struct plan candidate;
    plan_copy(&candidate, shrinking->plan);
    memmove(&candidate.steps[first], &candidate.steps[first + count],
            (candidate.count - first - count) * sizeof *candidate.steps);
    candidate.count -= count;
    bool is_taken = take_if_it_fails(shrinking, &candidate);
    plan_release(&candidate);
    return is_taken;
}

static void drop_steps(struct shrinking *shrinking)
{
    for (size_t size = shrinking->plan->count / 2; size > 0 && shrinking->tries_count < SHRINK_TRIES_MAX;) {
        bool has_shrunk = false;
        /* From the end: what comes later hangs on what came before. */
        size_t end = shrinking->plan->count;
        while (end > 0 && shrinking->tries_count < SHRINK_TRIES_MAX) {
            size_t count = size < end ? size : end;
            has_shrunk |= try_without(shrinking, end - count, count);
            end -= count;
        }
        size = has_shrunk && size == 1 ? 1 : size / 2;
    }
}

static void drop_places(struct shrinking *shrinking)
{
    struct plan candidate;
    int desks_count = 1;
    for (size_t i = 0; i < shrinking->plan->count; i++) {
        int desk = shrinking->plan->steps[i].desk;
        desks_count = desk >= desks_count && desk < shrinking->plan->desks_count ? desk + 1 : desks_count;
    }
    plan_copy(&candidate, shrinking->plan);
    candidate.desks_count = desks_count;
    (void)take_if_it_fails(shrinking, &candidate);
    plan_release(&candidate);
    plan_copy(&candidate, shrinking->plan);
    candidate.processes_count = 1;
    (void)take_if_it_fails(shrinking, &candidate);
    plan_release(&candidate);
}

void shrink(struct plan *plan, const struct failure *failure)
{
    struct shrinking shrinking = {.plan = plan, .failure = failure};
    drop_steps(&shrinking);
    drop_places(&shrinking);
}
