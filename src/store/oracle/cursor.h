/* A prepared statement as the thread of a line works with it: ODBC's handle, the values of a run and the rows that
 * came.
 *
 * Promises: it is prepared once, and again only after a failure that left it in the middle of a long text. Every run is
 * told to take no longer than the session says. Rows are fetched in pages of at most IC_ORACLE_PAGE_ROWS_MAX rows,
 * about IC_ORACLE_PAGE_SIZE_MAX bytes; a text of any size comes in pieces. Memory: a task (oracle/line.h): whoever has
 * it destroys it, behind the connection. Threads: the caller's while no task is under way, the thread's while one is.
 */
#ifndef IC_STORE_ORACLE_CURSOR_H
#define IC_STORE_ORACLE_CURSOR_H

#include "store/oracle/batch.h"
#include "store/oracle/line.h"

enum {
    IC_ORACLE_PAGE_ROWS_MAX = 200,
    IC_ORACLE_PAGE_SIZE_MAX = 256 << 10,
    IC_ORACLE_TEXT_SIZE_MAX = 64 << 20,
    IC_ORACLE_PIECE_SIZE = 64 << 10, /* Of a long text, on its way in. */
};

struct ic_oracle_cell {
    size_t offset; /* In the page's texts, each of which ends with a NUL. */
    size_t size;
    bool is_null;
};

/* The rows that were fetched last. */
struct ic_oracle_page {
    char *texts;
    size_t size;
    size_t room;
    struct ic_oracle_cell *cells; /* Row by row. */
    size_t cells_room;
    size_t row_count;
    bool is_last; /* No row comes behind them. */
};

struct ic_oracle_cursor {
    struct ic_oracle_task task;
    const struct ic_statement_text *text;
    enum { IC_ORACLE_PREPARE, IC_ORACLE_EXECUTE, IC_ORACLE_FETCH } wanted;
    struct ic_oracle_batch batch; /* What IC_ORACLE_EXECUTE runs it with. */
    int column_count;
    struct ic_oracle_page page;
    int64_t changed_count;
    ic_odbc_handle stmt; /* NULL: not prepared. */
    bool is_open;        /* It may have rows that nobody has fetched. */
};

/* Makes one that is not prepared yet; NULL when there is no memory. `text` must outlive it. */
struct ic_oracle_cursor *ic_oracle_cursor_create(const struct ic_statement_text *text);

/* Forgets the preparation, on the thread. */
void ic_oracle_cursor_drop(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor);

#endif
