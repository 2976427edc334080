#include "store/oracle/cursor.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static struct ic_oracle_cursor *own(struct ic_oracle_task *task)
{
    return (struct ic_oracle_cursor *)task;
}

static enum ic_driver_rc no_memory(struct ic_oracle_cursor *cursor)
{
    return ic_oracle_failure_set(&cursor->task.failure, IC_DRIVER_NOMEM, "there is no memory for a row");
}

/* Takes the failure of the statement's last call. Where the driver does not tell a loss as one, the connection does. */
static enum ic_driver_rc failed(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    const struct ic_oracle_library *library = session->library;
    enum ic_driver_rc rc = ic_oracle_failure_take(library, IC_ODBC_HANDLE_STMT, cursor->stmt, &cursor->task.failure);
    ic_odbc_uint is_dead = 0;
    if (rc == IC_DRIVER_OTHER &&
        ic_odbc_is_good(library->SQLGetConnectAttr(session->dbc, IC_ODBC_ATTR_CONNECTION_DEAD, &is_dead,
                                                   IC_ODBC_IS_UINTEGER, NULL)) &&
        is_dead == IC_ODBC_CD_TRUE) {
        rc = IC_DRIVER_LOST;
    }
    return rc;
}

/* ---- Preparing. ---- */

void ic_oracle_cursor_drop(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    if (cursor->stmt) {
        (void)session->library->SQLFreeHandle(IC_ODBC_HANDLE_STMT, cursor->stmt);
    }
    cursor->stmt = NULL;
    cursor->is_open = false;
}

static enum ic_driver_rc prepare(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    const struct ic_oracle_library *library = session->library;
    void *timeout = (void *)(uintptr_t)session->statement_s_max;
    /* ODBC only reads the text, but says it in an old manner. */
    union {
        const char *in;
        unsigned char *out;
    } sql = {.in = cursor->text->sql};
    if (!ic_odbc_is_good(library->SQLAllocHandle(IC_ODBC_HANDLE_STMT, session->dbc, &cursor->stmt))) {
        cursor->stmt = NULL;
        return ic_oracle_failure_take(library, IC_ODBC_HANDLE_DBC, session->dbc, &cursor->task.failure);
    }
    (void)library->SQLSetStmtAttr(cursor->stmt, IC_ODBC_ATTR_QUERY_TIMEOUT, timeout, 0);
    if (!ic_odbc_is_good(library->SQLPrepare(cursor->stmt, sql.out, IC_ODBC_NTS))) {
        enum ic_driver_rc rc = failed(session, cursor);
        ic_oracle_cursor_drop(session, cursor);
        return rc;
    }
    return IC_DRIVER_OK;
}

/* ---- Running. ---- */

/* Binds `row_count` rows from `row` on. A text that is too long for a VARCHAR2 is bound by its number, and asked for
 * when the statement runs. */
static enum ic_driver_rc bind(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor, size_t row)
{
    static const ic_odbc_ulen number_digits = 19;
    for (int i = 0; i < cursor->text->use_count; i++) {
        int parameter = cursor->text->uses[i];
        struct ic_oracle_column *column = &cursor->batch.columns[parameter - 1];
        ic_odbc_small type = column->is_long     ? IC_ODBC_LONGVARCHAR
                             : column->is_number ? IC_ODBC_NUMERIC
                                                 : IC_ODBC_VARCHAR;
        void *value = column->is_long ? (void *)(uintptr_t)parameter : column->texts + row * column->stride;
        if (!ic_odbc_is_good(session->library->SQLBindParameter(
                cursor->stmt, (ic_odbc_usmall)(i + 1), IC_ODBC_PARAM_INPUT, IC_ODBC_C_CHAR, type,
                column->is_number ? number_digits : column->stride, 0, value, (ic_odbc_len)column->stride,
                &column->sizes[row]))) {
            return failed(session, cursor);
        }
    }
    return IC_DRIVER_OK;
}

static ic_odbc_return put_text(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor, uintptr_t parameter)
{
    const struct ic_oracle_column *column = &cursor->batch.columns[parameter - 1];
    ic_odbc_return returned = IC_ODBC_SUCCESS;
    for (size_t at = 0; at < column->stride && ic_odbc_is_good(returned);) {
        struct ic_str rest = {column->texts + at, column->stride - at};
        size_t size = ic_utf8_floor(rest, rest.size < IC_ORACLE_PIECE_SIZE ? rest.size : IC_ORACLE_PIECE_SIZE);
        returned = session->library->SQLPutData(cursor->stmt, column->texts + at, (ic_odbc_len)size);
        at += size;
    }
    return returned;
}

/* Runs what is bound, and hands over the long texts that the driver asks for. */
static ic_odbc_return execute_bound(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    ic_odbc_return returned = session->library->SQLExecute(cursor->stmt);
    while (returned == IC_ODBC_NEED_DATA) {
        void *value = NULL;
        returned = session->library->SQLParamData(cursor->stmt, &value);
        if (returned == IC_ODBC_NEED_DATA) {
            ic_odbc_return put = put_text(session, cursor, (uintptr_t)value);
            if (!ic_odbc_is_good(put)) {
                return put;
            }
        }
    }
    return returned;
}

static bool has_long_text(const struct ic_oracle_batch *batch)
{
    for (int i = 0; i < batch->column_count; i++) {
        if (batch->columns[i].is_long) {
            return true;
        }
    }
    return false;
}

/* The driver may take an array of rows for done in which one has failed. */
static bool has_failed_row(const struct ic_oracle_batch *batch, size_t row_count)
{
    for (size_t row = 0; row < row_count; row++) {
        if (batch->statuses[row] == IC_ODBC_PARAM_ERROR) {
            return true;
        }
    }
    return false;
}

/* Runs the statement for `row_count` rows from `row` on, as many as the driver was told. */
static enum ic_driver_rc execute_rows(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor, size_t row,
                                      size_t row_count)
{
    const struct ic_oracle_library *library = session->library;
    enum ic_driver_rc rc = bind(session, cursor, row);
    if (rc) {
        return rc;
    }
    cursor->is_open = true;
    ic_odbc_return returned = execute_bound(session, cursor);
    bool is_good = ic_odbc_is_good(returned) || returned == IC_ODBC_NO_DATA; /* It has changed nothing. */
    if (!is_good || (row_count > 1 && has_failed_row(&cursor->batch, row_count))) {
        rc = failed(session, cursor);
        if (has_long_text(&cursor->batch)) {
            ic_oracle_cursor_drop(session, cursor); /* It may still wait for the text. */
        }
        return rc;
    }
    ic_odbc_small column_count = 0;
    ic_odbc_len changed_count = 0;
    if (!ic_odbc_is_good(library->SQLNumResultCols(cursor->stmt, &column_count))) {
        return failed(session, cursor);
    }
    if (column_count == 0 && returned != IC_ODBC_NO_DATA) {
        (void)library->SQLRowCount(cursor->stmt, &changed_count);
    }
    cursor->column_count = column_count;
    cursor->changed_count += changed_count > 0 ? changed_count : 0;
    return IC_DRIVER_OK;
}

/* Tells the driver that parameters are arrays; false when it does not know of such. */
static bool set_array(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor, size_t row_count)
{
    const struct ic_oracle_library *library = session->library;
    ic_odbc_handle stmt = cursor->stmt;
    void *by_column = (void *)(uintptr_t)IC_ODBC_PARAM_BIND_BY_COLUMN;
    return library->SQLSetStmtAttr(stmt, IC_ODBC_ATTR_PARAM_BIND_TYPE, by_column, 0) == IC_ODBC_SUCCESS &&
           library->SQLSetStmtAttr(stmt, IC_ODBC_ATTR_PARAM_STATUS_PTR, row_count > 1 ? cursor->batch.statuses : NULL,
                                   IC_ODBC_IS_POINTER) == IC_ODBC_SUCCESS &&
           library->SQLSetStmtAttr(stmt, IC_ODBC_ATTR_PARAMSET_SIZE, (void *)(uintptr_t)row_count, 0) ==
               IC_ODBC_SUCCESS;
}

static void close_rows(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    if (cursor->is_open && cursor->stmt) {
        (void)session->library->SQLFreeStmt(cursor->stmt, IC_ODBC_CLOSE);
    }
    cursor->is_open = false;
}

static enum ic_driver_rc execute(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    size_t row_count = cursor->batch.row_count;
    cursor->changed_count = 0;
    cursor->page.row_count = 0;
    close_rows(session, cursor);
    enum ic_driver_rc rc = cursor->stmt ? IC_DRIVER_OK : prepare(session, cursor);
    if (rc) {
        return rc;
    }
    if (row_count == 1) {
        return execute_rows(session, cursor, 0, 1);
    }
    if (set_array(session, cursor, row_count)) {
        rc = execute_rows(session, cursor, 0, row_count);
        close_rows(session, cursor);
        (void)set_array(session, cursor, 1);
        return rc;
    }
    for (size_t row = 0; row < row_count && !rc; row++) {
        rc = execute_rows(session, cursor, row, 1);
        close_rows(session, cursor);
    }
    return rc;
}

/* ---- Fetching. ---- */

/* Makes room for `size` more bytes of text. */
static bool have_text_room(struct ic_oracle_page *page, size_t size)
{
    enum { ROOM_LEAST = 4096 };
    if (page->room - page->size >= size) {
        return true;
    }
    size_t room = page->room ? page->room : ROOM_LEAST;
    while (room - page->size < size) {
        room *= 2;
    }
    char *texts = realloc(page->texts, room);
    if (texts) {
        page->texts = texts;
        page->room = room;
    }
    return texts != NULL;
}

static bool have_cells_room(struct ic_oracle_page *page, size_t count)
{
    if (page->cells_room < count) {
        size_t room = 2 * count;
        struct ic_oracle_cell *cells = realloc(page->cells, room * sizeof *cells);
        if (!cells) {
            return false;
        }
        page->cells = cells;
        page->cells_room = room;
    }
    return true;
}

/* Fetches the text of a column, piece by piece. */
static enum ic_driver_rc fetch_cell(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor, int column,
                                    struct ic_oracle_cell *cell)
{
    enum { ROOM_LEAST = 512 };
    struct ic_oracle_page *page = &cursor->page;
    size_t wanted = ROOM_LEAST;
    *cell = (struct ic_oracle_cell){.offset = page->size};
    for (;;) {
        ic_odbc_len told = 0;
        if (!have_text_room(page, wanted)) {
            return no_memory(cursor);
        }
        size_t room = page->room - page->size;
        char *text = page->texts + page->size;
        ic_odbc_return returned = session->library->SQLGetData(cursor->stmt, (ic_odbc_usmall)column, IC_ODBC_C_CHAR,
                                                               text, (ic_odbc_len)room, &told);
        if (returned == IC_ODBC_NO_DATA) {
            break; /* The last piece was the whole rest. */
        }
        if (!ic_odbc_is_good(returned)) {
            return failed(session, cursor);
        }
        if (told == IC_ODBC_NULL_DATA) {
            cell->is_null = true;
            break;
        }
        bool is_whole = told >= 0 && (size_t)told < room;
        size_t size = is_whole ? (size_t)told : strnlen(text, room - 1); /* A piece ends with a NUL. */
        page->size += size;
        if (is_whole) {
            break;
        }
        if (size == 0 || page->size - cell->offset > IC_ORACLE_TEXT_SIZE_MAX) {
            return ic_oracle_failure_set(&cursor->task.failure, IC_DRIVER_OTHER, "a text is too long to be read");
        }
        wanted = told > (ic_odbc_len)room && told <= IC_ORACLE_TEXT_SIZE_MAX ? (size_t)told + 1 - size
                                                                             : IC_ORACLE_PIECE_SIZE;
    }
    cell->size = page->size - cell->offset;
    if (!have_text_room(page, 1)) {
        return no_memory(cursor);
    }
    page->texts[page->size++] = '\0';
    return IC_DRIVER_OK;
}

static enum ic_driver_rc fetch_row(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    struct ic_oracle_page *page = &cursor->page;
    size_t width = (size_t)cursor->column_count;
    size_t first = page->row_count * width;
    enum ic_driver_rc rc = have_cells_room(page, first + width) ? IC_DRIVER_OK : no_memory(cursor);
    for (int i = 0; i < cursor->column_count && !rc; i++) {
        rc = fetch_cell(session, cursor, i + 1, &page->cells[first + (size_t)i]);
    }
    page->row_count += !rc;
    return rc;
}

static void forget_page(struct ic_oracle_page *page)
{
    if (page->room > 4 * IC_ORACLE_PAGE_SIZE_MAX) {
        free(page->texts); /* One that was needed for a long text is not kept for ever. */
        page->texts = NULL;
        page->room = 0;
    }
    page->size = 0;
    page->row_count = 0;
    page->is_last = false;
}

static enum ic_driver_rc fetch(struct ic_oracle_session *session, struct ic_oracle_cursor *cursor)
{
    struct ic_oracle_page *page = &cursor->page;
    enum ic_driver_rc rc = IC_DRIVER_OK;
    forget_page(page);
    while (!rc && page->row_count < IC_ORACLE_PAGE_ROWS_MAX && page->size < IC_ORACLE_PAGE_SIZE_MAX) {
        ic_odbc_return returned = session->library->SQLFetch(cursor->stmt);
        if (returned == IC_ODBC_NO_DATA) {
            page->is_last = true;
            close_rows(session, cursor);
            break;
        }
        rc = ic_odbc_is_good(returned) ? fetch_row(session, cursor) : failed(session, cursor);
    }
    return rc;
}

/* ---- The task. ---- */

static enum ic_driver_rc run(struct ic_oracle_session *session, struct ic_oracle_task *task)
{
    struct ic_oracle_cursor *cursor = own(task);
    if (cursor->wanted == IC_ORACLE_PREPARE) {
        return prepare(session, cursor);
    }
    if (cursor->wanted == IC_ORACLE_EXECUTE) {
        enum ic_driver_rc rc = execute(session, cursor);
        if (rc || cursor->column_count == 0) {
            cursor->page.is_last = true;
            return rc;
        }
    }
    return fetch(session, cursor);
}

static void destroy(struct ic_oracle_task *task)
{
    struct ic_oracle_cursor *cursor = own(task);
    ic_oracle_batch_release(&cursor->batch);
    free(cursor->page.texts);
    free(cursor->page.cells);
    free(cursor);
}

struct ic_oracle_cursor *ic_oracle_cursor_create(const struct ic_statement_text *text)
{
    struct ic_oracle_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor) {
        cursor->task.run = run;
        cursor->task.destroy = destroy;
        cursor->text = text;
    }
    return cursor;
}
