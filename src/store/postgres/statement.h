/* Prepared statements of a PostgreSQL connection.
 *
 * Promises: as store/driver.h. A statement is prepared on the server once, under its name; whole numbers go as text,
 * texts go as their bytes (the binary form of a text), which need no copy and no NUL at their end. What the server
 * could not store (a NUL byte) is refused before it is sent, so that it spoils no transaction. All rows of a step's
 * result are held until the reset: results here are pages.
 * Memory: destroy what was created, before or after its line is released. Threads: as store/driver.h. */
#ifndef IC_STORE_POSTGRES_STATEMENT_H
#define IC_STORE_POSTGRES_STATEMENT_H

#include "store/postgres/line.h"

enum {
    IC_POSTGRES_PARAMETERS_MAX = 32,
    IC_POSTGRES_NUMBER_SIZE = 24, /* An int64 as text. */
    IC_POSTGRES_TEXT_SIZE_MAX = 64 << 20,
};

struct ic_postgres_statement {
    struct ic_postgres_line *line;
    int64_t *changed_count; /* Of the connection. */
    const struct ic_statement_text *text;

    const char *values[IC_POSTGRES_PARAMETERS_MAX]; /* NULL: NULL. */
    int sizes[IC_POSTGRES_PARAMETERS_MAX];
    int formats[IC_POSTGRES_PARAMETERS_MAX];
    char numbers[IC_POSTGRES_PARAMETERS_MAX][IC_POSTGRES_NUMBER_SIZE];

    PGresult *result; /* NULL until it has run. */
    int row;
};

/* Prepares `text`, which must outlive the statement, on the server; each run tells in `changed_count` what it changed.
 */
IC_NODISCARD enum ic_driver_rc ic_postgres_statement_create(struct ic_postgres_line *line,
                                                            const struct ic_statement_text *text,
                                                            int64_t *changed_count,
                                                            struct ic_postgres_statement **ret_statement);

/* Forgets it on this side; the server forgets with the connection. NULL is accepted. */
void ic_postgres_statement_destroy(struct ic_postgres_statement *statement);

/* Sends a run of the statement with what is bound; gives what libpq says. */
int ic_postgres_statement_send(struct ic_postgres_statement *statement);

/* What a result says of changed rows. */
int64_t ic_postgres_statement_changed(const PGresult *result);

/* The driver's functions of the same names. */
enum ic_driver_rc ic_postgres_bind_text(struct ic_prepared *prepared, int position, struct ic_str text);
enum ic_driver_rc ic_postgres_bind_int64(struct ic_prepared *prepared, int position, int64_t value);
enum ic_driver_rc ic_postgres_bind_null(struct ic_prepared *prepared, int position);
enum ic_driver_rc ic_postgres_step(struct ic_prepared *prepared);
struct ic_str ic_postgres_column_text(struct ic_prepared *prepared, int column);
int64_t ic_postgres_column_int64(struct ic_prepared *prepared, int column);
bool ic_postgres_column_is_null(struct ic_prepared *prepared, int column);
void ic_postgres_reset(struct ic_prepared *prepared);
enum ic_driver_rc ic_postgres_run_rows(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                       int64_t *changed_counts);

#endif
