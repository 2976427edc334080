#include "model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* docs/sync.md: 10 bits of a hybrid time count, and a minute is what a clock may run ahead. */
enum { COUNTER_BITS = 10, AHEAD_MS_MAX = 60000 };

void model_release(struct model *model)
{
    free(model->entries);
    *model = (struct model){0};
}

void model_add(struct model *model, const struct model_entry *entry)
{
    if (model->count == model->room) {
        model->room = 2 * model->room + 64;
        model->entries = realloc(model->entries, model->room * sizeof *model->entries);
        if (!model->entries) {
            abort();
        }
    }
    model->entries[model->count++] = *entry;
}

const struct model_entry *model_find(const struct model *model, const char *op_id)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct model_entry *entry = &model->entries[i];
        if (entry->kind == MODEL_OPERATION && strcmp(entry->wish.op_id, op_id) == 0) {
            return entry;
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

int64_t model_count_time(int64_t *bounded, int64_t hybrid_time, int64_t received_at)
{
    if (hybrid_time >> COUNTER_BITS <= received_at + AHEAD_MS_MAX) {
        return hybrid_time;
    }
    int64_t now = received_at << COUNTER_BITS;
    *bounded = *bounded + 1 > now ? *bounded + 1 : now;
    return *bounded;
}

/* ---- What follows. ---- */

/* The number of a handle, which is made known if it is not. */
static int handle_number(struct model_state *state, const char *handle)
{
    for (int i = 0; i < state->handles_count; i++) {
        if (strcmp(state->handles[i], handle) == 0) {
            return i;
        }
    }
    assert(state->handles_count < MODEL_HANDLES_COUNT_MAX);
    int number = state->handles_count++;
    struct model_person *person = &state->persons[state->persons_count];
    (void)snprintf(state->handles[number], MODEL_HANDLE_SIZE, "%s", handle);
    (void)snprintf(person->handle, MODEL_HANDLE_SIZE, "%s", handle);
    state->owners[number] = state->persons_count++;
    return number;
}

static struct model_person *person_of(struct model_state *state, const char *handle)
{
    int number = handle_number(state, handle);
    return &state->persons[state->owners[number]];
}

/* The later of two times holds; of one time, the larger device's. */
static int compare(int64_t left, const char *left_device, int64_t right, const char *right_device)
{
    return left != right ? (left > right ? 1 : -1) : strcmp(left_device, right_device);
}

static void exclude(struct model_person *person, bool is_excluded, int64_t time, const char *device_id)
{
    bool takes = compare(time, device_id, person->excluded_time, person->excluded_device_id) >= 0;
    if (time == person->excluded_time && is_excluded != person->is_excluded) {
        takes = is_excluded;
    }
    if (takes) {
        person->is_excluded = is_excluded;
        person->excluded_time = time;
        (void)snprintf(person->excluded_device_id, MODEL_ID_SIZE, "%s", device_id);
    }
}

static void apply(struct model_state *state, const struct model_entry *entry)
{
    const struct wish *wish = &entry->wish;
    char handle[MODEL_HANDLE_SIZE];
    (void)snprintf(handle, sizeof handle, "target_%d", wish->target);
    struct model_person *person = person_of(state, handle);
    if (wish->kind == WISH_EXCLUDE || wish->kind == WISH_LIFT) {
        exclude(person, wish->kind == WISH_EXCLUDE, entry->counted_time, entry->device_id);
        return;
    }
    person->is_target = true;
    struct model_register *field = &person->fields[wish->field];
    if (wish->kind == WISH_SET_FIELD &&
        compare(entry->counted_time, entry->device_id, field->time, field->device_id) >= 0) {
        *field = (struct model_register){.is_set = true, .time = entry->counted_time};
        memcpy(field->value, wish->value, sizeof field->value);
        memcpy(field->device_id, entry->device_id, sizeof field->device_id);
    }
}

static void join_exclusions(struct model_person *into, const struct model_person *from)
{
    if (from->excluded_time > 0) {
        exclude(into, from->is_excluded, from->excluded_time, from->excluded_device_id);
    }
}

/* Has every handle of one lead to the other. */
static void lead(struct model_state *state, const struct model_person *from, const struct model_person *into)
{
    for (int i = 0; i < state->handles_count; i++) {
        if (state->owners[i] == from - state->persons) {
            state->owners[i] = (int)(into - state->persons);
        }
    }
}

static void rename_person(struct model_state *state, const struct model_entry *entry)
{
    struct model_person *person = person_of(state, entry->from);
    struct model_person *other = person_of(state, entry->to);
    (void)snprintf(person->handle, MODEL_HANDLE_SIZE, "%s", entry->to);
    if (other != person) {
        join_exclusions(person, other);
        other->is_gone = true;
        lead(state, other, person);
    }
}

static void merge_persons(struct model_state *state, const struct model_entry *entry)
{
    struct model_person *from = person_of(state, entry->from);
    struct model_person *into = person_of(state, entry->to);
    from->is_gone = true;
    join_exclusions(into, from);
    for (int i = 0; i < WISH_FIELDS_COUNT; i++) {
        const struct model_register *theirs = &from->fields[i];
        if (theirs->is_set && (!into->fields[i].is_set || compare(theirs->time, theirs->device_id, into->fields[i].time,
                                                                  into->fields[i].device_id) > 0)) {
            into->fields[i] = *theirs;
        }
    }
    lead(state, from, into);
}

static void suggest(struct model_state *state, const struct model_entry *entry)
{
    assert(state->proposals_count < MODEL_PROPOSALS_COUNT_MAX);
    struct model_proposal *proposal = &state->proposals[state->proposals_count++];
    (void)snprintf(proposal->id, sizeof proposal->id, "%s", entry->from);
    (void)snprintf(proposal->status, sizeof proposal->status, "%s", entry->to);
    proposal->value = entry->value;
}

static void decide(struct model_state *state, const struct model_entry *entry)
{
    struct model_proposal *proposal = model_proposal_of(state, entry->from);
    assert(proposal);
    (void)snprintf(proposal->status, sizeof proposal->status, "%s", entry->to);
}

void model_fold(const struct model *model, struct model_state *ret_state)
{
    *ret_state = (struct model_state){.handles_count = 0};
    for (size_t i = 0; i < model->count; i++) {
        switch (model->entries[i].kind) {
        case MODEL_OPERATION:
        case MODEL_REVIVE:
            apply(ret_state, &model->entries[i]);
            break;
        case MODEL_RENAME:
            rename_person(ret_state, &model->entries[i]);
            break;
        case MODEL_MERGE:
            merge_persons(ret_state, &model->entries[i]);
            break;
        case MODEL_SUGGEST:
            suggest(ret_state, &model->entries[i]);
            break;
        case MODEL_DECIDE:
            decide(ret_state, &model->entries[i]);
            break;
        }
    }
}

struct model_proposal *model_proposal_of(struct model_state *state, const char *id)
{
    for (int i = 0; i < state->proposals_count; i++) {
        if (strcmp(state->proposals[i].id, id) == 0) {
            return &state->proposals[i];
        }
    }
    return NULL;
}

const struct model_person *model_person_of(const struct model_state *state, const char *handle)
{
    for (int i = 0; i < state->handles_count; i++) {
        if (strcmp(state->handles[i], handle) == 0) {
            return &state->persons[state->owners[i]];
        }
    }
    return NULL;
}
