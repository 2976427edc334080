-- The first release: the original's seven tables, and what pairing, sync and the change feed need beside them.
-- docs/schema.md tells every column. Lengths and enumerations are checked on every engine alike; where rows are many,
-- an enumeration is a chain of ORs, because SQLite builds a table in memory for every longer IN, row by row.

CREATE TABLE operators (
    opr_id @id NOT NULL PRIMARY KEY,
    opr_email @str(255) NOT NULL CHECK (length(opr_email) <= 255),
    opr_email_folded @str(255) NOT NULL UNIQUE,
    opr_name @str(32) NOT NULL CHECK (length(opr_name) <= 32),
    opr_name_folded @str(32) NOT NULL UNIQUE,
    opr_status @str(16) NOT NULL CHECK (opr_status IN ('online', 'offline')),
    role @str(16) NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
    time_zone @str(64) NOT NULL CHECK (length(time_zone) <= 64),
    created_at @time NOT NULL,
    last_activity @time NOT NULL
) @without_rowid;

CREATE INDEX operators_by_role ON operators (role, created_at, opr_id);

CREATE TABLE actors (
    act_id @id NOT NULL PRIMARY KEY,
    act_username @str(32) NOT NULL CHECK (length(act_username) <= 32),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    act_status @str(32) NOT NULL
        CHECK (act_status = 'Active' OR act_status = 'Suspended By Team' OR act_status = 'Suspended By Insta'
            OR act_status = 'Discarded'),
    created_at @time NOT NULL,
    last_activity @time NOT NULL,
    UNIQUE (act_username, opr_id)
) @without_rowid;

CREATE TABLE targets (
    tar_id @id NOT NULL PRIMARY KEY,
    tar_username @str(32) NOT NULL UNIQUE CHECK (length(tar_username) <= 32),
    tar_status @str(32) NOT NULL
        CHECK (tar_status = 'Cold No Reply' OR tar_status = 'Replied' OR tar_status = 'Warm'
            OR tar_status = 'Booked' OR tar_status = 'Paid' OR tar_status = 'Tableturnerr Client'
            OR tar_status = 'Excluded'),
    first_contacted @time,
    notes @text,
    last_updated @time NOT NULL,
    email @str(255),
    email_state @str(16) NOT NULL,
    phone_num @str(64),
    phone_num_state @str(16) NOT NULL,
    cont_source @str(255),
    cont_source_state @str(16) NOT NULL,
    CHECK ((email_state = 'Found' AND email IS NOT NULL)
        OR ((email_state = 'Not Searched' OR email_state = 'Not Found') AND email IS NULL)),
    CHECK ((phone_num_state = 'Found' AND phone_num IS NOT NULL)
        OR ((phone_num_state = 'Not Searched' OR phone_num_state = 'Not Found') AND phone_num IS NULL)),
    CHECK ((cont_source_state = 'Found' AND cont_source IS NOT NULL)
        OR ((cont_source_state = 'Not Searched' OR cont_source_state = 'Not Found') AND cont_source IS NULL))
);

CREATE TABLE event_logs (
    elg_id @id NOT NULL PRIMARY KEY,
    event_type @str(32) NOT NULL
        CHECK (event_type = 'Outreach' OR event_type = 'Change in Tar Info'
            OR event_type = 'Tar Exception Toggle' OR event_type = 'User' OR event_type = 'System'),
    act_id @id REFERENCES actors (act_id),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    tar_id @id REFERENCES targets (tar_id),
    details @text,
    created_at @time NOT NULL,
    received_at @time NOT NULL
);

CREATE INDEX event_logs_by_time ON event_logs (created_at, elg_id);

CREATE TABLE outreach_logs (
    olg_id @id NOT NULL PRIMARY KEY,
    elg_id @id NOT NULL UNIQUE REFERENCES event_logs (elg_id),
    thread_id @str(64),
    sent_at @time NOT NULL,
    message_characters @int NOT NULL,
    message_preview @str(280),
    message_text @text
);

CREATE TABLE goals (
    goal_id @id NOT NULL PRIMARY KEY,
    metric @str(32) NOT NULL
        CHECK (metric IN ('Total Messages Sent', 'Unique Profiles Contacted', 'Replies Received',
            'Warm Leads Generated', 'Bookings Made', 'Payments Received')),
    target_value @int NOT NULL CHECK (target_value > 0),
    frequency @str(16) NOT NULL CHECK (frequency IN ('Daily', 'Monthly')),
    assigned_to_opr @id REFERENCES operators (opr_id),
    assigned_to_act @id REFERENCES actors (act_id),
    status @str(32) NOT NULL CHECK (status IN ('Active', 'Pending Suggestion', 'Rejected', 'Archived')),
    suggested_by @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    start_date @time NOT NULL,
    end_date @time
) @without_rowid;

CREATE TABLE rules (
    rule_id @id NOT NULL PRIMARY KEY,
    type @str(32) NOT NULL CHECK (type IN ('Frequency Cap', 'Interval Spacing')),
    metric @str(32) NOT NULL
        CHECK (metric IN ('Total Messages Sent', 'Unique Profiles Contacted', 'Replies Received',
            'Warm Leads Generated', 'Bookings Made', 'Payments Received')),
    limit_value @int NOT NULL CHECK (limit_value >= 0),
    time_window_sec @int NOT NULL CHECK (time_window_sec > 0),
    severity @str(32) NOT NULL,
    assigned_to_opr @id REFERENCES operators (opr_id),
    assigned_to_act @id REFERENCES actors (act_id),
    status @str(32) NOT NULL CHECK (status IN ('Active', 'Pending Suggestion', 'Rejected', 'Archived')),
    suggested_by @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL
) @without_rowid;

CREATE TABLE devices (
    device_id @id NOT NULL PRIMARY KEY,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    token_hash @str(64) UNIQUE,
    device_name @str(64) NOT NULL CHECK (length(device_name) <= 64),
    agent_version @str(32) NOT NULL CHECK (length(agent_version) <= 32),
    created_at @time NOT NULL,
    last_seen_at @time,
    revoked_at @time
) @without_rowid;

CREATE INDEX devices_by_operator ON devices (opr_id, created_at, device_id);

CREATE TABLE operations (
    op_id @str(36) NOT NULL PRIMARY KEY,
    op_hash @str(64) NOT NULL,
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    device_id @id REFERENCES devices (device_id),
    received_at @time NOT NULL
) @without_rowid;

CREATE TABLE changes (
    cursor @int NOT NULL PRIMARY KEY,
    elg_id @id NOT NULL REFERENCES event_logs (elg_id)
);

CREATE TABLE totals (
    name @str(16) NOT NULL PRIMARY KEY CHECK (name IN ('targets', 'logs', 'actors', 'operators')),
    value @int NOT NULL CHECK (value >= 0)
) @without_rowid;

INSERT INTO totals (name, value) VALUES ('targets', 0);
INSERT INTO totals (name, value) VALUES ('logs', 0);
INSERT INTO totals (name, value) VALUES ('actors', 0);
INSERT INTO totals (name, value) VALUES ('operators', 0);

CREATE TABLE links (
    secret_hash @str(64) NOT NULL PRIMARY KEY,
    opr_id @id REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX links_by_end ON links (expires_at);

CREATE TABLE sessions (
    secret_hash @str(64) NOT NULL PRIMARY KEY,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    last_seen_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE pairings (
    pairing_code @str(8) NOT NULL PRIMARY KEY,
    secret_hash @str(64) NOT NULL UNIQUE,
    device_name @str(64) NOT NULL CHECK (length(device_name) <= 64),
    agent_version @str(32) NOT NULL CHECK (length(agent_version) <= 32),
    address @str(64),
    opr_id @id REFERENCES operators (opr_id),
    device_id @id REFERENCES devices (device_id),
    created_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX pairings_by_end ON pairings (expires_at);
