#include "sync/pull_page.h"

enum { TARGET_FIXED_BYTES = 640, ESCAPED_BYTES_MAX = 6, QUOTED_BYTES_MAX = 2 };

/* Bytes of a text as JSON has it: a control character takes six, a quote two. */
static size_t text_bytes(struct ic_str text)
{
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool is_quoted = c == '"' || c == '\\';
        size += c < ' ' ? (size_t)ESCAPED_BYTES_MAX : is_quoted ? (size_t)QUOTED_BYTES_MAX : 1;
    }
    return size;
}

size_t ic_pulled_target_bytes(const struct ic_pulled_target *target)
{
    return TARGET_FIXED_BYTES + text_bytes(target->notes) + text_bytes(target->email.text) +
           text_bytes(target->phone_num.text) + text_bytes(target->cont_source.text);
}

size_t ic_pulled_suppression_bytes(const struct ic_pulled_suppression *suppression)
{
    return IC_PULLED_SMALL_BYTES_MAX + text_bytes(suppression->reason);
}

size_t ic_pulled_operator_bytes(const struct ic_pulled_operator *row)
{
    return IC_PULLED_SMALL_BYTES_MAX + text_bytes(row->opr_name);
}

size_t ic_pulled_rule_bytes(const struct ic_pulled_rule *row)
{
    return IC_PULLED_GOAL_BYTES_MAX + text_bytes(row->severity);
}

static void put_handle(struct ic_json_writer *writer, const char *key, const struct ic_handle *handle)
{
    ic_json_put_text(writer, key, ic_handle_text(handle));
}

static void put_optional_time(struct ic_json_writer *writer, const char *key, int64_t time)
{
    if (time > 0) {
        ic_json_put_int64(writer, key, time);
    }
}

/* ---- Rows. ---- */

static void put_suppressions(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "suppressions");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->suppressions_count; i++) {
        const struct ic_pulled_suppression *row = &page->suppressions[i];
        ic_json_object_begin(writer);
        put_handle(writer, "tar_username", &row->tar_username);
        ic_json_put_bool(writer, "is_suppressed", row->is_suppressed);
        ic_json_put_optional_text(writer, "reason", row->reason);
        ic_json_put_name(writer, "opr_id", row->opr_id.text);
        ic_json_put_int64(writer, "changed_at", row->changed_at);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_operators(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "operators");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->operators_count; i++) {
        const struct ic_pulled_operator *row = &page->operators[i];
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "opr_id", row->opr_id.text);
        ic_json_put_text(writer, "opr_name", row->opr_name);
        ic_json_put_name(writer, "opr_status", ic_operator_status_name(row->opr_status));
        ic_json_put_int64(writer, "last_activity", row->last_activity);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_actors(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "actors");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->actors_count; i++) {
        const struct ic_pulled_actor *row = &page->actors[i];
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "act_id", row->act_id.text);
        put_handle(writer, "act_username", &row->act_username);
        ic_json_put_name(writer, "opr_id", row->opr_id.text);
        ic_json_put_name(writer, "act_status", ic_actor_status_name(row->act_status));
        ic_json_put_int64(writer, "last_activity", row->last_activity);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_contact(struct ic_json_writer *writer, const char *key, const char *state_key,
                        const struct ic_pulled_contact *contact)
{
    ic_json_put_optional_text(writer, key, contact->text);
    ic_json_put_name(writer, state_key, ic_contact_state_name(contact->state));
}

static void put_target(struct ic_json_writer *writer, const struct ic_pulled_target *row)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "tar_id", row->tar_id.text);
    put_handle(writer, "tar_username", &row->tar_username);
    ic_json_put_name(writer, "tar_status", ic_target_status_name(row->tar_status));
    if (row->has_stage) {
        ic_json_put_name(writer, "stage", ic_target_status_name(row->stage));
    }
    ic_json_put_optional_text(writer, "merged_into", ic_id_text(&row->merged_into));
    put_optional_time(writer, "first_contacted", row->first_contacted);
    ic_json_put_int64(writer, "last_updated", row->last_updated);
    ic_json_put_optional_text(writer, "notes", row->notes);
    put_contact(writer, "email", "email_state", &row->email);
    put_contact(writer, "phone_num", "phone_num_state", &row->phone_num);
    put_contact(writer, "cont_source", "cont_source_state", &row->cont_source);
    ic_json_object_end(writer);
}

static void put_targets(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "targets");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->targets_count; i++) {
        put_target(writer, &page->targets[i]);
    }
    ic_json_array_end(writer);
}

static void put_aliases(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "aliases");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->aliases_count; i++) {
        ic_json_object_begin(writer);
        put_handle(writer, "alias_username", &page->aliases[i].alias_username);
        ic_json_put_name(writer, "tar_id", page->aliases[i].tar_id.text);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_outreach(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "outreach");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->outreach_count; i++) {
        const struct ic_pulled_outreach *row = &page->outreach[i];
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "elg_id", row->elg_id.text);
        ic_json_put_name(writer, "opr_id", row->opr_id.text);
        ic_json_put_name(writer, "act_id", row->act_id.text);
        ic_json_put_name(writer, "tar_id", row->tar_id.text);
        ic_json_put_int64(writer, "created_at", row->created_at);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_goals(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "goals");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->goals_count; i++) {
        const struct ic_pulled_goal *row = &page->goals[i];
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "goal_id", row->goal_id.text);
        ic_json_put_text(writer, "metric", row->metric);
        ic_json_put_int64(writer, "target_value", row->target_value);
        ic_json_put_text(writer, "frequency", row->frequency);
        ic_json_put_optional_text(writer, "assigned_to_opr", ic_id_text(&row->assigned_to_opr));
        ic_json_put_optional_text(writer, "assigned_to_act", ic_id_text(&row->assigned_to_act));
        ic_json_put_text(writer, "status", row->status);
        ic_json_put_name(writer, "suggested_by", row->suggested_by.text);
        ic_json_put_int64(writer, "created_at", row->created_at);
        ic_json_put_int64(writer, "start_date", row->start_date);
        put_optional_time(writer, "end_date", row->end_date);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_rules(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "rules");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < page->rules_count; i++) {
        const struct ic_pulled_rule *row = &page->rules[i];
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "rule_id", row->rule_id.text);
        ic_json_put_text(writer, "type", row->type);
        ic_json_put_text(writer, "metric", row->metric);
        ic_json_put_int64(writer, "limit_value", row->limit_value);
        ic_json_put_int64(writer, "time_window_sec", row->time_window_sec);
        ic_json_put_text(writer, "severity", row->severity);
        ic_json_put_optional_text(writer, "assigned_to_opr", ic_id_text(&row->assigned_to_opr));
        ic_json_put_optional_text(writer, "assigned_to_act", ic_id_text(&row->assigned_to_act));
        ic_json_put_text(writer, "status", row->status);
        ic_json_put_name(writer, "suggested_by", row->suggested_by.text);
        ic_json_put_int64(writer, "created_at", row->created_at);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

/* ---- The page. ---- */

static void put_progress(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_key(writer, "progress");
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "done", page->done);
    ic_json_put_int64(writer, "total", page->total);
    ic_json_object_end(writer);
}

void ic_pull_page_encode(const struct ic_pull_page *page, struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "phase", ic_pull_phase_name(page->phase));
    if (page->is_reset) {
        ic_json_put_bool(writer, "is_reset", true);
    }
    if (page->has_lost_past) {
        ic_json_put_bool(writer, "has_lost_past", true);
    }
    put_suppressions(page, writer);
    put_operators(page, writer);
    put_actors(page, writer);
    put_targets(page, writer);
    put_aliases(page, writer);
    put_outreach(page, writer);
    if (page->has_goals_and_rules) {
        put_goals(page, writer);
        put_rules(page, writer);
    }
    put_optional_time(writer, "hybrid_time", page->hybrid_time);
    ic_json_put_text(writer, "next", page->next);
    ic_json_put_bool(writer, "has_more", page->has_more);
    if (page->has_progress) {
        put_progress(page, writer);
    }
    ic_json_put_int64(writer, "server_time", page->server_time);
    ic_json_key(writer, "features");
    ic_features_encode(page->features, writer);
    ic_json_object_end(writer);
}
