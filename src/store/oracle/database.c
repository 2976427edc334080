#include "store/oracle/database.h"

#include "store/migrations.h"
#include "store/oracle/connection.h"
#include "store/oracle/line.h"

#include <stdio.h>
#include <stdlib.h>

static const char operation[] = "store.oracle.database";

enum { DRIVER_NAME_SIZE = 256 };

struct oracle_database {
    struct ic_database base;
    struct ic_oracle_library *library;
    struct ic_oracle_address address;
};

static struct oracle_database *own(struct ic_database *database)
{
    return (struct oracle_database *)database;
}

static enum ic_rc open_connection(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                                  struct ic_err *err)
{
    (void)is_writing; /* A read-only database is told by its first write. */
    return ic_oracle_open(own(database)->library, &own(database)->address, ic_driver_call_ms(database), ret_connection,
                          err);
}

static void destroy(struct ic_database *database)
{
    if (database) {
        struct oracle_database *self = own(database);
        if (self->library) {
            /* Drivers clean up when the process ends, which their threads should not see. */
            ic_oracle_line_await_stuck(self->library, IC_DRIVER_CALL_MS_MAX);
        }
        ic_oracle_library_release(self->library);
        ic_oracle_address_release(&self->address);
        free(self);
    }
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static enum ic_rc choose_driver(struct ic_oracle_library *library, const char *place, char *ret_name,
                                struct ic_err *err)
{
    const char *named = variable("INSTACRM_ODBC_DRIVER");
    ret_name[0] = '\0';
    if (!ic_oracle_address_wants_driver(place)) {
        return IC_OK;
    }
    if (*named) {
        int size = snprintf(ret_name, DRIVER_NAME_SIZE, "%s", named);
        return size < DRIVER_NAME_SIZE
                   ? IC_OK
                   : ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                                "INSTACRM_ODBC_DRIVER is longer than %d bytes.", DRIVER_NAME_SIZE - 1);
    }
    if (!ic_oracle_library_find_driver(library, ret_name, DRIVER_NAME_SIZE)) {
        return ic_err_set(
            err, IC_CODE_UNAVAILABLE, operation,
            "odbcinst.ini names no driver that begins with 'Oracle'; install Oracle's Instant Client with "
            "its ODBC package, or set INSTACRM_ODBC_DRIVER; see docs/oracle.md.");
    }
    return IC_OK;
}

static enum ic_rc find_address(struct oracle_database *self, struct ic_err *err)
{
    const char *place = variable("ORACLE_CONN_STRING");
    char driver[DRIVER_NAME_SIZE];
    if (!*place) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "ORACLE_CONN_STRING is not set: it says where the Oracle database is.");
    }
    enum ic_rc rc = ic_oracle_library_load(&self->library, err);
    if (!rc) {
        rc = choose_driver(self->library, place, driver, err);
    }
    return rc ? rc
              : ic_oracle_address_init(&self->address, place, variable("ORACLE_USER"), variable("ORACLE_PASSWORD"),
                                       driver, err);
}

enum ic_rc ic_oracle_database_create(struct ic_database **ret_database, struct ic_err *err)
{
    struct oracle_database *self = calloc(1, sizeof *self);
    if (!self) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a database.");
    }
    self->base = (struct ic_database){
        .migrations = ic_migrations_oracle,
        .migration_count = IC_MIGRATION_COUNT,
        .open = open_connection,
        .destroy = destroy,
    };
    enum ic_rc rc = find_address(self, err);
    if (rc) {
        destroy(&self->base);
        return rc;
    }
    *ret_database = &self->base;
    return IC_OK;
}
