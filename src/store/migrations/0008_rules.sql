-- Rules of more kinds, and the warnings that they gave.
-- docs/schema.md tells every column.

-- A CHECK cannot be altered on every engine: the table is made anew.
CREATE TABLE rules_before (
    rule_id @id NOT NULL CONSTRAINT rules_before_pkey PRIMARY KEY,
    type @str(32) NOT NULL,
    metric @str(32) NOT NULL,
    limit_value @int NOT NULL,
    time_window_sec @int NOT NULL,
    severity @str(32) NOT NULL,
    assigned_to_opr @id,
    assigned_to_act @id,
    status @str(32) NOT NULL,
    suggested_by @id NOT NULL,
    created_at @time NOT NULL,
    elg_id @id
) @without_rowid;

INSERT INTO rules_before (rule_id, type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act,
    status, suggested_by, created_at, elg_id)
SELECT rule_id, type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act, status,
    suggested_by, created_at, elg_id
FROM rules;

DROP TABLE rules;

CREATE TABLE rules (
    rule_id @id NOT NULL CONSTRAINT rules_pkey PRIMARY KEY,
    type @str(32) NOT NULL
        CHECK (type IN ('Frequency Cap', 'Interval Spacing', 'Target Spacing', 'Await Reply', 'Other Actor',
            'Quiet Hours', 'Repeated Text')),
    metric @str(32) NOT NULL
        CHECK (metric IN ('Total Messages Sent', 'Unique Profiles Contacted', 'Replies Received',
            'Warm Leads Generated', 'Bookings Made', 'Payments Received')),
    limit_value @int NOT NULL CHECK (limit_value >= 0),
    time_window_sec @int NOT NULL CHECK (time_window_sec > 0),
    quiet_from_minute @int CHECK (quiet_from_minute BETWEEN 0 AND 1439),
    quiet_to_minute @int CHECK (quiet_to_minute BETWEEN 0 AND 1439),
    quiet_zone @str(64) CHECK (length(quiet_zone) <= 64),
    severity @str(32) NOT NULL,
    assigned_to_opr @id REFERENCES operators (opr_id),
    assigned_to_act @id REFERENCES actors (act_id),
    status @str(32) NOT NULL CHECK (status IN ('Active', 'Pending Suggestion', 'Rejected', 'Archived')),
    suggested_by @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    elg_id @id REFERENCES event_logs (elg_id)
) @without_rowid;

INSERT INTO rules (rule_id, type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act,
    status, suggested_by, created_at, elg_id)
SELECT rule_id, type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act, status,
    suggested_by, created_at, elg_id
FROM rules_before;

DROP TABLE rules_before;

CREATE UNIQUE INDEX rules_by_event ON rules (elg_id);

CREATE TABLE warnings (
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    rule_id @id NOT NULL REFERENCES rules (rule_id),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    act_id @id NOT NULL REFERENCES actors (act_id),
    created_at @time NOT NULL,
    log_position @int NOT NULL,
    counted @int NOT NULL,
    wait_sec @int NOT NULL,
    was_shown @bool NOT NULL,
    reason @str(255) CHECK (length(reason) <= 255),
    CONSTRAINT warnings_pkey PRIMARY KEY (elg_id, rule_id)
) @without_rowid;

CREATE INDEX warnings_by_rule ON warnings (rule_id, log_position);
CREATE INDEX warnings_by_time ON warnings (created_at, opr_id, act_id, was_shown);
