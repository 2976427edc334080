#include "store/audit_digest.h"

#include <stdio.h>

static const char operation[] = "store.audit.digest";

static void put_text(struct ic_buf *buf, struct ic_str text)
{
    ic_buf_put_int64(buf, (int64_t)text.size);
    ic_buf_put_char(buf, ':');
    ic_buf_put(buf, text);
    ic_buf_put_char(buf, ',');
}

static void put_name(struct ic_buf *buf, const char *text)
{
    put_text(buf, ic_str_from(text));
}

static void put_int64(struct ic_buf *buf, int64_t value)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%lld", (long long)value);
    put_name(buf, digits);
}

static void put_id(struct ic_buf *buf, const struct ic_id *id)
{
    put_text(buf, ic_id_text(id));
}

static enum ic_rc end(const struct ic_buf *scratch, struct ic_hash *ret_hash, struct ic_err *err)
{
    enum ic_rc rc = ic_buf_check(scratch, operation, err);
    if (rc == IC_OK) {
        ic_hash_of(ic_buf_view(scratch), ret_hash);
    }
    return rc;
}

enum ic_rc ic_audit_digest_event(const struct ic_audit_event *event, struct ic_buf *scratch, struct ic_hash *ret_digest,
                                 struct ic_err *err)
{
    ic_buf_reset(scratch);
    put_name(scratch, "instacrm event 1");
    put_id(scratch, &event->elg_id);
    put_int64(scratch, event->log_position);
    put_text(scratch, event->event_type);
    put_id(scratch, &event->act_id);
    put_id(scratch, &event->opr_id);
    put_id(scratch, &event->tar_id);
    put_text(scratch, event->status_before);
    put_text(scratch, event->status_after);
    put_text(scratch, event->details);
    put_int64(scratch, event->created_at);
    put_int64(scratch, event->received_at);
    put_id(scratch, &event->olg_id);
    put_text(scratch, event->thread_id);
    put_int64(scratch, event->sent_at);
    put_int64(scratch, event->message_characters);
    put_text(scratch, event->message_preview);
    put_text(scratch, event->message_text);
    return end(scratch, ret_digest, err);
}

enum ic_rc ic_audit_digest_add_field(struct ic_hash *digest, const struct ic_audit_field *field, struct ic_buf *scratch,
                                     struct ic_err *err)
{
    ic_buf_reset(scratch);
    put_name(scratch, "instacrm field 1");
    put_name(scratch, digest->text);
    put_id(scratch, &field->elg_id);
    put_text(scratch, field->field);
    put_id(scratch, &field->tar_id);
    put_int64(scratch, field->hybrid_time);
    put_id(scratch, &field->device_id);
    put_text(scratch, field->state_before);
    put_text(scratch, field->value_before);
    put_text(scratch, field->state_after);
    put_text(scratch, field->value_after);
    put_int64(scratch, field->has_won);
    return end(scratch, digest, err);
}

enum ic_rc ic_audit_hash_entry(const struct ic_audit_entry *entry, struct ic_buf *scratch, struct ic_hash *ret_hash,
                               struct ic_err *err)
{
    ic_buf_reset(scratch);
    put_name(scratch, "instacrm audit 1");
    put_int64(scratch, entry->audit_number);
    put_int64(scratch, entry->recorded_at);
    put_text(scratch, entry->action);
    put_text(scratch, entry->known_by);
    put_id(scratch, &entry->opr_id);
    put_id(scratch, &entry->device_id);
    put_id(scratch, &entry->token_id);
    put_text(scratch, entry->address);
    put_text(scratch, entry->object_id);
    put_text(scratch, entry->value_before);
    put_text(scratch, entry->value_after);
    put_text(scratch, entry->sealed_events);
    put_int64(scratch, entry->unsealed_count);
    put_name(scratch, entry->previous_hash.text);
    return end(scratch, ret_hash, err);
}
