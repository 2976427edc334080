#include "agent/uplink_flight.h"

#include "agent/replica.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { FLIGHT_ARENA_SIZE = 16 * 1024 * 1024 };

static enum ic_rc read_device(void *context, struct ic_device *ret_device, struct ic_err *err)
{
    const struct ic_path *folder = context;
    return ic_device_read(folder, ret_device, err);
}

void ic_uplink_init(struct ic_uplink *uplink, const struct ic_path *folder, struct ic_ledger *ledger,
                    const struct ic_clock *clock, const struct ic_rand *rand)
{
    *uplink = (struct ic_uplink){
        .read_device = read_device,
        .device_context = (void *)(uintptr_t)folder,
        .ledger = ledger,
        .clock = clock,
        .rand = rand,
        .unreached = {.least_ms = IC_UPLINK_UNREACHED_LEAST_MS,
                      .first_ms = IC_UPLINK_UNREACHED_FIRST_MS,
                      .longest_ms = IC_UPLINK_UNREACHED_LONGEST_MS},
        .trouble = {.least_ms = IC_UPLINK_TROUBLE_LEAST_MS,
                    .first_ms = IC_UPLINK_TROUBLE_FIRST_MS,
                    .longest_ms = IC_UPLINK_TROUBLE_LONGEST_MS},
        .batch_max = IC_LIMIT_PUSH_OPERATIONS_MAX,
        .is_pull_due = true,
    };
}

void ic_uplink_tell(struct ic_uplink *uplink)
{
    if (uplink->changed) {
        uplink->changed(uplink->context);
    }
}

void ic_uplink_live(struct ic_uplink *uplink, bool is_open)
{
    /* What happened while nobody told is asked for. */
    uplink->is_pull_due |= is_open != uplink->is_live;
    uplink->is_live = is_open;
}

void ic_uplink_heard(struct ic_uplink *uplink)
{
    uplink->is_pull_due = true;
}

struct ic_uplink_rest ic_uplink_again_at_once(void)
{
    return (struct ic_uplink_rest){.wait_ms = 0, .until_capture = true};
}

struct ic_uplink_rest ic_uplink_in_trouble(struct ic_uplink_flight *flight)
{
    int64_t wait_ms = ic_backoff_fail(&flight->uplink->trouble, flight->uplink->rand, flight->retry_after_ms);
    return (struct ic_uplink_rest){.wait_ms = wait_ms, .until_capture = false};
}

struct ic_uplink_rest ic_uplink_ledger_failed(struct ic_uplink_flight *flight, const char *event)
{
    ic_log_err(IC_LOG_ERROR, event, &flight->err);
    flight->uplink->is_ledger_damaged |= flight->err.code == IC_CODE_CORRUPT;
    return ic_uplink_in_trouble(flight);
}

static struct ic_uplink_rest unreached(struct ic_uplink *uplink)
{
    bool often = uplink->unreached.failures < IC_UPLINK_UNREACHED_OFTEN_MAX;
    uplink->unreached.longest_ms = often ? IC_UPLINK_UNREACHED_LONGEST_MS : IC_LIMIT_SYNC_POLL_MS;
    int64_t wait_ms = ic_backoff_fail(&uplink->unreached, uplink->rand, 0);
    return (struct ic_uplink_rest){.wait_ms = wait_ms, .until_capture = true};
}

void ic_uplink_succeeded(struct ic_uplink *uplink)
{
    ic_backoff_succeed(&uplink->unreached);
    ic_backoff_succeed(&uplink->trouble);
}

static void cut(struct ic_str text, char *ret_text, size_t size)
{
    size_t kept = text.size < size ? text.size : size - 1;
    memcpy(ret_text, text.data, kept);
    ret_text[kept] = '\0';
}

static bool is_as_before(const struct ic_link *before, const struct ic_link *link)
{
    return before->state == link->state && ic_id_equal(&before->device_id, &link->device_id) &&
           strcmp(before->code, link->code) == 0;
}

struct ic_link ic_uplink_link(const struct ic_uplink_flight *flight, enum ic_link_state state, struct ic_str code,
                              struct ic_str detail)
{
    const struct ic_link *before = &flight->before.link;
    struct ic_link link = {
        .state = state,
        .device_id = flight->device.device_id,
        .changed_at = ic_clock_now_ms(flight->uplink->clock),
        .last_push_at = before->last_push_at,
    };
    cut(code, link.code, sizeof link.code);
    cut(detail, link.detail, sizeof link.detail);
    if (is_as_before(before, &link)) {
        link.changed_at = before->changed_at;
    }
    return link;
}

/* A retry that fails as before costs the disk nothing. */
void ic_uplink_note_failure(struct ic_uplink_flight *flight, enum ic_link_state state, struct ic_str code,
                            struct ic_str detail)
{
    struct ic_link link = ic_uplink_link(flight, state, code, detail);
    if (is_as_before(&flight->before.link, &link)) {
        return;
    }
    const struct ic_log_field fields[] = {IC_LOG_TEXT("code", code), IC_LOG_TEXT("detail", detail), {.key = NULL}};
    ic_log(IC_LOG_WARN, "sync.failed", fields);
    struct ic_err err = IC_ERR_NONE;
    if (ic_ledger_put_link(flight->uplink->ledger, &link, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.link", &err);
    }
    ic_uplink_tell(flight->uplink);
}

struct ic_uplink_rest ic_uplink_refused(struct ic_uplink_flight *flight, int status)
{
    const struct ic_problem *problem = flight->problem;
    if (!problem) {
        char detail[64];
        snprintf(detail, sizeof detail, "The server answered with status %d.", status);
        ic_uplink_note_failure(flight, IC_LINK_OFFLINE, IC_STR("unavailable"), ic_str_from(detail));
        return ic_uplink_in_trouble(flight);
    }
    if (status == 401) {
        ic_uplink_note_failure(flight, IC_LINK_REFUSED, problem->code, problem->detail);
        return (struct ic_uplink_rest){.wait_ms = IC_UPLINK_REFUSED_MS, .until_capture = false};
    }
    ic_uplink_note_failure(flight, IC_LINK_OFFLINE, problem->code, problem->detail);
    if (ic_problem_is(problem, IC_CODE_UNSUPPORTED_PROTOCOL)) {
        return (struct ic_uplink_rest){.wait_ms = IC_UPLINK_OUTDATED_MS, .until_capture = false};
    }
    return ic_uplink_in_trouble(flight);
}

struct ic_heard ic_uplink_hear(const struct ic_uplink_flight *flight, int64_t server_time, struct ic_features features)
{
    const struct ic_clock *clock = flight->uplink->clock;
    int64_t monotonic_ms = ic_clock_monotonic_ms(clock);
    int64_t way_ms = (monotonic_ms - flight->prepared_monotonic_ms) / 2;
    return (struct ic_heard){.server_time = server_time,
                             .monotonic_ms = monotonic_ms - way_ms,
                             .clock_ahead_ms = ic_clock_now_ms(clock) - way_ms - server_time,
                             .features = features};
}

/* A person's question is a reason to look. */
static void notice_questions(struct ic_uplink *uplink, const struct ic_ledger_memory *memory)
{
    if (memory->asked > memory->answered && memory->asked != uplink->asked) {
        uplink->asked = memory->asked;
        uplink->is_pull_due = true;
    }
}

/* How long nothing needs to be asked: for as long as nobody tells, where somebody would. */
static struct ic_uplink_rest idle(const struct ic_uplink *uplink)
{
    int64_t left_ms = uplink->pull_at_ms - ic_clock_monotonic_ms(uplink->clock);
    return (struct ic_uplink_rest){.wait_ms = uplink->is_live ? IC_UPLINK_FOREVER : left_ms, .until_capture = true};
}

/* What is to be asked next; false when nothing is. */
static bool choose(struct ic_uplink_flight *flight)
{
    struct ic_uplink *uplink = flight->uplink;
    bool is_late = !uplink->is_live && ic_clock_monotonic_ms(uplink->clock) >= uplink->pull_at_ms;
    /* What was acknowledged last is known by one event: before another takes its place, a page has to confirm it, or
     * a server that was restored in between would have lost it unnoticed. */
    const struct ic_ledger_memory *memory = &flight->before.memory;
    bool is_unconfirmed =
        !ic_id_is_empty(&memory->seen) && ic_features_have(memory->heard.features, IC_SYNC_FEATURE_PULL);
    bool push = flight->batch.count > 0;
    bool pull = uplink->is_pull_due || is_late || (push && is_unconfirmed);
    flight->kind = pull && (!push || uplink->is_pulls_turn || is_unconfirmed) ? IC_UPLINK_PULL : IC_UPLINK_PUSH;
    uplink->is_pulls_turn = flight->kind == IC_UPLINK_PUSH;
    return push || pull;
}

/* With nothing else to do, removes some of what a replica before this one has left; says whether there is more. */
static bool sweep(struct ic_uplink_flight *flight)
{
    bool has_more = false;
    if (flight->before.replica.has_stale &&
        ic_replica_sweep(flight->uplink->ledger, &has_more, &flight->err) != IC_OK) {
        (void)ic_uplink_ledger_failed(flight, "ledger.sweep");
    }
    return has_more;
}

static enum ic_rc read_ledger(struct ic_uplink_flight *flight)
{
    struct ic_uplink *uplink = flight->uplink;
    enum ic_rc rc = ic_ledger_get_summary(uplink->ledger, &flight->before, &flight->err);
    if (rc == IC_OK) {
        rc = ic_ledger_list_pending(uplink->ledger, flight->before.memory.heard.features, uplink->batch_max,
                                    IC_UPLINK_BATCH_BYTES_MAX, flight->arena, &flight->batch, &flight->err);
    }
    return rc;
}

/* Whether the ledger and the pairing allow a request, and which. */
static bool prepare(struct ic_uplink_flight *flight, struct ic_uplink_rest *ret_rest)
{
    struct ic_uplink *uplink = flight->uplink;
    enum ic_rc rc = uplink->read_device(uplink->device_context, &flight->device, &flight->err);
    if (rc != IC_OK) {
        if (flight->err.code != IC_CODE_NOT_PAIRED) {
            ic_log_err(IC_LOG_ERROR, "device.read", &flight->err);
        }
        *ret_rest = (struct ic_uplink_rest){.wait_ms = IC_UPLINK_FOREVER, .until_capture = false};
        return false;
    }
    rc = read_ledger(flight);
    if (rc == IC_OK) {
        uplink->can_listen = ic_features_have(flight->before.memory.heard.features, IC_SYNC_FEATURE_LIVE);
        notice_questions(uplink, &flight->before.memory);
        if (!choose(flight)) {
            *ret_rest = sweep(flight) ? ic_uplink_again_at_once() : idle(uplink);
            return false;
        }
        flight->prepared_monotonic_ms = ic_clock_monotonic_ms(uplink->clock);
        rc = flight->kind == IC_UPLINK_PUSH ? ic_uplink_prepare_push(flight) : ic_uplink_prepare_pull(flight);
    }
    if (rc != IC_OK) {
        *ret_rest = ic_uplink_ledger_failed(flight, "ledger.read");
        return false;
    }
    *ret_rest = ic_uplink_again_at_once();
    return true;
}

static struct ic_uplink_flight *create(struct ic_uplink *uplink)
{
    struct ic_arena *arena = ic_arena_create(FLIGHT_ARENA_SIZE);
    struct ic_uplink_flight *flight = arena ? ic_arena_alloc(arena, sizeof *flight) : NULL;
    if (!flight) {
        ic_arena_destroy(arena);
        return NULL;
    }
    flight->uplink = uplink;
    flight->arena = arena;
    ic_buf_init(&flight->body, IC_LIMIT_BODY_BYTES_MAX);
    ic_buf_init(&flight->packed, IC_LIMIT_BODY_BYTES_MAX);
    return flight;
}

void ic_uplink_flight_destroy(struct ic_uplink_flight *flight)
{
    if (flight) {
        ic_device_wipe(&flight->device);
        ic_buf_release(&flight->body);
        ic_buf_release(&flight->packed);
        ic_arena_destroy(flight->arena);
    }
}

const struct ic_exchange_request *ic_uplink_flight_request(const struct ic_uplink_flight *flight)
{
    return &flight->request;
}

struct ic_uplink_rest ic_uplink_next(struct ic_uplink *uplink, struct ic_uplink_flight **ret_flight)
{
    struct ic_uplink_rest rest = {.wait_ms = IC_UPLINK_TROUBLE_LONGEST_MS, .until_capture = false};
    struct ic_uplink_flight *flight = create(uplink);
    *ret_flight = NULL;
    if (!flight) {
        struct ic_err err = IC_ERR_NONE;
        (void)ic_arena_failed("agent.uplink", &err);
        ic_log_err(IC_LOG_ERROR, "uplink", &err);
    } else if (prepare(flight, &rest)) {
        *ret_flight = flight;
    } else {
        ic_uplink_flight_destroy(flight);
    }
    return rest;
}

static void read_answer(struct ic_uplink_flight *flight, const struct ic_exchange_answer *answer)
{
    struct ic_err unreadable = IC_ERR_NONE;
    flight->retry_after_ms = answer->retry_after_ms;
    if (ic_json_parse(ic_buf_view(&answer->body), "agent.uplink", flight->arena, &flight->object, NULL) != IC_OK) {
        flight->object = NULL;
    }
    if (flight->object && answer->is_problem &&
        ic_problem_decode(flight->object, &flight->problem_stands, &unreadable) == IC_OK) {
        flight->problem = &flight->problem_stands;
    }
}

struct ic_uplink_rest ic_uplink_take(struct ic_uplink *uplink, struct ic_uplink_flight *flight,
                                     const struct ic_exchange_answer *answer, const struct ic_err *unreached_because)
{
    struct ic_uplink_rest rest;
    if (!answer) {
        ic_uplink_note_failure(flight, IC_LINK_OFFLINE, ic_str_from(ic_code_name(unreached_because->code)),
                               ic_str_from(unreached_because->detail));
        /* A pull that nobody answered is still to be made: the news that asked for it will not come again. */
        uplink->is_pull_due |= flight->kind == IC_UPLINK_PULL;
        rest = unreached(uplink);
    } else {
        read_answer(flight, answer);
        rest = flight->kind == IC_UPLINK_PUSH ? ic_uplink_take_push(flight, answer->status)
                                              : ic_uplink_take_pull(flight, answer->status);
    }
    ic_uplink_flight_destroy(flight);
    return rest;
}

struct ic_uplink_rest ic_uplink_step(struct ic_uplink *uplink, const struct ic_exchange *exchange)
{
    struct ic_uplink_flight *flight;
    struct ic_exchange_answer answer;
    struct ic_err err = IC_ERR_NONE;
    struct ic_uplink_rest rest = ic_uplink_next(uplink, &flight);
    if (flight) {
        ic_exchange_answer_init(&answer);
        bool answered = exchange->run(exchange->context, &flight->request, &answer, &err) == IC_OK;
        rest = ic_uplink_take(uplink, flight, answered ? &answer : NULL, &err);
        ic_exchange_answer_release(&answer);
    }
    return rest;
}
