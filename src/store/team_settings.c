#include "store/team_settings.h"

#include "store/query.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

enum { NUMBER_SIZE = 24 };

/* The settings that are numbers; the time zone is a text. */
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    {"quorum_percent", offsetof(struct ic_team_settings, quorum_percent)},
    {"majority_percent", offsetof(struct ic_team_settings, majority_percent)},
    {"voting_hours", offsetof(struct ic_team_settings, voting_hours)},
};

enum { NUMBERS_COUNT = sizeof numbers / sizeof numbers[0] };

static const char time_zone_name[] = "time_zone";

static int64_t *number_of(struct ic_team_settings *settings, int index)
{
    return (int64_t *)(void *)((char *)settings + numbers[index].offset);
}

static void read_setting(struct ic_query *query, struct ic_arena *arena, struct ic_team_settings *settings)
{
    struct ic_str name = ic_query_peek_text(query, 0);
    if (ic_str_equal(name, ic_str_from(time_zone_name))) {
        settings->time_zone = ic_query_text(query, 1, arena);
        return;
    }
    for (int i = 0; i < NUMBERS_COUNT; i++) {
        if (ic_str_equal(name, ic_str_from(numbers[i].name)) &&
            !ic_str_to_int64(ic_query_peek_text(query, 1), number_of(settings, i))) {
            ic_query_corrupt(query, "a setting of the team is no number");
        }
    }
}

enum ic_rc ic_store_team_settings_get(struct ic_store_tx *tx, struct ic_arena *arena,
                                      struct ic_team_settings *ret_settings, struct ic_err *err)
{
    struct ic_team_settings settings = {
        .quorum_percent = IC_DEFAULT_QUORUM_PERCENT,
        .majority_percent = IC_DEFAULT_MAJORITY_PERCENT,
        .voting_hours = IC_DEFAULT_VOTING_HOURS,
        .time_zone = IC_STR("UTC"),
    };
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TEAM_SETTING_LIST, "store.team_settings.get", err);
    while (ic_query_next(&query)) {
        read_setting(&query, arena, &settings);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_settings = settings;
    }
    return rc;
}

struct setting_write {
    struct ic_store_tx *tx;
    const struct ic_id *opr_id;
    int64_t now;
};

static enum ic_rc put_one(const struct setting_write *write, const char *name, struct ic_str value, struct ic_err *err)
{
    static const char operation[] = "store.team_settings.put";
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, write->tx, IC_STATEMENT_TEAM_SETTING_CHANGE, operation, err);
    ic_query_put_text(&query, IC_P_TEAM_SETTING_CHANGE_SETTING_NAME, ic_str_from(name));
    ic_query_put_text(&query, IC_P_TEAM_SETTING_CHANGE_SETTING_VALUE, value);
    ic_query_put_id(&query, IC_P_TEAM_SETTING_CHANGE_OPR_ID, write->opr_id);
    ic_query_put_int64(&query, IC_P_TEAM_SETTING_CHANGE_CHANGED_AT, write->now);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (rc || changed_count > 0) {
        return rc;
    }
    ic_query_begin(&query, write->tx, IC_STATEMENT_TEAM_SETTING_INSERT, operation, err);
    ic_query_put_text(&query, IC_P_TEAM_SETTING_INSERT_SETTING_NAME, ic_str_from(name));
    ic_query_put_text(&query, IC_P_TEAM_SETTING_INSERT_SETTING_VALUE, value);
    ic_query_put_id(&query, IC_P_TEAM_SETTING_INSERT_OPR_ID, write->opr_id);
    ic_query_put_int64(&query, IC_P_TEAM_SETTING_INSERT_CHANGED_AT, write->now);
    return ic_query_run(&query);
}

enum ic_rc ic_store_team_settings_put(struct ic_store_tx *tx, const struct ic_team_settings *settings,
                                      const struct ic_id *opr_id, int64_t now, struct ic_arena *arena,
                                      struct ic_err *err)
{
    const struct setting_write write = {tx, opr_id, now};
    struct ic_team_settings wanted = *settings;
    struct ic_team_settings held;
    enum ic_rc rc = ic_store_team_settings_get(tx, arena, &held, err);
    for (int i = 0; i < NUMBERS_COUNT && !rc; i++) {
        char text[NUMBER_SIZE];
        int64_t value = *number_of(&wanted, i);
        if (value != *number_of(&held, i)) {
            (void)snprintf(text, sizeof text, "%" PRId64, value);
            rc = put_one(&write, numbers[i].name, ic_str_from(text), err);
        }
    }
    if (!rc && !ic_str_equal(wanted.time_zone, held.time_zone)) {
        rc = put_one(&write, time_zone_name, wanted.time_zone, err);
    }
    return rc;
}
