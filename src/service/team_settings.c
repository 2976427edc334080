#include "service/team_settings.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"

static const char operation[] = "service.team_settings";

struct settings_work {
    struct ic_service *service;
    const struct ic_asker *asker;
    struct ic_team_settings settings;
    struct ic_arena *arena;
    int64_t now;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct settings_work *work = context;
    return ic_store_team_settings_get(tx, work->arena, &work->settings, err);
}

enum ic_rc ic_team_settings_get(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                                struct ic_team_settings *ret_settings, struct ic_err *err)
{
    struct settings_work work = {.arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_SETTINGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &work, err);
    }
    if (rc == IC_OK) {
        *ret_settings = work.settings;
    }
    return rc;
}

static enum ic_rc check_range(int64_t value, int64_t least, int64_t most, const char *field, struct ic_err *err)
{
    return value >= least && value <= most ? IC_OK
                                           : ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field,
                                                              "It is %lld to %lld.", (long long)least, (long long)most);
}

static enum ic_rc check(struct ic_service *service, const struct ic_team_settings *settings, struct ic_err *err)
{
    const struct ic_zone *zone;
    enum ic_rc rc = check_range(settings->quorum_percent, 1, 100, "/quorum_percent", err);
    if (rc == IC_OK) {
        rc = check_range(settings->majority_percent, 50, 100, "/majority_percent", err);
    }
    if (rc == IC_OK) {
        rc = check_range(settings->voting_hours, 1, IC_LIMIT_VOTING_HOURS_MAX, "/voting_hours", err);
    }
    return rc == IC_OK
               ? ic_zones_get(&service->zones, settings->time_zone, IC_CODE_INVALID_FIELD, "/time_zone", &zone, err)
               : rc;
}

static bool are_same(const struct ic_team_settings *left, const struct ic_team_settings *right)
{
    return left->quorum_percent == right->quorum_percent && left->majority_percent == right->majority_percent &&
           left->voting_hours == right->voting_hours && ic_str_equal(left->time_zone, right->time_zone);
}

static enum ic_rc write_json(struct ic_audit_value *value, const struct ic_team_settings *settings,
                             struct ic_str *ret_json, struct ic_err *err)
{
    ic_audit_value_begin(value);
    ic_json_put_int64(&value->writer, "quorum_percent", settings->quorum_percent);
    ic_json_put_int64(&value->writer, "majority_percent", settings->majority_percent);
    ic_json_put_int64(&value->writer, "voting_hours", settings->voting_hours);
    ic_json_put_text(&value->writer, "time_zone", settings->time_zone);
    return ic_audit_value_end(value, ret_json, err);
}

static enum ic_rc record(struct ic_store_tx *tx, const struct settings_work *work,
                         const struct ic_team_settings *before, struct ic_err *err)
{
    struct ic_audit_value values[2] = {0};
    struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_SETTINGS_CHANGED};
    enum ic_rc rc = write_json(&values[0], before, &deed.value_before, err);
    if (rc == IC_OK) {
        rc = write_json(&values[1], &work->settings, &deed.value_after, err);
    }
    if (rc == IC_OK) {
        rc = ic_audit_record(tx, work->asker, &deed, work->now, err);
    }
    ic_audit_value_release(&values[0]);
    ic_audit_value_release(&values[1]);
    return rc;
}

static enum ic_rc run_change(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct settings_work *work = context;
    struct ic_team_settings before;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_CHANGE_SETTINGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_team_settings_get(tx, work->arena, &before, err);
    }
    if (rc != IC_OK || are_same(&before, &work->settings)) {
        return rc;
    }
    rc = ic_store_team_settings_put(tx, &work->settings, &work->asker->opr_id, work->now, work->arena, err);
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, work->service, &work->asker->opr_id, "changed the team's settings",
                                 (struct ic_str){0}, work->now, err);
    }
    return rc == IC_OK ? record(tx, work, &before, err) : rc;
}

enum ic_rc ic_team_settings_change(struct ic_service *service, const struct ic_asker *asker,
                                   const struct ic_team_settings *settings, struct ic_arena *arena, struct ic_err *err)
{
    struct settings_work work = {service, asker, *settings, arena, ic_clock_now_ms(&service->clock)};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_CHANGE_SETTINGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check(service, settings, err);
    }
    return rc == IC_OK ? ic_store_write(service->store, run_change, &work, err) : rc;
}
