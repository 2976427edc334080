/* What the server should hold, worked out again from nothing but what it was told, in a few lines and without its code.
 *
 * It is a list of what was committed, in that order; what follows from it is folded anew when somebody asks. A backup
 * of the server is a length of the list, and restoring it cuts the list.
 * Memory: init/release. Threads: one. */
#ifndef SIMULATION_MODEL_H
#define SIMULATION_MODEL_H

#include "wish.h"

#include <stdbool.h>
#include <stddef.h>

enum { MODEL_ID_SIZE = 16, MODEL_HANDLE_SIZE = 32, MODEL_HANDLES_COUNT_MAX = 256, MODEL_PROPOSALS_COUNT_MAX = 256 };

enum model_kind { MODEL_OPERATION, MODEL_RENAME, MODEL_MERGE, MODEL_REVIVE, MODEL_SUGGEST, MODEL_DECIDE };

/* Something that was committed. */
struct model_entry {
    enum model_kind kind;
    /* Of an operation, and of a value that was given again. */
    struct wish wish; /* As it was sent. */
    char elg_id[MODEL_ID_SIZE];
    char device_id[MODEL_ID_SIZE];
    int64_t counted_time; /* The hybrid time that counts. */
    int64_t received_at;
    /* Of the others: handles; of a goal or a rule its id and its status. */
    char from[MODEL_HANDLE_SIZE];
    char to[MODEL_HANDLE_SIZE];
    int64_t value; /* Of one that is suggested. */
};

struct model {
    struct model_entry *entries;
    size_t count;
    size_t room;
    size_t backed_up_count;
};

void model_release(struct model *model);

void model_add(struct model *model, const struct model_entry *entry);

/* The entry of an op_id; NULL when the server does not have it. */
const struct model_entry *model_find(const struct model *model, const char *op_id);

void model_back_up(struct model *model);
void model_restore(struct model *model);

/* The hybrid time that counts of an operation: its own, unless it is more than a minute ahead of the server's clock;
 * such ones of a push become the server's time, one after the other. `bounded` is the last of these; 0 at first. */
int64_t model_count_time(int64_t *bounded, int64_t hybrid_time, int64_t received_at);

/* ---- What follows. ---- */

/* A value, and by which desktop it was given when. */
struct model_register {
    char value[WISH_TEXT_SIZE];
    bool is_set;
    int64_t time;
    char device_id[MODEL_ID_SIZE];
};

/* A person behind one or several handles. */
struct model_person {
    char handle[MODEL_HANDLE_SIZE]; /* The present one. */
    bool is_target;
    bool is_gone; /* Was merged into another. */
    bool is_excluded;
    int64_t excluded_time;
    char excluded_device_id[MODEL_ID_SIZE];
    struct model_register fields[WISH_FIELDS_COUNT];
};

/* A goal or a rule. */
struct model_proposal {
    char id[MODEL_HANDLE_SIZE];
    char status[MODEL_HANDLE_SIZE];
    int64_t value;
};

struct model_state {
    struct model_person persons[MODEL_HANDLES_COUNT_MAX];
    int persons_count;
    /* Handles, and whose they are. */
    char handles[MODEL_HANDLES_COUNT_MAX][MODEL_HANDLE_SIZE];
    int owners[MODEL_HANDLES_COUNT_MAX];
    int handles_count;
    struct model_proposal proposals[MODEL_PROPOSALS_COUNT_MAX];
    int proposals_count;
};

void model_fold(const struct model *model, struct model_state *ret_state);

/* The goal or the rule of an id; NULL: there is none. */
struct model_proposal *model_proposal_of(struct model_state *state, const char *id);

/* Who is behind a handle; NULL: nobody was ever heard of. */
const struct model_person *model_person_of(const struct model_state *state, const char *handle);

#endif
