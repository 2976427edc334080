#include "agent/uplink.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { FLIGHT_ARENA_SIZE = 4 * 1024 * 1024 };

static const char push_path[] = "/api/v1/sync/push";

/* Everything of one request; it lives in its own arena. */
struct ic_uplink_flight {
    struct ic_uplink *uplink;
    struct ic_arena *arena;
    struct ic_device device;
    struct ic_link before; /* The link as the ledger has it. */
    struct ic_ledger_batch batch;
    struct ic_buf body;
    struct ic_exchange_request request;
    int64_t retry_after_ms; /* Of the answer. */
    struct ic_err err;
};

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
    };
}

static void tell(struct ic_uplink *uplink)
{
    if (uplink->changed) {
        uplink->changed(uplink->context);
    }
}

static struct ic_uplink_rest again_at_once(void)
{
    return (struct ic_uplink_rest){.wait_ms = 0, .until_capture = true};
}

/* Something stands in the way that time may mend. */
static struct ic_uplink_rest in_trouble(struct ic_uplink_flight *flight)
{
    int64_t wait_ms = ic_backoff_fail(&flight->uplink->trouble, flight->uplink->rand, flight->retry_after_ms);
    return (struct ic_uplink_rest){.wait_ms = wait_ms, .until_capture = false};
}

static void cut(struct ic_str text, char *ret_text, size_t size)
{
    size_t kept = text.size < size ? text.size : size - 1;
    memcpy(ret_text, text.data, kept);
    ret_text[kept] = '\0';
}

/* The link as it is now; it keeps the time at which it began to be so. */
static struct ic_link link_now(const struct ic_uplink_flight *flight, enum ic_link_state state, struct ic_str code,
                               struct ic_str detail)
{
    const struct ic_link *before = &flight->before;
    struct ic_link link = {
        .state = state,
        .device_id = flight->device.device_id,
        .changed_at = ic_clock_now_ms(flight->uplink->clock),
        .last_push_at = before->last_push_at,
    };
    cut(code, link.code, sizeof link.code);
    cut(detail, link.detail, sizeof link.detail);
    if (before->state == state && ic_id_equal(&before->device_id, &link.device_id) &&
        strcmp(before->code, link.code) == 0) {
        link.changed_at = before->changed_at;
    }
    return link;
}

/* Notes a failure when it is another one than before: a retry costs the disk nothing. */
static void note_failure(struct ic_uplink_flight *flight, enum ic_link_state state, struct ic_str code,
                         struct ic_str detail)
{
    const struct ic_link *before = &flight->before;
    struct ic_link link = link_now(flight, state, code, detail);
    if (before->state == state && ic_id_equal(&before->device_id, &link.device_id) &&
        strcmp(before->code, link.code) == 0) {
        return;
    }
    const struct ic_log_field fields[] = {IC_LOG_TEXT("code", code), IC_LOG_TEXT("detail", detail), {.key = NULL}};
    ic_log(IC_LOG_WARN, "push.failed", fields);
    struct ic_err err = IC_ERR_NONE;
    if (ic_ledger_put_link(flight->uplink->ledger, &link, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.link", &err);
    }
    tell(flight->uplink);
}

/* Notes the server's word about operations, and that there was one. */
static struct ic_uplink_rest settle(struct ic_uplink_flight *flight, const struct ic_push_result *results, size_t count)
{
    struct ic_uplink *uplink = flight->uplink;
    struct ic_link link = link_now(flight, IC_LINK_ONLINE, IC_STR(""), IC_STR(""));
    link.last_push_at = ic_clock_now_ms(uplink->clock);
    if (ic_ledger_settle(uplink->ledger, results, count, &link, &flight->err) != IC_OK) {
        /* The server has them and the ledger does not know: they will be sent again and found to be duplicates. */
        ic_log_err(IC_LOG_ERROR, "ledger.settle", &flight->err);
        return in_trouble(flight);
    }
    for (size_t i = 0; i < count; i++) {
        if (results[i].outcome == IC_OPERATION_OUTCOME_REJECTED) {
            const struct ic_log_field fields[] = {IC_LOG_TEXT("op_id", ic_str_from(results[i].op_id.text)),
                                                  IC_LOG_TEXT("code", results[i].problem.code),
                                                  IC_LOG_TEXT("detail", results[i].problem.detail),
                                                  {.key = NULL}};
            ic_log(IC_LOG_WARN, "push.rejected", fields);
        }
    }
    ic_backoff_succeed(&uplink->unreached);
    ic_backoff_succeed(&uplink->trouble);
    size_t doubled = uplink->batch_max * 2;
    uplink->batch_max = doubled < IC_LIMIT_PUSH_OPERATIONS_MAX ? doubled : IC_LIMIT_PUSH_OPERATIONS_MAX;
    tell(uplink);
    return again_at_once();
}

/* One of the batch is to blame: if it stands alone it is rejected, else the batch is halved. */
static struct ic_uplink_rest blame(struct ic_uplink_flight *flight, const struct ic_problem *problem)
{
    if (flight->batch.count > 1) {
        flight->uplink->batch_max = flight->batch.count / 2;
        return again_at_once();
    }
    struct ic_push_result result = {
        .op_id = flight->batch.op_ids[0], .outcome = IC_OPERATION_OUTCOME_REJECTED, .problem = *problem};
    return settle(flight, &result, 1);
}

static struct ic_uplink_rest take_results(struct ic_uplink_flight *flight, json_t *object)
{
    struct ic_push_result *results = NULL;
    if (object && ic_push_decode_results(object, flight->batch.op_ids, flight->batch.count, flight->arena, &results,
                                         &flight->err) == IC_OK) {
        return settle(flight, results, flight->batch.count);
    }
    note_failure(flight, IC_LINK_OFFLINE, IC_STR("malformed_json"),
                 IC_STR("The server's answer is not one of the contract's."));
    return in_trouble(flight);
}

static struct ic_uplink_rest take_answer(struct ic_uplink_flight *flight, const struct ic_exchange_answer *answer)
{
    json_t *object = NULL;
    struct ic_problem problem, *known = NULL;
    if (ic_json_parse(ic_buf_view(&answer->body), "agent.uplink", flight->arena, &object, NULL) != IC_OK) {
        object = NULL;
    }
    struct ic_err unreadable = IC_ERR_NONE;
    if (object && answer->is_problem && ic_problem_decode(object, &problem, &unreadable) == IC_OK) {
        known = &problem;
    }
    switch (ic_push_judge(answer->status, known)) {
    case IC_PUSH_ANSWERED:
        return take_results(flight, object);
    case IC_PUSH_REFUSED:
        return blame(flight, known);
    case IC_PUSH_UNPAIRED:
        note_failure(flight, IC_LINK_REFUSED, known->code, known->detail);
        return (struct ic_uplink_rest){.wait_ms = IC_UPLINK_REFUSED_MS, .until_capture = false};
    case IC_PUSH_LATER:
        break;
    }
    if (known) {
        note_failure(flight, IC_LINK_OFFLINE, known->code, known->detail);
    } else {
        char detail[64];
        snprintf(detail, sizeof detail, "The server answered with status %d.", answer->status);
        note_failure(flight, IC_LINK_OFFLINE, IC_STR("unavailable"), ic_str_from(detail));
    }
    return in_trouble(flight);
}

static enum ic_rc prepare_push(struct ic_uplink_flight *flight)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &flight->body);
    ic_push_encode(IC_STR(IC_VERSION), flight->batch.operations, flight->batch.count, &writer);
    flight->request = (struct ic_exchange_request){
        .server_url = flight->device.server_url,
        .path = push_path,
        .token = flight->device.device_token.text,
        .body = ic_buf_view(&flight->body),
    };
    return ic_buf_check(&flight->body, "agent.uplink.push", &flight->err);
}

/* Whether the ledger and the pairing allow a push, and what to push. */
static bool prepare(struct ic_uplink_flight *flight, struct ic_uplink_rest *ret_rest)
{
    struct ic_uplink *uplink = flight->uplink;
    struct ic_ledger_summary summary;
    enum ic_rc rc = uplink->read_device(uplink->device_context, &flight->device, &flight->err);
    if (rc != IC_OK) {
        if (flight->err.code != IC_CODE_NOT_PAIRED) {
            ic_log_err(IC_LOG_ERROR, "device.read", &flight->err);
        }
        *ret_rest = (struct ic_uplink_rest){.wait_ms = IC_UPLINK_FOREVER, .until_capture = false};
        return false;
    }
    rc = ic_ledger_get_summary(uplink->ledger, &summary, &flight->err);
    if (rc == IC_OK) {
        flight->before = summary.link;
        rc = ic_ledger_list_pending(uplink->ledger, uplink->batch_max, IC_UPLINK_BATCH_BYTES_MAX, flight->arena,
                                    &flight->batch, &flight->err);
    }
    if (rc == IC_OK && flight->batch.count > 0) {
        rc = prepare_push(flight);
    }
    if (rc != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.list", &flight->err);
        *ret_rest = in_trouble(flight);
        return false;
    }
    *ret_rest = (struct ic_uplink_rest){.wait_ms = IC_UPLINK_FOREVER, .until_capture = true};
    return flight->batch.count > 0;
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
    return flight;
}

void ic_uplink_flight_destroy(struct ic_uplink_flight *flight)
{
    if (flight) {
        ic_device_wipe(&flight->device);
        ic_buf_release(&flight->body);
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

struct ic_uplink_rest ic_uplink_take(struct ic_uplink *uplink, struct ic_uplink_flight *flight,
                                     const struct ic_exchange_answer *answer, const struct ic_err *unreached)
{
    struct ic_uplink_rest rest;
    if (answer) {
        flight->retry_after_ms = answer->retry_after_ms;
        rest = take_answer(flight, answer);
    } else {
        note_failure(flight, IC_LINK_OFFLINE, ic_str_from(ic_code_name(unreached->code)),
                     ic_str_from(unreached->detail));
        rest.wait_ms = ic_backoff_fail(&uplink->unreached, uplink->rand, 0);
        rest.until_capture = true;
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
