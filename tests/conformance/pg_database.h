/* A database of the suite's own on a PostgreSQL server, made and dropped from the database that an address names; for
 * the engines that have one beneath them.
 *
 * Promises and threads: as engine.h. Memory: static; there is one. */
#ifndef IC_TESTS_CONFORMANCE_PG_DATABASE_H
#define IC_TESTS_CONFORMANCE_PG_DATABASE_H

#include "engine.h"

/* Takes the server's address, which must live as long as the program, and chooses the database's name. */
void pg_use(const char *where);

/* The address of the database itself, and its name. */
const char *pg_address(void);
const char *pg_name(void);

/* Makes it anew; `how` is what stands behind CREATE DATABASE name. */
void pg_make(const char *how);

/* As the functions of struct engine. */
void pg_remove(void);
void pg_cut(void);
struct outside *pg_outside_begin(void);
bool pg_outside_run(struct outside *outside, const char *sql);
void pg_outside_end(struct outside *outside);

#endif
