/* A few operators and their actors, for the tests of lists.
 *
 * Memory: the caller's. Threads: the test's. */
#ifndef IC_TESTS_CONFORMANCE_PEOPLE_H
#define IC_TESTS_CONFORMANCE_PEOPLE_H

#include "fixture.h"

enum { PEOPLE_OPERATOR_COUNT = 3, PEOPLE_ACTOR_COUNT = 6 };

struct people {
    struct ic_id operators[PEOPLE_OPERATOR_COUNT];
    struct ic_id actors[PEOPLE_ACTOR_COUNT]; /* Of the operators in turn; two have each handle. */
};

extern const char *const people_operator_names[PEOPLE_OPERATOR_COUNT];

void people_insert(struct ic_store *store, struct people *ret_people);

#endif
