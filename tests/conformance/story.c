#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 16 };

static const char *const handles[STORY_HANDLES] = {"bistro", "cafe_norte", "taberna", "osteria"};
const char *const story_actors[STORY_ACTORS] = {"shop", "studio"};
const char *const story_texts[STORY_TEXTS] = {"Hello there", "  hello   THERE", "Good day", ""};

/* The statuses that count for a metric. */
static const struct {
    enum ic_target_status status;
    enum ic_goal_metric metric;
} stages[] = {{IC_TARGET_STATUS_REPLIED, IC_GOAL_METRIC_REPLIES_RECEIVED},
              {IC_TARGET_STATUS_WARM, IC_GOAL_METRIC_WARM_LEADS_GENERATED},
              {IC_TARGET_STATUS_BOOKED, IC_GOAL_METRIC_BOOKINGS_MADE},
              {IC_TARGET_STATUS_PAID, IC_GOAL_METRIC_PAYMENTS_RECEIVED}};

uint32_t story_draw(struct story *story, uint32_t bound)
{
    return ic_rand_below(&story->fixture->rand, bound);
}

int64_t story_draw_time(struct story *story)
{
    return 5000000 + story_draw(story, STORY_SPAN_MS / 1000) * INT64_C(1000);
}

struct ic_handle story_draw_actor(struct story *story)
{
    struct ic_handle handle;
    must(ic_handle_parse(ic_str_from(story_actors[story_draw(story, STORY_ACTORS)]), &handle), "a handle");
    return handle;
}

static void draw_messages(struct story *story)
{
    for (uint32_t i = 0; i < STORY_MESSAGES; i++) {
        const char *handle = handles[i < STORY_HANDLES ? i : story_draw(story, STORY_HANDLES)];
        const struct ic_id *opr_id = &story->operators[story_draw(story, STORY_OPERATORS)];
        story->outreach[i] = fixture_outreach(opr_id, handle, story_draw_time(story));
        story->outreach[i].act_username = story_draw_actor(story);
        story->outreach[i].message_text = ic_str_from(story_texts[story_draw(story, STORY_TEXTS)]);
    }
}

/* Targets are moved by people: as an actor or not, to any stage, and back. */
static void draw_moves(struct story *story, const struct ic_outreach_ids *ids)
{
    for (int i = 0; i < STORY_MOVES; i++) {
        uint32_t message = story_draw(story, STORY_MESSAGES), handle = story_draw(story, STORY_HANDLES);
        uint32_t stage = story_draw(story, sizeof stages / sizeof stages[0]);
        (void)snprintf(story->details[i], sizeof story->details[i], "to %u", stage);
        story->moves[i] = (struct ic_new_event){
            .event_type = IC_EVENT_TYPE_CHANGE_IN_TAR_INFO,
            .created_at = story_draw_time(story),
            .received_at = 9000000,
            .opr_id = story->outreach[message].opr_id,
            .tar_id = story->targets[handle],
            .tar_username = ic_str_from(handles[handle]),
            .details = ic_str_from(story->details[i]),
            .status_before = ic_target_status_name(IC_TARGET_STATUS_COLD_NO_REPLY),
            .status_after = ic_target_status_name(stages[stage].status),
        };
        if (story_draw(story, 2)) {
            story->moves[i].act_id = ids[message].act_id;
        }
    }
}

static enum ic_rc write_story(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct story *story = context;
    struct ic_outreach_ids ids[STORY_MESSAGES];
    struct ic_event_ids move_ids[STORY_MOVES];
    const struct ic_rand *rand = &story->fixture->rand;
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Second"), rand, &story->operators[1], err);
    draw_messages(story);
    for (int i = 0; i < STORY_MESSAGES && !rc; i += BATCH) {
        rc = ic_store_outreach_insert(tx, story->outreach + i, BATCH, rand, ids + i, err);
    }
    for (int i = 0; i < STORY_HANDLES; i++) {
        story->targets[i] = ids[i].tar_id;
    }
    if (!rc) {
        draw_moves(story, ids);
        rc = ic_store_events_insert(tx, story->moves, STORY_MOVES, rand, move_ids, err);
    }
    return rc;
}

struct reading {
    struct ic_log_query query;
    struct ic_arena *arena;
    struct ic_log_list list;
};

static enum ic_rc read_log(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_log_list(tx, &reading->query, reading->arena, &reading->list, err);
}

static bool had_come_so_far(const struct story *story, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (story->events[i].metric == story->events[index].metric &&
            ic_id_equal(&story->events[i].tar_id, &story->events[index].tar_id)) {
            return true;
        }
    }
    return false;
}

static void keep(struct story *story, size_t index, const struct ic_log_entry *entry)
{
    struct story_event *event = &story->events[index];
    bool is_message = entry->event_type == IC_EVENT_TYPE_OUTREACH;
    *event = (struct story_event){.at_ms = entry->created_at,
                                  .log_position = entry->log_position,
                                  .opr_id = entry->opr_id,
                                  .tar_id = entry->tar_id,
                                  .message_text = entry->message_preview};
    if (!is_message) {
        event->metric = stages[strtol(entry->details.data + strlen("to "), NULL, 10)].metric;
    }
    if (entry->act_username.size > 0) {
        must(ic_handle_parse(entry->act_username, &event->act_username), "a handle");
    }
    event->is_repeated = !is_message && had_come_so_far(story, index);
}

void story_tell(struct story *story, struct fixture *fixture)
{
    *story = (struct story){.fixture = fixture};
    story->operators[0] = fixture_owner(fixture->store);
    fixture_write(fixture->store, write_story, story);
    struct reading reading = {.query = {.limit = STORY_EVENTS + 1, .is_oldest_first = true}, .arena = fixture->arena};
    fixture_read(fixture->store, read_log, &reading);
    assert_int_equal(reading.list.count, STORY_EVENTS);
    for (size_t i = 0; i < STORY_EVENTS; i++) {
        keep(story, i, &reading.list.items[i]);
    }
}
