#include "store/postgres/classes.h"

#include <stdlib.h>
#include <string.h>

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Longer beginnings stand before shorter ones. */
static const struct {
    const char *beginning;
    enum ic_driver_rc rc;
} classes[] = {
    {"08", IC_DRIVER_LOST},       /* The connection failed. */
    {"22", IC_DRIVER_CONSTRAINT}, /* A value that its column cannot hold. */
    {"23", IC_DRIVER_CONSTRAINT}, {"25006", IC_DRIVER_READONLY},
    {"25P03", IC_DRIVER_LOST}, /* A transaction was idle for too long, */
    {"25P04", IC_DRIVER_LOST}, /* or went on for too long: the session is over. */
    {"40003", IC_DRIVER_LOST}, /* Whether it happened is not known. */
    {"40001", IC_DRIVER_RETRY},   {"40P01", IC_DRIVER_RETRY},
    {"53100", IC_DRIVER_FULL},    {"53200", IC_DRIVER_NOMEM},
    {"53", IC_DRIVER_BUSY},    /* No connection is free, for one. */
    {"55P03", IC_DRIVER_BUSY}, /* A lock was not had in time. */
    {"57014", IC_DRIVER_BUSY}, /* The statement took too long. */
    {"57P", IC_DRIVER_LOST},   /* The server starts, stops, or was told to end the session. */
    {"58", IC_DRIVER_IO},         {"XX001", IC_DRIVER_CORRUPT},
    {"XX002", IC_DRIVER_CORRUPT},
};

enum ic_driver_rc ic_postgres_class(const char *sqlstate, const char *constraint)
{
    static const char unique_violation[] = "23505";
    static const char primary_key_ending[] = "_pkey"; /* As the server names it. */
    if (!sqlstate) {
        return IC_DRIVER_OTHER;
    }
    if (strcmp(sqlstate, unique_violation) == 0) {
        size_t size = constraint ? strlen(constraint) : 0;
        size_t ending = sizeof primary_key_ending - 1;
        bool is_primary = size >= ending && strcmp(constraint + size - ending, primary_key_ending) == 0;
        return is_primary ? IC_DRIVER_PRIMARY_KEY : IC_DRIVER_UNIQUE;
    }
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (starts_with(sqlstate, classes[i].beginning)) {
            return classes[i].rc;
        }
    }
    return IC_DRIVER_OTHER;
}

enum ic_driver_rc ic_postgres_class_of_result(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)) {
        return IC_DRIVER_LOST;
    }
    return ic_postgres_class(PQresultErrorField(result, PG_DIAG_SQLSTATE),
                             PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));
}

int ic_postgres_native(const char *sqlstate)
{
    return sqlstate ? (int)strtol(sqlstate, NULL, 36) : 0;
}
