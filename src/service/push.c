#include "service/push.h"

#include "contract/limits.h"
#include "service/plain_text.h"

#include <string.h>

struct push_write {
    struct ic_service *service;
    const struct ic_push_batch *batch;
    const struct ic_hash *op_hashes;
    struct ic_push_outcome *outcomes;
    struct ic_arena *arena;
    int64_t now;
    /* Room for as many as there are operations. */
    struct ic_op_id *op_ids;
    struct ic_known_operation *known;
    struct ic_outreach *outreach; /* Of those that are new ... */
    size_t *new_indexes;          /* ... and which they are. */
    struct ic_outreach_ids *new_ids;
};

/* A desktop's clock that is slow or a message that waited offline is believed; one that is ahead is not. */
static int64_t bound_by_clock(int64_t sent_at, int64_t now)
{
    return sent_at > now + IC_LIMIT_CLOCK_AHEAD_MS_MAX ? now : sent_at;
}

static struct ic_outreach outreach_of(const struct push_write *write, size_t index)
{
    const struct ic_operation *operation = &write->batch->operations[index];
    return (struct ic_outreach){
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
}

/* The first of the batch with the same op_id. */
static size_t first_of(const struct push_write *write, size_t index)
{
    const struct ic_operation *operations = write->batch->operations;
    size_t i = 0;
    while (memcmp(operations[i].op_id.text, operations[index].op_id.text, IC_OP_ID_SIZE) != 0) {
        i++;
    }
    return i;
}

/* What is said of an op_id that stands for something already. */
static void answer_known(const struct push_write *write, size_t index, const struct ic_hash *known_hash,
                         const struct ic_outreach_ids *ids)
{
    struct ic_push_outcome *outcome = &write->outcomes[index];
    if (ic_hash_equal(known_hash, &write->op_hashes[index])) {
        outcome->outcome = IC_OPERATION_OUTCOME_DUPLICATE;
        outcome->ids = *ids;
    } else {
        outcome->outcome = IC_OPERATION_OUTCOME_REJECTED;
        outcome->code = IC_CODE_OP_CONFLICT;
    }
}

/* Writes those that are new, and answers all. */
static enum ic_rc apply(struct ic_store_tx *tx, const struct push_write *write, struct ic_err *err)
{
    size_t count = write->batch->count;
    size_t new_count = 0;
    for (size_t i = 0; i < count; i++) {
        write->op_ids[i] = write->batch->operations[i].op_id;
    }
    enum ic_rc rc = ic_store_operations_find(tx, write->op_ids, count, write->known, err);
    for (size_t i = 0; i < count && !rc; i++) {
        write->outcomes[i] = (struct ic_push_outcome){.op_id = write->op_ids[i]};
        if (!write->known[i].is_known && first_of(write, i) == i) {
            write->outreach[new_count] = outreach_of(write, i);
            write->new_indexes[new_count++] = i;
        }
    }
    if (!rc) {
        rc = ic_store_outreach_insert(tx, write->outreach, new_count, &write->service->rand, write->new_ids, err);
    }
    for (size_t i = 0; i < new_count && !rc; i++) {
        write->outcomes[write->new_indexes[i]].outcome = IC_OPERATION_OUTCOME_ACCEPTED;
        write->outcomes[write->new_indexes[i]].ids = write->new_ids[i];
    }
    for (size_t i = 0; i < count && !rc; i++) {
        size_t first = first_of(write, i);
        if (write->known[i].is_known) {
            answer_known(write, i, &write->known[i].op_hash, &write->known[i].ids);
        } else if (first < i) {
            answer_known(write, i, &write->op_hashes[first], &write->outcomes[first].ids);
        }
    }
    return rc;
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
    return rc == IC_OK ? apply(tx, write, err) : rc;
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
    struct push_write write = {
        .service = service,
        .batch = &checked,
        .op_hashes = op_hashes,
        .outcomes = outcomes,
        .arena = arena,
        .now = ic_clock_now_ms(&service->clock),
        .op_ids = ic_arena_alloc_array(arena, batch->count, sizeof *write.op_ids),
        .known = ic_arena_alloc_array(arena, batch->count, sizeof *write.known),
        .outreach = ic_arena_alloc_array(arena, batch->count, sizeof *write.outreach),
        .new_indexes = ic_arena_alloc_array(arena, batch->count, sizeof *write.new_indexes),
        .new_ids = ic_arena_alloc_array(arena, batch->count, sizeof *write.new_ids),
    };
    if (!op_hashes || !outcomes || !write.op_ids || !write.known || !write.outreach || !write.new_indexes ||
        !write.new_ids) {
        return ic_arena_failed("service.push.apply", err);
    }
    for (size_t i = 0; i < batch->count; i++) {
        rc = ic_operation_hash(&batch->operations[i], &op_hashes[i], err);
        if (rc != IC_OK) {
            return rc;
        }
    }
    rc = ic_store_write(service->store, run_apply, &write, err);
    if (rc == IC_OK) {
        *ret_outcomes = outcomes;
        *ret_server_time = write.now;
    }
    return rc;
}
