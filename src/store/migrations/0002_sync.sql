-- Sync: a field is a register of its own, whose value came with a hybrid time; handles are excluded whether they are
-- targets or not; targets are renamed and merged; of an operation is kept what its desktop said of the time.
-- docs/schema.md tells every column.

-- The stage beneath an exclusion, the target that it has become, and the largest hybrid time of its registers.
ALTER TABLE targets ADD stage @str(32)
    CHECK (stage = 'Cold No Reply' OR stage = 'Replied' OR stage = 'Warm' OR stage = 'Booked' OR stage = 'Paid'
        OR stage = 'Tableturnerr Client');
ALTER TABLE targets ADD merged_into @id REFERENCES targets (tar_id);
ALTER TABLE targets ADD hybrid_time @int;

CREATE TABLE registers (
    tar_id @id NOT NULL REFERENCES targets (tar_id),
    field @str(32) NOT NULL,
    hybrid_time @int NOT NULL,
    device_id @id REFERENCES devices (device_id),
    CONSTRAINT registers_pkey PRIMARY KEY (tar_id, field)
) @without_rowid;

-- Three tables that nothing has written yet are made anew, as they are needed now.
DROP TABLE suppressions;
DROP TABLE field_history;
DROP TABLE aliases;

CREATE TABLE aliases (
    alias_username @str(32) NOT NULL CONSTRAINT aliases_pkey PRIMARY KEY,
    tar_id @id NOT NULL REFERENCES targets (tar_id),
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    created_at @time NOT NULL
) @without_rowid;

CREATE INDEX aliases_by_target ON aliases (tar_id, alias_username);
CREATE INDEX aliases_by_event ON aliases (elg_id);

CREATE TABLE suppressions (
    tar_username @str(32) NOT NULL CONSTRAINT suppressions_pkey PRIMARY KEY,
    is_suppressed @bool NOT NULL CHECK (is_suppressed IN (0, 1)),
    reason @str(255) CHECK (length(reason) <= 255),
    hybrid_time @int NOT NULL,
    device_id @id REFERENCES devices (device_id),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    changed_at @time NOT NULL
) @without_rowid;

CREATE INDEX suppressions_by_event ON suppressions (elg_id);

CREATE TABLE field_history (
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    field @str(32) NOT NULL,
    tar_id @id NOT NULL REFERENCES targets (tar_id),
    hybrid_time @int NOT NULL,
    device_id @id REFERENCES devices (device_id),
    state_before @str(16),
    value_before @text,
    state_after @str(16),
    value_after @text,
    has_won @bool NOT NULL CHECK (has_won IN (0, 1)),
    CONSTRAINT field_history_pkey PRIMARY KEY (elg_id, field)
) @without_rowid;

CREATE INDEX field_history_by_target ON field_history (tar_id, field, hybrid_time, elg_id);

-- What the desktop said, beside when the server learned of it.
ALTER TABLE operations ADD kind @str(16);
ALTER TABLE operations ADD sent_at @time;
ALTER TABLE operations ADD age_ms @int;
ALTER TABLE operations ADD clock_ahead_ms @int;
ALTER TABLE operations ADD hybrid_time @int;

-- Who was excluded before is suppressed from then on, by the event that said so last; a lift brings the stage back.
INSERT INTO suppressions (tar_username, is_suppressed, hybrid_time, opr_id, elg_id, changed_at)
SELECT t.tar_username, 1, e.created_at * 1024 + 1, e.opr_id, e.elg_id, e.created_at
FROM targets t
    JOIN event_logs e ON e.tar_id = t.tar_id
        AND e.log_position = (SELECT MAX(l.log_position) FROM event_logs l
            WHERE l.tar_id = t.tar_id AND l.event_type = 'Tar Exception Toggle')
WHERE t.tar_status = 'Excluded';

UPDATE targets SET stage = 'Cold No Reply' WHERE tar_status = 'Excluded';

UPDATE targets
SET stage = (SELECT e.status_before FROM event_logs e JOIN suppressions s ON s.elg_id = e.elg_id
    WHERE s.tar_username = targets.tar_username)
WHERE tar_status = 'Excluded'
    AND EXISTS (SELECT 1 FROM event_logs e JOIN suppressions s ON s.elg_id = e.elg_id
        WHERE s.tar_username = targets.tar_username AND e.status_before <> 'Excluded');
