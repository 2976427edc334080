/* Rows that pushes have written, read back so that they can be inserted bare elsewhere.
 *
 * Promises: a copy has every row that did not exist before its range: of the tables of events, of the change feed, of
 * the search and of the roll-ups, and of the team where it is asked for. A row comes with the cursor of the first
 * change that needs it, so that what belongs together can be inserted together, in an order that foreign keys allow.
 * Memory: the copy owns its values. Threads: one. */
#ifndef IC_BENCH_COPY_H
#define IC_BENCH_COPY_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/driver.h"

enum {
    IC_COPY_TABLES_COUNT_MAX = 64,
    IC_COPY_COLUMNS_COUNT_MAX = 64,
    IC_COPY_NAME_SIZE = 64,
    IC_COPY_BYTES_MAX = 1 << 30,
};

/* Behind a cursor; nothing of it happened before an instant at which a quarter of an hour begins. */
struct ic_copy_range {
    bool is_team; /* Operators, actors and devices instead of what was pushed. */
    int64_t cursor;
    int64_t from;
};

/* Where a table's rows come from. */
struct ic_copy_source {
    const char *table;
    const char *sql; /* Gives a cursor, or 0 where rows are spread evenly, and the columns by their names; $1: the
                        range's cursor, $2: its instant. NULL: no further source. */
};

struct ic_copy_table {
    const char *name;
    int width;
    char columns[IC_COPY_COLUMNS_COUNT_MAX][IC_COPY_NAME_SIZE];
    size_t count;
    size_t count_max;
    int64_t *cursors;        /* Of each row. */
    struct ic_value *values; /* Row by row. */
};

struct ic_copy {
    struct ic_arena *arena; /* Of texts. */
    int table_count;
    struct ic_copy_table tables[IC_COPY_TABLES_COUNT_MAX];
    int64_t first_cursor;
    int64_t last_cursor;
    size_t row_count; /* Of all tables. */
};

/* What is copied after pushes, and of the team; the engine gives its own sources of the search. */
extern const struct ic_copy_source ic_copy_pushed[];
extern const struct ic_copy_source ic_copy_team[];

void ic_copy_init(struct ic_copy *copy);

/* Forgets the rows and keeps nothing. */
void ic_copy_reset(struct ic_copy *copy);

void ic_copy_release(struct ic_copy *copy);

/* Begins a table. */
struct ic_copy_table *ic_copy_add_table(struct ic_copy *copy, const char *name, int width);

/* Adds a row of NULLs; its values, to be set before the next row is added. */
struct ic_value *ic_copy_add_row(struct ic_copy_table *table, int64_t cursor);

/* A text that the copy keeps. */
struct ic_value ic_copy_text(struct ic_copy *copy, struct ic_str text);

/* After the last row: spreads what has no cursor, and counts. */
void ic_copy_finish(struct ic_copy *copy);

/* "INSERT INTO t (a, b) VALUES (" mark "1, " mark "2)". */
void ic_copy_put_insert(const struct ic_copy_table *table, char mark, char *buffer, size_t size);

#endif
