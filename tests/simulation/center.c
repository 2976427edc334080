#include "center_inside.h"

#include "api/handlers.h"
#include "base/secret.h"
#include "http/problem.h"
#include "service/upkeep.h"
#include "store/access.h"
#include "store/operators.h"
#include "store/rollup.h"
#include "store/sqlite/database.h"
#include "vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IC_CENTER_REQUESTS_PER_S = 1000000 }; /* Simulated time may stand still: nobody is slowed down. */

enum { DESKS_COUNT_MAX = 30, ARENA_SIZE = 32 << 20, READERS_COUNT = 1 };

/* 2026-01-01: before every run begins. */
#define PREPARED_AT INT64_C(1767225600000)

static const char database_path[] = "/instacrm.db";

/* What every run begins with. */
static struct {
    struct disk *disk;
    struct desk_pairing pairings[DESKS_COUNT_MAX];
} prepared;

struct instance {
    struct process process;
    bool runs;
    struct ic_store *store;
    struct ic_service service;
    struct draw draw;
};

struct center {
    struct disk *disk;
    struct disk *backup; /* NULL: none was made. */
    struct disk *observed;
    struct process observer;
    struct process *observing;
    struct trace *trace;
    struct ic_clock clock;
    uint64_t seed;
    int starts_count;
    int requests_count;
    int processes_count;
    bool is_older;
    struct instance instances[CENTER_PROCESSES_COUNT];
    struct ic_arena *arena;
    char found[256];
};

static int64_t read_clock(void *context)
{
    const struct trace *trace = context;
    return trace->now;
}

static enum ic_rc open_store(const struct ic_clock *clock, struct ic_store **ret_store, struct ic_err *err)
{
    struct ic_database *database;
    enum ic_rc rc = ic_sqlite_database_create(database_path, IC_SQLITE_SERVE, &database, err);
    return rc ? rc : ic_store_create_threadless(database, READERS_COUNT, clock, ret_store, err);
}

/* ---- What every run begins with. ---- */

struct preparing {
    struct ic_rand rand;
    int desks_count;
};

static enum ic_rc add_desks(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct preparing *preparing = context;
    struct ic_id oprs[CENTER_OPERATORS_COUNT];
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < CENTER_OPERATORS_COUNT && !rc; i++) {
        char name[32], email[48];
        (void)snprintf(name, sizeof name, "Operator %d", i);
        (void)snprintf(email, sizeof email, "operator%d@example.com", i);
        const struct ic_operator operator_ = {
            .opr_name = ic_str_from(name),
            .opr_email = ic_str_from(email),
            .role = i == 0 ? IC_ROLE_OWNER : IC_ROLE_OPERATOR,
            .time_zone = IC_STR("UTC"),
            .created_at = PREPARED_AT,
        };
        rc = ic_store_operator_insert(tx, &operator_, &preparing->rand, &oprs[i], err);
    }
    for (int i = 0; i < preparing->desks_count && !rc; i++) {
        struct desk_pairing *pairing = &prepared.pairings[i];
        struct ic_secret token;
        struct ic_id device_id;
        char name[32];
        (void)snprintf(name, sizeof name, "Desk %d", i);
        ic_secret_create(&preparing->rand, &token);
        struct ic_device device = {
            .opr_id = oprs[i % CENTER_OPERATORS_COUNT],
            .device_name = ic_str_from(name),
            .agent_version = IC_STR("0.0.0"),
            .created_at = PREPARED_AT,
        };
        ic_hash_of(ic_str_from(token.text), &device.token_hash);
        rc = ic_store_device_insert(tx, &device, &preparing->rand, &device_id, err);
        memcpy(pairing->device_token, token.text, sizeof token.text);
        if (!rc) {
            rc = ic_store_device_set_token(tx, &device_id, &device.token_hash, PREPARED_AT, err);
            memcpy(pairing->device_id, device_id.text, sizeof device_id.text);
        }
    }
    return rc;
}

void center_prepare(int desks_count)
{
    struct trace trace = {.now = PREPARED_AT};
    struct ic_clock clock = {.now_ms = read_clock, .monotonic_ms = read_clock, .context = &trace};
    struct draw draw = draw_of(0, 0);
    struct preparing preparing = {.rand = draw_rand(&draw), .desks_count = desks_count};
    struct process process;
    struct ic_store *store;
    struct ic_err err = IC_ERR_NONE;
    assert(desks_count <= DESKS_COUNT_MAX);
    vfs_reset(0);
    prepared.disk = disk_create();
    process_init(&process, prepared.disk);
    process_enter(&process);
    enum ic_rc rc = open_store(&clock, &store, &err);
    if (!rc) {
        rc = ic_store_write(store, add_desks, &preparing, &err);
        ic_store_destroy(store);
    }
    process_enter(NULL);
    if (rc) {
        (void)printf("simulate: no database: %s\n", err.detail);
        exit(2);
    }
}

void center_end(void)
{
    disk_destroy(prepared.disk);
}

const struct desk_pairing *center_pairing(int number)
{
    return &prepared.pairings[number];
}

/* ---- Processes. ---- */

struct center *center_create(int processes, uint64_t seed, struct trace *trace)
{
    struct center *center = calloc(1, sizeof *center);
    if (!center) {
        abort();
    }
    center->disk = disk_create();
    disk_copy(center->disk, prepared.disk);
    center->observed = disk_create();
    center->trace = trace;
    center->clock = (struct ic_clock){.now_ms = read_clock, .monotonic_ms = read_clock, .context = trace};
    center->seed = seed;
    center->processes_count = processes;
    center->arena = ic_arena_create(ARENA_SIZE);
    if (!center->arena) {
        abort();
    }
    return center;
}

static void stop(struct instance *instance)
{
    process_enter(&instance->process);
    ic_service_release(&instance->service);
    ic_store_destroy(instance->store);
    process_enter(NULL);
    instance->runs = false;
}

void center_destroy(struct center *center)
{
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        if (center->instances[i].runs) {
            stop(&center->instances[i]);
        }
    }
    disk_destroy(center->disk);
    disk_destroy(center->backup);
    disk_destroy(center->observed);
    ic_arena_destroy(center->arena);
    free(center);
}

struct disk *center_disk(struct center *center)
{
    return center->disk;
}

/* A transaction whose process died in its commit may stand whole in the log, and be none as long as the index in the
 * others' memory does not know it; were all of them to end before one of them writes, the next would find it. One of
 * them writes, so that it is none for ever, and what was seen of it stays true. */
static void write_over(struct instance *living)
{
    sqlite3 *db = NULL;
    process_enter(&living->process);
    if (sqlite3_open_v2(database_path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
        (void)sqlite3_exec(db, "UPDATE totals SET total_value = total_value", NULL, NULL, NULL);
    }
    (void)sqlite3_close(db);
    process_enter(NULL);
}

/* Closes what has died. */
static void bury(struct center *center)
{
    bool has_died = false;
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        struct instance *instance = &center->instances[i];
        if (instance->runs && instance->process.is_dead) {
            trace_say(center->trace, "server", "process %d %s", i,
                      instance->process.death == DEATH_POWER_LOST ? "lost its power" : "was killed");
            stop(instance);
            has_died = true;
        }
    }
    for (int i = 0; i < CENTER_PROCESSES_COUNT && has_died; i++) {
        if (center->instances[i].runs) {
            write_over(&center->instances[i]);
            break;
        }
    }
}

bool center_start(struct center *center, int which)
{
    struct instance *instance = &center->instances[which];
    struct ic_err err = IC_ERR_NONE;
    if (instance->runs) {
        return true;
    }
    *instance = (struct instance){.draw = draw_of(center->seed, (uint64_t)++center->starts_count)};
    struct ic_rand rand = draw_rand(&instance->draw);
    process_init(&instance->process, center->disk);
    process_enter(&instance->process);
    enum ic_rc rc = open_store(&center->clock, &instance->store, &err);
    process_enter(NULL);
    instance->runs = rc == IC_OK;
    if (instance->runs) {
        ic_service_init(&instance->service, instance->store, &center->clock, &rand);
        ic_pace_set(&instance->service.requests, IC_CENTER_REQUESTS_PER_S);
    }
    trace_say(center->trace, "server", instance->runs ? "process %d starts" : "process %d does not start: %s", which,
              err.detail);
    return instance->runs;
}

bool center_runs(const struct center *center, int which)
{
    return center->instances[which].runs;
}

int center_processes_count(const struct center *center)
{
    return center->processes_count;
}

void center_die(struct center *center, int which, int64_t calls, enum death death, uint64_t seed)
{
    struct instance *instance = &center->instances[which];
    if (!instance->runs) {
        return;
    }
    process_die_after(&instance->process, calls, death, seed);
    if (calls == 0) {
        process_die(&instance->process, death, seed);
    }
    bury(center);
}

void center_back_up(struct center *center)
{
    if (!center->backup) {
        center->backup = disk_create();
    }
    disk_copy(center->backup, center->disk);
}

bool center_restore(struct center *center)
{
    if (!center->backup) {
        return false;
    }
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        if (center->instances[i].runs) {
            stop(&center->instances[i]);
        }
    }
    disk_copy(center->disk, center->backup);
    return true;
}

/* ---- Requests. ---- */

static enum ic_rc route(struct ic_service *service, const struct ic_http_request *request,
                        struct ic_http_response *response, struct ic_err *err)
{
    if (ic_str_is(request->path, "/api/v1/sync/push")) {
        return ic_api_push(service, request, response, err);
    }
    if (ic_str_is(request->path, "/api/v1/sync/pull")) {
        return ic_api_pull(service, request, response, err);
    }
    return ic_err_set(err, IC_CODE_NOT_FOUND, "simulation", "There is nothing at this path.");
}

/* The process whose turn it is; NULL when none runs. */
static struct instance *next_instance(struct center *center)
{
    struct instance *instance = NULL;
    for (int i = 0; i < CENTER_PROCESSES_COUNT && !instance; i++) {
        struct instance *next = &center->instances[(center->requests_count + i) % CENTER_PROCESSES_COUNT];
        instance = next->runs ? next : NULL;
    }
    center->requests_count++;
    return instance;
}

void center_is_older(struct center *center)
{
    center->is_older = true;
}

void center_update(struct center *center)
{
    if (center->is_older) {
        trace_say(center->trace, "server", "is updated");
    }
    center->is_older = false;
}

/* Names a feature that nobody knows in the place of the one that the version before did not have. */
static void make_older(struct reply *reply)
{
    static const char known[] = "\"goals_and_rules\"", unknown[] = "\"goals_some_day_\"";
    static_assert(sizeof known == sizeof unknown, "one length");
    char *at = reply->body.size > 0 ? memmem(reply->body.data, reply->body.size, known, sizeof known - 1) : NULL;
    if (at) {
        memcpy(at, unknown, sizeof unknown - 1);
    }
}

struct reply center_handle(struct center *center, const struct ask *ask)
{
    struct instance *instance = next_instance(center);
    if (!instance) {
        return (struct reply){.status = 0};
    }
    char authorization[WIRE_TOKEN_SIZE + 8], request_id[32];
    (void)snprintf(authorization, sizeof authorization, "Bearer %s", ask->token);
    (void)snprintf(request_id, sizeof request_id, "request-%d", center->requests_count);
    const struct ic_http_header headers[] = {{IC_STR("Authorization"), ic_str_from(authorization)},
                                             {IC_STR("Content-Encoding"), IC_STR("gzip")}};
    const char *query = strchr(ask->path, '?');
    size_t path_size = query ? (size_t)(query - ask->path) : strlen(ask->path);
    const struct ic_http_request request = {
        .method = ask->body.size > 0 ? IC_HTTP_POST : IC_HTTP_GET,
        .path = {ask->path, path_size},
        .query = ic_str_from(query ? query + 1 : ""),
        .headers = headers,
        .headers_count = ask->is_packed ? 2 : 1,
        .body = {ask->body.data, ask->body.size},
        .host = IC_STR("server"),
        .address = IC_STR("192.0.2.1"),
        .request_id = ic_str_from(request_id),
        .arena = center->arena,
    };
    struct ic_http_response response = {.status = 200, .content_type = "application/json"};
    struct ic_err err = IC_ERR_NONE;
    ic_buf_init(&response.body, IC_HTTP_RESPONSE_BYTES_MAX);
    process_enter(&instance->process);
    enum ic_rc rc = route(&instance->service, &request, &response, &err);
    process_enter(NULL);
    if (rc) {
        ic_http_problem_write(&response, &err, request.request_id);
    }
    struct reply reply = {.status = 0};
    if (!instance->process.is_dead) {
        reply.status = response.status;
        reply.is_problem = rc != IC_OK;
        reply.retry_after_ms = 1000 * (int64_t)response.retry_after_s;
        reply.body = bytes_copy(ic_buf_view(&response.body).data, ic_buf_view(&response.body).size);
    }
    if (center->is_older) {
        make_older(&reply);
    }
    ic_buf_release(&response.body);
    ic_arena_reset(center->arena);
    bury(center);
    return reply;
}

/* ---- What people do there. ---- */

static int64_t count_events(struct center *center)
{
    sqlite3 *db = center_observe(center);
    sqlite3_stmt *statement = NULL;
    (void)sqlite3_prepare_v2(db, "SELECT count(*) FROM event_logs", -1, &statement, NULL);
    (void)sqlite3_step(statement);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    center_observe_end(center, db);
    return count;
}

bool center_run(struct center *center, const char *words,
                enum ic_rc (*run)(struct ic_service *service, void *context, struct ic_err *err), void *context)
{
    struct instance *instance = next_instance(center);
    struct ic_err err = IC_ERR_NONE;
    if (!instance) {
        return false;
    }
    int64_t before = count_events(center);
    process_enter(&instance->process);
    enum ic_rc rc = run(&instance->service, context, &err);
    process_enter(NULL);
    bury(center);
    bool is_done = count_events(center) > before;
    trace_say(center->trace, "server", "%s%s%s %s", words, is_done ? "" : ": it does not", rc ? ":" : "",
              rc ? err.detail : "");
    return is_done;
}

void center_keep_up(struct center *center)
{
    struct instance *instance = next_instance(center);
    struct ic_err err = IC_ERR_NONE;
    size_t count = 0;
    if (!instance) {
        return;
    }
    process_enter(&instance->process);
    enum ic_rc rc = ic_upkeep_cut_feed(&instance->service, &count, &err);
    process_enter(NULL);
    trace_say(center->trace, "server", "forgets %zu changes %s", count, rc ? err.detail : "");
    bury(center);
}

/* ---- For checks. ---- */

/* The process that looks: one that serves, where there is one, because what was written by another that died is there
 * or not as the index in their shared memory says. Otherwise one of its own, on a copy, which its looking may change.
 */
static struct process *observer_of(struct center *center)
{
    for (int i = 0; i < CENTER_PROCESSES_COUNT; i++) {
        if (center->instances[i].runs) {
            return &center->instances[i].process;
        }
    }
    disk_copy(center->observed, center->disk);
    process_init(&center->observer, center->observed);
    return &center->observer;
}

sqlite3 *center_observe(struct center *center)
{
    sqlite3 *db = NULL;
    center->observing = observer_of(center);
    process_enter(center->observing);
    if (sqlite3_open_v2(database_path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        abort();
    }
    return db;
}

void center_observe_end(struct center *center, sqlite3 *db)
{
    process_enter(center->observing);
    (void)sqlite3_close(db);
    process_enter(NULL);
}

static enum ic_rc check_rollups(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_rollup_check(tx, context, err);
}

const char *center_check_rollups(struct center *center)
{
    struct instance *instance = &center->instances[0];
    struct ic_rollup_report report = {0};
    struct ic_err err = IC_ERR_NONE;
    assert(instance->runs);
    process_enter(&instance->process);
    enum ic_rc rc = ic_store_read(instance->store, check_rollups, &report, &err);
    process_enter(NULL);
    (void)snprintf(center->found, sizeof center->found, "%s", rc ? err.detail : report.first_mismatch);
    return center->found;
}
