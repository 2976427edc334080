/* A PostgreSQL database to open connections to.
 *
 * Promises: the address is checked when the database is made, without asking anybody; nothing of it, and so no
 * password, is in an error about it. Memory and threads: as struct ic_database in store/driver.h. */
#ifndef IC_STORE_POSTGRES_DATABASE_H
#define IC_STORE_POSTGRES_DATABASE_H

#include "store/driver.h"

/* Keeps the address: postgres://USER:PASSWORD@HOST:PORT/DATABASE?KEYWORD=VALUE, or libpq's keywords. What it leaves out
 * comes from libpq's environment (PGHOST, PGPASSFILE, ...). Fails with invalid_parameter when it cannot be read. */
IC_NODISCARD enum ic_rc ic_postgres_database_create(const char *url, struct ic_database **ret_database,
                                                    struct ic_err *err);

#endif
