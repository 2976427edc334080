/* Leads: targets as lists show them.
 *
 * Promises: a page lies behind a place, not at a number; a place is a lead's keys in the order, so that pages repeat
 * and lose none whose keys stay as they are, whatever is written between them. However deep it lies, and whatever the
 * filters leave out, a page looks at a bounded number of targets and says where it stopped: then it may have fewer
 * leads than the limit, or none, and still a next one. Memory: texts of results live in the given arena. Threads: as
 * the transaction's. */
#ifndef IC_STORE_LEADS_H
#define IC_STORE_LEADS_H

#include "store/list_place.h"
#include "store/targets.h"

/* A target as a list shows it. Ids that are empty and texts of size 0 are absent. */
struct ic_lead {
    struct ic_id tar_id;
    struct ic_str tar_username;
    enum ic_target_status tar_status;
    int64_t first_contacted; /* 0: never. */
    int64_t last_updated;
    struct ic_contact email;
    struct ic_contact phone_num;
    struct ic_contact cont_source;
    struct ic_id first_opr_id; /* Who contacted it first, and as which actor. */
    struct ic_str first_opr_name;
    struct ic_id first_act_id;
    struct ic_str first_act_username;
    struct ic_str notes_preview;
    bool has_more_notes;
    struct ic_id merged_into; /* The target that it has become; empty: it is itself. */
};

/* Which leads, and in which order. */
struct ic_lead_query {
    enum ic_lead_order order;
    bool has_status[IC_TARGET_STATUS_COUNT]; /* One of these; none: any. */
    bool has_email_state;
    enum ic_contact_state email_state;
    bool has_phone_num_state;
    enum ic_contact_state phone_num_state;
    struct ic_id first_opr_id; /* Empty, as the next: any. */
    struct ic_id first_act_id;
    int64_t contacted_from;  /* First contacted at this instant or later; 0: from the beginning. */
    int64_t contacted_until; /* Before this instant; 0: to the end. With either, those never contacted are left out. */
    struct ic_str term;      /* Found in the handle, in whatever case; empty: not asked. */
    const struct ic_list_place *behind; /* NULL: the first page. */
    size_t limit;
};

struct ic_lead_list {
    struct ic_lead *items;
    size_t count;
    bool has_next;
    struct ic_list_place next; /* Where the next page begins. */
};

/* How much a page may look at. */
struct ic_lead_bounds {
    int64_t looks;           /* Targets of the whole list ... */
    int64_t looks_of_status; /* ... or of the statuses that are asked for, together. */
    int64_t looks_first;     /* For a term, before its trigrams are asked: where it is common, the page is full then. */
    int64_t found_max;       /* Handles with a term that are sorted; with more of them, looking meets them soon. */
};

/* What pages of the product may look at. */
extern const struct ic_lead_bounds ic_lead_bounds;

/* One page. Targets that were merged are left out: it may have fewer leads than asked for, and still a next one. */
IC_NODISCARD enum ic_rc ic_store_lead_list(struct ic_store_tx *tx, const struct ic_lead_query *query,
                                           const struct ic_lead_bounds *bounds, struct ic_arena *arena,
                                           struct ic_lead_list *ret_list, struct ic_err *err);

/* One lead with its whole notes (size 0: none); fails with not_found. */
IC_NODISCARD enum ic_rc ic_store_lead_get(struct ic_store_tx *tx, const struct ic_id *tar_id, struct ic_arena *arena,
                                          struct ic_lead *ret_lead, struct ic_str *ret_notes, struct ic_err *err);

#endif
