/* A team to test services on: the real store in a folder of its own, a clock that the test turns, seeded randomness.
 *
 * Memory: owned by whoever calls ic_team_create, until ic_team_destroy. Threads: one. */
#ifndef IC_TESTS_UNIT_SERVICE_TEAM_H
#define IC_TESTS_UNIT_SERVICE_TEAM_H

#include "service/asker.h"
#include "service/identity.h"
#include "service/push.h"
#include "service/service.h"

struct team {
    char folder[64];
    int64_t now;
    struct ic_rand_seed seed;
    struct ic_store *store;
    struct ic_service service;
    struct ic_arena *arena;
    struct ic_asker owner; /* Signed in; nobody's id until the owner has joined. */
};

/* A browser that is signed in nowhere. */
extern const struct ic_visitor team_visitor;

struct team *team_create(void);
void team_destroy(struct team *team);

/* As cmocka's setup and tear-down: the state is the team. */
int team_set_up(void **state);
int team_tear_down(void **state);

/* The first owner joins by a new link; gives the session's secret when asked for. */
struct ic_identity team_join(struct team *team, struct ic_secret *ret_session);

/* Somebody of that role beside the owner, signed in; their name is their address, too. */
struct ic_asker team_add(struct team *team, const char *name, enum ic_role role);

/* A desktop of that operator's, by the real flow. */
struct ic_device team_pair(struct team *team, const struct ic_id *opr_id);

/* An operation with an op_id of its own, sent now. */
struct ic_operation team_operation(struct team *team, const char *message_text);

struct ic_totals team_totals(struct team *team);

#endif
