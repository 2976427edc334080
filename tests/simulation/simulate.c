/* Runs the simulation (docs/simulation.md).
 *
 *     simulate [--seeds N] [--base K] [--jobs J] [--until-failure] [--trace SEED]
 *
 * Runs the seeds K to K + N - 1, J at a time. A seed that fails is shrunk, and what happens then is told line by line;
 * the last line is "N seeds, N failures". With --until-failure it stops at the first one and does not shrink it. With
 * --trace it runs one seed and tells all that happens. */
#include "base/log.h"
#include "shrink.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    JOBS_COUNT_MAX = 64,
    FAILURES_SHRUNK_MAX = 3,
    REPLAYED_EVERY = 20, /* Of so many seeds one is run twice, and has to do the same. */
};

struct options {
    uint64_t base;
    uint64_t seeds_count;
    int jobs_count;
    bool until_failure;
    bool is_trace;
    uint64_t traced;
};

/* What a worker says of a seed: that it begins, and how it ended. */
struct report {
    uint64_t seed;
    bool has_ended;
    struct outcome outcome;
};

struct worker {
    pid_t pid;
    int fd;
    uint64_t seed; /* That it runs. */
    uint64_t first;
    bool runs_seed;
};

static bool parse_number(const char *text, uint64_t *ret_number)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno || *end || end == text) {
        return false;
    }
    *ret_number = number;
    return true;
}

static int usage(void)
{
    (void)fputs("usage: simulate [--seeds N] [--base K] [--jobs J] [--until-failure] [--trace SEED]\n", stderr);
    return 2;
}

static bool parse(int argc, char **argv, struct options *options)
{
    uint64_t jobs = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--until-failure") == 0) {
            options->until_failure = true;
            continue;
        }
        bool is_good =
            (strcmp(argv[i], "--seeds") == 0 && parse_number(value, &options->seeds_count)) ||
            (strcmp(argv[i], "--base") == 0 && parse_number(value, &options->base)) ||
            (strcmp(argv[i], "--jobs") == 0 && parse_number(value, &jobs) && jobs > 0 && jobs <= JOBS_COUNT_MAX) ||
            (strcmp(argv[i], "--trace") == 0 && parse_number(value, &options->traced));
        if (!is_good) {
            return false;
        }
        options->is_trace |= strcmp(argv[i], "--trace") == 0;
        i++;
    }
    options->jobs_count = jobs > 0 ? (int)jobs : options->jobs_count;
    return true;
}

/* ---- Workers. ---- */

static void run_seed(uint64_t seed, struct outcome *ret_outcome)
{
    struct plan plan;
    plan_draw(&plan, seed);
    world_run(&plan, NULL, ret_outcome);
    if (seed % REPLAYED_EVERY == 0 && !ret_outcome->failure.claim[0]) {
        struct outcome again;
        world_run(&plan, NULL, &again);
        if (again.digest != ret_outcome->digest) {
            (void)snprintf(ret_outcome->failure.claim, CLAIM_SIZE, "a seed replays exactly");
            (void)snprintf(ret_outcome->failure.words, WORDS_SIZE, "The digests are %016" PRIx64 " and %016" PRIx64 ".",
                           ret_outcome->digest, again.digest);
        }
    }
    plan_release(&plan);
}

static void say(int fd, const struct report *report)
{
    if (write(fd, report, sizeof *report) != (ssize_t)sizeof *report) {
        _exit(3);
    }
}

static void start_worker(const struct options *options, struct worker *worker)
{
    int ends[2];
    if (pipe(ends)) {
        abort();
    }
    (void)fflush(NULL);
    worker->pid = fork();
    if (worker->pid < 0) {
        abort();
    }
    if (worker->pid == 0) {
        (void)close(ends[0]);
        uint64_t end = options->base + options->seeds_count;
        for (uint64_t seed = worker->first; seed < end; seed += (uint64_t)options->jobs_count) {
            struct report report = {.seed = seed};
            say(ends[1], &report);
            run_seed(seed, &report.outcome);
            report.has_ended = true;
            say(ends[1], &report);
        }
        _exit(0);
    }
    (void)close(ends[1]);
    worker->fd = ends[0];
    worker->runs_seed = false;
}

/* ---- What is said of a failure. ---- */

static void tell_failure(const struct options *options, uint64_t seed, const struct failure *failure, int number)
{
    (void)printf("seed %" PRIu64 ": FAILED: %s: %s\n", seed, failure->claim, failure->words);
    if (options->until_failure || number > FAILURES_SHRUNK_MAX) {
        return;
    }
    struct plan plan;
    struct outcome outcome;
    plan_draw(&plan, seed);
    size_t before = plan.count;
    shrink(&plan, failure);
    (void)printf("seed %" PRIu64 ", shrunk from %zu steps to %zu:\n", seed, before, plan.count);
    shrink_try(&plan, stdout, &outcome);
    (void)printf("The whole run: make simulate TRACE=%" PRIu64 "\n", seed);
    plan_release(&plan);
}

struct tally {
    uint64_t ended_count;
    int failures_count;
    uint64_t digest; /* Of all runs, in whatever order they ended. */
};

static void take_report(const struct options *options, const struct report *report, struct tally *tally)
{
    tally->ended_count++;
    tally->digest ^= report->outcome.digest + report->seed;
    if (report->outcome.failure.claim[0]) {
        tally->failures_count++;
        tell_failure(options, report->seed, &report->outcome.failure, tally->failures_count);
    }
}

/* A worker has no more to say: it is through, or it has died of a seed. */
static void take_end(const struct options *options, struct worker *worker, struct tally *tally)
{
    (void)close(worker->fd);
    worker->fd = -1;
    int status = 0;
    (void)waitpid(worker->pid, &status, 0);
    if (!worker->runs_seed) {
        return;
    }
    struct report report = {.seed = worker->seed, .outcome.failure.claim = "the program does not end badly"};
    (void)snprintf(report.outcome.failure.words, WORDS_SIZE, "It ended with %s %d.",
                   WIFSIGNALED(status) ? "signal" : "status",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    take_report(options, &report, tally);
    worker->first = worker->seed + (uint64_t)options->jobs_count;
    start_worker(options, worker);
}

static void listen_to(const struct options *options, struct worker *worker, struct tally *tally)
{
    struct report report;
    ssize_t size = read(worker->fd, &report, sizeof report);
    if (size != (ssize_t)sizeof report) {
        take_end(options, worker, tally);
        return;
    }
    worker->seed = report.seed;
    worker->runs_seed = !report.has_ended;
    if (report.has_ended) {
        take_report(options, &report, tally);
    }
}

static int run_all(const struct options *options)
{
    struct worker workers[JOBS_COUNT_MAX];
    struct tally tally = {0};
    int open_count = options->jobs_count;
    for (int i = 0; i < options->jobs_count; i++) {
        workers[i] = (struct worker){.first = options->base + (uint64_t)i};
        start_worker(options, &workers[i]);
    }
    while (open_count > 0 && !(options->until_failure && tally.failures_count > 0)) {
        struct pollfd polled[JOBS_COUNT_MAX];
        for (int i = 0; i < options->jobs_count; i++) {
            polled[i] = (struct pollfd){.fd = workers[i].fd, .events = POLLIN};
        }
        (void)poll(polled, (nfds_t)options->jobs_count, -1);
        open_count = 0;
        for (int i = 0; i < options->jobs_count; i++) {
            if (polled[i].revents) {
                listen_to(options, &workers[i], &tally);
            }
            open_count += workers[i].fd >= 0;
        }
    }
    for (int i = 0; i < options->jobs_count; i++) {
        if (workers[i].fd >= 0) {
            (void)kill(workers[i].pid, SIGKILL);
            (void)close(workers[i].fd);
            (void)waitpid(workers[i].pid, NULL, 0);
        }
    }
    (void)printf("digest %016" PRIx64 "\n", tally.digest);
    (void)printf("%" PRIu64 " seeds, %d failures\n", tally.ended_count, tally.failures_count);
    return tally.failures_count > 0;
}

static int run_one(uint64_t seed)
{
    struct plan plan;
    struct outcome outcome;
    plan_draw(&plan, seed);
    world_run(&plan, stdout, &outcome);
    plan_release(&plan);
    (void)printf("digest %016" PRIx64 "\n", outcome.digest);
    (void)printf("1 seeds, %d failures\n", outcome.failure.claim[0] != '\0');
    return outcome.failure.claim[0] != '\0';
}

int main(int argc, char **argv)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct options options = {.seeds_count = 500};
    options.jobs_count = cores < 1 ? 1 : cores > JOBS_COUNT_MAX ? JOBS_COUNT_MAX : (int)cores;
    if (!parse(argc, argv, &options)) {
        return usage();
    }
    ic_log_set_level(IC_LOG_NOTHING);
    world_prepare();
    int status = options.is_trace ? run_one(options.traced) : run_all(&options);
    world_end();
    return status;
}
