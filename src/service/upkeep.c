#include "service/upkeep.h"

#include "base/log.h"
#include "service/goal_progress.h"
#include "service/proposals.h"
#include "store/audit.h"
#include "store/feed.h"

static const char operation[] = "service.upkeep";

struct cut_write {
    int64_t horizon;
    size_t count;
};

static enum ic_rc run_cut(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct cut_write *write = context;
    return ic_store_feed_cut(tx, write->horizon, IC_FEED_CUT_COUNT_MAX, &write->count, err);
}

struct cut_read {
    int64_t horizon;
    bool has_old;
};

/* Most of the time there is nothing to cut off, and then no writer's turn is taken. */
static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct cut_read *read = context;
    return ic_store_feed_has_old(tx, read->horizon, &read->has_old, err);
}

enum ic_rc ic_upkeep_cut_feed(struct ic_service *service, size_t *ret_count, struct ic_err *err)
{
    int64_t horizon = ic_clock_now_ms(&service->clock) - IC_LIMIT_FEED_LIFETIME_MS;
    struct cut_read read = {.horizon = horizon};
    struct cut_write write = {.horizon = horizon};
    size_t count = 0;
    enum ic_rc rc = ic_store_read(service->store, run_look, &read, err);
    for (int i = 0; i < IC_FEED_CUTS_MAX && read.has_old && !rc; i++) {
        rc = ic_store_write(service->store, run_cut, &write, err);
        count += rc ? 0 : write.count;
        read.has_old = write.count == IC_FEED_CUT_COUNT_MAX;
    }
    *ret_count = count;
    return rc;
}

void ic_upkeep_step(struct ic_service *service)
{
    struct ic_err err = IC_ERR_NONE;
    size_t count;
    if (ic_presence_write(service, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    }
    err = IC_ERR_NONE;
    if (ic_refusals_write(&service->refusals, service->store, false, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    }
    err = IC_ERR_NONE;
    if (ic_upkeep_cut_feed(service, &count, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    }
    err = IC_ERR_NONE;
    if (ic_goals_tell_reached(service, &count, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    }
    err = IC_ERR_NONE;
    if (ic_proposals_settle(service, &count, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    }
}

static enum ic_rc run_head(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_store_audit_head(tx, context, err);
}

static void tell_head(struct ic_upkeep *upkeep)
{
    struct ic_service *service = upkeep->service;
    struct ic_audit_head head = {.audit_number = 0};
    struct ic_err err = IC_ERR_NONE;
    int64_t now_ms = ic_clock_monotonic_ms(&service->clock);
    if (upkeep->head_told > 0 && now_ms - upkeep->head_told_at_ms < IC_AUDIT_HEAD_TOLD_MS) {
        return;
    }
    if (ic_store_read(service->store, run_head, &head, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    } else if (head.audit_number != upkeep->head_told) {
        const struct ic_log_field fields[] = {
            IC_LOG_NUMBER("audit_number", head.audit_number),
            IC_LOG_TEXT("entry_hash", ic_str_from(head.entry_hash.text)),
            {.key = NULL},
        };
        ic_log(IC_LOG_INFO, "audit.head", fields);
        upkeep->head_told = head.audit_number;
        upkeep->head_told_at_ms = now_ms;
    }
}

static void *run_thread(void *context)
{
    struct ic_upkeep *upkeep = context;
    while (!atomic_load(&upkeep->is_stopping)) {
        ic_upkeep_step(upkeep->service);
        tell_head(upkeep);
        ic_presence_wait(upkeep->service, IC_UPKEEP_MS);
    }
    struct ic_err err = IC_ERR_NONE;
    if (ic_refusals_write(&upkeep->service->refusals, upkeep->service->store, true, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, operation, &err);
    }
    upkeep->head_told_at_ms -= IC_AUDIT_HEAD_TOLD_MS; /* The last word of a server is the head that it leaves. */
    tell_head(upkeep);
    return NULL;
}

enum ic_rc ic_upkeep_start(struct ic_upkeep *upkeep, struct ic_service *service, struct ic_err *err)
{
    upkeep->service = service;
    upkeep->head_told = 0;
    upkeep->head_told_at_ms = 0;
    atomic_init(&upkeep->is_stopping, false);
    int failure = pthread_create(&upkeep->thread, NULL, run_thread, upkeep);
    if (failure) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, failure, true, "The upkeep did not start.");
    }
    upkeep->is_running = true;
    return IC_OK;
}

void ic_upkeep_stop(struct ic_upkeep *upkeep)
{
    if (!upkeep->is_running) {
        return;
    }
    atomic_store(&upkeep->is_stopping, true);
    ic_presence_wake(upkeep->service);
    pthread_join(upkeep->thread, NULL);
    upkeep->is_running = false;
}
