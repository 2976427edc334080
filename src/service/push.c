#include "service/push.h"

#include "contract/limits.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/plain_text.h"
#include "service/warnings.h"
#include "store/edits.h"
#include "sync/hybrid_time.h"

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
    struct ic_outreach *outreach; /* Messages that are written together ... */
    size_t *outreach_indexes;     /* ... and which they are. */
    struct ic_outreach_ids *outreach_ids;
    int64_t *positions; /* Of what was written, in the log. */
    struct ic_written_message *written;
    struct ic_warning_rules rules; /* Read before anything is written. */
};

/* ---- Clocks. ---- */

static struct ic_told_times told_of(const struct push_write *write, size_t index)
{
    const struct ic_push_batch *batch = write->batch;
    int64_t age_ms = batch->ages_ms ? batch->ages_ms[index] : IC_PUSH_AGE_UNKNOWN;
    return (struct ic_told_times){
        .has_age = age_ms != IC_PUSH_AGE_UNKNOWN,
        .age_ms = age_ms,
        .has_clock_ahead = batch->has_clock_ahead,
        .clock_ahead_ms = batch->clock_ahead_ms,
        .hybrid_time = batch->operations[index].hybrid_time,
    };
}

/* When it happened: by the age that it has, if that can be believed, else by the desktop's clock as far as is known how
 * wrong that is; never in the future. */
static int64_t date(const struct ic_told_times *told, int64_t sent_at, int64_t now)
{
    int64_t at = told->has_clock_ahead ? sent_at - told->clock_ahead_ms : sent_at;
    if (told->has_age && told->age_ms <= IC_LIMIT_AGE_MS_MAX) {
        at = now - told->age_ms;
    }
    at = at > now ? now : at;
    return at > 0 ? at : 0;
}

/* What counts of an operation's hybrid time. Those that are bounded stay in the order of the batch. */
static int64_t count_time(struct ic_hybrid_clock *bounded, int64_t hybrid_time, int64_t now)
{
    bool is_bounded = ic_hybrid_time_bound(hybrid_time, now) != hybrid_time;
    return is_bounded ? ic_hybrid_clock_next(bounded, now) : hybrid_time;
}

/* ---- What an operation becomes. ---- */

static struct ic_outreach outreach_of(const struct push_write *write, size_t index)
{
    const struct ic_operation *operation = &write->batch->operations[index];
    struct ic_told_times told = told_of(write, index);
    return (struct ic_outreach){
        .opr_id = write->batch->device->opr_id,
        .device_id = write->batch->device->device_id,
        .act_username = operation->act_username,
        .tar_username = operation->tar_username,
        .thread_id = operation->thread_id,
        .message_text = operation->message_text,
        .sent_at = operation->sent_at,
        .created_at = date(&told, operation->sent_at, write->now),
        .received_at = write->now,
        .op_id = operation->op_id,
        .op_hash = write->op_hashes[index],
        .told = told,
    };
}

static enum ic_rc insert_edit(struct ic_store_tx *tx, const struct push_write *write, size_t index, int64_t hybrid_time,
                              struct ic_outreach_ids *ret_ids, struct ic_err *err)
{
    const struct ic_operation *operation = &write->batch->operations[index];
    const struct ic_operation_key key = {
        .op_id = operation->op_id,
        .op_hash = write->op_hashes[index],
        .device_id = write->batch->device->device_id,
        .kind = operation->kind,
        .sent_at = operation->sent_at,
        .told = told_of(write, index),
    };
    const struct ic_edit edit = {
        .kind = operation->kind,
        .opr_id = write->batch->device->opr_id,
        .act_username = operation->act_username,
        .tar_username = operation->tar_username,
        .field = operation->field,
        .value = operation->value,
        .reason = operation->reason,
        .stamp = {hybrid_time, key.device_id},
        .created_at = date(&key.told, operation->sent_at, write->now),
        .received_at = write->now,
        .operation = &key,
    };
    return ic_store_edit_insert(tx, &edit, &write->service->rand, ret_ids, err);
}

/* ---- The batch. ---- */

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

static void accept(const struct push_write *write, size_t index, const struct ic_outreach_ids *ids)
{
    write->outcomes[index].outcome = IC_OPERATION_OUTCOME_ACCEPTED;
    write->outcomes[index].ids = *ids;
}

/* Writes the messages that were gathered. */
static enum ic_rc flush_outreach(struct ic_store_tx *tx, const struct push_write *write, size_t *count,
                                 struct ic_err *err)
{
    enum ic_rc rc = ic_store_outreach_insert_placed(tx, write->outreach, *count, &write->service->rand,
                                                    write->outreach_ids, write->positions, err);
    for (size_t i = 0; i < *count && !rc; i++) {
        accept(write, write->outreach_indexes[i], &write->outreach_ids[i]);
        write->written[i] = (struct ic_written_message){
            .outreach = &write->outreach[i],
            .ids = &write->outreach_ids[i],
            .log_position = write->positions[i],
            .operation = &write->batch->operations[write->outreach_indexes[i]],
        };
    }
    if (!rc) {
        rc = ic_warnings_record(tx, &write->rules, write->written, *count, err);
    }
    *count = 0;
    return rc;
}

/* Writes those that are new, in their order: messages that follow each other together, edits one by one. */
static enum ic_rc write_new(struct ic_store_tx *tx, const struct push_write *write, struct ic_err *err)
{
    struct ic_hybrid_clock bounded = {0};
    size_t gathered = 0;
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < write->batch->count && !rc; i++) {
        const struct ic_operation *operation = &write->batch->operations[i];
        if (write->known[i].is_known || first_of(write, i) < i) {
            continue;
        }
        if (operation->kind == IC_OPERATION_KIND_OUTREACH) {
            write->outreach[gathered] = outreach_of(write, i);
            write->outreach_indexes[gathered++] = i;
            continue;
        }
        struct ic_outreach_ids ids = {.elg_id = {{0}}};
        rc = flush_outreach(tx, write, &gathered, err);
        if (!rc) {
            rc = insert_edit(tx, write, i, count_time(&bounded, operation->hybrid_time, write->now), &ids, err);
        }
        if (!rc) {
            accept(write, i, &ids);
        }
    }
    return rc ? rc : flush_outreach(tx, write, &gathered, err);
}

/* Writes those that are new, and answers all. */
static enum ic_rc apply(struct ic_store_tx *tx, const struct push_write *write, struct ic_err *err)
{
    size_t count = write->batch->count;
    for (size_t i = 0; i < count; i++) {
        write->op_ids[i] = write->batch->operations[i].op_id;
        write->outcomes[i] = (struct ic_push_outcome){.op_id = write->op_ids[i]};
    }
    enum ic_rc rc = ic_store_operations_find(tx, write->op_ids, count, write->known, err);
    if (!rc) {
        rc = write_new(tx, write, err);
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

/* The entry seals the events of all operations that were accepted; each of them has its own values before and after. */
static enum ic_rc record(struct ic_store_tx *tx, const struct push_write *write, const struct ic_asker *asker,
                         struct ic_err *err)
{
    struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_OPERATIONS_PUSHED};
    struct ic_audit_value value;
    int64_t accepted_count = 0;
    for (size_t i = 0; i < write->batch->count; i++) {
        accepted_count += write->outcomes[i].outcome == IC_OPERATION_OUTCOME_ACCEPTED;
    }
    if (accepted_count == 0) {
        return IC_OK;
    }
    ic_audit_value_begin(&value);
    ic_json_put_int64(&value.writer, "accepted", accepted_count);
    enum ic_rc rc = ic_audit_value_end(&value, &deed.value_after, err);
    if (rc == IC_OK) {
        rc = ic_audit_record(tx, asker, &deed, write->now, err);
    }
    ic_audit_value_release(&value);
    return rc;
}

static enum ic_rc run_apply(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct push_write *write = context;
    const struct ic_push_batch *batch = write->batch;
    struct ic_device device;
    /* Asked again, inside the transaction: what is revoked before this commit must not get in with it. */
    enum ic_rc rc = ic_store_device_get_by_token(tx, &batch->device->token_hash, write->arena, &device, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_asker asker = ic_asker_by_device(&device);
    asker.address = batch->address;
    rc = ic_can_check(&asker, IC_ACTION_PUSH, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_device_touch(tx, &device.device_id, batch->agent_version, write->now, err);
    }
    if (rc == IC_OK) {
        rc = ic_warning_rules_read(write->service, tx, &device.opr_id, write->arena, &write->rules, err);
    }
    if (rc == IC_OK) {
        rc = apply(tx, write, err);
    }
    return rc == IC_OK ? record(tx, write, &asker, err) : rc;
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
        .outreach_indexes = ic_arena_alloc_array(arena, batch->count, sizeof *write.outreach_indexes),
        .outreach_ids = ic_arena_alloc_array(arena, batch->count, sizeof *write.outreach_ids),
        .positions = ic_arena_alloc_array(arena, batch->count, sizeof *write.positions),
        .written = ic_arena_alloc_array(arena, batch->count, sizeof *write.written),
    };
    if (!op_hashes || !outcomes || !write.op_ids || !write.known || !write.outreach || !write.outreach_indexes ||
        !write.outreach_ids || !write.positions || !write.written) {
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
        ic_presence_note(service, batch->device, true, checked.agent_version);
        *ret_outcomes = outcomes;
        *ret_server_time = write.now;
    }
    return rc;
}
