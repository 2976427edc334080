/* What the store costs: pushes beside bare inserts, lists and searches at any depth, the home page of a young and of an
 * old team, desktops' pulls, the load of the sample data.
 *
 *     bench_store FOLDER [OPTION...] [PART...]
 *
 *     --postgres=FOLDER   measures PostgreSQL, too: the server whose socket is in that folder
 *     --without-older     leaves out the team of ten years (11.5 million events, some 15 GB)
 *     --older-everywhere  loads it into PostgreSQL, too, which takes half an hour
 *     --out=FILE          where the figures go; without it they are only shown
 *     PART                push, demo, lists, home, pull; without one: all
 *
 * bench/README.md says how to read what it prints. */
#include "bench.h"
#include "home.h"
#include "lists.h"
#include "pull.h"
#include "push.h"
#include "reference.h"

#include <stdio.h>
#include <string.h>

enum { ENGINE_COUNT = 2 };

struct settings {
    const char *folder;
    const char *at[ENGINE_COUNT]; /* NULL: the engine is not measured. */
    const char *out;
    bool has_older[ENGINE_COUNT];
    bool has_parts;
    bool push;
    bool demo;
    bool lists;
    bool home;
    bool pull;
};

struct data {
    struct ic_reference reference;
    struct ic_reference older;
};

static const struct ic_bench_engine *const engines[ENGINE_COUNT] = {&ic_bench_sqlite, &ic_bench_postgres};

/* ---- Settings. ---- */

static const char *value_of(const char *argument, const char *option)
{
    size_t size = strlen(option);
    return strncmp(argument, option, size) == 0 && argument[size] != '\0' ? argument + size : NULL;
}

static bool read_part(const char *argument, struct settings *settings)
{
    const struct {
        const char *name;
        bool *is_chosen;
    } parts[] = {{"push", &settings->push},
                 {"demo", &settings->demo},
                 {"lists", &settings->lists},
                 {"home", &settings->home},
                 {"pull", &settings->pull}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(argument, parts[i].name) == 0) {
            *parts[i].is_chosen = true;
            settings->has_parts = true;
            return true;
        }
    }
    return false;
}

static bool read_argument(const char *argument, struct settings *settings)
{
    const char *value;
    if ((value = value_of(argument, "--postgres="))) {
        settings->at[1] = value;
    } else if ((value = value_of(argument, "--out="))) {
        settings->out = value;
    } else if (strcmp(argument, "--without-older") == 0) {
        settings->has_older[0] = false;
    } else if (strcmp(argument, "--older-everywhere") == 0) {
        settings->has_older[1] = true;
    } else if (argument[0] != '-' && !settings->folder) {
        settings->folder = argument;
    } else {
        return read_part(argument, settings);
    }
    return true;
}

static struct settings read_settings(int argc, char **argv)
{
    struct settings settings = {.has_older = {true, false}};
    bool is_good = true;
    for (int i = 1; i < argc; i++) {
        is_good = read_argument(argv[i], &settings) && is_good;
    }
    ic_bench_must(is_good && settings.folder,
                  "bench_store FOLDER [--postgres=FOLDER] [--without-older] [--older-everywhere] [--out=FILE] [push] "
                  "[demo] [lists] [home] [pull]");
    settings.at[0] = settings.folder;
    if (!settings.has_parts) {
        settings.push = settings.demo = settings.lists = settings.home = settings.pull = true;
    }
    return settings;
}

/* ---- Parts. ---- */

static void run_push(const struct settings *settings, struct ic_bench_figures *figures)
{
    printf("Pushes, beside the same rows inserted bare: %d desktops at once, batches of 200, %d events per bare "
           "transaction.\n",
           IC_PUSH_DESKTOPS, IC_PUSH_BARE_EVENTS);
    ic_push_print_heading();
    for (int i = 0; i < ENGINE_COUNT; i++) {
        if (settings->at[i]) {
            ic_push_bench(engines[i], settings->at[i], figures);
        }
    }
    printf("\n");
}

static void tell_load(const struct ic_bench_engine *engine, const char *at, const char *key,
                      const struct ic_reference *reference, struct ic_goal goal, struct ic_bench_figures *figures)
{
    const struct ic_goal none = {0};
    const struct ic_demo_options *options = &reference->options;
    double rows = (double)options->operators + options->actors + options->targets + options->events;
    double size_mib = engine->size_mib(at, reference->database);
    char said[IC_BENCH_FIGURE_GOAL_SIZE];
    printf("  %-10s %10u events %9u targets %8.1f s %10.0f rows/s %8.0f MiB  %-11s  %s\n", engine->name,
           options->events, options->targets, reference->load_s, rows / reference->load_s, size_mib,
           reference->is_new ? "now" : "in a run before", ic_goal_say(goal, reference->load_s, said));
    ic_bench_figures_add(figures, reference->load_s, "s", goal, "%s.demo.%s.load_s", engine->key, key);
    ic_bench_figures_add(figures, rows / reference->load_s, "rows/s", none, "%s.demo.%s.rows_per_s", engine->key, key);
    ic_bench_figures_add(figures, size_mib, "MiB", none, "%s.demo.%s.size_mib", engine->key, key);
    ic_bench_figures_add(figures, reference->is_new, "bool", none, "%s.demo.%s.is_loaded_now", engine->key, key);
    (void)fflush(stdout);
}

static void load(const struct settings *settings, struct data data[ENGINE_COUNT], struct ic_bench_figures *figures)
{
    const struct ic_goal none = {0};
    const struct ic_goal minute = {IC_GOAL_UNDER, 60};
    struct ic_demo_options reference = ic_demo_reference(IC_REFERENCE_UNTIL);
    struct ic_demo_options older = reference;
    older.targets *= 10;
    older.events *= 10;
    older.days *= 10;
    printf("The load of the sample data.\n");
    for (int i = 0; i < ENGINE_COUNT; i++) {
        const struct ic_bench_engine *engine = engines[i];
        if (!settings->at[i]) {
            continue;
        }
        ic_reference_have(engine, settings->at[i], settings->folder, "reference", &reference, &data[i].reference);
        tell_load(engine, settings->at[i], "reference", &data[i].reference, engine == &ic_bench_sqlite ? minute : none,
                  figures);
        if (settings->has_older[i] && settings->home) {
            ic_reference_have(engine, settings->at[i], settings->folder, "older", &older, &data[i].older);
            tell_load(engine, settings->at[i], "older", &data[i].older, none, figures);
        }
    }
    printf("\n");
}

static void run_lists(const struct settings *settings, const struct data data[ENGINE_COUNT],
                      struct ic_bench_figures *figures)
{
    printf("Lists and searches at 1,150,000 events and 200,000 targets, pages of %d.\n", IC_LIST_PAGE_COUNT);
    for (int i = 0; i < ENGINE_COUNT; i++) {
        if (settings->at[i]) {
            ic_lists_bench(engines[i], settings->at[i], data[i].reference.database, figures);
        }
    }
    printf("\n");
}

static void run_home(const struct settings *settings, const struct data data[ENGINE_COUNT],
                     struct ic_bench_figures *figures)
{
    printf("The home page's data, the same 30 days.\n%62s %8s   goal\n", "p50 ms", "p99 ms");
    for (int i = 0; i < ENGINE_COUNT; i++) {
        if (settings->at[i]) {
            ic_home_bench(engines[i], settings->at[i], &data[i].reference,
                          settings->has_older[i] ? &data[i].older : NULL, figures);
        }
    }
}

static void run_pull(const struct settings *settings, struct ic_bench_figures *figures)
{
    printf("Desktops' pulls over HTTP, pages of %d, one after the other on one connection.\n", IC_PULL_PAGE_ROWS);
    for (int i = 0; i < ENGINE_COUNT; i++) {
        if (settings->at[i]) {
            ic_pull_bench(engines[i], settings->at[i], settings->folder, figures);
        }
    }
}

int main(int argc, char **argv)
{
    static struct ic_bench_figures figures;
    static struct data data[ENGINE_COUNT];
    struct settings settings = read_settings(argc, argv);
    if (settings.push) {
        run_push(&settings, &figures);
    }
    if (settings.demo || settings.lists || settings.home) {
        load(&settings, data, &figures);
    }
    if (settings.lists) {
        run_lists(&settings, data, &figures);
    }
    if (settings.home) {
        run_home(&settings, data, &figures);
    }
    if (settings.pull) {
        run_pull(&settings, &figures);
    }
    if (settings.out) {
        ic_bench_figures_write(&figures, settings.out);
    }
    return 0;
}
