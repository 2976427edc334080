#include "agent/uplink.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { STEP_ARENA_SIZE = 4 * 1024 * 1024 };

static const char push_path[] = "/api/v1/sync/push";

/* Everything of one step; its arena ends with it. */
struct step {
    struct ic_uplink *uplink;
    struct ic_arena *arena;
    struct ic_device device;
    struct ic_link before; /* The link as the ledger has it. */
    struct ic_ledger_batch batch;
    struct ic_exchange_answer answer;
    struct ic_err err;
};

void ic_uplink_init(struct ic_uplink *uplink, const struct ic_path *folder, struct ic_ledger *ledger,
                    struct ic_exchange exchange, const struct ic_clock *clock, const struct ic_rand *rand)
{
    *uplink = (struct ic_uplink){
        .folder = folder,
        .ledger = ledger,
        .exchange = exchange,
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
static struct ic_uplink_rest in_trouble(struct step *step)
{
    int64_t wait_ms = ic_backoff_fail(&step->uplink->trouble, step->uplink->rand, step->answer.retry_after_ms);
    return (struct ic_uplink_rest){.wait_ms = wait_ms, .until_capture = false};
}

static void cut(struct ic_str text, char *ret_text, size_t size)
{
    size_t kept = text.size < size ? text.size : size - 1;
    memcpy(ret_text, text.data, kept);
    ret_text[kept] = '\0';
}

/* The link as it is now; it keeps the time at which it began to be so. */
static struct ic_link link_now(const struct step *step, enum ic_link_state state, struct ic_str code,
                               struct ic_str detail)
{
    const struct ic_link *before = &step->before;
    struct ic_link link = {
        .state = state,
        .device_id = step->device.device_id,
        .changed_at = ic_clock_now_ms(step->uplink->clock),
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
static void note_failure(struct step *step, enum ic_link_state state, struct ic_str code, struct ic_str detail)
{
    const struct ic_link *before = &step->before;
    struct ic_link link = link_now(step, state, code, detail);
    if (before->state == state && ic_id_equal(&before->device_id, &link.device_id) &&
        strcmp(before->code, link.code) == 0) {
        return;
    }
    const struct ic_log_field fields[] = {IC_LOG_TEXT("code", code), IC_LOG_TEXT("detail", detail), {.key = NULL}};
    ic_log(IC_LOG_WARN, "push.failed", fields);
    struct ic_err err = IC_ERR_NONE;
    if (ic_ledger_put_link(step->uplink->ledger, &link, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.link", &err);
    }
    tell(step->uplink);
}

/* Notes the server's word about operations, and that there was one. */
static struct ic_uplink_rest settle(struct step *step, const struct ic_push_result *results, size_t count)
{
    struct ic_uplink *uplink = step->uplink;
    struct ic_link link = link_now(step, IC_LINK_ONLINE, IC_STR(""), IC_STR(""));
    link.last_push_at = ic_clock_now_ms(uplink->clock);
    if (ic_ledger_settle(uplink->ledger, results, count, &link, &step->err) != IC_OK) {
        /* The server has them and the ledger does not know: they will be sent again and found to be duplicates. */
        ic_log_err(IC_LOG_ERROR, "ledger.settle", &step->err);
        return in_trouble(step);
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
static struct ic_uplink_rest blame(struct step *step, const struct ic_problem *problem)
{
    if (step->batch.count > 1) {
        step->uplink->batch_max = step->batch.count / 2;
        return again_at_once();
    }
    struct ic_push_result result = {
        .op_id = step->batch.op_ids[0], .outcome = IC_OPERATION_OUTCOME_REJECTED, .problem = *problem};
    return settle(step, &result, 1);
}

static struct ic_uplink_rest take_results(struct step *step, json_t *object)
{
    struct ic_push_result *results = NULL;
    if (object && ic_push_decode_results(object, step->batch.op_ids, step->batch.count, step->arena, &results,
                                         &step->err) == IC_OK) {
        return settle(step, results, step->batch.count);
    }
    note_failure(step, IC_LINK_OFFLINE, IC_STR("malformed_json"),
                 IC_STR("The server's answer is not one of the contract's."));
    return in_trouble(step);
}

static struct ic_uplink_rest take_answer(struct step *step)
{
    json_t *object = NULL;
    struct ic_problem problem, *known = NULL;
    if (ic_json_parse(ic_buf_view(&step->answer.body), "agent.uplink", step->arena, &object, NULL) != IC_OK) {
        object = NULL;
    }
    struct ic_err unreadable = IC_ERR_NONE;
    if (object && step->answer.is_problem && ic_problem_decode(object, &problem, &unreadable) == IC_OK) {
        known = &problem;
    }
    switch (ic_push_judge(step->answer.status, known)) {
    case IC_PUSH_ANSWERED:
        return take_results(step, object);
    case IC_PUSH_REFUSED:
        return blame(step, known);
    case IC_PUSH_UNPAIRED:
        note_failure(step, IC_LINK_REFUSED, known->code, known->detail);
        return (struct ic_uplink_rest){.wait_ms = IC_UPLINK_REFUSED_MS, .until_capture = false};
    case IC_PUSH_LATER:
        break;
    }
    if (known) {
        note_failure(step, IC_LINK_OFFLINE, known->code, known->detail);
    } else {
        char detail[64];
        snprintf(detail, sizeof detail, "The server answered with status %d.", step->answer.status);
        note_failure(step, IC_LINK_OFFLINE, IC_STR("unavailable"), ic_str_from(detail));
    }
    return in_trouble(step);
}

static struct ic_uplink_rest push(struct step *step)
{
    struct ic_uplink *uplink = step->uplink;
    struct ic_buf body;
    struct ic_json_writer writer;
    struct ic_uplink_rest rest;
    ic_buf_init(&body, IC_LIMIT_BODY_BYTES_MAX);
    ic_json_writer_init(&writer, &body);
    ic_push_encode(IC_STR(IC_VERSION), step->batch.operations, step->batch.count, &writer);
    struct ic_exchange_request request = {
        .server_url = step->device.server_url,
        .path = push_path,
        .token = step->device.device_token.text,
    };
    enum ic_rc rc = ic_buf_check(&body, "agent.uplink.push", &step->err);
    if (rc == IC_OK) {
        request.body = ic_buf_view(&body);
        rc = uplink->exchange.run(uplink->exchange.context, &request, &step->answer, &step->err);
    }
    if (rc == IC_OK) {
        rest = take_answer(step);
    } else {
        note_failure(step, IC_LINK_OFFLINE, ic_str_from(ic_code_name(step->err.code)), ic_str_from(step->err.detail));
        rest.wait_ms = ic_backoff_fail(&uplink->unreached, uplink->rand, 0);
        rest.until_capture = true;
    }
    ic_buf_release(&body);
    return rest;
}

/* Whether the ledger and the pairing allow a push, and what to push. */
static bool prepare(struct step *step, struct ic_uplink_rest *ret_rest)
{
    struct ic_uplink *uplink = step->uplink;
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_device_read(uplink->folder, &step->device, &step->err);
    if (rc != IC_OK) {
        if (step->err.code != IC_CODE_NOT_PAIRED) {
            ic_log_err(IC_LOG_ERROR, "device.read", &step->err);
        }
        *ret_rest = (struct ic_uplink_rest){.wait_ms = IC_UPLINK_FOREVER, .until_capture = false};
        return false;
    }
    rc = ic_ledger_get_summary(uplink->ledger, &summary, &step->err);
    if (rc == IC_OK) {
        step->before = summary.link;
        rc = ic_ledger_list_pending(uplink->ledger, uplink->batch_max, IC_UPLINK_BATCH_BYTES_MAX, step->arena,
                                    &step->batch, &step->err);
    }
    if (rc != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.list", &step->err);
        *ret_rest = in_trouble(step);
        return false;
    }
    *ret_rest = (struct ic_uplink_rest){.wait_ms = IC_UPLINK_FOREVER, .until_capture = true};
    return step->batch.count > 0;
}

struct ic_uplink_rest ic_uplink_step(struct ic_uplink *uplink)
{
    struct ic_uplink_rest rest;
    struct step step = {.uplink = uplink, .arena = ic_arena_create(STEP_ARENA_SIZE), .err = IC_ERR_NONE};
    ic_exchange_answer_init(&step.answer);
    if (!step.arena) {
        (void)ic_arena_failed("agent.uplink", &step.err);
        ic_log_err(IC_LOG_ERROR, "uplink", &step.err);
        rest = in_trouble(&step);
    } else if (prepare(&step, &rest)) {
        rest = push(&step);
    }
    ic_device_wipe(&step.device);
    ic_exchange_answer_release(&step.answer);
    ic_arena_destroy(step.arena);
    return rest;
}
