/* What PostgreSQL's error codes mean to the store.
 *
 * Promises: every code has a class; one that is not known is IC_DRIVER_OTHER. Memory: none. Threads: any. */
#ifndef IC_STORE_POSTGRES_CLASSES_H
#define IC_STORE_POSTGRES_CLASSES_H

#include "store/driver.h"

#include <libpq-fe.h>

/* The class of an SQLSTATE; `constraint` is the name of the violated constraint, or NULL. */
enum ic_driver_rc ic_postgres_class(const char *sqlstate, const char *constraint);

/* The class of a failed result; a server that says FATAL has ended the connection. */
enum ic_driver_rc ic_postgres_class_of_result(const PGresult *result);

/* The code as one number: its five digits and letters to the base 36; 0 when there is none. */
int ic_postgres_native(const char *sqlstate);

#endif
