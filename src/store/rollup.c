#include "store/rollup.h"

#include "domain/zone.h"
#include "store/engine.h"
#include "store/rollup_counts.h"
#include "store/rollup_reaches.h"

#include <stdlib.h>

const char ic_rollup_first_contact[] = "First Contact";

static const char operation[] = "store.rollup.flush";

struct ic_rollup {
    struct ic_rollup_counts quarters; /* The team's, too. */
    struct ic_rollup_counts days;
    struct ic_rollup_reaches reaches;
};

static bool count(struct ic_rollup *rollup, int64_t at, const struct ic_id *opr_id, const struct ic_id *act_id,
                  int column, int64_t delta)
{
    static const struct ic_id nobody = {""};
    int64_t quarter = at - at % IC_ROLLUP_QUARTER_MS;
    int64_t day = at - at % IC_DAY_MS;
    return ic_rollup_counts_add(&rollup->quarters, quarter, &nobody, &nobody, column, delta) &&
           ic_rollup_counts_add(&rollup->quarters, quarter, opr_id, act_id, column, delta) &&
           ic_rollup_counts_add(&rollup->days, day, opr_id, act_id, column, delta);
}

static bool credit(void *context, int64_t at, const struct ic_id *opr_id, const struct ic_id *act_id,
                   enum ic_figure figure, int64_t delta)
{
    return count(context, at, opr_id, act_id, IC_ROLLUP_FIGURES + (int)figure, delta);
}

static bool add_event(struct ic_rollup *rollup, const struct ic_rollup_event *event)
{
    return count(rollup, event->created_at, &event->opr_id, &event->act_id, IC_ROLLUP_EVENTS, 1) &&
           (event->event_type != IC_EVENT_TYPE_OUTREACH ||
            credit(rollup, event->created_at, &event->opr_id, &event->act_id, IC_FIGURE_MESSAGES, 1)) &&
           (!event->milestone || ic_id_is_empty(&event->tar_id) || ic_rollup_reaches_add(&rollup->reaches, event));
}

enum ic_rc ic_rollup_add(struct ic_store_tx *tx, const struct ic_rollup_event *event, struct ic_err *err)
{
    if (tx->rollup &&
        (tx->rollup->quarters.used >= IC_ROLLUP_COUNTS_MAX || tx->rollup->reaches.count >= IC_ROLLUP_REACHES_MAX)) {
        enum ic_rc rc = ic_rollup_flush(tx, err);
        if (rc) {
            return rc;
        }
    }
    if (!tx->rollup) {
        tx->rollup = calloc(1, sizeof *tx->rollup);
    }
    if (!tx->rollup || !add_event(tx->rollup, event)) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the roll-ups.");
    }
    return IC_OK;
}

void ic_rollup_destroy(struct ic_rollup *rollup)
{
    if (rollup) {
        ic_rollup_counts_release(&rollup->quarters);
        ic_rollup_counts_release(&rollup->days);
        ic_rollup_reaches_release(&rollup->reaches);
        free(rollup);
    }
}

enum ic_rc ic_rollup_flush(struct ic_store_tx *tx, struct ic_err *err)
{
    struct ic_rollup *rollup = tx->rollup;
    if (!rollup) {
        return IC_OK;
    }
    /* The reaches first: they add to the counts. */
    enum ic_rc rc = ic_rollup_reaches_flush(&rollup->reaches, tx, credit, rollup, err);
    if (!rc) {
        rc = ic_rollup_counts_flush(&rollup->quarters, IC_ROLLUP_QUARTER, tx, err);
    }
    if (!rc) {
        rc = ic_rollup_counts_flush(&rollup->days, IC_ROLLUP_DAY, tx, err);
    }
    ic_rollup_destroy(rollup);
    tx->rollup = NULL;
    return rc;
}
