#include "sync/pull_page.h"

#include "sync/hybrid_time.h"

#include <stdio.h>

static const char operation[] = "sync.pull_page.decode";

/* The end of the year 9999, as everywhere in the contract. */
#define TIME_MS_MAX INT64_C(253402300799999)

/* A character has at most four bytes; a name of an enumeration fits in 64. */
enum { CHARACTER_BYTES_MAX = 4, NAME_BYTES_MAX = 64 };

/* The largest integer that every language's numbers hold exactly. */
#define COUNT_MAX INT64_C(9007199254740991)

/* ---- Fields. ---- */

static int64_t get_time(struct ic_json_reader *reader, const char *key)
{
    return ic_json_get_int64(reader, key, 0, TIME_MS_MAX);
}

static struct ic_str find_characters(struct ic_json_reader *reader, const char *key, size_t characters_max)
{
    return ic_json_find_text(reader, key, 0, CHARACTER_BYTES_MAX * characters_max);
}

static void get_id(struct ic_json_reader *reader, const char *key, enum ic_id_kind kind, struct ic_id *ret_id)
{
    struct ic_str text = ic_json_get_text(reader, key, 1, IC_ID_SIZE);
    if (ic_json_reader_ok(reader) && !ic_id_parse(kind, text, ret_id)) {
        ic_json_refuse(reader, key, "This is not an id of that kind.");
    }
}

static void get_handle(struct ic_json_reader *reader, const char *key, struct ic_handle *ret_handle)
{
    struct ic_str text = ic_json_get_text(reader, key, 1, IC_LIMIT_HANDLE_CHARACTERS_MAX);
    if (!ic_json_reader_ok(reader)) {
        return;
    }
    if (!ic_handle_parse(text, ret_handle) || !ic_str_equal(ic_handle_text(ret_handle), text)) {
        ic_json_refuse(reader, key, "This is not a handle: a-z, 0-9, dot and underscore.");
    }
}

static void get_target_status(struct ic_json_reader *reader, const char *key, enum ic_target_status *ret_status)
{
    struct ic_str name = ic_json_get_text(reader, key, 1, NAME_BYTES_MAX);
    if (ic_json_reader_ok(reader) && !ic_target_status_parse(name.data, name.size, ret_status)) {
        ic_json_refuse(reader, key, "This status is not known here.");
    }
}

static struct ic_pulled_contact get_contact(struct ic_json_reader *reader, const char *key, const char *state_key,
                                            size_t characters_max)
{
    struct ic_pulled_contact contact = {.text = find_characters(reader, key, characters_max)};
    struct ic_str name = ic_json_get_text(reader, state_key, 1, NAME_BYTES_MAX);
    if (!ic_json_reader_ok(reader)) {
        return contact;
    }
    if (!ic_contact_state_parse(name.data, name.size, &contact.state)) {
        ic_json_refuse(reader, state_key, "This state is not known here.");
    } else if ((contact.state == IC_CONTACT_STATE_FOUND) != (contact.text.size > 0)) {
        ic_json_refuse(reader, key, "A contact has a text exactly when it is found.");
    }
    return contact;
}

static void find_id(struct ic_json_reader *reader, const char *key, enum ic_id_kind kind, struct ic_id *ret_id)
{
    struct ic_str text = ic_json_find_text(reader, key, 1, IC_ID_SIZE);
    if (text.size > 0 && !ic_id_parse(kind, text, ret_id)) {
        ic_json_refuse(reader, key, "This is not an id of that kind.");
    }
}

/* A name of an enumeration that a newer server may have lengthened. */
static struct ic_str get_name(struct ic_json_reader *reader, const char *key)
{
    return ic_json_get_text(reader, key, 1, NAME_BYTES_MAX);
}

/* ---- Rows. ---- */

typedef void (*read_row)(struct ic_json_reader *reader, void *ret_row);

static void read_suppression(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_suppression *row = ret_row;
    get_handle(reader, "tar_username", &row->tar_username);
    row->is_suppressed = ic_json_get_bool(reader, "is_suppressed");
    row->reason = find_characters(reader, "reason", IC_LIMIT_REASON_CHARACTERS_MAX);
    get_id(reader, "opr_id", IC_ID_OPERATOR, &row->opr_id);
    row->changed_at = get_time(reader, "changed_at");
}

static void read_operator(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_operator *row = ret_row;
    get_id(reader, "opr_id", IC_ID_OPERATOR, &row->opr_id);
    row->opr_name =
        ic_json_get_text(reader, "opr_name", 1, (size_t)CHARACTER_BYTES_MAX * IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX);
    struct ic_str status = ic_json_get_text(reader, "opr_status", 1, NAME_BYTES_MAX);
    if (ic_json_reader_ok(reader) && !ic_operator_status_parse(status.data, status.size, &row->opr_status)) {
        ic_json_refuse(reader, "opr_status", "This status is not known here.");
    }
    row->last_activity = get_time(reader, "last_activity");
}

static void read_actor(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_actor *row = ret_row;
    get_id(reader, "act_id", IC_ID_ACTOR, &row->act_id);
    get_handle(reader, "act_username", &row->act_username);
    get_id(reader, "opr_id", IC_ID_OPERATOR, &row->opr_id);
    struct ic_str status = ic_json_get_text(reader, "act_status", 1, NAME_BYTES_MAX);
    if (ic_json_reader_ok(reader) && !ic_actor_status_parse(status.data, status.size, &row->act_status)) {
        ic_json_refuse(reader, "act_status", "This status is not known here.");
    }
    row->last_activity = get_time(reader, "last_activity");
}

static void read_target(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_target *row = ret_row;
    get_id(reader, "tar_id", IC_ID_TARGET, &row->tar_id);
    get_handle(reader, "tar_username", &row->tar_username);
    get_target_status(reader, "tar_status", &row->tar_status);
    row->has_stage = json_object_get(reader->object, "stage") != NULL;
    if (row->has_stage) {
        get_target_status(reader, "stage", &row->stage);
    }
    find_id(reader, "merged_into", IC_ID_TARGET, &row->merged_into);
    row->first_contacted = ic_json_find_int64(reader, "first_contacted", 0, TIME_MS_MAX, 0);
    row->last_updated = get_time(reader, "last_updated");
    row->notes = find_characters(reader, "notes", IC_LIMIT_NOTES_CHARACTERS_MAX);
    row->email = get_contact(reader, "email", "email_state", IC_LIMIT_EMAIL_CHARACTERS_MAX);
    row->phone_num = get_contact(reader, "phone_num", "phone_num_state", IC_LIMIT_PHONE_NUM_CHARACTERS_MAX);
    row->cont_source = get_contact(reader, "cont_source", "cont_source_state", IC_LIMIT_CONT_SOURCE_CHARACTERS_MAX);
}

static void read_alias(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_alias *row = ret_row;
    get_handle(reader, "alias_username", &row->alias_username);
    get_id(reader, "tar_id", IC_ID_TARGET, &row->tar_id);
}

static void read_outreach(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_outreach *row = ret_row;
    get_id(reader, "elg_id", IC_ID_EVENT, &row->elg_id);
    get_id(reader, "opr_id", IC_ID_OPERATOR, &row->opr_id);
    get_id(reader, "act_id", IC_ID_ACTOR, &row->act_id);
    get_id(reader, "tar_id", IC_ID_TARGET, &row->tar_id);
    row->created_at = get_time(reader, "created_at");
}

static void read_goal(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_goal *row = ret_row;
    get_id(reader, "goal_id", IC_ID_GOAL, &row->goal_id);
    row->metric = get_name(reader, "metric");
    row->target_value = ic_json_get_int64(reader, "target_value", 1, COUNT_MAX);
    row->frequency = get_name(reader, "frequency");
    find_id(reader, "assigned_to_opr", IC_ID_OPERATOR, &row->assigned_to_opr);
    find_id(reader, "assigned_to_act", IC_ID_ACTOR, &row->assigned_to_act);
    row->status = get_name(reader, "status");
    get_id(reader, "suggested_by", IC_ID_OPERATOR, &row->suggested_by);
    row->created_at = get_time(reader, "created_at");
    row->start_date = get_time(reader, "start_date");
    row->end_date = ic_json_find_int64(reader, "end_date", 0, TIME_MS_MAX, 0);
}

static void read_rule(struct ic_json_reader *reader, void *ret_row)
{
    struct ic_pulled_rule *row = ret_row;
    get_id(reader, "rule_id", IC_ID_RULE, &row->rule_id);
    row->type = get_name(reader, "type");
    row->metric = get_name(reader, "metric");
    row->limit_value = ic_json_get_int64(reader, "limit_value", 0, COUNT_MAX);
    row->time_window_sec = ic_json_get_int64(reader, "time_window_sec", 1, COUNT_MAX);
    row->severity =
        ic_json_get_text(reader, "severity", 1, (size_t)CHARACTER_BYTES_MAX * IC_LIMIT_SEVERITY_CHARACTERS_MAX);
    find_id(reader, "assigned_to_opr", IC_ID_OPERATOR, &row->assigned_to_opr);
    find_id(reader, "assigned_to_act", IC_ID_ACTOR, &row->assigned_to_act);
    row->status = get_name(reader, "status");
    get_id(reader, "suggested_by", IC_ID_OPERATOR, &row->suggested_by);
    row->created_at = get_time(reader, "created_at");
}

/* Reads the array `key`, a row of `row_size` bytes for each item; NULL after a failure. No row's reader is finished:
 * a newer server may say more. */
static void *get_rows(struct ic_json_reader *reader, const char *key, struct ic_arena *arena, size_t row_size,
                      read_row read, size_t *ret_count)
{
    json_t *items = ic_json_get_array(reader, key, 0, IC_LIMIT_PULL_ROWS_MAX);
    size_t count = json_array_size(items);
    char *rows = items ? ic_arena_alloc_array(arena, count, row_size) : NULL;
    if (!rows) {
        if (items) {
            (void)ic_arena_failed(operation, reader->err);
        }
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct ic_json_reader row;
        ic_json_reader_init(&row, json_array_get(items, i), operation, reader->err);
        if (ic_json_reader_ok(&row)) {
            read(&row, rows + i * row_size);
        }
        if (!ic_json_reader_ok(&row)) {
            char prefix[IC_ERR_FIELD_SIZE];
            snprintf(prefix, sizeof prefix, "/%s/%zu", key, i);
            ic_err_prefix_field(reader->err, prefix);
            return NULL;
        }
    }
    *ret_count = count;
    return rows;
}

/* ---- The page. ---- */

static void get_next(struct ic_json_reader *reader, struct ic_str *ret_next)
{
    struct ic_str next = ic_json_get_text(reader, "next", 1, IC_LIMIT_PLACE_CHARACTERS_MAX);
    for (size_t i = 0; i < next.size; i++) {
        char c = next.data[i];
        bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!known) {
            /* It is to be sent back in an address: nothing is to get there that means something else. */
            ic_json_refuse(reader, "next", "A place has letters, digits, - and _ only.");
            return;
        }
    }
    *ret_next = next;
}

static void find_progress(struct ic_json_reader *reader, struct ic_pull_page *page)
{
    json_t *object = ic_json_find_object(reader, "progress");
    if (!object) {
        return;
    }
    struct ic_json_reader progress;
    ic_json_reader_init(&progress, object, operation, reader->err);
    page->has_progress = true;
    page->done = ic_json_get_int64(&progress, "done", 0, INT64_MAX);
    page->total = ic_json_get_int64(&progress, "total", 0, INT64_MAX);
    if (!ic_json_reader_ok(&progress)) {
        ic_err_prefix_field(reader->err, "/progress");
    }
}

/* Both are there, or neither. */
static void find_goals_and_rules(struct ic_json_reader *reader, struct ic_arena *arena, struct ic_pull_page *page)
{
    bool has_goals = json_object_get(reader->object, "goals") != NULL;
    bool has_rules = json_object_get(reader->object, "rules") != NULL;
    if (!has_goals && !has_rules) {
        return;
    }
    page->has_goals_and_rules = true;
    page->goals = get_rows(reader, "goals", arena, sizeof *page->goals, read_goal, &page->goals_count);
    page->rules = get_rows(reader, "rules", arena, sizeof *page->rules, read_rule, &page->rules_count);
}

enum ic_rc ic_pull_page_decode(json_t *object, struct ic_arena *arena, struct ic_pull_page *ret_page,
                               struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_pull_page page = {0};
    ic_json_reader_init(&reader, object, operation, err);
    struct ic_str phase = ic_json_get_text(&reader, "phase", 1, NAME_BYTES_MAX);
    if (ic_json_reader_ok(&reader) && !ic_pull_phase_parse(phase.data, phase.size, &page.phase)) {
        ic_json_refuse(&reader, "phase", "This phase is not known here.");
    }
    page.is_reset = ic_json_find_bool(&reader, "is_reset");
    page.has_lost_past = ic_json_find_bool(&reader, "has_lost_past");
    page.suppressions =
        get_rows(&reader, "suppressions", arena, sizeof *page.suppressions, read_suppression, &page.suppressions_count);
    page.operators =
        get_rows(&reader, "operators", arena, sizeof *page.operators, read_operator, &page.operators_count);
    page.actors = get_rows(&reader, "actors", arena, sizeof *page.actors, read_actor, &page.actors_count);
    page.targets = get_rows(&reader, "targets", arena, sizeof *page.targets, read_target, &page.targets_count);
    page.aliases = get_rows(&reader, "aliases", arena, sizeof *page.aliases, read_alias, &page.aliases_count);
    page.outreach = get_rows(&reader, "outreach", arena, sizeof *page.outreach, read_outreach, &page.outreach_count);
    find_goals_and_rules(&reader, arena, &page);
    page.hybrid_time = ic_json_find_int64(&reader, "hybrid_time", 1, IC_HYBRID_TIME_MAX, 0);
    get_next(&reader, &page.next);
    page.has_more = ic_json_get_bool(&reader, "has_more");
    find_progress(&reader, &page);
    page.server_time = get_time(&reader, "server_time");
    page.features = ic_features_decode(&reader, "features");
    /* Not finished on purpose: a newer server may say more. */
    if (ic_json_reader_ok(&reader)) {
        *ret_page = page;
    }
    return ic_err_rc(err);
}
