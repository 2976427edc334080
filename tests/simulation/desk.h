/* A desktop: a machine with a disk and clocks of its own, the extension that remembers what was not acknowledged, and
 * up to two processes of the agent with the product's own ledger and uplink. The first that runs holds the lock that
 * elects who syncs.
 *
 * Promises: every call runs the agent's code to its end; a process that dies in it is closed when it returns. The
 * extension offers an operation again, the oldest first, until a process acknowledges it.
 * Memory: create/destroy. Threads: one. */
#ifndef SIMULATION_DESK_H
#define SIMULATION_DESK_H

#include "disk.h"
#include "trace.h"
#include "wire.h"
#include "wish.h"

enum { DESK_PROCESSES_COUNT = 2, DESK_ID_SIZE = 16 };

#define DESK_NEVER INT64_MAX

/* How a desktop was paired. */
struct desk_pairing {
    char device_id[DESK_ID_SIZE];
    char device_token[WIRE_TOKEN_SIZE];
};

struct desk;

/* Makes a desktop with an empty ledger whose processes do not run yet. `trace` tells the true time. */
struct desk *desk_create(int number, uint64_t seed, const struct desk_pairing *pairing, struct trace *trace);
void desk_destroy(struct desk *desk);

struct disk *desk_disk(struct desk *desk);

/* Starts a process; one that runs is left alone. False when the ledger cannot be opened. */
bool desk_start(struct desk *desk, int which);
bool desk_runs(const struct desk *desk, int which);
bool desk_runs_any(const struct desk *desk);

/* Lets a process that runs die at the call that changes the disk after `calls` others; 0: now. */
void desk_die(struct desk *desk, int which, int64_t calls, enum death death, uint64_t seed);

/* ---- The machine's clocks. ---- */

/* Sets the wall clock that much ahead of the true time, or behind it. */
void desk_set_clock(struct desk *desk, int64_t ahead_ms);
int64_t desk_wall_ms(const struct desk *desk);

/* ---- What the person does. ---- */

/* Has the extension remember what was done, with an op_id and the time. */
void desk_wish(struct desk *desk, const struct wish *wish);

/* Offers what is not acknowledged; false when some is left. */
bool desk_offer(struct desk *desk);

/* All that was done, in order. */
const struct wish *desk_wishes(const struct desk *desk, size_t *ret_count);
/* The first so many of them are acknowledged. */
size_t desk_acknowledged_count(const struct desk *desk);

/* ---- Sync. ---- */

/* When the process that syncs wants to go on; DESK_NEVER: until something happens. */
int64_t desk_due_at(const struct desk *desk);

/* The stream of the server's news opens or ends; there is news. */
void desk_live(struct desk *desk, bool is_open);
void desk_hear(struct desk *desk);

/* Prepares a request. False: none, for now. The flight's number is to be given with its answer. */
bool desk_next(struct desk *desk, struct ask *ret_ask, int64_t *ret_flight);

/* Takes the answer; one of a process that has died since is dropped. */
void desk_take(struct desk *desk, int64_t flight, const struct reply *reply);

/* The product's number of a field: enum ic_target_field. */
int desk_field(enum wish_field field);

/* ---- For checks: what the ledger says. ---- */

/* Asks for one number, on the disk as it is now; -1 when that fails. */
int64_t desk_ask(struct desk *desk, const char *sql);

/* Asks for one text, which is the caller's to free; NULL when that fails. */
char *desk_text(struct desk *desk, const char *sql);

/* Where the replica has come to; empty when nobody runs who could tell. */
void desk_place(struct desk *desk, char *ret_place, size_t size);

/* Whether a person who asks for the handle is told that it is excluded. */
bool desk_shows_excluded(struct desk *desk, const char *handle);

#endif
