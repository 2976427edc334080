-- The audit, and what an event is made of, as it was sealed.

-- name: audit_last
SELECT audit_number, entry_hash FROM audit_entries WHERE audit_number > 0 ORDER BY audit_number DESC @limit(1);

-- name: audit_insert
INSERT INTO audit_entries (audit_number, recorded_at, action, known_by, opr_id, device_id, token_id, address, object_id,
    value_before, value_after, sealed_events, unsealed_count, previous_hash, entry_hash)
VALUES (:audit_number, :recorded_at, :action, :known_by, :opr_id, :device_id, :token_id, :address, :object_id,
    :value_before, :value_after, :sealed_events, :unsealed_count, :previous_hash, :entry_hash);

-- name: audit_list_{newest|oldest}
SELECT audit_number, recorded_at, action, known_by, opr_id, device_id, token_id, address, object_id, value_before,
    value_after, sealed_events, unsealed_count, previous_hash, entry_hash
FROM audit_entries
WHERE audit_number > :above AND audit_number < :below
ORDER BY audit_number {DESC|ASC}
@limit(:limit);

-- name: audit_list_by_operator_{newest|oldest}
SELECT audit_number, recorded_at, action, known_by, opr_id, device_id, token_id, address, object_id, value_before,
    value_after, sealed_events, unsealed_count, previous_hash, entry_hash
FROM audit_entries
WHERE opr_id = :opr_id AND audit_number > :above AND audit_number < :below
ORDER BY audit_number {DESC|ASC}
@limit(:limit);

-- name: audit_list_by_action_{newest|oldest}
SELECT audit_number, recorded_at, action, known_by, opr_id, device_id, token_id, address, object_id, value_before,
    value_after, sealed_events, unsealed_count, previous_hash, entry_hash
FROM audit_entries
WHERE action = :action AND audit_number > :above AND audit_number < :below
    AND (@as_str(:opr_id) IS NULL OR opr_id = :opr_id)
ORDER BY audit_number {DESC|ASC}
@limit(:limit);

-- name: audit_list_by_object_{newest|oldest}
SELECT audit_number, recorded_at, action, known_by, opr_id, device_id, token_id, address, object_id, value_before,
    value_after, sealed_events, unsealed_count, previous_hash, entry_hash
FROM audit_entries
WHERE object_id = :object_id AND audit_number > :above AND audit_number < :below
    AND (@as_str(:opr_id) IS NULL OR opr_id = :opr_id)
    AND (@as_str(:action) IS NULL OR action = :action)
ORDER BY audit_number {DESC|ASC}
@limit(:limit);

-- name: sealed_events_get
-- Outer joins: a part that was removed is a part that is missing.
SELECT e.elg_id, e.log_position, e.event_type, e.act_id, e.opr_id, e.tar_id, e.status_before, e.status_after, e.details,
    e.created_at, e.received_at, l.olg_id, l.thread_id, l.sent_at, l.message_characters, l.message_preview,
    l.message_text
FROM event_logs e LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.elg_id IN (:elg_id[16]);

-- name: sealed_fields_get
SELECT elg_id, field, tar_id, hybrid_time, device_id, state_before, value_before, state_after, value_after, has_won
FROM field_history WHERE elg_id IN (:elg_id[16]) ORDER BY elg_id, field;

-- name: event_ids_behind
SELECT elg_id, log_position FROM event_logs WHERE log_position > :log_position ORDER BY log_position @limit(:limit);
