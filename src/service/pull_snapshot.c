#include "service/pull_part.h"

enum ic_rc ic_pull_part_init(struct ic_pull_part *part, size_t limit, struct ic_arena *arena, struct ic_err *err)
{
    *part = (struct ic_pull_part){.limit = limit};
    return ic_replica_init(&part->replica, arena, err);
}

/* A step of a part: how many rows it has read. */
typedef enum ic_rc (*fill_part)(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                                size_t *ret_count, struct ic_err *err);

static enum ic_rc fill_suppressions(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                                    size_t count, size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->suppressions_count;
    enum ic_rc rc = ic_store_suppressions_behind(tx, &place->behind_handle, count, replica, err);
    for (size_t i = from; i < replica->suppressions_count && !rc; i++) {
        part->bytes += ic_pulled_suppression_bytes(&replica->suppressions[i]);
        place->behind_handle = replica->suppressions[i].tar_username;
    }
    *ret_count = replica->suppressions_count - from;
    return rc;
}

static enum ic_rc fill_operators(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                                 size_t count, size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->operators_count;
    enum ic_rc rc = ic_store_operators_behind(tx, &place->behind_id, count, replica, err);
    for (size_t i = from; i < replica->operators_count && !rc; i++) {
        part->bytes += ic_pulled_operator_bytes(&replica->operators[i]);
        place->behind_id = replica->operators[i].opr_id;
    }
    *ret_count = replica->operators_count - from;
    return rc;
}

static enum ic_rc fill_actors(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                              size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->actors_count;
    enum ic_rc rc = ic_store_actors_behind(tx, &place->behind_id, count, replica, err);
    size_t added = replica->actors_count - from;
    if (!rc && added > 0) {
        place->behind_id = replica->actors[replica->actors_count - 1].act_id;
        part->bytes += added * IC_PULLED_SMALL_BYTES_MAX;
    }
    *ret_count = added;
    return rc;
}

static enum ic_rc fill_targets(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                               size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->targets_count;
    enum ic_rc rc = ic_store_targets_behind(tx, place->behind_number, count, replica, err);
    for (size_t i = from; i < replica->targets_count && !rc; i++) {
        part->bytes += ic_pulled_target_bytes(&replica->targets[i]);
    }
    size_t added = replica->targets_count - from;
    if (!rc && added > 0) {
        place->behind_number = replica->target_number;
        place->done += (int64_t)added;
    }
    *ret_count = added;
    return rc;
}

static enum ic_rc fill_aliases(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                               size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->aliases_count;
    enum ic_rc rc = ic_store_aliases_behind(tx, &place->behind_handle, count, replica, err);
    size_t added = replica->aliases_count - from;
    if (!rc && added > 0) {
        place->behind_handle = replica->aliases[replica->aliases_count - 1].alias_username;
        part->bytes += added * IC_PULLED_SMALL_BYTES_MAX;
    }
    *ret_count = added;
    return rc;
}

static enum ic_rc fill_outreach(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                                size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->outreach_count;
    enum ic_rc rc = ic_store_outreach_behind(tx, place->behind_number, count, replica, err);
    size_t added = replica->outreach_count - from;
    if (!rc && added > 0) {
        place->behind_number = replica->log_position;
        part->bytes += added * IC_PULLED_SMALL_BYTES_MAX;
    }
    *ret_count = added;
    return rc;
}

static enum ic_rc fill_goals(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                             size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->goals_count;
    enum ic_rc rc = ic_store_goals_behind(tx, &place->behind_id, count, replica, err);
    size_t added = replica->goals_count - from;
    if (!rc && added > 0) {
        place->behind_id = replica->goals[replica->goals_count - 1].goal_id;
        part->bytes += added * IC_PULLED_GOAL_BYTES_MAX;
    }
    *ret_count = added;
    return rc;
}

static enum ic_rc fill_rules(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place, size_t count,
                             size_t *ret_count, struct ic_err *err)
{
    struct ic_replica *replica = &part->replica;
    size_t from = replica->rules_count;
    enum ic_rc rc = ic_store_rules_behind(tx, &place->behind_id, count, replica, err);
    for (size_t i = from; i < replica->rules_count && !rc; i++) {
        part->bytes += ic_pulled_rule_bytes(&replica->rules[i]);
        place->behind_id = replica->rules[i].rule_id;
    }
    *ret_count = replica->rules_count - from;
    return rc;
}

static const struct {
    fill_part fill;
    size_t row_bytes_max;
} parts[IC_PLACE_PARTS_COUNT] = {
    [IC_PLACE_SUPPRESSIONS] = {fill_suppressions, IC_PULLED_SUPPRESSION_BYTES_MAX},
    [IC_PLACE_OPERATORS] = {fill_operators, IC_PULLED_OPERATOR_BYTES_MAX},
    [IC_PLACE_ACTORS] = {fill_actors, IC_PULLED_SMALL_BYTES_MAX},
    [IC_PLACE_TARGETS] = {fill_targets, IC_PULLED_TARGET_BYTES_MAX},
    [IC_PLACE_ALIASES] = {fill_aliases, IC_PULLED_SMALL_BYTES_MAX},
    [IC_PLACE_OUTREACH] = {fill_outreach, IC_PULLED_SMALL_BYTES_MAX},
    [IC_PLACE_GOALS] = {fill_goals, IC_PULLED_GOAL_BYTES_MAX},
    [IC_PLACE_RULES] = {fill_rules, IC_PULLED_RULE_BYTES_MAX},
};

/* The snapshot's next part; behind the last one that is asked for the feed goes on from where it stood at the
 * snapshot's beginning. */
static void next_part(struct ic_place *place, int64_t outreach_since, bool with_goals_and_rules)
{
    enum ic_place_part last = with_goals_and_rules ? IC_PLACE_RULES : IC_PLACE_OUTREACH;
    if (place->part >= last) {
        *place = (struct ic_place){
            .phase = IC_PULL_PHASE_FEED,
            .cursor = place->cursor,
            .mark = place->mark,
            .has_goals_and_rules = with_goals_and_rules,
        };
        return;
    }
    *place = (struct ic_place){
        .phase = IC_PULL_PHASE_SNAPSHOT,
        .cursor = place->cursor,
        .mark = place->mark,
        .part = place->part + 1,
        .behind_number = place->part + 1 == IC_PLACE_OUTREACH ? outreach_since : 0,
        .done = place->done,
    };
}

enum ic_rc ic_pull_part_fill_snapshot(struct ic_pull_part *part, struct ic_store_tx *tx, struct ic_place *place,
                                      int64_t outreach_since, struct ic_err *err)
{
    size_t rows = 0;
    enum ic_rc rc = IC_OK;
    while (!rc && rows < part->limit && place->phase == IC_PULL_PHASE_SNAPSHOT) {
        size_t fitting = (IC_PULL_ROWS_BYTES_MAX - part->bytes) / parts[place->part].row_bytes_max;
        size_t asked = fitting < part->limit - rows ? fitting : part->limit - rows;
        size_t count = 0;
        if (asked == 0) {
            break;
        }
        rc = parts[place->part].fill(part, tx, place, asked, &count, err);
        rows += count;
        if (!rc && count < asked) {
            next_part(place, outreach_since, part->with_goals_and_rules);
        }
    }
    return rc;
}
