/* Leads, actors and operators: whole, filtered, searched; through the service, as the product reads them. */
#include "lists.h"

#include "service/actors.h"
#include "service/leads.h"
#include "service/operators.h"

#include <stdio.h>

struct options {
    enum ic_lead_order order;
    unsigned statuses; /* A bit for each. */
    bool by_operator;
    bool by_actor;
    bool has_email;
    bool has_phone;
    int64_t from;
    int64_t until;
    const char *term;
    bool is_handle; /* The term is the variant's target. */
    enum ic_actor_order actor_order;
    enum ic_operator_order operator_order;
};

static void tell_page(size_t count, const struct ic_list_cursor *next, struct ic_list_page *ret_page)
{
    ret_page->count = count;
    (void)snprintf(ret_page->next, sizeof ret_page->next, "%s", next->text);
}

static const struct ic_asker asker = {.role = IC_ROLE_OWNER, .credential = IC_CREDENTIAL_SESSION};

static enum ic_rc read_leads(struct ic_lists *lists, const struct ic_list_case *list, int variant, const char *after,
                             size_t limit, struct ic_list_page *ret_page, struct ic_err *err)
{
    const struct options *options = list->options;
    const struct ic_list_variant *chosen = &lists->variants[variant];
    struct ic_lead_query query = {
        .order = options->order,
        .has_email_state = options->has_email,
        .email_state = IC_CONTACT_STATE_FOUND,
        .has_phone_num_state = options->has_phone,
        .phone_num_state = IC_CONTACT_STATE_FOUND,
        .contacted_from = options->from,
        .contacted_until = options->until,
        .term = ic_str_from(options->is_handle ? chosen->tar_username : options->term),
        .limit = limit,
    };
    for (int i = 0; i < IC_TARGET_STATUS_COUNT; i++) {
        query.has_status[i] = options->statuses >> i & 1;
    }
    if (options->by_operator) {
        query.first_opr_id = chosen->opr_id;
    }
    if (options->by_actor) {
        query.first_act_id = chosen->act_id;
    }
    struct ic_lead_page page;
    enum ic_rc rc = ic_leads_list(&lists->service, &asker, &query, ic_str_from(after), lists->arena, &page, err);
    if (!rc) {
        tell_page(page.list.count, &page.next, ret_page);
    }
    return rc;
}

static enum ic_rc read_actors(struct ic_lists *lists, const struct ic_list_case *list, int variant, const char *after,
                              size_t limit, struct ic_list_page *ret_page, struct ic_err *err)
{
    const struct options *options = list->options;
    struct ic_actor_query query = {
        .order = options->actor_order,
        .term = ic_str_from(options->term),
        .limit = limit,
    };
    if (options->by_operator) {
        query.opr_id = lists->variants[variant].opr_id;
    }
    struct ic_actor_page page;
    enum ic_rc rc = ic_actors_list(&lists->service, &asker, &query, ic_str_from(after), lists->arena, &page, err);
    if (!rc) {
        tell_page(page.list.count, &page.next, ret_page);
    }
    return rc;
}

static enum ic_rc read_operators(struct ic_lists *lists, const struct ic_list_case *list, int variant,
                                 const char *after, size_t limit, struct ic_list_page *ret_page, struct ic_err *err)
{
    const struct options *options = list->options;
    (void)variant;
    const struct ic_operator_query query = {
        .order = options->operator_order,
        .term = ic_str_from(options->term),
        .limit = limit,
    };
    struct ic_operator_page page;
    enum ic_rc rc = ic_operators_list(&lists->service, &asker, &query, ic_str_from(after), lists->arena, &page, err);
    if (!rc) {
        tell_page(page.list.count, &page.next, ret_page);
    }
    return rc;
}

#define DAY_MS    INT64_C(86400000)
#define LEADS     .variant_count = 1, .read = read_leads
#define VARIANTS  .variant_count = IC_LIST_VARIANTS_COUNT, .read = read_leads
#define ACTORS    .variant_count = 1, .read = read_actors
#define OPERATORS .variant_count = 1, .read = read_operators
#define WITH      .options = &(const struct options)
#define COLD      (1U << IC_TARGET_STATUS_COLD_NO_REPLY)
#define PIPELINE                                                                                    \
    (1U << IC_TARGET_STATUS_REPLIED | 1U << IC_TARGET_STATUS_WARM | 1U << IC_TARGET_STATUS_BOOKED | \
     1U << IC_TARGET_STATUS_PAID)

const struct ic_list_case ic_list_leads[] = {
    {"leads", "leads", .is_long = true, LEADS, WITH{.order = IC_LEAD_ORDER_UPDATED_NEWEST}},
    {"leads.updated_oldest", "leads, oldest update first", LEADS, WITH{.order = IC_LEAD_ORDER_UPDATED_OLDEST}},
    {"leads.contacted", "leads by first contact", .is_long = true, LEADS,
     WITH{.order = IC_LEAD_ORDER_CONTACTED_NEWEST}},
    {"leads.handle", "leads by handle", .is_long = true, LEADS, WITH{.order = IC_LEAD_ORDER_HANDLE_ASCENDING}},
    {"leads.status_often", "leads, Cold No Reply", LEADS, WITH{.statuses = COLD}},
    {"leads.status_rare", "leads, Tableturnerr Client", LEADS,
     WITH{.statuses = 1U << IC_TARGET_STATUS_TABLETURNERR_CLIENT}},
    {"leads.statuses", "leads, four statuses", LEADS, WITH{.statuses = PIPELINE}},
    {"leads.statuses_handle", "leads, four statuses, by handle", LEADS,
     WITH{.statuses = PIPELINE, .order = IC_LEAD_ORDER_HANDLE_DESCENDING}},
    {"leads.operator", "leads first contacted by an operator", VARIANTS, WITH{.by_operator = true}},
    {"leads.actor", "leads first contacted by an actor", VARIANTS, WITH{.by_actor = true}},
    {"leads.actor_contacted", "leads of an actor, by first contact, oldest first", VARIANTS,
     WITH{.by_actor = true, .order = IC_LEAD_ORDER_CONTACTED_OLDEST}},
    {"leads.actor_status", "leads of an actor, Booked", VARIANTS,
     WITH{.by_actor = true, .statuses = 1U << IC_TARGET_STATUS_BOOKED}},
    {"leads.contacts", "leads with an e-mail address and a number", LEADS, WITH{.has_email = true, .has_phone = true}},
    {"leads.statuses_contacts", "leads, four statuses, with both", LEADS,
     WITH{.statuses = PIPELINE, .has_email = true, .has_phone = true}},
    {"leads.actor_contacts", "leads of an actor with both, by handle", VARIANTS,
     WITH{.by_actor = true, .has_email = true, .has_phone = true, .order = IC_LEAD_ORDER_HANDLE_ASCENDING}},
    {"leads.window", "leads contacted in 90 days, by first contact", LEADS,
     WITH{.from = IC_REFERENCE_UNTIL - 270 * DAY_MS,
          .until = IC_REFERENCE_UNTIL - 180 * DAY_MS,
          .order = IC_LEAD_ORDER_CONTACTED_NEWEST}},
    {"leads.day_handle", "leads contacted on a day, by handle", LEADS,
     WITH{.from = IC_REFERENCE_UNTIL - 200 * DAY_MS,
          .until = IC_REFERENCE_UNTIL - 199 * DAY_MS,
          .order = IC_LEAD_ORDER_HANDLE_ASCENDING}},
    {"leads.search_handle", "leads: a handle", .is_search = true, VARIANTS, WITH{.is_handle = true}},
    {"leads.search_common", "leads: \"bistro\" (often)", .is_search = true, LEADS, WITH{.term = "bistro"}},
    {"leads.search_common_handle", "leads: \"bistro\", by handle", .is_search = true, LEADS,
     WITH{.term = "bistro", .order = IC_LEAD_ORDER_HANDLE_ASCENDING}},
    {"leads.search_statuses", "leads: \"bistro\", four statuses", .is_search = true, LEADS,
     WITH{.term = "bistro", .statuses = PIPELINE}},
    {"leads.search_rare", "leads: \"alfama.ams\" (some hundred)", .is_search = true, LEADS, WITH{.term = "alfama.ams"}},
    {"leads.search_absent", "leads: \"xylophone\" (absent)", .is_search = true, LEADS, WITH{.term = "xylophone"}},
    {"leads.search_three", "leads: \"ery\" (three letters)", .is_search = true, LEADS, WITH{.term = "ery"}},
    {"leads.search_two", "leads: \"a_\" (two)", .is_search = true, LEADS, WITH{.term = "a_"}},
    {"leads.search_two_absent", "leads: \"qq\" (two, absent)", .is_search = true, LEADS, WITH{.term = "qq"}},
    {"actors", "actors by handle", ACTORS, WITH{.actor_order = IC_ACTOR_ORDER_HANDLE_ASCENDING}},
    {"actors.active", "actors by activity", ACTORS, WITH{.actor_order = IC_ACTOR_ORDER_ACTIVE_NEWEST}},
    {"actors.operator", "actors of an operator", .variant_count = IC_LIST_VARIANTS_COUNT, .read = read_actors,
     WITH{.by_operator = true}},
    {"actors.search", "actors: \"studio\"", .is_search = true, ACTORS, WITH{.term = "studio"}},
    {"operators", "operators by name", OPERATORS, WITH{.operator_order = IC_OPERATOR_ORDER_NAME_ASCENDING}},
    {"operators.active", "operators by activity", OPERATORS, WITH{.operator_order = IC_OPERATOR_ORDER_ACTIVE_NEWEST}},
    {"operators.search", "operators: \"an\"", .is_search = true, OPERATORS, WITH{.term = "an"}},
    {NULL},
};
