#include "service/pull_part.h"

#include <assert.h>
#include <string.h>

static const char operation[] = "service.pull.feed";

/* Changes that are looked up together: as many as a list of keys has places, so that each kind takes one statement. */
enum { BLOCK_MAX = IC_REPLICA_KEYS_MAX };

/* What each change of a block may add to a page beside handles, when every one touches a target of its own. */
enum {
    CHANGE_BYTES_MAX = IC_PULLED_TARGET_BYTES_MAX + IC_PULLED_OPERATOR_BYTES_MAX + IC_PULLED_GOAL_BYTES_MAX +
                       IC_PULLED_RULE_BYTES_MAX + 2 * IC_PULLED_SMALL_BYTES_MAX,
};

/* Ids of one kind whose rows are in the page, or are to be looked up next. A page has few: they are found by going
 * through a table with twice as many places as there can be. */
enum { PLACES = 4096 };
static_assert(PLACES >= 2 * IC_REPLICA_ROWS_MAX && (PLACES & (PLACES - 1)) == 0, "half of the places stay empty");

struct id_set {
    struct ic_id *places;
    struct ic_id wanted[BLOCK_MAX];
    size_t wanted_count;
};

/* Events of a block. */
struct events {
    struct ic_id ids[BLOCK_MAX];
    size_t count;
};

struct touched {
    struct id_set operators;
    struct id_set actors;
    struct id_set targets;
    struct events of_handles; /* That may have changed suppressions and aliases. */
    struct events of_people;  /* That may have changed a goal or a rule. */
};

static enum ic_rc init_set(struct id_set *set, struct ic_arena *arena, struct ic_err *err)
{
    *set = (struct id_set){.places = ic_arena_alloc_array(arena, PLACES, sizeof *set->places)};
    return set->places ? IC_OK : ic_arena_failed(operation, err);
}

/* FNV-1a: ids are random, and nobody outside chooses them. */
static size_t place_of(const struct ic_id *id)
{
    uint32_t hash = 2166136261U;
    for (const char *at = id->text; *at; at++) {
        hash = (hash ^ (unsigned char)*at) * 16777619U;
    }
    return hash & (PLACES - 1);
}

/* Wants the row of the id, unless the page has it or it is wanted already. */
static void want(struct id_set *set, const struct ic_id *id)
{
    if (ic_id_is_empty(id)) {
        return;
    }
    size_t at = place_of(id);
    while (!ic_id_is_empty(&set->places[at])) {
        if (ic_id_equal(&set->places[at], id)) {
            return;
        }
        at = (at + 1) & (PLACES - 1);
    }
    assert(set->wanted_count < BLOCK_MAX);
    set->places[at] = *id;
    set->wanted[set->wanted_count++] = *id;
}

/* Only what is done to a target changes who is suppressed, and handles. */
static bool may_change_handles(const struct ic_feed_change *change)
{
    return change->is_event && (change->event_type == IC_EVENT_TYPE_CHANGE_IN_TAR_INFO ||
                                change->event_type == IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE);
}

/* Goals and rules are proposed, adopted and archived by people, or by the system in their name. */
static bool may_change_goals_and_rules(const struct ic_feed_change *change)
{
    return change->is_event && (change->event_type == IC_EVENT_TYPE_USER || change->event_type == IC_EVENT_TYPE_SYSTEM);
}

static void note_event(struct events *events, const struct ic_feed_change *change)
{
    events->ids[events->count++] = change->elg_id;
}

/* Adds what events have done to handles; false in `ret_is_whole` when the page has no room for it. */
static enum ic_rc add_handles(struct ic_pull_part *part, struct ic_store_tx *tx, const struct events *events,
                              bool *ret_is_whole, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t suppressions_from = replica->suppressions_count, aliases_from = replica->aliases_count;
    bool has_aliases = true;
    *ret_is_whole = true;
    if (events->count == 0) {
        return IC_OK;
    }
    enum ic_rc rc = ic_store_suppressions_of(tx, events->ids, events->count, part->limit - suppressions_from, replica,
                                             ret_is_whole, err);
    if (!rc) {
        rc =
            ic_store_aliases_of(tx, events->ids, events->count, part->limit - aliases_from, replica, &has_aliases, err);
    }
    for (size_t i = suppressions_from; i < replica->suppressions_count; i++) {
        part->bytes += ic_pulled_suppression_bytes(&replica->suppressions[i]);
    }
    part->bytes += (replica->aliases_count - aliases_from) * IC_PULLED_SMALL_BYTES_MAX;
    *ret_is_whole = *ret_is_whole && has_aliases && part->bytes <= IC_PULL_ROWS_BYTES_MAX;
    return rc;
}

static enum ic_rc add_operators(struct ic_pull_part *part, struct ic_store_tx *tx, struct id_set *set,
                                struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->operators_count;
    enum ic_rc rc =
        set->wanted_count > 0 ? ic_store_operators_of(tx, set->wanted, set->wanted_count, replica, err) : IC_OK;
    for (size_t i = from; i < replica->operators_count; i++) {
        part->bytes += ic_pulled_operator_bytes(&replica->operators[i]);
    }
    set->wanted_count = 0;
    return rc;
}

static enum ic_rc add_actors(struct ic_pull_part *part, struct ic_store_tx *tx, struct id_set *set, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->actors_count;
    enum ic_rc rc =
        set->wanted_count > 0 ? ic_store_actors_of(tx, set->wanted, set->wanted_count, replica, err) : IC_OK;
    part->bytes += (replica->actors_count - from) * IC_PULLED_SMALL_BYTES_MAX;
    set->wanted_count = 0;
    return rc;
}

static enum ic_rc add_targets(struct ic_pull_part *part, struct ic_store_tx *tx, struct id_set *set, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->targets_count;
    enum ic_rc rc =
        set->wanted_count > 0 ? ic_store_targets_of(tx, set->wanted, set->wanted_count, replica, err) : IC_OK;
    for (size_t i = from; i < replica->targets_count; i++) {
        part->bytes += ic_pulled_target_bytes(&replica->targets[i]);
    }
    set->wanted_count = 0;
    return rc;
}

static void add_outreach(struct ic_pull_part *part, const struct ic_feed_change *change)
{
    struct ic_replica *replica = &part->replica;
    if (change->is_event && change->event_type == IC_EVENT_TYPE_OUTREACH) {
        replica->outreach[replica->outreach_count++] = (struct ic_pulled_outreach){
            .elg_id = change->elg_id,
            .opr_id = change->opr_id,
            .act_id = change->act_id,
            .tar_id = change->tar_id,
            .created_at = change->created_at,
        };
        part->bytes += IC_PULLED_SMALL_BYTES_MAX;
    }
}

/* Takes back what a block has added to the handles, so that a smaller one can be tried. */
struct handles_mark {
    size_t suppressions_count;
    size_t aliases_count;
    size_t bytes;
};

/* Adds the handles of as many of the next changes as there is room for, and tells how many; 0 when there is none for
 * the next one. */
static enum ic_rc fit_block(struct ic_pull_part *part, struct ic_store_tx *tx, struct touched *touched,
                            const struct ic_feed_changes *changes, size_t from, size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    const struct handles_mark mark = {replica->suppressions_count, replica->aliases_count, part->bytes};
    size_t count = (IC_PULL_ROWS_BYTES_MAX - part->bytes) / CHANGE_BYTES_MAX;
    count = count < BLOCK_MAX ? count : BLOCK_MAX;
    count = count < changes->count - from ? count : changes->count - from;
    for (; count > 0; count /= 2) {
        bool is_whole;
        touched->of_handles.count = 0;
        for (size_t i = from; i < from + count; i++) {
            if (may_change_handles(&changes->items[i])) {
                note_event(&touched->of_handles, &changes->items[i]);
            }
        }
        enum ic_rc rc = add_handles(part, tx, &touched->of_handles, &is_whole, err);
        if (rc) {
            return rc;
        }
        if (is_whole && part->bytes + count * CHANGE_BYTES_MAX <= IC_PULL_ROWS_BYTES_MAX) {
            break;
        }
        replica->suppressions_count = mark.suppressions_count;
        replica->aliases_count = mark.aliases_count;
        part->bytes = mark.bytes;
    }
    *ret_count = count;
    return IC_OK;
}

/* How many more rows there is room for, when each may take so many bytes. */
static size_t room_for(const struct ic_pull_part *part, size_t count, size_t row_bytes_max)
{
    size_t fitting = (IC_PULL_ROWS_BYTES_MAX - part->bytes) / row_bytes_max;
    return fitting < part->limit - count ? fitting : part->limit - count;
}

/* The place is within the change behind its cursor. */
static bool is_within_change(const struct ic_place *place)
{
    return place->part == IC_PLACE_ALIASES || place->behind_handle.text[0];
}

/* Adds the next suppressions of one change; the place goes on to its aliases behind the last. */
static enum ic_rc add_suppressions_of_one(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                                          const struct ic_feed_change *change, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->suppressions_count;
    size_t room = room_for(part, from, IC_PULLED_SUPPRESSION_BYTES_MAX);
    enum ic_rc rc = ic_store_suppressions_of_one(tx, &change->elg_id, &place->behind_handle, room, replica, err);
    for (size_t i = from; i < replica->suppressions_count && !rc; i++) {
        part->bytes += ic_pulled_suppression_bytes(&replica->suppressions[i]);
        place->behind_handle = replica->suppressions[i].tar_username;
    }
    if (!rc && replica->suppressions_count - from < room) {
        place->part = IC_PLACE_ALIASES;
        place->behind_handle = (struct ic_handle){0};
    }
    return rc;
}

/* As that; `ret_is_whole` tells whether there are no more, and the rest of the change has room. */
static enum ic_rc add_aliases_of_one(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                                     const struct ic_feed_change *change, bool *ret_is_whole, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->aliases_count;
    size_t room = room_for(part, from, IC_PULLED_SMALL_BYTES_MAX);
    enum ic_rc rc = ic_store_aliases_of_one(tx, &change->elg_id, &place->behind_handle, room, replica, err);
    size_t added = replica->aliases_count - from;
    if (!rc && added > 0) {
        part->bytes += added * IC_PULLED_SMALL_BYTES_MAX;
        place->behind_handle = replica->aliases[replica->aliases_count - 1].alias_username;
    }
    *ret_is_whole = added < room && part->bytes + CHANGE_BYTES_MAX <= IC_PULL_ROWS_BYTES_MAX;
    return rc;
}

/* Adds a piece of the handles of one change that has no room in a page of its own, at the beginning of a page;
 * `ret_count` is 1 when it was the last one, and 0 when the place is within the change. */
static enum ic_rc add_piece(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                            const struct ic_feed_change *change, size_t *ret_count, struct ic_err *err)
{
    bool is_whole = false;
    enum ic_rc rc = IC_OK;
    if (place->part == IC_PLACE_SUPPRESSIONS) {
        rc = add_suppressions_of_one(part, tx, place, change, err);
    }
    if (!rc && place->part == IC_PLACE_ALIASES) {
        rc = add_aliases_of_one(part, tx, place, change, &is_whole, err);
    }
    if (!rc && is_whole) {
        place->part = IC_PLACE_SUPPRESSIONS;
        place->behind_handle = (struct ic_handle){0};
    }
    *ret_count = is_whole;
    return rc;
}

static enum ic_rc add_goals_and_rules(struct ic_pull_part *part, struct ic_store_tx *tx, struct events *events,
                                      struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t goals_from = replica->goals_count, rules_from = replica->rules_count;
    if (!part->with_goals_and_rules || events->count == 0) {
        return IC_OK;
    }
    enum ic_rc rc = ic_store_goals_of(tx, events->ids, events->count, replica, err);
    rc = rc ? rc : ic_store_rules_of(tx, events->ids, events->count, replica, err);
    part->bytes += (replica->goals_count - goals_from) * IC_PULLED_GOAL_BYTES_MAX;
    for (size_t i = rules_from; i < replica->rules_count; i++) {
        part->bytes += ic_pulled_rule_bytes(&replica->rules[i]);
    }
    return rc;
}

/* Adds what a block of changes has touched beside handles, for which there is room. */
static enum ic_rc add_touched(struct ic_pull_part *part, struct ic_store_tx *tx, struct touched *touched,
                              const struct ic_feed_change *changes, size_t count, struct ic_err *err)
{
    touched->of_people.count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct ic_feed_change *change = &changes[i];
        want(&touched->operators, &change->opr_id);
        want(&touched->actors, &change->act_id);
        want(&touched->targets, &change->tar_id);
        if (may_change_goals_and_rules(change)) {
            note_event(&touched->of_people, change);
        }
        add_outreach(part, change);
    }
    enum ic_rc rc = add_operators(part, tx, &touched->operators, err);
    rc = rc ? rc : add_actors(part, tx, &touched->actors, err);
    rc = rc ? rc : add_targets(part, tx, &touched->targets, err);
    return rc ? rc : add_goals_and_rules(part, tx, &touched->of_people, err);
}

enum ic_rc ic_pull_part_fill_feed(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                                  struct ic_err *err)
{
    struct ic_arena *arena = part->replica.arena;
    struct touched touched = {0};
    struct ic_feed_changes changes;
    enum ic_rc rc = init_set(&touched.operators, arena, err);
    rc = rc ? rc : init_set(&touched.actors, arena, err);
    rc = rc ? rc : init_set(&touched.targets, arena, err);
    rc = rc ? rc : ic_store_feed_behind(tx, place->cursor, part->limit, arena, &changes, err);
    for (size_t i = 0, count = 0; !rc && i < changes.count; i += count) {
        const struct ic_feed_change *next = &changes.items[i];
        count = 0;
        if (!is_within_change(place)) {
            rc = fit_block(part, tx, &touched, &changes, i, &count, err);
        }
        if (!rc && i == 0 && count == 0) {
            rc = add_piece(part, tx, place, next, &count, err);
        }
        rc = rc ? rc : add_touched(part, tx, &touched, next, count, err);
        if (rc || count == 0) {
            break;
        }
        place->cursor = next[count - 1].cursor;
    }
    return rc;
}
