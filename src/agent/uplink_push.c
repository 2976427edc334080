#include "agent/uplink_flight.h"

#include "base/gzip.h"
#include "base/log.h"

static const char operation[] = "agent.uplink.push";

/* Packs the body where the server unpacks it and it is worth it. */
static struct ic_str pack(struct ic_uplink_flight *flight)
{
    struct ic_str plain = ic_buf_view(&flight->body);
    bool is_wanted = ic_features_have(flight->before.memory.heard.features, IC_SYNC_FEATURE_GZIP);
    if (!is_wanted || plain.size < IC_UPLINK_PACKED_BYTES_MIN || ic_gzip_pack(plain, &flight->packed, NULL) != IC_OK) {
        return plain;
    }
    flight->request.is_packed = true;
    return ic_buf_view(&flight->packed);
}

enum ic_rc ic_uplink_prepare_push(struct ic_uplink_flight *flight)
{
    struct ic_json_writer writer;
    const struct ic_heard *heard = &flight->before.memory.heard;
    bool takes_ages = ic_features_have(heard->features, IC_SYNC_FEATURE_AGES_MS);
    struct ic_push_request push = {
        .agent_version = IC_STR(IC_VERSION),
        .operations = flight->batch.operations,
        .count = flight->batch.count,
        .ages_ms = takes_ages ? flight->batch.ages_ms : NULL,
        .has_clock = takes_ages && heard->server_time > 0,
        .clock_ahead_ms = heard->clock_ahead_ms,
    };
    ic_json_writer_init(&writer, &flight->body);
    ic_push_encode(&push, &writer);
    enum ic_rc rc = ic_buf_check(&flight->body, operation, &flight->err);
    flight->request = (struct ic_exchange_request){
        .server_url = flight->device.server_url,
        .path = "/api/v1/sync/push",
        .token = flight->device.device_token.text,
    };
    if (rc == IC_OK) {
        flight->request.body = pack(flight);
    }
    return rc;
}

static void log_rejections(const struct ic_push_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (results[i].outcome == IC_OPERATION_OUTCOME_REJECTED) {
            const struct ic_log_field fields[] = {IC_LOG_TEXT("op_id", ic_str_from(results[i].op_id.text)),
                                                  IC_LOG_TEXT("code", results[i].problem.code),
                                                  IC_LOG_TEXT("detail", results[i].problem.detail),
                                                  {.key = NULL}};
            ic_log(IC_LOG_WARN, "push.rejected", fields);
        }
    }
}

/* Notes the server's word about operations, and that there was one. */
static struct ic_uplink_rest settle(struct ic_uplink_flight *flight, const struct ic_push_result *results, size_t count,
                                    const struct ic_heard *heard)
{
    struct ic_uplink *uplink = flight->uplink;
    struct ic_link link = ic_uplink_link(flight, IC_LINK_ONLINE, IC_STR(""), IC_STR(""));
    link.last_push_at = ic_clock_now_ms(uplink->clock);
    struct ic_ledger_settlement settlement = {.server_url = flight->device.server_url,
                                              .past = flight->before.memory.past,
                                              .results = results,
                                              .count = count,
                                              .link = &link,
                                              .heard = heard};
    if (ic_ledger_settle(uplink->ledger, &settlement, &flight->err) != IC_OK) {
        /* The server has them and the ledger does not know: they will be sent again and found to be duplicates. */
        return ic_uplink_ledger_failed(flight, "ledger.settle");
    }
    log_rejections(results, count);
    ic_uplink_succeeded(uplink);
    size_t doubled = uplink->batch_max * 2;
    uplink->batch_max = doubled < IC_LIMIT_PUSH_OPERATIONS_MAX ? doubled : IC_LIMIT_PUSH_OPERATIONS_MAX;
    ic_uplink_tell(uplink);
    return ic_uplink_again_at_once();
}

/* One of the batch is to blame: if it stands alone it is rejected, else the batch is halved. */
static struct ic_uplink_rest blame(struct ic_uplink_flight *flight)
{
    if (flight->batch.count > 1) {
        flight->uplink->batch_max = flight->batch.count / 2;
        return ic_uplink_again_at_once();
    }
    struct ic_push_result result = {
        .op_id = flight->batch.op_ids[0], .outcome = IC_OPERATION_OUTCOME_REJECTED, .problem = *flight->problem};
    return settle(flight, &result, 1, NULL);
}

static struct ic_uplink_rest take_results(struct ic_uplink_flight *flight)
{
    struct ic_push_result *results = NULL;
    int64_t server_time;
    struct ic_features features;
    if (!flight->object || ic_push_decode_results(flight->object, flight->batch.op_ids, flight->batch.count,
                                                  flight->arena, &results, &flight->err) != IC_OK) {
        ic_uplink_note_failure(flight, IC_LINK_OFFLINE, IC_STR("malformed_json"),
                               IC_STR("The server's answer is not one of the contract's."));
        return ic_uplink_in_trouble(flight);
    }
    ic_push_decode_news(flight->object, &server_time, &features);
    struct ic_heard heard = ic_uplink_hear(flight, server_time, features);
    return settle(flight, results, flight->batch.count, server_time > 0 ? &heard : NULL);
}

struct ic_uplink_rest ic_uplink_take_push(struct ic_uplink_flight *flight, int status)
{
    switch (ic_push_judge(status, flight->problem)) {
    case IC_PUSH_ANSWERED:
        return take_results(flight);
    case IC_PUSH_REFUSED:
        return blame(flight);
    case IC_PUSH_UNPAIRED:
    case IC_PUSH_LATER:
        break;
    }
    return ic_uplink_refused(flight, status);
}
