/* What a look-up costs on a desktop, within a process that has the ledger open:
 *
 *     bench_look_up FOLDER HANDLE ...
 *
 * Prints the times of ic_look_up for each handle, in milliseconds, as one line of JSON. bench/desktop runs it. */
#include "agent/look_up.h"
#include "agent/ledger_backup.h"
#include "agent/platform.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_SIZE = 4 << 20, USAGE = 2 };

static double time_one(struct ic_ledger *ledger, struct ic_arena *arena, const char *text)
{
    struct ic_handle handle;
    struct ic_look_up found;
    struct ic_err err = IC_ERR_NONE;
    ic_bench_must(ic_handle_parse(ic_str_from(text), &handle), "a handle is not one");
    double began_s = ic_bench_now_s();
    ic_bench_ok(ic_look_up(ledger, &handle, arena, &found, &err), &err);
    double took_s = ic_bench_now_s() - began_s;
    ic_bench_must(found.is_target, "a handle is nobody's in this replica");
    ic_arena_reset(arena);
    return took_s;
}

int main(int argc, char **argv)
{
    struct ic_path path;
    struct ic_folder folder;
    struct ic_ledger *ledger;
    struct ic_err err = IC_ERR_NONE;
    struct ic_clock clock = ic_platform_clock();
    if (argc < 3) {
        fputs("bench_look_up FOLDER HANDLE ...\n", stderr);
        return USAGE;
    }
    ic_bench_ok(ic_path_parse(argv[1], &path, &err), &err);
    ic_bench_ok(ic_folder_at(&path, &folder, &err), &err);
    ic_bench_ok(ic_ledger_open(&folder, &clock, false, &ledger, &err), &err);
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    struct ic_samples samples = {.count = 0};
    ic_bench_must(arena != NULL, "there is no memory");
    for (int i = 2; i < argc; i++) {
        ic_samples_add(&samples, time_one(ledger, arena, argv[i]));
    }
    printf("{\"count\":%d,\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n", argc - 2, ic_samples_percentile_ms(&samples, 50),
           ic_samples_percentile_ms(&samples, 99));
    ic_arena_destroy(arena);
    ic_ledger_destroy(ledger);
    return EXIT_SUCCESS;
}
