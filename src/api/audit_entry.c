#include "api/audit_entry.h"

void ic_audit_entry_write(struct ic_json_writer *writer, const struct ic_audit_entry *entry)
{
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "audit_number", entry->audit_number);
    ic_json_put_int64(writer, "recorded_at", entry->recorded_at);
    ic_json_put_text(writer, "action", entry->action);
    ic_json_put_text(writer, "known_by", entry->known_by);
    ic_json_put_optional_text(writer, "opr_id", ic_id_text(&entry->opr_id));
    ic_json_put_optional_text(writer, "device_id", ic_id_text(&entry->device_id));
    ic_json_put_optional_text(writer, "token_id", ic_id_text(&entry->token_id));
    ic_json_put_optional_text(writer, "address", entry->address);
    ic_json_put_optional_text(writer, "object_id", entry->object_id);
    ic_json_put_optional_text(writer, "value_before", entry->value_before);
    ic_json_put_optional_text(writer, "value_after", entry->value_after);
    ic_json_put_optional_text(writer, "sealed_events", entry->sealed_events);
    ic_json_put_int64(writer, "unsealed_count", entry->unsealed_count);
    ic_json_put_name(writer, "previous_hash", entry->previous_hash.text);
    ic_json_put_name(writer, "entry_hash", entry->entry_hash.text);
    ic_json_object_end(writer);
}
