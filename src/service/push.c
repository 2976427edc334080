#include "service/push.h"

#include "contract/limits.h"
#include "service/plain_text.h"

struct push_write {
    struct ic_service *service;
    const struct ic_push_batch *batch;
    const struct ic_hash *op_hashes;
    struct ic_push_outcome *outcomes;
    struct ic_arena *arena;
    int64_t now;
};

/* A desktop's clock that is slow or a message that waited offline is believed; one that is ahead is not. */
static int64_t bound_by_clock(int64_t sent_at, int64_t now)
{
    return sent_at > now + IC_LIMIT_CLOCK_AHEAD_MS_MAX ? now : sent_at;
}

static enum ic_rc insert(struct ic_store_tx *tx, const struct push_write *write, size_t index, struct ic_err *err)
{
    const struct ic_operation *operation = &write->batch->operations[index];
    struct ic_outreach outreach = {
        .opr_id = write->batch->device->opr_id,
        .device_id = write->batch->device->device_id,
        .act_username = operation->act_username,
        .tar_username = operation->tar_username,
        .thread_id = operation->thread_id,
        .message_text = operation->message_text,
        .sent_at = operation->sent_at,
        .created_at = bound_by_clock(operation->sent_at, write->now),
        .received_at = write->now,
        .op_id = operation->op_id,
        .op_hash = write->op_hashes[index],
    };
    return ic_store_outreach_insert(tx, &outreach, &write->service->rand, &write->outcomes[index].ids, err);
}

static enum ic_rc apply_one(struct ic_store_tx *tx, const struct push_write *write, size_t index, struct ic_err *err)
{
    struct ic_push_outcome *outcome = &write->outcomes[index];
    struct ic_outreach_ids known_ids;
    struct ic_hash known_hash;
    struct ic_err missing = IC_ERR_NONE;
    *outcome = (struct ic_push_outcome){.op_id = write->batch->operations[index].op_id};

    enum ic_rc rc = ic_store_operation_find(tx, &outcome->op_id, &known_hash, &known_ids, &missing);
    if (rc == IC_NOT_FOUND) {
        outcome->outcome = IC_OPERATION_OUTCOME_ACCEPTED;
        return insert(tx, write, index, err);
    }
    if (rc != IC_OK) {
        *err = missing;
        return rc;
    }
    if (ic_hash_equal(&known_hash, &write->op_hashes[index])) {
        outcome->outcome = IC_OPERATION_OUTCOME_DUPLICATE;
        outcome->ids = known_ids;
    } else {
        outcome->outcome = IC_OPERATION_OUTCOME_REJECTED;
        outcome->code = IC_CODE_OP_CONFLICT;
    }
    return IC_OK;
}

static enum ic_rc run_apply(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct push_write *write = context;
    const struct ic_push_batch *batch = write->batch;
    struct ic_device device;
    /* Asked again, inside the transaction: what is revoked before this commit must not get in with it. */
    enum ic_rc rc = ic_store_device_get_by_token(tx, &batch->device->token_hash, write->arena, &device, err);
    if (rc == IC_OK) {
        rc = ic_store_device_touch(tx, &device.device_id, batch->agent_version, write->now, err);
    }
    for (size_t i = 0; rc == IC_OK && i < batch->count; i++) {
        rc = apply_one(tx, write, i, err);
    }
    return rc;
}

enum ic_rc ic_push_apply(struct ic_service *service, const struct ic_push_batch *batch, struct ic_arena *arena,
                         struct ic_push_outcome **ret_outcomes, int64_t *ret_server_time, struct ic_err *err)
{
    struct ic_push_batch checked = *batch;
    enum ic_rc rc = batch->agent_version.size > 0
                        ? ic_plain_text_check(batch->agent_version, IC_LIMIT_VERSION_CHARACTERS_MAX, "/agent_version",
                                              &checked.agent_version, err)
                        : IC_OK;
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_hash *op_hashes = ic_arena_alloc_array(arena, batch->count, sizeof *op_hashes);
    struct ic_push_outcome *outcomes = ic_arena_alloc_array(arena, batch->count, sizeof *outcomes);
    if (!op_hashes || !outcomes) {
        return ic_arena_failed("service.push.apply", err);
    }
    for (size_t i = 0; i < batch->count; i++) {
        rc = ic_operation_hash(&batch->operations[i], &op_hashes[i], err);
        if (rc != IC_OK) {
            return rc;
        }
    }
    struct push_write write = {service, &checked, op_hashes, outcomes, arena, ic_clock_now_ms(&service->clock)};
    rc = ic_store_write(service->store, run_apply, &write, err);
    if (rc == IC_OK) {
        *ret_outcomes = outcomes;
        *ret_server_time = write.now;
    }
    return rc;
}
