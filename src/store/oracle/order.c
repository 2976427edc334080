#include "store/oracle/order.h"

#include <stdlib.h>
#include <string.h>

static struct ic_oracle_order *own(struct ic_oracle_task *task)
{
    return (struct ic_oracle_order *)task;
}

static enum ic_driver_rc failed(struct ic_oracle_session *session, struct ic_oracle_order *order)
{
    return ic_oracle_failure_take(session->library, IC_ODBC_HANDLE_DBC, session->dbc, &order->task.failure);
}

static bool set_autocommit(struct ic_oracle_session *session, uintptr_t how)
{
    return ic_odbc_is_good(
        session->library->SQLSetConnectAttr(session->dbc, IC_ODBC_ATTR_AUTOCOMMIT, (void *)how, IC_ODBC_IS_UINTEGER));
}

static enum ic_driver_rc run_text(struct ic_oracle_session *session, struct ic_oracle_order *order)
{
    struct ic_oracle_task *task = &order->cursor->task;
    order->cursor->wanted = IC_ORACLE_EXECUTE;
    order->cursor->batch.row_count = 1;
    enum ic_driver_rc rc = task->run(session, task);
    if (rc) {
        order->task.failure = task->failure;
    } else if (order->wants_row && order->cursor->page.row_count == 0) {
        rc = ic_oracle_failure_set(&order->task.failure, IC_DRIVER_OTHER, "a table that must have a row has none");
    }
    if (order->is_once) {
        ic_oracle_cursor_drop(session, order->cursor);
    }
    return rc;
}

static enum ic_driver_rc run(struct ic_oracle_session *session, struct ic_oracle_task *task)
{
    struct ic_oracle_order *order = own(task);
    enum ic_driver_rc rc = IC_DRIVER_OK;
    if (order->begins && !set_autocommit(session, IC_ODBC_AUTOCOMMIT_OFF)) {
        rc = failed(session, order);
    }
    if (!rc && order->cursor) {
        rc = run_text(session, order);
    }
    if (!rc && order->ends &&
        (!ic_odbc_is_good(session->library->SQLEndTran(IC_ODBC_HANDLE_DBC, session->dbc, order->how)) ||
         !set_autocommit(session, IC_ODBC_AUTOCOMMIT_ON))) {
        rc = failed(session, order);
    }
    return rc;
}

static void destroy(struct ic_oracle_task *task)
{
    struct ic_oracle_order *order = own(task);
    if (order->cursor) {
        order->cursor->task.destroy(&order->cursor->task);
    }
    free(order->sql);
    free(order);
}

struct ic_oracle_order *ic_oracle_order_create(const char *sql)
{
    struct ic_oracle_order *order = calloc(1, sizeof *order);
    if (!order) {
        return NULL;
    }
    order->task.run = run;
    order->task.destroy = destroy;
    if (sql) {
        order->sql = strdup(sql);
        order->text.sql = order->sql;
        order->cursor = order->sql ? ic_oracle_cursor_create(&order->text) : NULL;
        if (!order->cursor) {
            destroy(&order->task);
            return NULL;
        }
    }
    return order;
}
