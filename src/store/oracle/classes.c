#include "store/oracle/classes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { UNIQUE_CONSTRAINT_VIOLATED = 1 };

static const struct {
    int number;
    enum ic_driver_rc rc;
} numbers[] = {
    {1400, IC_DRIVER_CONSTRAINT}, /* A NULL, inserted ... */
    {1407, IC_DRIVER_CONSTRAINT}, /* ... or updated. */
    {1401, IC_DRIVER_CONSTRAINT}, /* A value that its column cannot hold, told in several ways. */
    {1438, IC_DRIVER_CONSTRAINT},
    {1461, IC_DRIVER_CONSTRAINT},
    {1489, IC_DRIVER_CONSTRAINT},
    {12899, IC_DRIVER_CONSTRAINT},
    {2290, IC_DRIVER_CONSTRAINT}, /* A check. */
    {2291, IC_DRIVER_CONSTRAINT}, /* A reference to nothing, ... */
    {2292, IC_DRIVER_CONSTRAINT}, /* ... or left behind. */

    {18, IC_DRIVER_BUSY},    /* No session is free, ... */
    {20, IC_DRIVER_BUSY},    /* ... or no process, ... */
    {2391, IC_DRIVER_BUSY},  /* ... or not for this user, ... */
    {12516, IC_DRIVER_BUSY}, /* ... or the listener says so. */
    {12519, IC_DRIVER_BUSY},
    {12520, IC_DRIVER_BUSY},
    {54, IC_DRIVER_BUSY},    /* A lock was not had, at once ... */
    {30006, IC_DRIVER_BUSY}, /* ... or in time. */
    {4021, IC_DRIVER_BUSY},
    {1013, IC_DRIVER_BUSY}, /* The statement took too long: the driver has cancelled it. */

    {60, IC_DRIVER_RETRY}, /* A deadlock. */
    {4020, IC_DRIVER_RETRY},
    {8177, IC_DRIVER_RETRY},
    {1555, IC_DRIVER_RETRY}, /* The snapshot is too old: a new one may do. */

    {28, IC_DRIVER_LOST}, /* The session was killed, or has ended for its idleness or its age. */
    {31, IC_DRIVER_LOST},
    {1012, IC_DRIVER_LOST},
    {2396, IC_DRIVER_LOST},
    {2399, IC_DRIVER_LOST},
    {1033, IC_DRIVER_LOST}, /* The database starts, stops or is not there. */
    {1034, IC_DRIVER_LOST},
    {1089, IC_DRIVER_LOST},
    {1090, IC_DRIVER_LOST},
    {1092, IC_DRIVER_LOST},
    {27101, IC_DRIVER_LOST},
    {3113, IC_DRIVER_LOST}, /* The line broke. */
    {3114, IC_DRIVER_LOST},
    {3135, IC_DRIVER_LOST},
    {3136, IC_DRIVER_LOST},
    {12150, IC_DRIVER_LOST},
    {12152, IC_DRIVER_LOST},
    {12153, IC_DRIVER_LOST},
    {12157, IC_DRIVER_LOST},
    {12170, IC_DRIVER_LOST},
    {12514, IC_DRIVER_LOST}, /* The listener does not know the service, as while it starts. */
    {12528, IC_DRIVER_LOST},
    {12535, IC_DRIVER_LOST},
    {12537, IC_DRIVER_LOST},
    {12541, IC_DRIVER_LOST},
    {12543, IC_DRIVER_LOST},
    {12545, IC_DRIVER_LOST},
    {12547, IC_DRIVER_LOST},
    {12560, IC_DRIVER_LOST},
    {12571, IC_DRIVER_LOST},
    {12609, IC_DRIVER_LOST},
    {25401, IC_DRIVER_LOST}, /* What failover could not carry over. */
    {25402, IC_DRIVER_LOST},
    {25408, IC_DRIVER_LOST},
    {25409, IC_DRIVER_LOST},

    {1536, IC_DRIVER_FULL}, /* The user's quota, ... */
    {1652, IC_DRIVER_FULL}, /* ... or a tablespace for sorting, tables, indexes, long texts, undoing, ... */
    {1653, IC_DRIVER_FULL},
    {1654, IC_DRIVER_FULL},
    {1691, IC_DRIVER_FULL},
    {30036, IC_DRIVER_FULL},
    {19809, IC_DRIVER_FULL}, /* ... or the recovery area. */
    {257, IC_DRIVER_FULL},

    {1456, IC_DRIVER_READONLY},  /* In a transaction that only reads, ... */
    {16000, IC_DRIVER_READONLY}, /* ... or in a database that does. */
    {1031, IC_DRIVER_READONLY},  /* A privilege is missing. */

    {1110, IC_DRIVER_IO}, /* A file of the database cannot be read or written. */
    {1115, IC_DRIVER_IO},
    {1114, IC_DRIVER_IO},
    {376, IC_DRIVER_IO},

    {1578, IC_DRIVER_CORRUPT},
    {26040, IC_DRIVER_CORRUPT},
    {8103, IC_DRIVER_CORRUPT},

    {4030, IC_DRIVER_NOMEM},
    {4031, IC_DRIVER_NOMEM},
};

/* Longer beginnings stand before shorter ones. */
static const struct {
    const char *beginning;
    enum ic_driver_rc rc;
} states[] = {
    {"08", IC_DRIVER_LOST},       {"HYT00", IC_DRIVER_BUSY},  {"HYT01", IC_DRIVER_LOST},
    {"HY008", IC_DRIVER_BUSY}, /* Cancelled. */
    {"HY001", IC_DRIVER_NOMEM},   {"HY013", IC_DRIVER_NOMEM}, {"HY117", IC_DRIVER_LOST},
    {"40001", IC_DRIVER_RETRY},   {"40003", IC_DRIVER_LOST},  {"22", IC_DRIVER_CONSTRAINT},
    {"23", IC_DRIVER_CONSTRAINT},
};

/* ORA-00001: unique constraint (SCHEMA.OPERATORS_PKEY) violated ... */
static enum ic_driver_rc class_of_unique(const char *words)
{
    static const char ending[] = "_PKEY";
    enum { ENDING_SIZE = sizeof ending - 1 };
    const char *name = strchr(words, '(');
    size_t size = name ? strcspn(name, ")") : 0;
    bool is_primary = size > ENDING_SIZE && strncasecmp(name + size - ENDING_SIZE, ending, ENDING_SIZE) == 0;
    return is_primary ? IC_DRIVER_PRIMARY_KEY : IC_DRIVER_UNIQUE;
}

enum ic_driver_rc ic_oracle_class(const char *sqlstate, int number, const char *words)
{
    if (number == UNIQUE_CONSTRAINT_VIOLATED) {
        const char *own = strstr(words, "ORA-00001");
        return class_of_unique(own ? own : words);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].number == number) {
            return numbers[i].rc;
        }
    }
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strncmp(sqlstate, states[i].beginning, strlen(states[i].beginning)) == 0) {
            return states[i].rc;
        }
    }
    return IC_DRIVER_OTHER;
}

int ic_oracle_number(int native, const char *words)
{
    static const char mark[] = "ORA-";
    const char *told = strstr(words, mark);
    if (told && told[sizeof mark - 1] >= '0' && told[sizeof mark - 1] <= '9') {
        return (int)strtol(told + sizeof mark - 1, NULL, 10);
    }
    return strstr(words, "[Oracle]") ? native : 0;
}
