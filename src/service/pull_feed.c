#include "service/pull_part.h"

#include <assert.h>
#include <string.h>

static const char operation[] = "service.pull.feed";

/* Changes that are looked up together: as many as a list of keys has places, so that each kind takes one statement. */
enum { BLOCK_MAX = IC_REPLICA_KEYS_MAX };

/* What a block of changes may add to a page, when every one touches a target of its own. */
enum {
    CHANGE_BYTES_MAX = IC_PULLED_TARGET_BYTES_MAX + IC_PULLED_OPERATOR_BYTES_MAX + 2 * IC_PULLED_SMALL_BYTES_MAX,
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

struct touched {
    struct id_set operators;
    struct id_set actors;
    struct id_set targets;
    struct ic_id events[BLOCK_MAX]; /* That may have changed suppressions and aliases. */
    size_t events_count;
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

/* Adds what events have done to handles; false in `ret_is_whole` when the page has no room for it. */
static enum ic_rc add_handles(struct ic_pull_part *part, struct ic_store_tx *tx, const struct touched *touched,
                              bool *ret_is_whole, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t suppressions_from = replica->suppressions_count, aliases_from = replica->aliases_count;
    bool has_aliases = true;
    *ret_is_whole = true;
    if (touched->events_count == 0) {
        return IC_OK;
    }
    enum ic_rc rc = ic_store_suppressions_of(tx, touched->events, touched->events_count, replica, ret_is_whole, err);
    if (!rc) {
        rc = ic_store_aliases_of(tx, touched->events, touched->events_count, replica, &has_aliases, err);
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

/* Adds the handles of as many of the next changes as there is room for, and tells how many; 0 when the page is full.
 * A change alone has room in an empty page, or it has none anywhere. */
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
        touched->events_count = 0;
        for (size_t i = from; i < from + count; i++) {
            if (may_change_handles(&changes->items[i])) {
                touched->events[touched->events_count++] = changes->items[i].elg_id;
            }
        }
        enum ic_rc rc = add_handles(part, tx, touched, &is_whole, err);
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

static enum ic_rc add_block(struct ic_pull_part *part, struct ic_store_tx *tx, struct touched *touched,
                            const struct ic_feed_changes *changes, size_t from, size_t *ret_count, struct ic_err *err)
{
    enum ic_rc rc = fit_block(part, tx, touched, changes, from, ret_count, err);
    for (size_t i = from; i < from + *ret_count && !rc; i++) {
        const struct ic_feed_change *change = &changes->items[i];
        want(&touched->operators, &change->opr_id);
        want(&touched->actors, &change->act_id);
        want(&touched->targets, &change->tar_id);
        add_outreach(part, change);
    }
    if (!rc) {
        rc = add_operators(part, tx, &touched->operators, err);
    }
    if (!rc) {
        rc = add_actors(part, tx, &touched->actors, err);
    }
    return rc ? rc : add_targets(part, tx, &touched->targets, err);
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
        rc = add_block(part, tx, &touched, &changes, i, &count, err);
        if (!rc && count == 0 && i == 0) {
            rc = ic_err_set(err, IC_CODE_INTERNAL, operation, "A change touches more than a page has room for.");
        }
        if (rc || count == 0) {
            break;
        }
        place->cursor = changes.items[i + count - 1].cursor;
    }
    return rc;
}
