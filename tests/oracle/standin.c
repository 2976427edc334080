/* What the stand-in exports of ODBC for environments, connections and failures: the driver manager's functions of the
 * same names, with what makes PostgreSQL look like Oracle in between (README.md). */
#include "exported.h"
#include "handle.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* psqlodbc leaves a failed statement to us; it has the server prepare; orafce's functions come before PostgreSQL's. */
static const char settings[] = ";Protocol=7.4-0;UseServerSidePrepare=1;"
                               "ConnSettings={SET search_path = public, oracle, pg_catalog}";

static SQLRETURN no_memory(struct handle *handle)
{
    return handle_refuse(handle, "HY001", "There is no memory.");
}

/* ---- Handles. ---- */

/* An environment of the manager's as ours has them. */
static SQLHANDLE create_env(void)
{
    const struct manager *manager = manager_get();
    SQLHANDLE env = NULL;
    if (!SQL_SUCCEEDED(manager->SQLAllocHandle(SQL_HANDLE_ENV, NULL, &env))) {
        return NULL;
    }
    if (!SQL_SUCCEEDED(
            manager->SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, SQL_IS_UINTEGER))) {
        (void)manager->SQLFreeHandle(SQL_HANDLE_ENV, env);
        return NULL;
    }
    return env;
}

/* NULL is accepted. */
static void destroy_env(SQLHANDLE env)
{
    if (env) {
        (void)manager_get()->SQLFreeHandle(SQL_HANDLE_ENV, env);
    }
}

EXPORTED SQLRETURN SQLAllocHandle(SQLSMALLINT kind, SQLHANDLE parent, SQLHANDLE *ret_handle)
{
    static const SQLSMALLINT parents[] = {
        [SQL_HANDLE_ENV] = 0, [SQL_HANDLE_DBC] = SQL_HANDLE_ENV, [SQL_HANDLE_STMT] = SQL_HANDLE_DBC};
    const struct manager *manager = manager_get();
    struct handle *above = NULL;
    SQLHANDLE real = NULL;
    if (!manager || kind < SQL_HANDLE_ENV || kind > SQL_HANDLE_STMT) {
        return SQL_ERROR;
    }
    if (kind != SQL_HANDLE_ENV) {
        above = handle_begin(parent, parents[kind]);
        if (!above) {
            return SQL_INVALID_HANDLE;
        }
    }
    SQLHANDLE env = kind == SQL_HANDLE_DBC ? create_env() : NULL;
    if (kind == SQL_HANDLE_DBC && !env) {
        return no_memory(above);
    }
    SQLRETURN returned = manager->SQLAllocHandle(kind, env ? env : above ? above->real : NULL, &real);
    if (!SQL_SUCCEEDED(returned)) {
        destroy_env(env);
        return returned;
    }
    struct handle *handle = handle_create(kind, real, above);
    if (!handle) {
        (void)manager->SQLFreeHandle(kind, real);
        destroy_env(env);
        return above ? no_memory(above) : SQL_ERROR;
    }
    handle->env = env;
    *ret_handle = handle;
    return returned;
}

EXPORTED SQLRETURN SQLFreeHandle(SQLSMALLINT kind, SQLHANDLE handle)
{
    struct handle *self = handle_begin(handle, kind);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    SQLRETURN returned = manager_get()->SQLFreeHandle(kind, self->real);
    if (SQL_SUCCEEDED(returned)) {
        destroy_env(self->env);
        handle_destroy(self);
    }
    return returned;
}

EXPORTED SQLRETURN SQLGetDiagRec(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT number, SQLCHAR *state,
                                 SQLINTEGER *ret_native, SQLCHAR *words, SQLSMALLINT room, SQLSMALLINT *ret_size)
{
    const struct handle *self = handle;
    if (!self || self->kind != kind) {
        return SQL_INVALID_HANDLE;
    }
    struct failure failure = self->failure;
    if (failure.state[0] ? number > 1 : !handle_read_failure(self, number, &failure)) {
        return SQL_NO_DATA;
    }
    if (state) {
        memcpy(state, failure.state, STATE_SIZE);
    }
    if (ret_native) {
        *ret_native = failure.number;
    }
    if (ret_size) {
        *ret_size = (SQLSMALLINT)strlen(failure.words);
    }
    int size = snprintf((char *)words, words ? (size_t)room : 0, "%s", failure.words);
    return size < room ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
}

EXPORTED SQLRETURN SQLSetEnvAttr(SQLHENV env, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size)
{
    struct handle *self = handle_begin(env, SQL_HANDLE_ENV);
    return self ? manager_get()->SQLSetEnvAttr(self->real, attribute, value, size) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLDrivers(SQLHENV env, SQLUSMALLINT direction, SQLCHAR *name, SQLSMALLINT name_room,
                              SQLSMALLINT *ret_name_size, SQLCHAR *attributes, SQLSMALLINT attributes_room,
                              SQLSMALLINT *ret_attributes_size)
{
    struct handle *self = handle_begin(env, SQL_HANDLE_ENV);
    return self ? manager_get()->SQLDrivers(self->real, direction, name, name_room, ret_name_size, attributes,
                                            attributes_room, ret_attributes_size)
                : SQL_INVALID_HANDLE;
}

/* ---- Connections. ---- */

EXPORTED SQLRETURN SQLDriverConnect(SQLHDBC dbc, SQLHWND window, SQLCHAR *text, SQLSMALLINT text_size,
                                    SQLCHAR *completed, SQLSMALLINT completed_room, SQLSMALLINT *ret_completed_size,
                                    SQLUSMALLINT completion)
{
    /* psqlodbc sets the process's locale meanwhile, which two threads may not do at once. */
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    enum { ROOM = 4096 };
    char whole[ROOM];
    struct handle *self = handle_begin(dbc, SQL_HANDLE_DBC);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    size_t size = text_size == SQL_NTS ? strlen((const char *)text) : (size_t)text_size;
    if (size + sizeof settings > sizeof whole) {
        return handle_refuse(self, "HY090", "The connection string is too long.");
    }
    memcpy(whole, text, size);
    memcpy(whole + size, settings, sizeof settings);
    (void)pthread_mutex_lock(&lock);
    SQLRETURN returned = manager_get()->SQLDriverConnect(self->real, window, (SQLCHAR *)whole, SQL_NTS, completed,
                                                         completed_room, ret_completed_size, completion);
    (void)pthread_mutex_unlock(&lock);
    return returned;
}

EXPORTED SQLRETURN SQLDisconnect(SQLHDBC dbc)
{
    struct handle *self = handle_begin(dbc, SQL_HANDLE_DBC);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    SQLRETURN returned = manager_get()->SQLDisconnect(self->real);
    if (SQL_SUCCEEDED(returned)) {
        handle_destroy_statements(self);
    }
    return returned;
}

EXPORTED SQLRETURN SQLSetConnectAttr(SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size)
{
    struct handle *self = handle_begin(dbc, SQL_HANDLE_DBC);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    SQLRETURN returned = manager_get()->SQLSetConnectAttr(self->real, attribute, value, size);
    if (SQL_SUCCEEDED(returned) && attribute == SQL_ATTR_AUTOCOMMIT) {
        self->has_transactions = (uintptr_t)value == SQL_AUTOCOMMIT_OFF;
    }
    return returned;
}

EXPORTED SQLRETURN SQLGetConnectAttr(SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER ret_value, SQLINTEGER room,
                                     SQLINTEGER *ret_size)
{
    struct handle *self = handle_begin(dbc, SQL_HANDLE_DBC);
    return self ? manager_get()->SQLGetConnectAttr(self->real, attribute, ret_value, room, ret_size)
                : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLGetInfo(SQLHDBC dbc, SQLUSMALLINT what, SQLPOINTER ret_value, SQLSMALLINT room,
                              SQLSMALLINT *ret_size)
{
    static const char name[] = "Oracle";
    struct handle *self = handle_begin(dbc, SQL_HANDLE_DBC);
    if (!self) {
        return SQL_INVALID_HANDLE;
    }
    if (what != SQL_DBMS_NAME) {
        return manager_get()->SQLGetInfo(self->real, what, ret_value, room, ret_size);
    }
    if (ret_size) {
        *ret_size = sizeof name - 1;
    }
    int size = snprintf(ret_value, ret_value ? (size_t)room : 0, "%s", name);
    return size < room ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
}

EXPORTED SQLRETURN SQLGetFunctions(SQLHDBC dbc, SQLUSMALLINT function, SQLUSMALLINT *ret_supported)
{
    struct handle *self = handle_begin(dbc, SQL_HANDLE_DBC);
    return self ? manager_get()->SQLGetFunctions(self->real, function, ret_supported) : SQL_INVALID_HANDLE;
}

EXPORTED SQLRETURN SQLEndTran(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT how)
{
    struct handle *self = handle_begin(handle, kind);
    return self ? manager_get()->SQLEndTran(kind, self->real, how) : SQL_INVALID_HANDLE;
}
