/* What differs from engine to engine in the conformance suite; everything else of it is written once.
 *
 * Promises: there is one database of the suite's at a time; what must go well and does not fails the test. A function
 * that is NULL is something the engine cannot do or have done to it. Memory: the engine's own. Threads: `cut` from any;
 * the others from one. */
#ifndef IC_TESTS_CONFORMANCE_ENGINE_H
#define IC_TESTS_CONFORMANCE_ENGINE_H

#include "store/driver.h"

enum vanishing {
    VANISH_KILLED, /* Nobody is there: lines break, new ones are refused. */
    VANISH_SILENT, /* Lines stay, and nobody answers on them. */
};

/* A session that is none of the store's, with a transaction of its own under way that may write. */
struct outside;

struct engine {
    const char *name;
    int seconds_max;     /* Of the whole suite; 0: as on this machine. */
    bool locks_rows;     /* Sessions that write wait for each other row by row, and so may deadlock. */
    bool chooses_victim; /* Of two that deadlock it lets go on whom it likes. */

    /* Takes what stands behind the colon of the program's argument. */
    void (*use)(const char *where);

    /* Makes the suite's database anew: nothing is in it, not even the journal of migrations. */
    void (*make)(void);
    /* Removes it; nobody may be connected to it. */
    void (*remove)(void);
    /* Opens it as another process would. */
    struct ic_database *(*open)(void);

    /* Cuts every line to the database and returns when they are cut. */
    void (*cut)(void);
    /* Whether the next two may be called. */
    bool (*can_vanish)(void);
    void (*vanish)(enum vanishing how);
    /* Undoes vanish; does nothing when the engine is there. */
    void (*come_back)(void);

    struct outside *(*outside_begin)(void);
    /* Runs a statement; false when the engine refused. */
    bool (*outside_run)(struct outside *outside, const char *sql);
    /* Undoes what the session did and ends it. */
    void (*outside_end)(struct outside *outside);
};

extern const struct engine engine_sqlite;
extern const struct engine engine_postgres;
extern const struct engine engine_oracle;
extern const struct engine engine_oracle_smoke;

/* Fails the test unless it holds, which cmocka allows on its own thread only: elsewhere the program ends. */
void must(bool holds, const char *what);

#endif
