#include "store/oracle/opening.h"

#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

/* One, two, three and four bytes of UTF-8. */
#define PROBE_TEXT  "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8D\x95"
#define PROBE_COUNT "4"

static struct ic_oracle_opening *own(struct ic_oracle_task *task)
{
    return (struct ic_oracle_opening *)task;
}

static enum ic_driver_rc failed(struct ic_oracle_session *session, struct ic_oracle_task *task)
{
    return ic_oracle_failure_take(session->library, IC_ODBC_HANDLE_DBC, session->dbc, &task->failure);
}

static enum ic_driver_rc connect_session(struct ic_oracle_session *session, struct ic_oracle_opening *opening)
{
    struct ic_oracle_library *library = session->library;
    void *timeout = (void *)(uintptr_t)session->statement_s_max;
    if (!ic_odbc_is_good(library->SQLAllocHandle(IC_ODBC_HANDLE_DBC, library->env, &session->dbc))) {
        session->dbc = NULL;
        return ic_oracle_failure_set(&opening->task.failure, IC_DRIVER_NOMEM, "there is no memory for a connection");
    }
    /* A driver that does not know of timeouts is bounded all the same: nobody waits longer for its thread. */
    (void)library->SQLSetConnectAttr(session->dbc, IC_ODBC_ATTR_LOGIN_TIMEOUT, timeout, IC_ODBC_IS_UINTEGER);
    if (!ic_odbc_is_good(library->SQLDriverConnect(session->dbc, NULL, (unsigned char *)opening->address,
                                                   (ic_odbc_small)opening->address_size, NULL, 0, NULL,
                                                   IC_ODBC_DRIVER_NOPROMPT))) {
        return failed(session, &opening->task);
    }
    session->is_connected = true;
    (void)library->SQLSetConnectAttr(session->dbc, IC_ODBC_ATTR_CONNECTION_TIMEOUT, timeout, IC_ODBC_IS_UINTEGER);
    return IC_DRIVER_OK;
}

static enum ic_driver_rc run_cursor(struct ic_oracle_session *session, struct ic_oracle_opening *opening,
                                    struct ic_oracle_cursor *cursor)
{
    cursor->wanted = IC_ORACLE_EXECUTE;
    enum ic_driver_rc rc = cursor->task.run(session, &cursor->task);
    if (rc) {
        opening->task.failure = cursor->task.failure;
    }
    return rc;
}

static bool has_text(const struct ic_oracle_page *page, size_t column, const char *text)
{
    const struct ic_oracle_cell *cell = &page->cells[column];
    return !cell->is_null && cell->size == strlen(text) && memcmp(page->texts + cell->offset, text, cell->size) == 0;
}

static enum ic_driver_rc look_at_probe(struct ic_oracle_opening *opening)
{
    const struct ic_oracle_cursor *probe = opening->probe;
    bool has_come_back = probe->column_count == 2 && probe->page.row_count == 1 &&
                         has_text(&probe->page, 0, PROBE_TEXT) && has_text(&probe->page, 1, PROBE_COUNT);
    if (has_come_back) {
        return IC_DRIVER_OK;
    }
    return ic_oracle_failure_set(&opening->task.failure, IC_DRIVER_OTHER,
                                 "texts do not come back as they were; the database must be of character set AL32UTF8, "
                                 "and NLS_LANG must end with .AL32UTF8");
}

static enum ic_driver_rc run(struct ic_oracle_session *session, struct ic_oracle_task *task)
{
    struct ic_oracle_opening *opening = own(task);
    enum ic_driver_rc rc = connect_session(session, opening);
    if (!rc) {
        rc = run_cursor(session, opening, opening->settings);
    }
    if (!rc) {
        rc = run_cursor(session, opening, opening->probe);
    }
    if (!rc) {
        rc = look_at_probe(opening);
    }
    /* The cursors go with the task, the connection stays. */
    ic_oracle_cursor_drop(session, opening->settings);
    ic_oracle_cursor_drop(session, opening->probe);
    return rc;
}

static void destroy(struct ic_oracle_task *task)
{
    struct ic_oracle_opening *opening = own(task);
    if (opening->address) {
        ic_secret_wipe(opening->address, opening->address_size);
    }
    if (opening->settings) {
        opening->settings->task.destroy(&opening->settings->task);
    }
    if (opening->probe) {
        opening->probe->task.destroy(&opening->probe->task);
    }
    free(opening->address);
    free(opening);
}

struct ic_oracle_opening *ic_oracle_opening_create(const struct ic_oracle_address *address)
{
    const struct ic_value probed = {.kind = IC_VALUE_TEXT, .text = IC_STR(PROBE_TEXT)};
    struct ic_oracle_opening *opening = calloc(1, sizeof *opening);
    if (!opening) {
        return NULL;
    }
    opening->task.run = run;
    opening->task.destroy = destroy;
    opening->address_size = address->size;
    opening->address = strdup(address->text);
    opening->settings = ic_oracle_cursor_create(&ic_statements_oracle[IC_STATEMENT_SESSION_SET_UP]);
    opening->probe = ic_oracle_cursor_create(&ic_statements_oracle[IC_STATEMENT_TEXT_PROBE]);
    if (!opening->address || !opening->settings || !opening->probe ||
        !ic_oracle_batch_fill(&opening->settings->batch, NULL, 0, 1) ||
        !ic_oracle_batch_fill(&opening->probe->batch, &probed, 1, 1)) {
        destroy(&opening->task);
        return NULL;
    }
    return opening;
}
