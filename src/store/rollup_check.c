#include "store/query.h"
#include "store/rollup.h"

#include <stdio.h>
#include <string.h>

/* A roll-up twice: as it is kept, and counted from the events; both in the order of the key. */
struct pair {
    const char *name;
    enum ic_statement kept;
    enum ic_statement counted;
    int key_count; /* How many columns, from the first, are the key. */
    int column_count;
    bool is_text[8];
};

static const struct pair pairs[] = {
    {"rollup_counts",
     IC_STATEMENT_ROLLUP_COUNTS_KEPT,
     IC_STATEMENT_ROLLUP_COUNTS_COUNTED,
     4,
     5,
     {false, true, true, true, false}},
    {"rollup_team", IC_STATEMENT_ROLLUP_TEAM_KEPT, IC_STATEMENT_ROLLUP_TEAM_COUNTED, 2, 3, {false, true, false}},
    {"first_reaches",
     IC_STATEMENT_REACHES_KEPT,
     IC_STATEMENT_REACHES_COUNTED,
     2,
     7,
     {true, true, false, false, true, true, true}},
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

enum ic_rc ic_rollup_check(struct ic_store_tx *tx, struct ic_rollup_report *ret_report, struct ic_err *err)
{
    struct ic_rollup_report report = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        enum ic_rc rc = check_pair(tx, &pairs[i], &report, err);
        if (rc) {
            return rc;
        }
    }
    *ret_report = report;
    return IC_OK;
}

enum ic_rc ic_rollup_rebuild(struct ic_store_tx *tx, struct ic_err *err)
{
    static const enum ic_statement steps[] = {
        IC_STATEMENT_ROLLUP_COUNTS_CLEAR, IC_STATEMENT_ROLLUP_COUNTS_FILL, IC_STATEMENT_ROLLUP_TEAM_CLEAR,
        IC_STATEMENT_ROLLUP_TEAM_FILL,    IC_STATEMENT_REACHES_CLEAR,      IC_STATEMENT_REACHES_FILL,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct ic_query query;
        ic_query_begin(&query, tx, steps[i], "store.rollup.rebuild", err);
        enum ic_rc rc = ic_query_run(&query);
        if (rc) {
            return rc;
        }
    }
    return IC_OK;
}
