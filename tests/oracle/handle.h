/* What the stand-in gives for handles: its own, each with the driver manager's behind it.
 *
 * Promises: a handle of another kind than is asked for is none. A connection's statements end with it at the latest.
 * Memory: handle_create, handle_destroy. Threads: a connection and its statements belong to one at a time, as in ODBC.
 */
#ifndef IC_TESTS_ORACLE_HANDLE_H
#define IC_TESTS_ORACLE_HANDLE_H

#include "errors.h"
#include "manager.h"
#include "parameters.h"
#include "texts.h"

struct handle {
    SQLSMALLINT kind;
    SQLHANDLE real;
    struct failure failure; /* Of the stand-in's own, at the last call. */

    /* Of a connection. */
    SQLHANDLE env;         /* The manager's, for it alone: one environment is let into one call at a time. */
    bool has_transactions; /* Autocommit is off. */
    SQLHANDLE aside;       /* A statement of the stand-in's own; NULL until it is wanted. */
    struct handle *first;  /* Its statements. */

    /* Of a statement. */
    struct handle *connection;
    struct handle *next;
    struct handle **link; /* What points to it. */
    struct text text;     /* The one prepared. */
    struct parameters parameters;
};

/* A handle for a real one; NULL when there is no memory. `parent`: a statement's connection. */
struct handle *handle_create(SQLSMALLINT kind, SQLHANDLE real, struct handle *parent);
/* Not the real one, and with a connection its statements. NULL is fine. */
void handle_destroy(struct handle *handle);
/* Those of a connection that has ended: the driver manager has freed the real ones. */
void handle_destroy_statements(struct handle *connection);

/* The handle, its last failure forgotten; NULL when it is not of that kind. */
struct handle *handle_begin(SQLHANDLE handle, SQLSMALLINT kind);

/* Keeps a failure of the stand-in's own: SQL_ERROR. */
SQLRETURN handle_refuse(struct handle *handle, const char *state, const char *words);

/* Reads what the driver manager says of the handle, in Oracle's words; false when there is no such record. */
bool handle_read_failure(const struct handle *handle, SQLSMALLINT number, struct failure *ret_failure);

/* Makes the last failure of a statement's connection, or of what ran aside on it, the statement's. */
void handle_take_failure(struct handle *statement, SQLSMALLINT kind, SQLHANDLE real);

/* Runs SQL of the stand-in's own on a statement's connection; what goes wrong becomes the statement's failure. */
SQLRETURN handle_run_aside(struct handle *statement, const char *sql);

#endif
