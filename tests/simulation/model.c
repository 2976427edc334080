#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void model_release(struct model *model)
{
    free(model->entries);
    *model = (struct model){0};
}

void model_add(struct model *model, const struct wish *wish, const char *elg_id, int64_t received_at)
{
    if (model->count == model->room) {
        model->room = 2 * model->room + 64;
        model->entries = realloc(model->entries, model->room * sizeof *model->entries);
        if (!model->entries) {
            abort();
        }
    }
    struct model_entry *entry = &model->entries[model->count++];
    *entry = (struct model_entry){.wish = *wish, .received_at = received_at};
    (void)snprintf(entry->elg_id, sizeof entry->elg_id, "%s", elg_id);
}

const struct model_entry *model_find(const struct model *model, const char *op_id)
{
    for (size_t i = 0; i < model->count; i++) {
        if (strcmp(model->entries[i].wish.op_id, op_id) == 0) {
            return &model->entries[i];
        }
    }
    return NULL;
}

void model_back_up(struct model *model)
{
    model->backed_up_count = model->count;
}

void model_restore(struct model *model)
{
    model->count = model->backed_up_count;
}
