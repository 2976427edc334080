#include "errors.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 128, INTERNAL = 600, LOCK_AWAITED = 30006 };

/* What stands in Oracle's words for a name in PostgreSQL's. */
enum named { NOTHING, CONSTRAINT, COLUMN };

/* The first row that fits, by the SQLSTATE (or how it begins) and by PostgreSQL's words, counts. */
static const struct {
    const char *state;
    const char *words; /* NULL: any. */
    int number;
    const char *told; /* %s: the name. */
    enum named named;
} rows[] = {
    /* A server that does not let us in tells it in words alone. */
    {"", "the database system is starting up", 1033, "ORACLE initialization or shutdown in progress", NOTHING},
    {"", "the database system is shutting down", 1033, "ORACLE initialization or shutdown in progress", NOTHING},
    {"", "the database system is in recovery", 1033, "ORACLE initialization or shutdown in progress", NOTHING},
    {"", "too many clients", 12516, "TNS:listener could not find available handler with matching protocol stack",
     NOTHING},
    {"", "remaining connection slots", 12516,
     "TNS:listener could not find available handler with matching protocol stack", NOTHING},
    {"", "too many connections for role", 2391, "exceeded simultaneous SESSIONS_PER_USER limit", NOTHING},
    {"", "too many connections for database", 18, "maximum number of sessions exceeded", NOTHING},
    {"", "terminating connection due to administrator command", 28, "your session has been killed", NOTHING},
    {"", "authentication failed", 1017, "invalid username/password; logon denied", NOTHING},
    {"08001", "FATAL:  database", 12514, "TNS:listener does not currently know of service requested", NOTHING},
    {"08001", "FATAL:  role", 1017, "invalid username/password; logon denied", NOTHING},
    {"08001", "could not translate host name", 12545, "Connect failed because target host or object does not exist",
     NOTHING},
    {"08001", "timeout expired", 12170, "TNS:Connect timeout occurred", NOTHING},
    {"08001", NULL, 12541, "TNS:no listener", NOTHING},

    {"57P01", NULL, 28, "your session has been killed", NOTHING},
    {"57P", NULL, 3113, "end-of-file on communication channel", NOTHING},
    {"08003", NULL, 3114, "not connected to ORACLE", NOTHING},
    {"08S01", "server closed the connection unexpectedly", 3113, "end-of-file on communication channel", NOTHING},
    {"08S01", NULL, 3135, "connection lost contact", NOTHING},
    {"08", NULL, 3135, "connection lost contact", NOTHING},

    {"23505", NULL, 1, "unique constraint (INSTACRM.%s) violated", CONSTRAINT},
    {"23502", NULL, 1400, "cannot insert NULL into (\"INSTACRM\".\"%s\")", COLUMN},
    {"23503", "update or delete", 2292, "integrity constraint (INSTACRM.%s) violated - child record found", CONSTRAINT},
    {"23503", NULL, 2291, "integrity constraint (INSTACRM.%s) violated - parent key not found", CONSTRAINT},
    {"23514", NULL, 2290, "check constraint (INSTACRM.%s) violated", CONSTRAINT},
    {"22001", NULL, 12899, "value too large for column", NOTHING},
    {"22003", NULL, 1438, "value larger than specified precision allowed for this column", NOTHING},
    {"22012", NULL, 1476, "divisor is equal to zero", NOTHING},
    {"22P02", NULL, 1722, "invalid number", NOTHING},

    {"40P01", NULL, 60, "deadlock detected while waiting for resource", NOTHING},
    {"40001", NULL, 8177, "can't serialize access for this transaction", NOTHING},
    {"55P03", NULL, 54, "resource busy and acquire with NOWAIT specified or timeout expired", NOTHING},
    {"57014", NULL, 1013, "user requested cancel of current operation", NOTHING},
    {"25006", NULL, 1456, "may not perform insert, delete, update operation inside a READ ONLY transaction", NOTHING},
    {"3B001", NULL, 1086, "savepoint never established in this session or is invalid", NOTHING},
    {"53100", NULL, 1653, "unable to extend table in tablespace USERS", NOTHING},
    {"53200", NULL, 4030, "out of process memory", NOTHING},

    {"42P01", NULL, 942, "table or view does not exist", NOTHING},
    {"42P07", NULL, 955, "name is already used by an existing object", NOTHING},
    {"42701", NULL, 1430, "column being added already exists in table", NOTHING},
    {"42703", NULL, 904, "invalid identifier", NOTHING},
    {"42883", NULL, 904, "invalid identifier", NOTHING},
    {"42601", NULL, 900, "invalid SQL statement", NOTHING},
};

/* Numbers whose SQLSTATE says more than that there is a failure. */
static const struct {
    int number;
    const char *state;
} states[] = {
    {1, "23000"},   {1400, "23000"}, {2290, "23000"}, {2291, "23000"}, {2292, "23000"}, {900, "42000"},
    {904, "42S22"}, {911, "42000"},  {922, "42000"},  {923, "42000"},  {925, "42000"},  {933, "42000"},
    {902, "42000"}, {920, "42000"},  {942, "42S02"},  {955, "42S01"},
};

void failure_set(struct failure *failure, int number, const char *words)
{
    const char *state = "HY000";
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (states[i].number == number) {
            state = states[i].state;
        }
    }
    failure->number = number;
    (void)snprintf(failure->state, sizeof failure->state, "%s", state);
    (void)snprintf(failure->words, sizeof failure->words, "[Oracle][ODBC][Ora]ORA-%05d: %s\n", number, words);
}

void failure_set_own(struct failure *failure, const char *state, const char *words)
{
    failure->number = 0;
    (void)snprintf(failure->state, sizeof failure->state, "%s", state);
    (void)snprintf(failure->words, sizeof failure->words, "[Oracle][ODBC]%s", words);
}

/* The name that PostgreSQL quotes behind `kind`, in capitals. */
static void find_name(const char *words, const char *kind, char *ret_name)
{
    const char *name = strstr(words, kind);
    name = name ? name + strlen(kind) : "?";
    size_t size = strcspn(name, "\"");
    (void)snprintf(ret_name, NAME_SIZE, "%.*s", (int)(size < NAME_SIZE ? size : NAME_SIZE - 1), name);
    for (char *at = ret_name; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
}

/* The driver manager's own failures, and psqlodbc's about calls. */
static bool is_of_the_driver(const struct failure *failure)
{
    static const char *const beginnings[] = {"01", "07", "HY", "IM"};
    bool is_of_it = false;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        is_of_it |= strncmp(failure->state, beginnings[i], strlen(beginnings[i])) == 0;
    }
    return strstr(failure->words, "[Driver Manager]") || (is_of_it && !strstr(failure->words, "FATAL:"));
}

static void tell(struct failure *failure, size_t row)
{
    char name[NAME_SIZE] = "";
    char told[WORDS_SIZE];
    const char *mark = strstr(rows[row].told, "%s");
    if (!mark) {
        failure_set(failure, rows[row].number, rows[row].told);
        return;
    }
    find_name(failure->words, rows[row].named == CONSTRAINT ? "constraint \"" : "column \"", name);
    (void)snprintf(told, sizeof told, "%.*s%s%s", (int)(mark - rows[row].told), rows[row].told, name, mark + 2);
    failure_set(failure, rows[row].number, told);
}

void failure_turn(struct failure *failure, bool is_waiting)
{
    if (is_of_the_driver(failure)) {
        return;
    }
    if (is_waiting && strcmp(failure->state, "55P03") == 0) {
        failure_set(failure, LOCK_AWAITED, "resource busy; acquire with WAIT timeout expired");
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strncmp(failure->state, rows[i].state, strlen(rows[i].state)) == 0 &&
            (!rows[i].words || strstr(failure->words, rows[i].words))) {
            tell(failure, i);
            return;
        }
    }
    enum { ROOM_FOR_MORE = 96 };
    char told[WORDS_SIZE];
    (void)snprintf(told, sizeof told, "internal error code, arguments: [%s], [%.*s]", failure->state,
                   WORDS_SIZE - ROOM_FOR_MORE, failure->words);
    failure_set(failure, INTERNAL, told);
}
