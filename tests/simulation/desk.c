#include "desk.h"

#include "agent/ledger.h"
#include "agent/look_up.h"
#include "agent/uplink.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_UP_ARENA_SIZE = 4 << 20 };

static const char ledger_path[] = "/ledger.db";

struct agent {
    struct process process;
    bool runs;
    struct ic_ledger *ledger;
    struct draw draw;
    struct ic_rand rand;
    struct ic_uplink uplink;
    bool has_uplink;
    struct ic_uplink_flight *flight;
    int64_t flight_number;
    int64_t due_at;
    bool until_capture;
};

struct desk {
    int number;
    char name[16];
    uint64_t seed;
    struct desk_pairing pairing;
    struct trace *trace;
    struct disk *disk;
    struct agent agents[DESK_PROCESSES_COUNT];
    int starts_count;

    int64_t ahead_ms; /* The wall clock, of the true time. */
    int64_t booted_at;
    int boots_count;
    char boot_id[48];
    struct ic_clock clock;

    struct draw extension;
    struct wish *wishes;
    size_t wishes_count;
    size_t wishes_room;
    size_t acknowledged_count;
    int64_t flights_count;
    bool is_live;
};

/* ---- Clocks. ---- */

int64_t desk_wall_ms(const struct desk *desk)
{
    return desk->trace->now + desk->ahead_ms;
}

static int64_t read_wall(void *context)
{
    return desk_wall_ms(context);
}

static int64_t read_monotonic(void *context)
{
    const struct desk *desk = context;
    return desk->trace->now - desk->booted_at;
}

void desk_set_clock(struct desk *desk, int64_t ahead_ms)
{
    desk->ahead_ms = ahead_ms;
}

static void boot(struct desk *desk)
{
    desk->boots_count++;
    desk->booted_at = desk->trace->now - 1;
    (void)snprintf(desk->boot_id, sizeof desk->boot_id, "%s-boot-%d", desk->name, desk->boots_count);
    desk->clock = (struct ic_clock){
        .now_ms = read_wall, .monotonic_ms = read_monotonic, .context = desk, .boot_id = desk->boot_id};
}

/* ---- Processes. ---- */

static enum ic_rc read_device(void *context, struct ic_device *ret_device, struct ic_err *err)
{
    const struct desk *desk = context;
    (void)err;
    *ret_device = (struct ic_device){.server_url = "http://server"};
    memcpy(ret_device->device_id.text, desk->pairing.device_id, sizeof ret_device->device_id.text);
    memcpy(ret_device->device_token.text, desk->pairing.device_token, sizeof ret_device->device_token.text);
    (void)snprintf(ret_device->opr_name, sizeof ret_device->opr_name, "operator of %s", desk->name);
    return IC_OK;
}

static void stop(struct agent *agent)
{
    process_enter(&agent->process);
    ic_uplink_flight_destroy(agent->flight);
    ic_ledger_destroy(agent->ledger);
    process_enter(NULL);
    agent->flight = NULL;
    agent->ledger = NULL;
    agent->runs = false;
    agent->has_uplink = false;
}

/* Closes what has died. */
static void bury(struct desk *desk)
{
    bool has_lost_power = false;
    for (int i = 0; i < DESK_PROCESSES_COUNT; i++) {
        struct agent *agent = &desk->agents[i];
        if (agent->runs && agent->process.is_dead) {
            has_lost_power |= agent->process.death == DEATH_POWER_LOST;
            trace_say(desk->trace, desk->name, "process %d %s", i,
                      agent->process.death == DEATH_POWER_LOST ? "lost its power" : "was killed");
            stop(agent);
        }
    }
    if (has_lost_power) {
        boot(desk);
    }
}

bool desk_start(struct desk *desk, int which)
{
    struct agent *agent = &desk->agents[which];
    struct ic_path path;
    struct ic_err err = IC_ERR_NONE;
    if (agent->runs) {
        return true;
    }
    *agent = (struct agent){.due_at = desk->trace->now, .draw = draw_of(desk->seed, (uint64_t)++desk->starts_count)};
    agent->rand = draw_rand(&agent->draw);
    process_init(&agent->process, desk->disk);
    process_enter(&agent->process);
    enum ic_rc rc = ic_path_parse(ledger_path, &path, &err);
    if (rc == IC_OK) {
        rc = ic_ledger_create(&path, &desk->clock, &agent->ledger, &err);
    }
    process_enter(NULL);
    agent->runs = rc == IC_OK;
    trace_say(desk->trace, desk->name, agent->runs ? "process %d starts" : "process %d does not start: %s", which,
              err.detail);
    return agent->runs;
}

bool desk_runs(const struct desk *desk, int which)
{
    return desk->agents[which].runs;
}

/* The one that holds the lock; NULL when none runs. */
static struct agent *syncer(const struct desk *desk)
{
    for (int i = 0; i < DESK_PROCESSES_COUNT; i++) {
        if (desk->agents[i].runs) {
            return (struct agent *)(uintptr_t)&desk->agents[i];
        }
    }
    return NULL;
}

bool desk_runs_any(const struct desk *desk)
{
    return syncer(desk) != NULL;
}

void desk_die(struct desk *desk, int which, int64_t calls, enum death death, uint64_t seed)
{
    struct agent *agent = &desk->agents[which];
    if (!agent->runs) {
        return;
    }
    process_die_after(&agent->process, calls, death, seed);
    if (calls == 0) {
        process_die(&agent->process, death, seed);
    }
    bury(desk);
}

struct desk *desk_create(int number, uint64_t seed, const struct desk_pairing *pairing, struct trace *trace)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk) {
        abort();
    }
    desk->number = number;
    desk->seed = seed;
    desk->pairing = *pairing;
    desk->trace = trace;
    desk->disk = disk_create();
    desk->extension = draw_of(seed, 0);
    (void)snprintf(desk->name, sizeof desk->name, "desk %d", number);
    boot(desk);
    return desk;
}

void desk_destroy(struct desk *desk)
{
    if (!desk) {
        return;
    }
    for (int i = 0; i < DESK_PROCESSES_COUNT; i++) {
        if (desk->agents[i].runs) {
            stop(&desk->agents[i]);
        }
    }
    disk_destroy(desk->disk);
    free(desk->wishes);
    free(desk);
}

struct disk *desk_disk(struct desk *desk)
{
    return desk->disk;
}

/* News end the rest, if it is one that news end. */
static void wake(struct desk *desk, struct agent *agent)
{
    if (agent->until_capture) {
        agent->due_at = desk->trace->now;
    }
}

/* ---- What the person does. ---- */

/* The values of a wish, where the operation's texts point to. */
struct texts {
    char actor[WISH_TEXT_SIZE];
    char target[WISH_TEXT_SIZE];
    char thread[WISH_TEXT_SIZE];
};

int desk_field(enum wish_field field)
{
    static const enum ic_target_field fields[WISH_FIELDS_COUNT] = {
        [WISH_STATUS] = IC_TARGET_FIELD_TAR_STATUS,  [WISH_NOTES] = IC_TARGET_FIELD_NOTES,
        [WISH_EMAIL] = IC_TARGET_FIELD_EMAIL,        [WISH_PHONE] = IC_TARGET_FIELD_PHONE_NUM,
        [WISH_SOURCE] = IC_TARGET_FIELD_CONT_SOURCE,
    };
    return (int)fields[field];
}

static void put_field(const struct wish *wish, struct ic_operation *operation)
{
    bool is_contact = wish->field >= WISH_EMAIL;
    operation->field = (enum ic_target_field)desk_field(wish->field);
    operation->value.text = ic_str_from(wish->value);
    if (is_contact) {
        operation->value.state = wish->value[0] ? IC_CONTACT_STATE_FOUND : IC_CONTACT_STATE_NOT_FOUND;
    }
}

static struct ic_operation operation_of(const struct wish *wish, struct texts *texts)
{
    static const enum ic_operation_kind kinds[] = {
        [WISH_OUTREACH] = IC_OPERATION_KIND_OUTREACH,
        [WISH_SET_FIELD] = IC_OPERATION_KIND_SET_FIELD,
        [WISH_EXCLUDE] = IC_OPERATION_KIND_EXCLUDE,
        [WISH_LIFT] = IC_OPERATION_KIND_LIFT,
    };
    struct ic_operation operation = {.kind = kinds[wish->kind], .sent_at = wish->sent_at};
    memcpy(operation.op_id.text, wish->op_id, sizeof operation.op_id.text);
    (void)snprintf(texts->actor, sizeof texts->actor, "actor_%d", wish->actor);
    (void)snprintf(texts->target, sizeof texts->target, "target_%d", wish->target);
    (void)snprintf(texts->thread, sizeof texts->thread, "thread_%d_%d", wish->actor, wish->target);
    bool is_handle = ic_handle_parse(ic_str_from(texts->target), &operation.tar_username);
    if (wish->actor >= 0) {
        is_handle &= ic_handle_parse(ic_str_from(texts->actor), &operation.act_username);
    }
    assert(is_handle);
    (void)is_handle;
    switch (wish->kind) {
    case WISH_OUTREACH:
        operation.thread_id = ic_str_from(texts->thread);
        operation.message_text = ic_str_from(wish->value);
        break;
    case WISH_SET_FIELD:
        put_field(wish, &operation);
        break;
    case WISH_EXCLUDE:
    case WISH_LIFT:
        operation.reason = ic_str_from(wish->value);
        break;
    }
    return operation;
}

/* Lets one process have an operation; true when it is acknowledged. */
static bool offer_to(struct desk *desk, struct agent *agent, const struct wish *wish)
{
    struct texts texts;
    struct ic_operation operation = operation_of(wish, &texts);
    struct ic_err err = IC_ERR_NONE;
    bool is_duplicate = false;
    process_enter(&agent->process);
    enum ic_rc rc = ic_ledger_put(agent->ledger, &operation, &is_duplicate, &err);
    process_enter(NULL);
    /* What a process says while it dies, nobody hears. */
    bool is_acknowledged = rc == IC_OK && !agent->process.is_dead;
    trace_say(desk->trace, desk->name, "%.8s %s%s", wish->op_id + 28,
              is_acknowledged ? is_duplicate ? "is acknowledged again" : "is acknowledged" : "is not acknowledged: ",
              is_acknowledged ? "" : err.detail);
    bury(desk);
    return is_acknowledged;
}

bool desk_offer(struct desk *desk)
{
    while (desk->acknowledged_count < desk->wishes_count) {
        const struct wish *wish = &desk->wishes[desk->acknowledged_count];
        /* Each browser profile has a process of its own. */
        struct agent *agent = &desk->agents[desk->acknowledged_count % DESK_PROCESSES_COUNT];
        agent = agent->runs ? agent : syncer(desk);
        if (!agent || !offer_to(desk, agent, wish)) {
            return false;
        }
        desk->acknowledged_count++;
        agent = syncer(desk);
        if (agent) {
            wake(desk, agent);
        }
    }
    return true;
}

void desk_wish(struct desk *desk, const struct wish *wish)
{
    struct ic_rand rand = draw_rand(&desk->extension);
    if (desk->wishes_count == desk->wishes_room) {
        desk->wishes_room = 2 * desk->wishes_room + 16;
        desk->wishes = realloc(desk->wishes, desk->wishes_room * sizeof *desk->wishes);
        if (!desk->wishes) {
            abort();
        }
    }
    struct wish *own = &desk->wishes[desk->wishes_count++];
    *own = *wish;
    own->desk = desk->number;
    own->done_at = desk->trace->now;
    own->sent_at = desk_wall_ms(desk);
    struct ic_op_id op_id = ic_op_id_create(own->sent_at, &rand);
    memcpy(own->op_id, op_id.text, sizeof own->op_id);
}

const struct wish *desk_wishes(const struct desk *desk, size_t *ret_count)
{
    *ret_count = desk->wishes_count;
    return desk->wishes;
}

size_t desk_acknowledged_count(const struct desk *desk)
{
    return desk->acknowledged_count;
}

/* ---- Sync. ---- */

int64_t desk_due_at(const struct desk *desk)
{
    const struct agent *agent = syncer(desk);
    return agent && !agent->flight ? agent->due_at : DESK_NEVER;
}

void desk_live(struct desk *desk, bool is_open)
{
    struct agent *agent = syncer(desk);
    desk->is_live = is_open;
    if (agent && agent->has_uplink) {
        ic_uplink_live(&agent->uplink, is_open);
        wake(desk, agent);
    }
}

void desk_hear(struct desk *desk)
{
    struct agent *agent = syncer(desk);
    if (agent && agent->has_uplink) {
        ic_uplink_heard(&agent->uplink);
        wake(desk, agent);
    }
}

static void rest(struct desk *desk, struct agent *agent, struct ic_uplink_rest rest)
{
    agent->due_at = rest.wait_ms == IC_UPLINK_FOREVER ? DESK_NEVER : desk->trace->now + rest.wait_ms;
    agent->until_capture = rest.until_capture;
}

bool desk_next(struct desk *desk, struct ask *ret_ask, int64_t *ret_flight)
{
    struct agent *agent = syncer(desk);
    if (!agent || agent->flight) {
        return false;
    }
    process_enter(&agent->process);
    if (!agent->has_uplink) {
        ic_uplink_init(&agent->uplink, NULL, agent->ledger, &desk->clock, &agent->rand);
        agent->uplink.read_device = read_device;
        agent->uplink.device_context = desk;
        ic_uplink_live(&agent->uplink, desk->is_live);
        agent->has_uplink = true;
    }
    struct ic_uplink_rest until = ic_uplink_next(&agent->uplink, &agent->flight);
    process_enter(NULL);
    rest(desk, agent, until);
    if (agent->flight && !agent->process.is_dead) {
        const struct ic_exchange_request *request = ic_uplink_flight_request(agent->flight);
        *ret_ask =
            (struct ask){.body = bytes_copy(request->body.data, request->body.size), .is_packed = request->is_packed};
        (void)snprintf(ret_ask->path, sizeof ret_ask->path, "%s", request->path);
        (void)snprintf(ret_ask->token, sizeof ret_ask->token, "%s", request->token);
        *ret_flight = agent->flight_number = ++desk->flights_count;
    }
    bury(desk);
    return agent->flight != NULL;
}

void desk_take(struct desk *desk, int64_t flight, const struct reply *reply)
{
    struct agent *agent = NULL;
    for (int i = 0; i < DESK_PROCESSES_COUNT; i++) {
        if (desk->agents[i].flight && desk->agents[i].flight_number == flight) {
            agent = &desk->agents[i];
        }
    }
    if (!agent) {
        return;
    }
    struct ic_exchange_answer answer;
    struct ic_err unreached = IC_ERR_NONE;
    ic_exchange_answer_init(&answer);
    if (reply->status == 0) {
        (void)!ic_err_set_native(&unreached, IC_CODE_UNAVAILABLE, "simulation", 0, true, "Nobody answered.");
    } else {
        answer.status = reply->status;
        answer.is_problem = reply->is_problem;
        answer.retry_after_ms = reply->retry_after_ms;
        ic_buf_put(&answer.body, (struct ic_str){reply->body.data, reply->body.size});
    }
    struct ic_uplink_flight *taken = agent->flight;
    agent->flight = NULL;
    process_enter(&agent->process);
    struct ic_uplink_rest until =
        ic_uplink_take(&agent->uplink, taken, reply->status == 0 ? NULL : &answer, &unreached);
    process_enter(NULL);
    rest(desk, agent, until);
    ic_exchange_answer_release(&answer);
    bury(desk);
}

char *desk_text(struct desk *desk, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    struct agent *agent = syncer(desk);
    struct process process;
    process_init(&process, desk->disk);
    process_enter(agent ? &agent->process : &process);
    if (sqlite3_open_v2(ledger_path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const char *found = (const char *)sqlite3_column_text(statement, 0);
        text = strdup(found ? found : "");
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    process_enter(NULL);
    return text;
}

int64_t desk_ask(struct desk *desk, const char *sql)
{
    char *text = desk_text(desk, sql);
    int64_t value = text ? strtoll(text, NULL, 10) : -1;
    free(text);
    return value;
}

void desk_place(struct desk *desk, char *ret_place, size_t size)
{
    struct agent *agent = syncer(desk);
    struct ic_ledger_summary summary = {.pending = 0};
    struct ic_err err = IC_ERR_NONE;
    ret_place[0] = '\0';
    if (agent) {
        process_enter(&agent->process);
        if (ic_ledger_get_summary(agent->ledger, &summary, &err) == IC_OK) {
            (void)snprintf(ret_place, size, "%s", summary.replica.place);
        }
        process_enter(NULL);
    }
}

bool desk_shows_excluded(struct desk *desk, const char *handle)
{
    struct agent *agent = syncer(desk);
    struct ic_arena *arena = ic_arena_create(LOOK_UP_ARENA_SIZE);
    struct ic_handle parsed;
    struct ic_look_up found = {.state = IC_LOOK_UP_FREE};
    struct ic_err err = IC_ERR_NONE;
    bool is_handle = ic_handle_parse(ic_str_from(handle), &parsed);
    assert(agent && arena && is_handle);
    (void)is_handle;
    process_enter(&agent->process);
    enum ic_rc rc = ic_look_up(agent->ledger, &parsed, arena, &found, &err);
    process_enter(NULL);
    ic_arena_destroy(arena);
    return rc == IC_OK && found.state == IC_LOOK_UP_EXCLUDED;
}
