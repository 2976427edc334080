/* A database of a test's own on the engine that the program was told, and what the tests put into it.
 *
 * Promises: a test begins with a database that nobody has opened, and leaves none behind. Whoever reads or writes
 * patiently tries again while the error says that this may help, FIXTURE_PATIENCE_MS in all.
 * Memory: the fixture owns everything; the arena lives until the test ends. Threads: the test's; what takes a store may
 * be called from any. */
#ifndef IC_TESTS_CONFORMANCE_FIXTURE_H
#define IC_TESTS_CONFORMANCE_FIXTURE_H

#include "engine.h"
#include "proxy.h"
#include "store/engine.h"
#include "store/operators.h"
#include "store/outreach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { FIXTURE_READERS = 4, FIXTURE_PATIENCE_MS = 30000, FIXTURE_ARENA_BYTES_MAX = 64 << 20 };

struct fixture {
    const struct engine *engine;
    struct ic_clock clock;
    struct ic_rand rand;
    struct ic_arena *arena;
    struct proxy *proxy;    /* Between `store` and the engine; NULL unless the test's setup is fixture_proxied. */
    struct ic_store *store; /* Of every setup but fixture_empty. */
    struct ic_store *other; /* Of fixture_two: on the same database, as another process would be. */
    struct ic_store *third; /* A test may open it. */
};

/* The engine of all tests; set it before the first. */
void fixture_use(const struct engine *engine);

/* For cmocka: `*state` becomes the fixture. A database without a store, with one, with two, with one behind a proxy. */
int fixture_empty(void **state);
int fixture_one(void **state);
int fixture_two(void **state);
int fixture_proxied(void **state);
int fixture_end(void **state);

#define claim(function, setup) cmocka_unit_test_setup_teardown(function, setup, fixture_end)

/* Runs a file's tests and counts those that failed. */
#define run_claims(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* Skips the test, and says why. */
#define skip_because(fixture, why)                                            \
    do {                                                                      \
        print_message("# SKIPPED on %s: %s\n", (fixture)->engine->name, why); \
        skip();                                                               \
    } while (0)

/* Opens a store on the test's database; it must go well. The caller destroys it. */
struct ic_store *fixture_open_store(const struct fixture *fixture);

/* As that, and tells what went wrong. */
enum ic_rc fixture_try_store(const struct fixture *fixture, struct ic_store **ret_store, struct ic_err *err);

/* Must go well at once. */
void fixture_write(struct ic_store *store, ic_store_run run, void *context);
void fixture_read(struct ic_store *store, ic_store_run run, void *context);

/* Must go well within FIXTURE_PATIENCE_MS. */
void fixture_write_patiently(struct ic_store *store, ic_store_run run, void *context);
void fixture_read_patiently(struct ic_store *store, ic_store_run run, void *context);

/* What the whole database holds, seen in one snapshot. */
struct picture {
    struct ic_totals totals;
    int64_t cursor;
    int64_t change_count;   /* Rows of the feed, counted. */
    int64_t mismatch_count; /* Of the roll-ups with the events. */
};

/* Looks patiently. */
struct picture fixture_look(struct ic_store *store);

bool picture_equal(const struct picture *left, const struct picture *right);

/* Inserts an operator NAME with the address NAME@team.example in a transaction. */
enum ic_rc fixture_insert_operator(struct ic_store_tx *tx, struct ic_str name, const struct ic_rand *rand,
                                   struct ic_id *ret_id, struct ic_err *err);

/* Writes the operator "Owner". */
struct ic_id fixture_owner(struct ic_store *store);

/* A message of that operator's to that target, with an op_id of its own, ready to be inserted. */
struct ic_outreach fixture_outreach(const struct ic_id *opr_id, const char *tar_username, int64_t at);

/* Inserts an event without a message. */
enum ic_rc fixture_insert_event(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_err *err);

/* Milliseconds of the monotonic clock. */
int64_t fixture_now_ms(void);

/* Gives others a moment, between two looks at a condition that is waited for until a deadline. */
void fixture_pause(void);

#endif
