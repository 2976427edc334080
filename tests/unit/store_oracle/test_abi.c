/* What the store says of ODBC is what the standard's own headers say. */
#include "store/oracle/odbc_abi.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <setjmp.h>

#include <cmocka.h>

static_assert(sizeof(ic_odbc_handle) == sizeof(SQLHANDLE), "SQLHANDLE");
static_assert(sizeof(ic_odbc_handle) == sizeof(SQLHENV), "SQLHENV");
static_assert(sizeof(ic_odbc_handle) == sizeof(SQLHDBC), "SQLHDBC");
static_assert(sizeof(ic_odbc_handle) == sizeof(SQLHSTMT), "SQLHSTMT");
static_assert(sizeof(ic_odbc_return) == sizeof(SQLRETURN), "SQLRETURN");
static_assert(sizeof(ic_odbc_small) == sizeof(SQLSMALLINT), "SQLSMALLINT");
static_assert(sizeof(ic_odbc_usmall) == sizeof(SQLUSMALLINT), "SQLUSMALLINT");
static_assert(sizeof(ic_odbc_int) == sizeof(SQLINTEGER), "SQLINTEGER");
static_assert(sizeof(ic_odbc_uint) == sizeof(SQLUINTEGER), "SQLUINTEGER");
static_assert(sizeof(ic_odbc_len) == sizeof(SQLLEN), "SQLLEN");
static_assert(sizeof(ic_odbc_ulen) == sizeof(SQLULEN), "SQLULEN");
static_assert((ic_odbc_len)-1 < 0 && (SQLLEN)-1 < 0, "SQLLEN has a sign");
static_assert((ic_odbc_ulen)-1 > 0 && (SQLULEN)-1 > 0, "SQLULEN has none");

#define SAME(ours, standard) static_assert((long)(ours) == (long)(standard), #standard)
SAME(IC_ODBC_SUCCESS, SQL_SUCCESS);
SAME(IC_ODBC_SUCCESS_WITH_INFO, SQL_SUCCESS_WITH_INFO);
SAME(IC_ODBC_NEED_DATA, SQL_NEED_DATA);
SAME(IC_ODBC_NO_DATA, SQL_NO_DATA);
SAME(IC_ODBC_ERROR, SQL_ERROR);
SAME(IC_ODBC_INVALID_HANDLE, SQL_INVALID_HANDLE);
SAME(IC_ODBC_HANDLE_ENV, SQL_HANDLE_ENV);
SAME(IC_ODBC_HANDLE_DBC, SQL_HANDLE_DBC);
SAME(IC_ODBC_HANDLE_STMT, SQL_HANDLE_STMT);
SAME(IC_ODBC_NULL_DATA, SQL_NULL_DATA);
SAME(IC_ODBC_NTS, SQL_NTS);
SAME(IC_ODBC_NO_TOTAL, SQL_NO_TOTAL);
SAME(IC_ODBC_LEN_DATA_AT_EXEC_OFFSET, SQL_LEN_DATA_AT_EXEC_OFFSET);
SAME(IC_ODBC_LEN_DATA_AT_EXEC_OFFSET - 5, SQL_LEN_DATA_AT_EXEC(5));
SAME(IC_ODBC_C_CHAR, SQL_C_CHAR);
SAME(IC_ODBC_NUMERIC, SQL_NUMERIC);
SAME(IC_ODBC_VARCHAR, SQL_VARCHAR);
SAME(IC_ODBC_LONGVARCHAR, SQL_LONGVARCHAR);
SAME(IC_ODBC_PARAM_INPUT, SQL_PARAM_INPUT);
SAME(IC_ODBC_PARAM_ERROR, SQL_PARAM_ERROR);
SAME(IC_ODBC_ATTR_ODBC_VERSION, SQL_ATTR_ODBC_VERSION);
SAME(IC_ODBC_OV_ODBC3, SQL_OV_ODBC3);
SAME(IC_ODBC_ATTR_AUTOCOMMIT, SQL_ATTR_AUTOCOMMIT);
SAME(IC_ODBC_AUTOCOMMIT_OFF, SQL_AUTOCOMMIT_OFF);
SAME(IC_ODBC_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_ON);
SAME(IC_ODBC_ATTR_LOGIN_TIMEOUT, SQL_ATTR_LOGIN_TIMEOUT);
SAME(IC_ODBC_ATTR_CONNECTION_TIMEOUT, SQL_ATTR_CONNECTION_TIMEOUT);
SAME(IC_ODBC_ATTR_CONNECTION_DEAD, SQL_ATTR_CONNECTION_DEAD);
SAME(IC_ODBC_CD_TRUE, SQL_CD_TRUE);
SAME(IC_ODBC_ATTR_QUERY_TIMEOUT, SQL_ATTR_QUERY_TIMEOUT);
SAME(IC_ODBC_ATTR_PARAM_BIND_TYPE, SQL_ATTR_PARAM_BIND_TYPE);
SAME(IC_ODBC_PARAM_BIND_BY_COLUMN, SQL_PARAM_BIND_BY_COLUMN);
SAME(IC_ODBC_ATTR_PARAM_STATUS_PTR, SQL_ATTR_PARAM_STATUS_PTR);
SAME(IC_ODBC_ATTR_PARAMSET_SIZE, SQL_ATTR_PARAMSET_SIZE);
SAME(IC_ODBC_IS_POINTER, SQL_IS_POINTER);
SAME(IC_ODBC_IS_UINTEGER, SQL_IS_UINTEGER);
SAME(IC_ODBC_COMMIT, SQL_COMMIT);
SAME(IC_ODBC_ROLLBACK, SQL_ROLLBACK);
SAME(IC_ODBC_CLOSE, SQL_CLOSE);
SAME(IC_ODBC_FETCH_NEXT, SQL_FETCH_NEXT);
SAME(IC_ODBC_FETCH_FIRST, SQL_FETCH_FIRST);
SAME(IC_ODBC_DRIVER_NOPROMPT, SQL_DRIVER_NOPROMPT);
SAME(IC_ODBC_SQLSTATE_SIZE, SQL_SQLSTATE_SIZE);

/* A function that is called as ours is has the standard's parameters, one for one: the compiler holds the count and
 * what converts into what; sizes are held above. */
#define CALL(name, ...) ((void)sizeof(name(__VA_ARGS__)))

static void test_functions_take_what_the_standard_says(void **state)
{
    (void)state;
    ic_odbc_handle handle = NULL;
    ic_odbc_small small = 0;
    ic_odbc_usmall usmall = 0;
    ic_odbc_int number = 0;
    SQLLEN len = 0;
    ic_odbc_ulen ulen = 0;
    unsigned char *text = NULL;
    void *pointer = NULL;
    CALL(SQLAllocHandle, small, handle, &handle);
    CALL(SQLFreeHandle, small, handle);
    CALL(SQLSetEnvAttr, handle, number, pointer, number);
    CALL(SQLDrivers, handle, usmall, text, small, &small, text, small, &small);
    CALL(SQLDriverConnect, handle, pointer, text, small, text, small, &small, usmall);
    CALL(SQLDisconnect, handle);
    CALL(SQLSetConnectAttr, handle, number, pointer, number);
    CALL(SQLGetConnectAttr, handle, number, pointer, number, &number);
    CALL(SQLEndTran, small, handle, small);
    CALL(SQLSetStmtAttr, handle, number, pointer, number);
    CALL(SQLPrepare, handle, text, number);
    CALL(SQLExecDirect, handle, text, number);
    CALL(SQLBindParameter, handle, usmall, small, small, small, ulen, small, pointer, len, &len);
    CALL(SQLExecute, handle);
    CALL(SQLParamData, handle, &pointer);
    CALL(SQLPutData, handle, pointer, len);
    CALL(SQLNumResultCols, handle, &small);
    CALL(SQLRowCount, handle, &len);
    CALL(SQLFetch, handle);
    CALL(SQLGetData, handle, usmall, small, pointer, len, &len);
    CALL(SQLFreeStmt, handle, usmall);
    CALL(SQLGetDiagRec, small, handle, small, text, &number, text, small, &small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_take_what_the_standard_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
