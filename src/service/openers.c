#include "service/openers.h"

#include "store/reaches.h"
#include "store/rollup.h"

#include <stdlib.h>

static const char operation[] = "analytics.openers";

enum { SLOTS_MIN = 1024 }; /* A power of 2, as every number of slots. */

struct opener {
    bool is_there;
    int64_t print;
    struct ic_opener_counts counts;
    struct ic_opener_counts previous;
    int64_t last_position;
};

/* A hash table by print, at most half full. */
struct reading {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_analytics_question *question;
    struct ic_arena *arena;
    struct opener *slots;
    size_t slots_count;
    size_t count;
    struct ic_openers_answer answer;
};

/* ---- Counting. ---- */

/* Where a print is, or is to be. */
static struct opener *find_slot(struct opener *slots, size_t slots_count, int64_t print)
{
    /* Prints are hashes. */
    size_t at = (size_t)print & (slots_count - 1);
    while (slots[at].is_there && slots[at].print != print) {
        at = (at + 1) & (slots_count - 1);
    }
    return &slots[at];
}

static enum ic_rc grow(struct reading *reading, struct ic_err *err)
{
    size_t slots_count = reading->slots_count > 0 ? 2 * reading->slots_count : SLOTS_MIN;
    struct opener *slots = calloc(slots_count, sizeof *slots);
    if (!slots) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the openers.");
    }
    for (size_t i = 0; i < reading->slots_count; i++) {
        if (reading->slots[i].is_there) {
            *find_slot(slots, slots_count, reading->slots[i].print) = reading->slots[i];
        }
    }
    free(reading->slots);
    reading->slots = slots;
    reading->slots_count = slots_count;
    return IC_OK;
}

static void count_contact(struct ic_opener_counts *counts, const struct ic_reach *contact)
{
    counts->contacted++;
    if (ic_reach_is_answered(contact)) {
        counts->answered++;
    }
}

static enum ic_rc add_contact(void *context, const struct ic_reach *contact, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_openers_answer *answer = &reading->answer;
    bool is_previous = contact->contacted_at < answer->range.from_ms;
    enum ic_rc rc = 2 * reading->count >= reading->slots_count ? grow(reading, err) : IC_OK;
    if (rc != IC_OK) {
        return rc;
    }
    struct opener *opener = find_slot(reading->slots, reading->slots_count, contact->opener_print);
    if (!opener->is_there) {
        if (reading->count == IC_OPENERS_COUNTED_MAX) {
            return ic_err_set(err, IC_CODE_TOO_MUCH_HISTORY, operation,
                              "More different openers were sent in these days than are counted: ask for fewer.");
        }
        *opener = (struct opener){.is_there = true, .print = contact->opener_print};
        reading->count++;
    }
    count_contact(is_previous ? &opener->previous : &opener->counts, contact);
    count_contact(is_previous ? &answer->previous : &answer->total, contact);
    if (!is_previous) {
        opener->last_position = contact->contact_position;
    }
    return IC_OK;
}

/* ---- Telling. ---- */

static int compare_openers(const void *left_, const void *right_)
{
    const struct opener *left = left_;
    const struct opener *right = right_;
    if (left->counts.contacted != right->counts.contacted) {
        return left->counts.contacted > right->counts.contacted ? -1 : 1;
    }
    return (left->last_position < right->last_position) - (left->last_position > right->last_position);
}

static enum ic_rc read_examples(struct ic_store_tx *tx, struct reading *reading, struct ic_err *err)
{
    struct ic_openers_answer *answer = &reading->answer;
    int64_t positions[IC_OPENERS_MAX];
    struct ic_log_list list;
    for (size_t i = 0; i < answer->count; i++) {
        positions[i] = answer->items[i].last_position;
    }
    enum ic_rc rc = ic_store_log_at(tx, positions, answer->count, reading->arena, &list, err);
    if (rc == IC_OK && list.count != answer->count) {
        return ic_err_set(err, IC_CODE_INTERNAL, operation, "A first contact has no event.");
    }
    for (size_t i = 0; i < answer->count && rc == IC_OK; i++) {
        answer->items[i].example = list.items[i];
    }
    return rc;
}

static enum ic_rc tell(struct ic_store_tx *tx, struct reading *reading, struct ic_err *err)
{
    struct ic_openers_answer *answer = &reading->answer;
    size_t count = 0;
    answer->items = ic_arena_alloc_array(reading->arena, IC_OPENERS_MAX, sizeof *answer->items);
    if (!answer->items) {
        return ic_arena_failed(operation, err);
    }
    /* Those of the range move to the front. */
    for (size_t i = 0; i < reading->slots_count; i++) {
        if (reading->slots[i].is_there && reading->slots[i].counts.contacted > 0) {
            answer->different += reading->slots[i].print != 0;
            reading->slots[count++] = reading->slots[i];
        }
    }
    if (count > 0) {
        qsort(reading->slots, count, sizeof *reading->slots, compare_openers);
    }
    for (size_t i = 0; i < count && i < IC_OPENERS_MAX; i++) {
        answer->items[answer->count++] = (struct ic_opener){
            .print = reading->slots[i].print,
            .counts = reading->slots[i].counts,
            .previous = reading->slots[i].previous,
            .last_position = reading->slots[i].last_position,
        };
    }
    return read_examples(tx, reading, err);
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_openers_answer *answer = &reading->answer;
    *answer = (struct ic_openers_answer){.count = 0};
    free(reading->slots);
    reading->slots = NULL;
    reading->slots_count = 0;
    reading->count = 0;
    enum ic_rc rc = ic_analytics_range_find(tx, reading->service, reading->asker, reading->question, reading->arena,
                                            &answer->range, err);
    if (rc == IC_OK) {
        rc = ic_store_reaches_walk(tx, &reading->question->scope, ic_rollup_first_contact,
                                   answer->range.previous_from_ms, answer->range.until_ms, add_contact, reading, err);
    }
    return rc == IC_OK ? tell(tx, reading, err) : rc;
}

enum ic_rc ic_openers_get(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_analytics_question *question, struct ic_arena *arena,
                          struct ic_openers_answer *ret_answer, struct ic_err *err)
{
    struct reading reading = {.service = service, .asker = asker, .question = question, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LOGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &reading, err);
    }
    free(reading.slots);
    if (rc == IC_OK) {
        *ret_answer = reading.answer;
    }
    return rc;
}
