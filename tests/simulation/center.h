/* The server: a machine with a disk, on which up to two processes serve one database with the product's own handlers,
 * services and store.
 *
 * Promises: every call runs the server's code to its end; a process that dies in it answers nothing and is closed when
 * the call returns. Memory: create/destroy. Threads: one. */
#ifndef SIMULATION_CENTER_H
#define SIMULATION_CENTER_H

#include "desk.h"

enum { CENTER_PROCESSES_COUNT = 2, CENTER_OPERATORS_COUNT = 8 };

struct center;

/* Makes the database that every run begins with, and its desktops; once, before the first run. */
void center_prepare(int desks_count);
/* Frees it. */
void center_end(void);

/* How desktop `number`, which is operator `number` % CENTER_OPERATORS_COUNT's, was paired. */
const struct desk_pairing *center_pairing(int number);

/* A server of `processes` processes, which do not run yet. */
struct center *center_create(int processes, uint64_t seed, struct trace *trace);
void center_destroy(struct center *center);

struct disk *center_disk(struct center *center);

/* Starts a process; false when the database cannot be opened. */
bool center_start(struct center *center, int which);
bool center_runs(const struct center *center, int which);
int center_processes_count(const struct center *center);
void center_die(struct center *center, int which, int64_t calls, enum death death, uint64_t seed);

/* Keeps a copy of the database, and brings it back; the latter ends every process. */
void center_back_up(struct center *center);
bool center_restore(struct center *center);

/* Has a person at the server rename the target of a handle, merge it into another's, or transfer an actor from one
 * operator to another. True when it was done, also by a process that died of it. */
bool center_rename(struct center *center, const char *from, const char *to);
bool center_merge(struct center *center, const char *from, const char *into);
bool center_transfer(struct center *center, const char *act_username, int from, int to);

/* As these; gives a field the value again that an event gave it, and tells since when. */
bool center_revive(struct center *center, const char *elg_id, enum wish_field field, int64_t *ret_hybrid_time);

/* As these: an operator suggests a goal or a rule of that value, and tells its id; somebody gives one a status. */
bool center_suggest(struct center *center, bool is_rule, int operator_, int64_t value, char *ret_id, size_t size);
bool center_decide(struct center *center, const char *id, const char *status);

/* Until it is updated the server is of the version before goals and rules: it names no such feature. */
void center_is_older(struct center *center);
void center_update(struct center *center);

/* Does what the server does by itself once in a while: it forgets the old end of the feed. */
void center_keep_up(struct center *center);

/* Answers a request by one of the processes that run; status 0: none did. */
struct reply center_handle(struct center *center, const struct ask *ask);

/* ---- For checks. ---- */

struct sqlite3;

/* Opens the database as it is now, for whoever looks at it independently. */
struct sqlite3 *center_observe(struct center *center);
void center_observe_end(struct center *center, struct sqlite3 *db);

/* The first row of the roll-ups that is not what the events say; empty when there is none. */
const char *center_check_rollups(struct center *center);

#endif
