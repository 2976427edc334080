/* The real ODBC driver manager, behind the stand-in's functions of the same names.
 *
 * Promises: it is loaded once and stays. Its symbols are seen by nobody else, nor ours by it. Memory: static. Threads:
 * any. */
#ifndef IC_TESTS_ORACLE_MANAGER_H
#define IC_TESTS_ORACLE_MANAGER_H

#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>

#define MANAGER_FUNCTIONS(X) \
    X(SQLAllocHandle)        \
    X(SQLFreeHandle)         \
    X(SQLSetEnvAttr)         \
    X(SQLDrivers)            \
    X(SQLDriverConnect)      \
    X(SQLDisconnect)         \
    X(SQLSetConnectAttr)     \
    X(SQLGetConnectAttr)     \
    X(SQLGetInfo)            \
    X(SQLGetFunctions)       \
    X(SQLEndTran)            \
    X(SQLSetStmtAttr)        \
    X(SQLPrepare)            \
    X(SQLExecDirect)         \
    X(SQLExecute)            \
    X(SQLBindParameter)      \
    X(SQLParamData)          \
    X(SQLPutData)            \
    X(SQLNumResultCols)      \
    X(SQLDescribeCol)        \
    X(SQLColAttribute)       \
    X(SQLRowCount)           \
    X(SQLBindCol)            \
    X(SQLFetch)              \
    X(SQLGetData)            \
    X(SQLMoreResults)        \
    X(SQLCloseCursor)        \
    X(SQLFreeStmt)           \
    X(SQLCancel)             \
    X(SQLGetDiagRec)

struct manager {
#define MANAGER_FIELD(name) __typeof__(&name) name;
    MANAGER_FUNCTIONS(MANAGER_FIELD)
#undef MANAGER_FIELD
};

/* The real one; NULL when there is none on this machine. */
const struct manager *manager_get(void);

/* Finds all of the functions in a library; false when one is missing. */
bool manager_load(const char *library, struct manager *ret_manager);

#endif
