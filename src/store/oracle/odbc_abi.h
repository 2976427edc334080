/* What the store uses of ODBC: the types, numbers and prototypes that the standard fixes (ISO/IEC 9075-3 and ODBC 3),
 * written down here so that the server builds on a machine that has no ODBC.
 *
 * Promises: they are those of a driver manager built with 64-bit SQLLEN, as unixODBC is on a 64-bit machine; a test
 * holds each of them against the real headers. Text is in bytes, SQLCHAR, which C calls unsigned char. */
#ifndef IC_STORE_ORACLE_ODBC_ABI_H
#define IC_STORE_ORACLE_ODBC_ABI_H

#include <stdint.h>

typedef void *ic_odbc_handle;    /* SQLHANDLE, SQLHENV, SQLHDBC, SQLHSTMT. */
typedef int16_t ic_odbc_return;  /* SQLRETURN */
typedef int16_t ic_odbc_small;   /* SQLSMALLINT */
typedef uint16_t ic_odbc_usmall; /* SQLUSMALLINT */
typedef int32_t ic_odbc_int;     /* SQLINTEGER */
typedef uint32_t ic_odbc_uint;   /* SQLUINTEGER */
typedef int64_t ic_odbc_len;     /* SQLLEN */
typedef uint64_t ic_odbc_ulen;   /* SQLULEN */

/* What a function returns. */
enum {
    IC_ODBC_SUCCESS = 0,
    IC_ODBC_SUCCESS_WITH_INFO = 1,
    IC_ODBC_NEED_DATA = 99,
    IC_ODBC_NO_DATA = 100,
    IC_ODBC_ERROR = -1,
    IC_ODBC_INVALID_HANDLE = -2,
};

/* Kinds of handles. */
enum { IC_ODBC_HANDLE_ENV = 1, IC_ODBC_HANDLE_DBC = 2, IC_ODBC_HANDLE_STMT = 3 };

/* Lengths that are none. */
enum {
    IC_ODBC_NULL_DATA = -1,
    IC_ODBC_NTS = -3, /* The text ends with a NUL. */
    IC_ODBC_NO_TOTAL = -4,
    IC_ODBC_LEN_DATA_AT_EXEC_OFFSET = -100, /* Minus the size: it follows in pieces. */
};

/* Types of values. */
enum { IC_ODBC_C_CHAR = 1, IC_ODBC_NUMERIC = 2, IC_ODBC_VARCHAR = 12, IC_ODBC_LONGVARCHAR = -1 };

enum { IC_ODBC_PARAM_INPUT = 1, IC_ODBC_PARAM_ERROR = 5 };

/* Attributes, and their values. */
enum {
    IC_ODBC_ATTR_ODBC_VERSION = 200,
    IC_ODBC_OV_ODBC3 = 3,

    IC_ODBC_ATTR_AUTOCOMMIT = 102,
    IC_ODBC_AUTOCOMMIT_OFF = 0,
    IC_ODBC_AUTOCOMMIT_ON = 1,
    IC_ODBC_ATTR_LOGIN_TIMEOUT = 103,
    IC_ODBC_ATTR_CONNECTION_TIMEOUT = 113,
    IC_ODBC_ATTR_CONNECTION_DEAD = 1209,
    IC_ODBC_CD_TRUE = 1,

    IC_ODBC_ATTR_QUERY_TIMEOUT = 0,
    IC_ODBC_ATTR_PARAM_BIND_TYPE = 18,
    IC_ODBC_PARAM_BIND_BY_COLUMN = 0,
    IC_ODBC_ATTR_PARAM_STATUS_PTR = 20,
    IC_ODBC_ATTR_PARAMSET_SIZE = 22,

    IC_ODBC_IS_POINTER = -4,
    IC_ODBC_IS_UINTEGER = -5,
};

enum { IC_ODBC_COMMIT = 0, IC_ODBC_ROLLBACK = 1 };        /* Of SQLEndTran. */
enum { IC_ODBC_CLOSE = 0 };                               /* Of SQLFreeStmt. */
enum { IC_ODBC_FETCH_NEXT = 1, IC_ODBC_FETCH_FIRST = 2 }; /* Of SQLDrivers. */
enum { IC_ODBC_DRIVER_NOPROMPT = 0 };                     /* Of SQLDriverConnect. */

enum { IC_ODBC_SQLSTATE_SIZE = 5 };

/* The functions, each with its standard name. */
#define IC_ODBC_FUNCTIONS(X)                                                                                          \
    X(SQLAllocHandle, (ic_odbc_small kind, ic_odbc_handle parent, ic_odbc_handle * ret_handle))                       \
    X(SQLFreeHandle, (ic_odbc_small kind, ic_odbc_handle handle))                                                     \
    X(SQLSetEnvAttr, (ic_odbc_handle env, ic_odbc_int attribute, void *value, ic_odbc_int size))                      \
    X(SQLDrivers, (ic_odbc_handle env, ic_odbc_usmall direction, unsigned char *name, ic_odbc_small name_room,        \
                   ic_odbc_small *ret_name_size, unsigned char *attributes, ic_odbc_small attributes_room,            \
                   ic_odbc_small *ret_attributes_size))                                                               \
    X(SQLDriverConnect,                                                                                               \
      (ic_odbc_handle dbc, void *window, unsigned char *text, ic_odbc_small text_size, unsigned char *completed,      \
       ic_odbc_small completed_room, ic_odbc_small *ret_completed_size, ic_odbc_usmall completion))                   \
    X(SQLDisconnect, (ic_odbc_handle dbc))                                                                            \
    X(SQLSetConnectAttr, (ic_odbc_handle dbc, ic_odbc_int attribute, void *value, ic_odbc_int size))                  \
    X(SQLGetConnectAttr,                                                                                              \
      (ic_odbc_handle dbc, ic_odbc_int attribute, void *ret_value, ic_odbc_int room, ic_odbc_int *ret_size))          \
    X(SQLEndTran, (ic_odbc_small kind, ic_odbc_handle handle, ic_odbc_small how))                                     \
    X(SQLSetStmtAttr, (ic_odbc_handle stmt, ic_odbc_int attribute, void *value, ic_odbc_int size))                    \
    X(SQLPrepare, (ic_odbc_handle stmt, unsigned char *text, ic_odbc_int size))                                       \
    X(SQLExecDirect, (ic_odbc_handle stmt, unsigned char *text, ic_odbc_int size))                                    \
    X(SQLBindParameter, (ic_odbc_handle stmt, ic_odbc_usmall position, ic_odbc_small direction, ic_odbc_small c_type, \
                         ic_odbc_small sql_type, ic_odbc_ulen column_size, ic_odbc_small digits, void *value,         \
                         ic_odbc_len room, ic_odbc_len *size))                                                        \
    X(SQLExecute, (ic_odbc_handle stmt))                                                                              \
    X(SQLParamData, (ic_odbc_handle stmt, void **ret_value))                                                          \
    X(SQLPutData, (ic_odbc_handle stmt, void *data, ic_odbc_len size))                                                \
    X(SQLNumResultCols, (ic_odbc_handle stmt, ic_odbc_small * ret_count))                                             \
    X(SQLRowCount, (ic_odbc_handle stmt, ic_odbc_len * ret_count))                                                    \
    X(SQLFetch, (ic_odbc_handle stmt))                                                                                \
    X(SQLGetData, (ic_odbc_handle stmt, ic_odbc_usmall column, ic_odbc_small c_type, void *data, ic_odbc_len room,    \
                   ic_odbc_len *ret_size))                                                                            \
    X(SQLFreeStmt, (ic_odbc_handle stmt, ic_odbc_usmall how))                                                         \
    X(SQLGetDiagRec, (ic_odbc_small kind, ic_odbc_handle handle, ic_odbc_small number, unsigned char *state,          \
                      ic_odbc_int *ret_native, unsigned char *text, ic_odbc_small room, ic_odbc_small *ret_size))

#endif
