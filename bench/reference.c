#include "reference.h"

#include "bench.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct ic_asker asker = {.credential = IC_CREDENTIAL_COMMAND};

static int64_t until(void *context)
{
    (void)context;
    return IC_REFERENCE_UNTIL;
}

struct ic_clock ic_reference_clock(void)
{
    struct ic_clock clock = ic_clock_system();
    clock.now_ms = until;
    return clock;
}

/* ---- What the data is made of. ---- */

static uint32_t add(uint32_t sum, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        sum = (sum ^ bytes[i]) * 16777619U; /* FNV-1a. */
    }
    return sum;
}

static uint32_t add_number(uint32_t sum, uint64_t number)
{
    return add(sum, &number, sizeof number);
}

static uint32_t sum_of(const struct ic_bench_engine *engine, const struct ic_demo_options *options)
{
    uint32_t sum = 2166136261U;
    for (int i = 0; i < IC_MIGRATION_COUNT; i++) {
        const struct ic_migration *migration = &engine->migrations[i];
        for (int j = 0; j < migration->statement_count; j++) {
            sum = add(sum, migration->statements[j], strlen(migration->statements[j]));
        }
    }
    sum = add_number(sum, options->seed);
    sum = add_number(sum, options->operators);
    sum = add_number(sum, options->actors);
    sum = add_number(sum, options->targets);
    sum = add_number(sum, options->events);
    sum = add_number(sum, options->days);
    return add_number(sum, (uint64_t)options->until);
}

/* ---- The note. ---- */

static const char *note_of(const struct ic_bench_engine *engine, const char *folder, const char *database,
                           char path[PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%s.%s.load_s", folder, engine->key, database);
    ic_bench_must(size > 0 && size < PATH_MAX, "the path of a note is too long");
    return path;
}

static void write_note(const char *path, double load_s)
{
    FILE *file = fopen(path, "w");
    ic_bench_must(file && fprintf(file, "%.1f\n", load_s) > 0 && fclose(file) == 0, path);
}

static double read_note(const char *path)
{
    char text[32];
    FILE *file = fopen(path, "r");
    ic_bench_must(file && fgets(text, sizeof text, file), path);
    (void)fclose(file);
    return strtod(text, NULL);
}

/* ---- The load. ---- */

static void report(void *context, uint64_t done_count, uint64_t total_count)
{
    const char *name = context;
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%s: loading, %3d %%%s", name, (int)(done_count * 100 / total_count),
                done_count == total_count ? "\r\033[K" : "");
    }
}

static double load(const struct ic_bench_engine *engine, const char *at, const struct ic_demo_options *options)
{
    static const char loading[] = "loading";
    char name[IC_REFERENCE_NAME_SIZE];
    struct ic_clock clock = ic_clock_system();
    struct ic_store *store;
    struct ic_err err = IC_ERR_NONE;
    (void)snprintf(name, sizeof name, "%s", engine->name);
    const struct ic_demo_progress progress = {.report = report, .context = name};
    engine->drop(at, loading);
    double started = ic_bench_now_s();
    ic_bench_ok(engine->open(at, loading, true, 1, &clock, &store, &err), &err);
    ic_bench_ok(ic_demo_load(store, &asker, options->until, options, &progress, &err), &err);
    ic_store_destroy(store); /* On SQLite this writes the log into the file: a part of the load. */
    double load_s = ic_bench_now_s() - started;
    engine->settle(at, loading);
    return load_s;
}

void ic_reference_have(const struct ic_bench_engine *engine, const char *at, const char *folder, const char *kind,
                       const struct ic_demo_options *options, struct ic_reference *ret_reference)
{
    struct ic_reference *reference = ret_reference;
    char note[PATH_MAX];
    *reference = (struct ic_reference){.options = *options};
    (void)snprintf(reference->database, sizeof reference->database, "%s_%08x", kind, sum_of(engine, options));
    (void)note_of(engine, folder, reference->database, note);
    engine->drop_others(at, kind, reference->database);
    reference->is_new = !engine->exists(at, reference->database) || access(note, R_OK) != 0;
    if (reference->is_new) {
        engine->drop(at, reference->database);
        write_note(note, load(engine, at, options));
        engine->rename(at, "loading", reference->database);
    }
    reference->load_s = read_note(note);
}
