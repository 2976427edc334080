#include "agent/sync_worker.h"

#include "agent/child.h"
#include "agent/sync_process.h"
#include "agent/uplink_thread.h"

enum ic_rc ic_sync_worker_run(const struct ic_folder *folder, const struct ic_clock *clock, const struct ic_rand *rand,
                              struct ic_err *err)
{
    struct ic_uplink_thread *uplink;
    enum ic_rc rc = ic_uplink_thread_create(folder, clock, rand, &uplink, err);
    if (rc != IC_OK) {
        return rc;
    }
    char word;
    while ((word = ic_child_listen()) != 0) {
        if (word == IC_SYNC_PROCESS_PAIRED) {
            ic_uplink_thread_paired(uplink);
        } else {
            ic_uplink_thread_captured(uplink);
        }
    }
    ic_uplink_thread_destroy(uplink);
    return IC_OK;
}
