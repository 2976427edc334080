#include "handle.h"

#include <stdlib.h>
#include <string.h>

struct handle *handle_create(SQLSMALLINT kind, SQLHANDLE real, struct handle *parent)
{
    struct handle *handle = calloc(1, sizeof *handle);
    if (!handle) {
        return NULL;
    }
    handle->kind = kind;
    handle->real = real;
    handle->text.wait_s = WAIT_NONE;
    if (kind == SQL_HANDLE_STMT) {
        handle->connection = parent;
        handle->next = parent->first;
        handle->link = &parent->first;
        if (handle->next) {
            handle->next->link = &handle->next;
        }
        parent->first = handle;
    }
    return handle;
}

void handle_destroy_statements(struct handle *connection)
{
    while (connection->first) {
        handle_destroy(connection->first);
    }
    connection->aside = NULL;
}

void handle_destroy(struct handle *handle)
{
    if (!handle) {
        return;
    }
    handle_destroy_statements(handle);
    if (handle->link) {
        *handle->link = handle->next;
        if (handle->next) {
            handle->next->link = handle->link;
        }
    }
    text_release(&handle->text);
    parameters_release(&handle->parameters);
    free(handle);
}

struct handle *handle_begin(SQLHANDLE handle, SQLSMALLINT kind)
{
    struct handle *self = handle;
    if (!self || self->kind != kind) {
        return NULL;
    }
    self->failure = (struct failure){.number = 0};
    return self;
}

SQLRETURN handle_refuse(struct handle *handle, const char *state, const char *words)
{
    failure_set_own(&handle->failure, state, words);
    return SQL_ERROR;
}

static bool read_failure(SQLSMALLINT kind, SQLHANDLE real, SQLSMALLINT number, bool is_waiting,
                         struct failure *ret_failure)
{
    struct failure failure = {.number = 0};
    SQLINTEGER native = 0;
    SQLSMALLINT size = 0;
    if (!SQL_SUCCEEDED(manager_get()->SQLGetDiagRec(kind, real, number, (SQLCHAR *)failure.state, &native,
                                                    (SQLCHAR *)failure.words, WORDS_SIZE, &size))) {
        return false;
    }
    failure_turn(&failure, is_waiting);
    *ret_failure = failure;
    return true;
}

bool handle_read_failure(const struct handle *handle, SQLSMALLINT number, struct failure *ret_failure)
{
    return read_failure(handle->kind, handle->real, number, handle->text.wait_s > 0, ret_failure);
}

void handle_take_failure(struct handle *statement, SQLSMALLINT kind, SQLHANDLE real)
{
    if (!read_failure(kind, real, 1, false, &statement->failure)) {
        (void)handle_refuse(statement, "HY000", "What the stand-in does around a statement has failed.");
    }
}

SQLRETURN handle_run_aside(struct handle *statement, const char *sql)
{
    const struct manager *manager = manager_get();
    struct handle *connection = statement->connection;
    if (!connection->aside &&
        !SQL_SUCCEEDED(manager->SQLAllocHandle(SQL_HANDLE_STMT, connection->real, &connection->aside))) {
        connection->aside = NULL;
        return handle_refuse(statement, "HY001", "There is no memory for a statement.");
    }
    /* ODBC only reads the text, but says it in an old manner. */
    union {
        const char *in;
        SQLCHAR *out;
    } text = {.in = sql};
    SQLRETURN returned = manager->SQLExecDirect(connection->aside, text.out, SQL_NTS);
    if (!SQL_SUCCEEDED(returned)) {
        handle_take_failure(statement, SQL_HANDLE_STMT, connection->aside);
    }
    (void)manager->SQLFreeStmt(connection->aside, SQL_CLOSE);
    return returned;
}
