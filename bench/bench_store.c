#include "bench.h"
#include "push.h"
#include <stdio.h>
#include <sys/stat.h>
int main(int argc, char **argv)
{
    static struct ic_figures figures;
    ic_bench_must(argc > 1, "usage");
    if (argc == 2) ic_push_bench(&ic_bench_sqlite, argv[1], &figures);
    else
    ic_push_bench(&ic_bench_postgres, argv[2], &figures);
    ic_figures_write(&figures, "/tmp/bench-store.json");
    return 0;
}
