#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/protocol.h"
#include "base/json_write.h"
#include "contract/limits.h"
#include "http/problem.h"
#include "service/push.h"
#include "sync/features.h"

#include <stdio.h>

static const char operation[] = "api.push";

enum { VERSION_BYTES_MAX = 4 * IC_LIMIT_VERSION_CHARACTERS_MAX }; /* The service counts the characters. */

/* The end of the year 9999, and what no clock can be ahead. */
#define TIME_MS_MAX   INT64_C(253402300799999)
#define UNKNOWN_AHEAD INT64_MIN

static enum ic_rc decode_operations(json_t *items, struct ic_arena *arena, struct ic_push_batch *batch,
                                    struct ic_err *err)
{
    size_t count = json_array_size(items);
    struct ic_operation *operations = ic_arena_alloc_array(arena, count, sizeof *operations);
    if (!operations) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < count; i++) {
        enum ic_rc rc = ic_operation_decode(json_array_get(items, i), &operations[i], err);
        if (rc != IC_OK) {
            char prefix[40];
            snprintf(prefix, sizeof prefix, "/operations/%zu", i);
            ic_err_prefix_field(err, prefix);
            return rc;
        }
    }
    batch->operations = operations;
    batch->count = count;
    return IC_OK;
}

/* Reads ages, of which there is one for each operation: a number, or null where nobody knows. */
static enum ic_rc decode_ages(json_t *items, struct ic_arena *arena, struct ic_push_batch *batch, struct ic_err *err)
{
    size_t count = json_array_size(items);
    if (count != batch->count) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/ages_ms",
                                "There are %zu ages of %zu operations.", count, batch->count);
    }
    int64_t *ages_ms = ic_arena_alloc_array(arena, count, sizeof *ages_ms);
    if (!ages_ms) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(items, i);
        ages_ms[i] = json_is_integer(item) ? json_integer_value(item) : IC_PUSH_AGE_UNKNOWN;
        bool is_age = json_is_integer(item) && ages_ms[i] >= 0 && ages_ms[i] <= TIME_MS_MAX;
        if (!is_age && !json_is_null(item)) {
            char field[40];
            snprintf(field, sizeof field, "/ages_ms/%zu", i);
            return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field, "This is neither an age nor null.");
        }
    }
    batch->ages_ms = ages_ms;
    return IC_OK;
}

static enum ic_rc decode(const struct ic_http_request *request, struct ic_push_batch *batch, struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, operation, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    int64_t protocol = ic_json_get_int64(&reader, "protocol", 0, INT32_MAX);
    rc = ic_json_reader_ok(&reader) ? ic_protocol_check(protocol, "/protocol", err) : IC_OK;
    if (rc != IC_OK) {
        return rc;
    }
    batch->agent_version = ic_json_find_text(&reader, "agent_version", 1, VERSION_BYTES_MAX);
    json_t *items = ic_json_get_array(&reader, "operations", 1, IC_LIMIT_PUSH_OPERATIONS_MAX);
    json_t *ages = ic_json_find_array(&reader, "ages_ms", 1, IC_LIMIT_PUSH_OPERATIONS_MAX);
    batch->clock_ahead_ms = ic_json_find_int64(&reader, "clock_ahead_ms", -TIME_MS_MAX, TIME_MS_MAX, UNKNOWN_AHEAD);
    batch->has_clock_ahead = batch->clock_ahead_ms != UNKNOWN_AHEAD;
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = decode_operations(items, request->arena, batch, err);
    }
    return rc == IC_OK && ages ? decode_ages(ages, request->arena, batch, err) : rc;
}

static void write_result(struct ic_json_writer *writer, const struct ic_push_outcome *outcome, struct ic_str request_id)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "op_id", outcome->op_id.text);
    ic_json_put_name(writer, "outcome", ic_operation_outcome_name(outcome->outcome));
    if (outcome->outcome == IC_OPERATION_OUTCOME_REJECTED) {
        struct ic_err why = IC_ERR_NONE;
        (void)!ic_err_set(&why, outcome->code, operation, "Another operation has this op_id already.");
        ic_json_key(writer, "problem");
        ic_http_problem_put(writer, &why, request_id);
    } else {
        ic_json_put_optional_text(writer, "elg_id", ic_id_text(&outcome->ids.elg_id));
        ic_json_put_optional_text(writer, "olg_id", ic_id_text(&outcome->ids.olg_id));
        ic_json_put_optional_text(writer, "act_id", ic_id_text(&outcome->ids.act_id));
        ic_json_put_optional_text(writer, "tar_id", ic_id_text(&outcome->ids.tar_id));
    }
    ic_json_object_end(writer);
}

enum ic_rc ic_api_push(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    struct ic_device device;
    struct ic_push_batch batch = {.device = &device, .address = request->address};
    struct ic_push_outcome *outcomes;
    int64_t server_time;
    enum ic_rc rc = ic_authorise_device(context, request, &device, err);
    if (rc == IC_OK) {
        rc = decode(request, &batch, err);
    }
    if (rc == IC_OK) {
        rc = ic_push_apply(context, &batch, request->arena, &outcomes, &server_time, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "results");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < batch.count; i++) {
        write_result(&writer, &outcomes[i], request->request_id);
    }
    ic_json_array_end(&writer);
    ic_json_put_int64(&writer, "server_time", server_time);
    ic_json_key(&writer, "features");
    ic_features_encode(ic_features_all(), &writer);
    ic_json_object_end(&writer);
    return IC_OK;
}
