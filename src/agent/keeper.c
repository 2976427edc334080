#include "agent/keeper.h"

#include "agent/replica.h"
#include "base/log.h"

void ic_keeper_changed(struct ic_keeper *keeper)
{
    keeper->changed_at_ms = ic_clock_monotonic_ms(keeper->clock);
    keeper->is_dirty = true;
}

/* Tidying is no one's need at once: what fails is told and tried again in an hour. */
static void keep(const struct ic_keeper *keeper, struct ic_ledger *ledger)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_ledger_back_up(ledger, keeper->folder, &err);
    if (rc == IC_OK) {
        rc = ic_ledger_expire(ledger, &err);
    }
    if (rc == IC_OK) {
        rc = ic_replica_expire(ledger, &err);
    }
    if (rc != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "ledger.keep", &err);
    }
}

int64_t ic_keeper_work(struct ic_keeper *keeper, struct ic_ledger *ledger)
{
    if (!keeper->is_dirty) {
        return IC_KEEPER_FOREVER;
    }
    int64_t now_ms = ic_clock_monotonic_ms(keeper->clock);
    int64_t due_ms = keeper->changed_at_ms + IC_KEEPER_QUIET_MS;
    if (keeper->kept_at_ms > 0 && due_ms < keeper->kept_at_ms + IC_KEEPER_INTERVAL_MS) {
        due_ms = keeper->kept_at_ms + IC_KEEPER_INTERVAL_MS;
    }
    if (now_ms < due_ms) {
        return due_ms - now_ms;
    }
    keep(keeper, ledger);
    keeper->kept_at_ms = now_ms;
    keeper->is_dirty = false;
    return IC_KEEPER_FOREVER;
}
