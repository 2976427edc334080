/* The rows behind a figure (docs/metrics.md): the events that were counted, newest first.
 *
 * Promises: as many as the figure says of the same scope and window. Memory: results live in the given arena. Threads:
 * as the transaction's. */
#ifndef IC_STORE_FIGURE_ROWS_H
#define IC_STORE_FIGURE_ROWS_H

#include "store/events.h"
#include "store/metrics.h"

/* Which first contacts; those who ask for none of it have all. */
struct ic_contacts_filter {
    bool is_answered;
    bool has_opener;
    int64_t opener_print; /* 0: without words. */
    bool has_email_state;
    enum ic_contact_state email_state;
    bool has_phone_num_state;
    enum ic_contact_state phone_num_state;
    bool has_stage;
    enum ic_target_status stage; /* It or a later one was reached. */
};

/* The stages of the funnel are those from here to IC_TARGET_STATUS_TABLETURNERR_CLIENT. */
#define IC_FUNNEL_FIRST IC_TARGET_STATUS_REPLIED
#define IC_FUNNEL_LAST  IC_TARGET_STATUS_TABLETURNERR_CLIENT
enum { IC_FUNNEL_STAGES = IC_FUNNEL_LAST - IC_FUNNEL_FIRST + 1 };

struct ic_figure_rows {
    enum ic_figure figure;
    const struct ic_metric_scope *scope;
    struct ic_contacts_filter filter; /* Of contacted and answered. */
};

/* Puts the positions of those in [from_ms, until_ms) and before the position `before` into `positions`, at most
 * `positions_max` behind the `*count` that are there already. */
IC_NODISCARD enum ic_rc ic_store_figure_rows(struct ic_store_tx *tx, const struct ic_figure_rows *rows, int64_t from_ms,
                                             int64_t until_ms, int64_t before, int64_t *positions, size_t positions_max,
                                             size_t *count, struct ic_err *err);

#endif
