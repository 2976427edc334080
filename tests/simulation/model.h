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

enum { MODEL_ID_SIZE = 16 };

struct model_entry {
    struct wish wish; /* As it was sent. */
    char elg_id[MODEL_ID_SIZE];
    int64_t received_at;
};

struct model {
    struct model_entry *entries;
    size_t count;
    size_t room;
    size_t backed_up_count;
};

void model_release(struct model *model);

/* Takes an operation that the server has committed. */
void model_add(struct model *model, const struct wish *wish, const char *elg_id, int64_t received_at);

/* The entry of an op_id; NULL when the server does not have it. */
const struct model_entry *model_find(const struct model *model, const char *op_id);

void model_back_up(struct model *model);
void model_restore(struct model *model);

#endif
