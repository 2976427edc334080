#include "service/figure_rows.h"

#include "contract/limits.h"
#include "store/rollup.h"

static const char operation[] = "analytics.rows";

enum { HOURS_OF_DAY = 24 };

struct reading {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_figure_rows_question *question;
    struct ic_arena *arena;
    int64_t before; /* The position that the page lies before; 0: the first page. */
    int64_t positions[IC_LIMIT_LIST_PAGE_SIZE_MAX + 1];
    size_t count;
    struct ic_figure_rows_page page;
};

static enum ic_rc read_rows(struct ic_store_tx *tx, struct reading *reading, int64_t from_ms, int64_t until_ms,
                            struct ic_err *err)
{
    const struct ic_figure_rows rows = {reading->question->figure, &reading->question->analytics.scope,
                                        reading->question->filter};
    return ic_store_figure_rows(tx, &rows, from_ms, until_ms, reading->before, reading->positions,
                                reading->question->limit + 1, &reading->count, err);
}

static bool is_asked_for(const struct reading *reading, int64_t quarter)
{
    struct ic_zone_local local = ic_zone_local(reading->page.range.zone, quarter);
    return local.weekday * HOURS_OF_DAY + local.hour == reading->question->hour_of_week;
}

/* The hours of the range that clocks show as the one of the week that is asked for, the last one first. */
static enum ic_rc read_hours(struct ic_store_tx *tx, struct reading *reading, struct ic_err *err)
{
    const struct ic_analytics_range *range = &reading->page.range;
    enum ic_rc rc = IC_OK;
    int64_t quarter = range->until_ms - IC_ROLLUP_QUARTER_MS;
    while (quarter >= range->from_ms && reading->count <= reading->question->limit && rc == IC_OK) {
        int64_t until_ms = quarter + IC_ROLLUP_QUARTER_MS;
        if (is_asked_for(reading, quarter)) {
            while (quarter - IC_ROLLUP_QUARTER_MS >= range->from_ms &&
                   is_asked_for(reading, quarter - IC_ROLLUP_QUARTER_MS)) {
                quarter -= IC_ROLLUP_QUARTER_MS;
            }
            rc = read_rows(tx, reading, quarter, until_ms, err);
        }
        quarter -= IC_ROLLUP_QUARTER_MS;
    }
    return rc;
}

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_figure_rows_page *page = &reading->page;
    reading->count = 0;
    enum ic_rc rc = ic_analytics_range_find(tx, reading->service, reading->asker, &reading->question->analytics,
                                            reading->arena, &page->range, err);
    if (rc == IC_OK) {
        rc = reading->question->hour_of_week < 0
                 ? read_rows(tx, reading, page->range.from_ms, page->range.until_ms, err)
                 : read_hours(tx, reading, err);
    }
    size_t told = reading->count < reading->question->limit ? reading->count : reading->question->limit;
    return rc == IC_OK ? ic_store_log_at(tx, reading->positions, told, reading->arena, &page->list, err) : rc;
}

static void put_day(struct ic_list_question *hashed, const struct ic_analytics_day *day)
{
    ic_list_question_put_int64(hashed, ((int64_t)day->year * 16 + day->month) * 32 + day->day);
}

static enum ic_rc hash_question(const struct ic_figure_rows_question *question, struct ic_hash *ret_hash,
                                struct ic_err *err)
{
    const struct ic_contacts_filter *filter = &question->filter;
    struct ic_list_question hashed;
    ic_list_question_init(&hashed, "figure_rows");
    put_day(&hashed, &question->analytics.from);
    put_day(&hashed, &question->analytics.to);
    ic_list_question_put_text(&hashed, question->analytics.time_zone);
    ic_list_question_put_text(&hashed, ic_str_from(question->analytics.scope.opr_id.text));
    ic_list_question_put_text(&hashed, ic_handle_text(&question->analytics.scope.act_username));
    ic_list_question_put_int64(&hashed, question->figure);
    ic_list_question_put_int64(&hashed, question->hour_of_week);
    ic_list_question_put_int64(&hashed, filter->is_answered);
    ic_list_question_put_int64(&hashed, filter->has_opener);
    ic_list_question_put_int64(&hashed, filter->opener_print);
    ic_list_question_put_int64(&hashed, filter->has_email_state ? (int64_t)filter->email_state : -1);
    ic_list_question_put_int64(&hashed, filter->has_phone_num_state ? (int64_t)filter->phone_num_state : -1);
    ic_list_question_put_int64(&hashed, filter->has_stage ? (int64_t)filter->stage : -1);
    return ic_list_question_end(&hashed, ret_hash, err);
}

/* Begins the reading behind the question's cursor. */
static enum ic_rc find_place(struct reading *reading, const struct ic_hash *hash, struct ic_err *err)
{
    struct ic_list_place place = {0};
    if (reading->question->after.size == 0) {
        return IC_OK;
    }
    enum ic_rc rc = ic_list_cursor_read(reading->question->after, hash, &place, err);
    if (rc == IC_OK && place.number <= 0) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "after", "It is no cursor of this list.");
    }
    reading->before = place.number;
    return rc;
}

enum ic_rc ic_figure_rows_list(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_figure_rows_question *question, struct ic_arena *arena,
                               struct ic_figure_rows_page *ret_page, struct ic_err *err)
{
    struct ic_hash hash;
    struct reading *reading = ic_arena_alloc_array(arena, 1, sizeof *reading);
    if (!reading) {
        return ic_arena_failed(operation, err);
    }
    *reading = (struct reading){.service = service, .asker = asker, .question = question, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LOGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = hash_question(question, &hash, err);
    }
    if (rc == IC_OK) {
        rc = find_place(reading, &hash, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, reading, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = reading->page;
    if (reading->count > question->limit) {
        struct ic_list_place place = {.number = reading->positions[question->limit - 1]};
        ic_list_cursor_write(&hash, &place, &ret_page->next);
    }
    return IC_OK;
}
