#include "service/pull.h"

#include "service/asker.h"
#include "service/pull_part.h"
#include "store/events.h"

static const char operation[] = "service.pull";

struct pull_read {
    const struct ic_pull *pull;
    struct ic_arena *arena;
    int64_t now;
    struct ic_place place; /* Where the page begins; moves to where the next one does. */
    bool has_place;        /* The desktop named one that can be read. */
    struct ic_feed_mark end;
    struct ic_pull_page page;
};

static struct ic_place_mark mark_of(const struct ic_feed_mark *mark)
{
    return (struct ic_place_mark){.cursor = mark->cursor, .changed_at = mark->changed_at, .elg_id = mark->elg_id};
}

static bool is_same(const struct ic_place_mark *known, const struct ic_feed_mark *found)
{
    return known->cursor == found->cursor && known->changed_at == found->changed_at &&
           ic_id_equal(&known->elg_id, &found->elg_id);
}

/* What a place is good for. */
enum verdict {
    PLACE_HOLDS,
    PLACE_IS_TOO_OLD, /* The feed does not reach back to it. */
    PLACE_IS_LOST,    /* The feed is another than the one that it is a place in. */
};

/* Whether the event is none that the server has. */
static enum ic_rc find_lost(struct ic_store_tx *tx, const struct ic_id *elg_id, bool *ret_is_lost, struct ic_err *err)
{
    bool is_known = true;
    enum ic_rc rc = ic_id_is_empty(elg_id) ? IC_OK : ic_store_event_is_known(tx, elg_id, &is_known, err);
    *ret_is_lost = !is_known;
    return rc;
}

/* Looks at the feed where the place's mark is. Events are never deleted: one that is not there was lost. */
static enum ic_rc judge_mark(struct ic_store_tx *tx, const struct pull_read *read, enum verdict *ret_verdict,
                             struct ic_err *err)
{
    const struct ic_place *place = &read->place;
    struct ic_feed_mark found;
    int64_t begin;
    bool is_lost = false;
    enum ic_rc rc = ic_store_feed_find(tx, place->mark.cursor, &found, err);
    if (!rc) {
        rc = ic_store_feed_begin(tx, &begin, err);
    }
    if (!rc && found.cursor == 0) {
        rc = find_lost(tx, &place->mark.elg_id, &is_lost, err);
    }
    if (rc) {
        return rc;
    }
    bool was_empty = place->mark.cursor == 0;
    is_lost = is_lost || place->mark.cursor > read->end.cursor || (found.cursor != 0 && !is_same(&place->mark, &found));
    bool is_too_old = place->cursor + 1 < begin || (found.cursor == 0 && !was_empty);
    *ret_verdict = is_lost ? PLACE_IS_LOST : is_too_old ? PLACE_IS_TOO_OLD : PLACE_HOLDS;
    return IC_OK;
}

static enum ic_rc judge(struct ic_store_tx *tx, const struct pull_read *read, enum verdict *ret_verdict,
                        struct ic_err *err)
{
    const struct ic_id *seen = &read->pull->seen;
    bool is_lost = false;
    enum ic_rc rc = IC_OK;
    /* Most desktops have seen the end, and ask whether there is more. */
    if (!ic_id_equal(seen, &read->end.elg_id)) {
        rc = find_lost(tx, seen, &is_lost, err);
    }
    *ret_verdict = is_lost ? PLACE_IS_LOST : PLACE_HOLDS;
    bool is_at_end = read->place.cursor == read->end.cursor && is_same(&read->place.mark, &read->end);
    if (rc || is_lost || !read->has_place || is_at_end) {
        return rc;
    }
    return judge_mark(tx, read, ret_verdict, err);
}

static enum ic_rc tell_progress(struct ic_store_tx *tx, struct pull_read *read, struct ic_err *err)
{
    struct ic_totals totals;
    enum ic_rc rc = ic_store_totals_get(tx, &totals, err);
    if (!rc) {
        read->page.has_progress = true;
        bool has_all = read->place.phase == IC_PULL_PHASE_FEED || read->place.part > IC_PLACE_TARGETS;
        read->page.done = has_all ? totals.targets : read->place.done;
        read->page.total = totals.targets > read->page.done ? totals.targets : read->page.done;
    }
    return rc;
}

static void take_rows(struct ic_pull_page *page, const struct ic_replica *replica)
{
    page->suppressions = replica->suppressions;
    page->suppressions_count = replica->suppressions_count;
    page->operators = replica->operators;
    page->operators_count = replica->operators_count;
    page->actors = replica->actors;
    page->actors_count = replica->actors_count;
    page->targets = replica->targets;
    page->targets_count = replica->targets_count;
    page->aliases = replica->aliases;
    page->aliases_count = replica->aliases_count;
    page->outreach = replica->outreach;
    page->outreach_count = replica->outreach_count;
    page->goals = replica->goals;
    page->goals_count = replica->goals_count;
    page->rules = replica->rules;
    page->rules_count = replica->rules_count;
    page->hybrid_time = replica->hybrid_time;
}

static enum ic_rc fill(struct ic_store_tx *tx, struct pull_read *read, struct ic_err *err)
{
    struct ic_pull_part part;
    int64_t outreach_since = (read->now - IC_LIMIT_RECENT_OUTREACH_MS) * (INT64_C(1) << IC_STORE_POSITION_BITS);
    bool is_snapshot = read->place.phase == IC_PULL_PHASE_SNAPSHOT;
    enum ic_rc rc = ic_pull_part_init(&part, read->pull->limit, read->arena, err);
    part.with_goals_and_rules = read->page.has_goals_and_rules;
    if (!rc && is_snapshot) {
        rc = ic_pull_part_fill_snapshot(&part, tx, &read->place, outreach_since > 0 ? outreach_since : 0, err);
    } else if (!rc) {
        rc = ic_pull_part_fill_feed(&part, tx, &read->place, err);
    }
    take_rows(&read->page, &part.replica);
    return !rc && is_snapshot ? tell_progress(tx, read, err) : rc;
}

/* A replica that lacks what the desktop asks for is given it as the end of a snapshot that began where the place is in
 * the feed; one that the desktop does not ask for any more is followed without it, and lacks it from then on. */
static void turn(struct ic_place *place, bool with_goals_and_rules)
{
    bool is_feed = place->phase == IC_PULL_PHASE_FEED;
    bool is_at_them = !is_feed && (place->part == IC_PLACE_GOALS || place->part == IC_PLACE_RULES);
    if (is_feed && with_goals_and_rules && !place->has_goals_and_rules) {
        *place = (struct ic_place){.phase = IC_PULL_PHASE_SNAPSHOT, .cursor = place->cursor, .part = IC_PLACE_GOALS};
    } else if (is_feed) {
        place->has_goals_and_rules = with_goals_and_rules;
    } else if (is_at_them && !with_goals_and_rules) {
        *place = (struct ic_place){.phase = IC_PULL_PHASE_FEED, .cursor = place->cursor};
    }
}

static enum ic_rc run_read(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct pull_read *read = context;
    enum verdict verdict = PLACE_HOLDS;
    enum ic_rc rc = ic_store_feed_end(tx, &read->end, err);
    if (!rc) {
        rc = judge(tx, read, &verdict, err);
    }
    if (rc) {
        return rc;
    }
    bool begins_anew = !read->has_place || verdict != PLACE_HOLDS;
    read->page.is_reset = begins_anew && read->pull->after.size > 0;
    read->page.has_lost_past = verdict == PLACE_IS_LOST;
    if (begins_anew) {
        read->place = (struct ic_place){.phase = IC_PULL_PHASE_SNAPSHOT, .cursor = read->end.cursor};
    }
    turn(&read->place, read->page.has_goals_and_rules);
    read->page.phase = read->place.phase;
    /* What is told is of now, whatever change it is told for: the desktop has seen the end. */
    read->place.mark = mark_of(&read->end);
    bool has_news = read->place.phase == IC_PULL_PHASE_SNAPSHOT || read->place.cursor < read->end.cursor;
    return has_news ? fill(tx, read, err) : IC_OK;
}

enum ic_rc ic_pull_read(struct ic_service *service, const struct ic_pull *pull, struct ic_arena *arena,
                        struct ic_pull_page *ret_page, struct ic_err *err)
{
    struct pull_read read = {.pull = pull, .arena = arena, .now = ic_clock_now_ms(&service->clock)};
    struct ic_place_text next;
    read.page.has_goals_and_rules = ic_features_have(pull->features, IC_SYNC_FEATURE_GOALS_AND_RULES);
    read.has_place = pull->after.size > 0 && ic_place_read(pull->after, &read.place);
    const struct ic_asker asker = ic_asker_by_device(pull->device);
    enum ic_rc rc = ic_can_check(&asker, IC_ACTION_PULL, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_read, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    read.page.has_more = read.place.phase == IC_PULL_PHASE_SNAPSHOT || read.place.cursor < read.end.cursor;
    read.page.server_time = read.now;
    read.page.features = ic_features_all();
    ic_place_write(&read.place, &next);
    if (!ic_arena_copy(arena, ic_str_from(next.text), &read.page.next)) {
        return ic_arena_failed(operation, err);
    }
    ic_presence_note(service, pull->device, !read.page.has_more, pull->agent_version);
    *ret_page = read.page;
    return IC_OK;
}
