/* An Oracle database to open connections to.
 *
 * | environment            | what                                                                              |
 * |------------------------|-----------------------------------------------------------------------------------|
 * | ORACLE_CONN_STRING     | where it is: a net service name, Easy Connect, a descriptor, or ODBC's own string |
 * | ORACLE_USER            | who asks; none: whom the wallet or the string names                               |
 * | ORACLE_PASSWORD        | and the password                                                                  |
 * | INSTACRM_ODBC_DRIVER   | the driver's name in odbcinst.ini; else the first one that begins with "Oracle"   |
 * | INSTACRM_ODBC_LIBRARY  | the driver manager; else libodbc.so.2                                             |
 *
 * Promises: the environment is read and the driver manager loaded when the database is made, without asking anybody;
 * nothing of a connection string, and so no password, is in an error. Memory and threads: as struct ic_database in
 * store/driver.h; but make it before other threads read the environment. */
#ifndef IC_STORE_ORACLE_DATABASE_H
#define IC_STORE_ORACLE_DATABASE_H

#include "store/driver.h"

/* Fails with invalid_parameter when ORACLE_CONN_STRING is missing or too long, with unavailable when there is no driver
 * manager, or no driver. */
IC_NODISCARD enum ic_rc ic_oracle_database_create(struct ic_database **ret_database, struct ic_err *err);

#endif
