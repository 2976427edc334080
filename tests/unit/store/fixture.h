/* A folder of its own for a test, with an SQLite file in it: opened as a store, or as one bare transaction for tests of
 * single functions.
 *
 * Memory: the fixture owns everything; the arena lives until the test ends. Threads: the test's. */
#ifndef IC_TESTS_STORE_FIXTURE_H
#define IC_TESTS_STORE_FIXTURE_H

#include "store/engine.h"
#include "store/operators.h"
#include "store/outreach.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"

struct fixture {
    char folder[64];
    char path[160];
    struct ic_clock clock;
    struct ic_rand rand;
    struct ic_arena *arena;
    struct ic_err err;
    struct ic_store *store; /* Of fixture_open. */
    struct ic_store_tx tx;  /* Of fixture_begin: a writing transaction that the teardown rolls back. */
};

/* For cmocka: `*state` becomes the fixture. The three setups give a folder, a folder and a store, a folder and `tx`. */
int fixture_folder(void **state);
int fixture_open(void **state);
int fixture_begin(void **state);
int fixture_end(void **state);

/* Commits what `tx` has done and begins anew. */
void fixture_commit(struct fixture *fixture);

/* Opens the store at the fixture's path; the caller destroys it. */
struct ic_store *fixture_open_store(struct fixture *fixture);

/* Runs `run` in a write of the store and expects it to go well. */
void fixture_write(struct fixture *fixture, ic_store_run run, void *context);

/* An operator of that name, inserted in `tx`. */
struct ic_id fixture_operator(struct ic_store_tx *tx, const char *name);

/* An outreach by that operator to that target, ready to be inserted. */
struct ic_outreach fixture_outreach(const struct ic_id *opr_id, const char *tar_username, int64_t at);

/* As a write's function: inserts the operator "Owner" and puts the id at `context`. */
enum ic_rc fixture_insert_owner(struct ic_store_tx *tx, void *context, struct ic_err *err);

/* Runs SQL text outside any transaction, on a connection of its own, and gives the number that comes of it; for what
 * the store has no function for. */
int64_t fixture_sql(struct fixture *fixture, const char *sql);

#endif
