#include "agent/uplink_flight.h"

#include "agent/replica.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* A place of another server's is of no use here. */
static bool has_place(const struct ic_uplink_flight *flight)
{
    const struct ic_replica_place *replica = &flight->before.replica;
    return replica->place[0] && strcmp(replica->server_url, flight->device.server_url) == 0 &&
           !flight->uplink->is_place_no_use;
}

/* Only of a server that has named them is asked for: the one that the place is of. */
static bool may_ask_for_goals_and_rules(const struct ic_uplink_flight *flight)
{
    return !flight->from_the_beginning &&
           ic_features_have(flight->before.memory.heard.features, IC_SYNC_FEATURE_GOALS_AND_RULES);
}

enum ic_rc ic_uplink_prepare_pull(struct ic_uplink_flight *flight)
{
    const struct ic_id *seen = &flight->before.memory.seen;
    flight->from_the_beginning = !has_place(flight);
    flight->asks_for_goals_and_rules = may_ask_for_goals_and_rules(flight);
    bool names_seen = !ic_id_is_empty(seen);
    snprintf(flight->path, sizeof flight->path, "/api/v1/sync/pull?protocol=%d&limit=%d%s%s%s%s%s%s",
             IC_LIMIT_PROTOCOL_VERSION, IC_UPLINK_PULL_ROWS, flight->from_the_beginning ? "" : "&after=",
             flight->from_the_beginning ? "" : flight->before.replica.place, names_seen ? "&seen=" : "",
             names_seen ? seen->text : "", flight->asks_for_goals_and_rules ? "&features=" : "",
             flight->asks_for_goals_and_rules ? ic_sync_feature_name(IC_SYNC_FEATURE_GOALS_AND_RULES) : "");
    flight->request = (struct ic_exchange_request){
        .server_url = flight->device.server_url,
        .path = flight->path,
        .token = flight->device.device_token.text,
    };
    /* What is heard from here on is a reason to ask again. */
    flight->uplink->is_pull_due = false;
    return IC_OK;
}

static void ask_again_in(struct ic_uplink *uplink, int64_t wait_ms)
{
    uplink->pull_at_ms = ic_clock_monotonic_ms(uplink->clock) + wait_ms;
}

/* A failure leaves the pull to be made. */
static struct ic_uplink_rest again_later(struct ic_uplink_flight *flight, struct ic_uplink_rest rest)
{
    flight->uplink->is_pull_due = true;
    return rest;
}

/* Notes that everything that a person asked to sync is synced, once nothing waits to be pushed either. */
static void answer_questions(struct ic_uplink_flight *flight)
{
    const struct ic_ledger_memory *memory = &flight->before.memory;
    struct ic_err err = IC_ERR_NONE;
    if (memory->asked == memory->answered) {
        return;
    }
    if (flight->batch.count > 0) {
        flight->uplink->is_pull_due = true;
    } else if (ic_ledger_answer(flight->uplink->ledger, memory->asked, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.answer", &err);
    } else {
        ic_uplink_tell(flight->uplink);
    }
}

/* The server has more to tell than was asked for. */
static bool is_short(const struct ic_uplink_flight *flight, const struct ic_pull_page *page)
{
    return !flight->asks_for_goals_and_rules && ic_features_have(page->features, IC_SYNC_FEATURE_GOALS_AND_RULES);
}

static bool is_progress(const struct ic_uplink_flight *flight, const struct ic_pull_page *page)
{
    return !page->has_more || !ic_str_is(page->next, flight->before.replica.place);
}

static enum ic_rc store(struct ic_uplink_flight *flight, const struct ic_pull_page *page)
{
    struct ic_link link = ic_uplink_link(flight, IC_LINK_ONLINE, IC_STR(""), IC_STR(""));
    struct ic_heard heard = ic_uplink_hear(flight, page->server_time, page->features);
    struct ic_replica_pull pull = {.server_url = flight->device.server_url,
                                   .asked_at = flight->before.replica,
                                   .from_the_beginning = flight->from_the_beginning,
                                   .settles = flight->before.memory.settles,
                                   .link = &link,
                                   .heard = &heard};
    return ic_replica_take(flight->uplink->ledger, &pull, page, &flight->err);
}

static void log_page(const struct ic_pull_page *page)
{
    if (page->is_reset) {
        const struct ic_log_field fields[] = {IC_LOG_NUMBER("has_lost_past", page->has_lost_past), {.key = NULL}};
        ic_log(IC_LOG_WARN, "pull.reset", fields);
    }
}

static struct ic_uplink_rest take_page(struct ic_uplink_flight *flight)
{
    struct ic_uplink *uplink = flight->uplink;
    struct ic_pull_page page;
    struct ic_err err = IC_ERR_NONE;
    if (!flight->object || ic_pull_page_decode(flight->object, flight->arena, &page, &err) != IC_OK ||
        !is_progress(flight, &page)) {
        ic_uplink_note_failure(flight, IC_LINK_OFFLINE, IC_STR("malformed_json"),
                               IC_STR("The server's answer is not one of the contract's."));
        return again_later(flight, ic_uplink_in_trouble(flight));
    }
    log_page(&page);
    if (store(flight, &page) != IC_OK) {
        return again_later(flight, ic_uplink_ledger_failed(flight, "ledger.replica"));
    }
    ic_uplink_succeeded(uplink);
    uplink->is_place_no_use = false;
    uplink->is_pull_due |= page.has_more || is_short(flight, &page);
    ask_again_in(uplink, IC_LIMIT_SYNC_POLL_MS);
    if (!page.has_more && !is_short(flight, &page)) {
        answer_questions(flight);
    }
    if (flight->before.link.state != IC_LINK_ONLINE || page.has_lost_past ||
        !ic_id_equal(&flight->before.link.device_id, &flight->device.device_id)) {
        ic_uplink_tell(uplink);
    }
    return ic_uplink_again_at_once();
}

/* A server from before there was a pull: it answers, and pushing goes on. What a person asked for is done with that. */
static struct ic_uplink_rest do_without(struct ic_uplink_flight *flight)
{
    struct ic_link link = ic_uplink_link(flight, IC_LINK_ONLINE, IC_STR(""), IC_STR(""));
    struct ic_err err = IC_ERR_NONE;
    if (ic_ledger_put_link(flight->uplink->ledger, &link, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.link", &err);
    }
    ic_uplink_succeeded(flight->uplink);
    ask_again_in(flight->uplink, IC_UPLINK_OUTDATED_MS);
    answer_questions(flight);
    ic_uplink_tell(flight->uplink);
    return ic_uplink_again_at_once();
}

struct ic_uplink_rest ic_uplink_take_pull(struct ic_uplink_flight *flight, int status)
{
    struct ic_uplink *uplink = flight->uplink;
    if (status == 200) {
        return take_page(flight);
    }
    if (status == 404 && flight->problem) {
        return do_without(flight);
    }
    if (status == 400 && flight->problem && !flight->from_the_beginning &&
        !ic_problem_is(flight->problem, IC_CODE_UNSUPPORTED_PROTOCOL)) {
        uplink->is_place_no_use = true;
        return again_later(flight, ic_uplink_in_trouble(flight));
    }
    return again_later(flight, ic_uplink_refused(flight, status));
}
