-- The audit: who did what, in a chain of hashes that shows whatever is removed, altered or put elsewhere later. Nothing
-- refers to an entry and an entry refers to nothing: it outlives what it tells of. docs/decisions/audit.md.

CREATE TABLE audit_entries (
    audit_number @int NOT NULL CONSTRAINT audit_entries_pkey PRIMARY KEY,
    recorded_at @time NOT NULL,
    action @str(32) NOT NULL,
    known_by @str(16) NOT NULL CHECK (known_by IN ('browser', 'desktop', 'token', 'command', 'server', 'nothing')),
    opr_id @id,
    device_id @id,
    token_id @id,
    address @str(64),
    object_id @str(64),
    value_before @text,
    value_after @text,
    sealed_events @text,
    unsealed_count @int NOT NULL,
    previous_hash @str(64) NOT NULL,
    entry_hash @str(64) NOT NULL
);

CREATE INDEX audit_entries_by_operator ON audit_entries (opr_id, audit_number);
CREATE INDEX audit_entries_by_action ON audit_entries (action, audit_number);
CREATE INDEX audit_entries_by_object ON audit_entries (object_id, audit_number);
