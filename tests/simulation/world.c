#include "world.h"

#include "check.h"
#include "network.h"
#include "vfs.h"
#include "witness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-03-01, when every run begins. */
#define BEGINS_AT INT64_C(1772323200000)

enum {
    OFFER_AGAIN_MS = 5000,
    START_AGAIN_MS = 10000,
    DESK_RESTART_MS_MAX = 600000,
    CENTER_RESTART_MS_MAX = 120000,
    NEWS_MS = 250,
    CATCH_UP_MS = 75000,     /* What is settled reaches everybody in this time. */
    ROOM_MS = 600000,        /* Until somebody makes room on a full disk. */
    UNREACHED_TRIES_MAX = 3, /* While it is alone, more tries would end as these did. */
    CALM_MS = 60000,         /* What is under way may come to its end before much time passes at once. */
    SETTLE_MS_MAX = 7200000,
    EVENTS_COUNT_MAX = 1000000, /* Of a run; one has some thousands. */
};

void world_fail(struct world *world, const char *claim, const char *format, ...)
{
    if (world_has_failed(world)) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)snprintf(world->failure.claim, sizeof world->failure.claim, "%s", claim);
    (void)vsnprintf(world->failure.words, sizeof world->failure.words, format, arguments);
    va_end(arguments);
    trace_say(&world->trace, "FAILURE", "%s: %s", world->failure.claim, world->failure.words);
}

bool world_has_failed(const struct world *world)
{
    return world->failure.claim[0] != '\0';
}

/* ---- What happens by itself. ---- */

static int64_t earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* Something that is due at `at`; 0: it is not. */
static int64_t due(int64_t at)
{
    return at > 0 ? at : DESK_NEVER;
}

static int64_t sync_due_at(const struct world *world, const struct place *place)
{
    int64_t at = desk_due_at(place->desk);
    bool waits = place->alone_until > world->trace.now && place->unreached_count >= UNREACHED_TRIES_MAX;
    return at == DESK_NEVER || !waits || at > place->alone_until ? at : place->alone_until;
}

static int64_t next_at(const struct world *world)
{
    int64_t at = network_due_at(world);
    for (int i = 0; i < world->plan->desks_count; i++) {
        const struct place *place = &world->places[i];
        at = earlier(at, sync_due_at(world, place));
        at = earlier(at, earlier(due(place->offer_at), due(place->restart_at)));
        at = earlier(at, earlier(due(place->room_at), due(place->news_at)));
    }
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        at = earlier(at, due(world->center_restart_at[i]));
    }
    return earlier(at, due(world->center_room_at));
}

void world_news(struct world *world)
{
    for (int i = 0; i < world->plan->desks_count; i++) {
        struct place *place = &world->places[i];
        if (place->is_live && !place->news_at) {
            place->news_at = world->trace.now + NEWS_MS;
        }
    }
}

/* Opens and ends a desktop's stream of news: one in four has none, and polls. */
static void listen_to_news(struct world *world, int number)
{
    struct place *place = &world->places[number];
    bool is_served = false;
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        is_served |= center_runs(world->center, i);
    }
    bool is_open = is_served && place->alone_until <= world->trace.now && number % 4 != 3;
    if (is_open != place->is_live) {
        place->is_live = is_open;
        place->news_at = 0;
        desk_live(place->desk, is_open);
    }
    if (place->news_at && place->news_at <= world->trace.now) {
        place->news_at = 0;
        desk_hear(place->desk);
    }
}

static void offer(struct world *world, struct place *place)
{
    bool is_done = desk_offer(place->desk);
    place->offer_at = is_done ? 0 : world->trace.now + OFFER_AGAIN_MS;
}

/* Somebody starts the browser. */
static void start_desk(struct world *world, struct place *place)
{
    place->restart_at = desk_start(place->desk, 0) ? 0 : world->trace.now + START_AGAIN_MS;
    if (!place->restart_at) {
        offer(world, place);
    }
}

/* Has what is not running started in a while. */
static void notice_deaths(struct world *world)
{
    for (int i = 0; i < world->plan->desks_count; i++) {
        struct place *place = &world->places[i];
        if (!desk_runs(place->desk, 0) && !place->restart_at) {
            struct draw draw = draw_of(world->plan->seed, (uint64_t)world->trace.now + (uint64_t)i);
            place->restart_at = world->trace.now + draw_magnitude(&draw, DESK_RESTART_MS_MAX);
        }
    }
    for (int i = 0; i < center_processes_count(world->center); i++) {
        if (!center_runs(world->center, i) && !world->center_restart_at[i]) {
            struct draw draw = draw_of(world->plan->seed, (uint64_t)world->trace.now + 100 + (uint64_t)i);
            world->center_restart_at[i] = world->trace.now + draw_magnitude(&draw, CENTER_RESTART_MS_MAX);
        }
    }
}

static void run_desk(struct world *world, int number)
{
    struct place *place = &world->places[number];
    int64_t now = world->trace.now;
    if (place->room_at && place->room_at <= now) {
        place->room_at = 0;
        desk_disk(place->desk)->capacity = DISK_UNBOUNDED;
    }
    if (place->alone_until <= now) {
        place->unreached_count = 0;
    }
    if (place->restart_at && place->restart_at <= now) {
        start_desk(world, place);
    }
    if (place->offer_at && place->offer_at <= now) {
        offer(world, place);
    }
    listen_to_news(world, number);
    if (sync_due_at(world, place) <= now) {
        struct ask ask;
        int64_t flight;
        if (desk_next(place->desk, &ask, &flight)) {
            network_send(world, number, &ask, flight);
        }
    }
}

static void run_center(struct world *world)
{
    int64_t now = world->trace.now;
    if (world->plan->older_ms > 0 && now - BEGINS_AT >= world->plan->older_ms) {
        center_update(world->center);
    }
    if (world->center_room_at && world->center_room_at <= now) {
        world->center_room_at = 0;
        center_disk(world->center)->capacity = DISK_UNBOUNDED;
    }
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        if (world->center_restart_at[i] && world->center_restart_at[i] <= now) {
            world->center_restart_at[i] = center_start(world->center, i) ? 0 : now + START_AGAIN_MS;
        }
    }
}

/* Lets everything happen that is due until `until`. */
static void run_until(struct world *world, int64_t until)
{
    for (int64_t at; (at = next_at(world)) <= until && !world_has_failed(world);) {
        world->trace.now = at > world->trace.now ? at : world->trace.now;
        if (network_due_at(world) <= at) {
            network_deliver(world);
        }
        run_center(world);
        for (int i = 0; i < world->plan->desks_count; i++) {
            run_desk(world, i);
        }
        notice_deaths(world);
        if (++world->events_count > EVENTS_COUNT_MAX) {
            world_fail(world, "a run comes to its end", "Something happens over and over.");
        }
    }
    world->trace.now = until > world->trace.now ? until : world->trace.now;
}

/* ---- What the plan says. ---- */

static void pass(struct world *world, int64_t ms)
{
    run_until(world, world->trace.now + earlier(ms, CALM_MS));
    if (ms > CALM_MS) {
        world->trace.now += ms - CALM_MS;
        center_keep_up(world->center);
    }
}

static void change_targets(struct world *world, const struct step *step)
{
    bool is_merge = step->action == ACTION_MERGE;
    struct model_entry entry = {.kind = is_merge ? MODEL_MERGE : MODEL_RENAME};
    (void)snprintf(entry.from, sizeof entry.from, "target_%d", step->wish.target);
    (void)snprintf(entry.to, sizeof entry.to, is_merge ? "target_%d" : "person_%d", step->other);
    if ((is_merge ? center_merge : center_rename)(world->center, entry.from, entry.to)) {
        model_add(&world->model, &entry);
        world_news(world);
    }
}

/* Restores a value that somebody has given a field. */
static void revive(struct world *world, const struct step *step)
{
    const struct model *model = &world->model;
    for (size_t i = 0; i < model->count; i++) {
        struct model_entry entry = model->entries[((size_t)step->other + i) % model->count];
        if (entry.kind == MODEL_OPERATION && entry.wish.kind == WISH_SET_FIELD) {
            if (center_revive(world->center, entry.elg_id, entry.wish.field, &entry.counted_time)) {
                entry.kind = MODEL_REVIVE;
                entry.device_id[0] = '\0';
                model_add(&world->model, &entry);
                world_news(world);
            }
            return;
        }
    }
}

static void transfer(struct world *world, const struct step *step)
{
    char handle[MODEL_HANDLE_SIZE];
    (void)snprintf(handle, sizeof handle, "actor_%d", step->wish.actor);
    if (center_transfer(world->center, handle, step->which, step->other)) {
        world_news(world);
    }
}

static void suggest(struct world *world, const struct step *step)
{
    struct model_entry entry = {.kind = MODEL_SUGGEST, .value = step->amount};
    if (center_suggest(world->center, step->other, step->which, step->amount, entry.from, sizeof entry.from)) {
        (void)snprintf(entry.to, sizeof entry.to, "%s", step->amount % 2 ? "Active" : "Pending Suggestion");
        model_add(&world->model, &entry);
        world_news(world);
    }
}

/* Decides on something that was suggested. */
static void decide(struct world *world, const struct step *step)
{
    static const char *const statuses[] = {"Active", "Pending Suggestion", "Rejected", "Archived"};
    const struct model *model = &world->model;
    for (size_t i = 0; i < model->count; i++) {
        struct model_entry entry = model->entries[((size_t)step->other + i) % model->count];
        if (entry.kind == MODEL_SUGGEST) {
            entry.kind = MODEL_DECIDE;
            (void)snprintf(entry.to, sizeof entry.to, "%s", statuses[step->which]);
            if (center_decide(world->center, entry.from, entry.to)) {
                model_add(&world->model, &entry);
                world_news(world);
            }
            return;
        }
    }
}

static void take_step(struct world *world, const struct step *step)
{
    char words[PLAN_STEP_TEXT_SIZE] = "";
    char who[16];
    struct place *place = &world->places[step->desk % world->plan->desks_count];
    int64_t now = world->trace.now;
    bool is_center = step->action >= ACTION_CENTER_DIES;
    (void)snprintf(who, sizeof who, is_center ? "server" : "desk %d", step->desk);
    plan_describe(step, words, sizeof words);
    trace_say(&world->trace, who, "%s", words);
    switch (step->action) {
    case ACTION_WISH:
        desk_wish(place->desk, &step->wish);
        offer(world, place);
        break;
    case ACTION_ALONE:
        place->alone_until = now + step->amount;
        break;
    case ACTION_PROCESS:
        (void)desk_start(place->desk, step->which);
        break;
    case ACTION_DESK_DIES:
        desk_die(place->desk, step->which, step->amount, step->is_power ? DEATH_POWER_LOST : DEATH_KILLED, step->seed);
        break;
    case ACTION_DESK_FULL:
        desk_disk(place->desk)->capacity = disk_used(desk_disk(place->desk)) + step->amount;
        place->room_at = now + ROOM_MS;
        break;
    case ACTION_CLOCK:
        desk_set_clock(place->desk, step->amount);
        break;
    case ACTION_NETWORK:
        place->mishap = (enum mishap)step->which;
        place->mishap_ms = step->amount;
        break;
    case ACTION_CENTER_DIES:
        center_die(world->center, step->which, step->amount, step->is_power ? DEATH_POWER_LOST : DEATH_KILLED,
                   step->seed);
        break;
    case ACTION_CENTER_FULL:
        center_disk(world->center)->capacity = disk_used(center_disk(world->center)) + step->amount;
        world->center_room_at = now + ROOM_MS;
        break;
    case ACTION_BACK_UP:
        center_back_up(world->center);
        model_back_up(&world->model);
        break;
    case ACTION_PASS:
        pass(world, step->amount);
        break;
    case ACTION_RESTORE:
        if (center_restore(world->center)) {
            model_restore(&world->model);
        }
        break;
    case ACTION_RENAME:
    case ACTION_MERGE:
        change_targets(world, step);
        break;
    case ACTION_TRANSFER:
        transfer(world, step);
        break;
    case ACTION_REVIVE:
        revive(world, step);
        break;
    case ACTION_SUGGEST:
        suggest(world, step);
        break;
    case ACTION_DECIDE:
        decide(world, step);
        break;
    case ACTIONS_COUNT:
        break;
    }
    notice_deaths(world);
}

/* ---- The end. ---- */

/* Whether nothing is left to be done. */
static bool is_settled(struct world *world)
{
    for (int i = 0; i < world->plan->desks_count; i++) {
        struct place *place = &world->places[i];
        size_t count;
        (void)desk_wishes(place->desk, &count);
        if (desk_acknowledged_count(place->desk) < count ||
            desk_ask(place->desk, "SELECT count(*) FROM outbox WHERE state = 'pending'") != 0) {
            return false;
        }
    }
    return true;
}

/* Mends everything. */
static void heal(struct world *world)
{
    trace_say(&world->trace, "world", "everything is healed");
    center_update(world->center);
    center_disk(world->center)->capacity = DISK_UNBOUNDED;
    for (int i = 0; i < center_processes_count(world->center); i++) {
        /* Those that were going to die do it now. */
        center_die(world->center, i, 0, DEATH_KILLED, 0);
        world->center_restart_at[i] = world->trace.now;
    }
    for (int i = 0; i < world->plan->desks_count; i++) {
        struct place *place = &world->places[i];
        desk_disk(place->desk)->capacity = DISK_UNBOUNDED;
        for (int k = 0; k < DESK_PROCESSES_COUNT; k++) {
            desk_die(place->desk, k, 0, DEATH_KILLED, 0);
        }
        place->alone_until = 0;
        place->unreached_count = 0;
        place->mishap = MISHAP_NONE;
        place->restart_at = world->trace.now;
    }
}

static void settle(struct world *world)
{
    heal(world);
    int64_t until = world->trace.now + SETTLE_MS_MAX;
    run_until(world, world->trace.now + START_AGAIN_MS);
    while (!world_has_failed(world) && !is_settled(world)) {
        int64_t at = next_at(world);
        if (at > until) {
            world_fail(world, "everything comes to an end", "After it was healed, something still waits.");
            return;
        }
        run_until(world, at);
    }
    run_until(world, world->trace.now + CATCH_UP_MS);
}

static void begin(struct world *world, const struct plan *plan, FILE *out)
{
    *world = (struct world){.plan = plan};
    vfs_reset(plan->seed);
    trace_init(&world->trace, out, BEGINS_AT);
    trace_say(&world->trace, "world", "seed %llu: %d desktops, %d processes of the server, %zu steps",
              (unsigned long long)plan->seed, plan->desks_count, plan->processes_count, plan->count);
    world->center = center_create(plan->processes_count, draw_of(plan->seed, 2).state, &world->trace);
    if (plan->older_ms > 0) {
        center_is_older(world->center);
    }
    for (int i = 0; i < plan->processes_count; i++) {
        (void)center_start(world->center, i);
    }
    for (int i = 0; i < plan->desks_count; i++) {
        struct place *place = &world->places[i];
        place->desk = desk_create(i, draw_of(plan->seed, 100 + (uint64_t)i).state, center_pairing(i), &world->trace);
        (void)desk_start(place->desk, 0);
    }
}

void world_run(const struct plan *plan, FILE *out, struct outcome *ret_outcome)
{
    struct world *world = malloc(sizeof *world);
    if (!world) {
        abort();
    }
    begin(world, plan, out);
    for (size_t i = 0; i < plan->count && !world_has_failed(world); i++) {
        run_until(world, world->trace.now + plan->steps[i].wait_ms);
        if (!world_has_failed(world)) {
            take_step(world, &plan->steps[i]);
        }
    }
    if (!world_has_failed(world)) {
        settle(world);
    }
    if (!world_has_failed(world)) {
        check_world(world);
    }
    *ret_outcome = (struct outcome){
        .failure = world->failure,
        .digest = world->trace.digest,
        .lines_count = world->trace.lines_count,
    };
    for (int i = 0; i < plan->desks_count; i++) {
        desk_destroy(world->places[i].desk);
    }
    center_destroy(world->center);
    witness_release(world);
    network_release(world);
    model_release(&world->model);
    free(world);
}

void world_prepare(void)
{
    vfs_install();
    center_prepare(PLAN_DESKS_COUNT_MAX);
}

void world_end(void)
{
    center_end();
}
