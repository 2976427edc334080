#include "agent/replica.h"

#include "agent/ledger_db.h"

#include <stdio.h>
#include <string.h>

static const char operation[] = "agent.replica";

/* A page that is being stored: the first failure stays, and what follows does nothing. */
struct taking {
    struct ic_ledger *ledger;
    int64_t generation;
    struct ic_err err;
};

/* A statement of a row of this generation, which is its first parameter; NULL after a failure. */
static sqlite3_stmt *begin_row(struct taking *taking, enum ic_ledger_sql index)
{
    if (taking->err.code != IC_CODE_OK) {
        return NULL;
    }
    sqlite3_stmt *row = ic_ledger_db_prepare(taking->ledger, index, operation, &taking->err);
    if (row) {
        sqlite3_bind_int64(row, 1, taking->generation);
    }
    return row;
}

static void end_row(struct taking *taking, sqlite3_stmt *row)
{
    enum ic_rc rc = ic_ledger_db_write(taking->ledger, row, operation, &taking->err);
    (void)rc; /* It stays in taking->err. */
}

static void bind_name(sqlite3_stmt *row, int index, const char *name)
{
    ic_ledger_db_bind(row, index, ic_str_from(name));
}

static void put_suppression(struct taking *taking, const struct ic_pulled_suppression *item)
{
    enum ic_ledger_sql index = item->is_suppressed ? IC_LEDGER_SQL_PUT_SUPPRESSION : IC_LEDGER_SQL_REMOVE_SUPPRESSION;
    sqlite3_stmt *row = begin_row(taking, index);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_handle_text(&item->tar_username));
    if (item->is_suppressed) {
        ic_ledger_db_bind(row, 3, item->reason);
        ic_ledger_db_bind(row, 4, ic_id_text(&item->opr_id));
        sqlite3_bind_int64(row, 5, item->changed_at);
    }
    end_row(taking, row);
}

static void put_operator(struct taking *taking, const struct ic_pulled_operator *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_OPERATOR);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_id_text(&item->opr_id));
    ic_ledger_db_bind(row, 3, item->opr_name);
    bind_name(row, 4, ic_operator_status_name(item->opr_status));
    sqlite3_bind_int64(row, 5, item->last_activity);
    end_row(taking, row);
}

static void put_actor(struct taking *taking, const struct ic_pulled_actor *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_ACTOR);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_id_text(&item->act_id));
    ic_ledger_db_bind(row, 3, ic_handle_text(&item->act_username));
    ic_ledger_db_bind(row, 4, ic_id_text(&item->opr_id));
    bind_name(row, 5, ic_actor_status_name(item->act_status));
    sqlite3_bind_int64(row, 6, item->last_activity);
    end_row(taking, row);
}

static void bind_contact(sqlite3_stmt *row, int index, const struct ic_pulled_contact *contact)
{
    ic_ledger_db_bind(row, index, contact->text);
    bind_name(row, index + 1, ic_contact_state_name(contact->state));
}

static void put_target(struct taking *taking, const struct ic_pulled_target *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_TARGET);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_id_text(&item->tar_id));
    ic_ledger_db_bind(row, 3, ic_handle_text(&item->tar_username));
    bind_name(row, 4, ic_target_status_name(item->tar_status));
    bind_name(row, 5, item->has_stage ? ic_target_status_name(item->stage) : NULL);
    ic_ledger_db_bind(row, 6, ic_id_text(&item->merged_into));
    sqlite3_bind_int64(row, 7, item->first_contacted);
    sqlite3_bind_int64(row, 8, item->last_updated);
    ic_ledger_db_bind(row, 9, item->notes);
    bind_contact(row, 10, &item->email);
    bind_contact(row, 12, &item->phone_num);
    bind_contact(row, 14, &item->cont_source);
    end_row(taking, row);
}

static void put_alias(struct taking *taking, const struct ic_pulled_alias *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_ALIAS);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_handle_text(&item->alias_username));
    ic_ledger_db_bind(row, 3, ic_id_text(&item->tar_id));
    end_row(taking, row);
}

static void put_outreach(struct taking *taking, const struct ic_pulled_outreach *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_OUTREACH);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_id_text(&item->elg_id));
    ic_ledger_db_bind(row, 3, ic_id_text(&item->opr_id));
    ic_ledger_db_bind(row, 4, ic_id_text(&item->act_id));
    ic_ledger_db_bind(row, 5, ic_id_text(&item->tar_id));
    sqlite3_bind_int64(row, 6, item->created_at);
    end_row(taking, row);
}

static void put_goal(struct taking *taking, const struct ic_pulled_goal *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_GOAL);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_id_text(&item->goal_id));
    ic_ledger_db_bind(row, 3, item->metric);
    sqlite3_bind_int64(row, 4, item->target_value);
    ic_ledger_db_bind(row, 5, item->frequency);
    ic_ledger_db_bind(row, 6, ic_id_text(&item->assigned_to_opr));
    ic_ledger_db_bind(row, 7, ic_id_text(&item->assigned_to_act));
    ic_ledger_db_bind(row, 8, item->status);
    ic_ledger_db_bind(row, 9, ic_id_text(&item->suggested_by));
    sqlite3_bind_int64(row, 10, item->created_at);
    sqlite3_bind_int64(row, 11, item->start_date);
    sqlite3_bind_int64(row, 12, item->end_date);
    end_row(taking, row);
}

static void put_rule(struct taking *taking, const struct ic_pulled_rule *item)
{
    sqlite3_stmt *row = begin_row(taking, IC_LEDGER_SQL_PUT_RULE);
    if (!row) {
        return;
    }
    ic_ledger_db_bind(row, 2, ic_id_text(&item->rule_id));
    ic_ledger_db_bind(row, 3, item->type);
    ic_ledger_db_bind(row, 4, item->metric);
    sqlite3_bind_int64(row, 5, item->limit_value);
    sqlite3_bind_int64(row, 6, item->time_window_sec);
    ic_ledger_db_bind(row, 7, item->severity);
    ic_ledger_db_bind(row, 8, ic_id_text(&item->assigned_to_opr));
    ic_ledger_db_bind(row, 9, ic_id_text(&item->assigned_to_act));
    ic_ledger_db_bind(row, 10, item->status);
    ic_ledger_db_bind(row, 11, ic_id_text(&item->suggested_by));
    sqlite3_bind_int64(row, 12, item->created_at);
    end_row(taking, row);
}

/* Who is not to be contacted comes first, whatever the rest does. */
static void put_rows(struct taking *taking, const struct ic_pull_page *page)
{
    for (size_t i = 0; i < page->suppressions_count; i++) {
        put_suppression(taking, &page->suppressions[i]);
    }
    for (size_t i = 0; i < page->operators_count; i++) {
        put_operator(taking, &page->operators[i]);
    }
    for (size_t i = 0; i < page->actors_count; i++) {
        put_actor(taking, &page->actors[i]);
    }
    for (size_t i = 0; i < page->targets_count; i++) {
        put_target(taking, &page->targets[i]);
    }
    for (size_t i = 0; i < page->aliases_count; i++) {
        put_alias(taking, &page->aliases[i]);
    }
    for (size_t i = 0; i < page->outreach_count; i++) {
        put_outreach(taking, &page->outreach[i]);
    }
    for (size_t i = 0; i < page->goals_count; i++) {
        put_goal(taking, &page->goals[i]);
    }
    for (size_t i = 0; i < page->rules_count; i++) {
        put_rule(taking, &page->rules[i]);
    }
}

/* The last page of a snapshot is, too, when nothing has happened since that began. */
static bool is_complete(const struct ic_pull_page *page)
{
    return !page->has_more;
}

/* Where the replica begins to be filled by this page, before its rows. */
static struct ic_replica_place place_before(const struct ic_replica_place *now, const struct ic_replica_pull *pull,
                                            const struct ic_pull_page *page)
{
    struct ic_replica_place place = *now;
    if (page->is_reset || pull->from_the_beginning) {
        place.has_stale |= place.filling != 0;
        place.filling = (place.filling > place.in_use ? place.filling : place.in_use) + 1;
        place.done = 0;
        place.total = 0;
    }
    return place;
}

/* Where it stands with them. */
static struct ic_replica_place place_behind(struct ic_replica_place place, const struct ic_replica_pull *pull,
                                            const struct ic_pull_page *page, int64_t now_ms)
{
    if (page->has_progress) {
        place.done = page->done;
        place.total = page->total;
    }
    if (is_complete(page)) {
        place.pulled_at = now_ms;
        if (place.filling != 0) {
            place.has_stale |= place.in_use != 0;
            place.in_use = place.filling;
            place.filling = 0;
        }
    }
    snprintf(place.place, sizeof place.place, "%.*s", (int)page->next.size, page->next.data);
    snprintf(place.server_url, sizeof place.server_url, "%s", pull->server_url);
    return place;
}

static enum ic_rc put_place(struct ic_ledger *ledger, const struct ic_replica_place *place, struct ic_err *err)
{
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_PUT_REPLICA, operation, err);
    if (!row) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(row, 1, place->in_use);
    sqlite3_bind_int64(row, 2, place->filling);
    sqlite3_bind_int(row, 3, place->has_stale);
    bind_name(row, 4, place->place);
    bind_name(row, 5, place->server_url);
    sqlite3_bind_int64(row, 6, place->done);
    sqlite3_bind_int64(row, 7, place->total);
    sqlite3_bind_int64(row, 8, place->pulled_at);
    return ic_ledger_db_write(ledger, row, operation, err);
}

/* What the page says of the server rather than of its state. */
static enum ic_rc take_news(struct ic_ledger *ledger, const struct ic_replica_pull *pull,
                            const struct ic_pull_page *page, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    if (page->has_lost_past) {
        rc = ic_ledger_db_move_acknowledged(ledger, IC_MOVE_LOSE_PAST, pull->server_url, err);
        if (rc == IC_OK) {
            rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_LOSE_PAST, 1, err);
        }
    }
    if (rc == IC_OK && page->hybrid_time > 0) {
        rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_PUT_HYBRID_TIME, page->hybrid_time, err);
    }
    if (rc == IC_OK && is_complete(page)) {
        rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_PUT_ECHOED, pull->settles, err);
    }
    if (rc == IC_OK) {
        /* The server knew what was acknowledged last, and from here on the place tells of it. */
        rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_PUT_CONFIRMED, pull->settles, err);
    }
    if (rc == IC_OK) {
        rc = ic_ledger_put_link(ledger, pull->link, err);
    }
    return rc == IC_OK ? ic_ledger_db_put_heard(ledger, pull->heard, err) : rc;
}

/* A replica that was being filled is left for another one. Whom it said not to contact is not to be contacted until a
 * replica is complete: the one in use says so, too, from now on. */
static enum ic_rc keep_suppressions(struct ic_ledger *ledger, const struct ic_replica_place *now,
                                    const struct ic_replica_place *place, struct ic_err *err)
{
    if (now->filling == 0 || now->filling == place->filling) {
        return IC_OK;
    }
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_KEEP_SUPPRESSIONS, operation, err);
    if (!row) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(row, 1, now->in_use);
    sqlite3_bind_int64(row, 2, now->filling);
    return ic_ledger_db_write(ledger, row, operation, err);
}

static bool is_where_it_was(const struct ic_replica_place *now, const struct ic_replica_place *asked_at)
{
    return now->in_use == asked_at->in_use && now->filling == asked_at->filling &&
           strcmp(now->place, asked_at->place) == 0 && strcmp(now->server_url, asked_at->server_url) == 0;
}

static enum ic_rc store(struct ic_ledger *ledger, const struct ic_replica_pull *pull, const struct ic_pull_page *page,
                        struct ic_err *err)
{
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_get_summary(ledger, &summary, err);
    if (rc != IC_OK || !is_where_it_was(&summary.replica, &pull->asked_at)) {
        return rc;
    }
    struct ic_replica_place place = place_before(&summary.replica, pull, page);
    rc = keep_suppressions(ledger, &summary.replica, &place, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct taking taking = {
        .ledger = ledger, .generation = place.filling ? place.filling : place.in_use, .err = IC_ERR_NONE};
    put_rows(&taking, page);
    if (taking.err.code != IC_CODE_OK) {
        *err = taking.err;
        return ic_err_rc(err);
    }
    struct ic_replica_place before = place;
    place = place_behind(place, pull, page, ic_clock_now_ms(ledger->clock));
    if (before.in_use == 0 && place.in_use != 0) {
        /* What was kept before there was a replica: 0 is no generation, and never swept. */
        rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_FORGET_SUPPRESSIONS, 0, err);
    }
    rc = rc == IC_OK ? put_place(ledger, &place, err) : rc;
    return rc == IC_OK ? take_news(ledger, pull, page, err) : rc;
}

/* Whether the page tells nothing that the ledger does not have. */
static bool is_nothing_new(const struct ic_ledger_summary *summary, const struct ic_replica_pull *pull,
                           const struct ic_pull_page *page, int64_t now_ms)
{
    size_t rows = page->suppressions_count + page->operators_count + page->actors_count + page->targets_count +
                  page->aliases_count + page->outreach_count + page->goals_count + page->rules_count;
    int64_t since_ms = now_ms - summary->replica.pulled_at;
    return rows == 0 && is_complete(page) && !page->is_reset && summary->replica.filling == 0 &&
           ic_str_is(page->next, summary->replica.place) && summary->link.state == IC_LINK_ONLINE &&
           ic_id_equal(&summary->link.device_id, &pull->link->device_id) && since_ms >= 0 &&
           since_ms < IC_REPLICA_UNCHANGED_MS_MAX && summary->memory.heard.features.bits == page->features.bits &&
           summary->memory.settles == summary->memory.echoed && ic_id_is_empty(&summary->memory.seen);
}

enum ic_rc ic_replica_take(struct ic_ledger *ledger, const struct ic_replica_pull *pull,
                           const struct ic_pull_page *page, struct ic_err *err)
{
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_get_summary(ledger, &summary, err);
    if (rc != IC_OK || is_nothing_new(&summary, pull, page, ic_clock_now_ms(ledger->clock))) {
        return rc;
    }
    rc = ic_ledger_db_begin(ledger, operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    return ic_ledger_db_end(ledger, store(ledger, pull, page, err), operation, err);
}

enum ic_rc ic_replica_sweep(struct ic_ledger *ledger, bool *ret_has_more, struct ic_err *err)
{
    static const enum ic_ledger_sql sweeps[] = {
        IC_LEDGER_SQL_SWEEP_TARGETS,   IC_LEDGER_SQL_SWEEP_OUTREACH, IC_LEDGER_SQL_SWEEP_SUPPRESSIONS,
        IC_LEDGER_SQL_SWEEP_OPERATORS, IC_LEDGER_SQL_SWEEP_ACTORS,   IC_LEDGER_SQL_SWEEP_ALIASES,
        IC_LEDGER_SQL_SWEEP_GOALS,     IC_LEDGER_SQL_SWEEP_RULES,
    };
    int64_t removed = 0;
    enum ic_rc rc = ic_ledger_db_begin(ledger, operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    for (size_t i = 0; i < sizeof sweeps / sizeof sweeps[0] && rc == IC_OK; i++) {
        rc = ic_ledger_db_put_number(ledger, sweeps[i], IC_REPLICA_SWEEP_MAX, err);
        removed += sqlite3_changes64(ledger->db);
    }
    if (rc == IC_OK && removed == 0) {
        rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_PUT_STALE, 0, err);
    }
    rc = ic_ledger_db_end(ledger, rc, operation, err);
    *ret_has_more = rc == IC_OK && removed > 0;
    return rc;
}

enum ic_rc ic_replica_count_agreed(struct ic_ledger *ledger, struct ic_replica_agreed *ret_agreed, struct ic_err *err)
{
    struct ic_err fault = IC_ERR_NONE;
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_COUNT_AGREED, operation, &fault);
    if (row) {
        bind_name(row, 1, ic_proposal_status_name(IC_PROPOSAL_STATUS_ACTIVE));
        bind_name(row, 2, ic_proposal_status_name(IC_PROPOSAL_STATUS_PENDING_SUGGESTION));
        if (ic_ledger_db_row(ledger, row, operation, &fault)) {
            *ret_agreed = (struct ic_replica_agreed){.goals = sqlite3_column_int64(row, 0),
                                                     .rules = sqlite3_column_int64(row, 1),
                                                     .suggestions = sqlite3_column_int64(row, 2)};
        }
        ic_ledger_db_done(row);
    }
    if (fault.code != IC_CODE_OK && err) {
        *err = fault;
    }
    return ic_err_rc(&fault);
}

enum ic_rc ic_replica_expire(struct ic_ledger *ledger, struct ic_err *err)
{
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_get_summary(ledger, &summary, err);
    if (rc != IC_OK) {
        return rc;
    }
    int64_t now_ms = ic_ledger_memory_now_ms(&summary.memory, ledger->clock);
    return ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_EXPIRE_OUTREACH, now_ms - IC_LIMIT_RECENT_OUTREACH_MS, err);
}
