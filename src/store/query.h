/* One run of a named statement, for the nouns of the store.
 *
 * Promises: after the first failure further calls do nothing and the end tells it, so that a caller checks once; the
 * statement is made ready again whatever happened. A primary key or another unique value that is taken can be told
 * apart from what has failed: `ic_query_run_unique`. Memory: ids and hashes are copied out; texts are copied into the
 * arena. Threads: as the transaction's. */
#ifndef IC_STORE_QUERY_H
#define IC_STORE_QUERY_H

#include "base/arena.h"
#include "base/hash.h"
#include "domain/id.h"
#include "store/engine.h"

enum { IC_STORE_ID_TRIES_MAX = 16 };

struct ic_query {
    struct ic_store_tx *tx;
    struct ic_prepared *prepared;
    const char *operation;
    struct ic_err *err;
    enum ic_driver_rc outcome; /* Of the last call. */
    enum ic_rc rc;
};

void ic_query_begin(struct ic_query *query, struct ic_store_tx *tx, enum ic_statement statement, const char *operation,
                    struct ic_err *err);

/* Binds; an empty text or id becomes NULL. What is bound must live until the statement has run. */
void ic_query_put_text(struct ic_query *query, int position, struct ic_str text);
void ic_query_put_id(struct ic_query *query, int position, const struct ic_id *id);
void ic_query_put_hash(struct ic_query *query, int position, const struct ic_hash *hash);
void ic_query_put_int64(struct ic_query *query, int position, int64_t value);

/* An instant; 0 becomes NULL. */
void ic_query_put_optional_time(struct ic_query *query, int position, int64_t time);

/* Whether there is a next row; false after a failure, too. */
bool ic_query_next(struct ic_query *query);

/* Columns from 0. A text is copied; when the arena is exhausted the query has failed. */
struct ic_str ic_query_text(struct ic_query *query, int column, struct ic_arena *arena);
/* Borrowed until the next row. */
struct ic_str ic_query_peek_text(struct ic_query *query, int column);
struct ic_id ic_query_id(struct ic_query *query, int column);
struct ic_hash ic_query_hash(struct ic_query *query, int column);
int64_t ic_query_int64(struct ic_query *query, int column);

/* Ends the query and tells how the whole went. */
IC_NODISCARD enum ic_rc ic_query_end(struct ic_query *query);

/* Runs a statement that gives no rows, and ends the query. */
IC_NODISCARD enum ic_rc ic_query_run(struct ic_query *query);

/* As ic_query_run, and tells how many rows were changed. */
IC_NODISCARD enum ic_rc ic_query_run_counted(struct ic_query *query, int64_t *ret_changed_count);

/* As ic_query_run, but a taken key or unique value is no failure: `ret_outcome` is IC_DRIVER_OK, IC_DRIVER_PRIMARY_KEY
 * or IC_DRIVER_UNIQUE. */
IC_NODISCARD enum ic_rc ic_query_run_unique(struct ic_query *query, enum ic_driver_rc *ret_outcome);

/* Rows of parameters for a statement that is run once for each, in as few exchanges with the engine as it can. */
struct ic_rows {
    enum ic_statement statement;
    size_t width;
    size_t count;
    size_t count_max;
    struct ic_value *values;
};

/* Takes memory for `count_max` rows; fails with out_of_memory. */
IC_NODISCARD enum ic_rc ic_rows_init(struct ic_rows *rows, struct ic_store_tx *tx, enum ic_statement statement,
                                     size_t count_max, struct ic_err *err);

/* Adds a row of NULLs, of which there must be room for one more. */
void ic_rows_add(struct ic_rows *rows);

/* Set a parameter of the last row; an empty text or id is NULL. What is given must live until the rows have run. */
void ic_rows_put_text(struct ic_rows *rows, int position, struct ic_str text);
void ic_rows_put_id(struct ic_rows *rows, int position, const struct ic_id *id);
void ic_rows_put_int64(struct ic_rows *rows, int position, int64_t value);

/* Runs the statement for each row and empties the rows; `changed_counts` (NULL: not wanted) has room for them all. An
 * id that is taken is told as busy, and the whole function is run again. */
IC_NODISCARD enum ic_rc ic_rows_run(struct ic_rows *rows, struct ic_store_tx *tx, int64_t *changed_counts,
                                    const char *operation, struct ic_err *err);

/* Frees the memory; rows that are all zero are accepted. */
void ic_rows_release(struct ic_rows *rows);

/* Fills `err` when IC_STORE_ID_TRIES_MAX random ids in a row were taken: the random source is broken. */
enum ic_rc ic_query_ids_exhausted(const char *operation, struct ic_err *err);

/* Blames stored data for a value that it cannot have. */
void ic_query_corrupt(struct ic_query *query, const char *what);

#endif
