#include "site.h"

#include "api/routes.h"
#include "bench.h"
#include "http/server.h"
#include "reference.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOPS = 2, WORKERS = 8 }; /* As instacrm serve has. */
enum { KIB_PER_MIB = 1024, REQUESTS_PER_S = 1000000 /* Nobody is slowed down. */ };

/* The child's whole life. */
static void serve(const struct ic_bench_engine *engine, const char *at, const char *database, int said_fd, int end_fd)
{
    static const char *const no_more_hosts[] = {NULL};
    static struct ic_service service;
    struct ic_clock clock = ic_reference_clock();
    struct ic_rand rand = ic_rand_system();
    struct ic_err err = IC_ERR_NONE;
    struct ic_store *store;
    struct ic_http_server *server;
    char none;
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    ic_bench_must(sigaction(SIGPIPE, &ignore, NULL) == 0, "a signal cannot be ignored");
    ic_bench_ok(engine->open(at, database, false, WORKERS, &clock, &store, &err), &err);
    ic_service_init(&service, store, &clock, &rand);
    ic_pace_set(&service.requests, REQUESTS_PER_S);
    const struct ic_http_server_options options = {
        .listen = "127.0.0.1:0",
        .loops = LOOPS,
        .workers = WORKERS,
        .hosts = no_more_hosts,
        .router = ic_api_router(&service),
        .feeds = {[IC_API_FEED_OF_BROWSERS] = ic_api_feed(&service),
                  [IC_API_FEED_OF_DEVICES] = ic_api_feed_of_devices(&service)},
        .clock = clock,
        .rand = rand,
    };
    ic_bench_ok(ic_http_server_create(&options, &server, &err), &err);
    const char *url = ic_http_server_url(server);
    int port = (int)strtol(strrchr(url, ':') + 1, NULL, 10);
    ic_bench_must(write(said_fd, &port, sizeof port) == sizeof port, "nobody waits for the server");
    (void)!read(end_fd, &none, 1); /* Until the other end is closed. */
    ic_http_server_destroy(server);
    ic_store_destroy(store);
    ic_service_release(&service);
}

void ic_site_start(const struct ic_bench_engine *engine, const char *at, const char *database, struct ic_site *ret_site)
{
    int said[2];
    int end[2];
    ic_bench_must(pipe(said) == 0 && pipe(end) == 0, "there is no pipe");
    (void)fflush(NULL); /* What waits to be written is written once. */
    pid_t pid = fork();
    ic_bench_must(pid >= 0, "there is no process");
    if (pid == 0) {
        (void)close(said[0]);
        (void)close(end[1]);
        serve(engine, at, database, said[1], end[0]);
        _exit(0);
    }
    (void)close(said[1]);
    (void)close(end[0]);
    *ret_site = (struct ic_site){.pid = pid, .end_fd = end[1]};
    ic_bench_must(read(said[0], &ret_site->port, sizeof ret_site->port) == sizeof ret_site->port,
                  "the server did not start");
    (void)close(said[0]);
}

void ic_site_end(struct ic_site *site)
{
    int status;
    (void)close(site->end_fd);
    ic_bench_must(waitpid(site->pid, &status, 0) == site->pid && status == 0, "the server did not end well");
}

double ic_site_memory_mib(const struct ic_site *site)
{
    char path[PATH_MAX];
    char line[256];
    double kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)site->pid);
    FILE *file = fopen(path, "r");
    ic_bench_must(file, path);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kib = strtod(line + 6, NULL);
        }
    }
    (void)fclose(file);
    return kib / KIB_PER_MIB;
}
