#include "service/demo.h"

#include "service/audit.h"
#include "service/demo_agreed.h"
#include "service/demo_plan.h"
#include "service/demo_words.h"
#include "store/actors.h"
#include "store/audit_seal.h"
#include "store/events.h"
#include "store/operators.h"
#include "store/suppressions.h"
#include "store/targets.h"
#include "sync/hybrid_time.h"

#include <stdio.h>
#include <stdlib.h>

static const char operation[] = "service.demo.load";

enum { REPORT_EVERY = 4096, BATCH_COUNT = 256, DETAILS_SIZE = IC_DEMO_DECISION_SIZE };

/* Events on their way into the store, with the texts that they view. */
struct batch {
    size_t count;
    struct ic_new_event events[BATCH_COUNT];
    struct ic_message messages[BATCH_COUNT];
    struct ic_event_ids ids[BATCH_COUNT];
    struct ic_handle tar_usernames[BATCH_COUNT];
    char thread_ids[BATCH_COUNT][IC_DEMO_NAME_SIZE];
    char texts[BATCH_COUNT][IC_DEMO_MESSAGE_SIZE];
    char details[BATCH_COUNT][DETAILS_SIZE];
    uint32_t decisions[BATCH_COUNT]; /* Of events that are one; else IC_DEMO_DECISIONS_COUNT. */
};

/* Targets on their way. */
struct target_batch {
    size_t count;
    struct ic_target targets[BATCH_COUNT];
    char emails[BATCH_COUNT][IC_DEMO_NAME_SIZE];
    char phone_nums[BATCH_COUNT][IC_DEMO_NAME_SIZE];
};

struct load {
    const struct ic_asker *asker;
    int64_t now;
    const struct ic_demo_options *options;
    const struct ic_demo_progress *progress;
    struct ic_demo_plan *plan;
    struct ic_id *operator_ids;
    struct ic_id *actor_ids;
    struct ic_id *target_ids;
    uint32_t *operator_names;
    struct ic_demo_team team;
    struct batch *batch;
    struct target_batch *target_batch;
    uint64_t done_count;
    uint32_t runs; /* How often the store has run the load: each run draws other ids. */
    /* Randomness apart from the plan's, so that the plan can be run twice. */
    struct ic_rand_seed seed;
    struct ic_rand rand;
};

struct ic_demo_options ic_demo_reference(int64_t until)
{
    return (struct ic_demo_options){
        .seed = 1,
        .operators = 25,
        .actors = 120,
        .targets = 200000,
        .events = 1150000,
        .days = 365,
        .until = until,
    };
}

struct ic_demo_options ic_demo_small(int64_t until)
{
    return (struct ic_demo_options){
        .seed = 1,
        .operators = 6,
        .actors = 18,
        .targets = 4000,
        .events = 23000,
        .days = 120,
        .until = until,
    };
}

static void report(struct load *load)
{
    const struct ic_demo_options *options = load->options;
    uint64_t total = (uint64_t)options->operators + options->actors + options->targets + options->events;
    load->done_count++;
    if (load->progress && (load->done_count % REPORT_EVERY == 0 || load->done_count == total)) {
        load->progress->report(load->progress->context, load->done_count, total);
    }
}

/* ---- Reference rows. ---- */

static enum ic_rc insert_operator(struct ic_store_tx *tx, struct load *load, uint32_t index, struct ic_err *err)
{
    int64_t begin = ic_demo_plan_begin(load->plan);
    struct ic_operator operator_ = {
        .opr_status = IC_OPERATOR_STATUS_OFFLINE,
        .role = index == 0 ? IC_ROLE_ADMIN : IC_ROLE_OPERATOR,
        .time_zone = IC_STR("Europe/Lisbon"),
        .created_at = begin,
        .last_activity = begin,
    };
    if (ic_demo_plan_decided_at(load->plan, index) > begin) {
        operator_.last_activity = ic_demo_plan_decided_at(load->plan, index);
    }
    for (uint32_t i = 0; i < load->options->actors; i++) {
        const struct ic_demo_actor *actor = ic_demo_plan_actor(load->plan, i);
        if (actor->operator_ == index && actor->last_activity > operator_.last_activity) {
            operator_.last_activity = actor->last_activity;
        }
    }
    /* Somebody real may have the name: then the next list of names is used. */
    for (uint32_t round = 0; round < 2; round++) {
        char name[IC_DEMO_NAME_SIZE];
        char address[IC_DEMO_NAME_SIZE];
        bool is_taken = false;
        load->operator_names[index] = index + round * IC_DEMO_OPERATORS_MAX;
        operator_.opr_name = ic_demo_operator_name(load->operator_names[index], name);
        operator_.opr_email = ic_demo_operator_address(load->operator_names[index], address);
        enum ic_rc rc = ic_store_operator_is_taken(tx, &operator_, &is_taken, err);
        if (rc || !is_taken || round == 1) {
            return rc ? rc : ic_store_operator_insert(tx, &operator_, &load->rand, &load->operator_ids[index], err);
        }
    }
    return IC_OK;
}

static enum ic_rc insert_actor(struct ic_store_tx *tx, struct load *load, uint32_t index, struct ic_err *err)
{
    const struct ic_demo_actor *planned = ic_demo_plan_actor(load->plan, index);
    struct ic_actor actor = {
        .act_username = ic_demo_actor_handle(planned->handle),
        .opr_id = load->operator_ids[planned->operator_],
        .act_status = planned->act_status,
        .created_at = planned->created_at,
        .last_activity = planned->last_activity,
    };
    return ic_store_actor_insert(tx, &actor, &load->rand, &load->actor_ids[index], err);
}

static struct ic_contact contact(uint8_t state, struct ic_str text)
{
    return (struct ic_contact){
        .state = (enum ic_contact_state)state,
        .text = state == IC_CONTACT_STATE_FOUND ? text : IC_STR(""),
    };
}

static struct ic_str format_email(const struct ic_handle *handle, char buffer[IC_DEMO_NAME_SIZE])
{
    int size = snprintf(buffer, IC_DEMO_NAME_SIZE, "hello@%s.example", handle->text);
    for (int i = 0; i < size; i++) {
        buffer[i] = buffer[i] == '_' ? '-' : buffer[i];
    }
    return ic_str_from(buffer);
}

static struct ic_str format_phone(uint32_t words, char buffer[IC_DEMO_NAME_SIZE])
{
    (void)snprintf(buffer, IC_DEMO_NAME_SIZE, "+351 21 %03u %04u", words / 9973 % 1000, words % 9973);
    return ic_str_from(buffer);
}

static void put_target(struct load *load, uint32_t index)
{
    static const struct ic_str notes[] = {
        {"Opens a second room in spring; ask about Tuesdays.", 50},
        {"Prefers voice messages.", 23},
        {"The owner answers in the morning only.", 38},
        {"Wrote back by e-mail.", 21},
    };
    const struct ic_demo_target *planned = ic_demo_plan_target(load->plan, index);
    uint32_t words = ic_demo_plan_words(load->plan, index);
    struct ic_handle handle = ic_demo_target_handle(words);
    struct target_batch *batch = load->target_batch;
    struct ic_target *target = &batch->targets[batch->count];
    *target = (struct ic_target){
        .tar_username = handle,
        .tar_status = (enum ic_target_status)planned->tar_status,
        .stage = (enum ic_target_status)planned->stage,
        .first_contacted = planned->first_contacted,
        .notes = planned->has_note ? notes[words % (sizeof notes / sizeof notes[0])] : IC_STR(""),
        .last_updated = planned->last_updated ? planned->last_updated : ic_demo_plan_begin(load->plan),
    };
    if (planned->first_contacted) {
        target->first_opr_id = load->operator_ids[ic_demo_plan_actor(load->plan, planned->first_actor)->operator_];
        target->first_act_id = load->actor_ids[planned->first_actor];
    }
    bool is_found =
        planned->email_state == IC_CONTACT_STATE_FOUND || planned->phone_num_state == IC_CONTACT_STATE_FOUND;
    target->email = contact(planned->email_state, format_email(&handle, batch->emails[batch->count]));
    target->phone_num = contact(planned->phone_num_state, format_phone(words, batch->phone_nums[batch->count]));
    target->cont_source = contact(is_found ? IC_CONTACT_STATE_FOUND : IC_CONTACT_STATE_NOT_SEARCHED,
                                  words % 3 ? IC_STR("Bio") : IC_STR("Website"));
    batch->count++;
}

static enum ic_rc insert_targets(struct ic_store_tx *tx, struct load *load, struct ic_err *err)
{
    struct target_batch *batch = load->target_batch;
    enum ic_rc rc = IC_OK;
    for (uint32_t i = 0; i < load->options->targets && !rc; i++) {
        put_target(load, i);
        report(load);
        if (batch->count == BATCH_COUNT || i + 1 == load->options->targets) {
            struct ic_id *ids = &load->target_ids[i + 1 - batch->count];
            rc = ic_store_targets_insert(tx, batch->targets, batch->count, &load->rand, ids, err);
            batch->count = 0;
        }
    }
    return rc;
}

static enum ic_rc insert_reference(struct ic_store_tx *tx, struct load *load, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (uint32_t i = 0; i < load->options->operators && !rc; i++) {
        rc = insert_operator(tx, load, i, err);
        report(load);
    }
    for (uint32_t i = 0; i < load->options->actors && !rc; i++) {
        rc = insert_actor(tx, load, i, err);
        report(load);
    }
    return rc ? rc : insert_targets(tx, load, err);
}

/* ---- Events. ---- */

static enum ic_event_type type_of(enum ic_demo_deed deed)
{
    switch (deed) {
    case IC_DEMO_FIRST_MESSAGE:
    case IC_DEMO_FOLLOW_UP:
        return IC_EVENT_TYPE_OUTREACH;
    case IC_DEMO_EXCLUDE:
        return IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE;
    case IC_DEMO_END_ACTOR:
    case IC_DEMO_DECIDE:
        return IC_EVENT_TYPE_USER;
    case IC_DEMO_MOVE:
    case IC_DEMO_FIND_EMAIL:
    case IC_DEMO_MISS_EMAIL:
    case IC_DEMO_FIND_PHONE:
    case IC_DEMO_NOTE:
        break;
    }
    return IC_EVENT_TYPE_CHANGE_IN_TAR_INFO;
}

static struct ic_str format_details(struct load *load, const struct ic_demo_event *event, char buffer[DETAILS_SIZE])
{
    switch (event->deed) {
    case IC_DEMO_MOVE:
    case IC_DEMO_EXCLUDE:
        (void)snprintf(buffer, DETAILS_SIZE, "%s -> %s", ic_target_status_name(event->before),
                       ic_target_status_name(event->after));
        return ic_str_from(buffer);
    case IC_DEMO_END_ACTOR:
        (void)snprintf(buffer, DETAILS_SIZE, "act_status: %s -> %s", ic_actor_status_name(IC_ACTOR_STATUS_ACTIVE),
                       ic_actor_status_name(ic_demo_plan_actor(load->plan, event->actor)->act_status));
        return ic_str_from(buffer);
    case IC_DEMO_FIND_EMAIL:
        return IC_STR("email: Not Searched -> Found");
    case IC_DEMO_MISS_EMAIL:
        return IC_STR("email: Not Searched -> Not Found");
    case IC_DEMO_FIND_PHONE:
        return IC_STR("phone_num: Not Searched -> Found");
    case IC_DEMO_NOTE:
        return IC_STR("notes: changed");
    case IC_DEMO_DECIDE:
        return ic_demo_decision_details(load->options, event->decision, buffer);
    case IC_DEMO_FIRST_MESSAGE:
    case IC_DEMO_FOLLOW_UP:
        break;
    }
    return IC_STR("");
}

static void put_message(struct load *load, const struct ic_demo_event *event, struct ic_new_event *new_event)
{
    char name[IC_DEMO_NAME_SIZE];
    struct batch *batch = load->batch;
    size_t at = batch->count;
    uint32_t operator_ = ic_demo_plan_actor(load->plan, event->actor)->operator_;
    uint32_t words = ic_demo_plan_words(load->plan, event->target);
    (void)snprintf(batch->thread_ids[at], sizeof batch->thread_ids[at], "3402823668417%08u", words);
    batch->messages[at] = (struct ic_message){
        .thread_id = ic_str_from(batch->thread_ids[at]),
        .sent_at = new_event->created_at,
        .message_text = ic_demo_message(words, event->deed == IC_DEMO_FIRST_MESSAGE,
                                        ic_demo_operator_name(load->operator_names[operator_], name), &load->rand,
                                        batch->texts[at]),
    };
    if (event->deed == IC_DEMO_FOLLOW_UP && ic_rand_below(&load->rand, 64) == 0) {
        batch->messages[at].message_text = IC_STR(""); /* A picture. */
    }
    new_event->message = &batch->messages[at];
    new_event->is_first_contact = event->deed == IC_DEMO_FIRST_MESSAGE;
}

static void put_event(struct load *load, const struct ic_demo_event *event)
{
    struct batch *batch = load->batch;
    size_t at = batch->count;
    struct ic_new_event *new_event = &batch->events[at];
    *new_event = (struct ic_new_event){
        .event_type = type_of(event->deed),
        .created_at = event->created_at,
        .received_at = event->created_at + 200 + ic_rand_below(&load->rand, 1800),
        .opr_id = load->operator_ids[ic_demo_plan_actor(load->plan, event->actor)->operator_],
        .details = format_details(load, event, batch->details[at]),
    };
    batch->decisions[at] = event->deed == IC_DEMO_DECIDE ? event->decision : IC_DEMO_DECISIONS_COUNT;
    if (event->deed != IC_DEMO_DECIDE) {
        new_event->act_id = load->actor_ids[event->actor];
    }
    if (event->deed != IC_DEMO_END_ACTOR && event->deed != IC_DEMO_DECIDE) {
        batch->tar_usernames[at] = ic_demo_target_handle(ic_demo_plan_words(load->plan, event->target));
        new_event->tar_id = load->target_ids[event->target];
        new_event->tar_username = ic_handle_text(&batch->tar_usernames[at]);
    }
    if (event->deed == IC_DEMO_MOVE || event->deed == IC_DEMO_EXCLUDE) {
        new_event->status_before = ic_target_status_name(event->before);
        new_event->status_after = ic_target_status_name(event->after);
    }
    if (new_event->event_type == IC_EVENT_TYPE_OUTREACH) {
        put_message(load, event, new_event);
    }
    batch->count++;
}

/* Whom an event of the batch has excluded is suppressed by it. */
static enum ic_rc suppress(struct ic_store_tx *tx, const struct batch *batch, size_t at, struct ic_err *err)
{
    const struct ic_new_event *event = &batch->events[at];
    const struct ic_suppression suppression = {
        .tar_username = batch->tar_usernames[at],
        .exclusion = {true, {.hybrid_time = ic_hybrid_time_at(event->created_at)}},
        .opr_id = event->opr_id,
        .elg_id = batch->ids[at].elg_id,
        .changed_at = event->created_at,
    };
    return ic_store_suppression_put(tx, &suppression, err);
}

static enum ic_rc flush_events(struct ic_store_tx *tx, struct load *load, struct ic_err *err)
{
    struct batch *batch = load->batch;
    size_t count = batch->count;
    batch->count = 0;
    enum ic_rc rc = ic_store_events_insert(tx, batch->events, count, &load->rand, batch->ids, err);
    for (size_t i = 0; i < count && !rc; i++) {
        if (batch->events[i].event_type == IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE) {
            rc = suppress(tx, batch, i, err);
        } else if (batch->decisions[i] < IC_DEMO_DECISIONS_COUNT) {
            rc = ic_demo_decision_write(tx, load->options, batch->decisions[i], &load->team, &batch->ids[i].elg_id,
                                        batch->events[i].created_at, &load->rand, err);
        }
    }
    return rc;
}

static enum ic_rc out_of_memory(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the sample data.");
}

/* Runs the plan; with `tx` its events are written, without one they only happen. */
static enum ic_rc run_plan(struct ic_store_tx *tx, struct load *load, struct ic_err *err)
{
    ic_demo_plan_rewind(load->plan);
    for (;;) {
        struct ic_demo_event event;
        switch (ic_demo_plan_next(load->plan, &event)) {
        case IC_DEMO_STEP_END:
            return tx ? flush_events(tx, load, err) : IC_OK;
        case IC_DEMO_STEP_NOMEM:
            return out_of_memory(err);
        case IC_DEMO_STEP_EVENT:
            break;
        }
        if (tx) {
            put_event(load, &event);
            report(load);
            enum ic_rc rc = load->batch->count == BATCH_COUNT ? flush_events(tx, load, err) : IC_OK;
            if (rc) {
                return rc;
            }
        }
    }
}

/* ---- The load. ---- */

static enum ic_rc record(struct ic_store_tx *tx, const struct load *load, struct ic_err *err)
{
    struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_DEMO_LOADED};
    struct ic_audit_value value;
    ic_audit_value_begin(&value);
    ic_json_put_int64(&value.writer, "operators", load->options->operators);
    ic_json_put_int64(&value.writer, "actors", load->options->actors);
    ic_json_put_int64(&value.writer, "targets", load->options->targets);
    ic_json_put_int64(&value.writer, "events", load->options->events);
    enum ic_rc rc = ic_audit_value_end(&value, &deed.value_after, err);
    if (!rc) {
        rc = ic_audit_record(tx, load->asker, &deed, load->now, err);
    }
    ic_audit_value_release(&value);
    return rc;
}

static enum ic_rc run_load(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct load *load = context;
    load->done_count = 0;
    load->batch->count = 0;
    load->target_batch->count = 0;
    load->rand = ic_rand_seeded(&load->seed, ~load->options->seed - load->runs++);
    struct ic_totals totals;
    enum ic_rc rc = ic_store_totals_get(tx, &totals, err);
    if (!rc && (totals.actors > 0 || totals.targets > 0)) {
        rc = ic_err_set(err, IC_CODE_NOT_EMPTY, operation,
                        "The team has data already; sample data is for an empty one.");
    }
    if (!rc) {
        rc = ic_audit_seal_leave_out(tx, err);
    }
    /* Rows name what happens to them later: the plan runs once for that, and again for its events. */
    if (!rc) {
        rc = run_plan(NULL, load, err);
    }
    if (!rc) {
        rc = insert_reference(tx, load, err);
    }
    if (!rc) {
        rc = run_plan(tx, load, err);
    }
    return rc ? rc : record(tx, load, err);
}

static enum ic_rc check_range(const char *field, uint32_t value, uint32_t max, struct ic_err *err)
{
    if (value < 1 || value > max) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, field, "%s must be from 1 to %u.", field,
                                max);
    }
    return IC_OK;
}

enum ic_rc ic_demo_check(const struct ic_demo_options *options, struct ic_err *err)
{
    const struct {
        const char *field;
        uint32_t value;
        uint32_t max;
    } ranges[] = {
        {"operators", options->operators, IC_DEMO_OPERATORS_MAX},
        {"actors", options->actors, IC_DEMO_ACTORS_MAX},
        {"targets", options->targets, IC_DEMO_TARGETS_MAX},
        {"events", options->events, IC_DEMO_EVENTS_MAX},
        {"days", options->days, IC_DEMO_DAYS_MAX},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        enum ic_rc rc = check_range(ranges[i].field, ranges[i].value, ranges[i].max, err);
        if (rc) {
            return rc;
        }
    }
    const int64_t year_10000 = INT64_C(253402300800000);
    if (options->until < (int64_t)options->days * 86400000 || options->until >= year_10000) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "until",
                                "The data must lie between the years 1970 and 9999.");
    }
    return IC_OK;
}

enum ic_rc ic_demo_load(struct ic_store *store, const struct ic_asker *asker, int64_t now,
                        const struct ic_demo_options *options, const struct ic_demo_progress *progress,
                        struct ic_err *err)
{
    struct ic_err own = IC_ERR_NONE;
    struct load load = {.asker = asker, .now = now, .options = options, .progress = progress};
    enum ic_rc rc = ic_demo_check(options, err);
    if (rc) {
        return rc;
    }
    load.plan = ic_demo_plan_create(options);
    load.operator_ids = calloc(options->operators, sizeof *load.operator_ids);
    load.operator_names = calloc(options->operators, sizeof *load.operator_names);
    load.actor_ids = calloc(options->actors, sizeof *load.actor_ids);
    load.target_ids = calloc(options->targets, sizeof *load.target_ids);
    load.team = (struct ic_demo_team){.operator_ids = load.operator_ids, .actor_ids = load.actor_ids};
    load.batch = calloc(1, sizeof *load.batch);
    load.target_batch = calloc(1, sizeof *load.target_batch);
    if (load.plan && load.operator_ids && load.operator_names && load.actor_ids && load.target_ids && load.batch &&
        load.target_batch) {
        rc = ic_store_write(store, run_load, &load, &own);
    } else {
        rc = out_of_memory(&own);
    }
    if (rc && err && err->code == IC_CODE_OK) {
        *err = own;
    }
    ic_demo_plan_destroy(load.plan);
    free(load.operator_ids);
    free(load.operator_names);
    free(load.actor_ids);
    free(load.target_ids);
    free(load.batch);
    free(load.target_batch);
    return rc;
}

enum ic_rc ic_demo_fill(struct ic_service *service, const struct ic_asker *asker, struct ic_err *err)
{
    int64_t now = ic_clock_now_ms(&service->clock);
    const struct ic_demo_options options = ic_demo_small(now);
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_LOAD_DEMO, IC_WHOSE_THEIRS, err);
    return rc == IC_OK ? ic_demo_load(service->store, asker, now, &options, NULL, err) : rc;
}
