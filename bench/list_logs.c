/* The log: whole, filtered, searched. */
#include "lists.h"

#include <inttypes.h>
#include <stdio.h>

struct options {
    bool by_operator;
    bool by_actor;
    bool by_target;
    bool has_event_type;
    enum ic_event_type event_type;
    bool is_oldest_first;
    int64_t from;
    int64_t until;
    const char *term;
    bool is_handle; /* The term is the variant's target. */
};

struct reading {
    struct ic_log_query query;
    struct ic_arena *arena;
    struct ic_log_list list;
};

static enum ic_rc run_read(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_log_list(tx, &reading->query, reading->arena, &reading->list, err);
}

static enum ic_rc read_page(struct ic_lists *lists, const struct ic_list_case *list, int variant, const char *after,
                            size_t limit, struct ic_list_page *ret_page, struct ic_err *err)
{
    const struct options *options = list->options;
    const struct ic_list_variant *chosen = &lists->variants[variant];
    struct reading reading = {.arena = lists->arena};
    struct ic_log_query *query = &reading.query;
    query->limit = limit;
    query->has_event_type = options->has_event_type;
    query->event_type = options->event_type;
    query->is_oldest_first = options->is_oldest_first;
    query->from = options->from;
    query->until = options->until;
    query->term = ic_str_from(options->is_handle ? chosen->tar_username : options->term);
    if (options->by_operator) {
        query->opr_id = chosen->opr_id;
    }
    if (options->by_actor) {
        query->act_id = chosen->act_id;
    }
    if (options->by_target) {
        query->tar_id = chosen->tar_id;
    }
    (void)ic_str_to_int64(ic_str_from(after), &query->behind);
    enum ic_rc rc = ic_store_read(lists->service.store, run_read, &reading, err);
    if (!rc) {
        ret_page->count = reading.list.count;
        ret_page->next[0] = '\0';
        if (reading.list.next) {
            (void)snprintf(ret_page->next, sizeof ret_page->next, "%" PRId64, reading.list.next);
        }
    }
    return rc;
}

#define DAY_MS   INT64_C(86400000)
#define VARIANTS .variant_count = IC_LIST_VARIANTS_COUNT, .read = read_page
#define ONE      .variant_count = 1, .read = read_page
#define WITH     .options = &(const struct options)

const struct ic_list_case ic_list_logs[] = {
    {"logs", "logs", .is_long = true, ONE, WITH{0}},
    {"logs.oldest_first", "logs, oldest first", ONE, WITH{.is_oldest_first = true}},
    {"logs.operator", "logs of an operator", VARIANTS, WITH{.by_operator = true}},
    {"logs.actor", "logs of an actor", VARIANTS, WITH{.by_actor = true}},
    {"logs.target", "logs of a target", VARIANTS, WITH{.by_target = true}},
    {"logs.type_often", "logs of type Outreach", ONE,
     WITH{.has_event_type = true, .event_type = IC_EVENT_TYPE_OUTREACH}},
    {"logs.type_seldom", "logs of type Tar Exception Toggle", ONE,
     WITH{.has_event_type = true, .event_type = IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE}},
    {"logs.type_rare", "logs of type User", ONE, WITH{.has_event_type = true, .event_type = IC_EVENT_TYPE_USER}},
    {"logs.operator_type", "logs of an operator, Tar Exception Toggle", VARIANTS,
     WITH{.by_operator = true, .has_event_type = true, .event_type = IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE}},
    {"logs.operator_type_rare", "logs of an operator, type User", VARIANTS,
     WITH{.by_operator = true, .has_event_type = true, .event_type = IC_EVENT_TYPE_USER}},
    {"logs.actor_type", "logs of an actor, Change in Tar Info", VARIANTS,
     WITH{.by_actor = true, .has_event_type = true, .event_type = IC_EVENT_TYPE_CHANGE_IN_TAR_INFO}},
    {"logs.operator_actor", "logs of an operator and an actor", VARIANTS, WITH{.by_operator = true, .by_actor = true}},
    {"logs.time", "logs of 90 days half a year ago", ONE,
     WITH{.from = IC_REFERENCE_UNTIL - 270 * DAY_MS, .until = IC_REFERENCE_UNTIL - 180 * DAY_MS}},
    {"logs.operator_time", "logs of an operator, of these 90 days", VARIANTS,
     WITH{.by_operator = true, .from = IC_REFERENCE_UNTIL - 270 * DAY_MS, .until = IC_REFERENCE_UNTIL - 180 * DAY_MS}},
    {"logs.handle", "logs: a handle", .is_search = true, VARIANTS, WITH{.is_handle = true}},
    {"logs.common", "logs: \"minut\" (often)", .is_search = true, ONE, WITH{.term = "minut"}},
    {"logs.common_oldest", "logs: \"minut\", oldest first", .is_search = true, ONE,
     WITH{.term = "minut", .is_oldest_first = true}},
    {"logs.common_operator", "logs: \"minut\", of an operator", .is_search = true, VARIANTS,
     WITH{.term = "minut", .by_operator = true}},
    {"logs.common_target", "logs: \"minut\", of a target", .is_search = true, VARIANTS,
     WITH{.term = "minut", .by_target = true}},
    {"logs.absent", "logs: \"xylophone\" (absent)", .is_search = true, ONE, WITH{.term = "xylophone"}},
    {"logs.absent_parts", "logs: \"quiet minutes\" (absent, its parts are not)", .is_search = true, ONE,
     WITH{.term = "quiet minutes"}},
    {"logs.three", "logs: \"you\" (three letters)", .is_search = true, ONE, WITH{.term = "you"}},
    {"logs.three_rare", "logs: \"xyz\" (three letters, absent)", .is_search = true, ONE, WITH{.term = "xyz"}},
    {"logs.underscore", "logs: \"a_b\"", .is_search = true, ONE, WITH{.term = "a_b"}},
    {"logs.percent", "logs: \"100%\" (absent)", .is_search = true, ONE, WITH{.term = "100%"}},
    {"logs.quote", "logs: 'Saw \"Osteria'", .is_search = true, ONE, WITH{.term = "Saw \"Osteria"}},
    {"logs.unicode", "logs: \"Olá, Tasca\"", .is_search = true, ONE, WITH{.term = "Ol\u00e1, Tasca"}},
    {NULL},
};
