#include "store/driver.h"

enum ic_rc ic_driver_failed(struct ic_connection *connection, enum ic_driver_rc rc, const char *operation,
                            struct ic_err *err)
{
    int native = connection->driver->native(connection);
    switch (rc) {
    case IC_DRIVER_BUSY:
        return ic_err_set_native(err, IC_CODE_BUSY, operation, native, true,
                                 "Another program is writing to the database; it did not finish in time.");
    case IC_DRIVER_RETRY:
        return ic_err_set_native(err, IC_CODE_BUSY, operation, native, true,
                                 "Others were writing the same; it did not come to an end in time.");
    case IC_DRIVER_LOST:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, true, "The database does not answer: %s.",
                                 connection->driver->message(connection));
    case IC_DRIVER_FULL:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, true,
                                 "The disk that holds the database is full.");
    case IC_DRIVER_READONLY:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, false,
                                 "The database or its folder may not be written.");
    case IC_DRIVER_IO:
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, true, "The database's disk failed: %s.",
                                 connection->driver->message(connection));
    case IC_DRIVER_CORRUPT:
        return ic_err_set_native(err, IC_CODE_CORRUPT, operation, native, false,
                                 "The database is damaged or is not one: %s.", connection->driver->message(connection));
    case IC_DRIVER_NOMEM:
        return ic_err_set_native(err, IC_CODE_OUT_OF_MEMORY, operation, native, true,
                                 "The database ran out of memory.");
    case IC_DRIVER_OK:
    case IC_DRIVER_ROW:
    case IC_DRIVER_PRIMARY_KEY:
    case IC_DRIVER_UNIQUE:
    case IC_DRIVER_CONSTRAINT:
    case IC_DRIVER_OTHER:
        break;
    }
    return ic_err_set_native(err, IC_CODE_INTERNAL, operation, native, false, "The database refused: %s.",
                             connection->driver->message(connection));
}

int ic_driver_call_ms(const struct ic_database *database)
{
    return database->is_patient ? IC_DRIVER_PATIENT_CALL_MS_MAX : IC_DRIVER_CALL_MS_MAX;
}

int ic_driver_wait_ms(int call_ms_max)
{
    return call_ms_max < IC_DRIVER_CALL_MS_MAX ? call_ms_max : IC_DRIVER_CALL_MS_MAX;
}
