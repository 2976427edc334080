/* One run: a server, its desktops, the network between them and the time, all of which follow from a plan.
 *
 * Promises: the same plan gives the same trace, line by line. A run ends with everything healed and settled, and then
 * holds what docs/sync.md promises against what is on the disks (check.h); it ends early at the first thing that cannot
 * be. Memory: a run releases what it made. Threads: one run at a time. */
#ifndef SIMULATION_WORLD_H
#define SIMULATION_WORLD_H

#include "center.h"
#include "desk.h"
#include "model.h"
#include "plan.h"

#include <jansson.h>

enum { CLAIM_SIZE = 48, WORDS_SIZE = 320 };

struct failure {
    char claim[CLAIM_SIZE]; /* What does not hold; empty: everything does. */
    char words[WORDS_SIZE];
};

struct outcome {
    struct failure failure;
    uint64_t digest;
    int64_t lines_count;
};

/* Handles. */
struct handles {
    char texts[MODEL_HANDLES_COUNT_MAX][MODEL_HANDLE_SIZE];
    int count;
};

/* Where a desktop stands in the world. */
struct place {
    struct desk *desk;
    int64_t alone_until;
    int64_t offer_at;   /* When the extension tries again. */
    int64_t restart_at; /* When somebody starts the browser again; 0: it runs. */
    int64_t room_at;    /* When somebody makes room on the disk. */
    enum mishap mishap; /* Of the next request. */
    int64_t mishap_ms;
    int unreached_count; /* Tries since it is alone. */
    bool is_live;        /* Its stream of news is open. */
    /* What it was told: who is not to be contacted, and who was not when the snapshot began that it is reading. */
    struct handles suppressed;
    struct handles at_snapshot;
    struct handles filled; /* By the snapshot that it is reading. */
    bool is_filling;
    int64_t last_flight;
    int looked_up;   /* Handles, so far. */
    bool asked_anew; /* Its last pull named no place. */
    json_t *unsure;  /* A page that it has stored or not, because it died; NULL: none. */
    bool is_unsure_anew;
    int64_t news_at; /* When the next news arrive; 0: there are none. */
};

struct message;

struct world {
    const struct plan *plan;
    struct trace trace;
    struct center *center;
    struct place places[PLAN_DESKS_COUNT_MAX];
    struct model model;
    struct message *messages; /* In the order of their arrival. */
    int64_t messages_count;   /* So far. */
    int64_t center_restart_at[CENTER_PROCESSES_COUNT];
    int64_t center_room_at;
    int64_t events_count;
    struct failure failure;
};

/* Makes what all runs share; once. */
void world_prepare(void);
void world_end(void);

/* Runs a plan, telling what happens on `out` unless it is NULL. */
void world_run(const struct plan *plan, FILE *out, struct outcome *ret_outcome);

/* The server has committed something: those that listen hear of it. */
void world_news(struct world *world);

/* Notes what does not hold, unless something did not before. */
void world_fail(struct world *world, const char *claim, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool world_has_failed(const struct world *world);

#endif
