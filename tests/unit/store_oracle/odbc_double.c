#include "odbc_double.h"

#include "store/oracle/odbc_abi.h"

#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The standard's names, as the real library has them. */
#define DECLARE(name, parameters) ic_odbc_return name parameters;
IC_ODBC_FUNCTIONS(DECLARE)
#undef DECLARE

static struct odbc_behaviour behaviour;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* Of behaviour.connected_with. */

/* A handle of any kind; only a statement has more than the first two. */
struct statement {
    struct statement *parent;
    struct statement *next; /* Of a connection: its first statement; of a statement: the connection's next. */
    char sql[512];
    ic_odbc_ulen row_count;
    struct {
        char *texts;
        ic_odbc_len stride;
        ic_odbc_len *sizes;
    } first; /* Parameter. */
    bool is_asking;
    bool was_asked;
    int rows_left;
    size_t taken; /* Of the text that is being read. */
};

static _Thread_local char failure[2400];
static _Thread_local int failure_number;

struct odbc_behaviour *odbc_behaviour(void)
{
    return &behaviour;
}

static void hang(const char *function)
{
    if (!behaviour.hangs_in || strcmp(behaviour.hangs_in, function) != 0) {
        return;
    }
    atomic_fetch_add(&behaviour.hanging_count, 1);
    while (!atomic_load(&behaviour.let_go)) {
        (void)poll(NULL, 0, 5);
    }
    atomic_fetch_sub(&behaviour.hanging_count, 1);
}

static ic_odbc_return fail(int number, const char *words)
{
    failure_number = number;
    (void)snprintf(failure, sizeof failure, "[Oracle][ODBC][Ora]ORA-%05d: %s\n", number, words);
    return IC_ODBC_ERROR;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

ic_odbc_return SQLAllocHandle(ic_odbc_small kind, ic_odbc_handle parent, ic_odbc_handle *ret_handle)
{
    struct statement *handle = calloc(1, sizeof *handle);
    handle->row_count = 1;
    if (kind == IC_ODBC_HANDLE_STMT) {
        handle->parent = parent;
        handle->next = handle->parent->next;
        handle->parent->next = handle;
    }
    *ret_handle = handle;
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLFreeHandle(ic_odbc_small kind, ic_odbc_handle handle)
{
    struct statement *freed = handle;
    if (kind == IC_ODBC_HANDLE_STMT) {
        struct statement **at = &freed->parent->next;
        while (*at != freed) {
            at = &(*at)->next;
        }
        *at = freed->next;
    }
    free(freed);
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLSetEnvAttr(ic_odbc_handle env, ic_odbc_int attribute, void *value, ic_odbc_int size)
{
    (void)env;
    (void)attribute;
    (void)size;
    return (uintptr_t)value == IC_ODBC_OV_ODBC3 ? IC_ODBC_SUCCESS : IC_ODBC_ERROR;
}

ic_odbc_return SQLDrivers(ic_odbc_handle env, ic_odbc_usmall direction, unsigned char *name, ic_odbc_small name_room,
                          ic_odbc_small *ret_name_size, unsigned char *attributes, ic_odbc_small attributes_room,
                          ic_odbc_small *ret_attributes_size)
{
    static const char *const names[] = {"PostgreSQL ANSI", "Oracle 19c ODBC driver", "Oracle 23 ODBC driver"};
    static size_t next;
    (void)env;
    (void)attributes_room;
    next = direction == IC_ODBC_FETCH_FIRST ? 0 : next + 1;
    if (next == sizeof names / sizeof names[0]) {
        return IC_ODBC_NO_DATA;
    }
    *ret_name_size = (ic_odbc_small)snprintf((char *)name, (size_t)name_room, "%s", names[next]);
    attributes[0] = '\0';
    *ret_attributes_size = 0;
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLDriverConnect(ic_odbc_handle dbc, void *window, unsigned char *text, ic_odbc_small text_size,
                                unsigned char *completed, ic_odbc_small completed_room,
                                ic_odbc_small *ret_completed_size, ic_odbc_usmall completion)
{
    (void)dbc;
    (void)window;
    (void)completed;
    (void)completed_room;
    (void)ret_completed_size;
    (void)completion;
    pthread_mutex_lock(&lock);
    (void)snprintf(behaviour.connected_with, sizeof behaviour.connected_with, "%.*s", (int)text_size,
                   (const char *)text);
    pthread_mutex_unlock(&lock);
    hang(__func__);
    if (behaviour.refuses_logon) {
        char words[2100];
        (void)snprintf(words, sizeof words, "invalid username/password; logon denied (%s)", behaviour.connected_with);
        return fail(1017, words);
    }
    atomic_fetch_add(&behaviour.connected_count, 1);
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLDisconnect(ic_odbc_handle dbc)
{
    struct statement *connection = dbc;
    hang(__func__);
    while (connection->next) {
        (void)SQLFreeHandle(IC_ODBC_HANDLE_STMT, connection->next);
    }
    atomic_fetch_sub(&behaviour.connected_count, 1);
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLSetConnectAttr(ic_odbc_handle dbc, ic_odbc_int attribute, void *value, ic_odbc_int size)
{
    (void)dbc;
    (void)attribute;
    (void)value;
    (void)size;
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLGetConnectAttr(ic_odbc_handle dbc, ic_odbc_int attribute, void *ret_value, ic_odbc_int room,
                                 ic_odbc_int *ret_size)
{
    (void)dbc;
    (void)attribute;
    (void)room;
    (void)ret_size;
    *(ic_odbc_uint *)ret_value = 0;
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLEndTran(ic_odbc_small kind, ic_odbc_handle handle, ic_odbc_small how)
{
    (void)kind;
    (void)handle;
    (void)how;
    hang(__func__);
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLSetStmtAttr(ic_odbc_handle stmt, ic_odbc_int attribute, void *value, ic_odbc_int size)
{
    struct statement *statement = stmt;
    (void)size;
    if (attribute == IC_ODBC_ATTR_PARAMSET_SIZE) {
        if (behaviour.knows_no_arrays) {
            return fail(0, "Driver not capable");
        }
        statement->row_count = (uintptr_t)value;
    }
    if (attribute == IC_ODBC_ATTR_QUERY_TIMEOUT) {
        behaviour.timeout_s = (int)(uintptr_t)value;
    }
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLPrepare(ic_odbc_handle stmt, unsigned char *text, ic_odbc_int size)
{
    struct statement *statement = stmt;
    (void)size;
    (void)snprintf(statement->sql, sizeof statement->sql, "%s", (const char *)text);
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLExecDirect(ic_odbc_handle stmt, unsigned char *text, ic_odbc_int size)
{
    ic_odbc_return returned = SQLPrepare(stmt, text, size);
    return returned ? returned : SQLExecute(stmt);
}

ic_odbc_return SQLBindParameter(ic_odbc_handle stmt, ic_odbc_usmall position, ic_odbc_small direction,
                                ic_odbc_small c_type, ic_odbc_small sql_type, ic_odbc_ulen column_size,
                                ic_odbc_small digits, void *value, ic_odbc_len room, ic_odbc_len *size)
{
    struct statement *statement = stmt;
    (void)direction;
    (void)sql_type;
    (void)column_size;
    (void)digits;
    if (c_type != IC_ODBC_C_CHAR) {
        return fail(0, "Invalid SQL data type");
    }
    if (position == 1) {
        statement->first.texts = value;
        statement->first.stride = room;
        statement->first.sizes = size;
    }
    return IC_ODBC_SUCCESS;
}

static void keep_value(const char *text, size_t size)
{
    size_t at = strlen(behaviour.values);
    (void)snprintf(behaviour.values + at, sizeof behaviour.values - at, "%.*s,", (int)size, text);
}

/* Takes note of what is bound; false when a text must be asked for. */
static bool keep_values(const struct statement *statement)
{
    for (ic_odbc_ulen row = 0; statement->first.sizes && row < statement->row_count; row++) {
        ic_odbc_len size = statement->first.sizes[row];
        if (size <= IC_ODBC_LEN_DATA_AT_EXEC_OFFSET) {
            return false;
        }
        const char *text = statement->first.texts + (ic_odbc_len)row * statement->first.stride;
        bool is_null = size == IC_ODBC_NULL_DATA;
        keep_value(is_null ? "NULL" : text, is_null ? 4 : (size_t)size);
    }
    return true;
}

ic_odbc_return SQLExecute(ic_odbc_handle stmt)
{
    struct statement *statement = stmt;
    atomic_fetch_add(&behaviour.execution_count, 1);
    hang(__func__);
    if (behaviour.fails && begins(statement->sql, behaviour.fails)) {
        return fail(behaviour.number, behaviour.words);
    }
    statement->rows_left = begins(statement->sql, "SELECT");
    statement->taken = 0;
    statement->was_asked = false;
    statement->is_asking = !begins(statement->sql, "SELECT CAST") && !keep_values(statement);
    return statement->is_asking ? IC_ODBC_NEED_DATA : IC_ODBC_SUCCESS;
}

ic_odbc_return SQLParamData(ic_odbc_handle stmt, void **ret_value)
{
    struct statement *statement = stmt;
    if (statement->was_asked) {
        keep_value("", 0);
        return IC_ODBC_SUCCESS;
    }
    statement->was_asked = true;
    *ret_value = statement->first.texts;
    return IC_ODBC_NEED_DATA;
}

ic_odbc_return SQLPutData(ic_odbc_handle stmt, void *data, ic_odbc_len size)
{
    size_t at = strlen(behaviour.values);
    (void)stmt;
    behaviour.put_count++;
    behaviour.cut_count += (*(const unsigned char *)data & 0xC0) == 0x80;
    (void)snprintf(behaviour.values + at, sizeof behaviour.values - at, "%.*s", (int)size, (const char *)data);
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLNumResultCols(ic_odbc_handle stmt, ic_odbc_small *ret_count)
{
    const struct statement *statement = stmt;
    *ret_count = begins(statement->sql, "SELECT CAST") ? 2 : begins(statement->sql, "SELECT");
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLRowCount(ic_odbc_handle stmt, ic_odbc_len *ret_count)
{
    *ret_count = (ic_odbc_len)((struct statement *)stmt)->row_count;
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLFetch(ic_odbc_handle stmt)
{
    struct statement *statement = stmt;
    return statement->rows_left-- > 0 ? IC_ODBC_SUCCESS : IC_ODBC_NO_DATA;
}

static ic_odbc_return give(char *data, ic_odbc_len room, ic_odbc_len *ret_size, const char *text)
{
    *ret_size = snprintf(data, (size_t)room, "%s", text);
    return IC_ODBC_SUCCESS;
}

/* Some bytes at a time, and no word of how many there are before the last. */
static ic_odbc_return give_pieces(struct statement *statement, char *data, ic_odbc_len room, ic_odbc_len *ret_size)
{
    enum { BYTES_MAX = 1021 };
    static const char piece[] = PIECE;
    size_t total = strtoul(statement->sql + strlen("SELECT "), NULL, 10) * (sizeof piece - 1);
    size_t left = total - statement->taken;
    size_t size = (size_t)room - 1 < left ? (size_t)room - 1 : left;
    size = size < BYTES_MAX ? size : BYTES_MAX;
    for (size_t i = 0; i < size; i++) {
        data[i] = piece[(statement->taken + i) % (sizeof piece - 1)];
    }
    data[size] = '\0';
    statement->taken += size;
    *ret_size = size == left ? (ic_odbc_len)left : IC_ODBC_NO_TOTAL;
    return size == left ? IC_ODBC_SUCCESS : IC_ODBC_SUCCESS_WITH_INFO;
}

ic_odbc_return SQLGetData(ic_odbc_handle stmt, ic_odbc_usmall column, ic_odbc_small c_type, void *data,
                          ic_odbc_len room, ic_odbc_len *ret_size)
{
    struct statement *statement = stmt;
    (void)c_type;
    if (begins(statement->sql, "SELECT CAST")) { /* The probe, whose parameter is its answer. */
        char text[64];
        (void)snprintf(text, sizeof text, "%.*s", (int)statement->first.sizes[0], statement->first.texts);
        return give(data, room, ret_size, column == 2 ? "4" : behaviour.garbles ? "????" : text);
    }
    return strstr(statement->sql, "pieces") ? give_pieces(statement, data, room, ret_size)
                                            : give(data, room, ret_size, "1");
}

ic_odbc_return SQLFreeStmt(ic_odbc_handle stmt, ic_odbc_usmall how)
{
    (void)stmt;
    (void)how;
    return IC_ODBC_SUCCESS;
}

ic_odbc_return SQLGetDiagRec(ic_odbc_small kind, ic_odbc_handle handle, ic_odbc_small number, unsigned char *state,
                             ic_odbc_int *ret_native, unsigned char *text, ic_odbc_small room, ic_odbc_small *ret_size)
{
    (void)kind;
    (void)handle;
    if (number > 1) {
        return IC_ODBC_NO_DATA;
    }
    (void)snprintf((char *)state, IC_ODBC_SQLSTATE_SIZE + 1, "HY000");
    *ret_native = failure_number;
    *ret_size = (ic_odbc_small)snprintf((char *)text, (size_t)room, "%s", failure);
    return IC_ODBC_SUCCESS;
}
