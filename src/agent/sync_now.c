#include "agent/sync_now.h"

#include "agent/bell.h"
#include "agent/device.h"
#include "agent/ledger_backup.h"
#include "agent/platform.h"
#include "agent/uplink.h"

#include <inttypes.h>

static const char operation[] = "agent.sync_now";

struct syncing {
    const struct ic_sync_now_options *options;
    struct ic_ledger *ledger;
    FILE *out;
    int64_t shown_done; /* Of the progress of a first sync. */
};

static void show_progress(struct syncing *syncing, const struct ic_replica_place *replica)
{
    if (replica->filling != 0 && replica->done != syncing->shown_done) {
        fprintf(syncing->out, "Targets   %" PRId64 " of %" PRId64 "\n", replica->done, replica->total);
        fflush(syncing->out);
        syncing->shown_done = replica->done;
    }
}

/* How the link stands when nothing more goes on. */
static enum ic_rc judge(const struct ic_ledger_summary *summary, struct ic_err *err)
{
    if (summary->link.state == IC_LINK_REFUSED) {
        return ic_err_set(err, IC_CODE_INVALID_TOKEN, operation,
                          "The server does not know this desktop any more; pair it again.");
    }
    if (summary->link.state != IC_LINK_ONLINE) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "%.200s", summary->link.detail);
    }
    return IC_OK;
}

/* This process has the lock: it does the work itself. */
static enum ic_rc sync_here(struct syncing *syncing, struct ic_err *err)
{
    const struct ic_sync_now_options *options = syncing->options;
    struct ic_uplink uplink;
    struct ic_ledger_summary summary;
    ic_uplink_init(&uplink, &options->folder.path, syncing->ledger, &options->clock, &options->rand);
    for (;;) {
        struct ic_uplink_rest rest = ic_uplink_step(&uplink, &options->exchange);
        enum ic_rc rc = ic_ledger_get_summary(syncing->ledger, &summary, err);
        if (rc != IC_OK) {
            return rc;
        }
        show_progress(syncing, &summary.replica);
        if (rest.wait_ms != 0) {
            return judge(&summary, err);
        }
    }
}

static bool has_moved_on(const struct ic_ledger_summary *before, const struct ic_ledger_summary *now)
{
    return before->pending != now->pending || before->replica.done != now->replica.done ||
           before->memory.settles != now->memory.settles || before->link.state != now->link.state;
}

/* Another process has it, and is asked. */
static enum ic_rc sync_there(struct syncing *syncing, struct ic_err *err)
{
    const struct ic_clock *clock = &syncing->options->clock;
    struct ic_ledger_summary before, now;
    int64_t number;
    enum ic_rc rc = ic_ledger_ask(syncing->ledger, &number, err);
    if (rc == IC_OK) {
        rc = ic_ledger_get_summary(syncing->ledger, &before, err);
    }
    ic_bell_ring(&syncing->options->folder.bells);
    int64_t moved_at_ms = ic_clock_monotonic_ms(clock);
    while (rc == IC_OK) {
        rc = ic_ledger_get_summary(syncing->ledger, &now, err);
        if (rc != IC_OK || now.memory.answered >= number) {
            return rc;
        }
        show_progress(syncing, &now.replica);
        if (has_moved_on(&before, &now)) {
            moved_at_ms = ic_clock_monotonic_ms(clock);
            before = now;
        } else if (ic_clock_monotonic_ms(clock) - moved_at_ms > IC_SYNC_NOW_STANDSTILL_MS ||
                   now.link.state == IC_LINK_REFUSED || now.link.state == IC_LINK_OFFLINE) {
            rc = judge(&now, err);
            return rc == IC_OK ? ic_err_set(err, IC_CODE_TIMEOUT, operation, "The syncing process does not answer.")
                               : rc;
        }
        ic_platform_pause_ms(IC_SYNC_NOW_LOOK_MS);
    }
    return rc;
}

static enum ic_rc retry(struct syncing *syncing, struct ic_err *err)
{
    int64_t count = 0;
    enum ic_rc rc = ic_ledger_move_rejected(syncing->ledger, IC_MOVE_TRY_AGAIN, NULL, &count, err);
    if (rc == IC_OK) {
        fprintf(syncing->out, "Retried   %" PRId64 "\n", count);
    }
    return rc;
}

static enum ic_rc sync_by_whoever_may(struct syncing *syncing, struct ic_err *err)
{
    struct ic_platform_lock lock;
    enum ic_rc rc = ic_platform_lock_open(&syncing->options->folder.lock, &lock, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (ic_platform_lock_try(&lock)) {
        rc = sync_here(syncing, err);
        ic_bell_ring(&syncing->options->folder.bells);
    } else {
        rc = sync_there(syncing, err);
    }
    ic_platform_lock_close(&lock);
    return rc;
}

static enum ic_rc tell(struct syncing *syncing, struct ic_err *err)
{
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_get_summary(syncing->ledger, &summary, err);
    if (rc == IC_OK) {
        fprintf(syncing->out, "Pending   %" PRId64 "\nRejected  %" PRId64 "\n", summary.pending, summary.rejected);
    }
    return rc;
}

enum ic_rc ic_sync_now(const struct ic_sync_now_options *options, FILE *out, struct ic_err *err)
{
    struct syncing syncing = {.options = options, .out = out, .shown_done = -1};
    struct ic_device device;
    enum ic_rc rc = ic_device_read(&options->folder.path, &device, err);
    if (rc != IC_OK) {
        return rc;
    }
    ic_device_wipe(&device);
    rc = ic_folder_make(&options->folder, err);
    if (rc == IC_OK) {
        rc = ic_ledger_open(&options->folder, &options->clock, false, &syncing.ledger, err);
    }
    if (rc == IC_OK && options->retry) {
        rc = retry(&syncing, err);
    }
    if (rc == IC_OK) {
        rc = sync_by_whoever_may(&syncing, err);
    }
    if (rc == IC_OK) {
        rc = tell(&syncing, err);
    }
    ic_ledger_destroy(syncing.ledger);
    return rc;
}
