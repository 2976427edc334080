#include "domain/text_print.h"
#include "store/query.h"
#include "store/rollup.h"
#include "store/rollup_counts.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 12, COUNTS_COLUMNS = 3 + IC_ROLLUP_COLUMN_COUNT, OPENERS_COUNT = 256 };

/* A roll-up twice: as it is kept, and counted from the events; both in the order of the key. */
struct pair {
    const char *name;
    enum ic_statement kept;
    enum ic_statement counted;
    int key_count; /* How many columns, from the first, are the key. */
    int column_count;
    bool is_text[COLUMNS_MAX];
};

static const struct pair pairs[] = {
    {"first_reaches",
     IC_STATEMENT_REACHES_KEPT,
     IC_STATEMENT_REACHES_COUNTED,
     2,
     11,
     {true, true, false, false, true, true, true, false, true, true, false}},
    {"rollup_quarters",
     IC_STATEMENT_ROLLUP_QUARTERS_KEPT,
     IC_STATEMENT_ROLLUP_QUARTERS_COUNTED,
     3,
     COUNTS_COLUMNS,
     {true, true}},
    {"rollup_quarters of the team",
     IC_STATEMENT_ROLLUP_TEAM_KEPT,
     IC_STATEMENT_ROLLUP_TEAM_COUNTED,
     3,
     COUNTS_COLUMNS,
     {true, true}},
    {"rollup_days",
     IC_STATEMENT_ROLLUP_DAYS_KEPT,
     IC_STATEMENT_ROLLUP_DAYS_COUNTED,
     3,
     COUNTS_COLUMNS,
     {false, true, true}},
};

static int compare_texts(struct ic_str left, struct ic_str right)
{
    size_t size = left.size < right.size ? left.size : right.size;
    int order = memcmp(left.data, right.data, size);
    return order ? order : (left.size > right.size) - (left.size < right.size);
}

/* Compares the columns from `from` to `to` of two rows. */
static int compare_rows(const struct pair *pair, struct ic_query *left, struct ic_query *right, int from, int to)
{
    for (int i = from; i < to; i++) {
        int order;
        if (pair->is_text[i]) {
            order = compare_texts(ic_query_peek_text(left, i), ic_query_peek_text(right, i));
        } else {
            int64_t a = ic_query_int64(left, i);
            int64_t b = ic_query_int64(right, i);
            order = (a > b) - (a < b);
        }
        if (order) {
            return order;
        }
    }
    return 0;
}

static void note(const struct pair *pair, struct ic_query *row, const char *what, struct ic_rollup_report *report)
{
    report->mismatch_count++;
    if (*report->first_mismatch) {
        return;
    }
    size_t size = (size_t)snprintf(report->first_mismatch, sizeof report->first_mismatch, "%s %s:", pair->name, what);
    for (int i = 0; i < pair->column_count && size < sizeof report->first_mismatch; i++) {
        char *at = report->first_mismatch + size;
        size_t room = sizeof report->first_mismatch - size;
        if (pair->is_text[i]) {
            struct ic_str text = ic_query_peek_text(row, i);
            size += (size_t)snprintf(at, room, " %.*s", (int)text.size, text.data);
        } else {
            size += (size_t)snprintf(at, room, " %lld", (long long)ic_query_int64(row, i));
        }
    }
}

static enum ic_rc check_pair(struct ic_store_tx *tx, const struct pair *pair, struct ic_rollup_report *report,
                             struct ic_err *err)
{
    static const char operation[] = "store.rollup.check";
    struct ic_query kept;
    struct ic_query counted;
    ic_query_begin(&kept, tx, pair->kept, operation, err);
    ic_query_begin(&counted, tx, pair->counted, operation, err);
    bool has_kept = ic_query_next(&kept);
    bool has_counted = ic_query_next(&counted);
    while (has_kept || has_counted) {
        int order = !has_kept ? 1 : !has_counted ? -1 : compare_rows(pair, &kept, &counted, 0, pair->key_count);
        if (order < 0) {
            note(pair, &kept, "has a row too many", report);
        } else if (order > 0) {
            note(pair, &counted, "lacks a row", report);
        } else if (compare_rows(pair, &kept, &counted, pair->key_count, pair->column_count) != 0) {
            note(pair, &counted, "differs from", report);
        }
        report->row_count += order >= 0;
        has_kept = order <= 0 ? ic_query_next(&kept) : has_kept;
        has_counted = order >= 0 ? ic_query_next(&counted) : has_counted;
    }
    enum ic_rc rc = ic_query_end(&kept);
    enum ic_rc counted_rc = ic_query_end(&counted);
    return rc ? rc : counted_rc;
}

/* ---- Openers: their prints are made of texts, which no statement can. ---- */

struct opener {
    struct ic_id tar_id;
    int64_t kept;
    int64_t print;
};

/* Reads the next ones behind `after`; gives how many there are. */
static enum ic_rc read_openers(struct ic_store_tx *tx, const struct ic_id *after, struct opener *openers,
                               size_t *ret_count, struct ic_err *err)
{
    static const struct ic_str before_all = {"-", 1};
    size_t count = 0;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OPENERS_KEPT, "store.rollup.openers", err);
    ic_query_put_text(&query, IC_P_OPENERS_KEPT_AFTER_TAR_ID, ic_id_is_empty(after) ? before_all : ic_id_text(after));
    ic_query_put_int64(&query, IC_P_OPENERS_KEPT_LIMIT, OPENERS_COUNT);
    while (count < OPENERS_COUNT && ic_query_next(&query)) {
        openers[count] = (struct opener){.tar_id = ic_query_id(&query, 0), .kept = ic_query_int64(&query, 1)};
        openers[count].print = (int64_t)ic_opener_print(ic_query_peek_text(&query, 2));
        count++;
    }
    *ret_count = count;
    return ic_query_end(&query);
}

static void note_opener(const struct opener *opener, struct ic_rollup_report *report)
{
    report->mismatch_count++;
    if (!*report->first_mismatch) {
        (void)snprintf(report->first_mismatch, sizeof report->first_mismatch,
                       "first_reaches has another opener of %.16s", opener->tar_id.text);
    }
}

static enum ic_rc set_openers(struct ic_store_tx *tx, const struct opener *openers, size_t count, struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_OPENER_SET, count, err);
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        if (openers[i].kept != openers[i].print) {
            ic_rows_add(&rows);
            ic_rows_put_id(&rows, IC_P_OPENER_SET_TAR_ID, &openers[i].tar_id);
            ic_rows_put_int64(&rows, IC_P_OPENER_SET_OPENER_PRINT, openers[i].print);
        }
    }
    if (rc == IC_OK && rows.count > 0) {
        rc = ic_rows_run(&rows, tx, NULL, "store.rollup.openers", err);
    }
    ic_rows_release(&rows);
    return rc;
}

/* Compares all openers (`report` is given), or sets those that differ. */
static enum ic_rc walk_openers(struct ic_store_tx *tx, struct ic_rollup_report *report, struct ic_err *err)
{
    struct opener openers[OPENERS_COUNT];
    struct ic_id after = {""};
    size_t count = 0;
    enum ic_rc rc;
    do {
        rc = read_openers(tx, &after, openers, &count, err);
        for (size_t i = 0; i < count && rc == IC_OK && report; i++) {
            if (openers[i].kept != openers[i].print) {
                note_opener(&openers[i], report);
            }
        }
        if (rc == IC_OK && !report && count > 0) {
            rc = set_openers(tx, openers, count, err);
        }
        if (count > 0) {
            after = openers[count - 1].tar_id;
        }
    } while (rc == IC_OK && count == OPENERS_COUNT);
    return rc;
}

/* ---- All together. ---- */

enum ic_rc ic_rollup_check(struct ic_store_tx *tx, struct ic_rollup_report *ret_report, struct ic_err *err)
{
    struct ic_rollup_report report = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        enum ic_rc rc = check_pair(tx, &pairs[i], &report, err);
        if (rc) {
            return rc;
        }
    }
    enum ic_rc rc = walk_openers(tx, &report, err);
    if (rc == IC_OK) {
        *ret_report = report;
    }
    return rc;
}

enum ic_rc ic_rollup_rebuild(struct ic_store_tx *tx, struct ic_err *err)
{
    static const enum ic_statement steps[] = {
        IC_STATEMENT_REACHES_CLEAR,         IC_STATEMENT_REACHES_FILL,         IC_STATEMENT_REACHES_CONTACT_FILL,
        IC_STATEMENT_ROLLUP_QUARTERS_CLEAR, IC_STATEMENT_ROLLUP_QUARTERS_FILL, IC_STATEMENT_ROLLUP_TEAM_FILL,
        IC_STATEMENT_ROLLUP_DAYS_CLEAR,     IC_STATEMENT_ROLLUP_DAYS_FILL,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct ic_query query;
        ic_query_begin(&query, tx, steps[i], "store.rollup.rebuild", err);
        enum ic_rc rc = ic_query_run(&query);
        if (rc) {
            return rc;
        }
    }
    return walk_openers(tx, NULL, err);
}
