#include "store/postgres/statement.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_TEXT = 0, FORMAT_BINARY = 1 };

static struct ic_postgres_statement *own(struct ic_prepared *prepared)
{
    return (struct ic_postgres_statement *)prepared;
}

enum ic_driver_rc ic_postgres_statement_create(struct ic_postgres_line *line, const struct ic_statement_text *text,
                                               int64_t *changed_count, struct ic_postgres_statement **ret_statement)
{
    assert(text->parameter_count <= IC_POSTGRES_PARAMETERS_MAX);
    enum ic_driver_rc rc = ic_postgres_line_begin(line);
    if (!rc) {
        rc = ic_postgres_line_finish(line, PQsendPrepare(line->pg, text->name, text->sql, 0, NULL), NULL);
    }
    if (rc) {
        return rc;
    }
    struct ic_postgres_statement *statement = calloc(1, sizeof *statement);
    if (!statement) {
        /* The server has it and would not take it again. */
        return ic_postgres_line_lose(line, "there is no memory for a statement");
    }
    statement->line = line;
    statement->text = text;
    statement->changed_count = changed_count;
    *ret_statement = statement;
    return IC_DRIVER_OK;
}

void ic_postgres_statement_destroy(struct ic_postgres_statement *statement)
{
    if (statement) {
        PQclear(statement->result);
        free(statement);
    }
}

/* ---- Parameters. ---- */

static int index_of(const struct ic_postgres_statement *statement, int position)
{
    assert(position >= 1 && position <= statement->text->parameter_count);
    return position - 1;
}

enum ic_driver_rc ic_postgres_bind_null(struct ic_prepared *prepared, int position)
{
    struct ic_postgres_statement *statement = own(prepared);
    statement->values[index_of(statement, position)] = NULL;
    return IC_DRIVER_OK;
}

enum ic_driver_rc ic_postgres_bind_text(struct ic_prepared *prepared, int position, struct ic_str text)
{
    struct ic_postgres_statement *statement = own(prepared);
    int index = index_of(statement, position);
    if (text.size == 0) {
        return ic_postgres_bind_null(prepared, position);
    }
    if (text.size > IC_POSTGRES_TEXT_SIZE_MAX) {
        return ic_postgres_line_refuse(statement->line, IC_DRIVER_CONSTRAINT, "22001", "a text is too long");
    }
    if (memchr(text.data, '\0', text.size)) {
        return ic_postgres_line_refuse(statement->line, IC_DRIVER_CONSTRAINT, "22021",
                                       "a text holds a NUL byte, which PostgreSQL cannot store");
    }
    statement->values[index] = text.data;
    statement->sizes[index] = (int)text.size;
    statement->formats[index] = FORMAT_BINARY;
    return IC_DRIVER_OK;
}

enum ic_driver_rc ic_postgres_bind_int64(struct ic_prepared *prepared, int position, int64_t value)
{
    struct ic_postgres_statement *statement = own(prepared);
    int index = index_of(statement, position);
    statement->sizes[index] = snprintf(statement->numbers[index], IC_POSTGRES_NUMBER_SIZE, "%" PRId64, value);
    statement->values[index] = statement->numbers[index];
    statement->formats[index] = FORMAT_TEXT;
    return IC_DRIVER_OK;
}

void ic_postgres_reset(struct ic_prepared *prepared)
{
    struct ic_postgres_statement *statement = own(prepared);
    PQclear(statement->result);
    statement->result = NULL;
    memset(statement->values, 0, sizeof statement->values);
}

/* ---- Running. ---- */

int ic_postgres_statement_send(struct ic_postgres_statement *statement)
{
    return PQsendQueryPrepared(statement->line->pg, statement->text->name, statement->text->parameter_count,
                               statement->values, statement->sizes, statement->formats, FORMAT_TEXT);
}

int64_t ic_postgres_statement_changed(const PGresult *result)
{
    /* libpq only looks, but says it in an old manner. */
    union {
        const PGresult *in;
        PGresult *out;
    } same = {.in = result};
    bool is_select = strncmp(PQcmdStatus(same.out), "SELECT", strlen("SELECT")) == 0;
    return is_select ? 0 : strtoll(PQcmdTuples(same.out), NULL, 10);
}

enum ic_driver_rc ic_postgres_step(struct ic_prepared *prepared)
{
    struct ic_postgres_statement *statement = own(prepared);
    if (!statement->result) {
        enum ic_driver_rc rc = ic_postgres_line_begin(statement->line);
        if (!rc) {
            rc = ic_postgres_line_finish(statement->line, ic_postgres_statement_send(statement), &statement->result);
        }
        if (rc) {
            return rc;
        }
        *statement->changed_count = ic_postgres_statement_changed(statement->result);
        statement->row = -1;
    }
    if (statement->row < PQntuples(statement->result)) {
        statement->row++;
    }
    return statement->row < PQntuples(statement->result) ? IC_DRIVER_ROW : IC_DRIVER_OK;
}

/* ---- Columns. ---- */

/* Whether the row that was stepped to has something there. */
static bool has_value(const struct ic_postgres_statement *statement, int column)
{
    bool is_there = statement->result && statement->row < PQntuples(statement->result) && column >= 0 &&
                    column < PQnfields(statement->result);
    return is_there && !PQgetisnull(statement->result, statement->row, column);
}

struct ic_str ic_postgres_column_text(struct ic_prepared *prepared, int column)
{
    const struct ic_postgres_statement *statement = own(prepared);
    if (!has_value(statement, column)) {
        return IC_STR("");
    }
    return (struct ic_str){PQgetvalue(statement->result, statement->row, column),
                           (size_t)PQgetlength(statement->result, statement->row, column)};
}

int64_t ic_postgres_column_int64(struct ic_prepared *prepared, int column)
{
    const struct ic_postgres_statement *statement = own(prepared);
    return has_value(statement, column) ? strtoll(PQgetvalue(statement->result, statement->row, column), NULL, 10) : 0;
}

bool ic_postgres_column_is_null(struct ic_prepared *prepared, int column)
{
    return !has_value(own(prepared), column);
}
