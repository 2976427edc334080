#include "figures.h"

#include "bench.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void ic_bench_figures_add(struct ic_bench_figures *figures, double value, const char *unit, struct ic_goal goal,
                          const char *format, ...)
{
    ic_bench_must(figures->count < IC_BENCH_FIGURES_COUNT_MAX, "there are more figures than there is room for");
    struct ic_bench_figure *figure = &figures->items[figures->count++];
    *figure = (struct ic_bench_figure){.value = value, .unit = unit, .goal = goal};
    va_list list;
    va_start(list, format);
    int size = vsnprintf(figure->key, sizeof figure->key, format, list);
    va_end(list);
    ic_bench_must(size > 0 && size < IC_BENCH_FIGURE_KEY_SIZE, "a figure's key is too long");
}

bool ic_goal_is_met(struct ic_goal goal, double value)
{
    return goal.kind == IC_GOAL_AT_LEAST ? value >= goal.value : value < goal.value;
}

static const char *kind_name(enum ic_goal_kind kind)
{
    return kind == IC_GOAL_AT_LEAST ? "at least" : "under";
}

const char *ic_goal_say(struct ic_goal goal, double value, char buffer[IC_BENCH_FIGURE_GOAL_SIZE])
{
    buffer[0] = '\0';
    if (goal.kind != IC_GOAL_NONE) {
        (void)snprintf(buffer, IC_BENCH_FIGURE_GOAL_SIZE, "%s %g, %s", kind_name(goal.kind), goal.value,
                       ic_goal_is_met(goal, value) ? "met" : "missed");
    }
    return buffer;
}

static void write_figure(FILE *file, const struct ic_bench_figure *figure, bool is_last)
{
    /* Keys and units need no escaping: they are ours. */
    fprintf(file, "    \"%s\": {\"value\": %.4f, \"unit\": \"%s\"", figure->key, figure->value, figure->unit);
    if (figure->goal.kind != IC_GOAL_NONE) {
        fprintf(file, ", \"goal\": \"%s %g\", \"is_met\": %s", kind_name(figure->goal.kind), figure->goal.value,
                ic_goal_is_met(figure->goal, figure->value) ? "true" : "false");
    }
    fprintf(file, "}%s\n", is_last ? "" : ",");
}

void ic_bench_figures_write(const struct ic_bench_figures *figures, const char *path)
{
    char new_path[PATH_MAX];
    (void)snprintf(new_path, sizeof new_path, "%s.new", path);
    FILE *file = fopen(new_path, "w");
    ic_bench_must(file, new_path);
    fprintf(file, "{\n  \"form\": 1,\n  \"version\": \"%s\",\n  \"made_at\": %" PRId64 ",\n  \"cores\": %ld,\n",
            IC_VERSION, (int64_t)time(NULL) * 1000, sysconf(_SC_NPROCESSORS_ONLN));
    fprintf(file, "  \"figures\": {\n");
    for (int i = 0; i < figures->count; i++) {
        write_figure(file, &figures->items[i], i + 1 == figures->count);
    }
    fprintf(file, "  }\n}\n");
    bool is_good = !ferror(file);
    is_good = fclose(file) == 0 && is_good;
    ic_bench_must(is_good && rename(new_path, path) == 0, path);
}
