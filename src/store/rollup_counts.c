#include "store/rollup_counts.h"

#include "store/query.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES_MIN = 64 };

/* Stands for the team, and for events without an actor: a key has no NULL. */
static const struct ic_str nobody = {"-", 1};

/* ---- Gathering. ---- */

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 1099511628211U; /* FNV-1a. */
    }
    return hash;
}

static bool is_key(const struct ic_rollup_count *place, const struct ic_rollup_count *key)
{
    return place->starts_at == key->starts_at && ic_id_equal(&place->opr_id, &key->opr_id) &&
           ic_id_equal(&place->act_id, &key->act_id);
}

static struct ic_rollup_count *find_place(struct ic_rollup_counts *counts, const struct ic_rollup_count *key)
{
    uint64_t hash = mix(14695981039346656037U, &key->starts_at, sizeof key->starts_at);
    hash = mix(hash, key->opr_id.text, strlen(key->opr_id.text));
    hash = mix(hash, key->act_id.text, strlen(key->act_id.text));
    size_t at = hash % counts->place_count;
    while (counts->places[at].is_used && !is_key(&counts->places[at], key)) {
        at = (at + 1) % counts->place_count;
    }
    return &counts->places[at];
}

/* Makes room for one more; false when memory runs out. */
static bool grow(struct ic_rollup_counts *counts)
{
    if (2 * (counts->used + 1) <= counts->place_count) {
        return true;
    }
    struct ic_rollup_counts grown = {.used = counts->used,
                                     .place_count = counts->place_count ? 2 * counts->place_count : PLACES_MIN};
    grown.places = calloc(grown.place_count, sizeof *grown.places);
    if (!grown.places) {
        return false;
    }
    for (size_t i = 0; i < counts->place_count; i++) {
        if (counts->places[i].is_used) {
            *find_place(&grown, &counts->places[i]) = counts->places[i];
        }
    }
    free(counts->places);
    *counts = grown;
    return true;
}

bool ic_rollup_counts_add(struct ic_rollup_counts *counts, int64_t starts_at, const struct ic_id *opr_id,
                          const struct ic_id *act_id, int column, int64_t delta)
{
    struct ic_rollup_count key = {.is_used = true, .starts_at = starts_at, .opr_id = *opr_id, .act_id = *act_id};
    if (!grow(counts)) {
        return false;
    }
    struct ic_rollup_count *place = find_place(counts, &key);
    if (!place->is_used) {
        *place = key;
        counts->used++;
    }
    place->deltas[column] += delta;
    return true;
}

void ic_rollup_counts_release(struct ic_rollup_counts *counts)
{
    free(counts->places);
    *counts = (struct ic_rollup_counts){0};
}

/* ---- Writing. ---- */

static int compare_owners(const struct ic_rollup_count *left, const struct ic_rollup_count *right)
{
    int order = strcmp(left->opr_id.text, right->opr_id.text);
    return order ? order : strcmp(left->act_id.text, right->act_id.text);
}

static int compare_times(const struct ic_rollup_count *left, const struct ic_rollup_count *right)
{
    return (left->starts_at > right->starts_at) - (left->starts_at < right->starts_at);
}

/* In the order of the keys. */
static int compare_quarters(const void *left, const void *right)
{
    int order = compare_owners(left, right);
    return order ? order : compare_times(left, right);
}

static int compare_days(const void *left, const void *right)
{
    int order = compare_times(left, right);
    return order ? order : compare_owners(left, right);
}

static bool has_deltas(const struct ic_rollup_count *count)
{
    for (int i = 0; i < IC_ROLLUP_COLUMN_COUNT; i++) {
        if (count->deltas[i] != 0) {
            return true;
        }
    }
    return false;
}

/* Brings what is to be written to the front. */
static void pack(struct ic_rollup_counts *counts)
{
    size_t to = 0;
    for (size_t i = 0; i < counts->place_count; i++) {
        if (counts->places[i].is_used && has_deltas(&counts->places[i])) {
            counts->places[to++] = counts->places[i];
        }
    }
    counts->used = to;
}

/* The parameters of the statement of a grain; those of the columns follow each other. */
struct parameters {
    enum ic_statement statement;
    int starts_at, opr_id, act_id, events;
};

static void put_row(struct ic_rows *rows, const struct parameters *parameters, const struct ic_rollup_count *count)
{
    ic_rows_add(rows);
    ic_rows_put_int64(rows, parameters->starts_at, count->starts_at);
    ic_rows_put_text(rows, parameters->opr_id, ic_id_is_empty(&count->opr_id) ? nobody : ic_id_text(&count->opr_id));
    ic_rows_put_text(rows, parameters->act_id, ic_id_is_empty(&count->act_id) ? nobody : ic_id_text(&count->act_id));
    for (int i = 0; i < IC_ROLLUP_COLUMN_COUNT; i++) {
        ic_rows_put_int64(rows, parameters->events + i, count->deltas[i]);
    }
}

enum ic_rc ic_rollup_counts_flush(struct ic_rollup_counts *counts, enum ic_rollup_grain grain, struct ic_store_tx *tx,
                                  struct ic_err *err)
{
    static const struct parameters all[] = {
        [IC_ROLLUP_QUARTER] = {IC_STATEMENT_ROLLUP_QUARTER_ADD, IC_P_ROLLUP_QUARTER_ADD_QUARTER,
                               IC_P_ROLLUP_QUARTER_ADD_OPR_ID, IC_P_ROLLUP_QUARTER_ADD_ACT_ID,
                               IC_P_ROLLUP_QUARTER_ADD_EVENTS},
        [IC_ROLLUP_DAY] = {IC_STATEMENT_ROLLUP_DAY_ADD, IC_P_ROLLUP_DAY_ADD_DAY, IC_P_ROLLUP_DAY_ADD_OPR_ID,
                           IC_P_ROLLUP_DAY_ADD_ACT_ID, IC_P_ROLLUP_DAY_ADD_EVENTS},
    };
    _Static_assert(IC_P_ROLLUP_QUARTER_ADD_PAID == IC_P_ROLLUP_QUARTER_ADD_EVENTS + IC_ROLLUP_COLUMN_COUNT - 1 &&
                       IC_P_ROLLUP_DAY_ADD_PAID == IC_P_ROLLUP_DAY_ADD_EVENTS + IC_ROLLUP_COLUMN_COUNT - 1,
                   "the columns follow each other");
    struct ic_rows rows;
    pack(counts);
    if (counts->used == 0) {
        return IC_OK;
    }
    qsort(counts->places, counts->used, sizeof *counts->places,
          grain == IC_ROLLUP_QUARTER ? compare_quarters : compare_days);
    enum ic_rc rc = ic_rows_init(&rows, tx, all[grain].statement, counts->used, err);
    for (size_t i = 0; i < counts->used && rc == IC_OK; i++) {
        put_row(&rows, &all[grain], &counts->places[i]);
    }
    if (rc == IC_OK) {
        rc = ic_rows_run(&rows, tx, NULL, "store.rollup.flush", err);
    }
    ic_rows_release(&rows);
    return rc;
}
