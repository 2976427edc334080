#include "service/replay.h"

#include "store/replay.h"
#include "store/team_settings.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "service.replay";

static const int64_t day_ms = 86400000;

/* Events of one kind, a chunk at a time. */
struct stream {
    struct ic_replay_range range;
    struct ic_replay_event *events;
    size_t count;
    size_t next;
    bool is_over;
};

enum side { NOTHING_BESIDE, REPLIES_BESIDE, REACHES_BESIDE };

struct warned {
    struct ic_id elg_id;
    int64_t log_position;
    struct ic_verdict_finding finding;
};

struct run {
    struct ic_service *service;
    struct ic_arena *arena;
    struct ic_rule_terms terms;
    struct ic_replay_people people;
    const struct ic_zone **zones; /* Of the people. */
    struct ic_team_settings settings;
    enum side side;
    struct stream messages;
    struct stream beside;
    struct ic_history *history;
    int64_t whole_since_ms;
    int64_t before_position; /* The page lies before it. */
    struct warned *ring;     /* The newest of the warned that lie there, one more than the page has. */
    size_t ring_room;
    size_t ring_count; /* All that there were. */
    struct ic_replay replay;
};

/* ---- Reading. ---- */

struct chunk_read {
    struct run *run;
    struct stream *stream;
};

static enum ic_replay_need need_of(const struct ic_rule_terms *terms)
{
    bool is_of_persons = terms->type == IC_RULE_TYPE_TARGET_SPACING || terms->type == IC_RULE_TYPE_AWAIT_REPLY ||
                         terms->type == IC_RULE_TYPE_OTHER_ACTOR;
    if (terms->type == IC_RULE_TYPE_REPEATED_TEXT) {
        return IC_REPLAY_NEEDS_TEXT;
    }
    return is_of_persons ? IC_REPLAY_NEEDS_PERSON : IC_REPLAY_NEEDS_TARGET;
}

static enum ic_rc run_chunk(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct chunk_read *read = context;
    struct stream *stream = read->stream;
    const struct run *run = read->run;
    if (stream == &run->messages) {
        return ic_store_replay_messages(tx, &stream->range, need_of(&run->terms), IC_REPLAY_CHUNK, stream->events,
                                        &stream->count, err);
    }
    return run->side == REPLIES_BESIDE
               ? ic_store_replay_replies(tx, &stream->range, IC_REPLAY_CHUNK, stream->events, &stream->count, err)
               : ic_store_replay_reaches(tx, &stream->range, run->terms.metric, IC_REPLAY_CHUNK, stream->events,
                                         &stream->count, err);
}

/* The next event of the stream without taking it; NULL: it is over. */
static enum ic_rc look(struct run *run, struct stream *stream, const struct ic_replay_event **ret_event,
                       struct ic_err *err)
{
    if (stream->next == stream->count && !stream->is_over) {
        struct chunk_read read = {run, stream};
        enum ic_rc rc = ic_store_read(run->service->store, run_chunk, &read, err);
        if (rc != IC_OK) {
            return rc;
        }
        stream->next = 0;
        stream->is_over = stream->count < IC_REPLAY_CHUNK;
        if (stream->count > 0) {
            stream->range.after_position = stream->events[stream->count - 1].log_position;
        }
    }
    *ret_event = stream->next < stream->count ? &stream->events[stream->next] : NULL;
    return IC_OK;
}

/* ---- Counting. ---- */

static size_t person_of(const struct run *run, const struct ic_id *opr_id)
{
    size_t low = 0, high = run->people.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(run->people.items[middle].opr_id.text, opr_id->text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < run->people.count && ic_id_equal(&run->people.items[low].opr_id, opr_id) ? low : run->people.count;
}

static struct ic_replay_day *day_of(struct ic_replay *replay, int64_t at_ms)
{
    size_t day = 0;
    while (day + 1 < replay->days_count && replay->days[day + 1].from <= at_ms) {
        day++;
    }
    return &replay->days[day];
}

static void count_operator(struct run *run, const struct ic_id *opr_id, size_t person)
{
    struct ic_replay *replay = &run->replay;
    size_t i = 0;
    while (i < replay->operators_count && !ic_id_equal(&replay->operators[i].opr_id, opr_id)) {
        i++;
    }
    if (i == replay->operators_count && i < IC_REPLAY_PEOPLE_MAX && person < run->people.count) {
        replay->operators[i].opr_id = *opr_id;
        replay->operators[i].opr_name = run->people.items[person].opr_name;
        replay->operators_count++;
    }
    if (i < replay->operators_count) {
        replay->operators[i].warnings++;
    }
}

static void count_actor(struct ic_replay *replay, const struct ic_handle *act_username)
{
    size_t i = 0;
    while (i < replay->actors_count && strcmp(replay->actors[i].act_username.text, act_username->text) != 0) {
        i++;
    }
    if (i == replay->actors_count && i < IC_REPLAY_PEOPLE_MAX) {
        replay->actors[i].act_username = *act_username;
        replay->actors_count++;
    }
    if (i < replay->actors_count) {
        replay->actors[i].warnings++;
    }
}

static void judge(struct run *run, const struct ic_replay_event *message)
{
    struct ic_replay *replay = &run->replay;
    const struct ic_history_event *event = &message->event;
    struct ic_replay_day *day = day_of(replay, event->at_ms);
    size_t person = person_of(run, &event->opr_id);
    const struct ic_verdict_act act = {
        .now_ms = event->at_ms,
        .opr_id = event->opr_id,
        .act_username = event->act_username,
        .tar_id = event->tar_id,
        .text_print = event->text_print,
        .zone = person < run->people.count ? run->zones[person] : &ic_zone_utc,
    };
    struct ic_verdict_question question;
    struct ic_verdict_answer answer = {0};
    replay->messages++;
    day->messages++;
    if (!ic_verdict_ask(&run->terms, &act, &question)) {
        return;
    }
    if (question.subject != IC_VERDICT_SUBJECT_NOTHING) {
        answer = ic_history_answer(run->history, &question);
    }
    const struct ic_verdict_finding finding =
        ic_verdict_judge(&run->terms, &act, &question, &answer, run->whole_since_ms);
    replay->judged++;
    replay->missing += finding.outcome == IC_VERDICT_OUTCOME_MISSING;
    if (finding.outcome != IC_VERDICT_OUTCOME_WARNED) {
        return;
    }
    replay->warnings++;
    day->warnings++;
    count_operator(run, &event->opr_id, person);
    count_actor(replay, &event->act_username);
    if (message->log_position < run->before_position) {
        run->ring[run->ring_count++ % run->ring_room] =
            (struct warned){message->elg_id, message->log_position, finding};
    }
}

/* ---- The walk. ---- */

/* Whether the rule may ever count it: what is only one operator's or one account's is not asked about others. */
static bool concerns(const struct run *run, const struct stream *stream, const struct ic_history_event *event)
{
    if (stream == &run->beside || run->terms.type == IC_RULE_TYPE_OTHER_ACTOR) {
        return true;
    }
    return run->terms.type != IC_RULE_TYPE_QUIET_HOURS &&
           ic_rule_applies(&run->terms, &event->opr_id, &event->act_username);
}

static enum ic_rc take(struct run *run, struct stream *stream, const struct ic_replay_event *event, struct ic_err *err)
{
    if (stream == &run->messages && event->event.at_ms >= run->replay.from) {
        judge(run, event);
    }
    stream->next++;
    return concerns(run, stream, &event->event) ? ic_history_add(run->history, &event->event, err) : IC_OK;
}

static enum ic_rc walk(struct run *run, struct ic_err *err)
{
    for (;;) {
        const struct ic_replay_event *message = NULL, *beside = NULL;
        enum ic_rc rc = look(run, &run->messages, &message, err);
        if (rc == IC_OK && run->side != NOTHING_BESIDE) {
            rc = look(run, &run->beside, &beside, err);
        }
        if (rc != IC_OK || !message) {
            return rc; /* What comes behind the last message is nothing to it. */
        }
        bool is_beside = beside && beside->log_position < message->log_position;
        rc = is_beside ? take(run, &run->beside, beside, err) : take(run, &run->messages, message, err);
        if (rc != IC_OK) {
            return rc;
        }
    }
}

/* ---- Before and behind it. ---- */

static enum side side_of(const struct ic_rule_terms *terms)
{
    bool is_of_messages = !ic_rule_type_has_metric(terms->type) ||
                          terms->metric == IC_GOAL_METRIC_TOTAL_MESSAGES_SENT ||
                          terms->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED;
    if (terms->type == IC_RULE_TYPE_AWAIT_REPLY) {
        return REPLIES_BESIDE;
    }
    return is_of_messages ? NOTHING_BESIDE : REACHES_BESIDE;
}

/* A zone by its name; UTC where there is none of that name. */
static const struct ic_zone *zone_of(struct ic_service *service, struct ic_str name)
{
    const struct ic_zone *zone;
    enum ic_rc rc = ic_zones_get(&service->zones, name, IC_CODE_INVALID_FIELD, "/time_zone", &zone, NULL);
    return rc == IC_OK ? zone : &ic_zone_utc;
}

static enum ic_rc run_begin(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct run *run = context;
    bool is_shorter = false;
    enum ic_rc rc = ic_store_replay_people(tx, IC_REPLAY_PEOPLE_MAX, run->arena, &run->people, err);
    if (rc == IC_OK) {
        rc = ic_store_team_settings_get(tx, run->arena, &run->settings, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_replay_shorten(tx, &run->messages.range, IC_REPLAY_MESSAGES_MAX, &is_shorter, err);
    }
    if (rc == IC_OK && is_shorter) {
        run->whole_since_ms = (run->messages.range.after_position >> IC_STORE_POSITION_BITS) + 1;
    }
    run->beside.range = run->messages.range;
    return rc;
}

static void begin_days(struct run *run)
{
    int64_t starts[IC_REPLAY_DAYS_MAX];
    struct ic_replay *replay = &run->replay;
    size_t count = ic_zone_buckets(zone_of(run->service, run->settings.time_zone), IC_ZONE_DAY, replay->from,
                                   replay->until, starts, IC_REPLAY_DAYS_MAX);
    replay->days_count = count < IC_REPLAY_DAYS_MAX ? count : IC_REPLAY_DAYS_MAX;
    for (size_t i = 0; i < replay->days_count; i++) {
        replay->days[i] = (struct ic_replay_day){.from = starts[i]};
    }
    replay->time_zone = run->settings.time_zone;
}

static enum ic_rc begin(struct run *run, int64_t now, size_t limit, struct ic_err *err)
{
    struct ic_replay *replay = &run->replay;
    int64_t look_from = now - IC_REPLAY_DAYS * day_ms - run->terms.time_window_sec * 1000;
    replay->from = now - IC_REPLAY_DAYS * day_ms;
    replay->until = now;
    run->whole_since_ms = INT64_MIN;
    run->side = side_of(&run->terms);
    run->ring_room = limit + 1;
    run->messages.range = (struct ic_replay_range){look_from > 0 ? (look_from << IC_STORE_POSITION_BITS) - 1 : -1,
                                                   now << IC_STORE_POSITION_BITS};
    run->messages.events = ic_arena_alloc_array(run->arena, IC_REPLAY_CHUNK, sizeof *run->messages.events);
    run->beside.events = ic_arena_alloc_array(run->arena, IC_REPLAY_CHUNK, sizeof *run->beside.events);
    run->ring = ic_arena_alloc_array(run->arena, run->ring_room, sizeof *run->ring);
    replay->operators = ic_arena_alloc_array(run->arena, IC_REPLAY_PEOPLE_MAX, sizeof *replay->operators);
    replay->actors = ic_arena_alloc_array(run->arena, IC_REPLAY_PEOPLE_MAX, sizeof *replay->actors);
    replay->items = ic_arena_alloc_array(run->arena, run->ring_room, sizeof *replay->items);
    if (!run->messages.events || !run->beside.events || !run->ring || !replay->operators || !replay->actors ||
        !replay->items) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = ic_store_read(run->service->store, run_begin, run, err);
    if (rc != IC_OK) {
        return rc;
    }
    run->zones = ic_arena_alloc_array(run->arena, run->people.count + 1, sizeof(const struct ic_zone *));
    if (!run->zones) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; i < run->people.count; i++) {
        run->zones[i] = zone_of(run->service, run->people.items[i].time_zone);
    }
    begin_days(run);
    return IC_OK;
}

static int by_operators_warnings(const void *left, const void *right)
{
    const struct ic_replay_operator *a = left, *b = right;
    return a->warnings != b->warnings ? (a->warnings > b->warnings ? -1 : 1) : strcmp(a->opr_id.text, b->opr_id.text);
}

static int by_actors_warnings(const void *left, const void *right)
{
    const struct ic_replay_actor *a = left, *b = right;
    return a->warnings != b->warnings ? (a->warnings > b->warnings ? -1 : 1)
                                      : strcmp(a->act_username.text, b->act_username.text);
}

static enum ic_rc run_items(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct run *run = context;
    size_t limit = run->ring_room - 1;
    size_t count = run->ring_count < limit ? run->ring_count : limit;
    run->replay.items_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct warned *warned = &run->ring[(run->ring_count - 1 - i) % run->ring_room];
        struct ic_replay_item *item = &run->replay.items[i];
        struct ic_str text;
        enum ic_rc rc = ic_store_log_get(tx, &warned->elg_id, run->arena, &item->entry, &text, err);
        if (rc != IC_OK) {
            return rc;
        }
        item->counted = warned->finding.counted;
        item->wait_sec = warned->finding.wait_sec;
        run->replay.items_count++;
    }
    return IC_OK;
}

static enum ic_rc hash_question(const struct ic_rule_terms *terms, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "replay");
    ic_list_question_put_int64(&question, (int64_t)terms->type);
    ic_list_question_put_int64(&question, (int64_t)terms->metric);
    ic_list_question_put_int64(&question, terms->limit_value);
    ic_list_question_put_int64(&question, terms->time_window_sec);
    ic_list_question_put_int64(&question, terms->quiet_from_minute);
    ic_list_question_put_int64(&question, terms->quiet_to_minute);
    ic_list_question_put_int64(&question, terms->quiet_zone != NULL);
    ic_list_question_put_text(&question, ic_id_text(&terms->assigned_to_opr));
    ic_list_question_put_text(&question, ic_handle_text(&terms->act_username));
    return ic_list_question_end(&question, ret_hash, err);
}

static void finish(struct run *run, const struct ic_hash *question)
{
    struct ic_replay *replay = &run->replay;
    if (replay->operators_count > 0) {
        qsort(replay->operators, replay->operators_count, sizeof *replay->operators, by_operators_warnings);
    }
    if (replay->actors_count > 0) {
        qsort(replay->actors, replay->actors_count, sizeof *replay->actors, by_actors_warnings);
    }
    if (run->ring_count >= run->ring_room) {
        size_t last = (run->ring_count - (run->ring_room - 1)) % run->ring_room;
        const struct ic_list_place place = {.number = run->ring[last].log_position};
        ic_list_cursor_write(question, &place, &replay->next);
    }
}

static enum ic_rc replay_terms(struct run *run, size_t limit, struct ic_str after, struct ic_replay *ret_replay,
                               struct ic_err *err)
{
    struct ic_list_place place = {.number = INT64_MAX};
    struct ic_hash question;
    enum ic_rc rc = hash_question(&run->terms, &question, err);
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        run->before_position = place.number;
        rc = begin(run, ic_clock_now_ms(&run->service->clock), limit, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    run->history = ic_history_create(&run->terms, 1);
    if (!run->history) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a history.");
    }
    rc = walk(run, err);
    ic_history_destroy(run->history);
    (void)malloc_trim(0); /* Else a worker's heap keeps for ever what one replay needed. */
    if (rc == IC_OK) {
        rc = ic_store_read(run->service->store, run_items, run, err);
    }
    if (rc == IC_OK) {
        finish(run, &question);
        *ret_replay = run->replay;
    }
    return rc;
}

/* ---- What is replayed. ---- */

struct terms_read {
    struct ic_service *service;
    const struct ic_id *proposal_id; /* NULL: a draft. */
    const struct ic_rule *rule;
    struct ic_arena *arena;
    struct ic_rule_terms terms;
};

static enum ic_rc run_terms(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct terms_read *read = context;
    struct ic_proposal proposal;
    struct ic_agreed agreed = {.is_rule = true};
    enum ic_rc rc = IC_OK;
    if (read->proposal_id) {
        rc = ic_store_proposal_get(tx, read->proposal_id, read->arena, &proposal, err);
        if (rc == IC_OK && ic_id_is_empty(&proposal.rule_id)) {
            rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "The proposal is not about a rule.");
        }
        if (rc == IC_OK) {
            rc = ic_agreed_get(tx, &proposal.rule_id, read->arena, &agreed, err);
        }
    } else {
        agreed.rule = *read->rule;
    }
    return rc == IC_OK ? ic_rule_check(tx, read->service, &agreed.rule, &read->terms, err) : rc;
}

static enum ic_rc replay(struct terms_read *read, size_t limit, struct ic_str after, struct ic_replay *ret_replay,
                         struct ic_err *err)
{
    struct run *run = ic_arena_alloc(read->arena, sizeof *run);
    if (!run) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = ic_store_read(read->service->store, run_terms, read, err);
    if (rc != IC_OK) {
        return rc;
    }
    *run = (struct run){.service = read->service, .arena = read->arena, .terms = read->terms};
    if (atomic_fetch_add(&read->service->replays, 1) >= IC_REPLAYS_MAX) {
        (void)ic_err_set(err, IC_CODE_BUSY, operation, "Other rules are replayed just now; try again.");
        rc = ic_err_set_wait(err, 1);
    } else {
        rc = replay_terms(run, limit, after, ret_replay, err);
    }
    atomic_fetch_sub(&read->service->replays, 1);
    return rc;
}

enum ic_rc ic_replay_proposal(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *proposal_id,
                              size_t limit, struct ic_str after, struct ic_arena *arena, struct ic_replay *ret_replay,
                              struct ic_err *err)
{
    struct terms_read read = {.service = service, .proposal_id = proposal_id, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    return rc == IC_OK ? replay(&read, limit, after, ret_replay, err) : rc;
}

enum ic_rc ic_replay_draft(struct ic_service *service, const struct ic_asker *asker,
                           const struct ic_proposal_wish *wish, size_t limit, struct ic_str after,
                           struct ic_arena *arena, struct ic_replay *ret_replay, struct ic_err *err)
{
    struct ic_proposal_wish cleaned;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_PROPOSE, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_proposal_wish_clean(wish, &cleaned, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct terms_read read = {.service = service, .rule = &cleaned.agreed.rule, .arena = arena};
    return replay(&read, limit, after, ret_replay, err);
}
