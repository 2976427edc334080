#include "api/entry.h"

static void put_target(struct ic_json_writer *writer, const struct ic_log_entry *entry)
{
    if (ic_id_is_empty(&entry->tar_id)) {
        return;
    }
    ic_json_put_name(writer, "tar_id", entry->tar_id.text);
    ic_json_put_text(writer, "tar_username", entry->tar_username);
    ic_json_put_name(writer, "tar_status", ic_target_status_name(entry->tar_status));
}

static void put_outreach(struct ic_json_writer *writer, const struct ic_log_entry *entry)
{
    if (ic_id_is_empty(&entry->olg_id)) {
        return;
    }
    ic_json_put_name(writer, "olg_id", entry->olg_id.text);
    ic_json_put_int64(writer, "sent_at", entry->sent_at);
    ic_json_put_optional_text(writer, "message_preview", entry->message_preview);
    ic_json_put_int64(writer, "message_characters", entry->message_characters);
}

static void put_warnings(struct ic_json_writer *writer, const struct ic_log_entry *entry)
{
    if (!entry->warnings) {
        return;
    }
    ic_json_key(writer, "warnings");
    ic_json_array_begin(writer);
    for (const struct ic_log_warning *warning = entry->warnings; warning; warning = warning->next) {
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "rule_id", warning->rule_id.text);
        ic_json_put_name(writer, "type", ic_rule_type_name(warning->type));
        ic_json_put_int64(writer, "counted", warning->counted);
        if (warning->wait_sec >= 0) {
            ic_json_put_int64(writer, "wait_sec", warning->wait_sec);
        }
        ic_json_put_bool(writer, "was_shown", warning->was_shown);
        ic_json_put_optional_text(writer, "reason", warning->reason);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

void ic_entry_write(struct ic_json_writer *writer, const struct ic_log_entry *entry)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "elg_id", entry->elg_id.text);
    ic_json_put_name(writer, "event_type", ic_event_type_name(entry->event_type));
    ic_json_put_int64(writer, "created_at", entry->created_at);
    ic_json_put_int64(writer, "received_at", entry->received_at);
    ic_json_put_name(writer, "opr_id", entry->opr_id.text);
    ic_json_put_text(writer, "opr_name", entry->opr_name);
    if (!ic_id_is_empty(&entry->act_id)) {
        ic_json_put_name(writer, "act_id", entry->act_id.text);
        ic_json_put_text(writer, "act_username", entry->act_username);
    }
    put_target(writer, entry);
    ic_json_put_optional_text(writer, "details", entry->details);
    put_outreach(writer, entry);
    put_warnings(writer, entry);
    ic_json_object_end(writer);
}

void ic_entry_write_list(struct ic_json_writer *writer, const struct ic_log_list *list)
{
    ic_json_array_begin(writer);
    for (size_t i = 0; i < list->count; i++) {
        ic_entry_write(writer, &list->items[i]);
    }
    ic_json_array_end(writer);
}

void ic_entry_write_totals(struct ic_json_writer *writer, const struct ic_totals *totals)
{
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "targets", totals->targets);
    ic_json_put_int64(writer, "logs", totals->logs);
    ic_json_put_int64(writer, "actors", totals->actors);
    ic_json_put_int64(writer, "operators", totals->operators);
    ic_json_object_end(writer);
}
