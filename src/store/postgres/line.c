#include "store/postgres/line.h"

#include "base/utf8.h"
#include "store/postgres/classes.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
    SQLSTATE_SIZE = 5,
    /* Bytes may lie in the TLS layer, where poll does not see them; looking costs nothing. */
    LOOK_MS = 1000,
};

/* ---- Failures. ---- */

/* Keeps the first line of `words`, without the end of its sentence, and the code behind it. */
static void note(struct ic_postgres_line *line, const char *sqlstate, const char *words)
{
    if (!*words) {
        words = "the connection is gone";
    }
    size_t size = strcspn(words, "\n");
    while (size > 0 && (words[size - 1] == '.' || isspace((unsigned char)words[size - 1]))) {
        size--;
    }
    enum { CODE_ROOM = sizeof " (SQLSTATE 00000)" };
    size = ic_utf8_floor((struct ic_str){words, size}, IC_POSTGRES_MESSAGE_SIZE - CODE_ROOM);
    char text[IC_POSTGRES_MESSAGE_SIZE]; /* `words` may be the line's own message. */
    if (sqlstate) {
        (void)snprintf(text, sizeof text, "%.*s (SQLSTATE %.*s)", (int)size, words, SQLSTATE_SIZE, sqlstate);
    } else {
        (void)snprintf(text, sizeof text, "%.*s", (int)size, words);
    }
    memcpy(line->message, text, sizeof text);
    line->native = ic_postgres_native(sqlstate);
}

enum ic_driver_rc ic_postgres_line_refuse(struct ic_postgres_line *line, enum ic_driver_rc rc, const char *sqlstate,
                                          const char *words)
{
    note(line, sqlstate, words);
    return rc;
}

void ic_postgres_line_release(struct ic_postgres_line *line)
{
    PQfinish(line->pg); /* Says goodbye only if that needs no waiting. */
    line->pg = NULL;
}

enum ic_driver_rc ic_postgres_line_lose(struct ic_postgres_line *line, const char *words)
{
    note(line, NULL, words ? words : PQerrorMessage(line->pg));
    ic_postgres_line_release(line);
    return IC_DRIVER_LOST;
}

enum ic_driver_rc ic_postgres_line_check(struct ic_postgres_line *line, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return IC_DRIVER_OK;
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        break;
    default:
        return ic_postgres_line_lose(line, "the server began a conversation that was not asked for");
    }
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    note(line, PQresultErrorField(result, PG_DIAG_SQLSTATE), primary ? primary : PQresultErrorMessage(result));
    enum ic_driver_rc rc = ic_postgres_class_of_result(result);
    if (rc == IC_DRIVER_LOST || PQstatus(line->pg) == CONNECTION_BAD) {
        ic_postgres_line_release(line);
        rc = IC_DRIVER_LOST;
    }
    return rc;
}

/* ---- Waiting. ---- */

static void start_clock(struct ic_postgres_line *line)
{
    line->deadline_ms = ic_clock_monotonic_ms(&line->clock) + line->call_ms_max;
}

enum ic_driver_rc ic_postgres_line_begin(struct ic_postgres_line *line)
{
    if (!line->pg) {
        return IC_DRIVER_LOST;
    }
    start_clock(line);
    return IC_DRIVER_OK;
}

/* Waits for one of the events on the socket; none after LOOK_MS. False, and lost, when none came in time. */
static bool await(struct ic_postgres_line *line, short events, short *ret_events)
{
    for (;;) {
        struct pollfd socket = {.fd = PQsocket(line->pg), .events = events};
        if (socket.fd < 0) {
            (void)ic_postgres_line_lose(line, NULL);
            return false;
        }
        /* Asked once more at the end: this process itself may have been stopped while the answer came. */
        int64_t left_ms = line->deadline_ms - ic_clock_monotonic_ms(&line->clock);
        int ready = poll(&socket, 1, left_ms > LOOK_MS ? LOOK_MS : left_ms > 0 ? (int)left_ms : 0);
        if (ready > 0 || (ready == 0 && left_ms > LOOK_MS)) {
            *ret_events = socket.revents;
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            (void)ic_postgres_line_lose(line, strerror(errno));
            return false;
        }
        if (ready == 0 && left_ms <= 0) {
            (void)ic_postgres_line_lose(line, "the server did not answer in time");
            return false;
        }
    }
}

enum ic_driver_rc ic_postgres_line_wait(struct ic_postgres_line *line, int unsent)
{
    if (unsent < 0) {
        return ic_postgres_line_lose(line, NULL);
    }
    short events;
    if (!await(line, unsent ? POLLIN | POLLOUT : POLLIN, &events)) {
        return IC_DRIVER_LOST;
    }
    /* Not only when there is something to read: an end of the line shows in other events as well. */
    if (events != POLLOUT && !PQconsumeInput(line->pg)) {
        return ic_postgres_line_lose(line, NULL);
    }
    return IC_DRIVER_OK;
}

enum ic_driver_rc ic_postgres_line_finish(struct ic_postgres_line *line, int is_sent, PGresult **ret_result)
{
    if (!is_sent) {
        return ic_postgres_line_lose(line, NULL);
    }
    PGresult *last = NULL;
    enum ic_driver_rc rc = IC_DRIVER_OK;
    while (line->pg) {
        if (PQisBusy(line->pg)) {
            enum ic_driver_rc waited = ic_postgres_line_wait(line, PQflush(line->pg));
            rc = waited ? waited : rc;
            continue;
        }
        PGresult *result = PQgetResult(line->pg);
        if (!result) {
            break;
        }
        PQclear(last);
        last = result;
        rc = ic_postgres_line_check(line, result);
    }
    if (ret_result && !rc) {
        *ret_result = last;
    } else {
        PQclear(last);
    }
    return rc;
}

enum ic_driver_rc ic_postgres_line_query(struct ic_postgres_line *line, const char *sql, PGresult **ret_result)
{
    return ic_postgres_line_finish(line, PQsendQuery(line->pg, sql), ret_result);
}

/* ---- Connecting. ---- */

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* libpq tells the code of a refused connection only within its words: "FATAL:  53300: sorry, ...". NULL: none. */
static const char *find_sqlstate(const char *words)
{
    for (const char *at = words; (at = strstr(at, ":  ")); at += 3) {
        const char *code = at + 3;
        size_t size = strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (size == SQLSTATE_SIZE && code[size] == ':') {
            return code;
        }
    }
    return NULL;
}

/* Why the server, or nobody, would have us. */
static enum ic_driver_rc refused(struct ic_postgres_line *line)
{
    const char *words = PQerrorMessage(line->pg);
    const char *code = find_sqlstate(words);
    enum ic_driver_rc rc = IC_DRIVER_LOST;
    if (code) {
        char sqlstate[SQLSTATE_SIZE + 1] = "";
        memcpy(sqlstate, code, SQLSTATE_SIZE);
        rc = ic_postgres_class(sqlstate, NULL);
        note(line, sqlstate, code + SQLSTATE_SIZE + 2);
    } else {
        note(line, NULL, words);
    }
    ic_postgres_line_release(line);
    return rc;
}

enum ic_driver_rc ic_postgres_line_connect(struct ic_postgres_line *line, const char *url)
{
    const char *const keywords[] = {"dbname", "fallback_application_name", "client_encoding", NULL};
    const char *const values[] = {url, "instacrm", "UTF8", NULL};
    line->pg = PQconnectStartParams(keywords, values, 1);
    if (!line->pg) {
        return ic_postgres_line_refuse(line, IC_DRIVER_NOMEM, NULL, "there is no memory for a connection");
    }
    start_clock(line);
    (void)PQsetNoticeReceiver(line->pg, ignore_notice, NULL);
    (void)PQsetErrorVerbosity(line->pg, PQERRORS_VERBOSE);
    PostgresPollingStatusType wanted =
        PQstatus(line->pg) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (wanted != PGRES_POLLING_OK) {
        short events;
        if (wanted == PGRES_POLLING_FAILED) {
            return refused(line);
        }
        if (!await(line, wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, &events)) {
            return IC_DRIVER_LOST;
        }
        if (events) { /* Asked before, libpq would take a connection for made that is not. */
            wanted = PQconnectPoll(line->pg);
        }
    }
    if (PQsetnonblocking(line->pg, 1)) {
        return ic_postgres_line_lose(line, NULL);
    }
    return IC_DRIVER_OK;
}
