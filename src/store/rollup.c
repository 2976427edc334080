#include "store/rollup.h"

#include "store/query.h"

#include <stdlib.h>
#include <string.h>

const char ic_rollup_first_contact[] = "First Contact";

/* Stands for events without an actor: a key has no NULL. */
static const struct ic_str no_actor = {"-", 1};

static const char operation[] = "store.rollup.flush";

/* A count by quarter and event type; with the ids empty, the team's. */
struct count {
    int64_t quarter;
    int64_t event_count; /* 0: the place is free. */
    enum ic_event_type event_type;
    struct ic_id opr_id;
    struct ic_id act_id;
};

enum { PLACES_MIN = 64 };

/* Open addressing; at most half of the places are used, so that there is always a free one. */
struct counts {
    size_t used;
    size_t place_count;
    struct count *places;
};

struct ic_rollup {
    struct counts by_actor;
    struct counts team;
    size_t reach_count;
    size_t reach_count_max;
    struct ic_rollup_event *reaches;
};

/* ---- Gathering. ---- */

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 1099511628211U; /* FNV-1a. */
    }
    return hash;
}

static bool is_key(const struct count *place, const struct count *key)
{
    return place->quarter == key->quarter && place->event_type == key->event_type &&
           ic_id_equal(&place->opr_id, &key->opr_id) && ic_id_equal(&place->act_id, &key->act_id);
}

static struct count *find_place(struct counts *counts, const struct count *key)
{
    uint64_t hash = mix(14695981039346656037U, &key->quarter, sizeof key->quarter);
    hash = mix(hash, &key->event_type, sizeof key->event_type);
    hash = mix(hash, key->opr_id.text, strlen(key->opr_id.text));
    hash = mix(hash, key->act_id.text, strlen(key->act_id.text));
    size_t at = hash % counts->place_count;
    while (counts->places[at].event_count > 0 && !is_key(&counts->places[at], key)) {
        at = (at + 1) % counts->place_count;
    }
    return &counts->places[at];
}

/* Makes room for one more; false when memory runs out. */
static bool grow(struct counts *counts)
{
    if (2 * (counts->used + 1) <= counts->place_count) {
        return true;
    }
    struct counts grown = {.used = counts->used,
                           .place_count = counts->place_count ? 2 * counts->place_count : PLACES_MIN};
    grown.places = calloc(grown.place_count, sizeof *grown.places);
    if (!grown.places) {
        return false;
    }
    for (size_t i = 0; i < counts->place_count; i++) {
        if (counts->places[i].event_count > 0) {
            *find_place(&grown, &counts->places[i]) = counts->places[i];
        }
    }
    free(counts->places);
    *counts = grown;
    return true;
}

static bool count_one(struct counts *counts, const struct count *key)
{
    if (!grow(counts)) {
        return false;
    }
    struct count *place = find_place(counts, key);
    if (place->event_count == 0) {
        *place = *key;
        counts->used++;
    }
    place->event_count++;
    return true;
}

static bool add_reach(struct ic_rollup *rollup, const struct ic_rollup_event *event)
{
    if (rollup->reach_count == rollup->reach_count_max) {
        size_t count_max = rollup->reach_count_max ? 2 * rollup->reach_count_max : 8;
        struct ic_rollup_event *reaches = realloc(rollup->reaches, count_max * sizeof *reaches);
        if (!reaches) {
            return false;
        }
        rollup->reaches = reaches;
        rollup->reach_count_max = count_max;
    }
    rollup->reaches[rollup->reach_count++] = *event;
    return true;
}

static bool add_event(struct ic_rollup *rollup, const struct ic_rollup_event *event)
{
    struct count key = {
        .quarter = event->created_at - event->created_at % IC_ROLLUP_QUARTER_MS,
        .event_type = event->event_type,
    };
    bool is_good = count_one(&rollup->team, &key);
    key.opr_id = event->opr_id;
    key.act_id = event->act_id;
    is_good = is_good && count_one(&rollup->by_actor, &key);
    if (is_good && event->milestone && !ic_id_is_empty(&event->tar_id)) {
        is_good = add_reach(rollup, event);
    }
    return is_good;
}

enum ic_rc ic_rollup_add(struct ic_store_tx *tx, const struct ic_rollup_event *event, struct ic_err *err)
{
    if (tx->rollup &&
        (tx->rollup->by_actor.used >= IC_ROLLUP_COUNTS_MAX || tx->rollup->reach_count >= IC_ROLLUP_REACHES_MAX)) {
        enum ic_rc rc = ic_rollup_flush(tx, err);
        if (rc) {
            return rc;
        }
    }
    if (!tx->rollup) {
        tx->rollup = calloc(1, sizeof *tx->rollup);
    }
    if (!tx->rollup || !add_event(tx->rollup, event)) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the roll-ups.");
    }
    return IC_OK;
}

void ic_rollup_destroy(struct ic_rollup *rollup)
{
    if (rollup) {
        free(rollup->by_actor.places);
        free(rollup->team.places);
        free(rollup->reaches);
        free(rollup);
    }
}

/* ---- Writing. ---- */

/* In the order of the key, so that neighbours are written one after the other. */
static int compare_counts(const void *left_, const void *right_)
{
    const struct count *left = left_;
    const struct count *right = right_;
    if (left->quarter != right->quarter) {
        return left->quarter < right->quarter ? -1 : 1;
    }
    if (left->event_type != right->event_type) {
        return left->event_type < right->event_type ? -1 : 1;
    }
    int order = strcmp(left->opr_id.text, right->opr_id.text);
    return order ? order : strcmp(left->act_id.text, right->act_id.text);
}

static enum ic_rc flush_by_actor(struct ic_store_tx *tx, struct counts *counts, struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_ROLLUP_ADD, counts->used, err);
    for (size_t i = 0; i < counts->used && !rc; i++) {
        const struct count *count = &counts->places[i];
        ic_rows_add(&rows);
        ic_rows_put_int64(&rows, IC_P_ROLLUP_ADD_QUARTER, count->quarter);
        ic_rows_put_text(&rows, IC_P_ROLLUP_ADD_EVENT_TYPE, ic_str_from(ic_event_type_name(count->event_type)));
        ic_rows_put_id(&rows, IC_P_ROLLUP_ADD_OPR_ID, &count->opr_id);
        ic_rows_put_text(&rows, IC_P_ROLLUP_ADD_ACT_ID,
                         ic_id_is_empty(&count->act_id) ? no_actor : ic_id_text(&count->act_id));
        ic_rows_put_int64(&rows, IC_P_ROLLUP_ADD_EVENT_COUNT, count->event_count);
    }
    if (!rc) {
        rc = ic_rows_run(&rows, tx, NULL, operation, err);
    }
    ic_rows_release(&rows);
    return rc;
}

static enum ic_rc flush_team(struct ic_store_tx *tx, struct counts *counts, struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_ROLLUP_TEAM_ADD, counts->used, err);
    for (size_t i = 0; i < counts->used && !rc; i++) {
        const struct count *count = &counts->places[i];
        ic_rows_add(&rows);
        ic_rows_put_int64(&rows, IC_P_ROLLUP_TEAM_ADD_QUARTER, count->quarter);
        ic_rows_put_text(&rows, IC_P_ROLLUP_TEAM_ADD_EVENT_TYPE, ic_str_from(ic_event_type_name(count->event_type)));
        ic_rows_put_int64(&rows, IC_P_ROLLUP_TEAM_ADD_EVENT_COUNT, count->event_count);
    }
    if (!rc) {
        rc = ic_rows_run(&rows, tx, NULL, operation, err);
    }
    ic_rows_release(&rows);
    return rc;
}

static enum ic_rc flush_reaches(struct ic_store_tx *tx, struct ic_rollup *rollup, struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_REACH_INSERT, rollup->reach_count, err);
    for (size_t i = 0; i < rollup->reach_count && !rc; i++) {
        const struct ic_rollup_event *event = &rollup->reaches[i];
        ic_rows_add(&rows);
        ic_rows_put_id(&rows, IC_P_REACH_INSERT_TAR_ID, &event->tar_id);
        ic_rows_put_text(&rows, IC_P_REACH_INSERT_MILESTONE, ic_str_from(event->milestone));
        ic_rows_put_int64(&rows, IC_P_REACH_INSERT_LOG_POSITION, event->log_position);
        ic_rows_put_int64(&rows, IC_P_REACH_INSERT_REACHED_AT, event->created_at);
        ic_rows_put_id(&rows, IC_P_REACH_INSERT_OPR_ID, &event->opr_id);
        ic_rows_put_id(&rows, IC_P_REACH_INSERT_ACT_ID, &event->act_id);
        ic_rows_put_id(&rows, IC_P_REACH_INSERT_ELG_ID, &event->elg_id);
    }
    if (!rc) {
        rc = ic_rows_run(&rows, tx, NULL, operation, err);
    }
    ic_rows_release(&rows);
    return rc;
}

/* Brings what is used to the front, in order. */
static void pack(struct counts *counts)
{
    size_t to = 0;
    for (size_t i = 0; i < counts->place_count; i++) {
        if (counts->places[i].event_count > 0) {
            counts->places[to++] = counts->places[i];
        }
    }
    qsort(counts->places, counts->used, sizeof *counts->places, compare_counts);
}

enum ic_rc ic_rollup_flush(struct ic_store_tx *tx, struct ic_err *err)
{
    struct ic_rollup *rollup = tx->rollup;
    if (!rollup) {
        return IC_OK;
    }
    pack(&rollup->by_actor);
    pack(&rollup->team);
    enum ic_rc rc = flush_by_actor(tx, &rollup->by_actor, err);
    if (!rc) {
        rc = flush_team(tx, &rollup->team, err);
    }
    if (!rc && rollup->reach_count > 0) {
        rc = flush_reaches(tx, rollup, err);
    }
    ic_rollup_destroy(rollup);
    tx->rollup = NULL;
    return rc;
}
