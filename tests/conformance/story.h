/* A random log of a few people, for tests that compare what the store counts with a look at every event: messages of
 * two operators from shared accounts to a few targets, and moves of those targets to stages, with some events of one
 * instant.
 *
 * Memory: the caller's; texts are constant or the story's. Threads: the test's. */
#ifndef IC_TESTS_CONFORMANCE_STORY_H
#define IC_TESTS_CONFORMANCE_STORY_H

#include "fixture.h"

enum {
    STORY_MESSAGES = 160,
    STORY_MOVES = 60,
    STORY_EVENTS = STORY_MESSAGES + STORY_MOVES,
    STORY_HANDLES = 4,
    STORY_ACTORS = 2,
    STORY_TEXTS = 4,
    STORY_OPERATORS = 2,
    STORY_SPAN_MS = 400000,
};

extern const char *const story_actors[STORY_ACTORS];
extern const char *const story_texts[STORY_TEXTS]; /* The first two are the same words; the last has none. */

/* What happened, as the log tells it. */
struct story_event {
    int64_t at_ms;
    int64_t log_position;
    enum ic_goal_metric metric; /* A message is a Total Message Sent. */
    struct ic_id opr_id;
    struct ic_handle act_username; /* Empty: without an actor. */
    struct ic_id tar_id;
    struct ic_str message_text;
    bool is_repeated; /* A target had come that far before. */
};

struct story {
    struct fixture *fixture;
    struct ic_id operators[STORY_OPERATORS];
    struct ic_id targets[STORY_HANDLES];
    struct story_event events[STORY_EVENTS]; /* Oldest first. */
    /* As it is written. */
    struct ic_outreach outreach[STORY_MESSAGES];
    struct ic_new_event moves[STORY_MOVES];
    char details[STORY_MOVES][32];
};

/* A number below `bound`, from the fixture's seed. */
uint32_t story_draw(struct story *story, uint32_t bound);

/* An instant of the story's span, in whole seconds. */
int64_t story_draw_time(struct story *story);

/* One of the accounts. */
struct ic_handle story_draw_actor(struct story *story);

/* Writes a story and reads it back. */
void story_tell(struct story *story, struct fixture *fixture);

#endif
