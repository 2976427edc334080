#include "store/oracle/statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct ic_oracle_statement *own(struct ic_prepared *prepared)
{
    return (struct ic_oracle_statement *)prepared;
}

enum ic_driver_rc ic_oracle_statement_do(struct ic_oracle_statement *statement, int wanted)
{
    struct ic_oracle_task *task = &statement->cursor->task;
    statement->cursor->wanted = wanted;
    enum ic_driver_rc rc = ic_oracle_line_do(statement->line, &task);
    if (!task) {
        statement->cursor = NULL;
    }
    return rc;
}

enum ic_driver_rc ic_oracle_statement_create(struct ic_oracle_line *line, const struct ic_statement_text *text,
                                             int64_t *changed_count, struct ic_oracle_statement **ret_statement)
{
    assert(text->parameter_count <= IC_ORACLE_PARAMETERS_MAX);
    enum ic_driver_rc rc = ic_oracle_line_begin(line);
    if (rc) {
        return rc;
    }
    struct ic_oracle_statement *statement = calloc(1, sizeof *statement);
    struct ic_oracle_cursor *cursor = ic_oracle_cursor_create(text);
    if (!statement || !cursor) {
        free(statement);
        if (cursor) {
            cursor->task.destroy(&cursor->task);
        }
        return ic_oracle_line_refuse(line, IC_DRIVER_NOMEM, "there is no memory for a statement");
    }
    *statement =
        (struct ic_oracle_statement){.line = line, .changed_count = changed_count, .text = text, .cursor = cursor};
    rc = ic_oracle_statement_do(statement, IC_ORACLE_PREPARE);
    if (rc) {
        ic_oracle_statement_destroy(statement);
        return rc;
    }
    *ret_statement = statement;
    return IC_DRIVER_OK;
}

void ic_oracle_statement_destroy(struct ic_oracle_statement *statement)
{
    if (statement) {
        if (statement->cursor) {
            statement->cursor->task.destroy(&statement->cursor->task);
        }
        free(statement);
    }
}

/* ---- Parameters. ---- */

static struct ic_value *value_at(struct ic_oracle_statement *statement, int position)
{
    assert(position >= 1 && position <= statement->text->parameter_count);
    return &statement->values[position - 1];
}

enum ic_driver_rc ic_oracle_bind_null(struct ic_prepared *prepared, int position)
{
    *value_at(own(prepared), position) = (struct ic_value){.kind = IC_VALUE_NULL};
    return IC_DRIVER_OK;
}

enum ic_driver_rc ic_oracle_bind_text(struct ic_prepared *prepared, int position, struct ic_str text)
{
    struct ic_oracle_statement *statement = own(prepared);
    if (text.size > IC_ORACLE_TEXT_SIZE_MAX) {
        return ic_oracle_line_refuse(statement->line, IC_DRIVER_CONSTRAINT, "a text is too long");
    }
    if (text.size > 0 && memchr(text.data, '\0', text.size)) {
        return ic_oracle_line_refuse(statement->line, IC_DRIVER_CONSTRAINT,
                                     "a text holds a NUL byte, which could not be read back");
    }
    *value_at(statement, position) = (struct ic_value){.kind = IC_VALUE_TEXT, .text = text};
    return IC_DRIVER_OK;
}

enum ic_driver_rc ic_oracle_bind_int64(struct ic_prepared *prepared, int position, int64_t value)
{
    *value_at(own(prepared), position) = (struct ic_value){.kind = IC_VALUE_INT64, .int64 = value};
    return IC_DRIVER_OK;
}

void ic_oracle_reset(struct ic_prepared *prepared)
{
    struct ic_oracle_statement *statement = own(prepared);
    statement->has_run = false;
    memset(statement->values, 0, sizeof statement->values);
}

/* ---- Running. ---- */

static enum ic_driver_rc execute(struct ic_oracle_statement *statement)
{
    enum ic_driver_rc rc = ic_oracle_line_begin(statement->line);
    if (rc) {
        return rc;
    }
    if (!ic_oracle_batch_fill(&statement->cursor->batch, statement->values, (size_t)statement->text->parameter_count,
                              1)) {
        return ic_oracle_line_refuse(statement->line, IC_DRIVER_NOMEM, "there is no memory for what is bound");
    }
    rc = ic_oracle_statement_do(statement, IC_ORACLE_EXECUTE);
    if (!rc) {
        statement->has_run = true;
        *statement->changed_count = statement->cursor->changed_count;
    }
    return rc;
}

static enum ic_driver_rc fetch_page(struct ic_oracle_statement *statement)
{
    enum ic_driver_rc rc = ic_oracle_line_begin(statement->line);
    return rc ? rc : ic_oracle_statement_do(statement, IC_ORACLE_FETCH);
}

enum ic_driver_rc ic_oracle_step(struct ic_prepared *prepared)
{
    struct ic_oracle_statement *statement = own(prepared);
    enum ic_driver_rc rc = IC_DRIVER_OK;
    if (!statement->has_run) {
        rc = execute(statement);
        statement->row = 0;
    } else if (statement->cursor && statement->row < statement->cursor->page.row_count) {
        statement->row++;
    }
    while (!rc && statement->cursor && statement->row >= statement->cursor->page.row_count &&
           !statement->cursor->page.is_last) {
        rc = fetch_page(statement);
        statement->row = 0;
    }
    if (rc || !statement->cursor) {
        return rc ? rc : IC_DRIVER_LOST;
    }
    return statement->row < statement->cursor->page.row_count ? IC_DRIVER_ROW : IC_DRIVER_OK;
}

/* ---- Columns. ---- */

/* What the row that was stepped to has there; NULL: nothing. */
static const struct ic_oracle_cell *find_cell(const struct ic_oracle_statement *statement, int column)
{
    const struct ic_oracle_cursor *cursor = statement->cursor;
    if (!cursor || !statement->has_run || statement->row >= cursor->page.row_count || column < 0 ||
        column >= cursor->column_count) {
        return NULL;
    }
    const struct ic_oracle_cell *cell =
        &cursor->page.cells[statement->row * (size_t)cursor->column_count + (size_t)column];
    return cell->is_null ? NULL : cell;
}

struct ic_str ic_oracle_column_text(struct ic_prepared *prepared, int column)
{
    const struct ic_oracle_statement *statement = own(prepared);
    const struct ic_oracle_cell *cell = find_cell(statement, column);
    return cell ? (struct ic_str){statement->cursor->page.texts + cell->offset, cell->size} : IC_STR("");
}

int64_t ic_oracle_column_int64(struct ic_prepared *prepared, int column)
{
    const struct ic_oracle_statement *statement = own(prepared);
    const struct ic_oracle_cell *cell = find_cell(statement, column);
    return cell ? strtoll(statement->cursor->page.texts + cell->offset, NULL, 10) : 0;
}

bool ic_oracle_column_is_null(struct ic_prepared *prepared, int column)
{
    return !find_cell(own(prepared), column);
}
