#include "store/outreach.h"

#include "store/actors.h"
#include "store/operators.h"
#include "store/query.h"
#include "store/targets.h"

#include <stdlib.h>

/* Places in the lists of the look-up statements. */
enum { FIND_COUNT = 16 };

/* ---- Operations. ---- */

static size_t index_of_op_id(const struct ic_op_id *op_ids, size_t count, struct ic_str text)
{
    size_t i = 0;
    while (i < count && !ic_str_equal(ic_str_from(op_ids[i].text), text)) {
        i++;
    }
    return i;
}

static enum ic_rc find_some(struct ic_store_tx *tx, const struct ic_op_id *op_ids, size_t count,
                            struct ic_known_operation *ret_known, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATIONS_FIND, "store.operation.find", err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_text(&query, IC_P_OPERATIONS_FIND_OP_ID_1 + (int)i, ic_str_from(op_ids[i].text));
    }
    while (ic_query_next(&query)) {
        size_t i = index_of_op_id(op_ids, count, ic_query_peek_text(&query, 0));
        if (i == count) {
            ic_query_corrupt(&query, "an op_id is not the one that was asked for");
            break;
        }
        ret_known[i].is_known = true;
        ret_known[i].op_hash = ic_query_hash(&query, 1);
        ret_known[i].ids.elg_id = ic_query_id(&query, 2);
        ret_known[i].ids.olg_id = ic_query_id(&query, 3);
        ret_known[i].ids.act_id = ic_query_id(&query, 4);
        ret_known[i].ids.tar_id = ic_query_id(&query, 5);
    }
    return ic_query_end(&query);
}

enum ic_rc ic_store_operations_find(struct ic_store_tx *tx, const struct ic_op_id *op_ids, size_t count,
                                    struct ic_known_operation *ret_known, struct ic_err *err)
{
    for (size_t i = 0; i < count; i++) {
        ret_known[i] = (struct ic_known_operation){0};
    }
    for (size_t i = 0; i < count; i += FIND_COUNT) {
        size_t some = count - i < FIND_COUNT ? count - i : FIND_COUNT;
        enum ic_rc rc = find_some(tx, op_ids + i, some, ret_known + i, err);
        if (rc) {
            return rc;
        }
    }
    return IC_OK;
}

/* ---- Actors and operators: few in a batch, so one by one. ---- */

/* The first of the batch with the same operator and, if asked, the same actor. */
static size_t first_of(const struct ic_outreach *outreach, size_t index, bool by_actor)
{
    size_t i = 0;
    while (!ic_id_equal(&outreach[i].opr_id, &outreach[index].opr_id) ||
           (by_actor &&
            !ic_str_equal(ic_handle_text(&outreach[i].act_username), ic_handle_text(&outreach[index].act_username)))) {
        i++;
    }
    return i;
}

/* The latest time of those that have the same first one. */
static int64_t latest_of(const struct ic_outreach *outreach, size_t count, size_t first, bool by_actor)
{
    int64_t latest = outreach[first].created_at;
    for (size_t i = first + 1; i < count; i++) {
        if (outreach[i].created_at > latest && first_of(outreach, i, by_actor) == first) {
            latest = outreach[i].created_at;
        }
    }
    return latest;
}

static enum ic_rc use_actors(struct ic_store_tx *tx, const struct ic_outreach *outreach, size_t count,
                             const struct ic_rand *rand, struct ic_outreach_ids *ids, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < count && !rc; i++) {
        size_t first = first_of(outreach, i, true);
        if (first < i) {
            ids[i].act_id = ids[first].act_id;
        } else {
            rc = ic_store_actor_use(tx, &outreach[i].act_username, &outreach[i].opr_id,
                                    latest_of(outreach, count, i, true), rand, &ids[i].act_id, err);
        }
        if (!rc && first_of(outreach, i, false) == i) {
            rc = ic_store_operator_touch(tx, &outreach[i].opr_id, latest_of(outreach, count, i, false), err);
        }
    }
    return rc;
}

/* ---- The batch. ---- */

/* What a batch needs beside its ids. */
struct batch {
    struct ic_contacted *contacts;
    struct ic_new_event *events;
    struct ic_message *messages;
    struct ic_operation_key *operations;
    struct ic_event_ids *event_ids;
};

static bool alloc_batch(struct batch *batch, size_t count)
{
    batch->contacts = calloc(count, sizeof *batch->contacts);
    batch->events = calloc(count, sizeof *batch->events);
    batch->messages = calloc(count, sizeof *batch->messages);
    batch->operations = calloc(count, sizeof *batch->operations);
    batch->event_ids = calloc(count, sizeof *batch->event_ids);
    return batch->contacts && batch->events && batch->messages && batch->operations && batch->event_ids;
}

static void free_batch(struct batch *batch)
{
    free(batch->contacts);
    free(batch->events);
    free(batch->messages);
    free(batch->operations);
    free(batch->event_ids);
}

static enum ic_rc contact_targets(struct ic_store_tx *tx, const struct ic_outreach *outreach,
                                  const struct ic_outreach_ids *ids, size_t count, const struct ic_rand *rand,
                                  struct batch *batch, struct ic_err *err)
{
    for (size_t i = 0; i < count; i++) {
        batch->contacts[i].tar_username = outreach[i].tar_username;
        batch->contacts[i].at = outreach[i].created_at;
        batch->contacts[i].opr_id = outreach[i].opr_id;
        batch->contacts[i].act_id = ids[i].act_id;
    }
    return ic_store_targets_contact(tx, batch->contacts, count, rand, err);
}

static void fill_event(const struct ic_outreach *outreach, const struct ic_outreach_ids *ids, struct batch *batch,
                       size_t index)
{
    batch->messages[index] = (struct ic_message){
        .thread_id = outreach->thread_id,
        .message_text = outreach->message_text,
        .sent_at = outreach->sent_at,
    };
    batch->operations[index] = (struct ic_operation_key){
        .op_id = outreach->op_id,
        .op_hash = outreach->op_hash,
        .device_id = outreach->device_id,
        .kind = IC_OPERATION_KIND_OUTREACH,
        .sent_at = outreach->sent_at,
        .told = outreach->told,
    };
    batch->events[index] = (struct ic_new_event){
        .event_type = IC_EVENT_TYPE_OUTREACH,
        .created_at = outreach->created_at,
        .received_at = outreach->received_at,
        .opr_id = outreach->opr_id,
        .act_id = ids->act_id,
        .tar_id = ids->tar_id,
        .tar_username = ic_handle_text(&batch->contacts[index].tar_username),
        .is_first_contact = batch->contacts[index].is_first,
        .message = &batch->messages[index],
        .operation = &batch->operations[index],
    };
}

enum ic_rc ic_store_outreach_insert_placed(struct ic_store_tx *tx, const struct ic_outreach *outreach, size_t count,
                                           const struct ic_rand *rand, struct ic_outreach_ids *ret_ids,
                                           int64_t *ret_positions, struct ic_err *err)
{
    struct batch batch = {0};
    if (count == 0) {
        return IC_OK;
    }
    if (!alloc_batch(&batch, count)) {
        free_batch(&batch);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "store.outreach.insert", "There is no memory for the batch.");
    }
    enum ic_rc rc = use_actors(tx, outreach, count, rand, ret_ids, err);
    if (!rc) {
        rc = contact_targets(tx, outreach, ret_ids, count, rand, &batch, err);
    }
    for (size_t i = 0; i < count && !rc; i++) {
        ret_ids[i].tar_id = batch.contacts[i].tar_id;
        fill_event(&outreach[i], &ret_ids[i], &batch, i);
    }
    if (!rc) {
        rc = ic_store_events_insert(tx, batch.events, count, rand, batch.event_ids, err);
    }
    for (size_t i = 0; i < count && !rc; i++) {
        ret_ids[i].elg_id = batch.event_ids[i].elg_id;
        ret_ids[i].olg_id = batch.event_ids[i].olg_id;
        if (ret_positions) {
            ret_positions[i] = batch.event_ids[i].log_position;
        }
    }
    free_batch(&batch);
    return rc;
}

enum ic_rc ic_store_outreach_insert(struct ic_store_tx *tx, const struct ic_outreach *outreach, size_t count,
                                    const struct ic_rand *rand, struct ic_outreach_ids *ret_ids, struct ic_err *err)
{
    return ic_store_outreach_insert_placed(tx, outreach, count, rand, ret_ids, NULL, err);
}
