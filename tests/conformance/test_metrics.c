/* What the store counts of a metric is what a look at every event counts: of the team, an operator, an account and an
 * operator at an account, in any window. */
#include "claims.h"
#include "store/metrics.h"
#include "story.h"

#include <string.h>

enum { COUNTS = 400, QUARTER_MS = 900000 };

struct work {
    struct story story;
    enum ic_goal_metric metric;
    struct ic_metric_scope scope;
    int64_t from_ms, until_ms;
    int64_t count;
};

static enum ic_rc count(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_metric_count(tx, work->metric, &work->scope, work->from_ms, work->until_ms, &work->count, err);
}

static bool is_of_scope(const struct work *work, const struct story_event *event)
{
    const struct ic_metric_scope *scope = &work->scope;
    return (ic_id_is_empty(&scope->opr_id) || ic_id_equal(&scope->opr_id, &event->opr_id)) &&
           (scope->act_username.text[0] == '\0' || strcmp(scope->act_username.text, event->act_username.text) == 0);
}

static bool is_counted(const struct work *work, const struct story_event *event)
{
    bool is_of_profiles = work->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED;
    enum ic_goal_metric metric = is_of_profiles ? IC_GOAL_METRIC_TOTAL_MESSAGES_SENT : work->metric;
    return event->metric == metric && !event->is_repeated && event->at_ms >= work->from_ms &&
           event->at_ms < work->until_ms && is_of_scope(work, event);
}

static int64_t look(const struct work *work)
{
    int64_t found = 0;
    for (size_t i = 0; i < STORY_EVENTS; i++) {
        const struct story_event *event = &work->story.events[i];
        bool is_new = true;
        for (size_t j = 0; j < i && work->metric == IC_GOAL_METRIC_UNIQUE_PROFILES_CONTACTED; j++) {
            const struct story_event *earlier = &work->story.events[j];
            is_new = is_new && !(is_counted(work, earlier) && ic_id_equal(&earlier->tar_id, &event->tar_id));
        }
        found += is_counted(work, event) && is_new;
    }
    return found;
}

static void test_every_metric_is_what_a_look_at_every_event_counts(void **state)
{
    static struct work work;
    struct story *story = &work.story;
    story_tell(story, *state);
    int64_t seen[IC_GOAL_METRIC_COUNT] = {0};
    for (int i = 0; i < COUNTS; i++) {
        work.metric = (enum ic_goal_metric)story_draw(story, IC_GOAL_METRIC_COUNT);
        work.scope = (struct ic_metric_scope){.opr_id = {.text = ""}};
        if (story_draw(story, 2)) {
            work.scope.opr_id = story->operators[story_draw(story, STORY_OPERATORS)];
        }
        if (story_draw(story, 2)) {
            work.scope.act_username = story_draw_actor(story);
        }
        /* Windows begin and end with events: what lies on an edge is what goes wrong. */
        work.from_ms = story->events[story_draw(story, STORY_EVENTS)].at_ms;
        work.until_ms = story->events[story_draw(story, STORY_EVENTS)].at_ms;
        bool is_of_team = ic_id_is_empty(&work.scope.opr_id) && work.scope.act_username.text[0] == '\0';
        if (is_of_team && i % 2) { /* Whole quarters come of the roll-ups. */
            work.from_ms -= work.from_ms % QUARTER_MS;
            work.until_ms -= work.until_ms % QUARTER_MS;
        }
        fixture_read(story->fixture->store, count, &work);
        int64_t wanted = look(&work);
        if (work.count != wanted) {
            fail_msg("%s of %s at %s: %d, a look finds %d", ic_goal_metric_name(work.metric), work.scope.opr_id.text,
                     work.scope.act_username.text, (int)work.count, (int)wanted);
        }
        seen[work.metric] += wanted;
    }
    for (int metric = 0; metric < IC_GOAL_METRIC_COUNT; metric++) {
        assert_true(seen[metric] > 0);
    }
}

int run_metrics(void)
{
    const struct CMUnitTest tests[] = {
        claim(test_every_metric_is_what_a_look_at_every_event_counts, fixture_one),
    };
    return run_claims(tests);
}
