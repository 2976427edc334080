#include "witness.h"

#include "base/gzip.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN_BYTES_MAX = 8 << 20, PLACE_SIZE = 256, LOOKED_UP_MAX = 2 };

/* What a desktop's person meant by an op_id; NULL when nobody did. */
static const struct wish *find_wish(const struct world *world, const char *op_id)
{
    for (int i = 0; i < world->plan->desks_count; i++) {
        size_t count;
        const struct wish *wishes = desk_wishes(world->places[i].desk, &count);
        for (size_t k = 0; k < count; k++) {
            if (strcmp(wishes[k].op_id, op_id) == 0) {
                return &wishes[k];
            }
        }
    }
    return NULL;
}

/* One push, as it is gone through. */
struct push {
    struct world *world;
    int desk;
    int64_t bounded; /* The last hybrid time that the server had to bound. */
};

/* Takes an operation into the model, as it was sent. */
static void add(struct push *push, json_t *operation, const char *elg_id, int64_t received_at)
{
    const char *op_id = json_string_value(json_object_get(operation, "op_id"));
    const struct wish *wish = op_id ? find_wish(push->world, op_id) : NULL;
    if (!wish) {
        world_fail(push->world, "only what was done is sent", "Nobody did %s.", op_id ? op_id : "?");
        return;
    }
    struct model_entry entry = {.kind = MODEL_OPERATION, .wish = *wish, .received_at = received_at};
    (void)snprintf(entry.elg_id, sizeof entry.elg_id, "%s", elg_id);
    (void)snprintf(entry.device_id, sizeof entry.device_id, "%s", center_pairing(push->desk)->device_id);
    if (wish->kind != WISH_OUTREACH) {
        int64_t hybrid_time = json_integer_value(json_object_get(operation, "hybrid_time"));
        entry.counted_time = model_count_time(&push->bounded, hybrid_time, received_at);
    }
    model_add(&push->world->model, &entry);
}

static void witness_result(struct push *push, json_t *operation, json_t *result)
{
    struct world *world = push->world;
    const char *op_id = json_string_value(json_object_get(result, "op_id"));
    const char *outcome = json_string_value(json_object_get(result, "outcome"));
    const char *elg_id = json_string_value(json_object_get(result, "elg_id"));
    if (!op_id || !outcome || strcmp(op_id, json_string_value(json_object_get(operation, "op_id"))) != 0) {
        world_fail(world, "each operation has its own result", "%s has none.", op_id ? op_id : "?");
        return;
    }
    const struct model_entry *known = model_find(&world->model, op_id);
    if (strcmp(outcome, "rejected") == 0) {
        world_fail(world, "no good operation is rejected", "%s is: %s", op_id,
                   json_string_value(json_object_get(json_object_get(result, "problem"), "detail")));
    } else if (strcmp(outcome, "accepted") == 0 && known) {
        world_fail(world, "an operation is accepted once", "%s is, again.", op_id);
    } else if (strcmp(outcome, "duplicate") == 0 && !known) {
        world_fail(world, "a duplicate is of something", "%s is not.", op_id);
    } else if (known && (!elg_id || strcmp(known->elg_id, elg_id) != 0)) {
        world_fail(world, "an operation has the same ids for ever", "%s was %s and is %s.", op_id, known->elg_id,
                   elg_id ? elg_id : "nothing");
    } else if (!known) {
        add(push, operation, elg_id ? elg_id : "", world->trace.now);
        world_news(world);
    }
}

/* Nobody knows what the server has kept of these: look. */
static void resolve(struct push *push, json_t *operations)
{
    struct world *world = push->world;
    sqlite3 *db = center_observe(world->center);
    sqlite3_stmt *statement = NULL;
    (void)sqlite3_prepare_v2(db, "SELECT elg_id, received_at FROM operations WHERE op_id = ?1", -1, &statement, NULL);
    size_t i;
    json_t *operation;
    json_array_foreach (operations, i, operation) {
        const char *op_id = json_string_value(json_object_get(operation, "op_id"));
        sqlite3_bind_text(statement, 1, op_id, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) == SQLITE_ROW && !model_find(&world->model, op_id)) {
            add(push, operation, (const char *)sqlite3_column_text(statement, 0), sqlite3_column_int64(statement, 1));
        }
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    center_observe_end(world->center, db);
}

static json_t *read_body(const struct ask *ask)
{
    struct ic_buf plain;
    struct ic_err err = IC_ERR_NONE;
    struct ic_str body = {ask->body.data, ask->body.size};
    ic_buf_init(&plain, PLAIN_BYTES_MAX);
    if (ask->is_packed && ic_gzip_unpack(body, &plain, &err) == IC_OK) {
        body = ic_buf_view(&plain);
    }
    json_t *read = json_loadb(body.data, body.size, 0, NULL);
    ic_buf_release(&plain);
    return read;
}

static void witness_push(struct world *world, int desk, const struct ask *ask, const struct reply *reply)
{
    struct push push = {.world = world, .desk = desk};
    json_t *asked = read_body(ask);
    json_t *operations = json_object_get(asked, "operations");
    if (reply->status == 200) {
        json_t *answered = json_loadb(reply->body.data, reply->body.size, 0, NULL);
        json_t *results = json_object_get(answered, "results");
        if (json_array_size(results) != json_array_size(operations)) {
            world_fail(world, "each operation has its own result", "%zu results for %zu operations.",
                       json_array_size(results), json_array_size(operations));
        }
        for (size_t i = 0; i < json_array_size(results) && !world_has_failed(world); i++) {
            witness_result(&push, json_array_get(operations, i), json_array_get(results, i));
        }
        json_decref(answered);
    } else {
        resolve(&push, operations);
    }
    json_decref(asked);
}

/* ---- Pages. ---- */

static int find_handle(const struct handles *handles, const char *handle)
{
    for (int i = 0; i < handles->count; i++) {
        if (strcmp(handles->texts[i], handle) == 0) {
            return i;
        }
    }
    return -1;
}

static void put_handle(struct handles *handles, const char *handle)
{
    if (find_handle(handles, handle) < 0 && handles->count < MODEL_HANDLES_COUNT_MAX) {
        (void)snprintf(handles->texts[handles->count++], MODEL_HANDLE_SIZE, "%s", handle);
    }
}

static void remove_handle(struct handles *handles, const char *handle)
{
    int at = find_handle(handles, handle);
    if (at >= 0) {
        memmove(handles->texts[at], handles->texts[--handles->count], MODEL_HANDLE_SIZE);
    }
}

/* A snapshot begins with the suppressions: those of its beginning have to come before anything else, unless they were
 * lifted meanwhile. */
static void note_snapshot(struct world *world, int desk, bool is_beginning)
{
    struct handles *handles = &world->places[desk].at_snapshot;
    struct model_state *state = malloc(sizeof *state);
    if (!state) {
        abort();
    }
    model_fold(&world->model, state);
    handles->count = is_beginning ? 0 : handles->count;
    for (int i = 0; i < state->handles_count; i++) {
        if (!state->persons[state->owners[i]].is_excluded) {
            remove_handle(handles, state->handles[i]);
        } else if (is_beginning) {
            put_handle(handles, state->handles[i]);
        }
    }
    free(state);
}

static void witness_pull(struct world *world, int desk, const struct reply *reply)
{
    json_t *page = reply->status == 200 ? json_loadb(reply->body.data, reply->body.size, 0, NULL) : NULL;
    const char *phase = json_string_value(json_object_get(page, "phase"));
    if (phase && strcmp(phase, "snapshot") == 0) {
        bool is_reset = json_is_true(json_object_get(page, "is_reset"));
        note_snapshot(world, desk, world->places[desk].asked_anew || is_reset);
    }
    json_decref(page);
}

void witness_exchange(struct world *world, int desk, const struct ask *ask, const struct reply *reply, bool is_awaited)
{
    if (strcmp(ask->path, "/api/v1/sync/push") == 0) {
        witness_push(world, desk, ask, reply);
    } else if (is_awaited) {
        world->places[desk].asked_anew = !strstr(ask->path, "after=");
        witness_pull(world, desk, reply);
    }
}

/* What a page says of suppressions, which the desktop knows from now on. */
static void take_suppressions(struct place *place, json_t *page, bool is_anew)
{
    size_t i;
    json_t *row;
    if (is_anew || json_is_true(json_object_get(page, "is_reset"))) {
        place->is_filling = true;
        place->filled.count = 0;
    }
    json_array_foreach (json_object_get(page, "suppressions"), i, row) {
        const char *handle = json_string_value(json_object_get(row, "tar_username"));
        if (json_is_true(json_object_get(row, "is_suppressed"))) {
            put_handle(&place->suppressed, handle);
            put_handle(&place->filled, handle);
        } else {
            remove_handle(&place->suppressed, handle);
            remove_handle(&place->filled, handle);
            remove_handle(&place->at_snapshot, handle);
        }
    }
    /* What a snapshot does not name any more is forgotten when it is complete, and not before. */
    if (place->is_filling && !json_is_true(json_object_get(page, "has_more"))) {
        place->is_filling = false;
        place->suppressed = place->filled;
    }
}

/* Drops the page of which nobody knows whether the desktop has stored it. */
static void forget_unsure(struct place *place)
{
    json_decref(place->unsure);
    place->unsure = NULL;
}

void witness_asked(struct world *world, int desk, const struct ask *ask)
{
    struct place *place = &world->places[desk];
    const char *after = strstr(ask->path, "after=");
    if (place->unsure && strstr(ask->path, "/pull")) {
        const char *next = json_string_value(json_object_get(place->unsure, "next"));
        if (after && strncmp(after + strlen("after="), next, strlen(next)) == 0) {
            take_suppressions(place, place->unsure, place->is_unsure_anew);
        }
        forget_unsure(place);
    }
}

void witness_release(struct world *world)
{
    for (int i = 0; i < world->plan->desks_count; i++) {
        forget_unsure(&world->places[i]);
    }
}

static bool is_stored(struct place *place, json_t *page)
{
    const char *next = json_string_value(json_object_get(page, "next"));
    char stored[PLACE_SIZE];
    desk_place(place->desk, stored, sizeof stored);
    return next && strcmp(next, stored) == 0;
}

/* Holds what a desktop shows against what it was told. */
static void witness_page(struct world *world, int desk, json_t *page, bool is_snapshot)
{
    struct place *place = &world->places[desk];
    /* Some, in turn: after some pages, all. */
    for (int i = 0; i < LOOKED_UP_MAX && place->suppressed.count > 0; i++) {
        const char *handle = place->suppressed.texts[place->looked_up++ % place->suppressed.count];
        if (!desk_shows_excluded(place->desk, handle)) {
            world_fail(world, "no suppressed target is shown as free", "Desk %d does, of %s.", desk, handle);
        }
    }
    bool is_beyond = is_snapshot && json_array_size(json_object_get(page, "targets")) > 0;
    for (int i = 0; is_beyond && i < place->at_snapshot.count; i++) {
        if (find_handle(&place->suppressed, place->at_snapshot.texts[i]) < 0) {
            world_fail(world, "suppressions come before anything else", "Desk %d has targets, and not that of %s.",
                       desk, place->at_snapshot.texts[i]);
        }
    }
}

void witness_taken(struct world *world, int desk, const struct reply *reply)
{
    struct place *place = &world->places[desk];
    json_t *page = reply->status == 200 ? json_loadb(reply->body.data, reply->body.size, 0, NULL) : NULL;
    const char *phase = json_string_value(json_object_get(page, "phase"));
    if (phase && !desk_runs_any(place->desk)) {
        /* It has died of it: its next question tells. */
        forget_unsure(place);
        place->unsure = json_incref(page);
        place->is_unsure_anew = place->asked_anew;
    } else if (phase && is_stored(place, page)) {
        take_suppressions(place, page, place->asked_anew);
        witness_page(world, desk, page, strcmp(phase, "snapshot") == 0);
    }
    json_decref(page);
}
