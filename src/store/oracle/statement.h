/* Prepared statements of an Oracle connection, as the store uses them.
 *
 * Promises: as store/driver.h. What is bound is copied when the statement runs. A text with a NUL byte is refused
 * before anything is sent, because it could not be read back. Rows come in pages (oracle/cursor.h). Memory: destroy
 * what was created, behind the line's release. Threads: as store/driver.h. */
#ifndef IC_STORE_ORACLE_STATEMENT_H
#define IC_STORE_ORACLE_STATEMENT_H

#include "store/oracle/cursor.h"

struct ic_oracle_statement {
    struct ic_oracle_line *line;
    int64_t *changed_count; /* Of the connection. */
    const struct ic_statement_text *text;
    struct ic_value values[IC_ORACLE_PARAMETERS_MAX]; /* What is bound. */
    struct ic_oracle_cursor *cursor;                  /* NULL: the thread of a lost line has kept it. */
    bool has_run;
    size_t row; /* Of the page. */
};

/* Prepares `text`, which must outlive the statement; each run tells in `changed_count` what it changed. */
IC_NODISCARD enum ic_driver_rc ic_oracle_statement_create(struct ic_oracle_line *line,
                                                          const struct ic_statement_text *text, int64_t *changed_count,
                                                          struct ic_oracle_statement **ret_statement);

/* NULL is accepted. */
void ic_oracle_statement_destroy(struct ic_oracle_statement *statement);

/* Has the cursor do what is wanted of it. */
IC_NODISCARD enum ic_driver_rc ic_oracle_statement_do(struct ic_oracle_statement *statement, int wanted);

/* The driver's functions of the same names. */
enum ic_driver_rc ic_oracle_bind_text(struct ic_prepared *prepared, int position, struct ic_str text);
enum ic_driver_rc ic_oracle_bind_int64(struct ic_prepared *prepared, int position, int64_t value);
enum ic_driver_rc ic_oracle_bind_null(struct ic_prepared *prepared, int position);
enum ic_driver_rc ic_oracle_step(struct ic_prepared *prepared);
struct ic_str ic_oracle_column_text(struct ic_prepared *prepared, int column);
int64_t ic_oracle_column_int64(struct ic_prepared *prepared, int column);
bool ic_oracle_column_is_null(struct ic_prepared *prepared, int column);
void ic_oracle_reset(struct ic_prepared *prepared);
enum ic_driver_rc ic_oracle_run_rows(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                     int64_t *changed_counts);

#endif
