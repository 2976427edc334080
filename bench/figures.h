/* Figures: what the benchmarks found, for the table on the screen and for a JSON file that other programs read.
 *
 * Promises: a key is the figure's for ever, and names its parts from the general to the special, as in
 * "sqlite.push.ratio"; nothing here judges: a goal that is missed is shown, and the program goes on.
 * Memory: fixed. Threads: one. */
#ifndef IC_BENCH_FIGURES_H
#define IC_BENCH_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

enum { IC_BENCH_FIGURES_COUNT_MAX = 1024, IC_BENCH_FIGURE_KEY_SIZE = 96, IC_BENCH_FIGURE_GOAL_SIZE = 32 };

enum ic_goal_kind { IC_GOAL_NONE, IC_GOAL_AT_LEAST, IC_GOAL_UNDER };

struct ic_goal {
    enum ic_goal_kind kind;
    double value;
};

struct ic_bench_figure {
    char key[IC_BENCH_FIGURE_KEY_SIZE];
    double value;
    const char *unit; /* A literal. */
    struct ic_goal goal;
};

struct ic_bench_figures {
    int count;
    struct ic_bench_figure items[IC_BENCH_FIGURES_COUNT_MAX];
};

/* Adds a figure under a key that is printed into form. */
void ic_bench_figures_add(struct ic_bench_figures *figures, double value, const char *unit, struct ic_goal goal,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));

bool ic_goal_is_met(struct ic_goal goal, double value);

/* "under 10, met", "at least 0.5, missed"; empty without a goal. */
const char *ic_goal_say(struct ic_goal goal, double value, char buffer[IC_BENCH_FIGURE_GOAL_SIZE]);

/* Writes them all to the file at `path`, which is replaced when it is whole. */
void ic_bench_figures_write(const struct ic_bench_figures *figures, const char *path);

#endif
