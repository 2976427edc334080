#include "sync/push.h"

#include <stdio.h>

/* The end of the year 9999. */
#define SERVER_TIME_MAX INT64_C(253402300799999)

static const char operation[] = "sync.push.decode";

static void put_operations(const struct ic_push_request *request, struct ic_json_writer *writer)
{
    ic_json_key(writer, "operations");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < request->count; i++) {
        if (i > 0) {
            ic_buf_put_char(writer->buf, ',');
        }
        ic_buf_put(writer->buf, request->operations[i]);
    }
    ic_json_array_end(writer);
}

static void put_ages(const struct ic_push_request *request, struct ic_json_writer *writer)
{
    ic_json_key(writer, "ages_ms");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < request->count; i++) {
        if (request->ages_ms[i] >= 0) {
            ic_json_int64(writer, request->ages_ms[i]);
        } else {
            ic_json_null(writer);
        }
    }
    ic_json_array_end(writer);
}

void ic_push_encode(const struct ic_push_request *request, struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "protocol", IC_LIMIT_PROTOCOL_VERSION);
    ic_json_put_text(writer, "agent_version", request->agent_version);
    put_operations(request, writer);
    if (request->ages_ms) {
        put_ages(request, writer);
    }
    if (request->has_clock) {
        ic_json_put_int64(writer, "clock_ahead_ms", request->clock_ahead_ms);
    }
    ic_json_object_end(writer);
}

static void find_id(struct ic_json_reader *reader, const char *key, enum ic_id_kind kind, struct ic_id *ret_id)
{
    struct ic_str text = ic_json_find_text(reader, key, 1, IC_ID_SIZE);
    if (text.size > 0 && !ic_id_parse(kind, text, ret_id)) {
        ic_json_refuse(reader, key, "This is not an id of that kind.");
    }
}

static enum ic_rc decode_result(json_t *object, const struct ic_op_id *sent, struct ic_push_result *ret_result,
                                struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_push_result result = {.op_id = *sent};
    ic_json_reader_init(&reader, object, operation, err);
    struct ic_str op_id = ic_json_get_text(&reader, "op_id", IC_OP_ID_SIZE, IC_OP_ID_SIZE);
    if (ic_json_reader_ok(&reader) && !ic_str_is(op_id, sent->text)) {
        ic_json_refuse(&reader, "op_id", "This is not the operation that was sent in this place.");
    }
    struct ic_str outcome = ic_json_get_text(&reader, "outcome", 1, IC_PROBLEM_CODE_BYTES_MAX);
    if (ic_json_reader_ok(&reader) && !ic_operation_outcome_parse(outcome.data, outcome.size, &result.outcome)) {
        ic_json_refuse(&reader, "outcome", "This outcome is not known here.");
    }
    find_id(&reader, "elg_id", IC_ID_EVENT, &result.elg_id);
    find_id(&reader, "olg_id", IC_ID_OUTREACH, &result.olg_id);
    find_id(&reader, "act_id", IC_ID_ACTOR, &result.act_id);
    find_id(&reader, "tar_id", IC_ID_TARGET, &result.tar_id);
    if (ic_json_reader_ok(&reader) && result.outcome == IC_OPERATION_OUTCOME_REJECTED) {
        json_t *problem = ic_json_get_object(&reader, "problem");
        if (problem && ic_problem_decode(problem, &result.problem, err) != IC_OK) {
            ic_err_prefix_field(err, "/problem");
        }
    }
    /* Not finished on purpose: a newer server may say more. */
    if (ic_json_reader_ok(&reader)) {
        *ret_result = result;
    }
    return ic_err_rc(err);
}

enum ic_rc ic_push_decode_results(json_t *object, const struct ic_op_id *op_ids, size_t count, struct ic_arena *arena,
                                  struct ic_push_result **ret_results, struct ic_err *err)
{
    struct ic_json_reader reader;
    ic_json_reader_init(&reader, object, operation, err);
    json_t *items = ic_json_get_array(&reader, "results", count, count);
    if (!items) {
        return ic_err_rc(err);
    }
    struct ic_push_result *results = ic_arena_alloc_array(arena, count, sizeof *results);
    if (!results) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < count; i++) {
        if (decode_result(json_array_get(items, i), &op_ids[i], &results[i], err) != IC_OK) {
            char prefix[IC_ERR_FIELD_SIZE];
            snprintf(prefix, sizeof prefix, "/results/%zu", i);
            ic_err_prefix_field(err, prefix);
            return ic_err_rc(err);
        }
    }
    *ret_results = results;
    return IC_OK;
}

void ic_push_decode_news(json_t *object, int64_t *ret_server_time, struct ic_features *ret_features)
{
    struct ic_json_reader reader;
    struct ic_err err = IC_ERR_NONE;
    ic_json_reader_init(&reader, object, operation, &err);
    int64_t server_time = ic_json_find_int64(&reader, "server_time", 0, SERVER_TIME_MAX, 0);
    struct ic_features features = ic_features_decode(&reader, "features");
    bool told = ic_json_reader_ok(&reader);
    *ret_server_time = told ? server_time : 0;
    *ret_features = told ? features : (struct ic_features){.bits = 0};
}

/* Whether the problem is one that an operation's own content can cause. */
static bool blames_an_operation(const struct ic_problem *problem)
{
    static const enum ic_code codes[] = {
        IC_CODE_MALFORMED_JSON, IC_CODE_MISSING_FIELD, IC_CODE_UNKNOWN_FIELD,  IC_CODE_INVALID_FIELD,
        IC_CODE_CONFLICT,       IC_CODE_OP_CONFLICT,   IC_CODE_BODY_TOO_LARGE,
    };
    /* A field outside the operations is the agent's own: an older server that does not know it, for one. */
    if (problem->field.size > 0 && !ic_str_starts_with(problem->field, IC_STR("/operations/"))) {
        return false;
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (ic_problem_is(problem, codes[i])) {
            return true;
        }
    }
    return false;
}

enum ic_push_verdict ic_push_judge(int status, const struct ic_problem *problem)
{
    if (status == 200) {
        return IC_PUSH_ANSWERED;
    }
    if (!problem) {
        return IC_PUSH_LATER;
    }
    if (status == 401) {
        return IC_PUSH_UNPAIRED;
    }
    bool may_blame = status == 400 || status == 409 || status == 413;
    return may_blame && blames_an_operation(problem) ? IC_PUSH_REFUSED : IC_PUSH_LATER;
}
